"""The rules of attendance: dated, audited, refused where wrong, and changing nothing that is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_shift,
    create_team,
)
from tests.factories.requests import create_shift_assignment, create_shift_type
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.attendance import shift_rules as service
from workforce.attendance.models import AttendancePolicy, Shift, ShiftAssignment, ShiftType
from workforce.attendance.shift_types import ShiftPlan
from workforce.companies.models import Company
from workforce.core.errors import ClosedError, InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.platform import clock, locks
from workforce.platform.audit import CLI, AuditEntry

NOW = dt.datetime(2026, 10, 14, 2, tzinfo=dt.UTC)


@pytest.fixture
def company(session: Session) -> Iterator[Company]:
    company = create_company(session)
    session.commit()
    with clock.fixed(NOW):
        yield company


@pytest.fixture
def admin(
    session: Session, company: Company, client_as: Callable[[Account], FormClient]
) -> FormClient:
    account = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()
    return client_as(account)


def type_form(**changes: str) -> dict[str, Any]:
    values = {
        "code": "night",
        "name": "夜班",
        "starts": "20:00",
        "ends": "08:00",
        "break_minutes": "60",
        "late_grace_minutes": "10",
        "early_grace_minutes": "5",
        "valid_from": "2026-10-15",
    }
    return {f"type-{name}": value for name, value in (values | changes).items()}


@pytest.mark.feature("SUP-8")
def test_a_kind_of_shift_with_its_grace_is_added_given_to_a_team_and_ended(
    session: Session, company: Company, admin: FormClient
) -> None:
    team = create_team(session, company)
    session.commit()
    assert admin.post_form("/attendance/shift-types", type_form()).status_code == 302
    session.rollback()
    kind = session.scalars(select(ShiftType)).one()
    assert (kind.late_grace_minutes, kind.early_grace_minutes) == (10, 5)
    given = {"assign-team": team.id, "assign-code": "night", "assign-valid_from": "2026-10-15"}
    assert admin.post_form("/attendance/shift-types/assign", given).status_code == 302
    page = admin.get("/attendance/shift-types").text
    assert team.name in page
    assert "次日" in page
    end = {f"end-{kind.id}-valid_to": "2026-11-01"}
    refused = admin.post_form(f"/attendance/shift-types/{kind.id}/end", end)
    assert refused.status_code == 422
    assert "还分配给" in refused.text
    session.rollback()
    session.delete(session.scalars(select(ShiftAssignment)).one())
    session.commit()
    assert admin.post_form(f"/attendance/shift-types/{kind.id}/end", end).status_code == 302
    session.rollback()
    assert kind.valid_to == dt.date(2026, 11, 1)
    actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["shift_type.set", "shift_type.assign", "shift_type.end"]


@both_engines
@pytest.mark.feature("SUP-8")
def test_a_changed_grace_changes_no_recorded_shift_and_no_closed_month(
    session: Session, company: Company
) -> None:
    create_shift_type(session, company, late_grace_minutes=0)
    create_shift_assignment(session, company)
    worker = create_employment(session, company)
    create_shift(session, worker, dt.date(2026, 10, 12), late_minutes=8)
    locks.lock(session, company.id, PayPeriod(2026, 9), reason="test", account_id=None)
    session.flush()
    values: dict[str, Any] = {
        "code": "day",
        "name": "白班",
        "starts": dt.time(9),
        "ends": dt.time(18),
        "break_minutes": 60,
        "late_grace_minutes": 15,
        "early_grace_minutes": 0,
    }
    with pytest.raises(ClosedError):
        service.set_shift_type(session, CLI, company.id, valid_from=dt.date(2026, 9, 30), **values)
    service.set_shift_type(session, CLI, company.id, valid_from=dt.date(2026, 10, 13), **values)
    assert session.scalars(select(Shift.late_minutes)).all() == [8]
    plan = ShiftPlan.read(session, company.id, dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    graces = [
        plan.planned(company.id, 0, worker.id, on).late_grace_minutes
        for on in (dt.date(2026, 10, 12), dt.date(2026, 10, 13))
    ]
    assert graces == [0, 15]


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("", type_form(code="夜"), "type-code"),
        ("", type_form(break_minutes="720"), "type-break_minutes"),
        ("", type_form(starts="8点"), "type-starts"),
        ("", type_form(name=" "), "type-name"),
        ("", type_form(late_grace_minutes="-5"), "type-late_grace_minutes"),
        ("/policy", {"policy-answer_days": "0"}, "policy-answer_days"),
        (
            "/policy",
            {"policy-answer_days": "3", "policy-absence_after_days": "99"},
            "policy-absence_after_days",
        ),
        (
            "/assign",
            {"assign-team": "0", "assign-code": "x", "assign-valid_from": "2026-10-15"},
            "assign-code",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: FormClient, path: str, form: dict[str, Any], field: str
) -> None:
    answer = admin.post_form(f"/attendance/shift-types{path}", form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.feature("SUP-9")
def test_marks_are_off_until_somebody_switches_them_on(session: Session, admin: FormClient) -> None:
    page = admin.get("/attendance/shift-types").text
    assert 'name="policy-absence_after_days"' in page
    form = {"policy-answer_days": "5", "policy-absence_after_days": ""}
    admin.post_form("/attendance/shift-types/policy", form)
    session.rollback()
    policy = session.scalars(select(AttendancePolicy)).one()
    assert (policy.answer_days, policy.absence_after_days) == (5, None)
    admin.post_form("/attendance/shift-types/policy", form | {"policy-absence_after_days": "7"})
    session.rollback()
    # Switched on today: earlier days stay unmarked.
    assert (policy.absence_after_days, policy.absence_from) == (7, dt.date(2026, 10, 14))
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.before == '{"absence_after_days":null,"answer_days":5}'


def test_what_has_ended_is_not_ended_later(session: Session, company: Company) -> None:
    """The days after it may be those of a newer version: two would hold at once."""
    old = create_shift_type(session, company, code="day", valid_to=dt.date(2026, 11, 1))
    create_shift_type(session, company, code="day", valid_from=dt.date(2026, 11, 1))
    session.flush()

    with pytest.raises(InputError) as refused:
        service.end_shift_type(session, CLI, company.id, old.id, dt.date(2026, 12, 1))
    assert (refused.value.code, refused.value.place) == ("shift_type.ended", "valid_to")
    service.end_shift_type(session, CLI, company.id, old.id, dt.date(2026, 10, 20))
    assert old.valid_to == dt.date(2026, 10, 20)


def test_a_name_says_which_kind_of_shift_is_meant(
    session: Session, company: Company, admin: FormClient
) -> None:
    create_shift_type(session, company, code="early", name="早班", valid_to=dt.date(2026, 12, 1))
    session.commit()

    taken = admin.post_form("/attendance/shift-types", type_form(name="早班"))
    assert taken.status_code == 422
    assert 'id="type-name-error"' in taken.text
    later = type_form(name=" 早班 ", valid_from="2026-12-01")
    assert admin.post_form("/attendance/shift-types", later).status_code == 302

    session.rollback()
    kind = session.scalars(select(ShiftType).where(ShiftType.code == "night")).one()
    assert kind.name == "早班"


def test_another_companys_kind_of_shift_is_not_found(session: Session, admin: FormClient) -> None:
    theirs = create_shift_type(session, create_company(session))
    session.commit()
    form = {f"end-{theirs.id}-valid_to": "2026-11-01"}
    assert admin.post_form(f"/attendance/shift-types/{theirs.id}/end", form).status_code == 404


@both_engines
def test_what_the_whole_company_works_stands_first(
    session: Session, company: Company, admin: FormClient
) -> None:
    """The engines put what has no team at different ends of a list."""
    team = create_team(session, company, name="夜班组")
    create_shift_type(session, company)
    create_shift_assignment(session, company, team_id=team.id)
    create_shift_assignment(session, company)
    session.commit()
    page = admin.get("/attendance/shift-types").text
    assert page.index("<strong>全企业</strong>") < page.index("<strong>夜班组</strong>")
