"""Long work and schedules in a real browser: on a phone, on a desk, and without a script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check_at_both_widths
from tests.factories import create_account, create_firing, create_job, create_schedule
from workforce.core.permissions import Role
from workforce.platform.jobs import Job

pytestmark = pytest.mark.browser
NOON = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)


@pytest.mark.feature("ALL-6")
def test_schedules_and_their_history(session: Session, visitors: Visitors) -> None:
    admin = create_account(session, Role.BASE_ADMIN)
    schedule = create_schedule(session)
    done = create_job(session, state="done", result='{"jobs": 3}', due_at=NOON, finished_at=NOON)
    create_firing(session, schedule, done)
    create_firing(session, schedule, due_at=NOON - dt.timedelta(days=1))
    session.commit()
    visitor = visitors.visit(admin, width=PHONE_WIDTH)
    check_at_both_widths(visitor, "/schedules")
    check_at_both_widths(visitor, f"/schedules/{schedule.id}")
    # The check has opened all that opens.
    assert visitor.open(f"/schedules/{schedule.id}") == 200
    page = visitor.page
    # The times that a text means are told while it is typed.
    page.get_by_label("时间").fill("30 7 * * 1")
    page.locator("#dues").get_by_text("每周一 07:30").wait_for()
    page.get_by_role("button", name="补做").click()
    page.get_by_text("排队中").wait_for()
    assert not visitor.complaints


@pytest.mark.feature("FIN-17")
def test_a_jobs_page_follows_it_to_its_end(session: Session, visitors: Visitors) -> None:
    admin = create_account(session, Role.BASE_ADMIN)
    job = create_job(
        session, account=admin, state="running", step="clean", done_count=268, total_count=356
    )
    session.commit()
    visitor = visitors.visit(admin, width=PHONE_WIDTH)
    check_at_both_widths(visitor, "/jobs")
    check_at_both_widths(visitor, f"/jobs/{job.id}")
    page = visitor.page
    page.get_by_text("268 / 356").wait_for()
    row = session.get_one(Job, job.id)
    row.state, row.result, row.open_key = "done", '{"jobs": 12}', None
    session.commit()
    page.get_by_text("已清理 12 条过期任务").wait_for()
    assert not visitor.complaints


def test_a_time_is_looked_at_and_saved_without_a_script(
    session: Session, visitors: Visitors
) -> None:
    admin = create_account(session, Role.BASE_ADMIN)
    schedule = create_schedule(session)
    session.commit()
    visitor = visitors.visit(admin, has_script=False)
    assert visitor.open(f"/schedules/{schedule.id}") == 200
    page = visitor.page
    page.get_by_label("时间").fill("0 25 * * *")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label("时间")).to_have_value("0 25 * * *")
    expect(page.get_by_role("link", name="“时”这一段的“25”看不懂")).to_be_visible()
    page.get_by_label("时间").fill("0 8 * * 7")
    page.get_by_role("button", name="看看是什么时候").click()
    expect(page.locator("#dues").get_by_text("每周日 08:00")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存").wait_for()
