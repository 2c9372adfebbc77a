"""Pay for services beside piece output; only people without an employment contract."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    return [ITEM.lines(work.given(AmountKind.LABOR_SERVICE_INCOME))]


ITEM = PayItem(
    name="labor_service_pay",
    code="labor_service_pay",
    kind=LineKind.EARNING,
    position=260,
    label=Text("劳务报酬", "Labour-service pay"),
    reference="劳务协议",
    formula=_formula,
    explanation=(
        Clause("按劳务协议发 {amount_fen} 元", "{amount_fen} yuan by the service agreement"),
    ),
)
