"""The policy laboratory: the last closed month computed once more by another law, price or rule.

A *study* changes one *lever* (`levers`), computes everybody of the month by the same columnar engine
(`prepared`, `outcome`), and says who is moved by how much and what it costs (`comparison`). What an
official sees of it is protected (`protection`). Nothing of the law or of pay is ever written.
"""
