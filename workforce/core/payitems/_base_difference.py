"""The shape that both sides of base differences share: a line for each month that owes more."""

from collections.abc import Sequence

import numpy as np

from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def difference_item(
    name: str,
    position: int,
    label: Text,
    schemes: dict[str, str],
    parts: Sequence[tuple[str, str, str]],
    *,
    share: Share | None = None,
) -> PayItem:
    """Make the pay item of one side.

    Args:
        name: name and code; names with ``employer_`` are the employer's.
        position: place on the payslip.
        label: its name for people.
        schemes: the side's schemes.
        parts: of each scheme its code, and what it is called in Chinese and English.
        share: for the own side.

    """

    def formula(work: Workings) -> Sequence[LineBlock]:
        found = work.base_differences
        more = found.owed_more(schemes)
        row = np.flatnonzero(more)
        operands = {f"{code}_fen": found.by_scheme[code][row] for code, _, _ in parts}
        operands |= {
            "for_month": found.month[row],
            "charged_base_fen": found.charged_base_fen[row],
            "owed_base_fen": found.owed_base_fen[row],
        }
        return [item.rows(found.employee[row], more[row], operands=operands)]

    item = PayItem(
        name=name,
        code=name,
        kind=LineKind.EMPLOYER if share is None else LineKind.DEDUCTION,
        position=position,
        label=label,
        reference="社会保险法第六十条；当年缴费基数通知",
        share=share,
        formula=formula,
        explanation=(
            Clause(
                "{for_month} 应按缴费基数 {owed_base_fen} 元，已按 {charged_base_fen} 元缴纳，补差：",
                "{for_month} is owed on a base of {owed_base_fen} yuan and was charged on"
                " {charged_base_fen} yuan; missing: ",
            ),
            *(
                Clause(
                    f"{zh} {{{code}_fen}} 元，", f"{en} {{{code}_fen}} yuan, ", when=f"{code}_fen"
                )
                for code, zh, en in parts
            ),
            Clause("共 {amount_fen} 元", "together {amount_fen} yuan"),
        ),
    )
    return item
