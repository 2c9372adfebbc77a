"""Returns on pages: from the company's form to the bureau's answer and back."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.issues import create_issue
from tests.factories.jobs import do_now
from tests.factories.returns import FIGURES, create_return
from tests.returns.conftest import ClientAs
from tests.statistics.seed import create_payslip
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.text import Text
from workforce.platform.audit import AuditEntry
from workforce.platform.web import PUBLIC_ENDPOINTS
from workforce.returns import jobs
from workforce.returns.items import items
from workforce.returns.models import CompanyReturn
from workforce.statistics.cube import CubeSet, CubeTable, PayrollCoverage
from workforce.statistics.tables import Cell, CellState


def typed(**changes: str) -> dict[str, str]:
    """Return `FIGURES` as somebody types them."""
    written = {code: items()[code].unit.plain(value) for code, value in FIGURES.items()}
    return {**written, "act": "submit", "remark": "", **changes}


def text_of(html: str) -> str:
    """Return what a page says, without tags and line breaks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.feature("OFF-11", "OFF-16")
def test_from_the_form_to_the_answer_and_back(
    session: Session, outside: Company, client_as: ClientAs
) -> None:
    admin = client_as(factories.create_account(session, Role.COMPANY_ADMIN, outside))
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    create_return(session, outside, period="2026-09", figures={"jobs_end": 40, "joined": 5})
    session.commit()
    form = "/returns/2026-10"

    assert "1 待报送或确认的月报" in text_of(admin.get("/").text)
    for period, why in (("2026-11", "还没有结束"), ("2026-08", "没有要求本企业报送")):
        page = admin.get(f"/returns/{period}").text
        assert (why in page, 'name="act"' in page) == (True, False)
    # Last month's people at end are this month's at start.
    assert 'id="jobs_start" inputmode="numeric" name="jobs_start" type="text" value="40"' in (
        re.sub(r'aria-\w+="[^"]*" |autocomplete="off" |class="[^"]*" ', "", admin.get(form).text)
    )
    wrong = admin.post_form(form, typed(joined="6人", total_wages="二十万", end_women="42"))
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="二十万"' in wrong.text
    draft = admin.post_form(form, typed(act="save", jobs_end="７", bonus_wages=""))
    assert draft.location == form
    assert "应为期初 + 入职 − 离职 = 41 人，填的是 7 人" in admin.get(form).text
    untrue = admin.post_form(form, typed(end_women="42"))
    assert untrue.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "比“期末人数”41 人还多" in untrue.text
    sent = admin.post_form(form, typed(submit_key="twice", total_wages="202,500.00元"))
    assert sent.status_code == HTTPStatus.FOUND
    assert admin.post_form(form, typed(submit_key="twice")).location == sent.location
    receipt = admin.get(sent.location).text
    one = session.scalars(select(CompanyReturn).where(CompanyReturn.period == "2026-10")).one()
    assert "2026-10-WB-1" in receipt
    assert one.content_sha256
    assert one.content_sha256 in receipt

    listed = text_of(official.get("/bureau/returns?period=2026-10").text)
    assert f"{outside.name} 企业填报 待审核" in listed
    assert official.get(sent.location).status_code == HTTPStatus.OK
    back = f"{sent.location}/give-back"
    assert official.post_form(back, {"reason": " "}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert official.post_form(back, {"reason": "平均人数请核对"}).status_code == HTTPStatus.FOUND
    assert "平均人数请核对" in admin.get("/returns").text
    same = admin.post_form(form, typed())
    assert same.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "完全一样" in same.text
    again = admin.post_form(form, typed(average_headcount="40.25", remark="按日计算"))
    assert official.post_form(f"{again.location}/accept").status_code == HTTPStatus.FOUND
    assert "已接收" in text_of(official.get("/bureau/returns?period=2026-10&state=accepted").text)
    assert "这是旧的一版" in official.get(sent.location).text
    session.rollback()
    read = select(AuditEntry.actor_id).where(AuditEntry.action == "return.read")
    assert len(session.scalars(read).all()) >= 2


def test_the_bureau_sets_the_deadline_and_reminds(
    session: Session, outside: Company, client_as: ClientAs
) -> None:
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    session.commit()
    rule = {"first_period": "2026-10", "due_day": "4"}
    refused = official.post_form("/bureau/returns/deadline", {**rule, "due_day": "31"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert official.post_form("/bureau/returns/deadline", rule).status_code == HTTPStatus.FOUND
    page = text_of(official.get("/bureau/returns?period=2026-10").text)
    assert "报送期限：2026-11-04" in page
    assert f"{outside.name} 企业填报 已逾期 1" in page
    asked = official.post_form("/bureau/returns/remind", {"period": "2026-10"})
    assert asked.status_code == HTTPStatus.FOUND


@pytest.mark.feature("OFF-11")
def test_a_company_sees_all_of_its_computed_return_and_the_official_no_few(
    session: Session, client_as: ClientAs
) -> None:
    company = factories.create_company(session, code="NB", returns_from="2026-10")
    run = factories.create_run(session, company)
    for number in range(12):
        person = factories.create_person(session, sex="1" if number < 3 else "2")
        one = factories.create_employment(session, company, person)
        parts = {"time": 310_000, **({"bonus": 77_700} if number == 0 else {})}
        create_payslip(session, run, one, parts, insured=True)
    admin = client_as(factories.create_account(session, Role.FINANCE, company))
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    session.commit()

    page = admin.get("/returns/2026-10").text
    assert "777.00" in page
    digest = re.search(r'name="sha256" type="hidden" value="(\w{64})"', page)
    assert digest is not None
    stale = admin.post_form("/returns/2026-10", {"sha256": "0" * 64, "remark": ""})
    assert stale.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    said = {
        "sha256": digest[1],
        "remark": "",
        # What nothing here counts is typed beside what is computed.
        "output_label": "120,000.50",
    }
    wrong = admin.post_form("/returns/2026-10", said | {"output_label": "many"})
    assert (wrong.status_code, "many" in wrong.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    sent = admin.post_form("/returns/2026-10", said)
    assert sent.status_code == HTTPStatus.FOUND

    def row(html: str, code: str) -> str:
        label = re.escape(items()[code].label.zh)
        found = re.search(rf"{label} (\S+) (?:人|元)", text_of(html))
        assert found is not None, code
        return found[1]

    mine, theirs = admin.get(sent.location).text, official.get(sent.location).text
    assert (row(mine, "end_women"), row(theirs, "end_women")) == ("9", "※")
    assert (row(mine, "bonus_wages"), row(theirs, "bonus_wages")) == ("777.00", "※")
    assert row(theirs, "time_wages") == "※"
    assert row(theirs, "output_label") == row(mine, "output_label") == "120,000.50"
    assert do_now(session, jobs.COMPUTE) == {"months": 1}
    assert "重新确认" not in admin.get("/returns").text
    # Trying every bonus would show which one has the fingerprint of all figures.
    whole = session.scalars(select(CompanyReturn.content_sha256)).one() or ""
    assert (whole in mine, whole in theirs) == (True, False)
    # 12 × 3 100.00 + 777.00
    assert row(theirs, "total_wages") == row(mine, "total_wages") == "37,977.00"


@pytest.mark.feature("OFF-16")
def test_an_outside_company_sees_nothing_of_the_base(
    session: Session, app: Flask, outside: Company, client_as: ClientAs
) -> None:
    secret = factories.create_company(session, name="园区机密数据有限公司", code="SECRET")
    theirs = create_return(session, secret)
    factories.create_employment(session, secret, factories.create_person(session, name="欧阳机密"))
    admin = client_as(factories.create_account(session, Role.COMPANY_ADMIN, outside))
    session.commit()
    seen = 0
    for rule in app.url_map.iter_rules():
        is_read = "GET" in (rule.methods or ()) and not rule.arguments
        if is_read and rule.endpoint not in PUBLIC_ENDPOINTS:
            answer = admin.get(rule.rule)
            assert "机密".encode() not in answer.data, rule.rule
            seen += answer.status_code == HTTPStatus.OK
    assert seen > 20
    assert admin.get("/bureau/returns").status_code == HTTPStatus.FORBIDDEN
    for path in ("", "/accept", "/give-back"):
        address = f"/returns/versions/{theirs.id}{path}"
        refused = admin.post_form(address) if path else admin.get(address)
        assert refused.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}
    assert admin.get(f"/returns/versions/{theirs.id}").status_code == HTTPStatus.NOT_FOUND


def test_how_a_company_reports_is_set_where_companies_are_managed(
    session: Session, client_as: ClientAs
) -> None:
    company = factories.create_company(session)
    keeper = client_as(factories.create_account(session, Role.BASE_ADMIN))
    session.commit()
    known = {"name": company.name, "credit_code": company.credit_code, "is_inside": "y"}
    path = f"/companies/{company.id}"
    for wrong in ({"returns_from": ""}, {"returns_from": "2026-10", "returns_mail": "x@"}):
        refused = keeper.post_form(path, {**known, "reports_by": "return", **wrong})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, wrong
    said = {"reports_by": "return", "returns_from": "2026-10", "returns_mail": "a@b.example"}
    assert keeper.post_form(path, {**known, **said}).status_code == HTTPStatus.FOUND
    session.rollback()
    assert (company.reports_by, company.returns_from) == ("return", "2026-10")
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions == ["company.set_reporting"]


@pytest.mark.feature("OFF-11")
def test_figures_by_source_of_a_published_month(
    session: Session, outside: Company, client_as: ClientAs
) -> None:
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    create_return(session, outside)
    session.commit()
    assert "还没有公布" in official.get("/statistics/sources?period=2026-10").text
    assert "待审核的企业月报：1 份" in official.get("/bureau/overview").text
    cell = Cell(CellState.SHOWN, 51_234)
    whole = CubeTable(code="whole", title=Text("", ""), axes=(), figures={"jobs_end": (cell,)})
    cubes = CubeSet(
        period=PayPeriod(2026, 10),
        is_protected=True,
        payroll=PayrollCoverage(companies=3, with_result=3, approved=3),
        uncounted=Cell(CellState.SHOWN, 0),
        tables={"whole": whole},
    )
    create_issue(session, cubes)
    session.commit()
    # A submitted return is not counted, and the company is missing.
    page = text_of(official.get("/statistics/sources").text)
    assert "系统计算 3 家 缺 0 家" in page
    assert "企业填报 0 家 缺 1 家" in page
    assert "期末人数 人 51,234 — —" in page
