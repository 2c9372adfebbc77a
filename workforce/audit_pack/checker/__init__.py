"""A second calculation of pay, in plain fractions, that shares nothing with the program's engine.

It needs the standard library of Python 3.9 or later and nothing else, and reads one person's facts in
the words of scenario files and the law as JSON. It goes into every audit pack, so that whoever
receives one can work all payslips out again; the program's own tests hold it against the engine.
"""
