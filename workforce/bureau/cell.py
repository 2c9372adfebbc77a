"""One figure, opened: what it counts, of whom, from where, how it went over the months, and who shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.bureau import service
from workforce.bureau.explorer.choice import MONTHS, WHOLE
from workforce.bureau.forms import forms
from workforce.bureau.issues import issues
from workforce.bureau.issues.frozen import FrozenMeasure, definitions_of
from workforce.bureau.issues.views import labels_of, shown
from workforce.bureau.report import NO_TEXT
from workforce.core.chart import Chart, Series
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text, plural
from workforce.platform import clock
from workforce.statistics.additive import ADDITIVES
from workforce.statistics.cube import TOTAL, CellRef
from workforce.statistics.disclosure import RULES
from workforce.statistics.measures import measures
from workforce.statistics.service import filled, read_cubes
from workforce.statistics.tables import CellState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.form import ReportForm
    from workforce.bureau.issues.issues import Issue
    from workforce.platform.scope import Scope
    from workforce.statistics.cube import CubeSet, CubeTable
    from workforce.statistics.service import Reading
    from workforce.statistics.tables import Cell

_EDGES: Final = (RULES.least, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
_JOBS: Final = "jobs_end"
_LEAST_DRAWN: Final = 2
_GONE_ON: Final = Text(
    "此后有更正，计入后再显示", "Corrected since; told once that has been taken in"
)


@dataclass(frozen=True, slots=True)
class Month:
    """The same cell in one month; ``number``: of the issue that tells it, None for own figures."""

    period: PayPeriod
    number: int | None
    cell: Cell
    text: str


@dataclass(frozen=True, slots=True)
class Shower:
    """Where the figure stands, too: a cube with the choice that shows it in the explorer."""

    title: Text
    rows: str
    columns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A figure with all that is known of it.

    ``filter``: pairs of what is divided and which group. ``behind``: how many jobs stand behind it, exactly
    for own figures, as a band for published ones; None where that is not told. ``origin``: what own figures
    are read from.
    """

    period: PayPeriod
    ref: CellRef
    table: Text
    measure: FrozenMeasure
    filter: tuple[tuple[Text, Text], ...]
    cell: Cell
    text: str
    cubes: CubeSet
    behind: Text | None
    issue: Issue | None
    history: tuple[Month, ...]
    showers: tuple[Shower, ...]
    forms: tuple[ReportForm, ...] = ()
    origin: Text = NO_TEXT

    @property
    def is_withheld(self) -> bool:
        """Tell whether it is known but not told."""
        return self.cell.state is CellState.WITHHELD

    @property
    def chart(self) -> Chart | None:
        """The figure over the months, the oldest first; None where there is nothing to draw."""
        if sum(one.cell.value is not None for one in self.history) < _LEAST_DRAWN:
            return None
        months = self.history[::-1]
        return Chart(
            code="history",
            title=Text("各月", "Over the months"),
            kind="line",
            categories=tuple(Text(str(one.period), str(one.period)) for one in months),
            series=(Series(self.measure.label, tuple(one.cell.value for one in months)),),
            unit=self.measure.unit.label,
            definition=self.measure.definition,
            decimals=self.measure.unit.decimals,
        )


def published_cell(
    session: Session, ref: CellRef, period: PayPeriod, number: int | None
) -> CellView:
    """Return a published figure; ``number`` chooses an issue of the month, None its newest.

    Raises:
        NotFoundError: nothing of the month is published, or there is no such issue or cell.
    """
    newest = issues.newest(session)
    chosen = newest.get(period)
    if chosen is None:
        raise NotFoundError("cell.unknown")
    if number is not None and number != chosen.number:
        chosen = issues.issue(session, period, number)
    told = {**newest, period: chosen}
    view = _view(
        ref,
        chosen.cubes,
        chosen.definitions,
        {month: one.cubes for month, one in told.items()},
        {month: one.number for month, one in told.items()},
    )
    return replace(
        view,
        behind=_band(chosen.cubes, ref),
        issue=chosen,
        forms=_forms(session, ref, chosen),
    )


def own_cell(session: Session, scope: Scope, ref: CellRef, period: PayPeriod) -> CellView:
    """Return a figure of the own company, or of every company, in full, beside last month's and last year's.

    Raises:
        NotFoundError: there is no such cell.
    """
    source = service.own_source(session, scope, clock.today())
    if not source.knows(period):
        raise NotFoundError("cell.unknown")
    reading = read_cubes(session, scope, period, is_protected=False)
    now = filled(reading)
    cubes = source.kept([period]).get(period, now)
    sets = source.read((period.previous(), PayPeriod(period.year - 1, period.month)))
    view = _view(ref, cubes, definitions_of(cubes), {period: cubes, **sets}, {})
    return replace(view, behind=_behind_now(reading, now, view), origin=source.origin([period]))


