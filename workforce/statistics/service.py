"""One month's figures of a scope: read once, computed in columns, protected where they must be."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.law import NATIONAL
from workforce.core.lifecycle import FINAL
from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.platform.law_book import law_book
from workforce.production import listing as production
from workforce.production import queries as task_types
from workforce.statistics import protection, queries
from workforce.statistics.cube import (
    TOTAL,
    Axis,
    Cube,
    CubeSet,
    CubeTable,
    Group,
    PayrollCoverage,
)
from workforce.statistics.cubes import cubes
from workforce.statistics.dimensions import COMPANY, PLACE, Names
from workforce.statistics.disclosure import RULES, THRESHOLD
from workforce.statistics.measures import measures
from workforce.statistics.population import (
    SCHEMES,
    STILL_EMPLOYED,
    WAGE_PARTS,
    Codes,
    Flags,
    Groups,
    Population,
)
from workforce.statistics.single_tables import (
    Withheld,
    withhold_by_family,
    withhold_wage_parts,
    withhold_where_nested,
)
from workforce.statistics.tables import Breakdown, Cell, CellState, columns_of, total_of
from workforce.statistics.tabulation import Condition, Tabulation, margins

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.statistics.dimensions import Dimension
    from workforce.statistics.measure import Family, Measure

_OVERTIME_LIMIT: Final = "monthly_overtime_limit_minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutput:
    """Accepted output of one task type that a month paid; withheld where few made it."""

    code: str
    name: Text
    unit: Text
    accepted: Cell
    workers: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """The figures of one month of a scope; ``is_protected`` is decided when it is read.

    All tables come from one population, so that their totals are one number.
    """

    period: PayPeriod
    is_protected: bool
    payroll: PayrollCoverage
    population: Population
    companies: tuple[Text, ...]
    uncounted: int
    """Interns, trainees and labour-service providers at the end of the month."""

    def totals(self, codes: Sequence[str]) -> dict[str, Cell]:
        """Return measures over everybody, by code."""
        chosen = _named(codes)
        cells = total_of(self.population, chosen, self._withheld(Groups.whole(self.population)))
        return {measure.code: cell for measure, cell in zip(chosen, cells, strict=True)}

    def breakdown(self, dimension: Dimension, codes: Sequence[str]) -> Breakdown:
        """Return measures over the groups of a dimension."""
        chosen = _named(codes)
        (division,) = dimension.divide(self.population, self._names)
        withheld = self._withheld(division.groups)
        if withheld is not None and dimension is PLACE:
            companies = COMPANY.divide(self.population, self._names)[0].groups
            by_company = withhold_by_family(self.population, companies)
            withheld = withhold_where_nested(
                withheld, by_company, companies, self.population, division.groups
            )
        columns = columns_of(self.population, division.groups, chosen, withheld)
        return Breakdown(
            dimension=dimension.code,
            label=dimension.label,
            measures=chosen,
            groups=division.labels,
            rows=tuple(zip(*columns, strict=True)),
            total=total_of(self.population, chosen, withheld),
        )

    def group_memberships(self, codes: Sequence[str]) -> Breakdown:
        """Return measures over each group that employment policy supports, and over everybody.

        A person may be in several groups: they are no parts of the total. Each is one table with the
        rest of the people, so that neither is told where the other is small.
        """
        chosen = _named(codes)
        labels, rows = [], []
        for number, label in enumerate(terms_of("key_group").values()):
            is_in = (self.population.key_groups >> number) & 1
            if not is_in.any():
                continue
            groups = Groups(1 - is_in, 2)
            columns = columns_of(self.population, groups, chosen, self._withheld(groups))
            labels.append(label)
            rows.append(tuple(column[0] for column in columns))
        whole = self._withheld(Groups.whole(self.population))
        return Breakdown(
            dimension="key_group",
            label=Text("重点群体", "Key group"),
            measures=chosen,
            groups=tuple(labels),
            rows=tuple(rows),
            total=total_of(self.population, chosen, whole),
        )

    def wage_parts(self) -> dict[str, Cell]:
        """Return the six parts of total wages by measure code: with their total one table."""
        values = self.totals([f"{part}_wages" for part in WAGE_PARTS])
        if not self.is_protected:
            return values
        withheld = withhold_wage_parts(self.population)
        return {
            code: Cell(CellState.WITHHELD) if is_hidden or withheld.is_total else cell
            for (code, cell), is_hidden in zip(values.items(), withheld.cells, strict=True)
        }

    @property
    def uncounted_cell(self) -> Cell:
        """How many work here but are outside of these statistics."""
        return Cell.of(self.uncounted, is_withheld=self.is_protected and self.uncounted < THRESHOLD)

    @property
    def _names(self) -> Names:
        return Names(tuple(Group(name.zh, name) for name in self.companies))

    def _withheld(self, groups: Groups) -> dict[Family, Withheld] | None:
        return withhold_by_family(self.population, groups) if self.is_protected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the cubes of a month are filled from: all that is read of it.

    ``uncounted``: interns, trainees and labour-service providers at the end of the month.
    ``with_result`` and ``consenting``: codes of companies, see ``protection.Known``.
    """

    period: PayPeriod
    is_protected: bool
    payroll: PayrollCoverage
    uncounted: int
    tabulation: Tabulation
    with_result: frozenset[str]
    consenting: frozenset[str]

    def digest(self) -> str:
        """Return the SHA-256 (hex) of all that was read: equal readings fill equal cubes.

        The rows come in no order.
        """
        population = self.tabulation.population
        arrays = [getattr(population, field.name) for field in fields(population)]
        columns = [
            row.tolist()
            for values in arrays
            if isinstance(values, np.ndarray)
            for row in np.atleast_2d(values)
        ]
        told = (
            str(self.period),
            self.is_protected,
            self.payroll,
            self.uncounted,
            [values for values in arrays if not isinstance(values, np.ndarray)],
            self.tabulation.names,
            sorted(self.with_result),
            sorted(self.consenting),
            sorted(zip(*columns, strict=True)),
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()


def compute_cubes(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    *,
    is_protected: bool,
    before: CubeSet | None = None,
) -> CubeSet:
    """Read a month with a fixed number of queries and fill every cube from it.

    ``is_protected`` is what officials and the public see, of the whole base: approved payrolls only,
    nothing that could betray a person or a company. ``before`` is what was published of the month
    before; its withheld figures stay withheld. A protected month may take many seconds.

    Raises:
        DisclosureError: the month cannot be protected.
    """
    return filled(read_cubes(session, scope, period, is_protected=is_protected), before)


def read_cubes(session: Session, scope: Scope, period: PayPeriod, *, is_protected: bool) -> Reading:
    """Read what the cubes of a month are filled from, with a fixed number of queries."""
    companies = session.execute(queries.company_names(scope)).all()
    runs = session.execute(queries.regular_runs(scope, period)).all()
    approved = _decided(runs)
    with_result = approved if is_protected else {run.company_id for run in runs}
    rows = session.execute(queries.month_rows(scope, period, is_final_only=is_protected)).all()
    active = {row.company_id for row in rows if _is_active(row, period)}
    agreed = set(session.scalars(queries.wage_publishers(scope)))
    population = population_of(rows, period, companies, with_result)
    names = Names(
        companies=tuple(
            Group(company.company_code, Text(company.company_name, company.company_name))
            for company in companies
        ),
        task_types=tuple(
            Group(row.task_type_code, Text(row.name_zh, row.name_en))
            for row in session.execute(task_types.task_type_names().order_by("task_type_code"))
        ),
        senders=tuple(
            Group(row.sender, Text(row.name, row.name))
            for row in session.execute(queries.senders(scope))
        ),
    )
    return Reading(
        period=period,
        is_protected=is_protected,
        payroll=PayrollCoverage(
            companies=len(active),
            with_result=len(active & with_result),
            approved=len(active & approved),
        ),
        uncounted=session.scalars(queries.uncounted_at_end(scope, period)).one(),
        tabulation=Tabulation(population, names),
        with_result=frozenset(
            company.company_code for company in companies if company.company_id in with_result
        ),
        consenting=frozenset(
            company.company_code for company in companies if company.company_id in agreed
        ),
    )


def filled(reading: Reading, before: CubeSet | None = None) -> CubeSet:
    """Fill every cube from what was read; ``before`` as in ``compute_cubes``.

    Raises:
        DisclosureError: the month cannot be protected.
    """
    known = None
    if reading.is_protected:
        known = protection.Known(
            with_result=reading.with_result, consenting=reading.consenting, before=before
        )
    is_small = reading.is_protected and RULES.is_small(reading.uncounted)
    return CubeSet(
        period=reading.period,
        is_protected=reading.is_protected,
        payroll=reading.payroll,
        uncounted=Cell.of(reading.uncounted, is_withheld=is_small),
        tables=fill_cubes(reading.tabulation, known),
    )


def fill_cubes(tabulation: Tabulation, known: protection.Known | None) -> Mapping[str, CubeTable]:
    """Fill every cube from one population; ``known`` is None where nothing is withheld.

    Raises:
        DisclosureError: the month cannot be protected.
    """
    chosen = [_as_shown(cube, is_protected=known is not None) for cube in cubes().values()]
    hidden = set() if known is None else protection.withheld(tabulation, chosen, known)
    ranked = np.asarray(tabulation.population.is_paid)
    figures: dict[tuple[str, tuple[str, ...]], dict[Condition, int | None]] = {}

    def cells(cube: Cube, axes: Sequence[Axis], measure: Measure) -> tuple[Cell, ...]:
        values: dict[Condition, int | None] = {}
        few: set[Condition] = set()
        for dimensions in margins(cube.dimensions):
            key = (measure.code, tuple(sorted(dimensions)))
            if key not in figures:
                figures[key] = tabulation.measured(measure, dimensions)
            values |= figures[key]
            if known is not None and measure.is_ranked:
                counts = tabulation.over(dimensions, lambda groups: groups.sums(ranked))
                few.update(one for one, count in counts.items() if 0 < count < RULES.least_ranked)
        return tuple(
            Cell.of(
                values[condition],
                is_withheld=condition in few
                or any((condition, need) in hidden for need in measure.needs),
            )
            for condition in _conditions_of(axes)
        )

    tables = {}
    for cube in chosen:
        axes = tuple(tabulation.axis(dimension) for dimension in cube.dimensions)
        tables[cube.code] = CubeTable(
            code=cube.code,
            title=cube.title,
            axes=axes,
            figures={code: cells(cube, axes, measures()[code]) for code in cube.measures},
        )
    return tables


def _as_shown(cube: Cube, *, is_protected: bool) -> Cube:
    """Return a cube with the measures that this reader gets."""
    codes = cube.measures if is_protected else (*cube.measures, *cube.internal)
    return replace(cube, measures=codes, internal=())


def _conditions_of(axes: Sequence[Axis]) -> list[Condition]:
    """Return what the cells of a table are about, in their order."""
    return [
        frozenset((axis.code, code) for axis, code in zip(axes, key, strict=True) if code != TOTAL)
        for key in product(*(axis.codes for axis in axes))
    ]


def read_month(
    session: Session, scope: Scope, period: PayPeriod, *, is_protected: bool
) -> MonthFigures:
    """Read a month with a fixed number of queries, whatever the number of people.

    ``is_protected`` withholds small cells: what an official sees.
    """
    companies = session.execute(queries.company_names(scope)).all()
    runs = session.execute(queries.regular_runs(scope, period)).all()
    approved = _decided(runs)
    # The companies see what they are computing; an official sees what has been decided.
    with_result = approved if is_protected else {run.company_id for run in runs}
    chosen = queries.month_rows(scope, period, is_final_only=is_protected)
    rows = session.execute(chosen).all()
    active = {row.company_id for row in rows if _is_active(row, period)}
    return MonthFigures(
        period=period,
        is_protected=is_protected,
        payroll=PayrollCoverage(
            companies=len(active),
            with_result=len(active & with_result),
            approved=len(active & approved),
        ),
        population=population_of(rows, period, companies, with_result),
        companies=tuple(Text(company.company_name, company.company_name) for company in companies),
        uncounted=session.scalars(queries.uncounted_at_end(scope, period)).one(),
    )


def read_output(session: Session, scope: Scope, period: PayPeriod) -> tuple[TaskOutput, ...]:
    """Read the accepted output that companies with an approved month paid, by task type.

    Task types have units of their own, so that there is no total from which one could be taken.
    """
    decided = _decided(session.execute(queries.regular_runs(scope, period)))
    return tuple(
        TaskOutput(
            code=row.task_type_code,
            name=Text(row.name_zh, row.name_en),
            unit=Text(row.unit_zh, row.unit_en),
            accepted=Cell.of(row.accepted_qty, is_withheld=row.employment_count < THRESHOLD),
            workers=Cell.of(row.employment_count, is_withheld=row.employment_count < THRESHOLD),
        )
        for row in session.execute(production.accepted_by_task_type(decided, period))
    )


def _decided(runs: Iterable[Any]) -> set[int]:
    """Return the companies whose pay of the month is approved: all runs, both halves included."""
    states: defaultdict[int, dict[PayPeriod, str]] = defaultdict(dict)
    for run in runs:
        states[run.company_id][PayPeriod.parse(run.period)] = run.state
    return {
        company
        for company, by_period in states.items()
        if all(state in FINAL for state in by_period.values())
        and all(period.next() in by_period for period in by_period if not period.ends_month)
    }


def _is_active(row: Any, period: PayPeriod) -> bool:
    """Tell whether somebody was employed in a month or paid for it, and not merely owed something."""
    is_employed = row.hired_on <= period.last_on and (
        row.separated_on is None or row.separated_on >= period.first_on
    )
    return is_employed or row.worked_minutes is not None


def population_of(
    rows: Sequence[Row[Any]],
    period: PayPeriod,
    companies: Sequence[Row[Any]],
    with_result: Collection[int],
) -> Population:
    """Turn the rows of ``queries.month_rows`` into columns.

    ``companies`` are the rows of ``queries.company_names``, which number the companies;
    ``with_result`` has the ids of companies whose payroll of the month is known.

    Raises:
        LawMissingError: there is overtime in the month, but no law that limits it.
    """
    numbered = {company.company_id: number for number, company in enumerate(companies)}
    founded = {company.company_id: company.founded_on.toordinal() for company in companies}
    inside = {company.company_id for company in companies if company.is_inside}
    columns = list(zip(*rows, strict=True)) or [()] * len(queries.MONTH_COLUMNS)
    named = dict(zip(queries.MONTH_COLUMNS, columns, strict=True))

    def numbers(values: Iterable[int]) -> Column:
        return np.fromiter(values, np.int64, len(rows))

    def flags(values: Iterable[bool]) -> Flags:
        return np.fromiter(values, np.bool_, len(rows))

    def codes(name: str) -> Codes:
        return np.array(named[name], dtype=np.str_)

    def amounts(name: str) -> Column:
        return numbers(value or 0 for value in named[name])

    def is_set(name: str) -> Flags:
        return flags(bool(value) for value in named[name])

    schemes = np.zeros(len(rows), dtype=np.int64)
    for bit, scheme in enumerate(SCHEMES):
        schemes |= is_set(f"in_{scheme}").astype(np.int64) << bit
    overtime = amounts("overtime_minutes")
    return Population(
        period=period,
        company=numbers(numbered[key] for key in named["company_id"]),
        hired=numbers(on.toordinal() for on in named["hired_on"]),
        separated=numbers(
            STILL_EMPLOYED if on is None else on.toordinal() for on in named["separated_on"]
        ),
        is_person=flags(rank == 1 for rank in named["rank_of_person"]),
        is_person_in_company=flags(rank == 1 for rank in named["rank_in_company"]),
        sex=codes("sex"),
        born=numbers(on.year * 10_000 + on.month * 100 + on.day for on in named["born_on"]),
        education=codes("education"),
        township=codes("township"),
        household=codes("household_category"),
        is_inside=flags(key in inside for key in named["company_id"]),
        key_groups=numbers(named["key_group_bits"]),
        task_type=codes("task_type_code"),
        wages=np.array([amounts(f"{part}_amount") for part in WAGE_PARTS], dtype=np.int64),
        is_paid=flags(value is not None for value in named["worked_minutes"]),
        has_result=flags(key in with_result for key in named["company_id"]),
        schemes=schemes,
        employment_type=codes("employment_type"),
        contract_kind=codes("contract_kind"),
        occupation=codes("occupation"),
        sender=codes("sender"),
        leaving_cause=codes("leaving_cause"),
        founded=numbers(founded[key] for key in named["company_id"]),
        labour_cost=amounts("employer_cost_amount"),
        floor=amounts("floor_amount"),
        is_below_floor=is_set("is_below_floor"),
        is_topped_up=is_set("is_topped_up"),
        minutes=amounts("worked_minutes"),
        overtime_minutes=overtime,
        is_over_limit=_over_limit(overtime, period),
        arrears=amounts("owed_amount"),
    )


def _over_limit(overtime: Column, period: PayPeriod) -> Flags:
    """Tell who has more overtime (minutes) than the law allows in a month."""
    if not overtime.any():
        return np.zeros(overtime.size, dtype=np.bool_)
    found = law_book().value(_OVERTIME_LIMIT, NATIONAL, period.first_on, "overtime_limit")
    return overtime > found.integer


def _named(codes: Sequence[str]) -> tuple[Measure, ...]:
    return tuple(measures()[code] for code in codes)
