"""Scope in every query: a team, a company, a person see their own; a mid-month hand-over is split."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy import Select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_absence,
    create_batch,
    create_company,
    create_employment,
    create_inspection,
    create_leave,
    create_membership,
    create_output,
    create_pay_profile,
    create_person,
    create_piece_price,
    create_shift,
    create_task_type,
    create_team,
)
from workforce.attendance import queries as attendance
from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.people.models import Employment
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.quality import queries as quality

OCTOBER = PayPeriod(2026, 10)
FIRST, LAST = OCTOBER.first_on, OCTOBER.last_on
DAY = dt.date(2026, 10, 8)


@dataclass(frozen=True)
class Base:
    """Two companies; one person works in both; company one has two teams."""

    one: int
    two: int
    team: int
    person: int
    mine: Employment
    mate: Employment
    moved: Employment
    away: Employment


@pytest.fixture
def base(session: Session) -> Base:
    """Fill both companies with one record of everything for everybody."""
    one, two = create_company(session), create_company(session)
    left, right = create_team(session, one), create_team(session, one)
    person = create_person(session)
    mine = create_employment(session, one, person)
    mate = create_employment(session, one)
    moved = create_employment(session, one)
    away = create_employment(session, two, person)
    create_membership(session, mine, left)
    create_membership(session, mate, right)
    create_membership(session, moved, left, valid_to=dt.date(2026, 10, 16))
    create_membership(session, moved, right, valid_from=dt.date(2026, 10, 16))
    task_type = create_task_type(session)
    for company in (one, two):
        create_piece_price(session, company, task_type)
    batches = {c.id: create_batch(session, c, task_type) for c in (one, two)}
    for employment in (mine, mate, moved, away):
        create_shift(session, employment, DAY)
        create_leave(session, employment, dt.date(2026, 10, 12))
        create_absence(session, employment, dt.date(2026, 10, 13))
        create_pay_profile(session, employment)
        create_output(
            session, employment, task_type, DAY, batch_id=batches[employment.company_id].id
        )
    for company in (one, two):
        create_inspection(session, company, task_type, DAY, batch_id=batches[company.id].id)
    session.commit()
    return Base(one.id, two.id, left.id, person.id, mine, mate, moved, away)


def ids(session: Session, query: Select[*tuple[object, ...]]) -> set[int]:
    """Run a query and return the employment ids of its rows."""
    return {row.employment_id for row in session.execute(query)}


@both_engines
def test_every_query_keeps_to_its_scope(session: Session, base: Base) -> None:
    everybody = {e.id for e in (base.mine, base.mate, base.moved, base.away)}
    reach = {
        Scope.base(): everybody,
        Scope.company(base.one): everybody - {base.away.id},
        Scope.company(base.two): {base.away.id},
        Scope.teams(base.one, frozenset({base.team})): {base.mine.id, base.moved.id},
        Scope.teams(base.two, frozenset({base.team})): set(),
        Scope.teams(base.one, frozenset()): set(),
        Scope.own(base.person): {base.mine.id, base.away.id},
        Scope.own(999): set(),
    }
    for scope, expected in reach.items():
        for query in (
            people.employments(scope, OCTOBER),
            people.all_employments(scope),
            people.identities(scope),
            people.directory(scope),
            people.companies_of_employments(scope),
            attendance.shifts(scope, FIRST, LAST),
            attendance.leaves(scope, FIRST, LAST),
            attendance.absences(scope, FIRST, LAST),
            production.payable_output(scope, OCTOBER),
            production.output_by_state(scope, OCTOBER),
        ):
            assert ids(session, query) == expected, (scope, str(query)[:80])
        profiles = session.scalars(people.pay_profiles(scope, OCTOBER))
        assert {profile.employment_id for profile in profiles} == expected
        assert set(session.scalars(people.employment_ids(scope))) == expected


def test_a_team_reaches_people_on_the_days_they_belonged_to_it(
    session: Session, base: Base
) -> None:
    scope = Scope.teams(base.one, frozenset({base.team}))
    first_half = people.employment_ids(scope, FIRST, dt.date(2026, 10, 15))
    second_half = people.employment_ids(scope, dt.date(2026, 10, 16), LAST)

    assert set(session.scalars(first_half)) == {base.mine.id, base.moved.id}
    assert set(session.scalars(second_half)) == {base.mine.id}
    members = session.execute(people.team_members(scope, FIRST, LAST)).all()
    assert {(row.employment_id, row.team_id) for row in members} == {
        (base.mine.id, base.team),
        (base.moved.id, base.team),
    }


def test_a_batch_inspection_speaks_to_those_who_worked_in_it(session: Session, base: Base) -> None:
    def seen(scope: Scope) -> set[int]:
        rows = session.execute(quality.inspections(scope, OCTOBER))
        return {row.company_id for row in rows}

    assert seen(Scope.base()) == {base.one, base.two}
    assert seen(Scope.company(base.two)) == {base.two}
    assert seen(Scope.own(base.person)) == {base.one, base.two}
    assert seen(Scope.teams(base.one, frozenset({base.team}))) == {base.one}
    assert seen(Scope.own(base.mate.person_id)) == {base.one}


def test_the_records_of_a_line_are_the_persons_own(session: Session, base: Base) -> None:
    row = session.execute(production.payable_output(Scope.own(base.person), OCTOBER)).first()
    assert row is not None

    def found(scope: Scope) -> int:
        records = production.records_of_line(
            scope, base.mine.id, OCTOBER, row.task_type_code, row.unit_price
        )
        return len(session.execute(records).all())

    assert found(Scope.own(base.person)) == found(Scope.company(base.one)) == 1
    assert found(Scope.own(base.mate.person_id)) == found(Scope.company(base.two)) == 0


def test_companies_are_seen_by_those_who_belong_to_them(session: Session, base: Base) -> None:
    def codes(scope: Scope) -> int:
        return len(session.scalars(companies.companies(scope)).all())

    assert (codes(Scope.base()), codes(Scope.company(base.one)), codes(Scope.own(base.person))) == (
        2,
        1,
        0,
    )


def test_who_left_is_paid_for_what_was_accepted_later(session: Session, base: Base) -> None:
    base.mate.separated_on = dt.date(2026, 9, 30)
    session.commit()
    scope = Scope.company(base.one)

    assert base.mate.id not in ids(session, people.employments(scope, OCTOBER))
    also = production.employments_paid_for(scope, OCTOBER)
    assert base.mate.id in ids(session, people.employments(scope, OCTOBER, also=also))


@pytest.mark.parametrize(
    ("hired_on", "separated_on", "is_active"),
    [
        (dt.date(2026, 10, 31), None, True),
        (dt.date(2026, 11, 1), None, False),
        (dt.date(2020, 1, 1), dt.date(2026, 10, 1), True),
        (dt.date(2020, 1, 1), dt.date(2026, 9, 30), False),
        (dt.date(2026, 10, 15), dt.date(2026, 10, 15), True),
    ],
)
def test_first_and_last_day_are_employed_days(
    session: Session, hired_on: dt.date, separated_on: dt.date | None, *, is_active: bool
) -> None:
    company = create_company(session)
    create_employment(session, company, hired_on=hired_on, separated_on=separated_on)

    rows = session.execute(people.employments(Scope.company(company.id), OCTOBER)).all()
    assert bool(rows) is is_active
