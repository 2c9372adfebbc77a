"""People typed in on pages: entered, corrected, leaving, and renamed, by the rules of the register."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from http import HTTPStatus

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.people import id_number
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.errors import ClosedError, InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people import queries as people
from workforce.people.models import Employment, PayProfile, Person, TeamMembership
from workforce.people.service import correct_identity, set_last_day
from workforce.platform import audit, locks
from workforce.platform.audit import AuditEntry
from workforce.platform.crypto import lookup_hash
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]

NUMBER = id_number(dt.date(1998, 3, 12), 11)
OTHER = id_number(dt.date(2001, 6, 7), 24)


@pytest.fixture
def company(session: Session) -> Company:
    return factories.create_company(session)


@pytest.fixture
def client(session: Session, company: Company, client_as: ClientAs) -> FormClient:
    account = factories.create_account(session, Role.FINANCE, company)
    session.commit()
    return client_as(account)


def form(**changes: object) -> dict[str, object]:
    """What the page of a new person sends."""
    return {
        "name": " 张伟 ",
        "id_number": NUMBER.lower(),
        "employee_no": "A1",
        "employment_type": "full_time",
        "hired_on": "2026-10-19",
        "hours_system": "standard",
        "rest_weekdays": ["7", "6"],
        "education": "30",
        "household_category": "rural",
        "township": "永安街道",
        "phone": "138 0000-0001",
        "bank_account": "6230 9401 0000 0000 011",
        "contract_kind": "",
        "team": "",
        **changes,
    }


def test_a_person_is_entered_and_goes_on_to_the_pay_profile(
    session: Session, company: Company, client: FormClient
) -> None:
    factories.create_team(session, company, code="T1")
    session.commit()

    done = client.post_form("/people/new", form(team="T1", key_groups=["graduate"]))

    session.rollback()
    job = session.scalars(select(Employment)).one()
    assert done.location == f"/settings/profiles/{job.id}"
    person = session.get_one(Person, job.person_id)
    assert (person.name, person.id_number, person.sex) == ("张伟", NUMBER, "1")
    assert (person.born_on, person.township, person.phone) == (
        dt.date(1998, 3, 12),
        "500236001",
        "13800000001",
    )
    assert (job.hired_on, job.rest_weekdays, job.bank_account) == (
        dt.date(2026, 10, 19),
        "67",
        "6230940100000000011",
    )
    membership = session.scalars(select(TeamMembership)).one()
    assert membership.valid_from == dt.date(2026, 10, 19)
    groups = session.execute(people.key_groups(Scope.company(company.id))).all()
    assert [row.key_group for row in groups] == ["graduate"]
    # Nobody has agreed upon a wage of 0: without a profile a pay run names the person.
    assert not session.scalars(select(PayProfile)).all()
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "person.register",
        "employment.begin",
    ]
    # The first profile is proposed from the hiring, not from the month after this one.
    assert 'value="2026-10"' in client.get(f"/settings/profiles/{job.id}").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id_number": "500236199803120119"}, "校验码"),
        ({"education": ""}, "请选择学历"),
        ({"household_category": ""}, "请选择户籍类别"),
        ({"name": " "}, "请填写姓名"),
        ({"name": "张\U0010fffd"}, "张"),
        ({"hired_on": "2030-01-01"}, "一年以后"),
        ({"rest_weekdays": ["7"]}, "至少休息两天"),
        ({"contract_kind": "fixed_term"}, "到期"),
        ({"phone": "电话"}, "手机号码：不是号码"),
        ({"email": "x"}, "邮箱"),
        ({"township": "成都"}, "不认识这个乡镇"),
        ({"employee_no": "TAKEN"}, "TAKEN"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    session: Session,
    company: Company,
    client: FormClient,
    changes: dict[str, object],
    words: str,
) -> None:
    factories.create_employment(session, company, employee_no="TAKEN")
    session.commit()

    refused = client.post_form("/people/new", form(position="标注员", **changes))

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    told = refused.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert words in told
    assert 'value="标注员"' in refused.text
    session.rollback()
    assert session.scalars(select(Employment.employee_no)).all() == ["TAKEN"]


def test_facts_are_corrected_and_masked_numbers_stay_where_none_is_typed(
    session: Session, company: Company, client: FormClient
) -> None:
    person = factories.create_person(session, phone="13912345678")
    job = factories.create_employment(
        session, company, person, bank_account="6228480012345678901", position="标注员"
    )
    theirs = factories.create_employment(session, factories.create_company(session))
    session.commit()
    path = f"/people/{job.id}/change"
    shown = client.get(path).text
    assert "•••• 5678" in shown
    assert "13912345678" not in shown

    typed = form(hired_on=str(job.hired_on), position="质检员", phone="", bank_account="95588001")
    assert client.post_form(path, typed).status_code == HTTPStatus.FOUND

    session.rollback()
    assert (job.position, job.bank_account, person.phone) == ("质检员", "95588001", "13912345678")
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "employment.correct")
    ).one()
    assert json.loads(entry.before or "")["bank_account"] == "•••• 8901"
    after = json.loads(entry.after or "")
    assert (after["bank_account"], after["position"]) == ("•••• 8001", "质检员")
    for kind in ("change", "last-day", "identity-card"):
        missing = client.get(f"/people/{theirs.id}/{kind}")
        assert missing.status_code == HTTPStatus.NOT_FOUND


def test_who_is_in_no_team_is_put_into_one_on_the_page(
    session: Session, company: Company, client: FormClient
) -> None:
    job = factories.create_employment(session, company, hired_on=dt.date(2026, 9, 1))
    factories.create_team(session, company, code="T1")
    session.commit()
    typed = form(hired_on="2026-09-01", team="T1")

    assert client.post_form(f"/people/{job.id}/change", typed).status_code == HTTPStatus.FOUND

    session.rollback()
    assert session.scalars(select(TeamMembership.valid_from)).all() == [dt.date(2026, 9, 1)]
    assert 'name="team"' not in client.get(f"/people/{job.id}/change").text


def test_a_last_day_is_entered_and_taken_back(
    session: Session, company: Company, client: FormClient
) -> None:
    job = factories.create_employment(session, company, hired_on=dt.date(2026, 9, 1))
    session.commit()
    path = f"/people/{job.id}/last-day"

    for day in ("2026-08-31", ""):
        refused = client.post_form(path, {"separated_on": day, "reason": "辞职"})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert 'value="辞职"' in refused.text
    assert (
        client.post_form(path, {"separated_on": "2026-11-16", "reason": "辞职"}).status_code == 302
    )
    session.rollback()
    assert (job.separated_on, job.separation_reason) == (dt.date(2026, 11, 16), "辞职")
    assert client.post_form(path, {"separated_on": "", "reason": "登记错人"}).status_code == 302
    session.rollback()
    assert (job.separated_on, job.separation_reason) == (None, None)
    entries = session.execute(select(AuditEntry.action, AuditEntry.reason)).all()
    assert [tuple(entry) for entry in entries] == [
        ("employment.end", "辞职"),
        ("employment.go_on", "登记错人"),
    ]


@both_engines
def test_a_last_day_does_not_move_over_a_closed_month(session: Session) -> None:
    company = factories.create_company(session)
    job = factories.create_employment(session, company, hired_on=dt.date(2026, 9, 1))
    locks.lock(session, company.id, PayPeriod(2026, 10), reason="test", account_id=None)
    scope = Scope.company(company.id)

    def leave(on: dt.date | None) -> bool:
        return set_last_day(session, audit.CLI, scope, job.id, separated_on=on, reason="辞职")

    assert leave(dt.date(2026, 11, 16))
    for on in (dt.date(2026, 10, 16), dt.date(2026, 10, 31)):
        with pytest.raises(ClosedError):
            leave(on)
    assert leave(None)
    assert not leave(None)


@both_engines
def test_a_mistyped_name_and_number_are_corrected(session: Session) -> None:
    company = factories.create_company(session)
    person = factories.create_person(session, name="张纬", id_number=NUMBER)
    job = factories.create_employment(session, company, person)
    scope = Scope.company(company.id)

    def correct(name: str, number: str) -> bool:
        return correct_identity(
            session, audit.CLI, scope, job.id, name=name, id_number=number, reason="打错字"
        )

    assert correct("张伟", OTHER)
    assert (person.name, person.id_number, person.sex) == ("张伟", OTHER, "2")
    assert (person.id_number_hash, person.born_on) == (lookup_hash(OTHER), dt.date(2001, 6, 7))
    assert not correct("张伟", OTHER)
    entry = session.scalars(select(AuditEntry)).one()
    assert json.loads(entry.before or "")["id_number"] == f"•••• {NUMBER[-4:]}"

    known = factories.create_person(session)
    with pytest.raises(InputError) as fault:
        correct("张伟", known.id_number)
    assert fault.value.code == "person.number_known"
    # Whoever works elsewhere too is known there by the number; the name may still be put right.
    factories.create_employment(session, factories.create_company(session), person)
    with pytest.raises(InputError) as fault:
        correct("张伟", NUMBER)
    assert fault.value.code == "person.number_elsewhere"
    assert correct("张维", OTHER)


def test_supervisors_enter_and_correct_nobody(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    team = factories.create_team(session, company)
    job = factories.create_employment(session, company)
    factories.create_membership(session, job, team)
    account = factories.create_account(session, Role.SUPERVISOR, company)
    factories.create_leadership(session, team, account.id)
    session.commit()
    client = client_as(account)
    assert "/people/new" not in client.get("/people").text
    for path in ("new", f"{job.id}/change", f"{job.id}/last-day", f"{job.id}/identity-card"):
        assert client.get(f"/people/{path}").status_code == HTTPStatus.FORBIDDEN
