"""Finance's pages, filled, in a real browser: a draft with faults, and the whole way by clicking."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import DESK_WIDTH, PHONE_WIDTH, check
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import create_world
from workforce.core.law import LawBook

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE_WIDTH, DESK_WIDTH])
def test_a_draft_with_faults(session: Session, visitors: Visitors, width: int) -> None:
    world = create_world(session, LawBook.load())
    fill(world)
    poor = world.hire("W2")
    factories.create_pay_entry(
        session, poor, "other_deduction", 999_999, "2026-10", code="dormitory"
    )
    factories.create_employment(
        session, world.company, employee_no="W3", hired_on=dt.date(2026, 10, 1)
    )
    outcome = world.run()
    visitor = visitors.visit(world.maker, width=width)

    check(visitor, "/payroll/runs")
    check(visitor, f"/payroll/runs/{outcome.run_id}?order=change")

    assert visitor.page.locator(".faults li").count() == 2
    assert visitor.page.locator(".is-blocking").count() == 1


def test_the_whole_way_by_clicking(session: Session, visitors: Visitors) -> None:
    world = create_world(session, LawBook.load())
    fill(world)
    session.commit()
    maker, approver = visitors.visit(world.maker), visitors.visit(world.approver)
    maker.open("/payroll/runs")
    maker.page.fill("#period", "2026-10")
    maker.page.get_by_role("button", name="计算工资").click()
    run = maker.page.url.removeprefix(maker.address)
    assert maker.page.get_by_role("button", name="审核").count() == 0

    approver.open(run)
    for verb in ("审核", "批准", "关账"):
        approver.page.get_by_role("button", name=verb).click()
    check(approver, run)

    assert approver.page.locator(".stages .is-done").count() == 4
    assert world.stored_run().state == "closed"
