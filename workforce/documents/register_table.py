"""The columns of a payroll register, with every cell: one table that spreadsheet and PDF both set.

Reductions and deductions are positive figures under their own heads, as registers are kept:
gross = earnings − reductions, net = gross − deductions, on every row and in the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from workforce.core.money import MICRO
from workforce.core.results import LineKind
from workforce.core.rules.leave import HALVES
from workforce.core.text import Text
from workforce.documents import labels
from workforce.documents.views import PayslipView, RegisterView, TimeView
from workforce.platform.sheets import Cell, CellKind

GROUPS: Final = {
    LineKind.EARNING: labels.EARNINGS,
    LineKind.REDUCTION: labels.REDUCTIONS,
    LineKind.DEDUCTION: labels.DEDUCTIONS,
    LineKind.EMPLOYER: labels.EMPLOYER_SHARE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterColumn:
    """A column with its cells, one for each payslip, and what stands under them.

    ``item`` is the kind of the pay item that the column shows and ``code`` its code; other columns
    have neither.
    """

    title: Text
    group: Text
    kind: CellKind
    cells: tuple[Cell, ...]
    total: Cell
    item: LineKind | None = None
    code: str = ""


def register_columns(view: RegisterView) -> list[RegisterColumn]:
    """Return the columns of a register from left to right."""
    slips = view.payslips
    people: tuple[tuple[Text, Callable[[PayslipView], str]], ...] = (
        (labels.EMPLOYEE_NO, lambda slip: slip.employee_no),
        (labels.NAME, lambda slip: slip.person_name),
    )
    result = labels.RESULT
    return [
        RegisterColumn(
            title=labels.NUMBER,
            group=labels.PERSON,
            kind=CellKind.COUNT,
            cells=tuple(range(1, len(slips) + 1)),
            total=None,
        ),
        *(
            RegisterColumn(
                title=title,
                group=labels.PERSON,
                kind=CellKind.TEXT,
                cells=tuple(read(slip) for slip in slips),
                total=None,
            )
            for title, read in people
        ),
        _attended_days([slip.time for slip in slips]),
        *_items(view, LineKind.EARNING),
        *_items(view, LineKind.REDUCTION),
        _money(labels.GROSS_PAY, result, [slip.gross_pay for slip in slips], view.gross_pay),
        *_items(view, LineKind.DEDUCTION),
        _money(labels.NET_PAY, result, [slip.net_pay for slip in slips], view.net_pay),
        *_items(view, LineKind.EMPLOYER),
        _money(
            labels.EMPLOYER_COST, result, [slip.employer_cost for slip in slips], view.employer_cost
        ),
    ]


def _attended_days(times: Sequence[TimeView]) -> RegisterColumn:
    """Return the days as whole numbers, or with their halves where anybody has one."""
    has_halves = any(time.has_attended_half for time in times)
    return RegisterColumn(
        title=labels.ATTENDED_DAYS,
        group=labels.PERSON,
        kind=CellKind.MICRO if has_halves else CellKind.COUNT,
        cells=tuple(
            time.attended_half_days * MICRO // HALVES if has_halves else time.attended_days
            for time in times
        ),
        total=None,
    )


def _items(view: RegisterView, kind: LineKind) -> list[RegisterColumn]:
    """Return a column for each item of a kind that anybody has, in the order of the payslips."""
    position: dict[str, int] = {}
    titles: dict[str, Text] = {}
    amounts: list[Counter[str]] = []
    for slip in view.payslips:
        own: Counter[str] = Counter()
        for line in slip.of_kind(kind):
            own[line.code] += line.amount
            position[line.code] = min(line.position, position.get(line.code, line.position))
            titles.setdefault(line.code, line.label)
        amounts.append(own)
    return [
        _money(titles[code], GROUPS[kind], [own[code] for own in amounts], item=kind, code=code)
        for code in sorted(position, key=lambda code: (position[code], code))
    ]


def _money(
    title: Text,
    group: Text,
    cells: list[int],
    total: int | None = None,
    item: LineKind | None = None,
    code: str = "",
) -> RegisterColumn:
    return RegisterColumn(
        title=title,
        group=group,
        kind=CellKind.MONEY,
        cells=tuple(cells),
        total=sum(cells) if total is None else total,
        item=item,
        code=code,
    )
