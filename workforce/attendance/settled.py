"""Days that somebody has vouched for: settled by hand, or confirmed for a whole team.

A day settled by hand keeps its word against machines' files (`DayCorrection`). A team's confirmed day
stays confirmed until one of its people's days changes, whoever changes it (`TeamDayConfirmation`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, cast

from sqlalchemy import Select, Table, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from workforce.attendance import queries
from workforce.attendance.leave_days import Day
from workforce.attendance.models import DayCorrection, TeamDayConfirmation
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.audit import Actor
from workforce.platform.scope import Scope

TeamDay = tuple[int, dt.date]
"""One day of one team."""

MOST_NAMED: Final = 5_000
"""So many employments are named in a statement; more are reached through their company."""

_CHUNK: Final = 10_000
_DAY: Final = dt.timedelta(days=1)


def reached(company_id: int, days: Collection[Day]) -> Select[int] | Sequence[int]:
    """Return what narrows a statement to the employments of some days: their keys, or the company's."""
    named = sorted({employment_id for employment_id, _ in days})
    if len(named) <= MOST_NAMED:
        return named
    return people.employment_ids(Scope.company(company_id))


def settled_days(session: Session, company_id: int, days: Collection[Day]) -> set[Day]:
    """Return which of some days are settled by hand: one statement."""
    if not days:
        return set()
    found = session.execute(
        select(DayCorrection.employment_id, DayCorrection.work_on).where(
            DayCorrection.employment_id.in_(reached(company_id, days)),
            DayCorrection.work_on.between(*_ends(days)),
        )
    )
    return {(employment_id, on) for employment_id, on in found} & set(days)


def confirmed_dates(session: Session, company_id: int, days: Collection[Day]) -> set[dt.date]:
    """Return the dates among some days on which any team of the company is confirmed."""
    if not days:
        return set()
    found = session.execute(
        queries.day_confirmations(Scope.company(company_id), *_ends(days)).where(
            TeamDayConfirmation.withdrawn_at.is_(None)
        )
    )
    return {row.work_on for row in found}


def confirmations_of(
    session: Session, company_id: int, changed: Collection[Day]
) -> frozenset[TeamDay]:
    """Return the confirmed team days to which some changed days belong."""
    if not changed:
        return frozenset()
    first_on, last_on = _ends(changed)
    members = people.team_members(Scope.company(company_id), first_on, last_on)
    narrowed = members.subquery()
    chosen = select(narrowed).where(narrowed.c.employment_id.in_(reached(company_id, changed)))
    dates: dict[int, list[dt.date]] = {}
    for employment_id, on in changed:
        dates.setdefault(employment_id, []).append(on)
    touched = {
        (row.team_id, on)
        for row in session.execute(chosen)
        for on in dates.get(row.employment_id, ())
        if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
    }
    held = session.execute(
        queries.day_confirmations(Scope.company(company_id), first_on, last_on).where(
            TeamDayConfirmation.withdrawn_at.is_(None)
        )
    )
    return frozenset(touched & {(row.team_id, row.work_on) for row in held})


def withdraw(
    session: Session, actor: Actor, team_days: Collection[TeamDay], *, company_id: int, source: str
) -> None:
    """Take confirmations back, because a day of theirs changed; each is an entry of the audit."""
    if not team_days:
        return
    table = cast("Table", TeamDayConfirmation.__table__)
    now = clock.now()
    session.connection().execute(
        update(table)
        .where(table.c.team_id == bindparam("team_"), table.c.work_on == bindparam("on_"))
        .values(withdrawn_at=now, withdrawn_source=source),
        [{"team_": team_id, "on_": on} for team_id, on in sorted(team_days)],
    )
    for team_id, on in sorted(team_days):
        audit.record(
            session,
            actor,
            "team_day.withdraw",
            "team_day",
            f"{team_id}:{on}",
            company_id=company_id,
            before={"confirmed": True},
            after={"confirmed": False, "source": source},
        )


def settle(session: Session, days: Iterable[Day], source: str) -> None:
    """Keep some days' word against machines from now on."""
    rows: list[dict[str, Any]] = [
        {"employment_id": who, "work_on": on, "source": source, "corrected_at": clock.now()}
        for who, on in sorted(days)
    ]
    release(session, [(row["employment_id"], row["work_on"]) for row in rows])
    table = cast("Table", DayCorrection.__table__)
    for start in range(0, len(rows), _CHUNK):
        session.connection().execute(insert(table), rows[start : start + _CHUNK])


def release(session: Session, days: Collection[Day]) -> None:
    """Take the marks of some days away: somebody's newer word holds."""
    wanted = sorted(days)
    table = cast("Table", DayCorrection.__table__)
    for start in range(0, len(wanted), _CHUNK):
        chunk: list[Any] = wanted[start : start + _CHUNK]
        session.connection().execute(
            delete(table).where(tuple_(table.c.employment_id, table.c.work_on).in_(chunk))
        )


def _ends(days: Collection[Day]) -> tuple[dt.date, dt.date]:
    return min(on for _, on in days), max(on for _, on in days)
