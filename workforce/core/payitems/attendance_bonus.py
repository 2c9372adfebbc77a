"""Full-attendance bonus: no lateness, absence or unpaid leave in the month.

It is agreed for a whole month: who is paid by half months has none, and a note says so.
"""

from collections.abc import Sequence

import numpy as np

from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, NoteBlock, WagePart
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    bonus = work.policy_column("attendance_bonus_fen")
    is_full = (work.days.unpaid_half_days == 0) & (work.facts.attendances.late_count == 0)
    earned = is_full & ~work.is_labor_service & work.is_employed
    if work.facts.period.half:
        without = np.flatnonzero(earned & (bonus > 0))
        work.notes.add(NoteBlock(code="attendance_bonus_of_months", employee=without))
        earned = np.zeros_like(earned)
    attended = {"attended_half_days": work.days.attended_half_days}
    return [ITEM.lines(np.where(earned, bonus, 0), operands=attended)]


ITEM = PayItem(
    name="attendance_bonus",
    code="attendance_bonus",
    kind=LineKind.EARNING,
    position=180,
    label=Text("全勤奖", "Attendance bonus"),
    reference="公司薪酬制度",
    wage_part=WagePart.BONUS,
    formula=_formula,
    explanation=(
        Clause(
            "出勤 {attended_days} 天，没有迟到、旷工和无薪假，按约定发 {amount_fen} 元",
            "{attended_days} days attended without lateness, absence or unpaid leave:"
            " {amount_fen} yuan as agreed",
        ),
    ),
)
