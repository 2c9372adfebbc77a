"""What a pay month corrects of earlier months, in columns; see the conventions of `core.facts`."""

from dataclasses import dataclass

from workforce.core.column_checks import Mask
from workforce.core.money import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustments:
    """Corrections of earlier months, either sign. `for_month` is year × 12 + month − 1.

    `reason` indexes `Facts.reasons`.
    """

    employee: Column
    for_month: Column
    reason: Column
    amount_fen: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDifferences:
    """Earlier months whose insurance was charged on another base than is owed: a notice came late.

    `for_month` as in `Adjustments`, once an employee. Without `has_owed_base` the base owed is that of
    the pay month: the declared one within the limits in force.
    """

    employee: Column
    for_month: Column
    charged_base_fen: Column
    has_owed_base: Mask
    owed_base_fen: Column
