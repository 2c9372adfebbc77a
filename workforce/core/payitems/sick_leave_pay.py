"""Sick leave of pieceworkers: the average day wage, at least 80 % of the minimum wage's."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import LeaveKind
from workforce.core.money import MICRO, round_half_up
from workforce.core.pay_item import Clause, PayItem
from workforce.core.payitems._leave import average_wage, pieceworker_leave_days
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.proration import HUNDREDTHS
from workforce.core.text import Text
from workforce.core.workings import Workings

_PERCENT = MICRO // HUNDREDTHS
"""The rate is a whole percentage: days × rate ÷ 1 % is exact, and times 21.75 days in hundredths."""


def _formula(work: Workings) -> Sequence[LineBlock]:
    days = pieceworker_leave_days(work, [LeaveKind.SICK_LEAVE])
    average = average_wage(work, days)
    is_sick = days > 0
    rate = work.law.column("sick_pay_minimum_rate", ITEM.name, is_sick)
    minimum = work.law.column("minimum_wage_month", ITEM.name, is_sick)
    is_minimum = minimum * rate > average * MICRO
    by_average = round_half_up(average * days * HUNDREDTHS, work.paid_days_hundredths)
    part = days * rate // _PERCENT
    by_minimum = round_half_up(minimum * part, work.paid_days_hundredths)
    amount = np.where(is_minimum, by_minimum, by_average)
    return [
        ITEM.lines(
            amount,
            quantity_micro=days * MICRO,
            operands={
                "average_fen": average,
                "leave_days": days,
                "paid_days_hundredths": np.full(work.size, work.paid_days_hundredths),
                "minimum_fen": minimum,
                "minimum_rate_micro": rate,
                "is_minimum": is_minimum.astype(int),
            },
        )
    ]


ITEM = PayItem(
    name="sick_leave_pay",
    code="sick_leave_pay",
    kind=LineKind.EARNING,
    position=210,
    label=Text("病假工资", "Sick leave pay"),
    reference="劳部发〔1995〕309号第59条",
    wage_part=WagePart.SPECIAL,
    counts_to_minimum=False,
    formula=_formula,
    explanation=(
        Clause(
            "前 12 个月平均月工资（不含加班）{average_fen} 元 ÷ {paid_days_hundredths} ×"
            " 病假 {leave_days} 天 = {amount_fen} 元",
            "Average monthly wage of 12 months without overtime {average_fen} yuan ÷"
            " {paid_days_hundredths} × {leave_days} day(s) of sick leave = {amount_fen} yuan",
            when="!is_minimum",
        ),
        Clause(
            "病假工资不得低于最低工资的 {minimum_rate_micro}：{minimum_fen} 元 × {minimum_rate_micro} ÷"
            " {paid_days_hundredths} × {leave_days} 天 = {amount_fen} 元",
            "Sick pay is at least {minimum_rate_micro} of the minimum wage: {minimum_fen} yuan ×"
            " {minimum_rate_micro} ÷ {paid_days_hundredths} × {leave_days} day(s) = {amount_fen} yuan",
            when="is_minimum",
        ),
    ),
)
