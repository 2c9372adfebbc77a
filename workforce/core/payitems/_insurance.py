"""The shape that all contributions share: base × rate, own side or employer's."""

from collections.abc import Callable, Sequence

from workforce.core.money import Column
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.rules.minimum_wage import MICRO_IN_FEN
from workforce.core.rules.social_insurance import share
from workforce.core.text import Text
from workforce.core.workings import Workings

Columns = Callable[[Workings], Column]

_OWN = (
    Clause(
        "缴费基数 {base_fen} 元 × {own_rate_micro} = {amount_fen} 元",
        "Contribution base {base_fen} yuan × {own_rate_micro} = {amount_fen} yuan",
    ),
    Clause(
        "（申报 {declared_fen} 元低于当月下限，按下限计）",
        " (declared {declared_fen} yuan, raised to the month's lower limit)",
        when="is_raised",
    ),
    Clause(
        "（申报 {declared_fen} 元高于当月上限，按上限计）",
        " (declared {declared_fen} yuan, lowered to the month's upper limit)",
        when="is_lowered",
    ),
)


def contribution_item(
    name: str,
    position: int,
    label: Text,
    reference: str,
    *,
    parameter: str = "",
    rate: Columns | None = None,
    is_fund: bool = False,
) -> PayItem:
    """Make the pay item of one scheme and side; names with ``employer_`` are the employer's.

    Args:
        name: name and code.
        position: place on the payslip.
        label: its name for people.
        reference: the article.
        parameter: the law parameter of the rate, or
        rate: the given rates in millionths.
        is_fund: housing fund, not social insurance.

    """
    is_employers = name.startswith("employer_")

    def formula(work: Workings) -> Sequence[LineBlock]:
        given = work.facts.contributions
        if is_fund:
            who, base, declared = work.has_computed_fund, work.fund_base_fen, given.fund_base_fen
        else:
            who, base = work.has_computed_insurance, work.insurance_base_fen
            declared = given.contribution_base_fen
        rates = rate(work) if rate else work.law.column(parameter, name, who)
        return [
            item.lines(
                share(base, rates),
                quantity_micro=base * MICRO_IN_FEN,
                rate_micro=rates,
                operands={
                    "base_fen": base,
                    "own_rate_micro": rates,
                    "declared_fen": declared,
                    "is_raised": (base > declared).astype(int),
                    "is_lowered": (base < declared).astype(int),
                },
            )
        ]

    item = PayItem(
        name=name,
        code=name,
        kind=LineKind.EMPLOYER if is_employers else LineKind.DEDUCTION,
        position=position,
        label=label,
        reference=reference,
        share=None if is_employers else Share.INSURANCE,
        formula=formula,
        explanation=_OWN,
    )
    return item
