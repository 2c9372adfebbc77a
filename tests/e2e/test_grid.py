"""The month's grid in a real browser: by keyboard alone, by pasting, undone, in conflict, on a phone.

The month is the last one, so that all its days are over whatever day the tests run on.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance_web.grid_world import GridWorld, make_world
from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import check, check_shown
from tests.factories import create_account, create_leadership, create_shift
from workforce.attendance.models import Absence, Leave, Shift, TeamDayConfirmation
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.work_calendar import SATURDAY_AND_SUNDAY, DayClass
from workforce.platform import clock

pytestmark = pytest.mark.browser

MONTH = PayPeriod.of(clock.today()).previous()
_CALENDAR = LawBook.load().calendar()
WORKDAYS = [
    day.day
    for day in MONTH.range
    if (
        _CALENDAR.day_class(day, SATURDAY_AND_SUNDAY)
        if _CALENDAR.has_year(MONTH.year)
        else DayClass(day.isoweekday() > 5)
    )
    is DayClass.WORKDAY
]
SAVED = re.compile("已保存")


@dataclass
class Desk:
    """A leader at the grid."""

    visitor: Visitor
    world: GridWorld

    @property
    def page(self) -> Page:
        return self.visitor.page

    def cell(self, number: int, day: int) -> Locator:
        row = self.page.locator(f"#month-grid tr[data-e='{self.world.people[number].id}']")
        return row.locator("td, th").nth(day + 1)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self) -> None:
        expect(self.page.locator("#save-state")).to_have_text(SAVED)
        expect(self.page.locator("#month-grid .is-unsaved")).to_have_count(0)

    def paste(self, text: str) -> None:
        """Paste as a browser does after copying in a spreadsheet."""
        self.page.evaluate(
            """text => {
                const data = new DataTransfer();
                data.setData("text/plain", text);
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }""",
            text,
        )


@pytest.fixture
def world(session: Session) -> GridWorld:
    return make_world(session, people=5)


@pytest.fixture
def desk(world: GridWorld, visitors: Visitors) -> Desk:
    desk = Desk(visitors.visit(world.leader), world)
    desk.visitor.open(f"/attendance/team-month?period={MONTH}")
    return desk


def stored(world: GridWorld) -> list[tuple[int, int, int]]:
    """Return the shifts as the number of the person, day and minutes."""
    world.session.rollback()
    numbers = {person.id: number for number, person in enumerate(world.people)}
    rows = world.session.scalars(select(Shift)).all()
    return sorted(
        (
            numbers[row.employment_id],
            row.work_on.day,
            int((row.ends_at - row.starts_at).total_seconds()) // 60 - row.break_minutes,
        )
        for row in rows
    )


@pytest.mark.feature("SUP-2")
def test_a_week_by_keyboard_alone(desk: Desk) -> None:
    first, second, third = WORKDAYS[:3]
    desk.page.locator("#month-grid td[tabindex='0']").focus()
    desk.press("Control+Home", *["ArrowRight"] * (first - 1))

    # One key a cell, and down: five people's day. The answer to the 7 takes nothing from who types on.
    desk.press("8", "8", "7", ".")
    expect(desk.cell(2, first)).to_have_attribute("data-m", "420")
    desk.press("5", "Enter", "F", "K")
    desk.saved()
    # Two digits in the small editor; leave by its letter.
    desk.press("Control+Home", *["ArrowRight"] * (second - 1))
    desk.press("1", "0", "Enter", "B", "Q", "S")
    desk.saved()
    # A range filled by one key.
    desk.press("Control+Home", *["ArrowRight"] * (third - 1), "Shift+ArrowDown", "Shift+ArrowDown")
    desk.press("6")
    desk.saved()

    assert stored(desk.world) == [
        (0, first, 480),
        (0, second, 600),
        (0, third, 360),
        (1, first, 480),
        (1, third, 360),
        (2, first, 450),
        (2, third, 360),
        (3, first, 480),
    ]
    session, people = desk.world.session, desk.world.people
    assert list(session.scalars(select(Absence.employment_id))) == [people[4].id]
    leaves = session.execute(select(Leave.employment_id, Leave.kind).order_by(Leave.employment_id))
    assert [tuple(row) for row in leaves] == [
        (people[1].id, "sick_leave"),
        (people[2].id, "personal_leave"),
    ]
    # 8 + 10 + 6 hours of the first person, kept up without loading the page again.
    expect(desk.page.locator("#month-grid tbody tr").first.locator(".sum").first).to_have_text("24")
    check_shown(desk.visitor)


def test_moving_about(desk: Desk) -> None:
    focused = desk.page.locator("#month-grid td:focus")
    desk.page.locator("#month-grid td[tabindex='0']").focus()
    expect(desk.page.locator("#month-grid td[tabindex='0']")).to_have_count(1)
    places = {
        "Control+Home": (0, 1),
        "End": (0, MONTH.days),
        "Home": (0, 1),
        "PageDown": (4, 1),
        "PageUp": (0, 1),
        "Tab": (0, 2),
        "Shift+Tab": (0, 1),
        "Control+End": (4, MONTH.days),
    }
    for key, (row, day) in places.items():
        desk.press(key)
        place = focused.evaluate("cell => [cell.parentElement.sectionRowIndex, cell.cellIndex - 1]")
        assert place == [row, day], key
    # Nobody is caught in the table: after Escape, Tab leaves it.
    desk.press("Control+Home", "Escape", "Tab")
    assert (
        desk.page.evaluate("document.getElementById('month-grid').contains(document.activeElement)")
        is False
    )


def test_a_block_from_a_spreadsheet(desk: Desk) -> None:
    days = [day for day in WORKDAYS if {day + offset for offset in range(5)} <= set(WORKDAYS)]
    first = days[0]
    desk.cell(0, first).click()
    block = [["8", "8", "７.５", "八", "10"] for _ in range(5)]
    block[1][1], block[2][2], block[3][3] = "病假", "谢谢", ""

    desk.paste("\r\n".join("\t".join(line) for line in block) + "\r\n")

    dialog = desk.page.locator("#paste-dialog")
    expect(dialog).to_contain_text("将改动 23 个")
    expect(dialog).to_contain_text("1 个不能填")
    expect(dialog).to_contain_text("看不懂“谢谢”")
    assert not stored(desk.world)
    check_shown(desk.visitor)
    dialog.get_by_role("button", name="填入").click()
    desk.saved()
    # What was not understood is marked, and nothing of it is lost.
    expect(desk.page.locator("#month-grid .is-refused")).to_have_count(1)
    expect(desk.page.locator("#grid-refused")).to_contain_text("谢谢")
    check_shown(desk.visitor)
    assert len(stored(desk.world)) == 22
    assert (0, first + 2, 450) in stored(desk.world)

    desk.cell(0, first).click()
    desk.press("Control+z")
    expect(desk.page.locator("#month-grid tbody tr").first.locator(".sum").first).to_have_text("0")
    desk.saved()
    assert not stored(desk.world)

    desk.press("Control+y")
    expect(desk.cell(0, first + 4)).to_have_text("10")
    desk.saved()
    assert len(stored(desk.world)) == 22


def test_what_is_copied_is_what_a_spreadsheet_takes(desk: Desk) -> None:
    first, second = WORKDAYS[:2]
    desk.cell(0, first).click()
    desk.press("8", "9")
    desk.saved()
    desk.cell(0, first).click()
    desk.press("Shift+ArrowDown")

    copied = desk.page.evaluate(
        """() => {
            const data = new DataTransfer();
            document.activeElement.dispatchEvent(
                new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
            return data.getData("text/plain");
        }"""
    )

    assert copied == "8\r\n9"
    assert second > first


def test_two_browsers_and_one_cell(desk: Desk, visitors: Visitors) -> None:
    day = WORKDAYS[0]
    deputy = create_account(desk.world.session, Role.SUPERVISOR, desk.world.company)
    create_leadership(desk.world.session, desk.world.team, deputy.id)
    desk.world.session.commit()
    other = Desk(visitors.visit(deputy), desk.world)
    other.visitor.open(f"/attendance/team-month?period={MONTH}")

    desk.cell(0, day).click()
    desk.press("8")
    desk.saved()
    other.cell(0, day).click()
    other.press("K")

    box = other.page.locator("#grid-conflicts")
    expect(box).to_be_visible()
    expect(box).to_contain_text(desk.world.leader.login_name)
    assert stored(desk.world) == [(0, day, 480)]
    check_shown(other.visitor)
    box.get_by_role("button", name="用我的").click()
    other.saved()
    expect(box).to_be_hidden()
    assert not stored(desk.world)


def test_what_cannot_be_sent_is_kept_and_sent_later(desk: Desk, visitors: Visitors) -> None:
    day = WORKDAYS[0]
    desk.cell(0, day).click()
    desk.page.context.set_offline(True)
    desk.press("8")
    expect(desk.page.locator("#save-state")).to_contain_text("1 个未保存")
    expect(desk.page.locator("#month-grid .is-unsaved")).to_have_count(1)
    expect(desk.page.locator("#grid-retry")).to_be_visible()

    desk.page.context.set_offline(False)

    desk.saved()
    assert stored(desk.world) == [(0, day, 480)]
    # Signed out over lunch: once signed in again in another window, this page saves what it kept.
    desk.page.context.clear_cookies()
    desk.press("7")
    expect(desk.page.locator("#save-state")).to_contain_text("登录已过期")
    again = visitors.visit(desk.world.leader)
    desk.page.context.add_cookies(again.page.context.cookies())  # type: ignore[arg-type]
    desk.page.locator("#grid-retry").click()
    desk.saved()
    assert stored(desk.world) == [(0, day, 480), (1, day, 420)]
    # The browser itself says that it was offline, and which answers were refusals.
    known = ("ERR_INTERNET", "400 (BAD REQUEST)")
    desk.visitor.complaints = [
        one for one in desk.visitor.complaints if not any(words in one for words in known)
    ]
    check_shown(desk.visitor)


def test_a_locked_day_says_why_and_is_corrected_with_a_reason(
    world: GridWorld, visitors: Visitors
) -> None:
    day = MONTH.first_on.replace(day=WORKDAYS[0])
    create_shift(
        world.session,
        world.people[0],
        day,
        ends_at=dt.datetime.combine(day, dt.time(15)),
        source="dingtalk",
    )
    world.session.commit()
    desk = Desk(visitors.visit(world.leader), world)
    desk.visitor.open(f"/attendance/team-month?period={MONTH}")
    desk.cell(0, day.day).click()
    expect(desk.page.locator("#cell-line")).to_contain_text("锁定")

    desk.press("8")

    panel = desk.page.locator("#day-panel")
    expect(panel).to_contain_text("钉钉考勤")
    check_shown(desk.visitor)
    panel.locator("#ends0").fill("18:00")
    panel.get_by_role("button", name="保存").click()
    expect(panel).to_contain_text("请写明更正的原因")
    panel.locator("#reason").fill("打卡机故障")
    panel.get_by_role("button", name="保存").click()
    expect(panel).to_be_hidden()
    expect(desk.cell(0, day.day)).to_have_text("8")
    assert stored(world) == [(0, day.day, 480)]
    desk.press("Space")
    expect(panel).to_contain_text("打卡机故障")


def test_the_day_is_confirmed_on_a_phone(world: GridWorld, visitors: Visitors) -> None:
    day = MONTH.first_on.replace(day=WORKDAYS[0])
    phone = visitors.visit(world.leader, width=360)
    phone.open(f"/attendance/teams/{world.team.id}/day?on={day}")
    check_shown(phone)
    phone.page.get_by_role("button", name="员工1 旷工").click()
    phone.page.get_by_role("button", name="没有记录的 4 人全部全勤").click()
    expect(phone.page.locator(".day-state")).to_contain_text("旷工，请核实")
    phone.page.get_by_role("button", name="确认 5 人的这一天").click()

    expect(phone.page.locator(".day-state")).to_contain_text("已确认")
    check_shown(phone)
    world.session.rollback()
    (row,) = world.session.scalars(select(TeamDayConfirmation))
    assert row.work_on == day
    width = phone.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


def test_a_range_is_filled_down_and_to_the_right(desk: Desk) -> None:
    first = next(day for day in WORKDAYS if day + 1 in WORKDAYS)
    desk.cell(0, first).click()
    desk.press("7")
    desk.saved()
    desk.cell(0, first).click()
    desk.press("Shift+ArrowDown", "Control+d")
    desk.saved()
    desk.press("Shift+ArrowRight", "Control+r")
    desk.saved()

    assert stored(desk.world) == [
        (number, day, 420) for number in (0, 1) for day in (first, first + 1)
    ]
    # Delete empties the range, in one step; taken back at once, before it is even saved, and again.
    desk.press("Delete", "Control+z")
    expect(desk.cell(1, first + 1)).to_have_attribute("data-m", "420")
    desk.saved()
    assert len(stored(desk.world)) == 4
    desk.press("Control+y")
    expect(desk.cell(1, first + 1)).not_to_have_attribute("data-m", "420")
    desk.saved()
    assert not stored(desk.world)
    # Whoever leaves the small editor by clicking elsewhere stays there.
    desk.cell(0, first).click()
    desk.press("1")
    desk.page.locator("#grid-reason").click()
    expect(desk.page.locator("#grid-reason")).to_be_focused()
    desk.saved()
    assert stored(desk.world) == [(0, first, 60)]


@pytest.mark.parametrize("width", [360, 1280])
def test_without_script_a_cell_is_a_form(world: GridWorld, visitors: Visitors, width: int) -> None:
    day = MONTH.first_on.replace(day=WORKDAYS[0])
    visitor = visitors.visit(world.leader, width=width, has_script=False)
    visitor.open(f"/attendance/team-month?period={MONTH}")
    visitor.page.get_by_role("link", name="打开不用脚本的表格").click()
    visitor.page.locator(f"#main a[href*='/{world.people[0].id}/day?on={day}']").click()
    visitor.page.locator("#ends0").fill("17:00")
    visitor.page.get_by_role("button", name="保存").click()

    expect(visitor.page.locator(".messages")).to_contain_text("已保存")
    assert stored(world) == [(0, day.day, 420)]


def test_the_table_without_script_is_sound(world: GridWorld, visitors: Visitors) -> None:
    """The other pages of attendance are among those that ``test_pages`` opens."""
    visitor = visitors.visit(world.leader, width=360)

    check(visitor, f"/attendance/team-month?period={MONTH}&plain=1")


@pytest.mark.feature("SUP-1")
def test_everybody_full_today(world: GridWorld, visitors: Visitors) -> None:
    today = clock.today()
    is_workday = (
        _CALENDAR.day_class(today, SATURDAY_AND_SUNDAY)
        if _CALENDAR.has_year(today.year)
        else DayClass(today.isoweekday() > 5)
    ) is DayClass.WORKDAY
    desk = Desk(visitors.visit(world.leader), world)
    desk.visitor.open(f"/attendance/team-month?period={PayPeriod.of(today)}")

    desk.page.locator("#grid-full").click()

    if is_workday:
        desk.saved()
        assert stored(world) == [(number, today.day, 480) for number in range(5)]
    else:
        expect(desk.page.locator("#save-state")).to_contain_text("没有可填全勤的人")
        assert not stored(world)
