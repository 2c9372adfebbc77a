"""Lines whose codes the facts bring: one block a code, rows of the same code added up."""

from collections.abc import Callable, Sequence

import numpy as np

from workforce.core.facts import AmountKind
from workforce.core.pay_item import PayItem
from workforce.core.results import LineBlock, WagePart
from workforce.core.workings import Workings

LATE_UNTAXED = "late_untaxed"
"""Code of what an earlier month's correction gives back after its tax."""


def agreed_lines(
    work: Workings,
    item: PayItem,
    kinds: Sequence[AmountKind],
    wage_part: Callable[[str], WagePart | None] = lambda _: None,
) -> list[LineBlock]:
    """Make a block for each kind and code, in the order given by the facts."""
    rows = work.facts.amounts
    blocks: list[tuple[tuple[int, int, str], LineBlock]] = []
    for place, kind in enumerate(kinds):
        mine = rows.kind == kind
        for code in np.unique(rows.code[mine]).tolist():
            selected = np.flatnonzero(mine & (rows.code == code))
            total = np.zeros(work.size, dtype=np.int64)
            np.add.at(total, rows.employee[selected], rows.amount_fen[selected])
            who = np.flatnonzero(total)
            name = work.facts.codes[code]
            untaxed = np.full(who.size, int(kind is AmountKind.UNTAXED_EARNING), dtype=np.int64)
            operands = {"is_untaxed": untaxed}
            if name == LATE_UNTAXED:
                operands["is_late"] = np.ones_like(untaxed)
            block = item.rows(
                who,
                total[who],
                code=name,
                wage_part=wage_part(name),
                operands=operands,
            )
            blocks.append(((place, int(rows.order[selected].min()), name), block))
    return [block for _, block in sorted(blocks, key=lambda pair: pair[0])]
