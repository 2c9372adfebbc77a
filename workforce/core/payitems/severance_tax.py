"""Tax on severance: only what exceeds three local average wages of a year, on the annual table alone."""

from collections.abc import Sequence

import numpy as np

from workforce.core.money import MICRO
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.rules.income_tax import on_table
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    paid = work.paid("severance_pay")
    who = paid > 0
    average = work.law.column("severance_average_wage_year", ITEM.name, who)
    times = work.law.column("severance_exempt_average_wages", ITEM.name, who)
    excess = np.maximum(paid - average * times, 0)
    table = work.law.table("income_tax_annual_brackets", ITEM.name, excess > 0)
    tax = on_table(excess * MICRO, table)
    return [
        ITEM.lines(
            tax.tax_fen,
            operands={
                "paid_fen": paid,
                "average_year_fen": average,
                "times_count": times,
                "excess_fen": excess,
                "tax_rate_micro": tax.rate_micro,
                "quick_fen": tax.quick_fen,
            },
        )
    ]


ITEM = PayItem(
    name="severance_tax",
    code="severance_tax",
    kind=LineKind.DEDUCTION,
    position=465,
    label=Text("离职补偿个人所得税", "Tax on severance"),
    reference="财税〔2018〕164号第五条第（一）项",
    share=Share.TAX,
    needs=("severance_pay",),
    formula=_formula,
    explanation=(
        Clause(
            "离职补偿 {paid_fen} 元 − 免税额（上年度职工年平均工资 {average_year_fen} 元 × {times_count}）"
            " = {excess_fen} 元，单独按年税率表：{excess_fen} 元 × {tax_rate_micro}",
            "Severance {paid_fen} yuan − exempt (local average wage of a year {average_year_fen} yuan ×"
            " {times_count}) = {excess_fen} yuan, alone on the annual table: {excess_fen} yuan ×"
            " {tax_rate_micro}",
        ),
        Clause(
            " − 速算扣除数 {quick_fen} 元", " − quick deduction {quick_fen} yuan", when="quick_fen"
        ),
        Clause(" = {amount_fen} 元", " = {amount_fen} yuan"),
    ),
)
