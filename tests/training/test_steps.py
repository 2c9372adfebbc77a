"""What a class's page leads to next, the register of its marks, and its certificates as one PDF."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.documents.reading import text_of
from tests.factories.skills import create_skill_certificate
from tests.factories.training import (
    create_class,
    create_enrolment,
    create_exam,
    create_exam_score,
    create_lesson,
    create_mark,
    create_pass,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.training.models import TrainingEnrolment, TrainingExamScore
from workforce.training.next_step import Step, next_step

ClientAs = Callable[[Account], FormClient]

NOON: Final = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)
MONDAY: Final = NOON.date()
DAY: Final = dt.timedelta(days=1)


def _lesson(key: int, on: dt.date, marked: int) -> Any:
    return SimpleNamespace(one=SimpleNamespace(id=key, held_on=on), marked=marked)


def _exam(key: int, on: dt.date, scored: int) -> Any:
    return SimpleNamespace(TrainingExam=SimpleNamespace(id=key, held_on=on), scored=scored)


def _next(
    *,
    lessons: Any = (),
    exams: Any = (),
    results: Any = (None, None),
    is_kept: bool = True,
    is_taught: bool = True,
) -> Step | None:
    row = SimpleNamespace(
        one=SimpleNamespace(exam_score=6_000),
        is_kept=is_kept,
        is_taught=is_taught,
        is_marked=True,
    )
    people = [SimpleNamespace(state="enrolled", result=one) for one in results]
    return next_step(cast("Any", row), cast("Any", people), lessons, exams, MONDAY)


def test_a_class_says_what_is_to_be_done_next() -> None:
    marked, half = _lesson(7, MONDAY - DAY, 2), _lesson(8, MONDAY, 1)
    ahead, done = _lesson(9, MONDAY + DAY, 0), _lesson(8, MONDAY, 2)
    sat, later = _exam(5, MONDAY, 0), _exam(5, MONDAY + DAY, 0)
    assert _next() == Step("lessons")
    assert _next(results=(), lessons=[ahead]) == Step("people")
    assert _next(lessons=[marked, half, ahead]) == Step("mark", 8, MONDAY)
    # Nothing to be done before the next lesson.
    assert _next(lessons=[marked, ahead]) is None
    assert _next(lessons=[marked, done]) == Step("exam")
    assert _next(lessons=[marked, done], exams=[later]) is None
    assert _next(lessons=[marked, done], exams=[sat]) == Step("score", 5, MONDAY)
    scored = [_exam(5, MONDAY, 2)]
    assert _next(lessons=[done], exams=scored) == Step("decide")
    assert _next(lessons=[done], exams=scored, results=("passed", "failed")) is None
    # Who teaches decides nothing and signs nobody up; who leads some of its people marks them.
    teacher: Any = {"is_kept": False}
    assert _next(lessons=[done], exams=[sat], **teacher) == Step("score", 5, MONDAY)
    assert _next(lessons=[done], exams=scored, **teacher) is None
    assert _next(lessons=[ahead], results=(), **teacher) is None
    leader: Any = {"is_kept": False, "is_taught": False}
    assert _next(lessons=[half], **leader) == Step("mark", 8, MONDAY)
    assert (_next(**leader), _next(lessons=[done], **leader)) == (None, None)


@pytest.mark.feature("BASE-3")
def test_the_register_shows_a_months_marks_of_the_people_in_reach(
    session: Session, client_as: ClientAs
) -> None:
    """Of three lessons by 5 October the company's person was at one, late at one, and is not marked at one."""
    company, other = factories.create_company(session), factories.create_company(session)
    one = create_class(session)
    days = [dt.date(2026, 9, 30), *(dt.date(2026, 10, day) for day in (1, 2, 5, 6))]
    lessons = [create_lesson(session, one, on) for on in days]
    places = []
    for place, name in ((company, "覃晚亭"), (other, "冉别处")):
        person = factories.create_person(session, name=name)
        job = factories.create_employment(session, place, person)
        places.append(create_enrolment(session, one, job))
    for lesson, mark in zip(lessons, ("absent", "present", "late"), strict=False):
        create_mark(session, lesson, places[0], mark)
    admin = factories.create_account(session, Role.COMPANY_ADMIN, company)
    base = factories.create_account(session, Role.BASE_ADMIN)
    lesson_url, url = f"/training/lessons/{lessons[1].id}", f"/training/classes/{one.id}"
    session.commit()
    with clock.fixed(NOON):
        page = client_as(admin).get(f"{url}/register").text
        whole = client_as(base).get(f"{url}/register?period=2026-10").text
        opened = client_as(base).get(f"{url}?act=exam").text
    assert "冉别处" not in page
    row = page[page.index("覃晚亭") :]
    row = row[: row.index("</tr>")]
    assert re.findall(r'title="([^"]+)"', row) == ["到课", "迟到", "还没点名"]
    assert ">2/3<" in row
    # Whoever does not keep the class cannot mark; the keeper gets to the lessons from their days.
    assert lesson_url not in page
    assert "冉别处" in whole
    assert lesson_url in whole
    # Links open the form that they are about; the first thing to do is the lesson that is not marked.
    assert re.search(r'id="act-exam" open', opened)
    assert f'href="/training/lessons/{lessons[0].id}"' in opened[: opened.index("figures")]


