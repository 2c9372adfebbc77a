"""Time wage; of joiners and leavers for their own payable days."""

from collections.abc import Sequence

from workforce.core.money import MICRO
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.proration import employed_part
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    monthly = work.facts.time_wages.base_pay_fen
    days = work.days
    amount = employed_part(monthly, days.payable_days_employed, days.payable_days)
    return [
        ITEM.lines(
            amount,
            quantity_micro=days.payable_days_employed * MICRO,
            operands={
                "monthly_fen": monthly,
                "employed_days": days.payable_days_employed,
                "payable_days": days.payable_days,
                "is_part": (days.payable_days_employed < days.payable_days).astype(int),
            },
        )
    ]


ITEM = PayItem(
    name="base_pay",
    code="base_pay",
    kind=LineKind.EARNING,
    position=100,
    label=Text("基本工资", "Base pay"),
    reference="劳动合同；人社部发〔2025〕2号",
    wage_part=WagePart.TIME,
    formula=_formula,
    explanation=(
        Clause(
            "约定月工资 {monthly_fen} 元，本月应计薪 {payable_days} 天全部在职",
            "Agreed monthly wage {monthly_fen} yuan; employed on all {payable_days} payable days",
            when="!is_part",
        ),
        Clause(
            "约定月工资 {monthly_fen} 元 × 在职计薪日 {employed_days} 天 ÷ 本月计薪日 {payable_days} 天"
            " = {amount_fen} 元（计薪日 = 工作日 + 法定节假日）",
            "Agreed monthly wage {monthly_fen} yuan × {employed_days} payable days employed ÷"
            " {payable_days} payable days of the month = {amount_fen} yuan (payable days are workdays"
            " and public holidays)",
            when="is_part",
        ),
    ),
)
