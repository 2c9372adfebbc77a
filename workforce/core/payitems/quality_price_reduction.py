"""Quality by the agreed price rule: the piece value of a batch × (1 − factor)."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import QualityBasis
from workforce.core.pay_item import PayItem
from workforce.core.payitems._quality import CLAUSES, LABEL, note_without_output, quality_loss
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    note_without_output(work)
    loss = quality_loss(work)
    amount = np.where(work.has_quality_basis(QualityBasis.PRICE), loss.amount_fen, 0)
    return [ITEM.lines(amount, operands=loss.operands)]


ITEM = PayItem(
    name="quality_price_reduction",
    code="quality_deduction",
    kind=LineKind.REDUCTION,
    position=360,
    label=LABEL,
    reference="劳动合同约定的计件单价规则；劳动法第三十七条",
    wage_part=WagePart.PIECE,
    formula=_formula,
    explanation=CLAUSES,
)