def _behind_now(reading: Reading, now: CubeSet, view: CellView) -> Text | None:
    """Say how many jobs stand behind a figure by what is on record now, which may have gone on."""
    try:
        table, cell = _found(now, view.ref)
    except NotFoundError:
        return _GONE_ON
    if cell != view.cell:
        return _GONE_ON
    count = _jobs_behind(reading, table, view.ref)
    return (
        None
        if count is None
        else Text(f"{count:,} 个岗位", f"{count:,} {plural(count, 'job', 'jobs')}")
    )


def _view(
    ref: CellRef,
    cubes: CubeSet,
    definitions: Mapping[str, FrozenMeasure],
    sets: Mapping[PayPeriod, CubeSet],
    numbers: Mapping[PayPeriod, int],
) -> CellView:
    """Open a cell; ``sets`` are those of all months, ``numbers`` those of their issues."""
    table, cell = _found(cubes, ref)
    names = labels_of(table, ref.groups)
    measure = definitions[ref.measure]
    return CellView(
        period=cubes.period,
        ref=ref,
        table=table.title,
        measure=measure,
        filter=tuple((axis.label, name) for axis, name in zip(table.axes, names, strict=True)),
        cell=cell,
        text=shown(cell, measure.unit),
        cubes=cubes,
        behind=None,
        issue=None,
        history=_history(ref, sets, measure, numbers),
        showers=tuple(_showers(cubes, ref)),
    )


def _found(cubes: CubeSet, ref: CellRef) -> tuple[CubeTable, Cell]:
    try:
        return cubes.tables[ref.cube], cubes.cell(ref)
    except (KeyError, ValueError) as error:
        raise NotFoundError("cell.unknown") from error


def _history(
    ref: CellRef,
    sets: Mapping[PayPeriod, CubeSet],
    measure: FrozenMeasure,
    numbers: Mapping[PayPeriod, int],
) -> tuple[Month, ...]:
    """Return the cell in each month that has it, the newest first."""
    found = []
    for period in sorted(sets, reverse=True):
        try:
            _table, cell = _found(sets[period], ref)
        except NotFoundError:
            continue
        found.append(Month(period, numbers.get(period), cell, shown(cell, measure.unit)))
    return tuple(found)


def _showers(cubes: CubeSet, ref: CellRef) -> list[Shower]:
    """Return the cubes that show the measure for these groups, this one first."""
    wanted = _condition(cubes.tables[ref.cube], ref.groups)
    found = []
    for code in sorted(cubes.tables, key=lambda code: code != ref.cube):
        table = cubes.tables[code]
        axes = [axis.code for axis in table.axes]
        if ref.measure in table.figures and wanted.keys() <= set(axes):
            columns = axes[1] if axes[1:] else MONTHS
            found.append(Shower(table.title, axes[0] if axes else WHOLE, columns))
    return found


def _condition(table: CubeTable, groups: Sequence[str]) -> dict[str, str]:
    """Return which groups a cell is of, by dimension; margins are of all."""
    axes = [axis.code for axis in table.axes]
    return {axis: code for axis, code in zip(axes, groups, strict=True) if code != TOTAL}


def _band(cubes: CubeSet, ref: CellRef) -> Text | None:
    """Say between which numbers of jobs at the end of the month the people of a cell are."""
    table = cubes.tables[ref.cube]
    if _JOBS not in table.figures:
        return None
    jobs = table.cell(_JOBS, *ref.groups).value
    if jobs is None:
        return None
    if jobs == 0:
        return Text("没有岗位", "no jobs")
    if jobs < _EDGES[0]:
        return Text(f"不足 {_EDGES[0]} 个岗位", f"fewer than {_EDGES[0]} jobs")
    low = max(edge for edge in _EDGES if edge <= jobs)
    if low == _EDGES[-1]:
        return Text(f"{low:,} 个岗位以上", f"{low:,} jobs or more")
    high = _EDGES[_EDGES.index(low) + 1] - 1
    return Text(f"{low:,}–{high:,} 个岗位", f"{low:,}–{high:,} jobs")


def _jobs_behind(reading: Reading, table: CubeTable, ref: CellRef) -> int | None:
    """Count the jobs of the groups that have any of the quantities that the figure is made of."""
    needed = [ADDITIVES[code] for code in measures()[ref.measure].needs if code in ADDITIVES]
    if not needed:
        return None
    population = reading.tabulation.population
    has_any = np.zeros(population.size, dtype=np.bool_)
    for quantity in needed:
        has_any |= quantity.behind(population)
    wanted = _condition(table, ref.groups)
    counts = reading.tabulation.over(tuple(wanted), lambda groups: groups.sums(has_any))
    return counts.get(frozenset(wanted.items()), 0)


def _forms(session: Session, ref: CellRef, chosen: Issue) -> tuple[ReportForm, ...]:
    """Return the monthly forms in which the figure stands."""
    source = service.published_source(session, period=chosen.period, number=chosen.number)
    period = ReportPeriod.of(chosen.period, Span.MONTH)
    return tuple(
        form
        for form in forms().values()
        if form.audience == "public"
        and Span.MONTH in form.spans
        and any(
            place.figure.ref == ref and place.figure.month == chosen.period
            for place in service.fill_report(form, source, period, filled_on=clock.today()).places()
        )
    )
