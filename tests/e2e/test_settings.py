"""A price and a law value changed in a real browser, each with its effect, at desk and phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import factories
from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check, check_at_both_widths
from tests.payroll.world import WORKDAYS, World, create_world
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.platform import clock

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(dt.datetime(2026, 11, 20, 9, tzinfo=clock.BASE_ZONE)):
        yield


@pytest.fixture
def world(session: Session) -> World:
    world = create_world(session, LawBook.load())
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    worker = world.hire("A1", base_pay_amount=100_000)
    world.attend(worker)
    for day in WORKDAYS:
        world.output(worker, "bbox_2d", day.day, 3000)
    world.run()
    world.approve()
    session.commit()
    return world


def test_finance_changes_a_price(visitors: Visitors, world: World) -> None:
    visitor = visitors.visit(world.maker, width=PHONE_WIDTH)
    page = visitor.page
    check_at_both_widths(visitor, "/settings")
    check_at_both_widths(visitor, "/settings/prices")
    check_at_both_widths(visitor, f"/settings/prices/{world.task_types['bbox_2d'].id}")
    # The check opens everything that opens, the menu of a phone too.
    page.reload()
    page.fill("#unit_price", "0.11")
    page.fill("#valid_from", "2026-12-01")
    page.fill("#reason", "甲方调价")
    page.click("button[value=preview]")
    expect(page.locator("main")).to_contain_text("+540.00")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    page.click("button[value=edit]")
    expect(page.locator("#unit_price")).to_have_value("0.11")
    page.click("button[value=preview]")
    page.click("button[value=save]")
    expect(page.locator(".messages")).to_contain_text("已保存")
    expect(page.locator("main")).to_contain_text("将执行")
    assert not visitor.complaints


def test_the_other_settings_are_readable(visitors: Visitors, world: World) -> None:
    visitor = visitors.visit(world.maker, width=PHONE_WIDTH)
    for path in (
        "/settings/policy",
        "/settings/policy/new",
        "/settings/profiles",
        "/settings/raise",
    ):
        check_at_both_widths(visitor, path)
    visitor.open("/settings/profiles")
    visitor.page.click("tbody th a")
    check_at_both_widths(visitor, visitor.page.url.removeprefix(visitor.address))


def test_two_administrators_change_the_law(
    visitors: Visitors, world: World, session: Session
) -> None:
    first, second = (factories.create_account(session, Role.BASE_ADMIN) for _ in range(2))
    session.commit()
    proposer = visitors.visit(first)
    check(proposer, "/law/changes")
    check(proposer, "/law/changes/file")
    check(proposer, "/law/changes/new")
    page = proposer.page
    page.reload()
    page.select_option("#code", "minimum_wage_month")
    page.fill("#value", "2500")
    page.fill("#valid_from", "2026-12-01")
    page.fill("#title", "渝人社发〔2026〕99号")
    page.fill("#article", "第一条")
    page.fill("#no_link_reason", "测试")
    page.select_option("#evidence", "B")
    page.fill("#reason", "新的最低工资")
    page.click("main button[type=submit]")
    path = page.url.removeprefix(proposer.address)
    check(proposer, path)
    expect(page.locator("main button.btn-primary")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("另一位")

    approver = visitors.visit(second)
    check(approver, path)
    approver.page.click("main button.btn-primary")
    expect(approver.page.locator(".messages")).to_contain_text("已批准")
    assert not approver.complaints
    assert world.company.id
