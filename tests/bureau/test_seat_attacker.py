"""Nobody who reads the published tables of seats bounds the use of a line of few closer than stated.

The attacker shares no code with the protection. Averages add up, as far as rounding lets him know them; of
fullest hours he knows that a whole has at least that of each part, and at most those of all parts together.
He knows which company has seats on which floor, and how many each has in all. Or he is one of the companies:
then he knows its own use hour by hour, and that in its emptiest hour the others had no more than what it left
of a line's fullest one. ``make attack`` runs a long campaign.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from workforce.bureau.seats import seats
from workforce.bureau.seats.seats import ProtectedLine, SeatTable, protected
from workforce.core.period import PayPeriod
from workforce.seating.figures import Figures, Line, Place, SeatUse

K = 5
MONTH = PayPeriod(2026, 10)
Ints = NDArray[np.int64]


class Base:
    """Two sites of two floors, companies with seats on some of them, and who was there in each of 40 hours."""

    SITES = (0, 0, 1, 1)

    def __init__(self, seed: int, companies: int, *, is_steady: bool = False) -> None:
        draw = np.random.default_rng(seed)
        shape = (len(self.SITES), companies)
        self.usable = draw.integers(5, 15, shape) * (draw.random(shape) < 0.5)
        self.usable[draw.integers(0, shape[0], companies), np.arange(companies)] = 6
        # Companies come and go together more or less, or hardly; some are nearly empty.
        crowd = draw.uniform(0.3, 1, (40, 1, companies)) * draw.choice([0.15, 0.5, 0.9], companies)
        if is_steady:
            crowd = draw.uniform(0.9, 1, crowd.shape) * draw.choice([0.2, 0.6, 1.0], companies)
        self.used = draw.binomial(self.usable, np.broadcast_to(crowd, (40, *shape)))

    def use(self, chosen: Any) -> SeatUse:
        """Return the use of some floors × companies."""
        hours = self.used[:, chosen].sum(axis=1)
        usable = int(self.usable[chosen].sum())
        return SeatUse(
            built=usable, usable=usable, silent=0, hours=hours.size, seat_hours=int(hours.sum()),
            usable_hours=usable * hours.size, peak=int(hours.max(initial=0)), peak_at=None, is_known=True,
        )  # fmt: skip

    @property
    def lines(self) -> dict[str, NDArray[np.bool_]]:
        """Return what each line of the tables is about, by its code."""
        floors, companies = self.usable.shape
        of = np.array(self.SITES)
        found = {"": np.ones((floors, companies), dtype=np.bool_)}
        for site in sorted(set(self.SITES)):
            found[f"S{site}"] = np.broadcast_to((of == site)[:, None], (floors, companies))
        for floor in range(floors):
            found[f"F{floor}"] = np.broadcast_to(
                (np.arange(floors) == floor)[:, None], (floors, companies)
            )
        for company in range(companies):
            found[f"C{company}"] = np.broadcast_to(
                np.arange(companies) == company, (floors, companies)
            )
        return found

    @property
    def table(self) -> SeatTable:
        lines = self.lines

        def of(kind: str, within: Sequence[int] | None = None) -> list[Line]:
            return [
                Line(
                    Place(int(code[1:]), code, code),
                    self.use(chosen),
                    within[int(code[1:])] if within else 0,
                )
                for code, chosen in lines.items()
                if code.startswith(kind)
            ]

        floors, companies = self.usable.shape
        figures = SimpleNamespace(
            whole=self.use(lines[""]), sites=of("S"), floors=of("F", self.SITES), companies=of("C"),
            shared={
                (floor, company): self.use(lines[f"F{floor}"] & lines[f"C{company}"])
                for floor in range(floors)
                for company in range(companies)
                if self.usable[floor, company]
            },
        )  # fmt: skip
        return protected(MONTH, cast("Figures", figures))


def attack(base: Base, insider: int | None = None) -> dict[str, tuple[float, float]]:
    """Return the lines of few whose fullest hour is bounded too closely, of an insider those without its people.

    Unknown are average, fullest hour and seats of each company on each floor, and the fullest hour of each line.
    """
    table = base.table
    told = {line.code: line for line in (*table.places, *table.companies)}
    names = list(base.lines)
    atoms = base.usable.size
    size = 3 * atoms + len(names)
    least, most = np.zeros(size), np.full(size, np.inf)
    most[: 3 * atoms] = np.where(np.tile(base.usable.ravel(), 3), np.inf, 0)
    is_own = np.zeros(base.usable.shape, dtype=np.bool_)
    if insider is not None:
        is_own[:, insider] = True
        for atom in np.flatnonzero(is_own).tolist():
            hours = base.used.reshape(len(base.used), -1)[:, atom]
            known = [hours.mean(), hours.max(), base.usable.ravel()[atom]]
            least[atom::atoms][:3] = most[atom::atoms][:3] = known
    rows: list[Any] = []
    limits: list[float] = []

    def at_most(terms: Any, limit: float) -> None:
        rows.append(terms)
        limits.append(limit)

    for atom in range(2 * atoms):
        terms = np.zeros(size)
        terms[[atom, atoms + atom]] = 1, -1
        at_most(terms, 0)
    for number, name in enumerate(names, start=3 * atoms):
        line, own = told[name], np.flatnonzero(base.lines[name].ravel())
        most[number] = line.usable
        mean, peaks, held = np.zeros(size), np.zeros(size), np.zeros(size)
        held[2 * atoms + own] = 1
        at_most(held, line.usable)
        at_most(-held, -line.usable)
        mean[own], peaks[number], peaks[atoms + own] = 1, 1, -1
        at_most(peaks, 0)
        at_most(mean - np.eye(size)[number], 0)
        for part in own.tolist():
            at_most(np.eye(size)[atoms + part] - np.eye(size)[number], 0)
        _read(line, mean, number, at_most, least, most)
        if line.peak is not None:
            _leave(base, name, line.peak, is_own, most)
    found = {}
    for number, name in enumerate(names, start=3 * atoms):
        true = base.use(base.lines[name])
        if not 0 < true.peak < K or base.used[:, base.lines[name] & is_own].any():
            continue
        low, high = (
            sign * linprog(sign * np.eye(size)[number], A_ub=np.array(rows), b_ub=limits,
                           bounds=np.stack([least, most], axis=1), method="highs").fun
            for sign in (1, -1)
        )  # fmt: skip
        # That somebody was there is what the sign of a withheld figure says itself.
        if high < K - 0.01 or (low > 1.01 and high - low < K - 0.01):
            found[name] = (low, high)
    return found


def _leave(
    base: Base, name: str, peak: int, is_own: NDArray[np.bool_], most: NDArray[np.float64]
) -> None:
    """Note that in the own emptiest hour the others had no more than what it left of a line's fullest one."""
    left = peak - base.used[:, base.lines[name] & is_own].sum(axis=1).min()
    if left == peak:
        return
    atoms = base.usable.size
    others = atoms + np.flatnonzero(base.lines[name] & ~is_own)
    most[others] = np.minimum(most[others], left)
    for other, inner in enumerate(base.lines.values(), start=3 * atoms):
        if not (inner & (base.usable > 0) & (is_own | ~base.lines[name])).any():
            most[other] = min(most[other], left)


