"""Quality as a deduction from net pay: it takes first from the room of art 16."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import QualityBasis
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.payitems._limited import NEEDS, limited_lines
from workforce.core.payitems._quality import CLAUSES, LABEL, quality_loss
from workforce.core.results import LineBlock, LineKind
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    loss = quality_loss(work)
    claim = np.where(work.has_quality_basis(QualityBasis.DEDUCTION), loss.amount_fen, 0)
    return limited_lines(work, ITEM, claim, work.art_16_room_fen, loss.operands)


ITEM = PayItem(
    name="quality_deduction",
    code="quality_deduction",
    kind=LineKind.DEDUCTION,
    position=480,
    label=LABEL,
    reference="工资支付暂行规定第十六条",
    share=Share.LIMITED,
    needs=NEEDS,
    formula=_formula,
    explanation=(
        *CLAUSES,
        Clause(
            "；法律限额内可扣 {room_fen} 元，实扣 {amount_fen} 元",
            "; the law leaves room for {room_fen} yuan, {amount_fen} yuan taken",
        ),
    ),
)
