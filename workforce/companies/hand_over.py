"""Passing a team from one leader to another: for good, or for a while.

On every day one account leads a team. Rights go by the day of acting: up to the day before, the one who hands
over reads and edits the team and all its days, from the day on the other does, and every edit bears
the name of whoever made it. So nothing is handed over but the right; no record changes its author.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.accounts import queries as accounts
from workforce.companies.models import TeamLeadership
from workforce.companies.service import team_in
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.platform import audit, clock

if TYPE_CHECKING:
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)
_AHEAD: Final = dt.timedelta(days=3_660)
"""How far ahead anybody plans: ten years."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who leads a team from a day up to, not including, another (None: until further notice)."""

    account_id: int
    name: str
    valid_from: dt.date
    valid_to: dt.date | None


def turns_of(session: Session, team_id: int) -> list[Turn]:
    """Return who led, leads and will lead a team, the newest first. The caller has checked the scope."""
    names = accounts.display_names().subquery()
    rows = session.execute(
        select(TeamLeadership, names.c.display_name)
        .join(names, names.c.account_id == TeamLeadership.account_id)
        .where(TeamLeadership.team_id == team_id)
        .order_by(TeamLeadership.valid_from.desc(), TeamLeadership.id.desc())
    )
    return [Turn(row.account_id, name, row.valid_from, row.valid_to) for row, name in rows]


def leaders_of(session: Session, company_id: int) -> list[tuple[int, str]]:
    """Return the accounts of a company that can lead a team: key and name."""
    chosen = accounts.accounts().subquery()
    rows = session.execute(
        select(chosen.c.id, chosen.c.display_name, chosen.c.login_name)
        .where(chosen.c.company_id == company_id, chosen.c.role == Role.SUPERVISOR)
        .order_by(chosen.c.login_name)
    )
    return [(row.id, f"{row.display_name}（{row.login_name}）") for row in rows]


def hand_over(
    session: Session,
    scope: Scope,
    actor: Actor,
    team_id: int,
    account_id: int,
    on: dt.date,
    last_on: dt.date | None = None,
    *,
    reason: str,
) -> None:
    """Let an account lead a team from a day on, in the caller's unit of work.

    ``last_on`` None: for good; what was planned for later goes. Else the account stands in up to and
    with that day, and whoever would have led then goes on afterwards.

    Raises:
        NotFoundError: the team is not in reach.
        InputError: the days are past or out of order, the account cannot lead this team or leads it
            all the time already, or the reason is missing.
    """
    team = team_in(session, scope, team_id)
    if not reason.strip():
        raise InputError("request.reason", place="reason")
    if on < clock.today():
        raise InputError("hand_over.past", place="on", on=on)
    last_day = clock.today() + _AHEAD
    for place, day in (("on", on), ("last_on", last_on or on)):
        if day > last_day:
            raise InputError("hand_over.too_far", place=place, on=last_day)
    if last_on is not None and last_on < on:
        raise InputError("hand_over.range", place="last_on", on=on, last_on=last_on)
    names = dict(leaders_of(session, team.company_id))
    if account_id not in names:
        raise InputError("hand_over.account", place="account")
    end = None if last_on is None else last_on + _DAY
    # One hand-over of a team at a time: two at once would both stand.
    session.refresh(team, with_for_update=True)
    stored = session.scalars(
        select(TeamLeadership)
        .where(TeamLeadership.team_id == team.id)
        .order_by(TeamLeadership.valid_from)
    ).all()
    if any(row.account_id == account_id and _covers(row, on, end) for row in stored):
        raise InputError("hand_over.same", place="account", name=names[account_id])
    before = _said(stored)
    kept = _cut(session, stored, on, end)
    session.flush()
    new = TeamLeadership(team_id=team.id, account_id=account_id, valid_from=on, valid_to=end)
    session.add_all([*kept, new])
    session.flush()
    after = session.scalars(
        select(TeamLeadership)
        .where(TeamLeadership.team_id == team.id)
        .order_by(TeamLeadership.valid_from)
    ).all()
    audit.record(
        session,
        actor,
        "team.hand_over",
        "team",
        team.id,
        company_id=team.company_id,
        before={"leaders": before},
        after={"leaders": _said(after)},
        reason=reason.strip(),
    )


def _covers(row: TeamLeadership, on: dt.date, end: dt.date | None) -> bool:
    return row.valid_from <= on and (
        row.valid_to is None or (end is not None and row.valid_to >= end)
    )


def _cut(
    session: Session, stored: Sequence[TeamLeadership], on: dt.date, end: dt.date | None
) -> list[TeamLeadership]:
    """Take a range out of what is stored; return the parts that go on after it."""
    later = []
    for row in stored:
        if row.valid_to is not None and row.valid_to <= on:
            continue
        if end is not None and row.valid_from >= end:
            continue
        if end is not None and (row.valid_to is None or row.valid_to > end):
            later.append(
                TeamLeadership(
                    team_id=row.team_id,
                    account_id=row.account_id,
                    valid_from=end,
                    valid_to=row.valid_to,
                )
            )
        if row.valid_from < on:
            row.valid_to = on
        else:
            session.delete(row)
    return later


def _said(rows: Sequence[TeamLeadership]) -> list[dict[str, Any]]:
    return [
        {"account_id": row.account_id, "valid_from": row.valid_from, "valid_to": row.valid_to}
        for row in rows
    ]
