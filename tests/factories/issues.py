"""A published issue of statistics, as ``bureau/issues/publishing.py`` would write it of these cubes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.bureau.issues import differences, frozen
from workforce.bureau.issues.differences import Changes
from workforce.bureau.models import StatisticsIssue
from workforce.bureau.seats import months as seat_months
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform import clock
from workforce.statistics import cube_json
from workforce.statistics.cube import CubeSet, CubeTable, PayrollCoverage
from workforce.statistics.tables import Cell, CellState

OCTOBER = PayPeriod(2026, 10)
AT = dt.datetime(2026, 11, 10, 9, tzinfo=clock.BASE_ZONE)


def create_issue(
    session: Session,
    cubes: CubeSet,
    *,
    number: int = 1,
    note: str = "",
    changes: Changes | None = None,
    published_at: dt.datetime = AT,
) -> StatisticsIssue:
    """Publish a cube set; a revised issue needs a note."""
    content = cube_json.to_json(cubes)
    digest = cube_json.sha256_of(content)
    return add(
        session,
        StatisticsIssue(
            period=str(cubes.period),
            number=number,
            content=content,
            content_sha256=digest,
            snapshot_sha256=digest,
            basis=b"",
            definitions=frozen.to_json(frozen.definitions_of(cubes).values()),
            differences=differences.to_json(changes or Changes()),
            input_hash="1" * 64,
            law_hash="2" * 64,
            code_version="0.0.0",
            note=note or ("2026-1" if number > 1 else ""),
            published_at=published_at,
            published_by_id=None,
            published_by_name="cli",
        ),
    )


def create_next_issue(session: Session, period: PayPeriod = OCTOBER, jobs: int = 23) -> int:
    """Publish one more issue of a month, of a cube of everybody alone; return its number."""
    row = StatisticsIssue
    newest = session.scalar(select(func.max(row.number)).where(row.period == str(period)))
    table = CubeTable(
        code="whole",
        title=Text("全部", "Everybody"),
        axes=(),
        figures={"jobs_end": (Cell(CellState.SHOWN, jobs),)},
    )
    cubes = CubeSet(
        period=period,
        is_protected=True,
        payroll=PayrollCoverage(companies=1, with_result=1, approved=1),
        uncounted=Cell(CellState.SHOWN, 0),
        tables={"whole": table},
    )
    seat_months.keep(session, period)
    return create_issue(session, cubes, number=(newest or 0) + 1).number
