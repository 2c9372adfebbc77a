"""Damages: at most {limit_rate_micro} of the month's wage, and the minimum wage stays."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.payitems._limited import NEEDS, limited_lines
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    claim = work.given(AmountKind.DAMAGES)
    room = work.art_16_room_fen - work.paid("quality_deduction")
    limit = np.full(work.size, work.damages_limit_rate_micro)
    return limited_lines(work, ITEM, claim, room, {"limit_rate_micro": limit})


ITEM = PayItem(
    name="damages_deduction",
    code="damages_deduction",
    kind=LineKind.DEDUCTION,
    position=490,
    label=Text("损失赔偿扣款", "Damages"),
    reference="工资支付暂行规定第十六条",
    share=Share.LIMITED,
    needs=(*NEEDS, "quality_deduction"),
    formula=_formula,
    explanation=(
        Clause(
            "应赔 {claim_fen} 元；扣后不得低于最低工资且不超过当月工资的 {limit_rate_micro}，可扣 {room_fen} 元，"
            "实扣 {amount_fen} 元",
            "Claim {claim_fen} yuan; at most {limit_rate_micro} of the month's wage and never below the minimum"
            " wage: room for {room_fen} yuan, {amount_fen} yuan taken",
        ),
    ),
)
