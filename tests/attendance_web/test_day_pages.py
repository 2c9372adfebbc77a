"""One person's day by its form: what it keeps, what it refuses, and whose word stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import select

from tests.attendance_web.grid_pages import day_form, day_path, said, send, text_of
from tests.attendance_web.grid_world import TODAY, GridWorld, on
from tests.factories import (
    create_account,
    create_leadership,
    create_shift,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.attendance.models import Shift
from workforce.core.permissions import Role
from workforce.people.models import Person
from workforce.platform import clock

SignIn = Callable[[Account], FormClient]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(dt.datetime.combine(TODAY, dt.time(6), dt.UTC)):
        yield


@pytest.mark.feature("SUP-6")
def test_two_shifts_a_day_and_a_night_by_the_details(world: GridWorld, leader: FormClient) -> None:
    path = day_path(world, 20)
    form = day_form(
        text_of(leader.get(path)),
        starts0="08:00",
        ends0="12:00",
        pause0="0",
        starts1="22:00",
        ends1="06:00",
        pause1="30",
    )

    answer = leader.post_form(path, form)

    assert answer.status_code == HTTPStatus.FOUND
    world.session.rollback()
    shifts = world.session.scalars(select(Shift).order_by(Shift.starts_at)).all()
    assert [(s.work_on, s.starts_at, s.ends_at, s.break_minutes) for s in shifts] == [
        (on(20), dt.datetime(2026, 10, 20, 8), dt.datetime(2026, 10, 20, 12), 0),
        (on(20), dt.datetime(2026, 10, 20, 22), dt.datetime(2026, 10, 21, 6), 30),
    ]


def give_day(world: GridWorld, *starts: int, **more: Any) -> list[Shift]:
    """Give the first person a day of two-hour shifts without a break."""
    shifts = [
        create_shift(
            world.session,
            world.people[0],
            on(20),
            starts_at=dt.datetime(2026, 10, 20, hour),
            ends_at=dt.datetime(2026, 10, 20, hour + 2),
            break_minutes=0,
            source="grid",
            **more,
        )
        for hour in starts
    ]
    world.session.commit()
    return shifts


def typed_in(page: str) -> dict[str, str]:
    """Return the shifts' fields as the page shows them."""
    names = r'name="((?:starts|ends|pause)\d)" value="([^"]*)"'
    return dict(re.findall(names, page))


def test_a_day_of_many_shifts_keeps_them_all(world: GridWorld, leader: FormClient) -> None:
    give_day(world, 0, 4, 8, 12, 16)
    path = day_path(world, 20)
    page = text_of(leader.get(path))

    wrong = leader.post_form(path, day_form(page, **{**typed_in(page), "ends4": "x"}))
    assert typed_in(text_of(wrong))["starts4"] == "16:00"
    leader.post_form(path, day_form(page, **{**typed_in(page), "ends4": "20:00"}))

    world.session.rollback()
    shifts = world.session.scalars(select(Shift).order_by(Shift.starts_at))
    assert [(s.starts_at.hour, s.ends_at.hour) for s in shifts] == [
        (0, 2),
        (4, 6),
        (8, 10),
        (12, 14),
        (16, 20),
    ]


def test_lateness_follows_the_kind_of_shift_that_is_chosen(
    world: GridWorld, leader: FormClient
) -> None:
    (shift,) = give_day(world, 9, late_minutes=60, shift_type="早班")
    path = day_path(world, 20)
    form = day_form(text_of(leader.get(path)), starts0="09:00", ends0="11:00", pause0="0")

    leader.post_form(path, {**form, "kind0": "早班"})
    world.session.refresh(shift)
    assert (shift.late_minutes, shift.early_minutes) == (60, 0)
    # By the day shift, 9 to 18 o'clock, nobody was late, but left seven hours early.
    leader.post_form(path, {**form, "kind0": "白班"})

    world.session.rollback()
    (now,) = world.session.scalars(select(Shift))
    assert (now.late_minutes, now.early_minutes) == (0, 420)


@pytest.mark.parametrize(("day", "is_lawful"), [(17, True), (20, False), (1, False)])
def test_time_in_lieu_is_for_days_of_rest(
    world: GridWorld, leader: FormClient, day: int, *, is_lawful: bool
) -> None:
    """A Saturday, a Tuesday, and the National Day."""
    path = day_path(world, day)
    typed = {"starts0": "09:00", "ends0": "17:00", "pause0": "0", "lieu0": "1"}

    answer = leader.post_form(path, day_form(text_of(leader.get(path)), **typed))

    assert ('id="lieu0-error"' in text_of(answer)) is not is_lawful
    world.session.rollback()
    assert world.session.scalars(select(Shift.is_in_lieu)).all() == [True] * is_lawful


def test_full_width_digits_are_understood_in_the_details(
    world: GridWorld, leader: FormClient
) -> None:
    path = day_path(world, 20)
    typed = {"starts0": "０９：００", "ends0": "１８：００", "pause0": "６０"}

    leader.post_form(path, day_form(text_of(leader.get(path)), **typed))

    world.session.rollback()
    (shift,) = world.session.scalars(select(Shift))
    assert (shift.starts_at.hour, shift.ends_at.hour, shift.break_minutes) == (9, 18, 60)


