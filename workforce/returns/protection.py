"""Which figures of returns are not told, so that nobody is found by them.

A company tells the bureau its totals: that is its duty. How few of its people are of a kind, and what few
of them earn, is not told: neither the figure nor what it could be worked out from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

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
_PUBLISHED_BY_COMPANY: Final = ("insured",)
"""Figures that published tables tell company by company, and withhold by a choice of their own: of a month with
some that are withheld they are told there alone."""
_OF_EVERYBODY: Final = frozenset({"total_wages", "worked_hours"})
_PERCENT: Final = 100


class Told(NamedTuple):
    """A computed return: its figures, and how many jobs stand behind an amount."""

    figures: dict[str, int]
    behind: dict[str, int]


def withheld_of_company(figures: Figures, behind: Mapping[str, int]) -> frozenset[str]:
    """Return the items of one company's computed return that an official is not told.

    ``behind``: how many jobs stand behind an amount, where that is known; an amount of some of the
    people of whom nobody knows how many they are is withheld. What companies type themselves is about
    no person, and told.
    """
    figures = {code: value for code, value in figures.items() if not items()[code].is_typed}
    if any(RULES.is_small(figures.get(code, 0)) for code in ("jobs_start", "jobs_end")):
        return frozenset(figures)
    hidden = {
        code
        for code, value in figures.items()
        if code not in _TOTALS and _is_telling(items()[code], value, figures, behind)
    }
    return _whole(hidden, figures)


def withheld_of_month(
    returns: Mapping[int, Told], inside: Collection[int]
) -> dict[int, frozenset[str]]:
    """Return by company what an official is not told of a month's computed returns.

    Figures of all companies inside of the base and of all outside (``inside``: the ids of the former) are
    published: what one company alone withholds would be the published figure less those of all others there.
    So another company's is withheld, too, where it needs to be.
    """
    found: dict[int, frozenset[str]] = {}
    for is_inside in (True, False):
        found |= _withheld_of_place(
            {key: told for key, told in returns.items() if (key in inside) is is_inside}
        )
    return found


def _withheld_of_place(returns: Mapping[int, Told]) -> dict[int, frozenset[str]]:
    hidden = {key: set(withheld_of_company(*told)) for key, told in returns.items()}
    added: dict[str, set[int]] = {
        code: set() for code, item in items().items() if code not in _TOTALS and not item.is_typed
    }
    is_done = False
    while not is_done:
        is_done = True
        for code, helpers in added.items():
            item = items()[code]
            parts = {
                key: _Part.of(item, told.figures)
                for key, told in returns.items()
                if code in told.figures
            }
            held = {key: part for key, part in parts.items() if code in hidden[key]}
            secret = max((one.value for key, one in held.items() if key not in helpers), default=0)
            others = sorted(
                (one, key) for key, one in parts.items() if key not in held and one.value > 0
            )
            if not held or not others or _is_blurred(item, secret, [*held.values()]):
                continue
            wanted = (
                key for one, key in others if _is_blurred(item, secret, [*held.values(), one])
            )
            key = next(wanted, others[-1][1])
            helpers.add(key)
            hidden[key] |= _whole(hidden[key] | {code}, returns[key].figures)
            is_done = False
    for code in _PUBLISHED_BY_COMPANY:
        if any(code in codes for codes in hidden.values()):
            hidden = {
                key: codes | {code} & returns[key].figures.keys() for key, codes in hidden.items()
            }
    return {key: frozenset(codes) for key, codes in hidden.items()}


class _Part(NamedTuple):
    """A figure, and what it leaves of the whole that it is a part of (0: of none)."""

    value: int
    rest: int

    @classmethod
    def of(cls, item: Item, figures: Figures) -> _Part:
        value = figures[item.code]
        return cls(value, figures.get(item.part_of, value) - value if item.part_of else 0)


def _is_blurred(item: Item, secret: int, held: list[_Part]) -> bool:
    """Tell whether the sum of what some companies withhold says little of each; ``secret``: the largest."""
    total = sum(one.value for one in held)
    if item.unit is ItemUnit.PERSONS:
        return (
            len(held) > 1
            and total >= RULES.least
            and not RULES.is_small(sum(one.rest for one in held))
        )
    return (total - secret) * _PERCENT >= secret * RULES.interval_percent


def _whole(hidden: set[str], figures: Figures) -> frozenset[str]:
    """Return withheld figures with those of the same company that they could be worked out from."""
    if "total_wages" in hidden:
        hidden = hidden | _PARTS
    return closed(_with_a_larger_part(hidden, figures)) & figures.keys()


def _with_a_larger_part(hidden: set[str], figures: Figures) -> set[str]:
    """Add to withheld parts of wages the least of the others that blurs them.

    The total less the parts that are told is the sum of what is withheld: it must be so much more than
    the parts of few that it bounds them no closer than the rules allow. Where no other is large enough,
    all are withheld.
    """
    few = sum(figures[code] for code in hidden & _PARTS)
    others = {code for code in _PARTS - hidden if figures.get(code, 0)}
    if not hidden & _PARTS:
        return hidden
    least = few * RULES.interval_percent
    blurring = [code for code in others if figures[code] * _PERCENT >= least]
    if not blurring:
        return hidden | others
    return hidden | {min(blurring, key=lambda code: (figures[code], code))}


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
