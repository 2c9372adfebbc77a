"""Time wage of a part of a month: joiners, leavers, unpaid days."""

import numpy as np

from workforce.core.facts import Mask
from workforce.core.money import Column, round_half_up

HUNDREDTHS = 100
HALF_DAY_HUNDREDTHS = HUNDREDTHS // 2


def employed_part(monthly_fen: Column, days_employed: Column, days: Column) -> Column:
    """Return monthly × payable days employed ÷ payable days of the month."""
    return round_half_up(monthly_fen * days_employed, np.maximum(days, 1))


def unpaid_part(
    monthly_fen: Column,
    line_fen: Column,
    unpaid_half_days: Column,
    paid_days_hundredths: int,
    is_whole: Mask,
) -> Column:
    """Return what unpaid days take: monthly ÷ 21.75 × days, at most the month's line.

    Where no payable day was worked or on paid leave (`is_whole`), the whole line goes.
    """
    by_days = round_half_up(
        monthly_fen * unpaid_half_days * HALF_DAY_HUNDREDTHS, paid_days_hundredths
    )
    return np.where(is_whole, line_fen, np.minimum(by_days, line_fen))
