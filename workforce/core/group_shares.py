"""Group piecework: shares of what a group's output is worth, in columns.

A *pot* is what a group's accepted output of one day, task type and batch is worth: quantity × price,
rounded half up to the fen once. It is split among the members by weight in whole fen, by largest
remainder (`money.largest_remainder_groups`, members in order of employee number: a tie goes to the
lower one). So the shares add up to the pot exactly.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.column_checks import Mask
from workforce.core.money import (
    MICRO_DECIMALS,
    MICRO_IN_FEN,
    Column,
    format_micro,
    parse_decimal,
    round_half_up,
)

LARGEST_POT_FEN: Final = 10**8
"""A pot may be worth a million yuan, like a row of output."""
LARGEST_WEIGHT: Final = 10**7
"""Ten thousand points. With `LARGEST_GROUP` members and the largest pot, products stay inside int64."""
LARGEST_GROUP: Final = 1_000

_POINT_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShares:
    """Shares that are paid in this month: one row a pot and member, of members with a weight only.

    `work_day`, `task_type`, `batch` and `hours` as in `Output`. `pot_fen`: what the group's output is
    worth; `share_fen`: the member's part of it. `weight` and `pot_weight` (all members together) are
    thousandths of a point or, where `is_by_hours`, minutes. Rows are whole: a pot is not cut in two.
    """

    employee: Column
    work_day: Column
    task_type: Column
    batch: Column
    hours: Column
    pot_fen: Column
    share_fen: Column
    weight: Column
    pot_weight: Column
    is_by_hours: Mask

    def check(self) -> None:
        """Refuse a share larger than its pot.

        Raises:
            ValueError: a defect of the code that built the columns.

        """
        if np.any(self.share_fen > self.pot_fen) or np.any(self.weight > self.pot_weight):
            raise ValueError("GroupShares: a share is larger than its pot")


def parse_points(text: str) -> int:
    """Read points such as ``7.5`` as thousandths.

    Raises:
        InputError: not plain decimal digits, or over 3 decimals.

    """
    return parse_decimal(text, _POINT_DECIMALS)


def format_points(weight: int) -> str:
    """Write thousandths of a point as they are read."""
    return format_micro(weight * 10 ** (MICRO_DECIMALS - _POINT_DECIMALS))


def pot_value(qty: Column, price_micro: Column) -> Column:
    """Return what pots are worth in fen; the products must fit int64."""
    return round_half_up(qty * price_micro, MICRO_IN_FEN)
