"""Who beside its keeper keeps something of a class: who teaches it, and who leads some of its people."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.training import (
    create_class,
    create_enrolment,
    create_exam,
    create_lesson,
    create_mark,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.training import enrolling, marking, queries, service, teaching
from workforce.training.models import (
    TrainingAttendance,
    TrainingClass,
    TrainingEnrolment,
    TrainingExam,
    TrainingExamScore,
    TrainingLesson,
    TrainingPractice,
    TrainingTeacher,
)

ClientAs = Callable[[Account], FormClient]

NOON: Final = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)
FIRST: Final = dt.date(2026, 9, 1)


@dataclass
class Ground:
    """A company's class with somebody of a team and somebody of none, and one who is to teach it."""

    company: Company
    one: TrainingClass
    lesson: TrainingLesson
    exam: TrainingExam
    led: TrainingEnrolment
    other: TrainingEnrolment
    teacher: Employment
    leader: Account
    team_id: int

    @property
    def page(self) -> str:
        return f"/training/classes/{self.one.id}"


@pytest.fixture
def ground(session: Session) -> Ground:
    company = factories.create_company(session, code="QZ")
    one = create_class(session, company)
    team = factories.create_team(session, company)
    people = []
    for name in ("覃晚亭", "冉小溪", "向老师"):
        person = factories.create_person(session, name=name)
        people.append(factories.create_employment(session, company, person))
    factories.create_membership(session, people[0], team)
    leader = factories.create_account(session, Role.SUPERVISOR, company)
    factories.create_leadership(session, team, leader.id)
    led, other = (create_enrolment(session, one, job) for job in people[:2])
    made = Ground(
        company=company,
        one=one,
        lesson=create_lesson(session, one, FIRST),
        exam=create_exam(session, one, held_on=FIRST),
        led=led,
        other=other,
        teacher=people[2],
        leader=leader,
        team_id=team.id,
    )
    session.commit()
    return made


def _teach(session: Session, ground: Ground, one: TrainingClass | None = None) -> None:
    row = TrainingTeacher(class_id=(one or ground.one).id, person_id=ground.teacher.person_id)
    session.add(row)
    session.commit()


@pytest.mark.feature("BASE-3")
def test_who_teaches_a_class_keeps_lessons_register_and_scores_and_no_more(
    session: Session, client_as: ClientAs, ground: Ground
) -> None:
    admin = client_as(factories.create_account(session, Role.COMPANY_ADMIN, ground.company))
    teacher = client_as(
        factories.create_account(
            session, Role.ANNOTATOR, person=session.get_one(Person, ground.teacher.person_id)
        )
    )
    session.commit()
    lesson, exam = f"/training/lessons/{ground.lesson.id}", f"/training/exams/{ground.exam.id}"
    said = {
        "act": "change", "change-code": ground.one.code, "change-starts_on": "2026-09-01",
        "change-ends_on": "2026-10-31", "change-capacity": "30",
    }  # fmt: skip
    with clock.fixed(NOON):
        assert {teacher.get(path).status_code for path in (ground.page, lesson, exam)} == {404}
        wrong = admin.post_form(f"{ground.page}/keep", said | {"change-teachers": "Z9"})
        assert wrong.status_code == 422
        assert "Z9" in wrong.text
        learns = said | {"change-teachers": _number(session, ground.led)}
        assert "不能又是这个班的学员" in admin.post_form(f"{ground.page}/keep", learns).text
        sent = said | {"change-teachers": f" {ground.teacher.employee_no} \n\n"}
        assert admin.post_form(f"{ground.page}/keep", sent).status_code == 302
        mine = teacher.get("/training").text
        assert f'<a href="{ground.page}">' in mine.split("可以报名的班")[0]
        shown = teacher.get(ground.page).text
        # He sees everybody, and what he may do; nothing of what is the administrator's.
        assert "覃晚亭" in shown
        assert "冉小溪" in shown
        acts = re.findall(r'id="act-(\w+)"', shown)
        assert sorted(acts) == ["exam", "lessons", "practice"]
        for hidden in ("/keep", "/leave", "/results", "退出班级"):
            assert hidden not in shown
        assert teacher.post_form(lesson, {"rest": "present"}).status_code == 302
        number = _number(session, ground.led)
        pasted = f"{number},2026-09-02,框,10,90"
        practice = {"act": "practice", "practice-lines": pasted}
        assert teacher.post_form(ground.page, practice).status_code == 302
        assert teacher.post_form(f"{exam}/paste", {"lines": f"{number},88"}).status_code == 302
        more = {"act": "exam", "exam-title": "补考", "exam-held_on": "2026-10-20"}
        assert teacher.post_form(ground.page, more).status_code == 302
        for path in ("/keep", "/results", "/decide", "/certificates.pdf"):
            answer = teacher.get if path.endswith(("results", "pdf")) else teacher.post_form
            assert answer(ground.page + path).status_code == 403
        assert teacher.get("/training/classes").status_code == 403
        # A form of the keeper's cannot be slipped under the teacher's address.
        assert teacher.post_form(ground.page, said).status_code == 404
        session.rollback()
        assert session.scalars(select(TrainingAttendance.mark)).all() == ["present", "present"]
        assert session.scalars(select(TrainingPractice.score)).all() == [9_000]
        assert session.scalars(select(TrainingExamScore.score)).all() == [8_800]
        acted = session.scalars(
            select(AuditEntry.company_id).where(AuditEntry.action == "training_class.read")
        ).all()
        assert set(acted) == {ground.company.id}
        # Who has left teaches no longer, though the class still says so.
        ground.teacher.separated_on = dt.date(2026, 10, 4)
        session.commit()
        assert {teacher.get(path).status_code for path in (ground.page, lesson, exam)} == {404}


