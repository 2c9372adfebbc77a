"""What unpaid days take from the time wage."""

from collections.abc import Sequence

import numpy as np

from workforce.core.money import MICRO
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.leave import HALVES
from workforce.core.rules.proration import unpaid_part
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    monthly = work.facts.time_wages.base_pay_fen
    days, line = work.days, work.paid("base_pay")
    unpaid = days.unpaid_half_days
    nothing = days.attended_half_days + days.paid_leave_half_days == 0
    is_whole = nothing & ~work.has_worked_payable_day & (unpaid > 0)
    amount = unpaid_part(monthly, line, unpaid, work.paid_days_hundredths, is_whole)
    return [
        ITEM.lines(
            amount,
            quantity_micro=unpaid * (MICRO // HALVES),
            operands={
                "monthly_fen": monthly,
                "unpaid_half_days": unpaid,
                "paid_days_hundredths": np.full(work.size, work.paid_days_hundredths),
                "is_whole": is_whole.astype(int),
            },
        )
    ]


ITEM = PayItem(
    name="absence_deduction",
    code="absence_deduction",
    kind=LineKind.REDUCTION,
    position=350,
    label=Text("缺勤扣减", "Absence"),
    reference="人社部发〔2025〕2号",
    wage_part=WagePart.TIME,
    needs=("base_pay",),
    formula=_formula,
    explanation=(
        Clause(
            "月工资 {monthly_fen} 元 ÷ {paid_days_hundredths} × 未出勤且无薪 {unpaid_days} 天，"
            "不超过本月基本工资 = {amount_fen} 元",
            "Monthly wage {monthly_fen} yuan ÷ {paid_days_hundredths} × {unpaid_days} unpaid days,"
            " at most the base pay of the month = {amount_fen} yuan",
            when="!is_whole",
        ),
        Clause(
            "本月没有出勤也没有带薪假（{unpaid_days} 天无薪），基本工资全部扣减",
            "No day worked or on paid leave ({unpaid_days} unpaid days): the whole base pay is taken off",
            when="is_whole",
        ),
    ),
)
