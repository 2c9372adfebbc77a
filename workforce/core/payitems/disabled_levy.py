"""The employer's levy for the employment of disabled people, as given."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    return [ITEM.lines(work.given(AmountKind.DISABLED_LEVY))]


ITEM = PayItem(
    name="disabled_levy",
    code="disabled_levy",
    kind=LineKind.EMPLOYER,
    position=670,
    label=Text("残疾人就业保障金（单位）", "Levy for the disabled, employer"),
    reference="渝财综〔2016〕58号",
    formula=_formula,
    explanation=(Clause("按给定的数额 {amount_fen} 元", "As given: {amount_fen} yuan"),),
)
