"""The quality of one's own work over time: acceptance and rework by task type, week by week or by month."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.core.chart import MOST_SERIES, Chart, Series
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.production import trends
from workforce.quality import queries as quality

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

MONTHS: Final = 6
WEEKS: Final = 8
_TENTHS_OF_PER_CENT: Final = 1000
_QUANTITIES: Final = ("submitted_qty", "accepted_qty", "rejected_qty", "reworked_qty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One task type in one span of time; quantities are units, rates tenths of a per cent or None."""

    submitted: int
    accepted: int
    rejected: int
    reworked: int
    sampled: int
    errors: int

    @property
    def acceptance(self) -> int | None:
        """Accepted ÷ decided."""
        return _rate(self.accepted, self.accepted + self.rejected)

    @property
    def rework(self) -> int | None:
        """Reworked ÷ submitted."""
        return _rate(self.reworked, self.submitted)

    @property
    def accuracy(self) -> int | None:
        """Sampled without error ÷ sampled."""
        return _rate(self.sampled - self.errors, self.sampled)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTrend:
    """One task type: a cell for each span that has one, by the span's first day."""

    code: str
    name: Text
    unit: Text
    cells: Mapping[dt.date, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """All task types over the spans, the oldest first, with the chart of acceptance."""

    spans: tuple[tuple[dt.date, Text], ...]
    tasks: tuple[TaskTrend, ...]
    chart: Chart | None


def read_trend(
    session: Session,
    scope: Scope,
    employment_id: int,
    task_types: Mapping[str, Row[Any]],
    today: dt.date,
    *,
    by_week: bool,
) -> Trend:
    """Sum one's own output and the checks of it over the last weeks or months."""
    first_on, spans, of_day = _spans(today, by_week=by_week)
    sums: defaultdict[str, defaultdict[dt.date, Counter[str]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    output = trends.output_by_day(scope, first_on, today).subquery()
    for row in session.execute(select(output).where(output.c.employment_id == employment_id)):
        cell = sums[row.task_type_code][of_day(row.work_on)]
        cell.update({name: getattr(row, name) for name in _QUANTITIES})
    checks = quality.inspections_of_days(scope, first_on, today).subquery()
    mine = checks.c.employment_id.is_(None) | (checks.c.employment_id == employment_id)
    for row in session.execute(select(checks).where(mine)):
        cell = sums[row.task_type_code][of_day(row.inspected_on)]
        cell.update(sampled_qty=row.sampled_qty, error_qty=row.error_qty)
    tasks = tuple(_task(code, cells, task_types[code]) for code, cells in sorted(sums.items()))
    return Trend(spans=spans, tasks=tasks, chart=_chart(spans, tasks))


def _spans(
    today: dt.date, *, by_week: bool
) -> tuple[dt.date, tuple[tuple[dt.date, Text], ...], Callable[[dt.date], dt.date]]:
    """Return the first day, the spans with their names, and which span a day is in."""
    if by_week:
        monday = today - dt.timedelta(days=today.weekday())
        starts = [monday - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]
        named = tuple((on, Text(f"{on:%m-%d} 起", f"from {on:%m-%d}")) for on in starts)
        return starts[0], named, lambda on: on - dt.timedelta(days=on.weekday())
    month = PayPeriod.of(today)
    months = [month]
    while len(months) < MONTHS:
        months.append(months[-1].previous())
    named = tuple((one.first_on, Text(str(one), str(one))) for one in reversed(months))
    return months[-1].first_on, named, lambda on: on.replace(day=1)


def _task(code: str, cells: Mapping[dt.date, Counter[str]], names: Row[Any]) -> TaskTrend:
    return TaskTrend(
        code=code,
        name=Text(names.name_zh, names.name_en),
        unit=Text(names.unit_zh, names.unit_en),
        cells={
            start: Cell(
                submitted=cell["submitted_qty"],
                accepted=cell["accepted_qty"],
                rejected=cell["rejected_qty"],
                reworked=cell["reworked_qty"],
                sampled=cell["sampled_qty"],
                errors=cell["error_qty"],
            )
            for start, cell in cells.items()
        },
    )


def _chart(spans: tuple[tuple[dt.date, Text], ...], tasks: tuple[TaskTrend, ...]) -> Chart | None:
    """Return the chart of acceptance, of the task types with most decided units."""
    decided = [
        task for task in tasks if any(cell.acceptance is not None for cell in task.cells.values())
    ]
    decided.sort(key=lambda task: -sum(cell.accepted for cell in task.cells.values()))
    if not decided:
        return None
    return Chart(
        code="acceptance",
        title=term("earnings_field.acceptance"),
        kind="line",
        categories=tuple(name for _, name in spans),
        series=tuple(
            Series(
                task.name,
                tuple(
                    task.cells[start].acceptance if start in task.cells else None
                    for start, _ in spans
                ),
            )
            for task in decided[:MOST_SERIES]
        ),
        unit=Text("%", "%"),
        definition=term("earnings_field.acceptance_definition"),
        decimals=1,
    )


def _rate(part: int, whole: int) -> int | None:
    """Return a part in tenths of a per cent, cut: 97.99 % is not 98 %."""
    return part * _TENTHS_OF_PER_CENT // whole if whole else None
