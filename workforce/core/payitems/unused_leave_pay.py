"""Annual leave that could not be taken: 200 % on top of the wage already paid."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from workforce.core.money import MICRO, round_half_up
from workforce.core.pay_item import Clause, PayItem
from workforce.core.payitems._leave import average_wage
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.proration import HUNDREDTHS
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    days = work.facts.attendances.unused_leave_days
    average = average_wage(work, days)
    rate = work.law.national("unused_leave_extra_rate", ITEM.name, days > 0)
    extra = Fraction(rate, MICRO) * HUNDREDTHS / work.paid_days_hundredths
    amount = round_half_up(average * days * extra.numerator, extra.denominator)
    return [
        ITEM.lines(
            amount,
            quantity_micro=days * MICRO,
            operands={
                "average_fen": average,
                "leave_days": days,
                "paid_days_hundredths": np.full(work.size, work.paid_days_hundredths),
                "extra_rate_micro": np.full(work.size, rate),
            },
        )
    ]


ITEM = PayItem(
    name="unused_leave_pay",
    code="unused_leave_pay",
    kind=LineKind.EARNING,
    position=235,
    label=Text("未休年休假工资", "Unused leave pay"),
    reference="企业职工带薪年休假实施办法第十条、第十一条",
    wage_part=WagePart.SPECIAL,
    counts_to_minimum=False,
    formula=_formula,
    explanation=(
        Clause(
            "前 12 个月平均月工资（不含加班）{average_fen} 元 ÷ {paid_days_hundredths} ×"
            " 未休 {leave_days} 天 × {extra_rate_micro} = {amount_fen} 元（另外的 100% 已随工资发放）",
            "Average monthly wage of 12 months without overtime {average_fen} yuan ÷"
            " {paid_days_hundredths} × {leave_days} day(s) not taken × {extra_rate_micro} ="
            " {amount_fen} yuan (the other 100 % was paid with the wage)",
        ),
    ),
)
