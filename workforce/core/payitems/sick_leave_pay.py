"""Sick leave of pieceworkers: the average day wage, at least 80 % of the minimum wage's.

People with base pay keep it; where it is below that least, what is missing is paid.
"""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import LeaveKind
from workforce.core.money import MICRO, round_half_up
from workforce.core.pay_item import Clause, PayItem
from workforce.core.payitems._leave import average_wage, pieceworker_leave
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.leave import HALVES
from workforce.core.rules.proration import HALF_DAY_HUNDREDTHS
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    by_piece = pieceworker_leave(work, [LeaveKind.SICK_LEAVE])
    average = average_wage(work, by_piece)
    kept = np.where(work.has_floor, work.facts.time_wages.base_pay_fen, 0)
    half_days = np.where(kept > 0, work.days.on_leave(LeaveKind.SICK_LEAVE), by_piece)
    is_sick = half_days > 0
    rate = work.law.column("sick_pay_minimum_rate", ITEM.name, is_sick)
    minimum = work.law.column("minimum_wage_month", ITEM.name, is_sick)
    is_minimum = minimum * rate > np.maximum(average, kept) * MICRO
    by_average = round_half_up(average * half_days * HALF_DAY_HUNDREDTHS, work.paid_days_hundredths)
    missing = np.maximum(minimum * rate - kept * MICRO, 0) * half_days
    by_minimum = round_half_up(missing, work.paid_days_hundredths * (MICRO // HALF_DAY_HUNDREDTHS))
    amount = np.where(is_minimum, by_minimum, by_average)
    return [
        ITEM.lines(
            amount,
            quantity_micro=half_days * (MICRO // HALVES),
            operands={
                "average_fen": average,
                "leave_half_days": half_days,
                "paid_days_hundredths": np.full(work.size, work.paid_days_hundredths),
                "minimum_fen": minimum,
                "minimum_rate_micro": rate,
                "is_average": (~is_minimum).astype(int),
                "is_minimum": (is_minimum & (kept == 0)).astype(int),
                "kept_fen": np.where(is_minimum, kept, 0),
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
            when="is_average",
        ),
        Clause(
            "病假工资不得低于最低工资的 {minimum_rate_micro}：{minimum_fen} 元 × {minimum_rate_micro} ÷"
            " {paid_days_hundredths} × {leave_days} 天 = {amount_fen} 元",
            "Sick pay is at least {minimum_rate_micro} of the minimum wage: {minimum_fen} yuan ×"
            " {minimum_rate_micro} ÷ {paid_days_hundredths} × {leave_days} day(s) = {amount_fen} yuan",
            when="is_minimum",
        ),
        Clause(
            "病假期间基本工资照发；不得低于最低工资的 {minimum_rate_micro}，补"
            "（{minimum_fen} 元 × {minimum_rate_micro} − 基本工资 {kept_fen} 元）÷"
            " {paid_days_hundredths} × {leave_days} 天 = {amount_fen} 元",
            "Base pay is kept on sick leave, at least {minimum_rate_micro} of the minimum wage:"
            " ({minimum_fen} yuan × {minimum_rate_micro} − base pay {kept_fen} yuan) ÷"
            " {paid_days_hundredths} × {leave_days} day(s) = {amount_fen} yuan are added",
            when="kept_fen",
        ),
    ),
)
