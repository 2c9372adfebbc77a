"""Wrong passwords: what they lock, what they tell, and what they cost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.conftest import NOW, sign_in
from tests.engines import both_engines
from tests.factories import PASSWORD, create_account
from tests.factories.web import FormClient
from workforce.accounts import sign_in as signing
from workforce.accounts.models import Account, SignInFailure
from workforce.accounts.sign_in import Client
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work


def fail(client: FormClient, account: Account, times: int) -> None:
    for number in range(times):
        # From many addresses, so that the brake for one of them does not stop it first.
        assert sign_in(client, account, "wrong horse", address=f"10.0.{number}.1") == ""


def after(minutes: int) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


@both_engines
@pytest.mark.feature("ALL-7")
def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(
    client: FormClient, finance: Account
) -> None:
    with clock.fixed(NOW):
        fail(client, finance, 4)
        assert sign_in(client, finance) == "/"
        client.post_form("/sign-out")
        fail(client, finance, 5)
        assert sign_in(client, finance) == ""
    with clock.fixed(after(15) - dt.timedelta(seconds=1)):
        assert sign_in(client, finance) == ""
    with clock.fixed(after(15)):
        assert sign_in(client, finance) == "/"


def test_a_lock_grows_and_ends(session: Session, client: FormClient, finance: Account) -> None:
    """15, 30, 60 and 120 minutes, then four hours each time."""
    instant = NOW
    for minutes in (15, 30, 60, 120, 240, 240):
        with clock.fixed(instant):
            fail(client, finance, 5)
        session.rollback()
        assert finance.locked_until == instant + dt.timedelta(minutes=minutes)
        instant += dt.timedelta(minutes=minutes)
    with clock.fixed(instant):
        assert sign_in(client, finance) == "/"
    session.rollback()
    assert (finance.failed_sign_ins, finance.locked_until) == (0, None)


def test_trying_on_makes_a_lock_no_longer(
    session: Session, client: FormClient, finance: Account
) -> None:
    with clock.fixed(NOW):
        fail(client, finance, 25)
    session.rollback()
    assert finance.locked_until == after(15)
    assert finance.failed_sign_ins == 5


def test_a_lock_a_wrong_password_and_no_account_look_alike(
    client: FormClient, finance: Account
) -> None:
    def answer(name: str, password: str) -> tuple[int, str]:
        shown = client.post_form("/sign-in", {"login_name": name, "password": password})
        return shown.status_code, re.sub(r'value="[^"]*"', "", shown.text)

    with clock.fixed(NOW):
        wrong = answer(finance.login_name, "wrong horse")
        fail(client, finance, 4)
        assert answer(finance.login_name, PASSWORD) == wrong
        assert answer("nobody", PASSWORD) == wrong
        assert answer("nobody' OR 1=1 --", PASSWORD) == wrong
        assert answer("ＮＯＢＯＤＹ", PASSWORD) == wrong


def test_every_answer_costs_one_hash(
    client: FormClient, finance: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown name, a wrong password, a right one and a locked account: compared once each."""
    from workforce.accounts import passwords  # noqa: PLC0415 - what is replaced below

    hashed: list[str] = []
    real = passwords._HASHER

    class Counting:
        def __getattr__(self, name: str) -> object:
            def count(*arguments: str) -> object:
                if name in {"hash", "verify"}:
                    hashed.append(name)
                return getattr(real, name)(*arguments)

            return count

    passwords._decoy()
    monkeypatch.setattr(passwords, "_HASHER", Counting())

    def work(name: str, password: str) -> list[str]:
        hashed.clear()
        client.post_form("/sign-in", {"login_name": name, "password": password})
        return list(hashed)

    with clock.fixed(NOW):
        assert work("nobody", PASSWORD) == ["verify"]
        assert work(finance.login_name, "wrong horse") == ["verify"]
        fail(client, finance, 4)
        assert work(finance.login_name, PASSWORD) == ["verify"]
    with clock.fixed(after(15)):
        assert work(finance.login_name, PASSWORD) == ["verify"]


def test_the_owner_learns_of_failed_attempts(client: FormClient, finance: Account) -> None:
    with clock.fixed(NOW):
        sign_in(client, finance)
        client.post_form("/sign-out")
        fail(client, finance, 3)
        sign_in(client, finance)
        page = client.get("/me").text
        assert "2026-11-02 09:00" in page
        assert "有 3 次失败的登录尝试" in page
        assert "次失败的登录尝试" not in client.get("/me").text


def test_what_is_tried_is_recorded_without_the_password(
    session: Session, client: FormClient, finance: Account
) -> None:
    with clock.fixed(NOW):
        fail(client, finance, 6)
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {entry.action for entry in entries} == {"account.sign_in_failed"}
    assert '"failed_sign_ins":5' in (entries[4].after or "")
    assert '"locked_until":"2026-11-02 01:15:00+00:00"' in (entries[4].after or "")
    assert '"is_locked":true' in (entries[5].after or "")
    assert all("wrong horse" not in str(vars(entry)) for entry in entries)


@both_engines
def test_an_address_that_only_fails_is_not_heard(
    session: Session, client: FormClient, finance: Account
) -> None:
    """Thirty names tried from one address; another address is heard meanwhile."""
    with clock.fixed(NOW):
        for number in range(30):
            data = {"login_name": f"guess{number}", "password": "12345678"}
            assert client.post_form("/sign-in", data).status_code == 422
        refused = client.post_form(
            "/sign-in", {"login_name": finance.login_name, "password": PASSWORD}
        )
        assert refused.status_code == 429
        assert "请十五分钟后再试" in refused.text
        assert sign_in(client, finance, address="10.0.0.9") == "/"
        client.post_form("/sign-out")
    with clock.fixed(after(15)):
        assert sign_in(client, finance) == "/"
        client.post_form("/sign-out")
        sign_in(client, finance, "wrong horse")
    session.rollback()
    # What no longer counts is not kept.
    assert len(session.scalars(select(SignInFailure)).all()) == 1


def test_a_base_behind_one_address_is_heard(session: Session, app: Flask) -> None:
    """Forty people sign in, thirty-nine mistype once: more succeed than fail."""
    assert app.testing
    people = [create_account(session, Role.BASE_ADMIN) for _number in range(40)]
    session.commit()
    door = Client("10.1.1.1")
    with clock.fixed(NOW):
        for person in people:
            with unit_of_work() as working:
                account = working.get_one(Account, person.id)
                signing.note_failure(working, account, door)
                signing.begin(working, account, door)
        with unit_of_work() as working:
            assert not signing.is_braked(working, door)


def test_a_password_changed_meanwhile_does_not_admit(session: Session, finance: Account) -> None:
    matched = signing.matching_hash(session, finance.login_name, PASSWORD)
    assert matched == finance.password_hash
    finance.password_hash = "another"
    session.commit()
    with unit_of_work() as working:
        door = Client("10.0.0.1")
        assert not signing.admit(working, finance.login_name, PASSWORD, door, matched=matched)
