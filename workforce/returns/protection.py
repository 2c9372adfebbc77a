"""Which figures of returns are not told, so that nobody is found by them.

A company tells the bureau its totals: that is its duty. How few of its people are of a kind, and what few
of them earn, is not told: neither the figure nor what it could be worked out from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workforce.core.results import WagePart
from workforce.returns.checks import Figures
from workforce.returns.items import Item, ItemUnit, items
from workforce.statistics.disclosure.rules import RULES

_PARTS: Final = frozenset(f"{part}_wages" for part in WagePart)
_TOGETHER: Final = (
    frozenset({"joined", "left"}),
    frozenset({"arrears_people", "arrears_amount"}),
)
"""Figures that follow from one another and from totals that are told: withheld all or none."""
_TOTALS: Final = frozenset({"jobs_start", "jobs_end", "average_headcount"})
_OF_EVERYBODY: Final = frozenset({"total_wages", "worked_hours"})


def withheld_of_company(figures: Figures, behind: Mapping[str, int]) -> frozenset[str]:
    """Return the items of one company's computed return that an official is not told.

    ``behind``: how many jobs stand behind an amount, where that is known; an amount of some of the
    people of whom nobody knows how many they are is withheld.
    """
    if any(RULES.is_small(figures.get(code, 0)) for code in ("jobs_start", "jobs_end")):
        return frozenset(figures)
    hidden = {
        code
        for code, value in figures.items()
        if code not in _TOTALS and _is_telling(items()[code], value, figures, behind)
    }
    return closed(_with_a_larger_part(hidden, figures)) & figures.keys()


def _with_a_larger_part(hidden: set[str], figures: Figures) -> set[str]:
    """Add to withheld parts of wages the least of the others: the rest of the total is then many people's."""
    others = [code for code in _PARTS - hidden if figures.get(code, 0)]
    if not hidden & _PARTS or not others:
        return hidden
    return hidden | {min(others, key=lambda code: (figures[code], code))}


def _is_telling(item: Item, value: int, figures: Figures, behind: Mapping[str, int]) -> bool:
    if item.unit is ItemUnit.PERSONS:
        return is_few(item, value, figures)
    if value == 0:
        return False
    if item.code in behind:
        return RULES.is_small(behind[item.code])
    return item.code not in _OF_EVERYBODY and item.code != "arrears_amount"


def is_few(item: Item, value: int, figures: Figures) -> bool:
    """Tell whether a number of people is about few, or leaves few of the whole."""
    rest = figures.get(item.part_of, 0) - value if item.part_of else 0
    return RULES.is_small(value) or RULES.is_small(rest)


def closed(hidden: set[str]) -> frozenset[str]:
    """Add what must be withheld with these items, for it would tell them."""
    for together in _TOGETHER:
        if hidden & together:
            hidden = hidden | together
    return frozenset(hidden)