@pytest.mark.feature("BASE-3")
def test_scores_are_pasted_all_or_none(session: Session, client_as: ClientAs) -> None:
    """Of a class of the base two companies' people have the same number; whoever is not named keeps the score."""
    one = create_class(session)
    exam = create_exam(session, one, held_on=MONDAY)
    places = {}
    for code in ("QA", "QB", "QC"):
        company = factories.create_company(session, code=code)
        job = factories.create_employment(session, company, employee_no="A1")
        places[code] = create_enrolment(session, one, job).id
    create_exam_score(session, exam, session.get_one(TrainingEnrolment, places["QC"]), 7_000)
    base = factories.create_account(session, Role.BASE_ADMIN)
    url = f"/training/exams/{exam.id}/paste"
    session.commit()
    client = client_as(base)

    def stored() -> dict[int, int]:
        session.rollback()
        rows = session.execute(select(TrainingExamScore.enrolment_id, TrainingExamScore.score))
        return dict(rows.all())

    with clock.fixed(NOON):
        for lines, said in (
            ("QA A1,61\nQD A1,99", "QD A1"),
            ("QA A1,61\nQB A1,100.5", "第 2 行"),
            ("QA A1,61\n\nQA A1,62", "第 3 行"),
        ):
            wrong = client.post_form(url, data={"lines": lines})
            assert wrong.status_code == 422
            assert said in wrong.text
            assert stored() == {places["QC"]: 7_000}
        # As three cells of a spreadsheet, or with a Chinese comma.
        done = client.post_form(url, data={"lines": "QA\tA1\t61.5\nQB A1，59"})
    assert done.status_code == 302
    assert stored() == {places["QA"]: 6_150, places["QB"]: 5_900, places["QC"]: 7_000}


@pytest.mark.poppler
@pytest.mark.feature("BASE-3")
def test_the_certificates_of_a_class_are_one_pdf_for_sealing(
    session: Session, client_as: ClientAs, tmp_path: Path
) -> None:
    company = factories.create_company(session)
    task_type = factories.create_task_type(session, name_zh="画框")
    one = create_class(session, company)
    withdrawn = {
        "withdrawn_on": MONDAY,
        "withdraw_reason": "抄袭",
        "withdrawn_at": NOON,
    }
    for number, name in enumerate(("张三丰", "李四喜", "王五常"), start=1):
        job = factories.create_employment(
            session, company, factories.create_person(session, name=name)
        )
        paper = create_skill_certificate(
            session,
            job.person_id,
            [task_type],
            kept_by_id=company.id,
            year=2026,
            serial=number,
            number=f"2026-0000{number}",
            public_id=f"paper{number}",
            **(withdrawn if number == 3 else {}),
        )
        create_pass(session, create_enrolment(session, one, job), paper)
    admin = factories.create_account(session, Role.COMPANY_ADMIN, company)
    empty = create_class(session, company).id
    url = f"/training/classes/{one.id}/certificates.pdf"
    session.commit()
    client = client_as(admin)
    sent = client.get(url)
    words = "".join(text_of(sent.data, tmp_path).split())
    assert [word in words for word in ("张三丰", "李四喜", "王五常")] == [True, True, False]
    assert words.count("画框") == 2
    assert client.get(f"/training/classes/{empty}/certificates.pdf").status_code == 404
    # The page behind the code names the work, so that a paper with other work on it is found out.
    assert "画框" in client.get("/k/paper1").text
