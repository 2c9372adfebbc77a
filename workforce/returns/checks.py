"""Whether the figures of a return can be true: what must hold, and what must be explained.

A *must* keeps a return from being submitted. A *doubt* may be right all the same: it is submitted
with a remark that explains it, as the statistical system has its reporters do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workforce.core.errors import InputError
from workforce.core.money import round_half_up
from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.returns.items import Item, ItemUnit, items

Figures = Mapping[str, int]

WAGE_CHANGE_PERCENT: Final = 30
"""Wages per head that move by more than this from one month to the next are asked about."""
MOST_HOURS: Final = 300
"""More hours than anybody works in a month, on average."""
_PERCENT: Final = 100
_AVERAGE: Final = 10**ItemUnit.AVERAGE.decimals
_HOUR: Final = 10**ItemUnit.HOURS.decimals


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one figure; ``error`` has the words. ``is_must``: it cannot be submitted so."""

    item: Item
    error: InputError
    is_must: bool


def check(
    figures: Figures, former: Figures | None = None, minimum_wage: int | None = None
) -> list[Finding]:
    """Return what is wrong or doubtful, in the order of the form.

    ``former``: last month's figures that count; ``minimum_wage``: of a month, in fen; None: not known.
    """
    found = [*_musts(figures), *_doubts(figures, former or {}, minimum_wage)]
    order = {code: number for number, code in enumerate(items())}
    return sorted(found, key=lambda finding: (order[finding.item.code], not finding.is_must))


def _musts(figures: Figures) -> Iterator[Finding]:
    for item in items().values():
        if item.is_required and item.code not in figures:
            yield _must(item.code, InputError("return.missing", item=item.label))
        whole = item.part_of
        if whole is not None and _is_larger(figures, item.code, whole):
            error = InputError(
                "return.part",
                item=item.label,
                part=_shown(item.code, figures),
                whole=items()[whole].label,
                value=_shown(whole, figures),
            )
            yield _must(item.code, error)
    if {"jobs_start", "joined", "left", "jobs_end"} <= figures.keys():
        expected = figures["jobs_start"] + figures["joined"] - figures["left"]
        if expected != figures["jobs_end"]:
            error = InputError(
                "return.end",
                expected=_written("jobs_end", expected),
                value=_shown("jobs_end", figures),
            )
            yield _must("jobs_end", error)
    parts = [f"{part}_wages" for part in WagePart]
    if {"total_wages", *parts} <= figures.keys():
        total = sum(figures[part] for part in parts)
        if total != figures["total_wages"]:
            error = InputError(
                "return.wages",
                expected=_written("total_wages", total),
                value=_shown("total_wages", figures),
            )
            yield _must("total_wages", error)


def _doubts(figures: Figures, former: Figures, minimum_wage: int | None) -> Iterator[Finding]:
    if "jobs_start" in figures and figures["jobs_start"] != former.get(
        "jobs_end", figures["jobs_start"]
    ):
        yield _doubt("jobs_start", InputError("return.start", former=_shown("jobs_end", former)))
    if {"average_headcount", "jobs_start", "joined"} <= figures.keys():
        most = figures["jobs_start"] + figures["joined"]
        if figures["average_headcount"] > most * _AVERAGE:
            yield _doubt("average_headcount", InputError("return.average", most=most))
    yield from _wage_doubts(figures, former, minimum_wage)
    hours = per_head(figures, "worked_hours")
    if hours is not None and hours > MOST_HOURS * _HOUR:
        error = InputError("return.hours", value=ItemUnit.HOURS.shown(hours), most=MOST_HOURS)
        yield _doubt("worked_hours", error)
    owed = {bool(figures[code]) for code in ("arrears_people", "arrears_amount") if code in figures}
    if len(owed) > 1:
        yield _doubt("arrears_amount", InputError("return.arrears"))


def _wage_doubts(figures: Figures, former: Figures, minimum_wage: int | None) -> Iterator[Finding]:
    wage, before = per_head(figures, "total_wages"), per_head(former, "total_wages")
    if wage is None:
        return
    shown = ItemUnit.YUAN.shown(wage)
    if before and abs(wage - before) * _PERCENT > before * WAGE_CHANGE_PERCENT:
        error = InputError(
            "return.wage_change",
            wage=shown,
            before=ItemUnit.YUAN.shown(before),
            percent=WAGE_CHANGE_PERCENT,
        )
        yield _doubt("total_wages", error)
    if minimum_wage is not None and wage < minimum_wage:
        error = InputError(
            "return.below_minimum", wage=shown, minimum=ItemUnit.YUAN.shown(minimum_wage)
        )
        yield _doubt("total_wages", error)


def per_head(figures: Figures, code: str) -> int | None:
    """Return a figure ÷ average people, in its own unit, half up; None where either is not known."""
    average = figures.get("average_headcount")
    if not average or code not in figures:
        return None
    value: int = round_half_up(figures[code] * _AVERAGE, average)
    return value


def _is_larger(figures: Figures, code: str, other: str) -> bool:
    return code in figures and other in figures and figures[code] > figures[other]


def _must(code: str, error: InputError) -> Finding:
    return Finding(items()[code], error.at(code), is_must=True)


def _doubt(code: str, error: InputError) -> Finding:
    return Finding(items()[code], error.at(code), is_must=False)


def _shown(code: str, figures: Figures) -> Text:
    return _written(code, figures[code])


def _written(code: str, value: int) -> Text:
    unit = items()[code].unit
    text = unit.shown(value)
    return Text(f"{text} {unit.label.zh}", f"{text} {unit.label.en}")