def _number(session: Session, enrolment: TrainingEnrolment) -> str:
    return session.get_one(Employment, enrolment.employment_id).employee_no


@pytest.mark.feature("BASE-3")
def test_a_leader_marks_the_own_people_in_classes_of_the_company(
    session: Session, client_as: ClientAs, ground: Ground
) -> None:
    leader = client_as(ground.leader)
    session.commit()
    lesson = f"/training/lessons/{ground.lesson.id}"
    with clock.fixed(NOON):
        assert ground.one.code in leader.get("/training/classes").text
        shown = leader.get(ground.page).text
        assert "覃晚亭" in shown
        assert "冉小溪" not in shown
        assert re.findall(r'id="act-(\w+)"', shown) == []
        assert f'href="{lesson}"' in shown
        register = leader.get(f"{ground.page}/register?period=2026-09").text
        assert "冉小溪" not in register
        cells = re.findall(r'name="mark-(\d+)-\d+"', register)
        assert cells == [str(ground.led.id)]
        both = {f"mark-{row.id}-{ground.lesson.id}": "1" for row in (ground.led, ground.other)}
        assert leader.post_form(f"{ground.page}/register?period=2026-09", both).status_code == 302
        sent = {f"mark-{row.id}": "absent" for row in (ground.led, ground.other)}
        assert leader.post_form(lesson, sent).status_code == 302
        for path in (
            f"/training/exams/{ground.exam.id}",
            f"/training/exams/{ground.exam.id}/paste",
        ):
            assert leader.get(path).status_code == 404
        assert leader.post_form(f"{lesson}/drop").status_code == 404
    session.rollback()
    marks = session.execute(select(TrainingAttendance.enrolment_id, TrainingAttendance.mark))
    assert [tuple(row) for row in marks] == [(ground.led.id, "absent")]


