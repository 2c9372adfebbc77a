"""The board of today: who is there by the clock, over midnight too; what was made; who sees names."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_absence,
    create_account,
    create_company,
    create_employment,
    create_group_output,
    create_leadership,
    create_leave,
    create_membership,
    create_output,
    create_person,
    create_shift,
    create_task_type,
    create_team,
)
from tests.factories.requests import create_shift_assignment, create_shift_type
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.attendance.today import Presence, read_today
from workforce.companies.models import Company, Team
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.scope import Scope
from workforce.production.today import made_on

CALENDAR = LawBook.load().calendar()
MONDAY = dt.date(2026, 10, 12)
NOON = dt.datetime(2026, 10, 12, 12)


@dataclass
class Base:
    session: Session
    company: Company
    team: Team

    def hire(self, team: Team | None = None, **changes: object) -> Employment:
        worker = create_employment(self.session, self.company, **changes)  # type: ignore[arg-type]
        create_membership(self.session, worker, team or self.team)
        return worker

    def states(self, now: dt.datetime = NOON) -> dict[int, Presence]:
        self.session.flush()
        return {
            member.employment_id: member.presence
            for team in read_today(self.session, Scope.company(self.company.id), now, CALENDAR)
            for member in team.members
        }


@pytest.fixture
def base(session: Session) -> Base:
    company = create_company(session)
    create_shift_type(session, company)
    create_shift_assignment(session, company)
    return Base(session, company, create_team(session, company))


@both_engines
@pytest.mark.feature("SUP-18")
def test_everybody_is_counted_once_as_what_is_recorded(base: Base) -> None:
    session = base.session
    present, late, away, absent, unknown, resting = (
        base.hire(),
        base.hire(),
        base.hire(),
        base.hire(),
        base.hire(),
        base.hire(rest_weekdays="1"),
    )
    create_shift(session, present, MONDAY)
    create_shift(session, late, MONDAY, late_minutes=12)
    create_leave(session, away, MONDAY - dt.timedelta(days=1), MONDAY)
    create_absence(session, absent, MONDAY)
    base.hire(separated_on=MONDAY - dt.timedelta(days=1))
    base.hire(hired_on=MONDAY + dt.timedelta(days=1))
    assert base.states() == {
        present.id: Presence.PRESENT,
        late.id: Presence.LATE,
        away.id: Presence.ON_LEAVE,
        absent.id: Presence.ABSENT,
        unknown.id: Presence.UNKNOWN,
        resting.id: Presence.RESTING,
    }
    (team,) = read_today(session, Scope.company(base.company.id), NOON, CALENDAR)
    assert (team.expected, team.present) == (5, 2)
    assert team.counts == Counter(dict.fromkeys(Presence, 1)) - Counter([Presence.NOT_DUE])


@both_engines
@pytest.mark.feature("SUP-18", "SUP-6")
def test_a_night_shift_goes_on_over_midnight(base: Base) -> None:
    night = create_shift_type(
        base.session, base.company, code="night", starts=dt.time(22), ends=dt.time(6)
    )
    worker = base.hire()
    create_shift_assignment(base.session, base.company, night.code, employment_id=worker.id)
    create_shift(
        base.session,
        worker,
        MONDAY - dt.timedelta(days=1),
        starts_at=dt.datetime(2026, 10, 11, 22),
        ends_at=dt.datetime(2026, 10, 12, 6),
    )
    seen = [
        base.states(dt.datetime(2026, 10, 12, hour, minute))[worker.id]
        for hour, minute in ((0, 0), (2, 0), (5, 59), (6, 0), (21, 59), (22, 0))
    ]
    assert seen == [Presence.PRESENT] * 3 + [Presence.NOT_DUE] * 2 + [Presence.UNKNOWN]


@pytest.mark.feature("SUP-18")
def test_before_the_shift_nobody_is_missing(base: Base) -> None:
    worker = base.hire()
    assert base.states(dt.datetime(2026, 10, 12, 8, 59))[worker.id] is Presence.NOT_DUE
    assert base.states(dt.datetime(2026, 10, 12, 9))[worker.id] is Presence.UNKNOWN


@both_engines
@pytest.mark.feature("SUP-18")
def test_a_night_recorded_in_the_morning_has_not_begun(base: Base) -> None:
    worker, other = base.hire(), base.hire()
    for who, first in ((worker, 12), (other, 11), (other, 12)):
        start = dt.datetime(2026, 10, first, 22)
        create_shift(
            base.session, who, start.date(), starts_at=start, ends_at=start + dt.timedelta(hours=8)
        )
    states = [base.states(dt.datetime(2026, 10, 12, hour)) for hour in (5, 12, 22)]
    assert [state[worker.id] for state in states] == [
        Presence.NOT_DUE,
        Presence.NOT_DUE,
        Presence.PRESENT,
    ]
    # At five the night that began on Sunday goes on.
    assert [state[other.id] for state in states] == [
        Presence.PRESENT,
        Presence.NOT_DUE,
        Presence.PRESENT,
    ]


def test_output_is_counted_by_team_and_kind_of_task(base: Base) -> None:
    session, task = base.session, create_task_type(base.session)
    other_team = create_team(session, base.company)
    worker, other = base.hire(), base.hire(other_team)
    create_output(session, worker, task, MONDAY, 30)
    create_output(
        session,
        worker,
        task,
        MONDAY,
        20,
        state="submitted",
        accepted_qty=0,
        accepted_on=None,
        pay_period=None,
    )
    create_output(session, worker, task, MONDAY - dt.timedelta(days=1), 99)
    create_group_output(session, base.company, task, MONDAY, 7, {worker: 1, other: 1})
    create_output(session, other, task, MONDAY, 5)
    session.flush()
    made = made_on(session, Scope.company(base.company.id), MONDAY)
    assert {
        team: [(one.submitted_qty, one.accepted_qty) for one in kinds]
        for team, kinds in made.items()
    } == {base.team.id: [(57, 37)], other_team.id: [(5, 5)]}
    own = made_on(session, Scope.teams(base.company.id, frozenset({other_team.id})), MONDAY)
    assert set(own) == {other_team.id}


@pytest.fixture
def at_noon() -> Iterator[None]:
    with clock.fixed(dt.datetime(2026, 10, 12, 4, tzinfo=dt.UTC)):
        yield


@pytest.mark.feature("SUP-18", "SUP-23")
@pytest.mark.usefixtures("at_noon")
def test_a_leader_sees_names_of_the_own_team_only(
    base: Base, client_as: Callable[[Account], FormClient]
) -> None:
    mine, other = base.hire(), base.hire(create_team(base.session, base.company))
    leader = create_account(
        base.session, Role.SUPERVISOR, base.company, create_person(base.session)
    )
    create_leadership(base.session, base.team, leader.id)
    base.session.commit()
    client = client_as(leader)
    page = client.get("/today").text
    assert mine.employee_no in page
    assert other.employee_no not in page
    assert mine.employee_no not in client.get("/today?screen=1").text
    part = client.get("/today", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "更新于 12:00" in part
    team = read_today(base.session, Scope.company(base.company.id), NOON, CALENDAR)[-1]
    assert client.get(f"/today?team={team.team_id}").status_code == 404


@pytest.mark.usefixtures("at_noon")
def test_the_board_needs_as_many_queries_for_one_as_for_many(
    app: Flask, base: Base, client_as: Callable[[Account], FormClient]
) -> None:
    finance = create_account(base.session, Role.FINANCE, base.company)
    base.hire()
    base.session.commit()

    def make_more() -> None:
        task = create_task_type(base.session)
        for _ in range(5):
            worker = base.hire(create_team(base.session, base.company))
            create_shift(base.session, worker, MONDAY)
            create_output(base.session, worker, task, MONDAY)
        base.session.commit()

    assert_same_queries(app, client_as(finance), "/today", make_more)
