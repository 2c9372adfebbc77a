"""The people of a company on pages: found, shown to whom they may be, and put into teams."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from http import HTTPStatus

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
    create_pay_profile,
    create_person,
    create_team,
    credit_code,
)
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.companies.models import Company, Team
from workforce.core.permissions import Role
from workforce.people import register_web
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]


@pytest.fixture
def company(session: Session) -> Company:
    return create_company(session)


def _finance(session: Session, company: Company, client_as: ClientAs) -> FormClient:
    account = create_account(session, Role.FINANCE, company)
    session.commit()
    return client_as(account)


def _named(session: Session, company: Company, name: str, **changes: object) -> Employment:
    return create_employment(session, company, create_person(session, name=name), **changes)


def test_people_are_found_by_name_number_team_and_state(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    today = clock.today()
    team = create_team(session, company, name="甲班")
    create_membership(session, _named(session, company, "王小明", employee_no="A1"), team)
    _named(session, company, "李小红", employee_no="B2")
    _named(session, company, "赵走了", employee_no="C3", separated_on=today - dt.timedelta(days=1))
    _named(session, company, "钱将来", employee_no="D4", hired_on=today + dt.timedelta(days=1))
    _named(session, create_company(session), "孙别家")
    client = _finance(session, company, client_as)

    def found(query: str) -> set[str]:
        page = client.get(f"/people?{query}").text
        names = {"王小明", "李小红", "赵走了", "钱将来", "孙别家"}
        return {name for name in names if name in page}

    assert found("") == {"王小明", "李小红"}
    assert found("q=小明") == {"王小明"}
    assert found("q=b2") == {"李小红"}
    assert found("q=%25") == set()
    assert found(f"team={team.id}") == {"王小明"}
    assert found("state=left") == {"赵走了"}
    assert found("state=coming") == {"钱将来"}
    assert found("state=all") == {"王小明", "李小红", "赵走了", "钱将来"}
    assert found("type=intern") == set()


def test_the_way_to_the_next_page_is_the_list_s_own(
    session: Session, company: Company, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that somebody writes into the address becomes part of a link's scheme or host."""
    monkeypatch.setattr(register_web, "_PER_PAGE", 1)
    for number in "12":
        _named(session, company, f"李{number}")
    client = _finance(session, company, client_as)

    page = client.get("/people?q=李&_scheme=javascript&_external=1&endpoint=x&state=all").text

    assert re.findall(r'href="([^"]*page=2[^"]*)"', page)[0] == (
        "/people?q=%E6%9D%8E&amp;state=all&amp;page=2"
    )
    assert "javascript:" not in page


