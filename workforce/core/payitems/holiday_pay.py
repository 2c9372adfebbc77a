"""Pay of statutory holidays not worked, for people without base pay (劳动法 art 51).

Also for interns, trainees and part-time people: the company says what a day is, and 0 is noted.
"""

from collections.abc import Sequence

import numpy as np

from workforce.core.money import MICRO, MICRO_IN_FEN
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, NoteBlock, WagePart
from workforce.core.rules.day_grid import days_true
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    is_free = work.holidays & ~work.holidays_worked
    is_due = ~work.is_labor_service & (work.facts.time_wages.base_pay_fen == 0)
    days = np.where(is_due, days_true(is_free), 0)
    day_wage = work.policy_column("holiday_day_wage_fen")
    unpaid = np.flatnonzero((days > 0) & (day_wage == 0))
    work.notes.add(
        NoteBlock(code="holiday_unpaid", employee=unpaid, params={"holiday_days": days[unpaid]})
    )
    return [
        ITEM.lines(
            days * day_wage,
            quantity_micro=days * MICRO,
            rate_micro=day_wage * MICRO_IN_FEN,
            operands={"holiday_days": days, "day_wage_fen": day_wage},
        )
    ]


ITEM = PayItem(
    name="holiday_pay",
    code="holiday_pay",
    kind=LineKind.EARNING,
    position=190,
    label=Text("法定节假日工资", "Public-holiday pay"),
    reference="劳动法第五十一条",
    wage_part=WagePart.SPECIAL,
    formula=_formula,
    explanation=(
        Clause(
            "未上班的法定节假日 {holiday_days} 天 × 每天 {day_wage_fen} 元 = {amount_fen} 元",
            "{holiday_days} public holiday(s) not worked × {day_wage_fen} yuan = {amount_fen} yuan",
        ),
    ),
)
