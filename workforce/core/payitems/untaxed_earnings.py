"""Agreed payments that are not wage for the tax (误餐补助, 差旅费津贴, …)."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.payitems._agreed import agreed_lines
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    return agreed_lines(work, ITEM, [AmountKind.UNTAXED_EARNING])


ITEM = PayItem(
    name="untaxed_earnings",
    code="",
    kind=LineKind.EARNING,
    position=290,
    label=Text("不计税补助", "Untaxed payments"),
    reference="国税发〔1994〕89号第二条",
    counts_to_minimum=False,
    is_taxed=False,
    in_extra=True,
    formula=_formula,
    explanation=(
        Clause(
            "按约定发 {amount_fen} 元，不计入应税工资",
            "{amount_fen} yuan as agreed, not taxable as wage",
            when="!is_late",
        ),
        Clause(
            "以前月份税后多扣或少发的 {amount_fen} 元，现在补给；当时已经计税，不再计税",
            "{amount_fen} yuan that an earlier month deducted too much, or paid too little, after its tax:"
            " paid now without tax",
            when="is_late",
        ),
    ),
)
