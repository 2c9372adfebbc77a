"""A published issue of statistics, as ``bureau/publishing.py`` would write it of these cubes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.bureau import differences, frozen
from workforce.bureau.differences import Changes
from workforce.bureau.models import StatisticsIssue
from workforce.platform import clock
from workforce.statistics import cube_json
from workforce.statistics.cube import CubeSet

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
            note=note or ("更正" if number > 1 else ""),
            published_at=published_at,
            published_by_id=None,
            published_by_name="cli",
        ),
    )
