"""Why there is a run beside the regular one, and what each kind of order may pay."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workforce.core.facts import AmountKind


class Purpose(StrEnum):
    """What an order is for."""

    BONUS = "bonus"
    FINAL_PAY = "final_pay"
    REISSUE = "reissue"
    OTHER = "other"

    @property
    def is_whole_month(self) -> bool:
        """Whether its people are paid their whole month by it, and not named amounts only."""
        return self in {Purpose.FINAL_PAY, Purpose.REISSUE}


_EARNINGS: Final = (AmountKind.EARNING, AmountKind.UNTAXED_EARNING)

KINDS: Final[dict[Purpose, tuple[AmountKind, ...]]] = {
    Purpose.BONUS: (
        AmountKind.ANNUAL_BONUS_SEPARATE,
        AmountKind.ANNUAL_BONUS_MERGED,
        *_EARNINGS,
    ),
    Purpose.OTHER: (*_EARNINGS, AmountKind.COURT_ORDER, AmountKind.OTHER_DEDUCTION),
    Purpose.FINAL_PAY: (
        AmountKind.SEVERANCE_WAGE,
        AmountKind.SEVERANCE_AGREED,
        *_EARNINGS,
        AmountKind.COURT_ORDER,
        AmountKind.OTHER_DEDUCTION,
    ),
    Purpose.REISSUE: (),
}
"""The amounts that an order may name, in the order in which they are offered."""

CODED: Final = (
    AmountKind.EARNING,
    AmountKind.UNTAXED_EARNING,
    AmountKind.COURT_ORDER,
    AmountKind.OTHER_DEDUCTION,
)
"""Kinds of several items, told apart by their code; of the others a person has one."""
