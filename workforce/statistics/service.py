"""One month's figures of a scope: read once, computed in columns, protected where they must be."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from itertools import groupby, product
from typing import TYPE_CHECKING, Any

import numpy as np

from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.text import Text
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
from workforce.statistics.dimensions import Names
from workforce.statistics.disclosure import RULES
from workforce.statistics.lazy import Lazy
from workforce.statistics.measures import measures
from workforce.statistics.output import OUTPUT, Output, Sampled, fill_output
from workforce.statistics.populating import active_companies, population_of
from workforce.statistics.tables import Cell
from workforce.statistics.tabulation import Condition, Tabulation, margins

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.statistics.measure import Measure


Production = tuple[tuple[Output, ...], tuple[Sampled, ...]]
"""What companies made in a month, and what inspections looked at."""


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
    production: Callable[[], Production]
    """Return what was made and inspected: read when it is first asked for, since few forms show it."""
    task_types: tuple[Group, ...]
    """Named with what they are counted in."""

    def in_full(self) -> Reading:
        """Return what who sees everything reads of a month whose every payroll is final: the same rows."""
        names = replace(self.tabulation.names, lists_all=False)
        tabulation = Tabulation(self.tabulation.population, names)
        return replace(self, is_protected=False, tabulation=tabulation)

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
            *self.production(),
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
    (reading,) = read_months(session, scope, [period], is_protected=is_protected)
    return reading


def read_months(
    session: Session, scope: Scope, periods: Collection[PayPeriod], *, is_protected: bool
) -> list[Reading]:
    """Read what the cubes of months are filled from, in order: with as many queries as of one month."""
    if not periods:
        return []
    periods = sorted(periods)
    companies = session.execute(queries.company_names(scope)).all()
    runs: defaultdict[PayPeriod, list[Row[int, str, str]]] = defaultdict(list)
    for run in session.execute(queries.regular_runs(scope, *periods)):
        runs[PayPeriod.parse(run.period).whole].append(run)
    agreed = set(session.scalars(queries.wage_publishers(scope)))
    ends = session.execute(queries.uncounted_at_end(scope, *periods))
    uncounted = {row.period: row.jobs for row in ends}
    kinds = session.execute(task_types.task_type_names().order_by("task_type_code")).all()
    codes = {company.company_id: company.company_code for company in companies}
    names = Names(
        companies=tuple(
            Group(company.company_code, Text(company.company_name, company.company_name))
            for company in companies
        ),
        task_types=tuple(
            Group(kind.task_type_code, Text(kind.name_zh, kind.name_en)) for kind in kinds
        ),
        senders=tuple(
            Group(row.sender, Text(row.name, row.name))
            for row in session.execute(queries.senders(scope))
        ),
        lists_all=is_protected,
    )
    counted_in = tuple(
        Group(
            kind.task_type_code,
            Text(f"{kind.name_zh}（{kind.unit_zh}）", f"{kind.name_en} ({kind.unit_en})"),
        )
        for kind in kinds
    )

    def reading(period: PayPeriod, rows: Sequence[Row[Any]]) -> Reading:
        approved = _decided(runs[period])
        with_result = approved if is_protected else {run.company_id for run in runs[period]}
        active = active_companies(rows, period)
        return Reading(
            period=period,
            is_protected=is_protected,
            payroll=PayrollCoverage(
                companies=len(active),
                with_result=len(active & with_result),
                approved=len(active & approved),
            ),
            uncounted=uncounted.get(str(period), 0),
            tabulation=Tabulation(population_of(rows, period, companies, with_result), names),
            task_types=counted_in,
            production=cache(partial(_production, session, period, with_result, codes)),
            with_result=frozenset(codes[company] for company in with_result),
            consenting=frozenset(codes[company] for company in agreed),
        )

    found = session.execute(queries.month_rows(scope, *periods, is_final_only=is_protected))
    by_month = {
        PayPeriod.parse(text): list(rows) for text, rows in groupby(found, lambda row: row.period)
    }
    readings = [reading(period, by_month.pop(period, [])) for period in periods]
    if is_protected:
        # What is published is of one moment.
        for one in readings:
            one.production()
    return readings


def _production(
    session: Session, period: PayPeriod, company_ids: Collection[int], codes: Mapping[int, str]
) -> Production:
    made = session.execute(queries.accepted_output(company_ids, period))
    inspected = session.execute(queries.sampled_output(company_ids, period))
    return (
        tuple(
            Output(
                row.task_type_code, codes[row.company_id], row.accepted_qty, row.employment_count
            )
            for row in made
        ),
        tuple(
            Sampled(row.task_type_code, codes[row.company_id], row.sampled_qty, row.error_qty)
            for row in inspected
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
    divided = fill_cubes(reading.tabulation, known)

    def output() -> CubeTable:
        return fill_output(
            *reading.production(), reading.task_types, is_protected=reading.is_protected
        )

    return CubeSet(
        period=reading.period,
        is_protected=reading.is_protected,
        payroll=reading.payroll,
        uncounted=Cell.of(reading.uncounted, is_withheld=is_small),
        tables=Lazy(
            {code: partial(divided.__getitem__, code) for code in divided} | {OUTPUT: output}
        ),
    )


def fill_cubes(tabulation: Tabulation, known: protection.Known | None) -> Mapping[str, CubeTable]:
    """Fill every cube from one population; ``known`` is None where nothing is withheld.

    What must be withheld is decided now, for all of them; each figure is reckoned when it is asked for.

    Raises:
        DisclosureError: the month cannot be protected.
    """
    chosen = [
        _as_shown(cube, is_protected=known is not None)
        for cube in cubes().values()
        if cube.divides_jobs
    ]
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
                or any((condition, need) in hidden for need in measure.needs)
                # Of what it is not known what it tells of is not told.
                or (known is not None and not measure.needs),
            )
            for condition in _conditions_of(axes)
        )

    def table(cube: Cube) -> CubeTable:
        axes = tuple(tabulation.axis(dimension) for dimension in cube.dimensions)
        return CubeTable(
            code=cube.code,
            title=cube.title,
            axes=axes,
            figures=Lazy(
                {code: partial(cells, cube, axes, measures()[code]) for code in cube.measures}
            ),
        )

    return Lazy({cube.code: partial(table, cube) for cube in chosen})


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
