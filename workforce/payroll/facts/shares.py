"""Splits what groups have made: each pot of the month among its members, whoever of them is paid here.

A pot depends on all its members. Where it cannot be split (no price, no weight), none of them is
paid until that is put right (``payroll.facts.checks``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workforce.core.facts import NONE
from workforce.core.group_shares import (
    LARGEST_POT_FEN,
    LARGEST_WEIGHT,
    pot_value,
)
from workforce.core.grouping import sums_at
from workforce.core.money import MICRO_IN_FEN, largest_remainder_groups
from workforce.payroll.facts.columns import MINUTES_IN_DAY, Positions, cell

if TYPE_CHECKING:
    from workforce.core.facts import Mask
    from workforce.core.money import Column
    from workforce.payroll.facts.columns import Numbers, Table
    from workforce.payroll.facts.reading import MonthTables


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitShares:
    """Members' shares by row of the table; rows of members without a part are left out.

    ``row``: rows of the table that have a share; the columns below stand beside it. ``weight`` and
    ``pot_weight``: thousandths of a point, or minutes. ``too_large``, ``without_weight``: rows of
    pots that cannot be split.
    """

    row: Column
    pot_fen: Column
    share_fen: Column
    weight: Column
    pot_weight: Column
    too_large: Column
    without_weight: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Pots:
    """Every member's part in every pot that was split, whoever of them is paid here.

    Pot by pot, in the order in which left-over fen go; ``qty`` and ``price_micro`` are the pot's.
    ``is_paid``: the row is one of the facts' group shares, which stand in this order.
    """

    pot: Column
    weight: Column
    qty: Column
    price_micro: Column
    is_paid: Mask


def pots_of(tables: MonthTables, split: SplitShares, positions: Positions) -> Pots:
    """Return the pots of a month; ``positions`` are those of the people who are paid."""
    table, row = tables.shares, split.row
    return Pots(
        pot=table.ints("output_record_id")[row],
        weight=split.weight,
        qty=table.ints("accepted_qty")[row],
        price_micro=table.ints("unit_price")[row],
        is_paid=positions.of(table.ints("employment_id")[row]) != NONE,
    )


def split_shares(tables: MonthTables) -> SplitShares:
    """Split every pot that can be split."""
    table = tables.shares
    qty, price = table.ints("accepted_qty"), table.ints("unit_price")
    weight = _weights(table, tables.shifts)
    _, first, pot = np.unique(
        table.ints("output_record_id"), return_index=True, return_inverse=True
    )
    pot_weight = np.zeros(first.size, np.int64)
    np.add.at(pot_weight, pot, weight)
    is_made = qty > 0
    too_large = price > LARGEST_POT_FEN * MICRO_IN_FEN // np.maximum(qty, 1)
    is_light = is_made & (pot_weight == 0)[pot]
    is_wrong = too_large | is_light | (table.ints("price_count") != 1) | (weight > LARGEST_WEIGHT)
    is_whole = np.ones(first.size, np.bool_)
    is_whole[pot[is_wrong]] = False
    row = np.flatnonzero(is_made & is_whole[pot])
    row = row[np.lexsort((_ranks(table, tables.kin)[row], pot[row]))]
    pots, of_pot = np.unique(pot[row], return_inverse=True)
    pot_fen = pot_value(qty[first[pots]], price[first[pots]])
    share_fen = largest_remainder_groups(pot_fen, of_pot, weight[row])
    has_part = np.flatnonzero(weight[row])
    return SplitShares(
        row=row[has_part],
        pot_fen=pot_fen[of_pot][has_part],
        share_fen=share_fen[has_part],
        weight=weight[row][has_part],
        pot_weight=pot_weight[pot[row]][has_part],
        too_large=np.flatnonzero(too_large),
        without_weight=np.flatnonzero(is_light),
    )


def _weights(table: Numbers, shifts: Table) -> Column:
    """Return each member's weight: the stated one, or the minutes of the day's own shifts."""
    is_stated = table.is_known("share_weight") | (table.ints("is_by_hours") == 0)
    wanted = cell(table.ints("employment_id"), table.days("work_on"))
    start = shifts.minutes("starts_at")
    worked = shifts.minutes("ends_at") - start - shifts.ints("break_minutes")
    day = cell(shifts.ints("employment_id"), start // MINUTES_IN_DAY)
    keys, position = np.unique(wanted[~is_stated], return_inverse=True)
    weight = table.ints("share_weight").copy()
    if keys.size:
        weight[~is_stated] = sums_at(keys, day, np.maximum(worked, 0))[position]
    return weight


def _ranks(table: Numbers, kin: Table) -> Column:
    """Return where each row's member stands in the order of employee numbers.

    Of all members, also those whom another run pays: every run must split a pot alike.
    """
    positions = Positions(kin.ints("employment_id"))
    member = positions.of(np.unique(table.ints("employment_id")))
    assert not np.any(member == NONE), "a group's members are of the company"
    numbers = kin.texts("employee_no")
    rank = np.zeros(kin.size, np.int64)
    rank[sorted(member.tolist(), key=numbers.__getitem__)] = np.arange(member.size)
    return rank[positions.of(table.ints("employment_id"))]
