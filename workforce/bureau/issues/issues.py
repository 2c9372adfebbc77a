"""The published issues of statistics: all that officials read. They never change.

A month is published as issue 1; what is corrected later gives issue 2 with a note, and issue 1 stays
readable. What an issue says is decoded once in a process: it cannot have changed since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Select, func, select

from workforce.bureau.issues import differences, frozen
from workforce.bureau.issues.differences import Changes
from workforce.bureau.issues.frozen import FrozenMeasure
from workforce.bureau.models import StatisticsIssue
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.statistics import cube_json
from workforce.statistics.cube import CubeSet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_KEPT: Final = 60
"""Decoded issues of one process: five years of months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What was published of a month.

    ``definitions`` are what its measures meant then, by code; ``changes`` say what a revised issue
    changes of the issue before it, ``note`` why. ``published_by``: who published it, by name and role.
    """

    period: PayPeriod
    number: int
    published_at: dt.datetime
    published_by: Text
    cubes: CubeSet
    definitions: Mapping[str, FrozenMeasure]
    changes: Changes
    note: str
    law_hash: str
    code_version: str
    content_sha256: str
    snapshot_sha256: str

    @property
    def is_revised(self) -> bool:
        """Tell whether it corrects an earlier issue."""
        return self.number > 1


_Key = tuple[int, str, dt.datetime, str]
_decoded: dict[_Key, Issue] = {}


def published(session: Session, period: PayPeriod) -> Issue | None:
    """Return the newest issue of a month, or None while nothing of it is published."""
    return newest(session, [period]).get(period)


def issue(session: Session, period: PayPeriod, number: int) -> Issue:
    """Return one issue of a month.

    Raises:
        NotFoundError: there is none of this number.
    """
    row = StatisticsIssue
    found = _read(session, (row.period == str(period)) & (row.number == number))
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def newest(
    session: Session, periods: Collection[PayPeriod] | None = None
) -> dict[PayPeriod, Issue]:
    """Return the newest issue of each of the months (None: of all) that is published, in their order.

    At most two statements, whatever the number of months.
    """
    row, last = StatisticsIssue, _last_numbers().subquery()
    where: ColumnElement[bool] = row.id.in_(
        select(row.id).join(last, (row.period == last.c.period) & (row.number == last.c.number))
    )
    if periods is not None:
        where &= row.period.in_([str(period) for period in periods])
    return {one.period: one for one in _read(session, where)}


def issues_of(session: Session, period: PayPeriod) -> list[Issue]:
    """Return every issue of a month, the newest first."""
    return _read(session, StatisticsIssue.period == str(period))[::-1]


def published_months(session: Session) -> list[PayPeriod]:
    """Return the months of which anything is published, the newest first."""
    row = StatisticsIssue
    months = session.scalars(select(row.period).distinct().order_by(row.period.desc()))
    return [PayPeriod.parse(month) for month in months]


def newest_numbers(session: Session) -> dict[PayPeriod, int]:
    """Return the number of the newest issue of each published month."""
    rows = session.execute(_last_numbers())
    return {PayPeriod.parse(row.period): row.number for row in rows}


def _last_numbers() -> Select[str, int]:
    row = StatisticsIssue
    return select(row.period, func.max(row.number).label("number")).group_by(row.period)


def _read(session: Session, where: ColumnElement[bool]) -> list[Issue]:
    """Return the issues in order of month and number; what they say is read once in a process."""
    row = StatisticsIssue
    chosen = select(row.id, row.content_sha256, row.published_at, row.note)
    rows = session.execute(chosen.where(where).order_by(row.period, row.number)).all()
    keys: list[_Key] = [(one.id, one.content_sha256, one.published_at, one.note) for one in rows]
    missing = {key[0]: key for key in keys if key not in _decoded}
    fresh = _decode(session, missing)
    issues = {key: fresh.get(key) or _decoded[key] for key in keys}
    _keep(fresh)
    return list(issues.values())


def _decode(session: Session, wanted: Mapping[int, _Key]) -> dict[_Key, Issue]:
    if not wanted:
        return {}
    rows = session.scalars(select(StatisticsIssue).where(StatisticsIssue.id.in_(wanted)))
    return {wanted[row.id]: _issue_of(row) for row in rows}


def _keep(fresh: Mapping[_Key, Issue]) -> None:
    """Keep what was decoded, and forget what has been kept longest."""
    _decoded.update(fresh)
    oldest: Iterable[_Key] = list(_decoded)[: max(len(_decoded) - _KEPT, 0)]
    for key in oldest:
        _decoded.pop(key, None)


def _publisher(row: StatisticsIssue) -> Text:
    """Name who published an issue, with the role of then; by the login name where that is all that is known."""
    if row.publisher_name is None or row.publisher_role is None:
        return Text(row.published_by_name, row.published_by_name)
    role = term(f"role.{row.publisher_role}")
    return Text(f"{row.publisher_name}（{role.zh}）", f"{row.publisher_name} ({role.en})")


def _issue_of(row: StatisticsIssue) -> Issue:
    return Issue(
        period=PayPeriod.parse(row.period),
        number=row.number,
        published_at=row.published_at,
        published_by=_publisher(row),
        cubes=cube_json.from_json(row.content),
        definitions=frozen.from_json(row.definitions),
        changes=differences.from_json(row.differences),
        note=row.note,
        law_hash=row.law_hash,
        code_version=row.code_version,
        content_sha256=row.content_sha256,
        snapshot_sha256=row.snapshot_sha256,
    )
