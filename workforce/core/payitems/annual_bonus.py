"""Annual bonus, taxed on its own or merged into the month's wage."""

from collections.abc import Sequence

from workforce.core.facts import AmountKind
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    separate = work.separate_bonus_fen
    amount = work.given(AmountKind.ANNUAL_BONUS_SEPARATE) + work.given(
        AmountKind.ANNUAL_BONUS_MERGED
    )
    return [ITEM.lines(amount, operands={"separate_fen": separate})]


ITEM = PayItem(
    name="annual_bonus",
    code="annual_bonus",
    kind=LineKind.EARNING,
    position=270,
    label=Text("年终奖", "Annual bonus"),
    reference="公司薪酬制度",
    wage_part=WagePart.BONUS,
    counts_to_minimum=False,
    in_extra=True,
    formula=_formula,
    explanation=(
        Clause("年终奖 {amount_fen} 元", "Annual bonus {amount_fen} yuan"),
        Clause("，单独计税", ", taxed on its own", when="separate_fen"),
        Clause("，并入当月工资计税", ", taxed with the month's wage", when="!separate_fen"),
    ),
)
