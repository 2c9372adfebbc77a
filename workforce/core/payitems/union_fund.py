"""What an employer with a trade union pays it: 2 % of total wages, where the company's policy says so."""

from collections.abc import Sequence

import numpy as np

from workforce.core.money import MICRO_IN_FEN
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind
from workforce.core.rules.social_insurance import share
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    wages = np.maximum(work.paid("total_wages"), 0)
    who = (work.policy_column("has_union_fund") > 0) & work.is_in_total_wages & (wages > 0)
    rate = work.law.column("union_fund_rate", ITEM.name, who)
    return [
        ITEM.lines(
            share(wages, rate),
            quantity_micro=wages * MICRO_IN_FEN,
            rate_micro=rate,
            operands={"wages_fen": wages, "fund_rate_micro": rate},
        )
    ]


ITEM = PayItem(
    name="union_fund",
    code="union_fund",
    kind=LineKind.EMPLOYER,
    position=660,
    label=Text("工会经费（单位）", "Trade-union fund, employer"),
    reference="工会法第四十三条",
    needs=("total_wages",),
    in_extra=True,
    formula=_formula,
    explanation=(
        Clause(
            "本月工资总额 {wages_fen} 元 × {fund_rate_micro} = {amount_fen} 元",
            "Total wages of the month {wages_fen} yuan × {fund_rate_micro} = {amount_fen} yuan",
        ),
    ),
)
