"""Marking workdays without a record: who is looked at, what gives way, that a second run changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_absence,
    create_company,
    create_employment,
    create_leave,
    create_output,
    create_shift,
    create_task_type,
)
from tests.factories.people import create_person
from tests.factories.rows import add
from tests.queries import counted
from workforce.attendance.absences import Marked, Rule, mark_absences
from workforce.attendance.models import Absence, AttendancePolicy, Roster
from workforce.attendance.service import (
    DayFacts,
    LeaveFact,
    ShiftFact,
    plan_days,
    store_days,
)
from workforce.companies.models import Company
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.people.models import Employment, Person
from workforce.platform import clock, locks
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.jobs import Progress, Task
from workforce.production.jobs import MARK_ABSENCES

CALENDAR = LawBook.load().calendar()
# Three days after Friday the 16th; 1 to 7 October are holidays and days off, the 10th is worked.
TODAY = dt.date(2026, 10, 19)
WORKDAYS = [8, 9, 10, 12, 13, 14, 15, 16]

Run = Callable[..., Marked]


@pytest.fixture
def company(session: Session) -> Company:
    """A company whose people begin on 1 October."""
    return create_company(session)


@pytest.fixture
def run(session: Session, company: Company) -> Run:
    def mark(output: Collection[tuple[int, dt.date]] = (), after_days: int = 3) -> Marked:
        rule = Rule(company.id, after_days, dt.date(2026, 9, 1))
        return mark_absences(session, CLI, rule, TODAY, CALENDAR, output)

    return mark


def hired(session: Session, company: Company, **changes: object) -> Employment:
    return create_employment(
        session,
        company,
        **{"hired_on": dt.date(2026, 10, 1), **changes},  # type: ignore[arg-type]
    )


def marked(session: Session, worker: Employment) -> list[int]:
    rows = session.scalars(
        select(Absence.absent_on)
        .where(Absence.employment_id == worker.id, Absence.source == "auto")
        .order_by(Absence.absent_on)
    )
    return [on.day for on in rows]


@both_engines
@pytest.mark.feature("SUP-9")
def test_only_workdays_without_any_record_are_marked(
    session: Session, company: Company, run: Run
) -> None:
    nobody, worker = hired(session, company), hired(session, company)
    create_shift(session, worker, dt.date(2026, 10, 8))
    create_leave(session, worker, dt.date(2026, 10, 9), dt.date(2026, 10, 10))
    create_absence(session, worker, dt.date(2026, 10, 12))
    at_work = {(worker.id, dt.date(2026, 10, 13))}
    assert run(at_work) == Marked(8 + 3, 0)
    assert marked(session, nobody) == WORKDAYS
    assert marked(session, worker) == [14, 15, 16]


@both_engines
@pytest.mark.feature("SUP-9")
def test_a_second_run_changes_nothing(session: Session, company: Company, run: Run) -> None:
    worker = hired(session, company)
    assert run().added == len(WORKDAYS)
    session.flush()
    before = session.scalars(select(Absence.id).order_by(Absence.id)).all()
    assert run() == Marked(0, 0)
    assert session.scalars(select(Absence.id).order_by(Absence.id)).all() == before
    assert marked(session, worker) == WORKDAYS
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "absence.mark")).all()
    assert len(entries) == 1


@both_engines
@pytest.mark.feature("SUP-9")
def test_whatever_comes_later_replaces_a_mark(session: Session, company: Company, run: Run) -> None:
    worker = hired(session, company)
    run()
    leave = DayFacts(
        covered=frozenset({(worker.id, dt.date(2026, 10, 8))}),
        leaves=[LeaveFact(worker.id, dt.date(2026, 10, 8), "sick_leave")],
    )
    plan = plan_days(session, company.id, "dingtalk", leave)
    assert plan.faults == {}
    store_days(session, plan, "dingtalk", None)
    assert marked(session, worker) == WORKDAYS[1:]
    on = dt.date(2026, 10, 9)
    shift = ShiftFact(worker.id, on, dt.datetime(2026, 10, 9, 9), dt.datetime(2026, 10, 9, 18), 60)
    facts = DayFacts(covered=frozenset({(worker.id, on)}), shifts=[shift])
    plan = plan_days(session, company.id, "zkteco", facts)
    assert plan.faults == {}
    store_days(session, plan, "zkteco", None)
    assert marked(session, worker) == WORKDAYS[2:]
    # Output is known to the slice above: the next run takes the mark back.
    assert run({(worker.id, dt.date(2026, 10, 10))}) == Marked(0, 1)
    assert marked(session, worker) == WORKDAYS[3:]


@pytest.mark.feature("SUP-9")
@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"employment_type": "part_time"}, []),
        ({"employment_type": "labor_service"}, []),
        ({"employment_type": "trainee"}, []),
        ({"hours_system": "irregular"}, []),
        ({"hours_system": "comprehensive"}, []),
        ({"rest_weekdays": "1"}, [8, 9, 10, 11, 13, 14, 15, 16]),
        ({"hired_on": dt.date(2026, 10, 15)}, [15, 16]),
        ({"separated_on": dt.date(2026, 10, 9)}, [8, 9]),
    ],
)
def test_only_stated_workdays_of_employed_people_count(
    session: Session, company: Company, run: Run, changes: dict[str, object], days: list[int]
) -> None:
    worker = hired(session, company, **changes)
    run()
    assert marked(session, worker) == days


@pytest.mark.feature("SUP-9")
def test_a_roster_decides_where_there_is_one(session: Session, company: Company, run: Run) -> None:
    worker = hired(session, company, hours_system="comprehensive")
    resting = sum(1 << (day - 1) for day in range(1, 32) if day not in {11, 16, 30})
    add(session, Roster(employment_id=worker.id, period="2026-10", rest_day_bits=resting))
    run()
    assert marked(session, worker) == [11, 16]


def test_the_days_of_waiting_are_kept(session: Session, company: Company, run: Run) -> None:
    worker = hired(session, company)
    run(after_days=5)
    assert marked(session, worker) == WORKDAYS[:-2]


@both_engines
@pytest.mark.feature("SUP-9", "SUP-10")
def test_a_closed_month_is_left_alone(session: Session, company: Company, run: Run) -> None:
    worker = create_employment(session, company, hired_on=dt.date(2026, 9, 28))
    locks.lock(session, company.id, PayPeriod(2026, 9), reason="test", account_id=None)
    session.flush()
    run()
    assert marked(session, worker) == WORKDAYS


def _task() -> Task:
    return Task(job_id=0, kind="mark_absences", company_id=None, params={}, actor=CLI)


@both_engines
@pytest.mark.feature("SUP-9")
def test_the_job_marks_only_for_companies_that_want_it(session: Session, company: Company) -> None:
    worker, other = hired(session, company), hired(session, create_company(session))
    create_output(session, worker, create_task_type(session), dt.date(2026, 10, 10))
    add(
        session,
        AttendancePolicy(
            company_id=company.id,
            answer_days=3,
            absence_after_days=3,
            absence_from=dt.date(2026, 10, 9),
        ),
    )
    session.commit()
    with clock.fixed(dt.datetime(2026, 10, 19, 2, tzinfo=dt.UTC)):
        task = _task()
        result = MARK_ABSENCES.run(task, Progress(task))
    # The rule holds from the 9th on; on the 10th there is output.
    assert result == {"added": 6, "removed": 0}
    assert marked(session, worker) == [9, 12, 13, 14, 15, 16]
    assert marked(session, other) == []


@pytest.mark.feature("SUP-9")
def test_two_thousand_people_take_no_more_statements_than_two(
    app: Flask, session: Session, company: Company, run: Run
) -> None:
    hired(session, company)
    with counted(app) as few:
        run()
    person = create_person(session)
    people = [
        {
            "id_number_hash": f"{n:064d}",
            "id_number": "x",
            "name": "某",
            "sex": "1",
            "born_on": person.born_on,
            "education": "30",
            "township": "500236100",
            "household_category": "rural",
        }
        for n in range(2100)
    ]
    first = session.scalars(select(Person.id).order_by(Person.id.desc())).first() or 0
    session.execute(insert(Person), people)
    session.execute(
        insert(Employment),
        [
            {
                "company_id": company.id,
                "person_id": first + 1 + n,
                "employee_no": f"N{n}",
                "employment_type": "full_time",
                "hours_system": "standard",
                "rest_weekdays": "67",
                "hired_on": dt.date(2026, 10, 1),
            }
            for n in range(2100)
        ],
    )
    with counted(app) as many:
        done = run()
    assert done.added == 2100 * len(WORKDAYS)
    # Rows go in by ten thousand at a time: two chunks instead of one.
    assert len(many) <= len(few) + 1