@both_engines
@pytest.mark.feature("BASE-3")
def test_scopes_of_classes_reach_as_far_as_the_work_goes(session: Session, ground: Ground) -> None:
    """The base's class: the leader reads the own people, its teacher marks everybody of all companies."""
    base, empty = create_class(session), create_class(session)
    elsewhere = factories.create_employment(session, factories.create_company(session, code="FJ"))
    own = session.get_one(Employment, ground.led.employment_id)
    lesson = create_lesson(session, base, FIRST)
    people = [create_enrolment(session, base, job) for job in (own, elsewhere)]
    create_mark(session, lesson, people[1])
    _teach(session, ground, base)
    team = Scope.teams(ground.company.id, frozenset({ground.team_id}))
    teacher = Scope.own(ground.teacher.person_id)
    nobody = Scope.teams(ground.company.id, frozenset())

    def entered(scope: Scope) -> set[int]:
        rows = queries.class_rows(session, scope)
        return {row.one.id for row in rows if row.is_open}

    with clock.fixed(NOON):
        assert entered(team) == {ground.one.id, base.id}
        assert entered(nobody) == {ground.one.id}
        assert entered(teacher) == {base.id}
        assert entered(Scope.company(ground.company.id)) == {ground.one.id, base.id, empty.id}
        row = queries.class_row(session, team, base.id)
        assert (row.is_marked, row.is_taught, row.is_mixed) == (False, False, False)
        row = queries.class_row(session, teacher, base.id)
        assert (row.is_kept, row.is_marked, row.is_taught, row.is_mixed) == (
            False, True, True, True,
        )  # fmt: skip
        # The leader's counts are of the own people.
        counts = [
            queries.lesson_rows(session, scope, base.id)[0].marked for scope in (team, teacher)
        ]
        assert counts == [0, 1]
        named = enrolling.enrolments_by_name(session, teacher, base.id)
        assert set(named) == {f"QZ {own.employee_no}", f"FJ {elsewhere.employee_no}"}
        cell = (people[0].id, lesson.id)
        with unit_of_work() as working, pytest.raises(NotFoundError):
            marking.mark_lessons(working, team, CLI, base.id, {cell: "late"}, {})
        with unit_of_work() as working:
            assert marking.mark_lessons(working, teacher, CLI, base.id, {cell: "late"}, {}) == 1
        other = (ground.other.id, ground.lesson.id)
        with unit_of_work() as working, pytest.raises(NotFoundError):
            marking.mark_lessons(working, team, CLI, ground.one.id, {other: "late"}, {})
        with unit_of_work() as working, pytest.raises(NotFoundError):
            service.drop_exam(working, team, CLI, ground.exam.id)


def test_nobody_marks_himself(session: Session, ground: Ground) -> None:
    _teach(session, ground)
    company = Scope.company(ground.company.id)
    number, learner = ground.teacher.employee_no, _number(session, ground.led)
    with clock.fixed(NOON):
        with unit_of_work() as working, pytest.raises(StateError) as caught:
            enrolling.sign_up_many(working, company, CLI, ground.one.id, [number])
        assert caught.value.code == "training.teaches_it"
        with unit_of_work() as working, pytest.raises(StateError) as caught:
            teaching.set_teachers(working, company, CLI, ground.one.id, [number, learner])
        assert caught.value.code == "training.teacher_learns"
        with unit_of_work() as working, pytest.raises(InputError):
            teaching.set_teachers(working, company, CLI, ground.one.id, ["nobody"])
        teachers = teaching.teachers_of(session, session.get_one(TrainingClass, ground.one.id))
        assert [(one.name, one.named) for one in teachers] == [("向老师", number)]
        with unit_of_work() as working:
            teaching.set_teachers(working, company, CLI, ground.one.id, [])
    session.rollback()
    assert session.scalars(select(TrainingTeacher)).all() == []
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "training_class.set_teachers")
    ).one()
    assert entry.company_id == ground.company.id


def test_who_works_here_is_signed_up_and_not_registered_again(
    session: Session, ground: Ground
) -> None:
    company = Scope.company(ground.company.id)
    new = enrolling.NewTrainee(
        employee_no="T1",
        name="冉秋云",
        id_number=factories.id_number(dt.date(2003, 5, 12), 12),
        phone=None,
        education="70",
        township="",
        household_category="rural",
        hired_on=dt.date(2026, 10, 1),
    )
    with clock.fixed(NOON):
        with unit_of_work() as working:
            assert enrolling.add_trainee(working, company, CLI, ground.one.id, new) == "enrolled"
        # Sent twice, or by another number: it is the same person.
        for number in ("T1", "T9"):
            again = dataclasses.replace(new, employee_no=number)
            with unit_of_work() as working, pytest.raises(InputError) as caught:
                enrolling.add_trainee(working, company, CLI, ground.one.id, again)
            assert caught.value.code == "training.works_here"
            assert "T1" in caught.value.message("zh")
    session.rollback()
    assert len(session.scalars(select(TrainingEnrolment.id)).all()) == 3


def test_a_line_of_practice_says_whose_day_is_wrong(session: Session, ground: Ground) -> None:
    number = _number(session, ground.led)
    line = marking.PracticeLine(
        named=number, worked_on=dt.date(2026, 10, 6), exercise="框", quantity=1, score=100
    )
    company, known = Scope.company(ground.company.id), {number: ground.led.id}
    with clock.fixed(NOON), unit_of_work() as working, pytest.raises(InputError) as caught:
        marking.add_practice(working, company, CLI, ground.one.id, [line], known)
    assert caught.value.message("zh").startswith(f"{number}：2026-10-06 ")
