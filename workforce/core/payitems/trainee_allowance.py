"""Allowance of trainees, as given."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    return [ITEM.lines(work.given(AmountKind.TRAINEE_ALLOWANCE))]


ITEM = PayItem(
    name="trainee_allowance",
    code="trainee_allowance",
    kind=LineKind.EARNING,
    position=250,
    label=Text("培训补助", "Trainee allowance"),
    reference="培训协议",
    formula=_formula,
    explanation=(
        Clause("按培训协议发 {amount_fen} 元", "{amount_fen} yuan by the training agreement"),
    ),
)
