"""What one earns and why, on a phone of 360 px: from the first look to the money that was missing."""

from __future__ import annotations

import datetime as dt
from contextvars import ContextVar

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import factories
from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import (
    DESK_WIDTH,
    PHONE_WIDTH,
    check,
    check_at_both_widths,
    check_shown,
)
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock
from workforce.production.models import TaskType

pytestmark = pytest.mark.browser

NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
WORKED = (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18)
"""Workdays of November 2026 with a shift and 2000 or 3000 boxes; the 19th has none, the 20th is today."""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon of 20 November 2026 in every thread: the server has threads of its own."""
    monkeypatch.setattr(clock, "_fixed", ContextVar("noon", default=NOON))


@pytest.fixture
def world(session: Session) -> World:
    """October is approved (W1: 1988.18), November is open and worked until the 18th."""
    world = create_world(session, LawBook.load())
    fill(world)
    world.run()
    world.approve()
    world.publish()
    worker = session.get_one(Employment, world.slip("W1").employment_id)
    box = session.query(TaskType).filter_by(code="bbox_2d").one()
    for day in WORKED:
        on = dt.date(2026, 11, day)
        late = {"late_minutes": 25} if day == 9 else {}
        factories.create_shift(session, worker, on, **late)
        factories.create_output(
            session,
            worker,
            box,
            on,
            2_000 + 500 * (day % 3),
            rejected_qty=day * 10,
            submitted_qty=4_000,
        )
    factories.create_output(
        session,
        worker,
        box,
        dt.date(2026, 11, 18),
        0,
        submitted_qty=120,
        state="submitted",
        accepted_on=None,
        pay_period=None,
    )
    session.commit()
    return world


@pytest.fixture
def account(session: Session, world: World) -> Account:
    """W1's own account."""
    employment = session.get_one(Employment, world.slip("W1").employment_id)
    person = session.get_one(Person, employment.person_id)
    account = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    session.commit()
    return account


def stay_home(visitor: Visitor) -> list[str]:
    """Collect the addresses that a browser asks for outside of the service."""
    away: list[str] = []

    def note(url: str) -> None:
        if not url.startswith((visitor.address, "data:")):
            away.append(url)

    visitor.page.on("request", lambda request: note(request.url))
    return away


@pytest.mark.feature("ANN-2", "ANN-15", "ANN-16", "ANN-20", "ANN-23")
def test_pages_about_the_own_pay(world: World, account: Account, visitors: Visitors) -> None:
    del world
    visitor = visitors.visit(account, width=PHONE_WIDTH)
    away = stay_home(visitor)
    tried = (
        "task_type=bbox_2d&daily_qty=2400&worked_days=20&weekday_overtime_hours=2"
        "&rest_day_hours=0&leave_kind=&leave_days=0&accuracy=98"
    )

    for path in (
        "/earnings",
        "/earnings/estimate",
        "/earnings/what-if",
        f"/earnings/what-if?{tried}",
        "/my-month?period=2026-11",
        "/my-quality",
        "/my-quality?by=week",
        "/declarations",
        "/declarations/new",
        "/declarations/new?code=elderly_support",
        "/disputes",
    ):
        check_at_both_widths(visitor, path)
        for link in visitor.page.locator("main a.btn, main button, main summary").all():
            box = link.bounding_box()
            assert box is None or box["height"] >= 44, (path, link.inner_text())
    assert away == []


@pytest.mark.feature("ANN-3", "ANN-9", "ANN-20")
def test_a_doubt_on_the_phone_becomes_money(
    world: World, account: Account, visitors: Visitors
) -> None:
    phone = visitors.visit(account, width=PHONE_WIDTH)
    away = stay_home(phone)
    page = phone.page
    check(phone, f"/payslips/{world.slip('W1').id}")

    page.goto(page.url)
    page.locator(".lines summary").first.click()
    page.get_by_role("link", name="对这一项有疑问").first.click()
    check_shown(phone, "asking")
    page.get_by_role("button", name="提交疑问").click()
    page.wait_for_selector("#errors")
    # The browser notes the refusal in its console, as it should.
    phone.complaints.clear()
    check_shown(phone, "asking without a word")
    page.get_by_role("link", name="请写下您的疑问").click()
    expect(page.locator("#text")).to_be_focused()
    page.get_by_label("您的疑问").fill("10 月 10 日少算了 100 个框")
    page.get_by_role("button", name="提交疑问").click()
    expect(page.locator("main")).to_contain_text("待答复")
    check_shown(phone, "asked")

    desk = visitors.visit(world.maker, width=DESK_WIDTH)
    check(desk, "/payroll/disputes")
    desk.page.locator("tbody a").first.click()
    check_shown(desk, "answering")
    desk.page.get_by_label("认可，补发工资").check()
    desk.page.get_by_label("补发金额").fill("12.50")
    desk.page.get_by_label("给员工的答复").fill("查过记录，补 100 个")
    desk.page.get_by_role("button", name="发送答复").click()
    expect(desk.page.locator("main")).to_contain_text("补发 12.50 元，进入 2026-11 的工资")
    check_shown(desk, "answered")

    page.reload()
    expect(page.locator("main")).to_contain_text("已认可")
    check_shown(phone, "read the answer")
    phone.open("/earnings")
    shown = page.locator("main").inner_text()
    assert "12.50" in shown, "the adjustment stands in the open month, provisionally"
    assert "暂计" in shown
    assert away == []


@pytest.mark.feature("FIN-40", "ANN-20")
def test_rent_is_declared_without_a_script(
    world: World, account: Account, visitors: Visitors
) -> None:
    phone = visitors.visit(account, width=PHONE_WIDTH, has_script=False)
    page = phone.page
    phone.open("/declarations")
    page.locator("main").get_by_role("link", name="新申报").first.click()
    page.get_by_role("link", name="住房租金").click()
    page.get_by_label("为谁或为什么").fill("永安街道 1 号")
    page.get_by_role("button", name="提交申报").click()
    expect(page.locator("main")).to_contain_text("待审核")

    desk = visitors.visit(world.maker, width=DESK_WIDTH)
    check(desk, "/payroll/declarations")
    desk.page.locator("tbody a").first.click()
    check_shown(desk, "reviewing")
    desk.page.get_by_label("采用").check()
    desk.page.get_by_role("button", name="确定").click()

    phone.open("/declarations")
    expect(page.locator("main")).to_contain_text("已采用")
