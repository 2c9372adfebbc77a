"""Further agreed earnings, as given."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.payitems._agreed import agreed_lines
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.text import Text
from workforce.core.workings import Workings

_PARTS = {
    "_bonus": WagePart.BONUS,
    "commission": WagePart.PIECE,
    "_pay": WagePart.TIME,
}


def wage_part(code: str) -> WagePart:
    """Return the part of total wages of an agreed item, by the end of its code.

    ``…_bonus`` is a bonus, ``…commission`` piecework, ``…_pay`` (position_pay, performance_pay) time
    wage; all else is an allowance.
    """
    return next((part for end, part in _PARTS.items() if code.endswith(end)), WagePart.ALLOWANCE)


def _formula(work: Workings) -> Sequence[LineBlock]:
    return agreed_lines(work, ITEM, [AmountKind.EARNING], wage_part)


ITEM = PayItem(
    name="earnings",
    code="",
    kind=LineKind.EARNING,
    position=240,
    label=Text("约定的其他应发", "Other agreed earnings"),
    reference="劳动合同或公司薪酬制度",
    wage_part=WagePart.ALLOWANCE,
    in_extra=True,
    formula=_formula,
    explanation=(Clause("按约定发 {amount_fen} 元", "{amount_fen} yuan as agreed"),),
)
