"""How much damages may take: 工资支付暂行规定 art 16.

At most 20 % of the month's wage, and what remains may not be below the monthly minimum wage.
"""

from functools import reduce

import numpy as np

from workforce.core.money import MICRO, MICRO_IN_FEN, Column


def room(
    wage_fen: Column,
    limit_rate_micro: int,
    counted_micro: Column,
    minimum_fen: Column,
    left_fen: Column,
) -> Column:
    """Return the room in fen, rounded down.

    Args:
        wage_fen: gross pay with the top-up, without untaxed earnings and annual bonus.
        limit_rate_micro: 20 % by law.
        counted_micro: counted wage with the top-up, millionths of a yuan.
        minimum_fen: the full monthly minimum.
        left_fen: gross pay less own insurance, fund, taxes and other deductions.

    """
    of_wage = np.maximum(wage_fen, 0) * limit_rate_micro // MICRO
    above_minimum = (counted_micro - minimum_fen * MICRO_IN_FEN) // MICRO_IN_FEN
    smallest: Column = reduce(np.minimum, (of_wage, above_minimum, left_fen))
    return np.maximum(smallest, 0)


def take(claim_fen: Column, room_fen: Column) -> Column:
    """Return what a claim may take of the room."""
    return np.minimum(claim_fen, room_fen)
