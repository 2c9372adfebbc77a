"""Signing in and out, and what a session survives."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.conftest import sign_in
from tests.factories import PASSWORD, create_account, create_person
from tests.factories.web import FormClient
from workforce.accounts import passwords
from workforce.accounts.models import Account
from workforce.accounts.service import create_account as make_account
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work

ClientAs = Callable[[Account], FormClient]


def test_the_right_password_leads_on(client: FormClient, finance: Account) -> None:
    assert client.get("/roles").location == "/sign-in?next=/roles"
    assert sign_in(client, finance) == "/"
    assert client.get("/roles").status_code == 200
    assert client.get("/sign-in").location == "/"


def test_a_wrong_password_and_a_wrong_name_look_alike(client: FormClient, finance: Account) -> None:
    pages = []
    for name, password in ((finance.login_name, "wrong horse"), ("nobody", PASSWORD)):
        answer = client.post_form("/sign-in", {"login_name": name, "password": password})
        assert answer.status_code == 422
        assert "登录名或口令不正确" in answer.text
        pages.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert pages[0] == pages[1]
    assert client.get("/roles").status_code == 302


def test_a_monitor_that_asks_for_the_head_alone_finds_the_page_well(client: FormClient) -> None:
    assert client.head("/sign-in").status_code == 200


def test_what_was_typed_stays_but_the_password(client: FormClient) -> None:
    answer = client.post_form("/sign-in", {"login_name": "nobody", "password": "wrong horse"})
    assert 'value="nobody"' in answer.text
    assert "wrong horse" not in answer.text


def test_an_unknown_name_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Hasher:
        def hash(self, text: str) -> str:
            return text

        def verify(self, stored: str, _password: str) -> bool:
            verified.append(stored)
            return True

    monkeypatch.setattr(passwords, "_HASHER", Hasher())
    passwords._decoy.cache_clear()
    assert passwords.is_password(None, "anything") is False
    assert passwords.is_password("stored", "anything") is True
    assert len(verified) == 2
    passwords._decoy.cache_clear()


def test_the_hash_is_argon2id_with_the_stated_cost() -> None:
    stored = passwords.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_password(stored, PASSWORD)
    assert not passwords.is_password(stored, PASSWORD + " ")
    assert not passwords.is_password(stored, "x" * 10_000_000)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
    ],
)
def test_sign_in_never_leads_off_this_site(
    client: FormClient, finance: Account, target: str
) -> None:
    assert sign_in(client, finance, target=target) == "/"


def test_sign_in_leads_back_to_the_wanted_page(client: FormClient, finance: Account) -> None:
    assert sign_in(client, finance, target="/?period=2026-10") == "/?period=2026-10"


def test_a_planted_session_does_not_survive(client: FormClient, finance: Account) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    before = client.get_cookie("session")
    sign_in(client, finance)
    after = client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    assert after.http_only
    assert after.same_site == "Lax"
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_a_form_without_token_does_nothing(client: FormClient, finance: Account) -> None:
    data = {"login_name": finance.login_name, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 400
    assert client.get("/roles").status_code == 302


def test_sign_out_ends_the_session(client_as: ClientAs, finance: Account) -> None:
    client = client_as(finance)
    assert client.get("/roles").status_code == 200
    assert client.post("/sign-out").status_code == 400
    assert client.get("/sign-out").status_code == 405
    assert client.post_form("/sign-out").location == "/sign-in"
    assert client.get("/roles").status_code == 302


def test_a_switched_off_account_loses_its_sessions(
    session: Session, client_as: ClientAs, finance: Account
) -> None:
    client = client_as(finance)
    assert client.get("/roles").status_code == 200
    finance.is_active = False
    session.commit()
    assert client.get("/roles").status_code == 302


def test_a_switched_off_account_cannotsign_in(
    session: Session, client: FormClient, finance: Account
) -> None:
    finance.is_active = False
    session.commit()
    assert sign_in(client, finance) == ""


@pytest.mark.parametrize("forged", ["1", "1.", "1.00", "x.y", "", "²." + "0" * 32])
def test_a_forged_identity_is_nobody(client: FormClient, finance: Account, forged: str) -> None:
    assert finance.id
    with client.session_transaction() as cookie:
        cookie["_user_id"] = forged
    assert client.get("/roles").status_code == 302


def test_sign_ins_are_audited_without_what_was_typed(
    session: Session, client: FormClient, finance: Account
) -> None:
    sign_in(client, finance, "wrong horse")
    client.post_form("/sign-in", {"login_name": "my-password", "password": "x"})
    sign_in(client, finance)
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["account.sign_in_failed", "account.sign_in"]
    assert all("my-password" not in str(vars(entry)) for entry in entries)
    session.refresh(finance)
    assert finance.last_signed_in_at is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"login_name": "A B"}, "account.login_malformed"),
        ({"login_name": "x"}, "account.login_malformed"),
        ({"login_name": "TAKEN"}, "account.login_taken"),
        ({"password": "short"}, "account.password_short"),
        ({"role": Role.FINANCE}, "account.company_required"),
        ({"role": Role.ANNOTATOR}, "account.person_required"),
    ],
)
def test_a_bad_account_is_refused(session: Session, changes: dict[str, object], code: str) -> None:
    create_account(session, Role.BASE_ADMIN, login_name="taken")
    session.commit()
    values = {
        "login_name": "new",
        "display_name": "新",
        "password": PASSWORD,
        "role": Role.BASE_ADMIN,
    }
    with pytest.raises(InputError) as refused, unit_of_work() as working:
        make_account(working, **values | changes)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_made_account_signs_in(app: Flask, session: Session, client: FormClient) -> None:
    person = create_person(session)
    session.commit()
    with unit_of_work() as working:
        account = make_account(
            working,
            login_name=" Wang.Xiuying ",
            display_name="王秀英",
            password=PASSWORD,
            role=Role.ANNOTATOR,
            person_id=person.id,
            locale="en",
        )
        assert account.login_name == "wang.xiuying"
    assert app.testing
    assert client.post_form(
        "/sign-in", {"login_name": "WANG.xiuying", "password": PASSWORD}
    ).location == "/"  # fmt: skip
    assert '<html lang="en">' in client.get("/roles").text
