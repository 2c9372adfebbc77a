"""Corrections of earlier months; a negative one lowers gross pay as a reduction.

The second half of a month may correct the first.
"""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import month_number
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    rows, period = work.facts.adjustments, work.facts.period
    late = np.flatnonzero(rows.for_month >= month_number(period) + (not period.begins_month))
    work.faults.add(
        "pay.adjustment_not_earlier",
        "adjustments.for_month",
        rows.employee[late],
        for_month=rows.for_month[late],
        row=late,
    )
    # Rows of one month and reason are one line, whatever their number.
    key = (rows.for_month * max(len(work.facts.reasons), 1)) + rows.reason
    order = np.lexsort((key, rows.employee))
    employee, key, amount = rows.employee[order], key[order], rows.amount_fen[order]
    starts = np.ones(employee.size, dtype=np.bool_)
    starts[1:] = (employee[1:] != employee[:-1]) | (key[1:] != key[:-1])
    first = np.flatnonzero(starts)
    total = np.add.reduceat(amount, first) if first.size else amount
    month, reason = np.divmod(key[first], max(len(work.facts.reasons), 1))
    return [
        _block(work, kind, employee[first][mine], sign * total[mine], month[mine], reason[mine])
        for kind, sign, mine in (
            (LineKind.EARNING, 1, total > 0),
            (LineKind.REDUCTION, -1, total < 0),
        )
    ]


def _block(
    work: Workings,
    kind: LineKind,
    employee: np.ndarray,
    amount: np.ndarray,
    month: np.ndarray,
    reason: np.ndarray,
) -> LineBlock:
    return ITEM.rows(
        employee,
        amount,
        kind=kind,
        detail=reason,
        details=work.facts.reasons,
        operands={
            "for_month": month,
            "is_reduction": np.full_like(month, kind is LineKind.REDUCTION),
        },
    )


ITEM = PayItem(
    name="adjustment",
    code="adjustment",
    kind=LineKind.EARNING,
    position=280,
    label=Text("以前月份调整", "Adjustment of an earlier month"),
    reference="工资支付暂行规定第六条",
    wage_part=WagePart.SPECIAL,
    counts_to_minimum=False,
    formula=_formula,
    explanation=(
        Clause("{for_month} 的调整（{detail}）", "Adjustment of {for_month} ({detail})"),
        Clause("：补发 {amount_fen} 元", ": {amount_fen} yuan added", when="!is_reduction"),
        Clause("：扣回 {amount_fen} 元", ": {amount_fen} yuan taken back", when="is_reduction"),
    ),
)
