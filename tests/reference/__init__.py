"""A second opinion on pay: the scenario rules written again, for one person, in plain fractions.

Nothing here imports the engine. `reference.payslips` reads a scenario as the text it is and works
out every line; `generator.scenario` makes random valid scenarios from a seed; `compare` sets the two
calculations side by side; `fuzz` does so by the ten thousand (``make fuzz``).
"""
