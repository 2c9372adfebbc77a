"""One file, one pay item: each module defines ``ITEM``. The engine finds and orders them.

To add one, copy a neighbour: choose a position on the payslip, say what it `needs`, write the
formula over columns, the article, the two labels and the explanation. Modules whose name begins with
``_`` are shared helpers.
"""