@pytest.mark.feature("SUP-22")
def test_a_clock_s_day_is_corrected_with_a_reason(world: GridWorld, leader: FormClient) -> None:
    create_shift(
        world.session,
        world.people[0],
        on(20),
        source="dingtalk",
        ends_at=dt.datetime(2026, 10, 20, 15),
    )
    world.session.commit()
    path = day_path(world, 20)
    page = text_of(leader.get(path))
    assert "钉钉考勤" in page
    form = day_form(page, starts0="09:00", ends0="18:00", pause0="60")

    refused = leader.post_form(path, form)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请写明更正的原因" in text_of(refused)
    leader.post_form(path, {**form, "reason": "打卡机故障"})

    world.session.rollback()
    (shift,) = world.session.scalars(select(Shift))
    assert (shift.ends_at.hour, shift.source) == (18, "grid")
    told = text_of(leader.get(path))
    assert "09:00–15:00 → <strong>09:00–18:00</strong>" in told
    assert "打卡机故障" in told
    assert world.leader.login_name in told


@pytest.mark.feature("SUP-21")
def test_nobody_corrects_what_a_clock_says_of_the_own_day(
    world: GridWorld, client_as: SignIn
) -> None:
    """A request would need another's approval: the grid is no way round it."""
    own = world.people[0]
    person = world.session.get_one(Person, own.person_id)
    leader = create_account(world.session, Role.SUPERVISOR, world.company, person)
    create_leadership(world.session, world.team, leader.id)
    for day in (20, 21):
        create_shift(world.session, own, on(day), source="dingtalk" if day == 20 else "grid")
    world.session.commit()
    client, path = client_as(leader), day_path(world, 20)
    page = text_of(client.get(path))
    assert "不能自己更正" in page
    assert "/attendance/requests/mine/new?kind=shift&amp;on=2026-10-20" in page
    assert 'id="day-form"' not in page
    longer = {"what": "work", "starts0": "09:00", "ends0": "20:00", "pause0": "60"}

    answer = client.post_form(path, {**longer, "seen": "09:00-18:00/60", "reason": "加班"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "是您自己的记录" in text_of(answer)
    world.session.rollback()
    ends = world.session.scalars(select(Shift.ends_at).order_by(Shift.work_on))
    assert [at.hour for at in ends] == [18, 18]
    # What was only typed is typed over, with its entry in the history of the day.
    typed = day_path(world, 21)
    assert client.post_form(typed, {**longer, "seen": "09:00-18:00/60"}).status_code == 302


def test_a_day_after_the_last_one_is_not_found(world: GridWorld, leader: FormClient) -> None:
    """The team's list may name who has left long ago."""
    world.people[0].separated_on = dt.date(2026, 9, 30)
    world.session.commit()

    path = day_path(world, 8)
    assert leader.get(path).status_code == HTTPStatus.NOT_FOUND
    assert leader.post_form(path, {"what": "absent"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts0": "9", "ends0": "18:00"}, "上下班时间要成对填写"),
        ({"starts0": "09:00", "ends0": ""}, "上下班时间要成对填写"),
        ({"starts0": "09:00", "ends0": "18:00", "pause0": "x"}, "休息时间请填整分钟"),
        ({"starts0": "09:00", "ends0": "18:00", "pause0": "9" * 5000}, "休息时间请填整分钟"),
        ({"starts0": "09:00", "ends0": "18:00", "reason": "长" * 401}, "原因最多 400 个字"),
        ({"what": "nonsense"}, "上下班时间要成对填写"),
        ({"starts0": "25:00", "ends0": "18:00"}, "上下班时间要成对填写"),
        ({"what": "leave", "leave_kind": "nonsense"}, "请写明是哪种假"),
        ({"starts0": "", "ends0": ""}, "上下班时间要成对填写"),
    ],
)
def test_what_is_wrong_in_the_details_is_said_beside_it(
    world: GridWorld, leader: FormClient, typed: dict[str, str], words: str
) -> None:
    path = day_path(world, 20)

    answer = leader.post_form(path, day_form(text_of(leader.get(path)), **typed))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in text_of(answer)
    times = [value for name, value in typed.items() if name not in {"leave_kind", "what"}]
    assert all(f'value="{value}"' in text_of(answer) for value in times if value)


def test_the_details_tell_of_another_s_change(world: GridWorld, leader: FormClient) -> None:
    path = day_path(world, 20)
    form = day_form(text_of(leader.get(path)), what="absent")
    send(leader, world.team.id, [[world.people[0].id, 20, "", "6", None]])

    answer = leader.post_form(path, form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = text_of(answer)
    assert "2026-10-20 已被别人改过" in page
    # Knowing what is there, one may save it all the same.
    assert leader.post_form(path, day_form(page, what="absent")).status_code == HTTPStatus.FOUND


def test_the_panel_gets_the_cell_back(world: GridWorld, leader: FormClient) -> None:
    path = day_path(world, 20)
    page = text_of(leader.get(path, headers={"X-Panel": "1"}))
    assert "<html" not in page

    form = day_form(page, what="leave", leave_kind="sick_leave")
    answer = leader.post_form(path, form, headers={"X-Panel": "1"})

    assert said(answer)["outcome"] == "saved"
    assert 'data-t="leave:sick_leave"' in said(answer)["html"]
