"""Agreed payments that are not wage for the tax (误餐补助, 差旅费津贴, …)."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.payitems._agreed import LATE_UNTAXED, agreed_lines
from workforce.core.results import LineBlock, LineKind, NoteBlock
from workforce.core.text import Text
from workforce.core.workings import Workings

_LISTED: Final = {
    "missed_meal_subsidy",
    "travel_allowance",
    "only_child_subsidy",
    "childcare_subsidy",
    LATE_UNTAXED,  # taxed when it was due
}
"""What is no wage by 国税发〔1994〕89号 item 2; that another name means the same is for a person to see."""


def _formula(work: Workings) -> Sequence[LineBlock]:
    blocks = agreed_lines(work, ITEM, [AmountKind.UNTAXED_EARNING])
    for block in blocks:
        if block.code not in _LISTED:
            work.notes.add(
                NoteBlock(
                    code="untaxed_not_listed",
                    employee=block.employee,
                    detail=np.zeros_like(block.employee),
                    details=(block.code,),
                )
            )
    return blocks


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
