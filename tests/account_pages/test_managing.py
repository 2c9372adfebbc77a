"""Accounts on pages: whose an administrator manages, and what happens to them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    PASSWORD,
    create_account,
    create_company,
    create_employment,
    create_person,
)
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts import second_factor
from workforce.accounts import sign_in as signing
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.permissions import PERMISSIONS_BY_ROLE, SEGREGATED, Permission, Role
from workforce.core.terms import term
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work

ClientAs = Callable[[Account], FormClient]

ACTS = ("off", "on", "unlock", "password", "second-factor")
_ONE_TIME = re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){2})</code>")


@pytest.fixture
def company(session: Session) -> Company:
    return create_company(session, code="KM")


@pytest.fixture
def manager(session: Session, company: Company) -> Account:
    account = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()
    return account


@pytest.fixture
def base_admin(session: Session) -> Account:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    return account


def annotator_of(session: Session, employment: Employment) -> Account:
    from workforce.people.models import Person  # noqa: PLC0415 - only for this look-up

    return create_account(
        session, Role.ANNOTATOR, None, session.get_one(Person, employment.person_id)
    )


def actions(session: Session, account: Account) -> list[str]:
    session.rollback()
    chosen = select(AuditEntry.action).where(
        AuditEntry.subject_type == "account", AuditEntry.subject_id == str(account.id)
    )
    return list(session.scalars(chosen.order_by(AuditEntry.id)))


def can_sign_in(client: FormClient, login_name: str, password: str) -> bool:
    data = {"login_name": login_name, "password": password}
    answer = client.post_form("/sign-in", data)
    return answer.status_code == 302


def test_a_company_manages_its_own_accounts_only(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    other = create_company(session)
    hired = create_employment(session, company)
    moved = create_employment(session, company, separated_on=dt.date(2026, 1, 31))
    from workforce.people.models import Person  # noqa: PLC0415 - only for this look-up

    create_employment(session, other, session.get_one(Person, moved.person_id))
    own = [
        manager,
        create_account(session, Role.FINANCE, company),
        create_account(session, Role.SUPERVISOR, company, is_active=False),
        annotator_of(session, hired),
        create_account(session, Role.SUPERVISOR, company, session.get_one(Person, hired.person_id)),
    ]
    foreign = [
        create_account(session, Role.FINANCE, other),
        create_account(session, Role.BASE_ADMIN),
        create_account(session, Role.OFFICIAL),
        annotator_of(session, create_employment(session, other)),
        # With this one the company would open the other company's payslips.
        annotator_of(session, moved),
        create_account(session, Role.SUPERVISOR, company, session.get_one(Person, moved.person_id)),
        create_account(session, Role.ANNOTATOR, None, create_person(session)),
    ]
    session.commit()
    client = client_as(manager)
    page = client.get("/accounts").text
    for account in own:
        assert f">{account.login_name}<" in page
        assert client.get(f"/accounts/{account.id}").status_code == 200
    for account in foreign:
        assert account.login_name not in page
        assert client.get(f"/accounts/{account.id}").status_code == 404
        for act in ACTS:
            assert client.post_form(f"/accounts/{account.id}/{act}").status_code == 404
        data = {"display_name": "x", "role": "finance"}
        assert client.post_form(f"/accounts/{account.id}", data).status_code == 404
    session.rollback()
    assert all(account.is_active for account in foreign)


def test_the_base_manages_all(session: Session, client_as: ClientAs, base_admin: Account) -> None:
    company = create_company(session)
    accounts = [
        create_account(session, Role.COMPANY_ADMIN, company),
        create_account(session, Role.OFFICIAL),
        annotator_of(session, create_employment(session, company)),
    ]
    session.commit()
    page = client_as(base_admin).get("/accounts").text
    assert all(f">{account.login_name}<" in page for account in accounts)
    only = client_as(base_admin).get(f"/accounts?company={company.id}").text
    assert accounts[0].login_name in only
    assert accounts[1].login_name not in only


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=zhao", {"zhao.min"}),
        ("q=赵", {"zhao.min"}),
        ("q=MIN", {"zhao.min"}),
        ("q=%25", set()),
        ("q=z_ao", set()),
        ("role=finance", {"zhao.min"}),
        ("state=off", {"li.qiang"}),
        ("state=locked", {"wang.wu"}),
        ("state=never", {"zhao.min", "wang.wu"}),
    ],
)
def test_accounts_are_found(
    session: Session,
    client_as: ClientAs,
    company: Company,
    manager: Account,
    query: str,
    found: set[str],
) -> None:
    later = clock.now() + dt.timedelta(minutes=9)
    names: dict[str, tuple[str, Role, dict[str, Any]]] = {
        "zhao.min": ("赵敏", Role.FINANCE, {}),
        "li.qiang": ("李强", Role.SUPERVISOR, {"is_active": False}),
        "wang.wu": ("王五", Role.SUPERVISOR, {"locked_until": later}),
    }
    for login_name, (display_name, role, changes) in names.items():
        create_account(
            session, role, company, login_name=login_name, display_name=display_name, **changes
        )
    manager.last_signed_in_at = clock.now()
    session.commit()
    page = client_as(manager).get(f"/accounts?{query}").text
    assert {name for name in names if f">{name}<" in page} == found
    if not found:
        assert "没有符合条件的账号" in page


@pytest.mark.parametrize(
    "query", ["role=king", "state=x", "company=999999", "company=x", "company=-1"]
)
def test_a_filter_that_is_none_is_not_found(
    client_as: ClientAs, manager: Account, query: str
) -> None:
    assert client_as(manager).get(f"/accounts?{query}").status_code == 404


def test_names_in_an_address_that_mean_something_else_are_harmless(
    client_as: ClientAs, manager: Account
) -> None:
    hostile = "?_scheme=x&_external=1&endpoint=y&_anchor=z&self=1&page=99999999999999999999"
    assert client_as(manager).get(f"/accounts{hostile}").status_code == 200


def test_the_list_reads_as_often_for_many(
    app: Flask, session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    def make_more() -> None:
        for _number in range(60):
            annotator_of(session, create_employment(session, company))
        session.commit()

    client = client_as(manager)
    assert assert_same_queries(app, client, "/accounts", make_more) <= 4
    assert 'rel="next"' in client.get("/accounts").text


@both_engines
def test_a_made_account_signs_in_once_with_its_one_time_password(
    session: Session, client: FormClient, client_as: ClientAs, company: Company, manager: Account
) -> None:
    data = {"display_name": "赵敏", "login_name": "Zhao.Min", "role": "finance"}
    shown = client_as(manager).post_form("/accounts/new", data)
    password = _ONE_TIME.findall(shown.text)[0]
    made = session.scalars(select(Account).where(Account.login_name == "zhao.min")).one()
    assert (made.company_id, made.role) == (company.id, Role.FINANCE)
    assert can_sign_in(client, "zhao.min", password)
    assert client.get("/").location == "/me/password"
    assert actions(session, made)[0] == "account.create"
    entries = session.scalars(select(AuditEntry)).all()
    assert all(password not in str(vars(entry)) for entry in entries)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"login_name": "a b"}, "登录名“a b”不可用"),
        ({"login_name": ""}, "请填写登录名"),
        ({"login_name": "TAKEN"}, "登录名“taken”已被使用"),
        ({"display_name": " "}, "请填写姓名"),
        ({"role": "base_admin"}, "不是有效的选择"),
        ({"role": "annotator"}, "不是有效的选择"),
        ({"company_id": "999"}, "不是有效的选择"),
        ({"employee_no": "NOBODY"}, "没有工号为“NOBODY”"),
    ],
)
def test_a_refused_account_says_why_and_keeps_what_was_typed(
    session: Session,
    client_as: ClientAs,
    company: Company,
    manager: Account,
    changes: dict[str, str],
    words: str,
) -> None:
    create_account(session, Role.FINANCE, company, login_name="taken")
    session.commit()
    data = {"display_name": "<b>赵敏</b>", "login_name": "zhao", "role": "finance"} | changes
    answer = client_as(manager).post_form("/accounts/new", data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="errors"' in answer.text
    if "display_name" not in changes:
        assert 'value="&lt;b&gt;赵敏&lt;/b&gt;"' in answer.text
    session.rollback()
    assert session.scalars(select(Account).where(Account.login_name == "zhao")).all() == []


def test_a_company_cannot_make_a_role_of_the_base_or_of_another_company(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    other = create_company(session)
    session.commit()
    data = {
        "display_name": "赵敏",
        "login_name": "zhao",
        "role": "finance",
        "company_id": str(other.id),
    }
    assert client_as(manager).post_form("/accounts/new", data).status_code == 422
    client_as(manager).post_form("/accounts/new", data | {"company_id": str(company.id)})
    session.rollback()
    made = session.scalars(select(Account).where(Account.login_name == "zhao")).one()
    assert made.company_id == company.id


def test_an_account_linked_to_its_person_sees_own_payslips(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    employment = create_employment(session, company, employee_no="KM001")
    session.commit()
    data = {
        "display_name": "赵敏",
        "login_name": "zhao",
        "role": "supervisor",
        "employee_no": "KM001",
    }
    client_as(manager).post_form("/accounts/new", data)
    made = session.scalars(select(Account).where(Account.login_name == "zhao")).one()
    assert made.person_id == employment.person_id
    again = client_as(manager).post_form("/accounts/new", data | {"login_name": "zhao2"})
    assert "没有工号为“KM001”" in again.text


@both_engines
def test_a_role_is_changed_and_sessions_end(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    account = create_account(session, Role.FINANCE, company)
    session.commit()
    theirs, client = client_as(account), client_as(manager)
    assert theirs.get("/roles").status_code == 200
    data = {"display_name": "赵敏", "role": "supervisor"}
    assert client.post_form(f"/accounts/{account.id}", data).status_code == 302
    session.rollback()
    assert (account.display_name, account.role) == ("赵敏", Role.SUPERVISOR)
    assert theirs.get("/roles").status_code == 302
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.change")).one()
    assert '"role":"finance"' in (entry.before or "")
    assert '"role":"supervisor"' in (entry.after or "")
    assert (entry.company_id, entry.actor_id) == (company.id, manager.id)


def test_nobody_changes_or_helps_himself(
    session: Session, client_as: ClientAs, manager: Account
) -> None:
    client = client_as(manager)
    data = {"display_name": "新名", "role": "finance"}
    refused = client.post_form(f"/accounts/{manager.id}", data)
    assert refused.status_code == 422
    assert "不能对自己的账号做这件事" in refused.text
    for act in ("off", "password", "second-factor"):
        assert client.post_form(f"/accounts/{manager.id}/{act}").status_code == 403
    session.rollback()
    assert (manager.role, manager.is_active) == (Role.COMPANY_ADMIN, True)
    # The own name is only a name.
    data["role"] = "company_admin"
    assert client.post_form(f"/accounts/{manager.id}", data).status_code == 302
    page = client.get(f"/accounts/{manager.id}").text
    assert f"/accounts/{manager.id}/off" not in page


@both_engines
def test_switching_off_and_on(
    session: Session,
    client: FormClient,
    client_as: ClientAs,
    company: Company,
    manager: Account,
) -> None:
    account = create_account(session, Role.FINANCE, company)
    session.commit()
    theirs, mine = client_as(account), client_as(manager)
    mine.post_form(f"/accounts/{account.id}/off")
    assert theirs.get("/roles").status_code == 302
    assert not can_sign_in(client, account.login_name, PASSWORD)
    mine.post_form(f"/accounts/{account.id}/on")
    assert can_sign_in(client, account.login_name, PASSWORD)
    # The old session stays ended.
    assert theirs.get("/roles").status_code == 302
    assert actions(session, account) == [
        "account.switch_off",
        "account.switch_on",
        "account.sign_in",
    ]


@both_engines
def test_the_last_base_administrator_stays(
    session: Session, client_as: ClientAs, base_admin: Account
) -> None:
    other = create_account(session, Role.BASE_ADMIN)
    off = create_account(session, Role.BASE_ADMIN, is_active=False)
    session.commit()
    client = client_as(base_admin)
    assert client.post_form(f"/accounts/{other.id}/off").status_code == 302
    # Now the visitor is the last one, and cannot switch himself off either.
    assert client.post_form(f"/accounts/{base_admin.id}/off").status_code == 403
    from workforce.accounts import service  # noqa: PLC0415 - beside its only use
    from workforce.core.errors import StateError  # noqa: PLC0415

    for act in (service.switch_off,):
        with pytest.raises(StateError), unit_of_work() as working:
            act(working, service.COMMAND_LINE, working.get_one(Account, base_admin.id))
    with pytest.raises(StateError), unit_of_work() as working:
        service.change_account(
            working,
            service.COMMAND_LINE,
            working.get_one(Account, base_admin.id),
            display_name="x",
            role=Role.OFFICIAL,
            company_id=None,
        )
    session.rollback()
    assert (base_admin.is_active, base_admin.role, off.is_active) == (True, Role.BASE_ADMIN, False)


def test_a_reset_password_is_shown_once_and_ends_what_went_on(
    session: Session, client: FormClient, client_as: ClientAs, company: Company, manager: Account
) -> None:
    account = create_account(
        session,
        Role.FINANCE,
        company,
        locked_until=clock.now() + dt.timedelta(minutes=9),
        failed_sign_ins=5,
    )
    session.commit()
    theirs, mine = client_as(account), client_as(manager)
    page = mine.post_form(f"/accounts/{account.id}/password").text
    password = _ONE_TIME.findall(page)[0]
    assert not _ONE_TIME.findall(mine.get(f"/accounts/{account.id}").text)
    assert theirs.get("/roles").status_code == 302
    assert not can_sign_in(client, account.login_name, PASSWORD)
    assert can_sign_in(client, account.login_name, password)
    assert client.get("/").location == "/me/password"
    assert actions(session, account)[0] == "account.reset_password"


def test_unlocking_leaves_the_count_for_the_owner(
    session: Session, client: FormClient, client_as: ClientAs, company: Company, manager: Account
) -> None:
    account = create_account(
        session,
        Role.FINANCE,
        company,
        locked_until=clock.now() + dt.timedelta(minutes=9),
        failed_sign_ins=5,
    )
    session.commit()
    assert not can_sign_in(client, account.login_name, PASSWORD)
    assert "已锁定" in client_as(manager).get(f"/accounts/{account.id}").text
    client_as(manager).post_form(f"/accounts/{account.id}/unlock")
    assert can_sign_in(client, account.login_name, PASSWORD)
    assert "有 5 次失败的登录尝试" in client.get("/roles").text


def test_an_authenticator_is_taken_away(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    account = create_account(session, Role.FINANCE, company)
    session.commit()
    secret = second_factor.new_secret()
    import pyotp  # noqa: PLC0415 - beside its only use

    with unit_of_work() as working:
        held = working.get_one(Account, account.id)
        second_factor.enrol(working, held, secret, pyotp.TOTP(secret).now())
    page = client_as(manager).get(f"/accounts/{account.id}").text
    assert f"/accounts/{account.id}/second-factor" in page
    client_as(manager).post_form(f"/accounts/{account.id}/second-factor")
    session.rollback()
    assert not second_factor.has_second_factor(session, account.id)
    assert actions(session, account) == ["account.reset_second_factor"]


def test_every_role_and_right_has_words(client_as: ClientAs, manager: Account) -> None:
    page = client_as(manager).get("/roles").text
    for permission in Permission:
        words = term(f"permission.{permission}")
        held = sum(permission in rights for rights in PERMISSIONS_BY_ROLE.values())
        paired = sum(permission in pair for pair in SEGREGATED)
        assert page.count(words.zh) >= held + paired > 0, permission
    assert page.count("您的角色") == 1


def test_hostile_names_are_only_names(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    data = {"display_name": hostile, "login_name": "zhao", "role": "finance"}
    client = client_as(manager)
    client.post_form("/accounts/new", data)
    made = session.scalars(select(Account).where(Account.login_name == "zhao")).one()
    assert made.display_name == hostile
    for path in ("/accounts", f"/accounts/{made.id}", "/audit"):
        page = client.get(path).text
        assert "<script>alert" not in page
    assert signing.is_locked(made) is False
    assert company.code == "KM"
