"""From nothing to a company and its team, by clicking, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check, check_at_both_widths
from workforce.companies.models import Company, Team
from workforce.core.permissions import Role

pytestmark = pytest.mark.browser


def test_a_base_begins_with_a_company(session: Session, visitors: Visitors) -> None:
    account = factories.create_account(session, Role.BASE_ADMIN)
    session.commit()
    visitor = visitors.visit(account, width=PHONE_WIDTH)
    check_at_both_widths(visitor, "/start")
    visitor.open("/start")  # the check has opened the menus
    page = visitor.page
    page.get_by_role("main").get_by_role("link", name="新建企业").click()

    page.get_by_label("企业名称").fill("夔门数据标注有限公司")
    page.get_by_label("统一社会信用代码").fill(factories.credit_code(7_000_001)[:-1] + "0")
    page.get_by_label("企业代码").fill("KM")
    page.get_by_label("成立日期").fill("2024-03-01")
    page.get_by_role("button", name="新建企业").click()
    page.get_by_role("link", name="末位校验码不符").click()
    expect(page.get_by_label("企业名称")).to_have_value("夔门数据标注有限公司")
    field = page.get_by_label("统一社会信用代码")
    expect(field).to_be_focused()
    field.fill(factories.credit_code(7_000_001))
    page.get_by_role("button", name="新建企业").click()

    assert "/start?company=" in page.url
    expect(page.get_by_text("企业“夔门数据标注有限公司”已建立")).to_be_visible()
    expect(page.locator(".step-done")).to_have_count(2)  # the company and its policy
    visitor.complaints.clear()  # of the answer 422 above, as it should be
    check_at_both_widths(visitor, page.url.removeprefix(visitor.address).split("#")[0])
    session.rollback()
    assert session.scalars(select(Company.code)).all() == ["KM"]


def test_a_company_goes_on_with_its_teams(session: Session, visitors: Visitors) -> None:
    account = factories.create_account(
        session, Role.COMPANY_ADMIN, factories.create_company(session)
    )
    session.commit()
    visitor = visitors.visit(account, width=PHONE_WIDTH)
    visitor.open("/start")
    page = visitor.page
    page.locator(".step-list").get_by_role("link", name="班组", exact=True).click()
    page.get_by_label("班组代码").fill("T1")
    page.get_by_label("班组名称").fill("标注一组")
    page.get_by_role("button", name="新建班组").click()
    check(visitor, "/people/teams")
    visitor.open("/start")
    expect(page.locator(".step-done", has_text="班组 (1)")).to_have_count(1)
    session.rollback()
    assert session.scalars(select(Team.name)).all() == ["标注一组"]
