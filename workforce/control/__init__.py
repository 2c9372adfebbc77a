"""Whether all figures of a month tie: records, lines, payslips, runs, payments, files, statistics.

Each control adds up the same thing from two places that nothing but the program's rules holds
together. None repairs anything: a difference is shown with its place.
"""
