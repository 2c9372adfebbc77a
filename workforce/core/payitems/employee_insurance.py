"""A given total of own insurance and fund, in the place of all computed lines."""

from collections.abc import Sequence

import numpy as np

from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    given = work.facts.contributions
    return [ITEM.lines(np.where(given.has_given_total, given.given_total_fen, 0))]


ITEM = PayItem(
    name="employee_insurance",
    code="employee_insurance",
    kind=LineKind.DEDUCTION,
    position=445,
    label=Text("社保公积金（个人合计）", "Own insurance and fund, as given"),
    reference="社会保险法第六十条",
    share=Share.INSURANCE,
    formula=_formula,
    explanation=(
        Clause(
            "按给定的个人社保和公积金合计 {amount_fen} 元",
            "Own insurance and fund as given: {amount_fen} yuan",
        ),
    ),
)
