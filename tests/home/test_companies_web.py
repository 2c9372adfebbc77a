"""Companies on pages: made whole or not at all, corrected, and only by the base's administrator."""

from __future__ import annotations

import datetime as dt
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
    create_person,
    create_run,
    credit_code,
)
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.attendance.models import ShiftType
from workforce.companies.models import Company, CompanyPayPolicy
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]

FILLED = {
    "name": " 夔门数据标注有限公司 ",
    "code": "KM",
    "credit_code": credit_code(7_000_001),
    "region": "500236",
    "founded_on": "2024-03-01",
    "is_inside": "y",
    "contact_name": "",
    "first_month": "2026-10",
    "work_injury_rate": "0.3",
    "acceptance": "by_inspection",
    "pay_day": "10",
}


@pytest.fixture
def client(session: Session, client_as: ClientAs) -> FormClient:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    return client_as(account)


def test_a_company_is_made_with_its_policy_and_shift(session: Session, client: FormClient) -> None:
    answer = client.post_form("/companies/new", FILLED)
    session.rollback()
    company = session.scalars(select(Company)).one()
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.location == f"/start?company={company.id}"
    assert (company.name, company.code, company.is_inside) == (FILLED["name"].strip(), "KM", True)
    assert company.contact_name is None
    policy = session.scalars(select(CompanyPayPolicy)).one()
    assert policy.valid_from == dt.date(2026, 10, 1)
    assert (policy.work_injury_rate, policy.acceptance, policy.pay_day) == (
        3_000,  # 0.3 % in millionths
        "by_inspection",
        10,
    )
    assert policy.quality_tiers == []
    assert session.scalars(select(ShiftType.company_id)).all() == [company.id]
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "company.create",
        "company.set_pay_policy",
        "shift_type.create",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "请填写企业名称"),
        ("name", "  ", "请填写企业名称"),
        ("credit_code", credit_code(7_000_001)[:-1] + "0", "末位校验码不符"),
        ("credit_code", "12345", "18 位"),
        ("code", "两个字", "代码"),
        ("founded_on", "yesterday", "不是日期"),
        ("founded_on", "2099-01-01", "成立日期不能在今天以后"),
        ("first_month", "2024-02", "不能早于成立的月份"),
        ("first_month", "", "请选择月份"),
        ("first_month", "2999-12", "请核对年份"),
        ("work_injury_rate", "", "请按参保通知书填写"),
        ("work_injury_rate", "101", "100%"),
        ("pay_day", "31", "1 到 28"),
        ("region", "110000", ""),
        ("acceptance", "never", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    session: Session, client: FormClient, field: str, typed: str, said: str
) -> None:
    answer = client.post_form("/companies/new", {**FILLED, field: typed})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    if field not in {"region", "acceptance"}:
        assert f'value="{typed.strip()}"' in answer.text
    session.rollback()
    assert session.scalars(select(Company)).all() == []
    assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("field", ["code", "credit_code"])
def test_what_another_company_has_is_refused_at_its_field(
    session: Session, client: FormClient, field: str
) -> None:
    other = create_company(session)
    session.commit()
    answer = client.post_form("/companies/new", {**FILLED, field: getattr(other, field)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'id="{field}-error"' in answer.text


def test_a_company_is_corrected_and_its_code_stays(session: Session, client: FormClient) -> None:
    company = create_company(session, name="旧名")
    session.commit()
    values = {"name": "新名", "credit_code": company.credit_code, "code": "OTHER"}
    code = company.code
    assert client.post_form(f"/companies/{company.id}", values).status_code == HTTPStatus.FOUND
    session.rollback()
    assert (company.name, company.code, company.is_inside) == ("新名", code, False)
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.action == "company.change"

    taken = create_company(session)
    session.commit()
    answer = client.post_form(
        f"/companies/{company.id}", {**values, "credit_code": taken.credit_code}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_list_shows_people_and_the_newest_run(session: Session, client: FormClient) -> None:
    company = create_company(session, name="甲公司")
    create_employment(session, company)
    create_employment(session, company, separated_on=clock.today() - dt.timedelta(days=1))
    create_run(session, company, period="2026-08", state="closed")
    newest = create_run(session, company, period="2026-09", state="reviewed")
    create_company(session, name="乙公司")
    session.commit()
    page = client.get("/companies").text
    assert "甲公司" in page
    assert "乙公司" in page
    assert f"/payroll/runs/{newest.id}" in page
    assert "已审核" in page
    assert "2026-08" not in page


def test_the_list_takes_as_many_statements_for_more_companies(
    app: Flask, session: Session, client: FormClient
) -> None:
    create_run(session, create_company(session))
    session.commit()

    def more() -> None:
        session.rollback()
        for _ in range(5):
            company = create_company(session)
            create_employment(session, company)
            create_run(session, company)
        session.commit()

    # The base's name in the bar is one of them.
    assert assert_same_queries(app, client, "/companies", more) <= 5


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BASE_ADMIN])
def test_nobody_else_makes_companies(session: Session, client_as: ClientAs, role: Role) -> None:
    account = create_account(session, role, create_company(session), create_person(session))
    session.commit()
    client = client_as(account)
    for path in ("/companies", "/companies/new"):
        assert client.get(path).status_code == HTTPStatus.FORBIDDEN
