"""Leave pay of pieceworkers: the average day wage; people with base pay keep it instead."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import LeaveKind
from workforce.core.money import MICRO, Column, round_half_up
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.leave import HALVES
from workforce.core.rules.proration import HALF_DAY_HUNDREDTHS
from workforce.core.text import Text
from workforce.core.workings import Workings


def leave_item(
    name: str,
    kinds: tuple[LeaveKind, ...],
    position: int,
    label: Text,
    reference: str,
    *,
    counts_to_minimum: bool,
) -> PayItem:
    """Make the pay item of some kinds of leave: average monthly wage ÷ 21.75 × days."""

    def formula(work: Workings) -> Sequence[LineBlock]:
        half_days = pieceworker_leave(work, kinds)
        average = average_wage(work, half_days)
        amount = round_half_up(average * half_days * HALF_DAY_HUNDREDTHS, work.paid_days_hundredths)
        return [
            item.lines(
                amount,
                quantity_micro=half_days * (MICRO // HALVES),
                operands={
                    "average_fen": average,
                    "leave_half_days": half_days,
                    "paid_days_hundredths": np.full(work.size, work.paid_days_hundredths),
                },
            )
        ]

    item = PayItem(
        name=name,
        code=name,
        kind=LineKind.EARNING,
        position=position,
        label=label,
        reference=reference,
        wage_part=WagePart.SPECIAL,
        counts_to_minimum=counts_to_minimum,
        formula=formula,
        explanation=(
            Clause(
                "前 12 个月平均月工资（不含加班）{average_fen} 元 ÷ {paid_days_hundredths} ×"
                " {leave_days} 天 = {amount_fen} 元",
                "Average monthly wage of 12 months without overtime {average_fen} yuan ÷"
                " {paid_days_hundredths} × {leave_days} day(s) = {amount_fen} yuan",
            ),
        ),
    )
    return item


def pieceworker_leave(work: Workings, kinds: Sequence[LeaveKind]) -> Column:
    """Return the half days on some kinds of leave, of people without base pay."""
    days = sum((work.days.on_leave(kind) for kind in kinds), start=np.zeros(work.size, np.int64))
    without_base = (work.facts.time_wages.base_pay_fen == 0) & ~work.is_labor_service
    return np.where(without_base, days, 0)


def average_wage(work: Workings, half_days: Column) -> Column:
    """Return the average monthly wage of those who have such days; missing, it is a fault."""
    wages = work.facts.time_wages
    missing = np.flatnonzero((half_days > 0) & ~wages.has_average_monthly_wage)
    field = "time_wages.average_monthly_wage_fen"
    work.faults.add("pay.average_wage_missing", field, missing, leave_half_days=half_days[missing])
    return np.where(half_days > 0, wages.average_monthly_wage_fen, 0)
