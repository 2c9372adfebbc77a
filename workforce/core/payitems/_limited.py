"""Deductions inside the limits of art 16: what finds no room is noted, never lost."""

from collections.abc import Mapping, Sequence

import numpy as np

from workforce.core.money import Column
from workforce.core.pay_item import PayItem
from workforce.core.results import LineBlock, NoteBlock
from workforce.core.rules.deduction_cap import take
from workforce.core.rules.minimum_wage import TOP_UP
from workforce.core.workings import Workings

NEEDS = (
    "gross_pay",
    "untaxed_pay",
    "annual_bonus",
    "insurance_and_fund",
    "taxes",
    "other_deductions",
    TOP_UP,
)
"""What the room of art 16 is made from."""


def limited_lines(
    work: Workings,
    item: PayItem,
    claim_fen: Column,
    room_fen: Column,
    operands: Mapping[str, Column],
) -> Sequence[LineBlock]:
    """Take a claim from the room, and note the rest."""
    taken = take(claim_fen, room_fen)
    who = np.flatnonzero(claim_fen > taken)
    left = claim_fen - taken
    work.notes.add(
        NoteBlock(
            code=f"{item.name}_without_room",
            employee=who,
            params={"claim_fen": claim_fen[who], "taken_fen": taken[who], "left_fen": left[who]},
        )
    )
    return [item.lines(taken, operands={**operands, "claim_fen": claim_fen, "room_fen": room_fen})]
