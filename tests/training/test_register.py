"""The register as a form: what is typed is stored whole or not at all, and only where it was changed."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Final, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.training import create_class, create_enrolment, create_lesson, create_mark
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.training.models import TrainingAttendance
from workforce.training.month_form import read_mark

ClientAs = Callable[[Account], FormClient]

NOON: Final = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)


class Class(NamedTuple):
    """A base's class: two people, three lessons of which the last is to come; one mark."""

    id: int
    people: list[int]
    lessons: list[int]
    base: Account
    company: Account

    @property
    def url(self) -> str:
        return f"/training/classes/{self.id}/register"

    def cell(self, person: int, lesson: int) -> str:
        return f"mark-{self.people[person]}-{self.lessons[lesson]}"


def _made(session: Session) -> Class:
    company, one = factories.create_company(session), create_class(session)
    lessons = [create_lesson(session, one, dt.date(2026, 10, day)) for day in (1, 5, 6)]
    places = []
    for name in ("覃晚亭", "冉小溪"):
        person = factories.create_person(session, name=name)
        job = factories.create_employment(session, company, person)
        places.append(create_enrolment(session, one, job))
    create_mark(session, lessons[0], places[0], "late")
    made = Class(
        one.id,
        [place.id for place in places],
        [lesson.id for lesson in lessons],
        factories.create_account(session, Role.BASE_ADMIN),
        factories.create_account(session, Role.COMPANY_ADMIN, company),
    )
    session.commit()
    return made


def _fields(page: str) -> dict[str, str]:
    """Return what a browser would send of the register, by name."""
    found = {}
    for tag in re.findall(r'<input[^>]*form="register-form"[^>]*>', page):
        pairs = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        found[pairs["name"]] = unescape(pairs["value"])
    return found


def _stored(session: Session) -> dict[str, str]:
    session.rollback()
    rows = session.execute(
        select(
            TrainingAttendance.enrolment_id, TrainingAttendance.lesson_id, TrainingAttendance.mark
        )
    )
    return {f"mark-{person}-{lesson}": mark for person, lesson, mark in rows}


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (("到", "✓", "√", "1", "１", " 1 "), "present"),
        (("迟", "L", "l", "ｌ", "2"), "late"),
        (("假", "E", "e", "3"), "excused"),
        (("缺", "a", "Ａ", "4"), "absent"),
        (("", " ", "　"), ""),
    ],
)
def test_a_cell_takes_the_letters_of_both_languages_and_the_numbers(
    texts: tuple[str, ...], mark: str
) -> None:
    assert {read_mark(text) for text in texts} == {mark}
    for wrong in ("5", "0", "x", "到到", "?"):
        with pytest.raises(InputError):
            read_mark(wrong)


@both_engines
@pytest.mark.feature("BASE-3")
def test_a_month_is_marked_all_or_nothing_and_only_where_it_was_changed(
    session: Session, client_as: ClientAs
) -> None:
    made = _made(session)
    client = client_as(made.base)
    before = {made.cell(0, 0): "late"}
    with clock.fixed(NOON):
        shown = _fields(client.get(made.url).text)
        # The lesson to come has no cells.
        assert {name: text for name, text in shown.items() if name.startswith("mark-")} == {
            made.cell(0, 0): "迟", made.cell(0, 1): "", made.cell(1, 0): "", made.cell(1, 1): "",
        }  # fmt: skip
        typed = shown | {made.cell(0, 1): "ａ", made.cell(1, 0): "9"}
        wrong = client.post_form(made.url, data=typed)
        assert wrong.status_code == 422
        assert _stored(session) == before
        # Person, lesson and remedy; what was typed is still there, and the wrong cell is told apart.
        assert "冉小溪 2026-10-01 09:00：“9”不是点名结果。请填 到、迟、假、缺" in wrong.text
        assert _fields(wrong.text) == typed
        assert re.findall(r'id="(mark-[\d-]+)"[^>]*aria-invalid', wrong.text) == [made.cell(1, 0)]
        # Somebody else marks a cell that is not changed here, and takes the tardiness of another back.
        others = shown | {made.cell(1, 1): "3", made.cell(0, 0): ""}
        assert client.post_form(made.url, data=others).status_code == 302
        typed = _fields(wrong.text) | {made.cell(1, 0): "1"}
        assert client.post_form(made.url, data=typed).status_code == 302
        assert _stored(session) == {
            made.cell(0, 1): "absent", made.cell(1, 0): "present", made.cell(1, 1): "excused",
        }  # fmt: skip
        # A lesson to come is left alone, whoever sends it.
        ahead = {made.cell(0, 2): "1"}
        assert client.post_form(made.url, data=ahead).status_code == 302
        assert made.cell(0, 2) not in _stored(session)
    entries = session.execute(
        select(AuditEntry.subject_id, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.action == "training_lesson.mark")
        .order_by(AuditEntry.id)
    ).all()
    first, second = made.lessons[:2]
    mine = [(int(key), _of(old), _of(new)) for key, old, new in entries]
    assert mine == [
        (made.people[0], (first, "late"), (first, None)),
        (made.people[1], (second, None), (second, "excused")),
        (made.people[0], (second, None), (second, "absent")),
        (made.people[1], (first, None), (first, "present")),
    ]


