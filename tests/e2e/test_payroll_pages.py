"""Finance's pages, filled, in a real browser: a draft with faults, and the whole way of two people."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import factories
from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import (
    PHONE_WIDTH,
    check,
    check_at_both_widths,
    check_shown,
)
from tests.payroll.test_month_by_hand import fill
from tests.payroll.test_variances import NOVEMBER, employed, raise_pay, two_months
from tests.payroll.test_web import do_jobs
from tests.payroll.world import World, create_world
from workforce.core.law import LawBook
from workforce.platform import clock

__all__ = ["two_months"]

pytestmark = pytest.mark.browser

LAW = LawBook.load()


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LAW


def test_a_draft_with_faults(session: Session, visitors: Visitors) -> None:
    world = create_world(session, LAW)
    fill(world)
    poor = world.hire("W2")
    factories.create_pay_entry(
        session, poor, "other_deduction", 999_999, "2026-10", code="dormitory"
    )
    factories.create_employment(
        session, world.company, employee_no="W3", hired_on=dt.date(2026, 10, 1)
    )
    outcome = world.run()
    visitor = visitors.visit(world.maker, width=PHONE_WIDTH)

    check_at_both_widths(visitor, "/payroll/runs")
    check_at_both_widths(visitor, f"/payroll/runs/{outcome.run_id}")
    expect(visitor.page.locator(".faults li")).to_have_count(2)

    check_at_both_widths(visitor, "/payroll/month/2026-10")
    blocked = visitor.page.locator(".finding-blocking")
    # no profile, not computed, below zero, and variances to be ticked
    expect(blocked).to_have_count(4)
    expect(blocked.first).to_contain_text("W3")


def test_pages_of_a_review(two_months: World, visitors: Visitors) -> None:
    """Two months beside each other, a second calculation, and what is agreed with somebody."""
    world = two_months
    raise_pay(world, "RISE", 150_000)
    world.run(NOVEMBER)
    raise_pay(world, "SAME", 10_000)
    world.run(NOVEMBER)
    number = world.stored_run(NOVEMBER).id
    one = employed(world, "RISE").id
    visitor = visitors.visit(world.approver, width=PHONE_WIDTH)
    for path in (
        f"/payroll/month/{NOVEMBER}",
        f"/payroll/runs/{number}",
        f"/payroll/runs/{number}/people?kind=large&column=gross&column=line:skill_allowance",
        f"/payroll/runs/{number}/people/{one}",
        f"/payroll/runs/{number}/variances",
        f"/payroll/runs/{number}/changes",
        "/payroll/rules",
        "/payroll/entries?period=2026-11",
        f"/payroll/entries/{one}",
    ):
        check_at_both_widths(visitor, path)


def test_the_grid_grows_as_one_scrolls_and_is_walked_by_arrow_keys(
    two_months: World, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.payroll.review.web._PER_PAGE", 2)
    two_months.run(NOVEMBER)
    number = two_months.stored_run(NOVEMBER).id
    visitor = visitors.visit(two_months.approver)
    visitor.open(f"/payroll/runs/{number}/people")
    names = visitor.page.locator("#review tbody th a")
    names.nth(3).wait_for()
    expect(names).to_have_count(4)  # NEW, RISE, SAME, SMALL: two pages, all on one

    names.first.focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/people/*")
    expect(visitor.page.locator("h1")).to_contain_text("RISE")
    check_shown(visitor)

    plain = visitors.visit(two_months.approver, has_script=False)
    plain.open(f"/payroll/runs/{number}/people")
    expect(plain.page.locator("#review tbody th a")).to_have_count(2)
    plain.page.get_by_role("link", name="下一页").click()
    expect(plain.page.locator("#review tbody th a")).to_have_count(2)


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def forget_refusal(visitor: Visitor) -> None:
    """Let pass what a browser says of a form that was refused, and of nothing else."""
    assert all("422" in said for said in visitor.complaints)
    visitor.complaints.clear()


@pytest.mark.feature("FIN-17", "FIN-21", "FIN-22")
def test_a_month_by_two_people_from_its_stages_to_its_close(  # noqa: PLR0915 - one story
    session: Session, visitors: Visitors
) -> None:
    world = create_world(session, LAW)
    fill(world)
    session.commit()
    maker, approver = visitors.visit(world.maker), visitors.visit(world.approver, width=PHONE_WIDTH)

    # Calculate: leave the page while it goes on, and come back.
    maker.open("/payroll/month/2026-10")
    press(maker, "计算工资")
    expect(maker.page.locator(".job")).to_contain_text("排队中")
    job = maker.page.url.removeprefix(maker.address)
    check(maker, job)
    maker.open("/payroll/runs")
    do_jobs()
    maker.open(job)
    maker.page.get_by_role("link", name="查看结果").click()
    run = maker.page.url.removeprefix(maker.address)

    # The maker can neither tick nor review.
    expect(maker.page.get_by_role("button", name="审核")).to_have_count(0)
    maker.open(f"{run}/variances")
    expect(maker.page.get_by_role("button", name="核对")).to_have_count(0)

    # The reviewer cannot pass what nobody has looked at.
    approver.open(run)
    press(approver, "审核")
    expect(approver.page.locator(".messages")).to_contain_text("没有核对")
    check(approver, f"{run}/variances")
    approver.open(f"{run}/variances")  # the check left every menu open
    approver.page.get_by_role("button", name="核对 W1 补足到最低工资").click()
    expect(approver.page.locator("header.page-heading")).to_contain_text("全部核对完毕")
    approver.open(run)
    press(approver, "审核")

    # The maker's own approval, and a slip of the hand.
    maker.open(f"{run}/approve")
    expect(maker.page.locator("#amount")).to_have_count(0)
    approver.page.get_by_role("link", name="去批准").click()
    check_shown(approver)
    approver.page.fill("#amount", "1988.17")
    press(approver, "批准这 1 人的工资")
    expect(approver.page.locator("#errors")).to_contain_text("1988.18")
    expect(approver.page.locator("#amount")).to_have_value("1988.17")
    forget_refusal(approver)
    check_shown(approver)
    approver.page.fill("#amount", "1,988.18")
    press(approver, "批准这 1 人的工资")
    expect(approver.page.locator(".messages")).to_contain_text("已批准")

    # Paid: all of it.
    maker.open(f"{run}/pay")
    check_shown(maker)
    maker.page.fill("#paid_on", clock.today().isoformat())
    maker.page.fill("#amount", "1988.19")
    maker.page.fill("#reference", "ICBC 7781")
    press(maker, "确认已发放")
    expect(maker.page.locator("#errors")).to_contain_text("相差 0.01")
    forget_refusal(maker)
    maker.page.fill("#amount", "1988.18")
    press(maker, "确认已发放")
    press(maker, "关账")
    check(maker, run)
    files = maker.page.locator("details.menu")  # the check left it open
    expect(files.get_by_role("link", name="审计包")).to_be_visible()
    maker.page.keyboard.press("Escape")
    expect(files.get_by_role("link", name="审计包")).to_be_hidden()
    check(maker, "/payroll/month/2026-10")

    expect(maker.page.locator(".month-stage.is-done")).to_have_count(7)
    assert world.stored_run().state == "closed"
