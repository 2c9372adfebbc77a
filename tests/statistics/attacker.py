"""An attacker who has every published table of several months, and linear programming.

He shares no code with the protection: he reads labels and cells of the published cube sets, writes down
what anybody knows of such figures, and asks the solver how small and how large each withheld figure
can be. What he knows: tables add up; a company is inside of the base or outside; who was there at the
end of a month is there at the start of the next; jobs at start + joined − left = jobs at end; rounded
averages and shares are intervals; nothing is negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from workforce.statistics.cube import CubeSet

Condition = frozenset[tuple[str, str]]
FLOWS: Final = ("jobs_start", "joined", "left", "jobs_end")
SHARES: Final = {
    "insurance_coverage": "insured",
    "medical_coverage": "medical",
    "unemployment_coverage": "unemployment",
    "work_injury_coverage": "work_injury",
    "fund_coverage": "fund",
}
PARTS: Final = ("time", "piece", "bonus", "allowance", "overtime", "special")
WHOLES: Final = {
    "floor_jobs": "paid_jobs",
    "timed_jobs": "paid_jobs",
    "below_floor_jobs": "floor_jobs",
    "topped_up_jobs": "floor_jobs",
    "over_limit_jobs": "timed_jobs",
}
"""Of counts that are parts of another: that one; the rest is somebody's figure, too."""
HOURS: Final = frozenset({"worked_hours", "overtime_hours"})
"""Amounts that are rounded where they are shown, to tenths."""
OF_PAYSLIPS: Final = frozenset(
    {"floor_jobs", "timed_jobs", "below_floor_jobs", "topped_up_jobs", "insured", "total_wages"}
)
"""What a company without a payroll result has none of, as everybody knows."""
OVERLAPPING: Final = frozenset({"key_group"})
CHANGING: Final = frozenset({"age", "seniority", "skill_level", "wage_band", "task_type"})
"""What people move between from month to month: no link of two months is exact."""


Numbers = NDArray[Any]


class Unknown(NamedTuple):
    """One figure that the attacker wants: of which month, of whom, and what."""

    month: int
    condition: Condition
    quantity: str


class Bounds(NamedTuple):
    """How small and how large a figure can be by all that is published."""

    low: float
    high: float