def _of(told: str | None) -> tuple[int, str | None]:
    said = json.loads(told or "")
    return said["lesson_id"], said["mark"]


@pytest.mark.feature("BASE-3")
def test_what_somebody_else_marked_meanwhile_is_not_overwritten_unseen(
    session: Session, client_as: ClientAs
) -> None:
    made = _made(session)
    client = client_as(made.base)
    with clock.fixed(NOON):
        shown = _fields(client.get(made.url).text)
        assert client.post_form(made.url, data=shown | {made.cell(0, 1): "4"}).status_code == 302
        # All that are blank get "present": one of them is absent by now, so nothing is stored.
        rest = client.post_form(made.url, data=shown | {made.cell(0, 0): "1", "rest": "present"})
        assert rest.status_code == 422
        assert "覃晚亭 2026-10-05 09:00：在您填写的时候，别人改成了“缺课”" in rest.text
        kept = {made.cell(0, 0): "late", made.cell(0, 1): "absent"}
        assert _stored(session) == kept
        again = _fields(rest.text)
        assert (again[made.cell(0, 0)], again[made.cell(0, 1)]) == ("1", "缺")
        # Having seen it, the same button marks who is left.
        assert client.post_form(made.url, data=again | {"rest": "present"}).status_code == 302
        assert _stored(session) == {
            made.cell(0, 0): "present", made.cell(0, 1): "absent",
            made.cell(1, 0): "present", made.cell(1, 1): "present",
        }  # fmt: skip


@pytest.mark.feature("BASE-3")
def test_only_who_keeps_the_class_marks_in_its_register(
    session: Session, client_as: ClientAs
) -> None:
    """A company reads the register of the base's class of its people, without fields; of another's it knows nothing."""
    made = _made(session)
    stranger = factories.create_account(
        session, Role.COMPANY_ADMIN, factories.create_company(session)
    )
    own = create_class(session, factories.create_company(session)).id
    session.commit()
    with clock.fixed(NOON):
        assert _fields(client_as(made.company).get(made.url).text) == {}
        sent = {made.cell(0, 0): "1", f"shown-{made.people[0]}": ""}
        for account in (made.company, stranger):
            assert client_as(account).post_form(made.url, data=sent).status_code == 404
        address = f"/training/classes/{own}/register"
        assert client_as(stranger).post_form(address, data=sent).status_code == 404
        # Whose class it is: cells of another class are not its.
        assert client_as(made.base).post_form(address, data=sent).status_code == 404
    assert _stored(session) == {made.cell(0, 0): "late"}


@pytest.mark.feature("BASE-3")
def test_two_who_mark_one_lesson_take_nothing_from_one_another(
    session: Session, client_as: Callable[[Account], FormClient]
) -> None:
    made = _made(session)
    url, (first, second) = f"/training/lessons/{made.lessons[0]}", made.people
    with clock.fixed(NOON):
        client = client_as(made.base)
        page = client.get(url).text
        shown = dict(re.findall(r'name="(was-\d+)" value="(\w*)"', page))
        assert shown == {f"was-{first}": "late", f"was-{second}": ""}
        # Somebody else marks the second one; who saw nothing there changes the first one only.
        assert client.post_form(url, shown | {f"mark-{second}": "excused"}).status_code == 302
        late = {f"mark-{first}": "present", f"mark-{second}": ""}
        assert client.post_form(url, shown | late).status_code == 302
        key = f"mark-{{}}-{made.lessons[0]}".format
        assert _stored(session) == {key(first): "present", key(second): "excused"}
        # Of the same person the first word stands until the second has seen it.
        answer = client.post_form(url, shown | {f"mark-{second}": "absent"})
        assert answer.status_code == 422
        assert _stored(session)[key(second)] == "excused"
        seen = dict(re.findall(r'name="(was-\d+)" value="(\w*)"', answer.text))
        assert seen[f"was-{second}"] == "excused"
        assert re.search(rf'name="mark-{second}" value="excused" checked', answer.text)
        assert client.post_form(url, seen | {f"mark-{second}": "absent"}).status_code == 302
        assert _stored(session)[key(second)] == "absent"
