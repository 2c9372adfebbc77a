"""Night shift allowance, as agreed in the company."""

from collections.abc import Sequence

import numpy as np

from workforce.core.money import MICRO, MICRO_IN_FEN
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    per_shift = work.policy_column("night_allowance_fen")
    count = np.where(work.is_labor_service, 0, work.night_shift_count)
    return [
        ITEM.lines(
            count * per_shift,
            quantity_micro=count * MICRO,
            rate_micro=per_shift * MICRO_IN_FEN,
            operands={"shift_count": count, "per_shift_fen": per_shift},
        )
    ]


ITEM = PayItem(
    name="night_allowance",
    code="night_allowance",
    kind=LineKind.EARNING,
    position=170,
    label=Text("夜班津贴", "Night allowance"),
    reference="公司薪酬制度；最低工资规定第十二条",
    wage_part=WagePart.ALLOWANCE,
    counts_to_minimum=False,
    formula=_formula,
    explanation=(
        Clause(
            "夜班 {shift_count} 个 × 每班 {per_shift_fen} 元 = {amount_fen} 元"
            "（22:00 至次日 6:00 之间至少 2 小时为夜班）",
            "{shift_count} night shift(s) × {per_shift_fen} yuan = {amount_fen} yuan"
            " (at least 2 hours between 22:00 and 06:00)",
        ),
    ),
)
