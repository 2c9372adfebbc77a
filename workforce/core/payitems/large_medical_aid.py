"""Large-sum medical aid, own share: a fixed sum that does not follow the base."""

from collections.abc import Sequence

from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    who = work.has_computed_insurance
    return [ITEM.lines(work.law.column("large_medical_aid_employee_amount", ITEM.name, who))]


ITEM = PayItem(
    name="large_medical_aid",
    code="large_medical_aid",
    kind=LineKind.DEDUCTION,
    position=420,
    label=Text("大额医疗互助（个人）", "Large medical aid"),
    reference="渝府办发〔2014〕97号",
    share=Share.INSURANCE,
    formula=_formula,
    explanation=(Clause("每月定额 {amount_fen} 元", "A fixed {amount_fen} yuan a month"),),
)
