"""Requests in a real browser: asked by phone with a picture, answered at the desk, seen in the grid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.e2e.conftest import Visitors
from tests.e2e.test_pages import (
    DESK_WIDTH,
    PHONE_WIDTH,
    check_at_both_widths,
    check_shown,
)
from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_leave,
    create_membership,
    create_output,
    create_person,
    create_shift,
    create_task_type,
    create_team,
)
from tests.factories.requests import (
    create_leave_entry,
    create_request,
    create_service_start,
    create_shift_assignment,
    create_shift_type,
)
from tests.platform.test_uploads import JPEG
from workforce.accounts.models import Account
from workforce.attendance.models import AttendanceRequest, Shift
from workforce.companies.models import Team
from workforce.core.permissions import Role
from workforce.people.models import Employment
from workforce.platform import clock

pytestmark = pytest.mark.browser

DAY = dt.timedelta(days=1)


@dataclass
class Base:
    session: Session
    team: Team
    worker: Employment
    own: Account
    leader: Account
    admin: Account
    other: Team


def create_early_shift(session: Session, worker: Employment, **changes: object) -> None:
    """Record a shift that has begun today, at whatever hour the tests run."""
    midnight = dt.datetime.combine(clock.today(), dt.time())
    noon = midnight.replace(hour=12)
    create_shift(session, worker, midnight.date(), starts_at=midnight, ends_at=noon, **changes)


@pytest.fixture
def base(session: Session) -> Base:
    """A team with one of everything that the pages show, around today."""
    today = clock.today()
    company = create_company(session)
    team, other = create_team(session, company), create_team(session, company)
    person = create_person(session, name="李晨")
    worker = create_employment(session, company, person, employee_no="W1")
    create_membership(session, worker, team)
    own = create_account(session, Role.ANNOTATOR, company, person)
    leader = create_account(session, Role.SUPERVISOR, company, create_person(session))
    create_leadership(session, team, leader.id)
    admin = create_account(session, Role.COMPANY_ADMIN, company, display_name="管理员")
    create_shift_type(session, company, late_grace_minutes=5)
    create_shift_type(
        session, company, code="night", name="夜班", starts=dt.time(22), ends=dt.time(6)
    )
    create_shift_assignment(session, company)
    colleagues = [create_employment(session, company) for _ in range(4)]
    for one in colleagues:
        create_membership(session, one, team)
    create_early_shift(session, colleagues[0], late_minutes=12)
    create_leave(session, colleagues[1], today, kind="sick_leave")
    create_output(session, colleagues[0], create_task_type(session), today, 120)
    create_request(
        session, colleagues[2], first_on=today + DAY, last_on=today + 2 * DAY, due_on=today - DAY
    )
    create_request(
        session,
        worker,
        own,
        state="rejected",
        decided_by_id=leader.id,
        decided_at=clock.now(),
        answer="那天要交付",
    )
    create_service_start(session, worker, dt.date(2018, 3, 1))
    create_leave_entry(session, worker, year=today.year)
    create_leave(session, worker, today - 40 * DAY, today - 38 * DAY)
    session.commit()
    return Base(session, team, worker, own, leader, admin, other)


@pytest.mark.feature("ANN-14", "ANN-20", "SUP-21")
def test_asked_by_phone_with_a_picture_approved_and_seen_in_the_grid(
    base: Base, visitors: Visitors, tmp_path: Path
) -> None:
    picture = tmp_path / "打卡机.jpg"
    picture.write_bytes(JPEG)
    phone = visitors.visit(base.own, width=PHONE_WIDTH)
    # Some workday of the last week: a grid shows a rest day otherwise.
    on = next(
        clock.today() - n * DAY for n in range(1, 8) if (clock.today() - n * DAY).weekday() < 5
    )
    phone.open("/attendance/requests/mine")
    phone.page.click("text=补登或更正班次")
    phone.page.fill("#which-day", on.isoformat())
    phone.page.click("text=看这一天的登记")
    check_shown(phone)
    expect(phone.page.locator("#starts")).to_have_value("09:00")
    phone.page.fill("#reason", "早上忘记打卡")
    phone.page.set_input_files("#file", picture)
    phone.page.click("text=提交申请")
    check_shown(phone)
    expect(phone.page.locator("main")).to_contain_text("待审批")

    desk = visitors.visit(base.leader, width=DESK_WIDTH)
    desk.open("/attendance/requests")
    desk.page.click("main >> text=李晨")
    check_shown(desk)
    with desk.page.expect_download() as download:
        desk.page.click("text=下载附件")
    assert download.value.suggested_filename == "打卡机.jpg"
    assert Path(download.value.path()).read_bytes() == JPEG
    desk.page.click("button:has-text('同意') >> nth=0")
    check_shown(desk)
    base.session.rollback()
    (shift,) = base.session.scalars(
        select(Shift).where(Shift.employment_id == base.worker.id, Shift.work_on == on)
    )
    assert (f"{shift.starts_at:%H:%M}", f"{shift.ends_at:%H:%M}") == ("09:00", "18:00")
    desk.open(f"/attendance/team-month?period={on:%Y-%m}")
    assert "09:00–18:00" in desk.page.content()
    phone.open("/attendance/requests/mine")
    expect(phone.page.locator("main")).to_contain_text("已同意")


@pytest.mark.feature("ALL-8")
def test_a_hostile_file_is_refused_in_words_and_nothing_is_sent_on(
    base: Base, visitors: Visitors, tmp_path: Path
) -> None:
    page_as_picture = tmp_path / "photo.jpg"
    page_as_picture.write_text("<html><script>alert(1)</script></html>")
    phone = visitors.visit(base.own, width=PHONE_WIDTH)
    phone.open("/attendance/requests/mine/new?kind=leave")
    later = clock.today() + 10 * DAY
    for name in ("#first_on", "#last_on"):
        phone.page.fill(name, later.isoformat())
    phone.page.fill("#reason", "看病")
    phone.page.set_input_files("#file", page_as_picture)
    phone.page.click("text=提交申请")
    expect(phone.page.locator("#file-error")).to_contain_text("不接受这种文件")
    expect(phone.page.locator("#reason")).to_have_value("看病")
    # The refusal itself comes with status 422, which the browser notes in its console.
    assert {"422" in complaint for complaint in phone.complaints} <= {True}
    phone.complaints.clear()
    check_shown(phone)
    base.session.rollback()
    asked = base.session.scalars(
        select(AttendanceRequest).where(
            AttendanceRequest.employment_id == base.worker.id,
            AttendanceRequest.state == "submitted",
        )
    ).all()
    assert asked == []


def test_the_pages_with_something_on_them(base: Base, visitors: Visitors) -> None:
    own = visitors.visit(base.own, width=PHONE_WIDTH)
    for path in (
        "/attendance/requests/mine",
        "/attendance/requests/mine/new?kind=leave",
        f"/attendance/requests/mine/new?kind=shift&on={clock.today() - DAY}",
        "/attendance/balances/mine",
    ):
        check_at_both_widths(own, path)
    leader = visitors.visit(base.leader, width=PHONE_WIDTH)
    for path in ("/today", "/attendance/requests?state=all", "/attendance/balances"):
        check_at_both_widths(leader, path)
    admin = visitors.visit(base.admin, width=PHONE_WIDTH)
    for path in (
        "/attendance/shift-types",
        f"/attendance/balances/{base.worker.id}",
        f"/people/teams/{base.team.id}/hand-over",
        "/today?screen=1",
    ):
        check_at_both_widths(admin, path)


@pytest.mark.feature("SUP-18")
def test_the_board_renews_itself(base: Base, visitors: Visitors) -> None:
    desk = visitors.visit(base.leader)
    desk.open("/today")
    expect(desk.page.locator(".is-main dd")).to_have_text("1")
    create_early_shift(base.session, base.worker)
    base.session.commit()
    # What the timer does every minute.
    desk.page.evaluate(
        "htmx.ajax('GET', document.querySelector('#board').getAttribute('hx-get'), '#board')"
    )
    expect(desk.page.locator(".is-main dd")).to_have_text("2")
    check_shown(desk)
