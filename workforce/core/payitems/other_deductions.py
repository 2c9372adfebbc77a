"""Other agreed or ordered deductions: court orders first, then in the order written."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.payitems._agreed import agreed_lines
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    return agreed_lines(work, ITEM, [AmountKind.COURT_ORDER, AmountKind.OTHER_DEDUCTION])


ITEM = PayItem(
    name="other_deductions",
    code="",
    kind=LineKind.DEDUCTION,
    position=470,
    label=Text("其他扣款", "Other deductions"),
    reference="工资支付暂行规定第十五条",
    share=Share.OTHER,
    in_extra=True,
    formula=_formula,
    explanation=(
        Clause(
            "按约定或法院文书代扣 {amount_fen} 元",
            "{amount_fen} yuan as agreed or ordered by a court",
        ),
    ),
)
