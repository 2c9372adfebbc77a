"""Which days of teams nobody has confirmed, as finance asks before a pay run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.attendance_web.grid_world import CALENDAR, OCTOBER, TODAY, GridWorld, make_world, on
from tests.engines import both_engines
from tests.factories import create_employment, create_membership, create_shift, create_team
from workforce.attendance import queries
from workforce.attendance.confirmations import OpenKind, complete_days, confirm, open_points
from workforce.attendance.service import DayFacts, plan_days, store_days
from workforce.attendance.team_days import TeamDays
from workforce.attendance.team_month import CellKind, read_team_month
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

WEEK = [on(day) for day in (19, 20, 21, 22, 23)]
SATURDAY, SUNDAY = on(24), on(25)


def unconfirmed(world: GridWorld) -> list[tuple[str, int, bool]]:
    world.session.rollback()
    rows = world.session.execute(
        queries.unconfirmed_team_days(Scope.company(world.company.id), WEEK[0], SUNDAY, WEEK)
    )
    return [(row.team_name, row.work_on.day, row.withdrawn_at is not None) for row in rows]


def days_of(world: GridWorld, session: Session) -> TeamDays:
    return TeamDays(session, world.in_reach, OCTOBER, CALENDAR, today=TODAY)


def fill(world: GridWorld, *days: int) -> None:
    world.save(*(world.type(n, day, "F") for n in range(len(world.people)) for day in days))


def confirm_days(world: GridWorld, *days: int) -> list[dt.date]:
    actor = world.actor
    with unit_of_work() as session:
        return confirm(session, actor, days_of(world, session), [on(day) for day in days])


@both_engines
@pytest.mark.feature("FIN-20")
def test_what_nobody_has_confirmed(session: Session) -> None:
    world = make_world(session)
    empty = create_team(session, world.company, name="空班组")
    late = create_team(session, world.company, name="新班组")
    newcomer = create_employment(session, world.company, hired_on=on(22), employee_no="N")
    create_membership(session, newcomer, late, valid_from=on(22))
    # Somebody works on a Saturday: that day asks for confirmation, too.
    create_shift(session, world.people[0], SATURDAY, source="grid")
    session.commit()
    fill(world, 19, 20)
    confirm_days(world, 19, 20)
    world.save(world.type(1, 20, "6"))

    assert sorted(unconfirmed(world)) == sorted(
        [
            ("三班组", 20, True),
            ("三班组", 21, False),
            ("三班组", 22, False),
            ("三班组", 23, False),
            ("三班组", 24, False),
            ("新班组", 22, False),
            ("新班组", 23, False),
        ]
    )
    assert empty.name not in {name for name, _, _ in unconfirmed(world)}


@both_engines
def test_confirming_again_after_a_change(session: Session) -> None:
    world = make_world(session)
    fill(world, 19)
    assert confirm_days(world, 19) == [on(19)]
    assert confirm_days(world, 19) == []
    world.save(world.type(0, 19, "7"))

    assert confirm_days(world, 19) == [on(19)]

    assert ("三班组", 19, True) not in unconfirmed(world)
    assert ("三班组", 19, False) not in unconfirmed(world)


def test_a_change_that_changes_nothing_keeps_the_confirmation(session: Session) -> None:
    world = make_world(session)
    fill(world, 19)
    confirm_days(world, 19)

    fill(world, 19)

    assert ("三班组", 19, True) not in unconfirmed(world)


def test_a_change_of_another_team_keeps_the_confirmation(session: Session) -> None:
    world = make_world(session)
    other = create_team(session, world.company)
    mover = create_employment(session, world.company, employee_no="M")
    create_membership(session, mover, other)
    session.commit()
    fill(world, 19)
    confirm_days(world, 19)
    facts = DayFacts(
        covered=frozenset({(mover.id, on(19))}), absences=frozenset({(mover.id, on(19))})
    )
    with unit_of_work() as writing:
        plan = plan_days(writing, world.company.id, "dingtalk", facts)
        store_days(writing, plan, "dingtalk", None)

    assert plan.withdrawn == frozenset()
    assert ("三班组", 19, True) not in unconfirmed(world)


def test_what_is_open_on_a_day(session: Session) -> None:
    world = make_world(session)
    world.save(world.type(0, 19, "F"), world.type(1, 19, "K"))

    days = days_of(world, session)
    points = open_points(days, [on(19)])

    assert [(point.employee_no, point.kind) for point in points] == [
        ("A002", OpenKind.ABSENT),
        ("A003", OpenKind.MISSING),
    ]
    assert on(19) not in complete_days(days)
    # A day of rest without a record needs nobody's word.
    assert on(17) not in complete_days(days)


@pytest.mark.parametrize(
    "terms",
    [
        {"employment_type": "part_time"},
        {"employment_type": "labor_service"},
        {"hours_system": "irregular"},
    ],
    ids=["part time", "labour service", "irregular hours"],
)
def test_who_has_no_stated_workdays_is_missed_on_none(
    session: Session, terms: dict[str, Any]
) -> None:
    """A part-timer who is not called in would else keep the team's day open for ever."""
    world = make_world(session)
    extra = create_employment(session, world.company, employee_no="X", **terms)
    create_membership(session, extra, world.team)
    session.commit()
    fill(world, 19)

    month = read_team_month(
        session, world.in_reach.scope, OCTOBER, CALENDAR, team_id=world.team.id, today=TODAY
    )

    assert month is not None
    (member,) = (each for each in month.members if each.employee_no == "X")
    assert confirm_days(world, 19) == [on(19)]
    assert {cell.kind for cell in member.cells} == {CellKind.REST, CellKind.AHEAD}
