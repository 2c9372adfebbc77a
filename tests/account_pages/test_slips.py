"""Accounts for many people at once, and the slips that are handed out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.account_pages.test_managing import annotator_of, can_sign_in
from tests.engines import both_engines
from tests.factories import create_account, create_company, create_employment, create_person
from tests.factories.web import FormClient
from workforce.account_pages import queries, service
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.platform import audit
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]


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


@both_engines
def test_slips_for_people_without_an_account(
    session: Session, client: FormClient, client_as: ClientAs, company: Company, manager: Account
) -> None:
    names = ("王敏", "李娜", "张伟", "陈静")
    employments = [
        create_employment(
            session, company, create_person(session, name=name), employee_no=f"KM00{number}"
        )
        for number, name in enumerate(names, start=1)
    ]
    annotator_of(session, employments[3])
    gone = create_employment(session, company, separated_on=dt.date(2026, 1, 31))
    elsewhere = create_employment(session, create_company(session))
    session.commit()
    mine = client_as(manager)
    page = mine.get("/accounts/people").text
    assert all(name in page for name in names[:3])
    assert names[3] not in page
    assert gone.employee_no not in page
    nobody = mine.post_form("/accounts/people")
    assert nobody.status_code == 422
    assert "还没有选人" in nobody.text
    chosen = [employments[0].id, employments[1].id, employments[3].id, gone.id, elsewhere.id]
    sheet = mine.post_form("/accounts/people", {"employment": chosen}).text
    slips = re.findall(
        r"slip-name\"><strong>(.+?)</strong>.*?<code>(km-[^<]+)</code>.*?<code>([^<]+)</code>",
        sheet,
        re.DOTALL,
    )
    # Nobody has told the installation its address: the one that was just typed is known to work.
    assert "<dd>http://localhost</dd>" in sheet
    assert "127.0.0.1" not in sheet
    assert [(name, login) for name, login, _ in slips] == [
        ("王敏", "km-km001"),
        ("李娜", "km-km002"),
    ]
    assert "3 人没有建立" in sheet
    for _name, login_name, password in slips:
        assert can_sign_in(client, login_name, password)
        assert client.get("/").location == "/me/password"
        client.post_form("/sign-out")
    session.rollback()
    made = session.scalars(select(Account).where(Account.login_name == "km-km001")).one()
    assert (made.person_id, made.company_id) == (employments[0].person_id, None)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == str(made.id))).first()
    assert entry is not None
    assert (entry.action, entry.company_id) == ("account.create", company.id)
    rest = mine.post_form("/accounts/people", {"all": "1"}).text
    assert "张伟" in rest
    assert "在职的人都有账号了" in mine.get("/accounts/people").text


def test_the_base_chooses_a_company_first(
    session: Session, client_as: ClientAs, company: Company, base_admin: Account
) -> None:
    create_employment(session, company, employee_no="KM001")
    other = create_company(session)
    create_employment(session, other, employee_no="ZZ001")
    session.commit()
    client = client_as(base_admin)
    assert "请先选一家企业" in client.get("/accounts/people").text
    page = client.get(f"/accounts/people?company={other.id}").text
    assert "ZZ001" in page
    assert "KM001" not in page
    assert client.get("/accounts/people?company=999").status_code == 404


def test_login_names_are_plain_and_free(session: Session, company: Company) -> None:
    for number in ("A 01/工", "a01", "工号"):
        create_employment(session, company, employee_no=number)
    session.commit()
    scope = Scope.company(company.id)
    people = session.execute(queries.people_without_account(scope, company.id)).all()
    with unit_of_work() as working:
        slips = service.make_accounts(
            working,
            audit.CLI,
            company_id=company.id,
            company_code="KM",
            people=people,
            passwords=[(f"abcd-efgh-{number}", "x") for number in range(3)],
        )
    made = {slip.employee_no: slip.login_name for slip in slips}
    odd = next(row.person_id for row in people if row.employee_no == "工号")
    assert made == {"A 01/工": "km-a01", "a01": "km-a01-2", "工号": f"km-{odd}"}
