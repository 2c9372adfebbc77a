"""Helping accounts, and checking the record of acts, on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from tests.factories import create_account, create_company
from workforce.accounts import second_factor
from workforce.accounts.models import Account, SecondFactor
from workforce.accounts.sign_in import matching_hash
from workforce.cli.main import main
from workforce.cli.support import State
from workforce.core.permissions import Role
from workforce.migrations import load_models
from workforce.platform import audit, clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db, unit_of_work


def invoke(instance: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), *words], env={"LC_ALL": "en"})


@pytest.fixture
def instance(new_installation: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with the finance account ``zhao`` and the base administrator ``admin``."""
    load_models()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with State(instance=new_installation, locale="en").app(), unit_of_work() as session:
        create_account(session, Role.FINANCE, create_company(session), login_name="zhao")
        create_account(session, Role.BASE_ADMIN, login_name="admin")
    return new_installation


def account(name: str) -> Account:
    return db.session.scalars(select(Account).where(Account.login_name == name)).one()


def test_a_reset_password_is_printed_once_and_must_be_changed(instance: Path) -> None:
    output = invoke(instance, "account", "reset", "zhao").output
    password = re.findall(r"password (\S+) ", output)[0]
    with State(instance=instance, locale="en").app():
        assert matching_hash(db.session(), "zhao", password)
        assert account("zhao").must_change_password
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor_name) == ("account.reset_password", "cli")


def test_off_and_on(instance: Path) -> None:
    assert "switched off" in invoke(instance, "account", "off", "zhao").output
    assert "zhao" not in invoke(instance, "account", "list").output
    assert "switched on" in invoke(instance, "account", "on", "zhao").output
    assert "zhao" in invoke(instance, "account", "list").output


def test_unlocking(instance: Path) -> None:
    with State(instance=instance, locale="en").app(), unit_of_work():
        account("zhao").locked_until = clock.now().replace(year=2999)
    assert invoke(instance, "account", "unlock", "zhao").exit_code == 0
    with State(instance=instance, locale="en").app():
        assert account("zhao").locked_until is None


def test_an_authenticator_is_taken_away(instance: Path) -> None:
    with State(instance=instance, locale="en").app(), unit_of_work() as session:
        values = {"secret": second_factor.new_secret(), "last_step": 1, "since": clock.now()}
        session.add(SecondFactor(account_id=account("zhao").id, **values))
    assert invoke(instance, "account", "reset-authenticator", "zhao").exit_code == 0
    with State(instance=instance, locale="en").app():
        assert not second_factor.has_second_factor(db.session(), account("zhao").id)


def test_what_cannot_be_done_is_said(instance: Path) -> None:
    last = invoke(instance, "account", "off", "admin")
    assert last.exit_code != 0
    assert "last base administrator" in last.output
    for verb in ("reset", "unlock", "off", "on", "reset-authenticator"):
        nobody = invoke(instance, "account", verb, "nobody")
        assert nobody.exit_code == 2
        assert "nobody" in nobody.output


def test_the_record_is_whole_until_somebody_edits_it(instance: Path) -> None:
    invoke(instance, "account", "off", "zhao")
    with State(instance=instance, locale="en").app(), unit_of_work() as session:
        assert audit.seal(session) > 0
    whole = invoke(instance, "audit", "verify")
    assert (whole.exit_code, whole.output) == (
        0,
        "The record is whole; 0 entries are not chained yet\n",
    )
    with State(instance=instance, locale="en").app(), unit_of_work() as session:
        session.execute(text("DROP TRIGGER tr_audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET actor_name = 'qian' WHERE id = 1"))
    edited = invoke(instance, "audit", "verify")
    assert (edited.exit_code, edited.output) == (1, "link 1, entry 1: edited\n")