def _read(
    line: ProtectedLine,
    mean: Any,
    number: int,
    at_most: Callable[[Any, float], None],
    least: NDArray[np.float64],
    most: NDArray[np.float64],
) -> None:
    """Note what a line says: its fullest hour exactly, average and share as they were rounded."""
    if line.peak is not None:
        least[number] = most[number] = line.peak
    for value, scale in ((line.average, 1.0), (line.percent, line.usable / 100)):
        if value is not None and scale:
            at_most(mean, (value + 0.5) * scale)
            at_most(-mean, -(value - 0.5) * scale)


@pytest.mark.feature("OFF-13")
@pytest.mark.parametrize(("seed", "companies"), [(1, 3), (4, 3), (2, 8)])
def test_no_line_of_few_seats_is_bounded(seed: int, companies: int) -> None:
    assert not attack(Base(seed, companies))


@pytest.mark.feature("OFF-13")
@pytest.mark.parametrize(
    ("seed", "companies", "insider"),
    [(6, 2, None), (10, 3, None), (44, 4, 2), (374, 4, 0), (374, 4, 1), (253, 3, 1)],
)
def test_no_company_bounds_the_few_seats_of_another(
    seed: int, companies: int, insider: int | None
) -> None:
    """Small bases, mostly full: the rest has no room for others, or one of two withheld ones takes off its own."""
    assert not attack(Base(seed, companies, is_steady=True), insider)


def test_who_knows_the_own_seats_finds_another_ones_where_only_outsiders_are_thought_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = Base(374, 4, is_steady=True)
    monkeypatch.setattr(seats, "_is_enough_beside", lambda _: True)
    assert not attack(base)
    assert attack(base, 0)


def test_where_the_small_ones_alone_are_withheld_they_follow_from_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def small_alone(lines: Sequence[Line], *_: Any) -> set[int]:
        return {line.place.id for line in lines if seats.is_sensitive(line.use)}

    monkeypatch.setattr(seats, "hidden", small_alone)
    monkeypatch.setattr(seats, "_tells", lambda *_, **__: False)
    monkeypatch.setattr(seats, "_is_open", lambda *_: False)
    assert attack(Base(1, 3))
    assert attack(Base(4, 3))


@pytest.mark.skipif("ATTACK" not in os.environ, reason="make attack")
@pytest.mark.parametrize("seed", range(int(os.environ.get("ATTACK", "0"))))
def test_campaign(seed: int) -> None:
    """Attack bases of 2 to 35 companies, as nobody of them and as some of them."""
    seed += int(os.environ.get("ATTACK_FIRST", "0"))
    companies = (2, 4, 6, 12, 35)[seed % 5]
    for number in range(10):
        base = Base(1000 * seed + number, companies, is_steady=bool(number % 2))
        for insider in (None, *range(min(companies, 4))):
            assert not attack(base, insider)
