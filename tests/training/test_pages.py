"""A class kept by its pages: what the administrator, an annotator and finance send, and what comes of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.payroll.models import PayEntry
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.training.models import (
    TrainingClass,
    TrainingCourse,
    TrainingExam,
    TrainingLesson,
    TrainingPractice,
)

ClientAs = Callable[[Account], FormClient]

OCTOBER: Final = dt.datetime(2026, 10, 1, 4, tzinfo=dt.UTC)
NOVEMBER: Final = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)


def seen(page: str) -> str:
    """Return the fingerprint that a page's form sends back."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


@pytest.mark.feature("ANN-18", "BASE-3")
def test_a_class_from_its_course_to_the_first_employee(  # noqa: PLR0915 - one story
    session: Session, client_as: ClientAs
) -> None:
    company = factories.create_company(session)
    task_type = factories.create_task_type(session)
    factories.create_employment(session, company, employee_no="A0007")
    person = factories.create_person(session)
    factories.create_employment(session, company, person, employee_no="A0008")
    admin = client_as(factories.create_account(session, Role.COMPANY_ADMIN, company))
    annotator = client_as(factories.create_account(session, Role.ANNOTATOR, person=person))
    finance = client_as(factories.create_account(session, Role.FINANCE, company))
    number = factories.id_number(dt.date(2003, 5, 12), 11)
    session.commit()
    with clock.fixed(OCTOBER):
        sent = {
            "code": "DBX",
            "title": "多边形标注",
            "level": "5",
            "task_types": [str(task_type.id)],
            "attendance_rate": "80",
            "practice_score": "",
            "exam_score": "60.5",
            "allowance_amount": "60",
            "valid_months": "24",
            "is_offered": "y",
        }
        admin.post_form("/training/courses/new", data=sent)
        session.rollback()
        course = session.scalars(select(TrainingCourse)).one()
        assert (course.attendance_rate, course.exam_score, course.allowance_amount) == (
            800_000,
            6_050,
            6_000,
        )
        # A mistake keeps what was typed, and says which field.
        wrong = admin.post_form("/training/courses/new", data={**sent, "exam_score": "101"})
        assert wrong.status_code == 422
        assert 'value="101"' in wrong.text
        admin.post_form(
            "/training/classes/new",
            data={
                "course_id": str(course.id),
                "code": "K1",
                "starts_on": "2026-10-05",
                "ends_on": "2026-10-30",
                "capacity": "3",
                "is_open": "y",
            },
        )
        session.rollback()
        one = session.scalars(select(TrainingClass)).one()
        page = f"/training/classes/{one.id}"
        admin.post_form(
            page,
            data={
                "act": "lessons",
                "lessons-first_on": "2026-10-05",
                "lessons-last_on": "2026-10-11",
                "lessons-weekdays": ["1", "5"],
                "lessons-starts": "09:00",
                "lessons-ends": "11:00",
            },
        )
        session.rollback()
        lessons = session.scalars(select(TrainingLesson).order_by(TrainingLesson.id)).all()
        assert [str(lesson.held_on) for lesson in lessons] == ["2026-10-05", "2026-10-09"]
        admin.post_form(
            f"{page}/keep",
            data={
                "act": "trainee",
                "trainee-name": "冉秋云",
                "trainee-id_number": number,
                "trainee-employee_no": "T1",
                "trainee-bank_name": "重庆农村商业银行",
                "trainee-bank_account": "6228 4800 0000 0000 001",
                "trainee-education": "70",
                "trainee-township": "",
                "trainee-household_category": "rural",
                "trainee-hired_on": "2026-10-05",
            },
        )
        assert "K1" in annotator.get("/training").text
        annotator.post_form(f"/training/offered/{one.id}/sign-up")
        assert "退出班级" in annotator.get("/training").text
        admin.post_form(
            page, data={"act": "exam", "exam-title": "结业考试", "exam-held_on": "2026-10-30"}
        )
    session.rollback()
    exam = session.scalars(select(TrainingExam)).one()
    with clock.fixed(NOVEMBER):
        for lesson in lessons:
            admin.post_form(f"/training/lessons/{lesson.id}", data={"rest": "present"})
        refused = admin.post_form(
            page,
            data={"act": "practice", "practice-lines": "T1,2026-10-12,练习 1,40,86.5\nnonsense"},
        )
        assert refused.status_code == 422
        assert "第 2 行" in refused.text
        session.rollback()
        assert session.scalar(select(TrainingPractice.id)) is None
        admin.post_form(
            page, data={"act": "practice", "practice-lines": "T1\t2026-10-12\t练习 1\t40\t86.5"}
        )
        session.rollback()
        assert session.scalars(select(TrainingPractice.score)).one() == 8_650
        grid = admin.get(f"/training/exams/{exam.id}").text
        fields = dict(re.findall(r'for="(score-\d+)">(\S+)', grid))
        scores = {field: "60.5" if name == "冉秋云" else "60.49" for field, name in fields.items()}
        admin.post_form(f"/training/exams/{exam.id}", data=scores)
        results = f"{page}/results"
        admin.post_form(f"{page}/decide", data={"seen": seen(admin.get(results).text)})
        mine = annotator.get("/training").text
        assert "未合格" in mine
        assert "考试分不够" in mine
        shown = admin.get(results).text
        # The company's ordinary numbers go on.
        assert 'value="A0009"' in shown
        enrolled = re.search(r'name="number-(\d+)"', shown)
        assert enrolled is not None
        agreed = {
            "people": [enrolled[1]],
            f"number-{enrolled[1]}": "A0009",
            "starts_on": "2026-11-03",
            "employment_type": "full_time",
            "contract_kind": "fixed_term",
            "contract_until": "",
        }
        # A fixed term needs its end; nothing is done without it.
        assert admin.post_form(results, data=agreed).status_code == 422
        admin.post_form(results, data={**agreed, "contract_until": "2028-11-02"})
        month = finance.get("/payroll/trainees?period=2026-10").text
        assert "120.00" in month
        finance.post_form("/payroll/trainees", data={"period": "2026-10", "seen": seen(month)})
    session.rollback()
    employee = session.scalars(select(Employment).where(Employment.employee_no == "A0009")).one()
    assert employee.hired_on == dt.date(2026, 11, 3)
    assert (employee.bank_name, employee.bank_account) == (
        "重庆农村商业银行",
        "6228480000000000001",
    )
    assert session.scalars(select(PayEntry.amount)).all() == [12_000]
