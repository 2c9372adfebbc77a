"""Ours beside theirs: what of one person and item must agree, and what a difference comes from.

Pure: figures go in, differences come out. Amounts are fen, rates millionths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from workforce.documents.filing_month import CONTINUOUS, WAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workforce.documents.filing_month import FiledPerson, FilingMonth, TaxFigures

TAX: Final = "tax"
INSURANCE: Final = "insurance"
FUND: Final = "fund"
KINDS: Final = (TAX, INSURANCE, FUND)
FUND_ITEM: Final = "housing_fund"

FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    TAX: ("income", "cumulative_income", "taxable", "rate", "due", "before", "tax"),
    INSURANCE: ("base", "own", "employer"),
    FUND: ("base", "own", "employer"),
}
"""The figures of each kind, in the order in which they are shown."""
PAID: Final[Mapping[str, tuple[str, ...]]] = {
    TAX: ("tax",),
    INSURANCE: ("own", "employer"),
    FUND: ("own", "employer"),
}
"""Those that are money to be paid: their sums tie to the files that were handed in."""

Key = tuple[str, str]
"""The ID number (or its keyed hash) and the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side says of a person and item. ``is_clamped``: the base was moved to a limit."""

    name: str
    figures: Mapping[str, int]
    id_number: str = ""
    employment_id: int | None = None
    employee_no: str = ""
    is_clamped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Figures that do not agree: name → ours, theirs. ``amount``: theirs less ours of what is paid."""

    cause: str
    figures: Mapping[str, list[int | None]]
    amount: int


@dataclass(slots=True, kw_only=True)
class Comparison:
    """Everything about one result: differences by key, and what both sides come to."""

    differences: dict[Key, Difference] = field(default_factory=dict)
    people_here: int = 0
    people_there: int = 0
    people_equal: int = 0
    totals: dict[str, list[int]] = field(default_factory=dict)


def ours(month: FilingMonth, kind: str) -> dict[Key, Side]:
    """Return our figures by ID number and item: those of the files that are handed in."""
    found = {}
    for person in month.people:
        who: dict[str, Any] = {
            "name": person.person.name,
            "id_number": person.person.id_number,
            "employment_id": person.person.employment_id,
            "employee_no": person.person.employee_no,
        }
        sides = _tax(person) if kind == TAX else _schemes(person, kind, str(month.period))
        for item, figures, is_clamped in sides:
            found[person.person.id_number, item] = Side(
                figures=figures, is_clamped=is_clamped, **who
            )
    return found


def _tax(person: FiledPerson) -> Iterator[tuple[str, dict[str, int], bool]]:
    for item, figures in person.taxed.items():
        yield item, _tax_figures(item, figures), False


def _tax_figures(item: str, figures: TaxFigures) -> dict[str, int]:
    """Return what the client states too; of interns it may count 80 % of the year's income or all."""
    found = {"income": figures.income + figures.exempt, "tax": figures.tax}
    if item in {WAGES, CONTINUOUS}:
        found |= {
            "taxable": figures.taxable,
            "rate": figures.rate,
            "due": figures.due,
            "before": figures.before,
        }
    if item == WAGES:
        found["cumulative_income"] = figures.cumulative_income
    return found


def _schemes(
    person: FiledPerson, kind: str, period: str
) -> Iterator[tuple[str, dict[str, int], bool]]:
    """Add up the months that are paid for; the base is the month's own."""
    found: dict[str, dict[str, int]] = {}
    clamped = set()
    for (scheme, paid_for), figures in person.schemes.items():
        if (scheme == FUND_ITEM) != (kind == FUND):
            continue
        sums = found.setdefault(scheme, {"own": 0, "employer": 0})
        sums["own"] += figures.own
        sums["employer"] += figures.employer
        if paid_for == period and figures.base:
            sums["base"] = figures.base
            if figures.declared not in {0, figures.base}:
                clamped.add(scheme)
    for scheme, sums in found.items():
        yield scheme, sums, scheme in clamped


def compare(kind: str, here: Mapping[Key, Side], there: Mapping[Key, Side]) -> Comparison:
    """Compare two sides by their keys; a figure that one side does not state is not compared."""
    found = Comparison(totals={figure: [0, 0] for figure in PAID[kind]})
    for key in sorted({*here, *there}):
        mine, said = here.get(key), there.get(key)
        found.people_here += mine is not None
        found.people_there += said is not None
        for figure, sums in found.totals.items():
            sums[0] += mine.figures.get(figure, 0) if mine else 0
            sums[1] += said.figures.get(figure, 0) if said else 0
        difference = difference_of(kind, mine, said)
        if difference is None:
            found.people_equal += 1
        else:
            found.differences[key] = difference
    return found


def difference_of(kind: str, mine: Side | None, said: Side | None) -> Difference | None:
    """Return where two sides differ about one person and item, or None."""
    if mine is None or said is None:
        if mine is not None:
            return _alone(kind, mine, 0)
        return None if said is None else _alone(kind, said, 1)
    differing: dict[str, list[int | None]] = {
        figure: [mine.figures[figure], said.figures[figure]]
        for figure in FIGURES[kind]
        if figure in mine.figures
        and figure in said.figures
        and not _agrees(figure, mine.figures, said.figures)
    }
    if not differing:
        return None
    amount = sum(_less(differing[figure]) for figure in PAID[kind] if figure in differing)
    cause = _tax_cause(differing) if kind == TAX else _scheme_cause(differing, mine)
    return Difference(cause=cause, figures=differing, amount=amount)


def _alone(kind: str, side: Side, place: int) -> Difference:
    """Return what only one side says: ours is at place 0, theirs at 1."""
    figures: dict[str, list[int | None]] = {
        figure: [None, None] for figure in FIGURES[kind] if figure in side.figures
    }
    for figure, pair in figures.items():
        pair[place] = side.figures[figure]
    amount = sum(side.figures.get(figure, 0) for figure in PAID[kind])
    if place:
        return Difference(cause="only_there", figures=figures, amount=amount)
    return Difference(cause="only_here", figures=figures, amount=-amount)


def _less(pair: list[int | None]) -> int:
    before, after = pair
    return (after or 0) - (before or 0)


def _agrees(figure: str, mine: Mapping[str, int], said: Mapping[str, int]) -> bool:
    if mine[figure] == said[figure]:
        return True
    if figure == "tax" and said[figure] < 0 and not mine[figure]:
        # Withheld too much so far: the client shows it as negative, the employer withholds nothing.
        return mine.get("due", 0) - mine.get("before", 0) == said[figure]
    if figure == "rate":
        # Without taxable income there is no bracket, and each side writes what it likes.
        return not mine.get("taxable", 1)
    return False


def _is_rounding(differing: Mapping[str, list[int | None]]) -> bool:
    return "rate" not in differing and all(abs(_less(pair)) <= 1 for pair in differing.values())


def _tax_cause(differing: Mapping[str, list[int | None]]) -> str:
    """Name the first figure from which the others follow."""
    if _is_rounding(differing):
        return "rounding"
    for figure in ("income", "cumulative_income"):
        if figure in differing:
            return "other_income" if _less(differing[figure]) > 0 else "income"
    if "taxable" in differing:
        return "deductions"
    return "paid_before" if "before" in differing else "other"


def _scheme_cause(differing: Mapping[str, list[int | None]], mine: Side) -> str:
    if "base" in differing:
        return "base_clamp" if mine.is_clamped else "base"
    if _is_rounding(differing):
        return "rounding"
    return "rate"
