"""One's own month of attendance, and the quality of one's own work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.earnings.conftest import TODAY
from tests.earnings.test_so_far import PAST
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import OCTOBER, World
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.work_calendar import DayClass
from workforce.earnings import queries
from workforce.earnings.calendar import MonthView, read_calendar
from workforce.earnings.quality import Trend, read_trend
from workforce.people.models import Employment, Person
from workforce.platform.scope import Scope


def calendar(world: World, worker: Employment, book: LawBook) -> MonthView:
    world.session.commit()
    job = queries.workplaces(world.session, Scope.own(worker.person_id), TODAY)[0]
    return read_calendar(world.session, job, OCTOBER, book.calendar(), TODAY)


def day(view: MonthView, number: int) -> tuple[list[str], int]:
    found = view.days[number - 1]
    return [str(mark.kind) for mark in found.marks], found.minutes


@both_engines
@pytest.mark.feature("ANN-15")
def test_each_day_has_its_marks(world: World, worker: Employment, book: LawBook) -> None:
    session = world.session
    world.shift(
        worker, "2026-10-08 09:20", "2026-10-08 17:40", 60, late_minutes=20, early_minutes=20
    )
    world.shift(worker, "2026-10-09 22:00", "2026-10-10 06:00", 30)
    factories.create_leave(
        session, worker, dt.date(2026, 10, 12), dt.date(2026, 10, 13), kind="sick_leave"
    )
    factories.create_absence(session, worker, dt.date(2026, 10, 14))
    world.output(worker, "bbox_2d", 15, 5)

    view = calendar(world, worker, book)

    assert day(view, 8) == (["late", "early"], 440)
    assert day(view, 9) == ([], 450), "a night shift belongs to the day on which it starts"
    assert day(view, 10) == (["unrecorded"], 0), "a moved workday"
    assert day(view, 12) == (["leave"], 0)
    assert day(view, 14) == (["absent"], 0)
    assert day(view, 15) == (["worked"], 0)
    assert day(view, 20) == ([], 0), "today is not over"
    assert day(view, 17) == ([], 0), "a Saturday"
    assert [view.days[n - 1].day_class for n in (1, 4, 10, 11)] == [
        DayClass.HOLIDAY,
        DayClass.REST_DAY,
        DayClass.WORKDAY,
        DayClass.REST_DAY,
    ]
    assert (view.worked_days, view.minutes, view.count("leave")) == (2, 890, 2)
    assert view.leave_half_days == 4
    # October 2026 begins on a Thursday and ends on a Saturday.
    assert [len([one for one in week if one]) for week in view.weeks] == [4, 7, 7, 7, 6]


def test_half_a_day_of_leave_stands_beside_the_other_half(
    world: World, worker: Employment, book: LawBook
) -> None:
    """The clock knows of no leave: what it calls late is not; a half of which nothing is known is told."""
    world.shift(worker, "2026-10-12 14:00", "2026-10-12 18:00", 0, late_minutes=300)
    for number in (12, 13):
        on = dt.date(2026, 10, number)
        factories.create_leave(world.session, worker, on, half="morning")

    view = calendar(world, worker, book)

    assert day(view, 12) == (["leave"], 240)
    assert [mark.word.zh for mark in view.days[11].marks] == ["上午年休假"]
    assert day(view, 13) == (["leave", "unrecorded"], 0)
    assert (view.leave_half_days, view.worked_days) == (2, 1)


def test_a_part_time_job_comes_second_and_misses_no_day(
    world: World, worker: Employment, book: LawBook
) -> None:
    """It was taken up later, but who opens the page looks for the main job; its days are not agreed."""
    session = world.session
    person = session.get_one(Person, worker.person_id)
    evenings = factories.create_employment(
        session,
        world.company,
        person,
        employment_type="part_time",
        hired_on=TODAY - dt.timedelta(days=10),
    )
    session.commit()

    main, second = queries.workplaces(session, Scope.own(worker.person_id), TODAY)

    assert (main.employment_id, second.employment_id) == (worker.id, evenings.id)
    assert read_calendar(session, main, OCTOBER, book.calendar(), TODAY).count("unrecorded") > 0
    assert read_calendar(session, second, OCTOBER, book.calendar(), TODAY).count("unrecorded") == 0


@pytest.mark.feature("ANN-15", "ANN-20")
def test_the_calendar_is_read_in_words(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    world.shift(worker, "2026-10-08 09:20", "2026-10-08 18:00", 60, late_minutes=20)
    world.session.commit()

    page = client_as(account).get("/my-month?period=2026-10").text

    assert "迟到 20 分钟" in page
    assert "09:20–18:00" in page
    assert "缺记录" in page
    assert "/attendance/requests/mine/new?kind=shift&amp;on=2026-10-08" in page


@both_engines
def test_the_calendar_asks_as_often_for_a_full_month(
    world: World,
    worker: Employment,
    account: Account,
    client_as: Callable[[Account], FormClient],
    app: Flask,
) -> None:
    world.attend(worker, PAST[:1])
    world.session.commit()

    def more() -> None:
        world.attend(worker, PAST[1:])
        world.session.commit()

    assert assert_same_queries(app, client_as(account), "/my-month?period=2026-10", more) < 20


def trend(world: World, worker: Employment, *, by_week: bool) -> Trend:
    world.session.commit()
    return read_trend(
        world.session,
        Scope.own(worker.person_id),
        worker.id,
        queries.task_types(world.session),
        TODAY,
        by_week=by_week,
    )


@both_engines
@pytest.mark.feature("ANN-16")
def test_acceptance_and_rework_are_told_by_task_type_and_time(
    world: World, worker: Employment
) -> None:
    world.task_type("polygon", ("2026-01-01", 1_000_000))
    world.output(worker, "bbox_2d", 8, 97, submitted_qty=100, rejected_qty=3, reworked_qty=10)
    world.output(worker, "bbox_2d", 16, 50, submitted_qty=100, rejected_qty=50)
    world.output(
        worker,
        "polygon",
        16,
        0,
        submitted_qty=40,
        state="submitted",
        accepted_on=None,
        pay_period=None,
    )
    other = world.hire("W2")
    world.output(other, "bbox_2d", 8, 1, submitted_qty=1000, rejected_qty=999)
    factories.create_inspection(
        world.session,
        world.company,
        world.task_types["bbox_2d"],
        dt.date(2026, 10, 16),
        employment_id=worker.id,
        sampled_qty=40,
        error_qty=1,
    )

    months, weeks = trend(world, worker, by_week=False), trend(world, worker, by_week=True)

    box, polygon = months.tasks
    cell = box.cells[dt.date(2026, 10, 1)]
    # 147 of 200 decided, 10 of 200 reworked, 39 of 40 without error.
    assert (cell.acceptance, cell.rework, cell.accuracy) == (735, 50, 975)
    assert polygon.cells[dt.date(2026, 10, 1)].acceptance is None, "waiting is not refused"
    box = weeks.tasks[0]
    assert {start.day: one.acceptance for start, one in box.cells.items()} == {5: 970, 12: 500}
    assert weeks.chart is not None
    assert weeks.chart.series[0].values[-3:] == (970, 500, None)
    assert [name.zh for _, name in months.spans][-1] == "2026-10"


@pytest.mark.feature("ANN-16")
def test_the_page_shows_chart_and_table(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    world.output(worker, "bbox_2d", 8, 97, submitted_qty=100, rejected_qty=3)
    world.session.commit()
    client = client_as(account)

    for path in ("/my-quality", "/my-quality?by=week"):
        page = client.get(path).text
        assert "<svg viewBox" in page
        assert "97%" in page


@pytest.mark.feature("ANN-16")
def test_without_output_the_page_says_why(
    session: Session, world: World, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    del session, world
    assert "最近没有您的产量记录" in client_as(account).get("/my-quality").text


def test_a_person_with_two_employments_chooses(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    other = factories.create_company(world.session, code="ZZ", name="另一家公司")
    second = factories.create_employment(
        world.session,
        other,
        employee_no="Z1",
        person=world.session.get_one(Person, worker.person_id),
        hired_on=dt.date(2026, 9, 1),
    )
    stranger = world.hire("W9")
    world.session.commit()
    client = client_as(account)

    assert "另一家公司" in client.get(f"/my-month?job={second.id}").text
    # Another's employment in the address is not looked at.
    assert f'job={stranger.id}"' not in client.get(f"/my-month?job={stranger.id}").text
