"""What a revised issue may tell beside the first one, which everybody has.

1. What the issue before withheld stays withheld: else the old gap would be filled from the new figures.
2. A column of a table is revised only where behind each of its differences stand nobody or at least
   ``RULES.least`` jobs, in the groups that are withheld, too: old and new figures together then tell
   of nobody alone. Else the column stays as it was, in all groups and margins, until more is corrected.
3. Quantities that follow from one another (``IDENTITIES``) stay together, in one table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from workforce.bureau.basis import Corrections
from workforce.bureau.issues.differences import Changes, cells_of, differences
from workforce.statistics.additive import IDENTITIES
from workforce.statistics.cube import CubeSet, CubeTable
from workforce.statistics.disclosure.rules import RULES
from workforce.statistics.measures import measures
from workforce.statistics.tables import Cell, CellState

_WITHHELD: Final = Cell(CellState.WITHHELD)


Lookup = Callable[[str, str], Corrections | None]
"""By codes of cube and measure: the jobs corrected since that column was told; None: not known."""


def revise(old: CubeSet, new: CubeSet, corrections: Lookup) -> tuple[CubeSet, Changes]:
    """Return what a revised issue tells, and what it changes of the issue before it.

    Where it is not known which jobs were corrected, nothing changes. It has the tables and columns of
    that issue: what has been added to the program since then begins with the next month.
    """
    tables, kept_back = {}, []
    for code, was in old.tables.items():
        now = new.tables.get(code)
        stays = _staying(was, now, corrections)
        tables[code] = was if now is None else _merged(was, now, stays)
        kept_back += [(code, measure) for measure in was.figures if measure in stays]
    uncounted = new.uncounted if _may_replace(old.uncounted, new.uncounted) else old.uncounted
    revised = replace(new, tables=tables, uncounted=uncounted)
    return revised, Changes(differences(old, revised), tuple(kept_back))


def _may_replace(old: Cell, new: Cell) -> bool:
    """Tell whether a single count may be told anew: interns and trainees, who are in no table."""
    if old.value is None or new.value is None:
        return False
    return abs(new.value - old.value) >= RULES.least


def _staying(was: CubeTable, now: CubeTable | None, corrections: Lookup) -> frozenset[str]:
    """Return the measures that would change, but stay as they were."""
    before, after = cells_of(was), cells_of(now)
    changed = {code for code in before if before[code] != after.get(code)}
    if now is None or not changed:
        return frozenset(changed)
    needed = {code: _needs(code) for code in was.figures}
    unsafe = _linked(
        {
            quantity
            for code, quantities in needed.items()
            for quantity in quantities
            if _is_few(quantity, was, corrections(was.code, code))
        }
    )
    staying = {
        code
        for code in changed
        if code not in after or not needed[code] or not unsafe.isdisjoint(needed[code])
    }
    has_same_groups = [axis.codes for axis in was.axes] == [axis.codes for axis in now.axes]
    return frozenset(staying if has_same_groups or not staying else changed)


def _needs(measure: str) -> tuple[str, ...]:
    """Return the quantities that a measure tells of; of one that is no more, nothing is known."""
    known = measures().get(measure)
    return known.needs if known else ()


def _is_few(quantity: str, table: CubeTable, corrections: Corrections | None) -> bool:
    """Tell whether too few jobs, but not nobody, stand behind a difference of a quantity."""
    axes = [axis.code for axis in table.axes]
    if corrections is None or not corrections.knows(quantity, axes):
        return True
    return any(RULES.is_small(count) for _key, count in corrections.behind(axes, quantity))


def _linked(quantities: Collection[str]) -> set[str]:
    """Return quantities with all that follow from them, step by step."""
    found = set(quantities)
    for _ in IDENTITIES:
        for identity in IDENTITIES:
            members = {code for code, _sign in identity.terms}
            if not found.isdisjoint(members):
                found |= members
    return found


def _merged(was: CubeTable, now: CubeTable, stays: Collection[str]) -> CubeTable:
    """Return the newer table with the columns that stay, and the gaps of the older one."""
    before, after = cells_of(was), cells_of(now)
    axes = was.axes if stays else now.axes
    table = replace(was, title=now.title, axes=axes)
    places = table.keys()
    return replace(
        table,
        figures={
            code: tuple(
                before[code][groups]
                if code in stays
                else _told(before[code].get(groups), after[code][groups])
                for groups in places
            )
            for code in was.figures
        },
    )


def _told(old: Cell | None, new: Cell) -> Cell:
    is_withheld = old is not None and old.state is CellState.WITHHELD
    return _WITHHELD if is_withheld else new
