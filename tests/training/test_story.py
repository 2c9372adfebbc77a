"""One class from the first lesson to the first ordinary month: what its keeper, its people and finance do."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.skills import create_skill_certificate
from tests.factories.training import (
    create_class,
    create_course,
    create_enrolment,
    create_exam,
    create_exam_score,
    create_lesson,
    create_mark,
    create_pass,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.certification.models import SkillCertificate
from workforce.core.errors import ClosedError, InputError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.payroll.models import PayEntry
from workforce.people.becoming import Terms
from workforce.people.models import Employment, PayProfile, TeamMembership
from workforce.platform import clock, locks
from workforce.platform.audit import CLI
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.training import allowances, deciding, enrolling, marking, placing, queries, service
from workforce.training.models import TrainingClass, TrainingEnrolment, TrainingResult
from workforce.training.service import LessonsWish

ClientAs = Callable[[Account], FormClient]

NOON: Final = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)
"""Monday, after the class."""
TERMS: Final = Terms(
    starts_on=dt.date(2026, 11, 16),
    employment_type="full_time",
    contract_kind="fixed_term",
    contract_until=dt.date(2028, 11, 15),
    base_pay_amount=250_000,
    contribution_base_amount=450_000,
)


@both_engines
@pytest.mark.feature("ANN-18")
def test_who_waits_gets_the_place_that_somebody_gives_up(session: Session) -> None:
    company = factories.create_company(session)
    one = create_class(
        session, capacity=2, starts_on=dt.date(2026, 11, 10), ends_on=dt.date(2026, 12, 31)
    )
    people = [factories.create_employment(session, company) for _ in range(4)]
    class_id = one.id
    own = [Scope.own(row.person_id) for row in people]
    session.commit()
    with clock.fixed(NOON):
        for scope, state in zip(own[:3], ("enrolled", "enrolled", "waiting"), strict=True):
            with unit_of_work() as working:
                assert enrolling.sign_up(working, scope, CLI, class_id) == state
        with unit_of_work() as working, pytest.raises(StateError, match="Already in"):
            enrolling.sign_up(working, own[0], CLI, class_id)
        with unit_of_work() as working:
            assert enrolling.sign_up(working, own[3], CLI, class_id) == "waiting"
        first = session.scalar(
            select(TrainingEnrolment.id).where(TrainingEnrolment.person_id == people[0].person_id)
        )
        assert first is not None
        with unit_of_work() as working:
            enrolling.leave(working, own[0], CLI, first)
    # After its last day nobody leaves before the result, and nobody gets a place for nothing.
    last = session.scalar(
        select(TrainingEnrolment.id).where(TrainingEnrolment.person_id == people[1].person_id)
    )
    assert last is not None
    with clock.fixed(NOON.replace(year=2027, month=1)):
        with unit_of_work() as working, pytest.raises(StateError, match="is over"):
            enrolling.leave(working, Scope.company(company.id), CLI, last)
        with unit_of_work() as working:
            held = working.get_one(TrainingClass, class_id)
            held.capacity = 3
            enrolling.move_up(working, CLI, held)
    states = dict(
        session.execute(select(TrainingEnrolment.person_id, TrainingEnrolment.state)).all()
    )
    assert [states[row.person_id] for row in people] == [
        "withdrawn",
        "enrolled",
        "enrolled",
        "waiting",
    ]


def test_people_are_signed_up_by_number_all_or_nobody(session: Session) -> None:
    company, other = factories.create_company(session), factories.create_company(session)
    one = create_class(session)
    here = factories.create_employment(session, company, employee_no="A1")
    factories.create_employment(session, other, employee_no="B1")
    class_id, code = one.id, company.code
    session.commit()
    with clock.fixed(NOON.replace(day=1, month=10)):
        with unit_of_work() as working, pytest.raises(InputError, match="B1"):
            enrolling.sign_up_many(working, Scope.company(company.id), CLI, class_id, ["A1", "B1"])
        assert session.scalar(select(TrainingEnrolment.id)) is None
        with unit_of_work() as working:
            done = enrolling.sign_up_many(working, Scope.base(), CLI, class_id, [f"{code}  A1", ""])
    assert (done.enrolled, done.waiting, done.already) == (1, 0, 0)
    assert session.scalar(select(TrainingEnrolment.person_id)) == here.person_id


@both_engines
@pytest.mark.feature("BASE-3")
def test_a_class_is_decided_as_its_preview_showed_and_again_after_a_retake(
    session: Session,
) -> None:
    """10 lessons, 80 % and 60 points are asked: A has both, B one lesson too few, C fails the exam."""
    company = factories.create_company(session)
    course = create_course(session, company)
    one = create_class(session, company, course)
    lessons = [
        create_lesson(session, one, one.starts_on + dt.timedelta(days=number))
        for number in range(10)
    ]
    exam = create_exam(session, one)
    places = {}
    for name, attended, score in (("A", 8, 6_000), ("B", 7, 9_000), ("C", 10, 5_999)):
        job = factories.create_employment(session, company, employee_no=name)
        places[name] = create_enrolment(session, one, job)
        for number, lesson in enumerate(lessons):
            create_mark(session, lesson, places[name], "present" if number < attended else "absent")
        create_exam_score(session, exam, places[name], score)
    keys = {name: place.id for name, place in places.items()}
    class_id, scope = one.id, Scope.company(company.id)
    session.commit()
    with clock.fixed(NOON):
        seen = deciding.preview(session, scope, class_id)
        assert [[*verdict.missing] for verdict in seen.verdicts] == [[], ["attendance"], ["exam"]]
        with unit_of_work() as working, pytest.raises(StateError, match="has changed"):
            deciding.decide(working, scope, CLI, class_id, "something else")
        with unit_of_work() as working:
            done = deciding.decide(working, scope, CLI, class_id, seen.fingerprint)
        assert (done.passed, done.failed) == (1, 2)
        # Nothing has changed since: nothing is added, and no second certificate.
        again = deciding.preview(session, scope, class_id)
        with unit_of_work() as working:
            done = deciding.decide(working, scope, CLI, class_id, again.fingerprint)
        assert (done.passed, done.failed) == (0, 0)
        paper = session.scalars(select(SkillCertificate)).one()
        assert (paper.level, paper.course, paper.valid_until) == (
            5,
            "Boxes in pictures",
            dt.date(2028, 11, 1),
        )
        assert (paper.issuer, paper.kept_by_id) == (company.name, company.id)
        # C takes the exam again: the better score counts.
        with unit_of_work() as working:
            retake = service.add_exam(working, scope, CLI, class_id, dt.date(2026, 11, 2), "补考")
        with unit_of_work() as working:
            marking.score_exam(working, scope, CLI, retake, {keys["C"]: 6_100})
        seen = deciding.preview(session, scope, class_id)
        with unit_of_work() as working:
            done = deciding.decide(working, scope, CLI, class_id, seen.fingerprint)
    assert (done.passed, done.failed) == (1, 0)
    rows = session.execute(
        select(
            TrainingResult.enrolment_id, TrainingResult.is_passed, TrainingResult.reasons
        ).order_by(TrainingResult.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (keys["A"], True, ""),
        (keys["B"], False, "attendance"),
        (keys["C"], False, "exam"),
        (keys["C"], True, ""),
    ]
    # What was decided stands, in the database itself.
    result = session.scalars(select(TrainingResult)).first()
    assert result is not None
    result.exam_score = 10_000
    with pytest.raises(DatabaseError, match="a result stands"):
        session.flush()
    session.rollback()


def test_nothing_is_decided_before_the_last_lesson_and_the_exam_nor_of_unmarked_lessons(
    session: Session,
) -> None:
    """Lessons until 3 November, the exam on the 5th; A is marked at one of two lessons, B at both of them."""
    company = factories.create_company(session)
    one = create_class(session, company, ends_on=dt.date(2026, 12, 31))
    lessons = [create_lesson(session, one, dt.date(2026, 11, day)) for day in (2, 3)]
    unmarked, absent = (
        create_enrolment(session, one, factories.create_employment(session, company))
        for _ in range(2)
    )
    create_mark(session, lessons[0], unmarked)
    for lesson in lessons:
        create_mark(session, lesson, absent, "absent")
    class_id, scope = one.id, Scope.company(company.id)
    session.commit()

    def decide(day: int) -> deciding.Decided:
        with clock.fixed(NOON.replace(day=day)):
            seen = deciding.preview(session, scope, class_id).fingerprint
            with unit_of_work() as working:
                return deciding.decide(working, scope, CLI, class_id, seen)

    with pytest.raises(StateError, match="no sitting"):
        decide(3)
    for day in (5, 20):  # the second one is to take it again: nobody waits for it
        create_exam(session, one, held_on=dt.date(2026, 11, day))
    session.commit()
    for day in (2, 4):
        with pytest.raises(StateError, match="2026-11-05"):
            decide(day)
    done = decide(5)
    assert (done.passed, done.failed) == (0, 1)
    assert session.scalars(select(TrainingResult.enrolment_id)).all() == [absent.id]


@pytest.mark.feature("BASE-3")
def test_a_trainee_becomes_an_employee_in_one_step(session: Session) -> None:
    company = factories.create_company(session)
    team = factories.create_team(session, company)
    factories.create_employment(session, company, employee_no="A0041")
    trainee = factories.create_employment(
        session,
        company,
        employee_no="T001",
        employment_type="trainee",
        hired_on=dt.date(2026, 9, 1),
        position="学员",
        rest_weekdays="17",
    )
    factories.create_pay_profile(
        session, trainee, tax_method="intern", overtime_base_amount=200_000
    )
    factories.create_membership(session, trainee, team, valid_to=dt.date(2026, 11, 16))
    # Of a team that was left nobody is a member again.
    former = factories.create_team(session, company)
    factories.create_membership(
        session, trainee, former, valid_from=dt.date(2026, 10, 1), valid_to=dt.date(2026, 10, 9)
    )
    one = create_class(session, exam_score=None)
    lesson = create_lesson(session, one)
    place = create_enrolment(session, one, trainee)
    create_mark(session, lesson, place)
    class_id, scope, key, old = one.id, Scope.company(company.id), place.id, trainee.id
    session.commit()
    with clock.fixed(NOON):
        seen = deciding.preview(session, Scope.base(), class_id)
        with unit_of_work() as working:
            deciding.decide(working, Scope.base(), CLI, class_id, seen.fingerprint)
        assert [row.name for row in placing.ready(session, scope, class_id, clock.today())]
        # As the company's ordinary numbers go on.
        (number,) = placing.next_numbers(session, scope, 1)
        assert number == "A0042"
        for expected in (1, 0):  # doing it again changes nothing
            with unit_of_work() as working:
                count = placing.employ(
                    working, scope, CLI, class_id, {key: number}, TERMS, clock.today()
                )
            assert count == expected
    before = session.get_one(Employment, old)
    assert before.separated_on == dt.date(2026, 11, 15)
    after = session.scalars(select(Employment).where(Employment.employee_no == "A0042")).one()
    assert (after.person_id, after.hired_on, after.employment_type) == (
        before.person_id,
        dt.date(2026, 11, 16),
        "full_time",
    )
    assert (after.bank_account, after.rest_weekdays, after.position) == (
        before.bank_account,
        "17",
        "学员",
    )
    assert (after.contract_kind, after.contract_until) == ("fixed_term", dt.date(2028, 11, 15))
    profile = session.scalars(select(PayProfile).where(PayProfile.employment_id == after.id)).one()
    assert (profile.base_pay_amount, profile.contribution_base_amount) == (250_000, 450_000)
    # What was agreed before goes over; wages are taxed as wages.
    assert (profile.overtime_base_amount, profile.tax_method) == (200_000, "cumulative")
    member = select(TeamMembership).where(TeamMembership.employment_id == after.id)
    assert session.scalars(member).one().team_id == team.id


def test_a_trainee_without_a_bank_account_is_named_and_nobody_is_employed(session: Session) -> None:
    company = factories.create_company(session)
    one = create_class(session, company, exam_score=None)
    lesson = create_lesson(session, one)
    keys = []
    for number, account in (("T1", "6228"), ("T2", None)):
        job = factories.create_employment(
            session,
            company,
            employee_no=number,
            employment_type="trainee",
            hired_on=dt.date(2026, 9, 1),
            bank_account=account,
        )
        keys.append(create_enrolment(session, one, job))
        create_mark(session, lesson, keys[-1])
    numbers = {place.id: f"A{index}" for index, place in enumerate(keys)}
    class_id, scope = one.id, Scope.company(company.id)
    session.commit()
    with clock.fixed(NOON):
        seen = deciding.preview(session, scope, class_id)
        with unit_of_work() as working:
            deciding.decide(working, scope, CLI, class_id, seen.fingerprint)
        with pytest.raises(InputError, match="T2"), unit_of_work() as working:
            placing.employ(working, scope, CLI, class_id, numbers, TERMS, clock.today())
    assert session.scalars(select(Employment.employee_no).order_by(Employment.id)).all() == [
        "T1",
        "T2",
    ]


@both_engines
@pytest.mark.feature("BASE-3")
def test_the_allowance_of_trainees_goes_to_payroll_once_and_late_changes_show(
    session: Session,
) -> None:
    """50 yuan a day with a lesson: two lessons on 1 September are one day, an absence is none."""
    company = factories.create_company(session)
    one = create_class(session, company)
    first = [
        create_lesson(session, one),
        create_lesson(session, one, starts_minute=780, ends_minute=900),
    ]
    second, third = (create_lesson(session, one, dt.date(2026, 9, day)) for day in (2, 3))
    trainee, employee = (
        factories.create_employment(session, company, employment_type=kind, employee_no=number)
        for number, kind in (("T1", "trainee"), ("A1", "full_time"))
    )
    for job in (trainee, employee):
        place = create_enrolment(session, one, job)
        for lesson in (*first, second):
            create_mark(session, lesson, place, "late" if lesson is second else "present")
        create_mark(session, third, place, "absent")
        if job is trainee:
            key = place.id
    scope, company_id, absent = Scope.company(company.id), company.id, third.id
    class_id = third.class_id
    period = PayPeriod(2026, 9)
    session.commit()
    with clock.fixed(NOON):
        month = allowances.month_of(session, scope, period)
        assert [(row.employee_no, row.days, row.amount, row.state) for row in month.rows] == [
            ("T1", 2, 10_000, "new")
        ]
        for expected in (1, 0):
            seen = allowances.month_of(session, scope, period).fingerprint
            with unit_of_work() as working:
                assert allowances.accept(working, scope, CLI, period, seen) == expected
        entry = session.scalars(select(PayEntry)).one()
        assert (entry.kind, entry.amount, entry.period_from, entry.period_to) == (
            "trainee_allowance",
            10_000,
            "2026-09",
            "2026-10",
        )
        # The third day was attended after all.
        with unit_of_work() as working:
            marking.mark_lessons(
                working, scope, CLI, class_id, {(key, absent): "present"}, {(key, absent): "absent"}
            )
        (row,) = allowances.month_of(session, scope, period).rows
        assert (row.amount, row.agreed, row.difference, row.state) == (
            15_000,
            10_000,
            5_000,
            "differs",
        )
        with unit_of_work() as working:
            locks.lock(working, company_id, period, reason="paid", account_id=None)
        (row,) = allowances.month_of(session, scope, period).rows
        assert (row.state, row.difference) == ("blocked", 5_000)
        assert isinstance(row.fault, ClosedError)


def test_lessons_are_put_into_the_timetable_once_and_never_over_one_another(
    session: Session,
) -> None:
    company = factories.create_company(session)
    one = create_class(session, company)
    class_id, scope = one.id, Scope.company(company.id)
    session.commit()
    wish = LessonsWish(
        first_on=dt.date(2026, 9, 1),
        last_on=dt.date(2026, 9, 14),
        weekdays={1, 3},
        starts_minute=540,
        ends_minute=660,
        topic=None,
    )
    # Mondays and Wednesdays from Tuesday 1 to Monday 14 September: 2, 7, 9 and 14.
    for expected in (4, 0):
        with unit_of_work() as working:
            assert service.add_lessons(working, scope, CLI, class_id, wish) == expected
    over = dataclasses.replace(wish, starts_minute=600)
    with unit_of_work() as working, pytest.raises(InputError, match="2026-09-02"):
        service.add_lessons(working, scope, CLI, class_id, over)


def test_only_its_keeper_keeps_a_class_and_a_company_sees_its_own_people_in_the_bases(
    session: Session, client_as: ClientAs
) -> None:
    company, other = factories.create_company(session), factories.create_company(session)
    one = create_class(session)
    names = []
    for place in (company, other):
        person = factories.create_person(session, name=f"来自{place.code}")
        names.append(person.name)
        theirs = create_enrolment(session, one, factories.create_employment(session, place, person))
    # Of two people the other company's has passed.
    create_pass(session, theirs, create_skill_certificate(session, theirs.person_id))
    admin = factories.create_account(session, Role.COMPANY_ADMIN, company)
    base = factories.create_account(session, Role.BASE_ADMIN)
    lesson_id, class_id = create_lesson(session, one).id, one.id
    session.commit()
    page = client_as(admin).get(f"/training/classes/{class_id}").text
    assert names[0] in page
    assert names[1] not in page
    for scope, passed in ((Scope.company(company.id), 0), (Scope.base(), 1)):
        row = queries.class_row(session, scope, class_id)
        assert (row.enrolled, row.passed) == (2, passed)
    assert client_as(admin).get(f"/training/lessons/{lesson_id}").status_code == 404
    # Its results are the base's to decide; the company employs its own people who passed.
    page = client_as(admin).get(f"/training/classes/{class_id}/results").text
    assert names[0] in page
    assert names[1] not in page
    assert "/decide" not in page
    decided = client_as(admin).post_form(f"/training/classes/{class_id}/decide", data={"seen": ""})
    assert decided.status_code == 404
    page = client_as(base).get(f"/training/classes/{class_id}").text
    assert names[0] in page
    assert names[1] in page


def test_who_has_left_is_offered_no_class_of_the_company(
    session: Session, client_as: ClientAs
) -> None:
    company, base = factories.create_company(session), create_class(session)
    own = create_class(session, company)
    codes = []
    for left in (None, dt.date(2026, 9, 30)):
        person = factories.create_person(session)
        factories.create_employment(session, company, person, separated_on=left)
        account = factories.create_account(session, Role.ANNOTATOR, person=person)
        session.commit()
        with clock.fixed(NOON.replace(month=10)):
            page = client_as(account).get("/training").text
        codes.append([one.code in page for one in (base, own)])
    assert codes == [[True, True], [True, False]]