@dataclass(slots=True)
class Attack:
    """The attacker's system of equations and bounds.

    ``home``: company code → ``inside`` or ``outside``. ``quantities``: the measures that he adds up;
    ``is_complete``: whether all companies have a payroll result, so that shares are of all jobs.
    """

    published: Sequence[CubeSet]
    quantities: Sequence[str]
    home: Mapping[str, str]
    is_complete: bool = True
    without_result: Collection[str] = ()
    """Codes of the companies that have none."""
    links_months: bool = True
    index: dict[Unknown, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    """Sums of coefficients × unknowns with their least and greatest value."""

    def __post_init__(self) -> None:
        for month, cubes in enumerate(self.published):
            seen: defaultdict[str, set[Condition]] = defaultdict(set)
            for table in cubes.tables.values():
                axes = [axis.code for axis in table.axes]
                for measure, cells in table.figures.items():
                    shown = {
                        frozenset(
                            (axis, code)
                            for axis, code in zip(axes, key, strict=True)
                            if code != "total"
                        ): cell.value
                        for key, cell in zip(table.keys(), cells, strict=True)
                    }
                    for condition, value in shown.items():
                        seen[measure].add(condition)
                        self._read(month, condition, measure, value)
                    if measure in self.quantities or measure in SHARES:
                        self._tables(month, SHARES.get(measure, measure), shown, axes)
                    if measure == "average_headcount" and "jobs_end" in self.quantities:
                        self._tables(month, "days", shown, axes)
            self._companies(month)
            self._senders(month)
            self._identities(month)
        if self.links_months:
            self._link()

    def at(self, month: int, condition: Condition, quantity: str) -> int:
        """Return the number of an unknown, new ones without bounds but not negative."""
        key = Unknown(month, condition, quantity)
        if key not in self.index:
            self.index[key] = len(self.index)
            self.low.append(0.0)
            self.high.append(np.inf)
        return self.index[key]

    def _bound(self, number: int, low: float, high: float) -> None:
        self.low[number] = max(self.low[number], low)
        self.high[number] = min(self.high[number], high)

    def _read(self, month: int, condition: Condition, measure: str, value: int | None) -> None:
        """Note what one cell says."""
        days = self.published[month].period.days
        if measure in self.quantities:
            number = self.at(month, condition, measure)
            if value is not None:
                slack = 0.5 if measure in HOURS else 0
                self._bound(number, value - slack, value + slack)
        if "jobs_end" not in self.quantities:
            self._read_hours(month, condition, measure, value)
            return
        if measure in WHOLES:
            rest = self.at(month, condition, f"not {measure}")
            whole = self.at(month, condition, WHOLES[measure])
            part = self.at(month, condition, measure)
            self.rows.append(({part: 1.0, rest: 1.0, whole: -1.0}, 0.0, 0.0))
        if measure in SHARES and self.is_complete:
            number = self.at(month, condition, SHARES[measure])
            jobs = self.at(month, condition, "jobs_end")
            others = self.at(month, condition, f"not {SHARES[measure]}")
            self.rows.append(({number: 1.0, others: 1.0, jobs: -1.0}, 0.0, 0.0))
            if value is not None:
                self.rows.append(({number: 10_000.0, jobs: -(value - 0.5)}, 0.0, np.inf))
                self.rows.append(({number: 10_000.0, jobs: -(value + 0.5)}, -np.inf, 0.0))
        elif measure == "average_headcount":
            number = self.at(month, condition, "days")
            if value is not None:
                self._bound(number, (value - 0.5) * days / 100, (value + 0.5) * days / 100)
        elif measure == "net_change" and value is not None:
            joined, left = (self.at(month, condition, code) for code in ("joined", "left"))
            self.rows.append(({joined: 1.0, left: -1.0}, value, value))
        elif measure == "turnover" and value is not None:
            number = self.at(month, condition, "days")
            left = self.at(month, condition, "left")
            scale = 10_000.0 * days
            self.rows.append(({left: scale, number: -(value - 0.5)}, 0.0, np.inf))
            self.rows.append(({left: scale, number: -(value + 0.5)}, -np.inf, 0.0))

    def _read_hours(
        self, month: int, condition: Condition, measure: str, value: int | None
    ) -> None:
        """Note what parts of hours say of the rest, and wages per hour of who has no hours."""
        if measure == "overtime_hours":
            whole, part, rest = (
                self.at(month, condition, code)
                for code in ("worked_hours", "overtime_hours", "normal_hours")
            )
            self.rows.append(({part: 1.0, rest: 1.0, whole: -1.0}, 0.0, 0.0))
        elif measure == "hourly_wage":
            hours, timed, rest, total = (
                self.at(month, condition, code)
                for code in ("worked_hours", "timed_wages", "untimed_wages", "total_wages")
            )
            self.rows.append(({timed: 1.0, rest: 1.0, total: -1.0}, 0.0, 0.0))
            if value is not None:
                self.rows.append(({timed: 10.0, hours: -(value - 0.5)}, 0.0, np.inf))
                self.rows.append(({timed: 10.0, hours: -(value + 0.5)}, -np.inf, 0.0))

    def _tables(
        self, month: int, quantity: str, shown: Iterable[Condition], axes: Sequence[str]
    ) -> None:
        """Add up the groups of each axis."""
        for axis in axes:
            sums: defaultdict[Condition, list[Condition]] = defaultdict(list)
            for condition in shown:
                for pair in condition:
                    if pair[0] == axis:
                        sums[condition - {pair}].append(condition)
            for total, parts in sums.items():
                if axis in OVERLAPPING:
                    for part in parts:
                        rest = frozenset(
                            (code, f"not {group}" if code == axis else group)
                            for code, group in part
                        )
                        self._equal(month, quantity, total, [part, rest])
                else:
                    self._equal(month, quantity, total, parts)

    def _equal(
        self, month: int, quantity: str, total: Condition, parts: Iterable[Condition]
    ) -> None:
        terms = {self.at(month, part, quantity): 1.0 for part in parts}
        terms[self.at(month, total, quantity)] = -1.0
        self.rows.append((terms, 0.0, 0.0))

    def _companies(self, month: int) -> None:
        """Add up the companies of each place."""
        found: defaultdict[tuple[str, Condition], list[Condition]] = defaultdict(list)
        for key in list(self.index):
            if key.month == month and len(key.condition) == 1:
                ((axis, group),) = key.condition
                if axis == "company" and key.quantity != "persons_end":
                    place = frozenset({("place", self.home[group])})
                    if Unknown(month, place, key.quantity) in self.index:
                        found[key.quantity, place].append(key.condition)
        for (quantity, place), parts in found.items():
            self._equal(month, quantity, place, parts)
        for key, number in self.index.items():
            if key.quantity in OF_PAYSLIPS and any(
                axis == "company" and group in self.without_result for axis, group in key.condition
            ):
                self.high[number] = 0.0

    def _senders(self, month: int) -> None:
        """Add up the units that send people: together they send all who are dispatched."""
        senders = [
            key.condition
            for key in self.index
            if key.month == month
            and key.quantity == "jobs_end"
            and [axis for axis, _ in key.condition] == ["sender"]
            and ("sender", "none") not in key.condition
        ]
        if senders:
            self._equal(month, "jobs_end", frozenset({("staff_kind", "dispatched")}), senders)

    def _identities(self, month: int) -> None:
        days = self.published[month].period.days
        by_condition: defaultdict[Condition, set[str]] = defaultdict(set)
        for key in self.index:
            if key.month == month:
                by_condition[key.condition].add(key.quantity)
        for condition, quantities in by_condition.items():
            if quantities & set(FLOWS):
                start, joined, left, end = (self.at(month, condition, code) for code in FLOWS)
                self.rows.append(({start: 1.0, joined: 1.0, left: -1.0, end: -1.0}, 0.0, 0.0))
                if "days" in quantities:
                    number = self.at(month, condition, "days")
                    self.rows.append(({number: 1.0, end: -days, left: -days}, -np.inf, 0.0))
                    self.rows.append(({number: 1.0, end: -days, joined: days - 1.0}, 0.0, np.inf))
            if "persons_end" in quantities:
                persons, jobs = (
                    self.at(month, condition, code) for code in ("persons_end", "jobs_end")
                )
                second = self.at(month, condition, "second")
                self.rows.append(({persons: 1.0, second: 1.0, jobs: -1.0}, 0.0, 0.0))
            if {f"{part}_wages" for part in PARTS} <= quantities:
                terms = {self.at(month, condition, f"{part}_wages"): 1.0 for part in PARTS}
                terms[self.at(month, condition, "total_wages")] = -1.0
                self.rows.append((terms, 0.0, 0.0))

    def _link(self) -> None:
        for key in list(self.index):
            axes = {axis for axis, _ in key.condition}
            is_rest = any(group.startswith("not ") for _, group in key.condition)
            later = Unknown(key.month + 1, key.condition, "jobs_start")
            if (
                key.quantity == "jobs_end"
                and not axes & CHANGING
                and not is_rest
                and later in self.index
            ):
                self.rows.append(({self.index[key]: 1.0, self.index[later]: -1.0}, 0.0, 0.0))

    def closest(
        self,
        truth: Mapping[Unknown, float],
        wanted: Callable[[float], float],
        fits: Callable[[float, Bounds], bool],
        *,
        signs: Sequence[int] = (1,),
    ) -> dict[Unknown, Bounds]:
        """Return the figures that he can bound closer than is promised.

        ``truth``: what he is after. A figure that can be ``wanted(value)`` away from its value, in each
        direction of ``signs``, is safe; the others are looked at one by one and must fit.
        """
        solver = _Solver(self)
        value = {self.index[key]: float(true) for key, true in truth.items()}
        unsafe: set[int] = set()
        for sign in signs:
            goals = {at: true + sign * wanted(true) for at, true in sorted(value.items())}
            unsafe |= solver.out_of_reach(goals, sign)
        names = {number: key for key, number in self.index.items()}
        bounds = {number: solver.bounds(number) for number in sorted(unsafe)}
        return {
            names[number]: found
            for number, found in bounds.items()
            if not fits(value[number], found)
        }


class _Solver:
    """The attacker's system as matrices, made once."""

    def __init__(self, attack: Attack) -> None:
        size = len(attack.index)
        equal = [row for row in attack.rows if row[1] == row[2]]
        above = [
            ({at: sign * side for at, sign in terms.items()}, limit * side)
            for terms, least, most in attack.rows
            if least != most
            for side, limit in ((-1.0, least), (1.0, most))
            if np.isfinite(limit)
        ]
        self._equal = _matrix([terms for terms, _, _ in equal], size)
        self._above = _matrix([terms for terms, _ in above], size)
        self._equal_to = np.array([most for _, _, most in equal])
        self._at_most = np.array([limit for _, limit in above])
        self._low = np.array(attack.low)
        # Whatever can be larger than everything published is not bounded.
        self._high = np.minimum(np.array(attack.high), 1e12)

    def _solve(self, cost: Numbers, low: Numbers, high: Numbers) -> Numbers:
        answer = linprog(
            cost,
            A_eq=self._equal,
            b_eq=self._equal_to,
            A_ub=self._above,
            b_ub=self._at_most,
            bounds=np.stack([low, high], axis=1),
            method="highs",
        )
        assert answer.status == 0, answer.message
        solution: Numbers = answer.x
        return solution

    def out_of_reach(self, goals: Mapping[int, float], sign: int) -> set[int]:
        """Return the unknowns that no solution brings as far as their goal, upwards or downwards.

        One solution in which a figure is so large proves that it can be: many are pushed at once, and
        those that this leaves behind one by one.
        """
        at = np.array(sorted(goals), dtype=np.int64)
        goal = np.array([goals[number] for number in at])
        is_open = np.ones(at.size, dtype=np.bool_)
        lost: set[int] = set()

        def push(chosen: Numbers) -> None:
            cost = np.zeros(self._low.size)
            cost[at[chosen]] = -sign / np.maximum(np.abs(goal[chosen]), 1.0)
            low, high = self._low.copy(), self._high.copy()
            if sign > 0:
                high[at[chosen]] = np.minimum(high[at[chosen]], goal[chosen])
            else:
                low[at[chosen]] = np.maximum(low[at[chosen]], goal[chosen])
            found = self._solve(cost, low, high)[at]
            is_open[sign * found >= sign * goal - 1e-4 * np.maximum(np.abs(goal), 1.0)] = False

        count = -1
        while is_open.any() and count != int(is_open.sum()):
            count = int(is_open.sum())
            push(np.flatnonzero(is_open))
        while is_open.any():
            first = np.flatnonzero(is_open)[:1]
            push(first)
            if is_open[first[0]]:
                lost.add(int(at[first[0]]))
                is_open[first[0]] = False
        return lost

    def bounds(self, number: int) -> Bounds:
        """Return how small and how large one unknown can be."""
        cost = np.zeros(self._low.size)
        cost[number] = 1.0
        low = self._solve(cost, self._low, self._high)[number]
        high = self._solve(-cost, self._low, self._high)[number]
        return Bounds(float(low), float(high))


def _matrix(rows: Sequence[Mapping[int, float]], columns: int) -> coo_array:
    at = [(row, column, sign) for row, terms in enumerate(rows) for column, sign in terms.items()]
    row_at, column_at, signs = zip(*at, strict=True) if at else ((), (), ())
    return coo_array((signs, (row_at, column_at)), shape=(len(rows), columns))
