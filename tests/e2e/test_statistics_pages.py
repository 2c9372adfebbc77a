"""The report and the team's month, filled, in a real browser."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.bureau.world import create_base
from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import DESK_WIDTH, PHONE_WIDTH, check, check_at_both_widths
from tests.factories import (
    create_absence,
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_leave,
    create_membership,
    create_shift,
    create_team,
)
from workforce.core.permissions import Role

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("role", "path", "width"),
    [
        (Role.FINANCE, "/reports/wages?period=2026-10", PHONE_WIDTH),
        (Role.BASE_ADMIN, "/reports/employment?period=2026-10", DESK_WIDTH),
    ],
)
def test_a_filled_report(
    session: Session, visitors: Visitors, role: Role, path: str, width: int
) -> None:
    company = create_base(session)["BIG"]
    account = create_account(session, role, company if role is Role.FINANCE else None)
    session.commit()
    visitor = visitors.visit(account, width=width)

    check(visitor, path)

    drawn = visitor.page.locator(".chart-canvas svg").count()
    assert drawn == visitor.page.locator(".chart").count()


def test_a_report_without_script_keeps_no_room_for_drawings(
    session: Session, visitors: Visitors
) -> None:
    create_base(session)
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    visitor = visitors.visit(account, has_script=False)
    assert visitor.open("/reports/employment?period=2026-10") == 200
    expect(visitor.page.locator(".chart-canvas").first).to_be_hidden()
    visitor.page.locator(".chart summary").first.click()
    expect(visitor.page.locator(".chart table").first).to_be_visible()


def test_a_filled_team_month(session: Session, visitors: Visitors) -> None:
    company = create_company(session)
    team = create_team(session, company)
    worker = create_employment(session, company, hired_on=dt.date(2026, 10, 5))
    create_membership(session, worker, team)
    create_shift(session, worker, dt.date(2026, 10, 8))
    create_shift(session, worker, dt.date(2026, 10, 9), late_minutes=9)
    create_shift(session, worker, dt.date(2026, 10, 17))
    create_leave(session, worker, dt.date(2026, 10, 12))
    create_absence(session, worker, dt.date(2026, 10, 13))
    account = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, team, account.id)
    session.commit()

    visitor = visitors.visit(account, width=PHONE_WIDTH)
    check_at_both_widths(visitor, "/attendance/team-month?period=2026-10")
