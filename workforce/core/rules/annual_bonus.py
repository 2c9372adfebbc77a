"""The annual bonus taxed on its own: bonus ÷ 12 finds the bracket of the monthly table.

财政部 税务总局公告2023年第30号: tax = bonus × rate − quick deduction (once); one bonus a person a year,
to 2027-12-31. After that the law data have no value and a separate bonus is refused.
"""

import numpy as np

from workforce.core.law import Table
from workforce.core.money import MICRO, Column
from workforce.core.rules.income_tax import Withholding, bracket_of, by_bracket


def withhold(bonus_fen: Column, months: Column, table: Table) -> Withholding:
    """Return the tax on each bonus; `months` is 12 by law."""
    in_micro = bonus_fen * MICRO
    # Rounded up, the quotient compares with whole limits exactly like the fraction.
    per_month = -(-in_micro // np.maximum(months, 1))
    return by_bracket(in_micro, bracket_of(per_month, table), table)
