"""The own account: what it shows, masks, changes and ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
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
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]

ID_NUMBER = "500236199001010018"
PHONE = "13912345678"
BANK = "6228480402564890018"


@pytest.fixture
def annotator(session: Session) -> Account:
    person = create_person(session, id_number=ID_NUMBER, phone=PHONE, name="王敏")
    for name in ("夔门标注", "白帝标注"):
        create_employment(session, create_company(session, name=name), person, bank_account=BANK)
    account = create_account(session, Role.ANNOTATOR, None, person)
    session.commit()
    return account


@both_engines
@pytest.mark.feature("ANN-21")
def test_own_numbers_are_masked_and_showing_them_is_logged(
    session: Session, client_as: ClientAs, annotator: Account
) -> None:
    client = client_as(annotator)
    page = client.get("/me").text
    for number in (ID_NUMBER, PHONE, BANK):
        assert number not in page
        assert f"•••• {number[-4:]}" in page
    assert "夔门标注" in page
    assert "白帝标注" in page
    session.rollback()
    assert session.scalars(select(AuditEntry)).all() == []

    shown = client.post_form("/me/identity", {"password": PASSWORD})
    for number in (ID_NUMBER, PHONE, BANK):
        assert number in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    session.rollback()
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_type, entry.subject_id, entry.actor_id) == (
        "identity.unmask_own",
        "person",
        str(annotator.person_id),
        annotator.id,
    )
    assert all(number not in str(vars(entry)) for number in (ID_NUMBER, PHONE, BANK))
    assert ID_NUMBER not in client.get("/me").text


@pytest.mark.parametrize("password", ["", "wrong horse", "x" * 300])
def test_without_the_password_nothing_is_shown(
    session: Session, client_as: ClientAs, annotator: Account, password: str
) -> None:
    answer = client_as(annotator).post_form("/me/identity", {"password": password})
    assert answer.status_code == 422
    assert ID_NUMBER not in answer.text
    assert 'id="errors"' in answer.text
    session.rollback()
    actions = session.scalars(select(AuditEntry.action)).all()
    assert "identity.unmask_own" not in actions


def test_trying_passwords_there_locks_the_account(client_as: ClientAs, annotator: Account) -> None:
    client = client_as(annotator)
    for _number in range(5):
        client.post_form("/me/identity", {"password": "wrong horse"})
    refused = client.post_form("/me/identity", {"password": PASSWORD})
    assert "账号已暂时锁定" in refused.text
    assert ID_NUMBER not in refused.text


def test_nobody_sees_another_persons_numbers(
    session: Session, client_as: ClientAs, annotator: Account
) -> None:
    company = create_company(session)
    other = create_account(session, Role.FINANCE, company, create_person(session))
    nobody = create_account(session, Role.FINANCE, company)
    session.commit()
    assert annotator.person_id
    data = {"password": PASSWORD, "person_id": str(annotator.person_id)}
    assert ID_NUMBER not in client_as(other).post_form("/me/identity", data).text
    assert client_as(nobody).post_form("/me/identity", data).status_code == 403
    assert "我的身份与银行账号" not in client_as(nobody).get("/me").text


def test_a_person_without_phone_or_bank_account_is_told(
    session: Session, client_as: ClientAs
) -> None:
    person = create_person(session, phone=None)
    create_employment(session, create_company(session), person, bank_account=None)
    account = create_account(session, Role.ANNOTATOR, None, person)
    session.commit()
    assert client_as(account).get("/me").text.count("没有登记") == 2


def test_the_language_goes_with_the_account(
    session: Session, client_as: ClientAs, annotator: Account
) -> None:
    client = client_as(annotator)
    assert client.post_form("/me/language", {"locale": "en"}).location == "/me"
    assert "My account" in client.get("/me").text
    # On another device, whose browser has no cookie of the language yet.
    assert '<html lang="en">' in client_as(annotator).get("/me").text
    assert client.post_form("/me/language", {"locale": "xx"}).status_code == 404
    session.rollback()
    assert annotator.locale == "en"
    assert session.scalars(select(AuditEntry.action)).all() == ["account.choose_locale"]


def test_every_role_has_an_own_page(session: Session, client_as: ClientAs) -> None:
    for role in Role:
        company = None if role in {Role.BASE_ADMIN, Role.OFFICIAL} else create_company(session)
        account = create_account(session, role, company, create_person(session))
        session.commit()
        page = client_as(account).get("/me")
        assert page.status_code == 200
        assert account.login_name in page.text
        if company is not None:
            assert company.name in page.text
