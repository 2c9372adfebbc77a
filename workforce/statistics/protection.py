"""A month's cubes as one problem of disclosure, and its answer: which figures are not told.

All cubes of the month are one system: a figure of several tables is one variable, tables add up,
quantities follow from one another (`IDENTITIES`), and what the month before showed of its end is known
of this month's start. So nothing follows from two tables, two quantities or two months together.

Months are kept apart where it costs little: who joined and left is hidden within the month, its start and
end held as they are, and a small number at the end is hidden with the start held, so that a witness
of one month needs no other month's figures to move.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from workforce.core.money import Column
from workforce.statistics.additive import ADDITIVES, IDENTITIES, Additive, Kind
from workforce.statistics.cube import TOTAL, Cube, CubeSet
from workforce.statistics.dimensions import BY_CODE
from workforce.statistics.disclosure import RULES, Need, Problem, State, protect
from workforce.statistics.measures import measures
from workforce.statistics.population import Codes, Flags
from workforce.statistics.tables import CellState
from workforce.statistics.tabulation import REST, Condition, Part, Tabulation, margins

Variable = tuple[Condition, str]

_FLOWS: Final = ("joined", "left")
_STOCKS: Final = ("jobs_start", "jobs_end")
_MISSING: Final = {"known_jobs": "unknown_jobs", "known_days": "unknown_days"}
"""Of a quantity of the companies with a payroll result: that of the others."""
_WITHOUT_RESULT: Final = frozenset(
    {
        *_FLOWS,
        *_STOCKS,
        *_MISSING.values(),
        "second_jobs",
        "employed_days",
        "untimed_days",
        "arrears_jobs",
        "arrears",
    }
)
"""Quantities that a company has without a payroll result, too; of all others it has none."""
_RESTS: Final = {"floor_jobs": "no_floor_jobs", "timed_jobs": "untimed_jobs"}
"""Of parts of the paid jobs: the others, whom anybody counts who is told of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What everybody knows besides the tables, and who has agreed to what.

    ``with_result``: the codes of companies with a payroll result, ``consenting``: of those that have agreed
    that their own wages are published.
    """

    with_result: Collection[str]
    consenting: Collection[str]
    before: CubeSet | None


def withheld(
    tabulation: Tabulation, cubes: Sequence[Cube], known: Known
) -> set[tuple[Condition, str]]:
    """Return which quantities of which conditions are not told.

    Raises:
        DisclosureError: they cannot be protected.
    """
    system = _System(tabulation, known)
    for cube in cubes:
        system.add_table(cube)
    hidden: set[Variable] = set()
    for layer in _layers(system.quantities):
        hidden |= system.solve(layer, hidden)
    return hidden


def _layers(codes: Collection[str]) -> list[list[str]]:
    """Return quantities that identities tie together, what others follow before what follows."""
    groups = [{code} for code in codes]
    for identity in IDENTITIES:
        tied = {code for code, _ in identity.terms}
        joined = [group for group in groups if group & tied]
        if joined:
            groups = [group for group in groups if not group & tied]
            groups.append(set().union(*joined))
    order = list(ADDITIVES)
    groups.sort(key=lambda group: min(order.index(code) for code in group))
    return [sorted(group, key=order.index) for group in groups]


@dataclass(slots=True)
class _System:
    """The variables and equations of a month, table by table."""

    tabulation: Tabulation
    known: Known
    values: dict[Variable, int] = field(default_factory=dict)
    behind: dict[Variable, int] = field(default_factory=dict)
    dominated: set[Variable] = field(default_factory=set)
    makes: dict[Variable, Column] = field(default_factory=dict)
    """What each company makes of an amount."""
    shown: set[Variable] = field(default_factory=set)
    """Variables that a table would show."""
    sums: dict[tuple[Condition, str], tuple[Condition, ...]] = field(default_factory=dict)
    """The conditions that a condition is made of, by it and the dimension that divides it."""
    before: dict[Condition, int | None] = field(default_factory=dict)
    """Jobs at the end of the month before: None where it was withheld."""

    def __post_init__(self) -> None:
        if self.known.before is not None:
            self.before = _jobs_end(self.known.before)

    @property
    def quantities(self) -> list[str]:
        """The codes of the quantities that there are variables of."""
        found = {code for _, code in self.values}
        return [code for code in ADDITIVES if code in found]

    @property
    def is_complete(self) -> bool:
        """Whether every company has a payroll result: then this is known, too."""
        return bool(self.tabulation.population.has_result.all())

    def add_table(self, cube: Cube) -> None:
        """Add the figures of a cube with what follows from them."""
        told = {need for code in cube.measures for need in measures()[code].needs}
        codes = set(told)
        if not self.is_complete:
            codes |= {_MISSING[code] for code in told if code in _MISSING}
        if "paid_jobs" in told:
            codes |= {rest for part, rest in _RESTS.items() if part in told}
        if told & {*_FLOWS, "jobs_start"} or (self.before and "jobs_end" in told):
            codes |= {*_FLOWS, *_STOCKS}
        for dimensions in margins(cube.dimensions):
            for part in self.tabulation.parts(dimensions):
                self._add_sums(part)
                for code in sorted(codes):
                    self._add_quantity(part, ADDITIVES[code], is_told=code in told)

    def _add_quantity(self, part: Part, quantity: Additive, *, is_told: bool) -> None:
        variables = [(condition, quantity.code) for condition in part.conditions]
        if is_told:
            self.shown.update(one for one in variables if not _is_rest(one[0]))
        if variables[0] in self.values:
            return
        population = self.tabulation.population
        column = quantity.column(population)
        behind = part.groups.sums(quantity.behind(population))
        for one, value, count in zip(variables, part.groups.sums(column), behind, strict=True):
            self.values[one] = int(value)
            self.behind[one] = int(count)
        if quantity.kind is Kind.AMOUNT:
            makes = np.abs(self.tabulation.by_company(part.groups, column))
            self.makes.update(zip(variables, makes.copy(), strict=True))
            agreed = [
                name.code in self.known.consenting for name in self.tabulation.names.companies
            ]
            makes[:, np.array(agreed, dtype=np.bool_)] = 0
            self.dominated.update(
                one
                for one, shares in zip(variables, makes, strict=True)
                if RULES.is_dominated(shares)
            )

    def _add_sums(self, part: Part) -> None:
        """Note that each condition that leaves out a dimension is the sum over its groups."""
        for dimension, codes in zip(part.dimensions, part.codes, strict=True):
            # Of groups that overlap each is divided from the rest by itself.
            name = dimension if not any(_is_rest_code(code) for code in codes) else codes[0]
            for condition in part.conditions:
                (own,) = (pair for pair in condition if pair[0] == dimension)
                if own[1] == codes[0]:
                    rest = condition - {own}
                    self.sums[rest, name] = tuple(rest | {(dimension, code)} for code in codes)
            self._add_nested(part, dimension)
            self._add_split(part, dimension)

    def _add_nested(self, part: Part, dimension: str) -> None:
        """Note that a group of a coarser dimension is the sum over the finer groups within it."""
        within = BY_CODE[dimension].within
        if within is None or within in part.dimensions:
            return
        (coarse,) = self.tabulation.divisions(within)
        (fine,) = self.tabulation.divisions(dimension)
        home = dict(zip(fine.groups.codes.tolist(), coarse.groups.codes.tolist(), strict=True))
        for number, outer in enumerate(coarse.names):
            inner = [name.code for at, name in enumerate(fine.names) if home[at] == number]
            for condition in part.conditions:
                (own,) = (pair for pair in condition if pair[0] == dimension)
                if inner and own[1] == inner[0]:
                    rest = condition - {own}
                    self.sums[rest | {(within, outer.code)}, dimension] = tuple(
                        rest | {(dimension, code)} for code in inner
                    )

    def _add_split(self, part: Part, dimension: str) -> None:
        """Note that one group of another dimension is the sum over the groups that divide it further."""
        split = BY_CODE[dimension].splits
        if split is None or part.dimensions != (dimension,):
            return
        inner = [code for code in part.codes[0] if code != split.outside]
        if inner:
            whole = frozenset({(split.dimension, split.group)})
            self.sums[whole, dimension] = tuple(frozenset({(dimension, code)}) for code in inner)

    def solve(self, layer: Sequence[str], withheld_before: Collection[Variable]) -> set[Variable]:
        """Choose what is withheld of some quantities, where those that they follow are solved."""
        variables = [one for one in self.values if one[1] in layer]
        index = {one: at for at, one in enumerate(variables)}
        of_code = np.array([one[1] for one in variables])
        states = np.array([self._state(one) for one in variables], dtype=np.int8)
        for at, (condition, code) in enumerate(variables):
            if any((condition, led) in withheld_before for led in ADDITIVES[code].follows):
                states[at] = max(states[at], State.HIDDEN)
        needs = []
        values = np.array([self.values[one] for one in variables], dtype=np.int64)
        makes = [self.makes[one] for one in variables if one in self.makes]
        own = np.array(makes) if len(makes) == len(variables) else None
        for at, one in enumerate(variables):
            if states[at] != State.KNOWN and self._is_sensitive(one):
                states[at] = State.HIDDEN
                needs += self._needs(one, at, of_code)
                if own is not None:
                    needs += _needs_of_insiders(at, values, own)
        answer = protect(
            Problem(
                values=values,
                states=states,
                costs=np.array([self._cost(one) for one in variables]),
                equations=self._equations(index),
                needs=tuple(needs),
            )
        )
        return {one for one, at in index.items() if answer.hidden[at]}

    def _state(self, one: Variable) -> State:
        condition, code = one
        if code == "jobs_start" and self.before and not _is_rest(condition):
            seen = self.before.get(condition, 0)
            if seen == self.values[one]:
                return State.KNOWN
            if seen is None:
                return State.HIDDEN
        if self._is_public(one):
            return State.KNOWN
        return State.OPEN if one in self.shown else State.HIDDEN

    def _is_public(self, one: Variable) -> bool:
        """Tell what follows from which companies have a payroll result."""
        condition, code = one
        for dimension, group in condition:
            if dimension == "company":
                if group in self.known.with_result:
                    return code in _MISSING.values()
                return code not in _WITHOUT_RESULT and self.values[one] == 0
        return False

    def _is_sensitive(self, one: Variable) -> bool:
        """Tell what must be hidden for its own sake: of tables, or where it follows from one."""
        condition, code = one
        follows = code in _MISSING.values() or code in _RESTS.values() or _is_rest(condition)
        is_told = one in self.shown or follows
        if code == "jobs_start" and one not in self.shown:
            is_told = condition in self.before
        return is_told and (RULES.is_small(self.behind[one]) or one in self.dominated)

    def _needs(self, one: Variable, at: int, of_code: Codes) -> list[Need]:
        condition, code = one
        nothing = np.zeros(of_code.size, dtype=np.bool_)
        start, end = of_code == "jobs_start", of_code == "jobs_end"
        held: tuple[Flags, ...] = (start, nothing)
        if code in _FLOWS:
            held = (start | end,)
        elif code == "jobs_start":
            held = (end, nothing)
        kind, value = ADDITIVES[code].kind, self.values[one]
        is_past = code == "jobs_start" and condition in self.before
        if kind is Kind.COUNT:
            return [Need(at, RULES.least, held, is_past=is_past)]
        if kind is Kind.DAYS:
            return [Need(at, RULES.least * self.tabulation.population.period.days, held)]
        amount = _interval(value)
        needs = [Need(at, amount, (nothing,))]
        return [*needs, Need(at, -amount, (nothing,))] if value > 0 else needs

    def _cost(self, one: Variable) -> float:
        """Tell how much is lost with a figure: the more, the more people it is about."""
        condition, _ = one
        level = _LEVEL_COSTS[min(len(condition), len(_LEVEL_COSTS) - 1)]
        return float(level * np.log2(2 + self.behind[one]))

    def _equations(self, index: Mapping[Variable, int]) -> csr_array:
        rows: list[list[tuple[int, int]]] = []
        codes = dict.fromkeys(code for _, code in index)
        for (total, _), parts in self.sums.items():
            for code in codes:
                if (total, code) in index and (parts[0], code) in index:
                    terms = [(index[part, code], 1) for part in parts]
                    rows.append([*terms, (index[total, code], -1)])
        for identity in IDENTITIES:
            for condition in dict.fromkeys(condition for condition, _ in index):
                rows += self._identity(identity.terms, condition, index)
        at = [(row, column, sign) for row, terms in enumerate(rows) for column, sign in terms]
        row_at, column_at, signs = zip(*at, strict=True) if at else ((), (), ())
        return csr_array(
            (np.array(signs, dtype=np.float64), (row_at, column_at)), shape=(len(rows), len(index))
        )

    def _identity(
        self,
        terms: Sequence[tuple[str, int]],
        condition: Condition,
        index: Mapping[Variable, int],
    ) -> list[list[tuple[int, int]]]:
        there = [
            (index[condition, code], sign) for code, sign in terms if (condition, code) in index
        ]
        missing = {code for code, _ in terms if (condition, code) not in index}
        # Where every company has a result, there is no variable for the others: they are none.
        is_whole = not missing or (missing <= set(_MISSING.values()) and self.is_complete)
        return [there] if is_whole and len(there) > 1 else []


def _interval(value: int) -> int:
    """Return how far from it nobody may come to an amount."""
    return max(-(-abs(value) * RULES.interval_percent // 100), 1)


def _needs_of_insiders(at: int, values: Column, own: Column) -> list[Need]:
    """Return how far the rest of an amount must be possible for the two companies that make most of it.

    ``own``: int64[n, c], what each makes of each variable. What is all its own a company knows by the jobs
    in it, so that it can be no other's; of the rest it knows that its own is in it.
    """
    needs = []
    for company in np.argsort(-own[at], kind="stable")[:2].tolist():
        known = own[:, company]
        rest = int(values[at] - known[at])
        if known[at] and rest > 0:
            held = ((known == values) & (known > 0),)
            needs += [Need(at, sign * _interval(rest), held, known=known) for sign in (1, -1)]
    return needs


_LEVEL_COSTS: Final = (300.0, 6.0, 1.0)
"""Figures about everybody, about one group, about the crossing of two."""


def _jobs_end(cubes: CubeSet) -> dict[Condition, int | None]:
    """Return what a month showed of the jobs at its end, by condition; None where withheld."""
    found: dict[Condition, int | None] = {}
    for table in cubes.tables.values():
        cells = table.figures.get("jobs_end", ())
        for key, cell in zip(table.keys(), cells, strict=bool(cells)):
            condition = frozenset(
                (axis.code, group)
                for axis, group in zip(table.axes, key, strict=True)
                if group != TOTAL
            )
            found[condition] = None if cell.state is CellState.WITHHELD else cell.value
    return found


def _is_rest_code(code: str) -> bool:
    return code.startswith(REST)


def _is_rest(condition: Condition) -> bool:
    return any(_is_rest_code(code) for _, code in condition)
