"""Pay for services (劳务报酬): one payment a month, on its own table.

国家税务总局公告2018年第61号 art 8: up to 4000 yuan 800 are taken off, above it 20 %.
"""

import numpy as np

from workforce.core.money import MICRO, Column


def taxable(
    income_fen: Column, fixed_limit_fen: Column, fixed_fen: Column, rate_micro: Column
) -> Column:
    """Return the taxable income in millionths of a fen."""
    fixed = np.maximum(income_fen - fixed_fen, 0) * MICRO
    by_rate = np.maximum(income_fen, 0) * (MICRO - rate_micro)
    return np.where(income_fen <= fixed_limit_fen, fixed, by_rate)
