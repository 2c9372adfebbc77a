"""What a pay item is: one line of the payslip, in one file of `core.payitems`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Final

import numpy as np

from workforce.core.facts import Mask
from workforce.core.money import Column
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.minimum_wage import TOP_UP
from workforce.core.text import Text
from workforce.core.workings import Workings


class Share(StrEnum):
    """Which part of the deductions an item belongs to; the room of art 16 tells them apart."""

    INSURANCE = "insurance_and_fund"
    TAX = "taxes"
    OTHER = "other_deductions"
    LIMITED = "limited_deductions"


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of an explanation.

    `zh` and `en` have placeholders named like operands; `{amount_fen}` and `{detail}` are always
    there. `when` names an operand that must not be 0, or with a leading ``!`` must be 0. A line stored
    by an earlier version may lack an operand: it then counts as 0, and a clause that would write it is
    left out.
    """

    zh: str
    en: str
    when: str = ""

    def applies(self, operands: Mapping[str, int]) -> bool:
        """Tell whether the clause is said for these operands, whatever they lack."""
        if not self.when:
            return True
        name = self.when.removeprefix("!")
        return bool(operands.get(name, 0)) != self.when.startswith("!")

    def names(self) -> frozenset[str]:
        """Return the names of its placeholders."""
        written = Formatter().parse(self.zh + self.en)
        return frozenset(name for _, name, _, _ in written if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayItem:
    """One pay item.

    Attributes:
        name: unique; the name of its module. Other items name it in `needs`.
        code: code of its lines; empty where the facts bring the codes (agreed earnings).
        kind: the sign of its lines.
        position: its place on the payslip.
        needs: names of items, or of `GROUPS` of items, whose columns the formula reads.
        formula: columns → lines. It reads nothing but the workings.
        reference: the article that gives the right, in Chinese as the payslip quotes it.
        wage_part: its part of total wages, or None.
        share: for deductions.
        counts_to_minimum: whether an earning counts as wage for the minimum wage.
        is_taxed: whether an earning is taxable income.
        in_extra: whether it is part of an extra payment of named amounts, beside the month's pay.
        label: its name for people.
        explanation: clauses that make one sentence.

    """

    name: str
    code: str
    kind: LineKind
    position: int
    label: Text
    reference: str
    formula: Callable[[Workings], Sequence[LineBlock]]
    explanation: tuple[Clause, ...]
    needs: tuple[str, ...] = ()
    wage_part: WagePart | None = None
    share: Share | None = None
    counts_to_minimum: bool = True
    is_taxed: bool = True
    in_extra: bool = False

    def lines(
        self,
        amount_fen: Column,
        *,
        quantity_micro: Column | None = None,
        rate_micro: Column | None = None,
        show: Mask | None = None,
        operands: Mapping[str, Column] | None = None,
    ) -> LineBlock:
        """Make lines from columns that have one row an employee.

        Only amounts other than 0 make a line, unless `show` says who has one.
        """
        rows = np.flatnonzero(amount_fen != 0 if show is None else show)

        def pick(column: Column) -> Column:
            if rows.size < column.size:
                return column.take(rows)
            # Not copied: it belongs to the workings or the facts, and nobody may write to it here.
            shared = column.view()
            shared.flags.writeable = False
            return shared

        return self.rows(
            rows,
            pick(amount_fen),
            quantity_micro=None if quantity_micro is None else pick(quantity_micro),
            rate_micro=None if rate_micro is None else pick(rate_micro),
            operands={name: pick(column) for name, column in (operands or {}).items()},
        )

    def rows(
        self,
        employee: Column,
        amount_fen: Column,
        *,
        code: str = "",
        kind: LineKind | None = None,
        wage_part: WagePart | None = None,
        quantity_micro: Column | None = None,
        rate_micro: Column | None = None,
        detail: Column | None = None,
        details: tuple[str, ...] = (),
        operands: Mapping[str, Column] | None = None,
    ) -> LineBlock:
        """Make lines from columns that have one row a line, sorted by employee."""
        return LineBlock(
            code=code or self.code,
            kind=kind or self.kind,
            wage_part=wage_part or self.wage_part,
            reference=self.reference,
            employee=employee,
            amount_fen=amount_fen,
            quantity_micro=quantity_micro,
            rate_micro=rate_micro,
            detail=detail,
            details=details,
            operands=dict(operands or {}),
        )


_GROSS = (LineKind.EARNING, LineKind.REDUCTION)

GROUPS: Final[Mapping[str, Callable[[PayItem], bool]]] = {
    "gross_before_top_up": lambda item: item.kind in _GROSS and item.name != TOP_UP,
    "gross_pay": lambda item: item.kind in _GROSS,
    "total_wages": lambda item: item.kind in _GROSS and item.wage_part is not None,
    "uncounted_pay": lambda item: item.kind in _GROSS and not item.counts_to_minimum,
    "untaxed_pay": lambda item: item.kind in _GROSS and not item.is_taxed,
    Share.INSURANCE: lambda item: item.share is Share.INSURANCE,
    Share.TAX: lambda item: item.share is Share.TAX,
    Share.OTHER: lambda item: item.share is Share.OTHER,
}
"""Sums that items may need: names of groups of items."""
