"""The pages of requests: by phone, by the leader, and what forged or hostile input meets."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_membership,
    create_person,
    create_shift,
    create_team,
)
from tests.factories.requests import (
    create_request,
    create_shift_assignment,
    create_shift_type,
)
from tests.factories.web import FormClient
from tests.platform.test_uploads import JPEG
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.attendance.models import AttendanceRequest, Leave, Shift
from workforce.companies.models import Company, Team
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock, locks, uploads
from workforce.platform.audit import AuditEntry
from workforce.platform.uploads import Upload

NOW = dt.datetime(2026, 10, 14, 2, tzinfo=dt.UTC)
ClientAs = Callable[[Account], FormClient]


@dataclass
class Base:
    session: Session
    company: Company
    team: Team
    worker: Employment
    own: Account
    leader: Account


@pytest.fixture
def base(session: Session) -> Iterator[Base]:
    company = create_company(session)
    team = create_team(session, company)
    person = create_person(session)
    worker = create_employment(session, company, person, employee_no="W1")
    create_membership(session, worker, team)
    own = create_account(session, Role.ANNOTATOR, company, person)
    leader = create_account(session, Role.SUPERVISOR, company, create_person(session))
    create_leadership(session, team, leader.id)
    create_shift_type(session, company)
    create_shift_assignment(session, company)
    session.commit()
    with clock.fixed(NOW):
        yield Base(session, company, team, worker, own, leader)


def leave_form(**changes: Any) -> dict[str, Any]:
    values = {
        "leave_kind": "personal_leave",
        "first_on": "2026-10-20",
        "last_on": "2026-10-21",
        "reason": "家里有事",
    }
    return values | changes


def shift_form(**changes: Any) -> dict[str, Any]:
    values = {
        "on": "2026-10-12",
        "corrects": "missing",
        "starts": "09:00",
        "ends": "18:00",
        "break_minutes": "60",
        "reason": "忘记打卡",
    }
    return values | changes


def only_request(session: Session) -> AttendanceRequest:
    session.rollback()
    return session.scalars(select(AttendanceRequest)).one()


def test_with_two_jobs_the_main_one_comes_first_and_balances_have_their_company(
    base: Base, client_as: ClientAs
) -> None:
    other = create_company(base.session)
    person = base.session.get_one(Person, base.worker.person_id)
    create_employment(
        base.session, other, person, employment_type="part_time", hired_on=dt.date(2026, 10, 1)
    )
    base.session.commit()

    page = client_as(base.own).get("/attendance/requests/mine/new?kind=leave").text

    options = re.findall(r"<option[^>]*>([^<]+)</option>", page)
    assert options[:2] == [base.company.name, other.name]
    said = re.findall(r'<p class="hint">(\S+) — 年休假', page)
    assert said == [base.company.name, other.name]


@pytest.mark.feature("ANN-14", "SUP-21", "ALL-8")
def test_from_the_phone_with_a_picture_to_the_recorded_day(base: Base, client_as: ClientAs) -> None:
    phone, desk = client_as(base.own), client_as(base.leader)
    form = phone.get("/attendance/requests/mine/new?kind=shift&on=2026-10-12").text
    # The stated shift of the day is where the form begins.
    assert 'value="09:00"' in form
    assert 'value="18:00"' in form
    picture = (io.BytesIO(JPEG), "打卡机.jpg")
    sent = phone.post_form("/attendance/requests/mine/new?kind=shift", shift_form(file=picture))
    assert (sent.status_code, sent.location) == (302, "/attendance/requests/mine")
    key = only_request(base.session).id
    assert "待审批" in phone.get("/attendance/requests/mine").text

    assert "忘记打卡" in desk.get("/attendance/requests").text
    page = desk.get(f"/attendance/requests/{key}").text
    assert "这几天没有登记" in page
    file = desk.get(f"/attendance/requests/{key}/file")
    assert file.data == JPEG
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    desk.post_form(f"/attendance/requests/{key}/decide", {"verdict": "approve", "answer": "在场"})
    base.session.rollback()
    (shift,) = base.session.scalars(select(Shift))
    assert (f"{shift.starts_at:%m-%d %H:%M}", shift.source) == ("10-12 09:00", "request")
    assert "在场" in phone.get(f"/attendance/requests/mine/{key}").text
    actions = set(base.session.scalars(select(AuditEntry.action)))
    assert {"upload.store", "upload.read", "attendance_request.read"} <= actions


@pytest.mark.feature("ALL-8")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg onload=alert(1)>", "a.jpg"),
        (b"<html><script>alert(1)</script>", "a.pdf"),
        (b"MZ" + b"\0" * 100, "a.png"),
        (b"", "a.png"),
        (JPEG.ljust(3001, b"\0"), "a.jpg"),
    ],
)
def test_a_hostile_file_is_refused_at_its_field_and_what_was_typed_stays(
    base: Base,
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    name: str,
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD_BYTES", 3000)
    answer = client_as(base.own).post_form(
        "/attendance/requests/mine/new", leave_form(file=(io.BytesIO(content), name))
    )
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "家里有事" in answer.text
    base.session.rollback()
    assert base.session.scalars(select(AttendanceRequest)).all() == []
    assert base.session.scalars(select(Upload)).all() == []


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("?kind=leave", leave_form(last_on="2026-10-19"), "last_on"),
        ("?kind=leave", leave_form(first_on="gestern"), "first_on"),
        ("?kind=leave", leave_form(first_on="9999-12-31", last_on="9999-12-31"), "last_on"),
        ("?kind=leave", leave_form(first_on="0001-01-01", last_on="0001-01-01"), "first_on"),
        ("?kind=leave", leave_form(leave_kind="forever"), "leave_kind"),
        ("?kind=leave", leave_form(reason=" "), "reason"),
        ("?kind=leave", leave_form(reason="字" * 401), "reason"),
        ("?kind=shift", shift_form(on="2026-10-15"), "on"),
        ("?kind=shift", shift_form(starts="25:00"), "starts"),
        ("?kind=shift", shift_form(break_minutes="-1"), "break_minutes"),
        ("?kind=shift", shift_form(break_minutes="540"), "break_minutes"),
        ("?kind=shift", shift_form(corrects="2026-10-12T07:00:00"), "corrects"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    base: Base, client_as: ClientAs, path: str, form: dict[str, Any], field: str
) -> None:
    answer = client_as(base.own).post_form(f"/attendance/requests/mine/new{path}", form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


@pytest.mark.feature("SUP-10")
def test_a_closed_month_is_said_when_asked_and_when_answered(
    base: Base, client_as: ClientAs
) -> None:
    locks.lock(base.session, base.company.id, PayPeriod(2026, 9), reason="test", account_id=None)
    base.session.commit()
    phone, desk = client_as(base.own), client_as(base.leader)
    form = shift_form(on="2026-09-07")
    phone.post_form("/attendance/requests/mine/new?kind=shift", form)
    assert "差额随 2026-10 工资处理" in phone.get("/attendance/requests/mine").text
    key = only_request(base.session).id
    assert "差额随 2026-10 工资处理" in desk.get(f"/attendance/requests/{key}").text
    desk.post_form(f"/attendance/requests/{key}/decide", {"verdict": "approve"})
    base.session.rollback()
    assert base.session.scalars(select(Shift)).all() == []
    assert "2026-10" in phone.get(f"/attendance/requests/mine/{key}").text
    late = desk.get("/attendance/requests?state=all&late=1").text
    assert base.worker.employee_no in late


@pytest.mark.feature("SUP-21")
def test_the_own_request_has_no_button_and_a_forged_form_is_refused(
    base: Base, client_as: ClientAs
) -> None:
    mine = create_employment(
        base.session,
        base.company,
        base.session.get_one(Person, base.leader.person_id),
    )
    create_membership(base.session, mine, base.team)
    key = create_request(base.session, mine, base.leader).id
    base.session.commit()
    desk = client_as(base.leader)
    page = desk.get(f"/attendance/requests/{key}").text
    assert "须由另一人审批" in page
    assert "/decide" not in page
    forged = desk.post_form(f"/attendance/requests/{key}/decide", {"verdict": "approve"})
    assert forged.status_code == 403
    desk.post_form("/attendance/requests/approve", {"request_id": [str(key)]})
    assert only_request(base.session).state == "submitted"


def test_a_refusal_without_a_reason_keeps_the_page(base: Base, client_as: ClientAs) -> None:
    key = create_request(base.session, base.worker, base.own).id
    base.session.commit()
    answer = client_as(base.leader).post_form(
        f"/attendance/requests/{key}/decide", {"verdict": "reject", "answer": ""}
    )
    assert answer.status_code == 422
    assert 'id="answer-error"' in answer.text


def test_many_leaves_are_granted_at_once_and_the_rest_is_named(
    base: Base, client_as: ClientAs
) -> None:
    good = create_request(base.session, base.worker, base.own)
    busy = create_request(
        base.session,
        base.worker,
        base.own,
        first_on=dt.date(2026, 10, 13),
        last_on=dt.date(2026, 10, 13),
    )
    create_shift(base.session, base.worker, dt.date(2026, 10, 13))
    base.session.commit()
    desk = client_as(base.leader)
    desk.post_form("/attendance/requests/approve", {"request_id": [str(good.id), str(busy.id)]})
    page = desk.get("/attendance/requests").text
    assert "已同意 1 份请假" in page
    assert "2026-10-13 已登记上班" in page
    base.session.rollback()
    assert [leave.first_on.day for leave in base.session.scalars(select(Leave))] == [12]
    assert (good.state, busy.state) == ("approved", "submitted")


def test_a_leader_asks_for_a_person_by_number(base: Base, client_as: ClientAs) -> None:
    desk = client_as(base.leader)
    wrong = desk.post_form("/attendance/requests/for", leave_form(employee_no="X9"))
    assert wrong.status_code == 422
    assert 'id="employee_no-error"' in wrong.text
    # Somebody of another team is as unknown as nobody.
    create_employment(base.session, base.company, employee_no="W2")
    base.session.commit()
    assert (
        desk.post_form("/attendance/requests/for", leave_form(employee_no="W2")).status_code == 422
    )
    right = desk.post_form("/attendance/requests/for", leave_form(employee_no="W1"))
    assert right.status_code == 302
    key = only_request(base.session).id
    assert "撤回申请" in desk.get(f"/attendance/requests/{key}").text
    assert desk.post_form(f"/attendance/requests/{key}/withdraw").status_code == 302
    assert only_request(base.session).state == "withdrawn"


def test_a_list_needs_as_many_queries_for_one_as_for_many(
    app: Flask, base: Base, client_as: ClientAs
) -> None:
    create_request(base.session, base.worker, base.own)
    base.session.commit()

    def make_more() -> None:
        for n in range(8):
            create_request(
                base.session,
                base.worker,
                base.own,
                first_on=dt.date(2026, 10, 19 + n),
                last_on=dt.date(2026, 10, 19 + n),
            )
        base.session.commit()

    assert_same_queries(app, client_as(base.leader), "/attendance/requests", make_more)
    assert_same_queries(app, client_as(base.own), "/attendance/requests/mine", make_more)


def test_half_a_day_is_asked_for_and_shown(
    base: Base, session: Session, client_as: Callable[[Account], FormClient]
) -> None:
    phone, desk = client_as(base.own), client_as(base.leader)
    address = "/attendance/requests/mine/new?kind=leave"
    wrong = phone.post_form(address, leave_form(half="morning"))
    assert wrong.status_code == 422
    assert 'id="last_on-error"' in wrong.text
    assert re.search(r'<input[^>]*checked[^>]*value="morning"', wrong.text)
    forged = phone.post_form(address, leave_form(half="night", last_on="2026-10-20"))
    assert forged.status_code == 422
    sent = phone.post_form(address, leave_form(half="afternoon", last_on="2026-10-20"))
    assert sent.status_code == 302
    assert "下午半天" in phone.get("/attendance/requests/mine").text
    request = only_request(session)
    assert "下午半天" in desk.get("/attendance/requests").text
    page = desk.get(f"/attendance/requests/{request.id}").text
    assert "这半天登记为请假" in page
