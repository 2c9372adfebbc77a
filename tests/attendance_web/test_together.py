"""Several at the same instant: one cell, one request, one hand-over; nothing is overwritten or doubled."""

from __future__ import annotations

import datetime as dt
from itertools import count

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.attendance_web.grid_world import CALENDAR, OCTOBER, TODAY, make_world, on
from tests.engines import both_engines
from tests.factories import create_account
from tests.together import AT_ONCE, together
from workforce.attendance import requests
from workforce.attendance.grid import CellEdit, Outcome, save_cells
from workforce.attendance.models import AttendanceRequest, Shift
from workforce.attendance.requests import LeaveWish
from workforce.companies import queries as companies
from workforce.companies.hand_over import hand_over
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope

ONCE = [False] * (AT_ONCE - 1) + [True]


@both_engines
def test_a_cell_entered_by_many_at_once_is_saved_once(app: Flask, session: Session) -> None:
    world = make_world(session)
    day, team, actor = (world.people[0].id, on(8)), world.in_reach, world.actor
    hours = count(2)

    def enter(working: Session) -> bool:
        edit = CellEdit(day, text=str(next(hours)), seen="")
        report = save_cells(working, actor, team, OCTOBER, CALENDAR, [edit], today=TODAY)
        return report.count(Outcome.SAVED) == 1

    assert sorted(together(app, enter)) == ONCE
    session.rollback()
    assert session.scalar(select(func.count(Shift.id))) == 1


@both_engines
def test_leave_asked_for_by_many_at_once_waits_once(app: Flask, session: Session) -> None:
    world = make_world(session)
    who, scope, actor = world.people[0].id, Scope.company(world.company.id), world.actor
    tomorrow = clock.today() + dt.timedelta(days=1)
    wish = LeaveWish(kind="sick_leave", first_on=tomorrow, last_on=tomorrow)

    def ask(working: Session) -> bool:
        try:
            requests.ask(working, scope, actor, who, wish, reason="看病")
        except InputError:
            return False
        return True

    assert sorted(together(app, ask)) == ONCE
    session.rollback()
    assert session.scalar(select(func.count(AttendanceRequest.id))) == 1


@both_engines
def test_a_team_handed_over_by_many_at_once_has_one_leader(app: Flask, session: Session) -> None:
    world = make_world(session)
    leaders = [create_account(session, Role.SUPERVISOR, world.company).id for _ in range(AT_ONCE)]
    session.commit()
    scope, team_id = Scope.company(world.company.id), world.team.id
    left = iter(leaders)
    tomorrow = clock.today() + dt.timedelta(days=1)

    def pass_on(working: Session) -> bool:
        hand_over(working, scope, CLI, team_id, next(left), tomorrow, reason="休假")
        return True

    assert all(together(app, pass_on))
    session.rollback()
    assert len(session.execute(companies.team_leaders(scope, tomorrow)).all()) == 1
