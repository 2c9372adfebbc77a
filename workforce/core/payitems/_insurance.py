"""The shape that all contributions share: base × rate, own side or employer's."""

from collections.abc import Callable, Sequence

import numpy as np

from workforce.core.money import MICRO_IN_FEN, Column
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.rules.social_insurance import share
from workforce.core.text import Text
from workforce.core.workings import Workings

Columns = Callable[[Workings], Column]

_OWN = (
    Clause(
        "缴费基数 {base_fen} 元 × {own_rate_micro}",
        "Contribution base {base_fen} yuan × {own_rate_micro}",
    ),
    Clause(
        " − 以前月份多缴的 {set_off_fen} 元",
        " − {set_off_fen} yuan paid too much in earlier months",
        when="set_off_fen",
    ),
    Clause(" = {amount_fen} 元", " = {amount_fen} yuan"),
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
        full, set_off = share(base, rates), work.base_differences.set_off(name, work.size)
        over = np.flatnonzero(set_off > full)
        work.faults.add(
            "pay.base_difference_too_large",
            "base_differences",
            over,
            set_off_fen=set_off[over],
            due_fen=full[over],
        )
        return [
            item.lines(
                np.maximum(full - set_off, 0),
                show=full > 0,  # a line that is set off to nothing tells why
                quantity_micro=base * MICRO_IN_FEN,
                rate_micro=rates,
                operands={
                    "base_fen": base,
                    "own_rate_micro": rates,
                    "declared_fen": declared,
                    "set_off_fen": set_off,
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