def test_another_company_s_team_is_not_found(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    theirs = create_team(session, create_company(session))
    client = _finance(session, company, client_as)
    for hidden in (str(theirs.id), "x", "999999"):
        assert client.get(f"/people?team={hidden}").status_code == HTTPStatus.NOT_FOUND


def test_a_supervisor_sees_who_is_in_the_team_today_and_no_pay(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    today = clock.today()
    team = create_team(session, company)
    inside, gone = _named(session, company, "在班组"), _named(session, company, "调走了")
    create_membership(session, inside, team)
    create_membership(session, gone, team, valid_to=today)
    create_pay_profile(session, inside, base_pay_amount=432_100)
    account = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, team, account.id)
    session.commit()
    client = client_as(account)

    page = client.get("/people").text
    assert "在班组" in page
    assert "调走了" not in page
    shown = client.get(f"/people/{inside.id}")
    assert shown.status_code == HTTPStatus.OK
    assert "4,321" not in shown.text
    assert "身份证" not in shown.text
    assert client.get(f"/people/{gone.id}").status_code == HTTPStatus.NOT_FOUND
    assert client.post_form(f"/people/{inside.id}/identity").status_code == HTTPStatus.FORBIDDEN


def test_numbers_are_masked_until_asked_for_and_the_asking_is_recorded(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    person = create_person(session, name="王小明", phone="13912345678")
    employment = create_employment(session, company, person, bank_account="6228480012345678901")
    client = _finance(session, company, client_as)

    page = client.get(f"/people/{employment.id}").text
    for secret in (person.id_number, "13912345678", "6228480012345678901"):
        assert secret not in page
        assert f"•••• {secret[-4:]}" in page
    assert str(person.born_on) not in page

    shown = client.post_form(f"/people/{employment.id}/identity").text
    for secret in (person.id_number, "13912345678", "6228480012345678901"):
        assert secret in shown
    session.rollback()
    entries = session.execute(select(AuditEntry.action, AuditEntry.subject_id)).all()
    assert [tuple(entry) for entry in entries] == [
        ("employment.read", str(employment.id)),
        ("identity.unmask", str(employment.id)),
    ]


def test_a_person_s_page_shows_teams_and_other_employments_of_this_company_only(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    person = create_person(session)
    first = create_employment(
        session, company, person, employee_no="OLD", separated_on=dt.date(2024, 5, 31)
    )
    now = create_employment(
        session, company, person, employee_no="NEW", hired_on=dt.date(2024, 7, 1)
    )
    create_employment(session, create_company(session), person, employee_no="ELSEWHERE")
    create_membership(session, now, create_team(session, company, name="甲班"))
    client = _finance(session, company, client_as)
    page = client.get(f"/people/{now.id}").text
    assert "甲班" in page
    assert f"/people/{first.id}" in page
    assert "ELSEWHERE" not in page


@pytest.mark.parametrize("path", ["/people", "/people/teams"])
def test_the_number_of_statements_does_not_grow(
    app: Flask, session: Session, company: Company, client_as: ClientAs, path: str
) -> None:
    team = create_team(session, company)
    create_membership(session, create_employment(session, company), team)
    account = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()

    def more() -> None:
        session.rollback()
        for _ in range(5):
            other = create_team(session, company)
            create_membership(session, create_employment(session, company), other)
        session.commit()

    assert assert_same_queries(app, client_as(account), path, more) <= 5


def test_a_team_is_made_and_renamed(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    account = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()
    client = client_as(account)
    assert (
        client.post_form("/people/teams", {"code": "T1", "name": " 标注一组 "}).status_code == 302
    )
    session.rollback()
    team = session.scalars(select(Team)).one()
    assert (team.code, team.name, team.company_id) == ("T1", "标注一组", company.id)

    again = client.post_form("/people/teams", {"code": "T1", "name": "另一组"})
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="另一组"' in again.text

    assert client.post_form(f"/people/teams/{team.id}", {"name": "改名"}).status_code == 302
    for nothing in ("", " ", "　"):
        empty = client.post_form(f"/people/teams/{team.id}", {"name": nothing})
        assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        empty = client.post_form("/people/teams", {"code": "T2", "name": nothing})
        assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    session.rollback()
    assert session.scalars(select(Team.name)).all() == ["改名"]
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["team.create", "team.rename"]


@pytest.mark.feature("OFF-17")
def test_occupation_and_sending_unit_are_corrected_on_a_page(
    session: Session, company: Company, client_as: ClientAs
) -> None:
    sent = _named(session, company, "派来的", employment_type="dispatched")
    own = _named(session, company, "自己的")
    theirs = _named(session, create_company(session), "别家")
    client = _finance(session, company, client_as)
    code = credit_code(7)

    def path(of: Employment) -> str:
        return f"/people/{of.id}/statistical-facts"

    def post(of: Employment, occupation: str, sender: str = "", number: str = "") -> int:
        form = {"occupation": occupation, "dispatched_by": sender, "dispatched_by_code": number}
        return client.post_form(path(of), form).status_code

    assert path(sent) in client.get(f"/people/{sent.id}").text
    for refused in (("king", "", ""), ("service", "某劳务公司", "123"), ("service", "", code)):
        assert post(sent, *refused) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert post(sent, "professional", " 某劳务公司 ", code.lower()) == HTTPStatus.FOUND
    # Saved again it is the same; nobody sends who is not dispatched; others' people are not found.
    assert post(sent, "professional", "某劳务公司", code) == HTTPStatus.FOUND
    assert "派遣单位" not in client.get(path(own)).text
    assert post(own, "manager", "某劳务公司", code) == HTTPStatus.FOUND
    assert client.get(path(theirs)).status_code == HTTPStatus.NOT_FOUND
    assert post(theirs, "manager") == HTTPStatus.NOT_FOUND

    session.rollback()
    facts = (Employment.occupation, Employment.dispatched_by, Employment.dispatched_by_code)
    rows = [tuple(row) for row in session.execute(select(*facts).order_by(Employment.id))]
    assert rows == [
        ("professional", "某劳务公司", code),
        ("manager", None, None),
        ("service", None, None),
    ]
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "employment.set_statistical_facts")
    ).all()
    assert [(one.subject_id, one.company_id) for one in entries] == [
        (str(sent.id), company.id),
        (str(own.id), company.id),
    ]
    supervisor = create_account(session, Role.SUPERVISOR, company)
    session.commit()
    assert client_as(supervisor).get(path(sent)).status_code == HTTPStatus.FORBIDDEN
