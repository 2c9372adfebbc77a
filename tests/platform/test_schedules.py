"""What is due is queued once; what was missed stays visible and is done by hand."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.platform import clock, jobs, schedules, workers
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.job_runs import claim, execute, take_over
from workforce.platform.jobs import Job, JobKind, Progress, Task
from workforce.platform.schedules import (
    DefaultSchedule,
    Firing,
    Schedule,
    change,
    fire_due,
    insert_defaults,
    register_defaults,
    repeat,
    run_now,
)

NOON = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def done(app: Flask) -> list[dt.datetime | None]:
    """Make the app do one thing each day at noon; give the due times that were done."""
    times: list[dt.datetime | None] = []

    def work(task: Task, _progress: Progress) -> None:
        times.append(task.due_at)

    kind = JobKind("clean_up", work)
    jobs.register_kinds(app, (kind,))
    register_defaults(app, (DefaultSchedule(kind, "0 12 * * *"),))
    return times


def _work_off() -> None:
    while (progress := claim()) is not None:
        execute(progress)


def _firings(session: Session) -> list[Firing]:
    session.rollback()
    return list(session.scalars(select(Firing).order_by(Firing.id)))


@pytest.mark.feature("ALL-5")
@both_engines
def test_what_is_due_is_done_once_with_its_own_time(
    session: Session, done: list[dt.datetime | None]
) -> None:
    with clock.fixed(NOON - MINUTE):
        assert insert_defaults() == 1
        assert insert_defaults() == 0
        assert fire_due() == []
    with clock.fixed(NOON + MINUTE):
        assert [(fired.kind, fired.missed) for fired in fire_due()] == [("clean_up", 0)]
        assert fire_due() == []
        _work_off()
        assert fire_due() == []
    assert done == [NOON]
    with clock.fixed(NOON + DAY + MINUTE):
        fire_due()
        _work_off()
    assert done == [NOON, NOON + DAY]
    assert [firing.due_count for firing in _firings(session)] == [1, 1]


@pytest.mark.feature("ALL-5")
@both_engines
def test_of_many_workers_that_tick_at_once_one_fires(
    app: Flask, session: Session, done: list[dt.datetime | None]
) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    session.rollback()
    start = threading.Barrier(4)

    def tick() -> None:
        with app.app_context(), clock.fixed(NOON):
            start.wait(timeout=30)
            fire_due()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(_firings(session)) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    _work_off()
    assert done == [NOON]


@pytest.mark.feature("ALL-6")
@both_engines
def test_what_was_missed_is_written_down_and_the_newest_is_done_late(
    session: Session, done: list[dt.datetime | None]
) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON + 3 * DAY + 30 * MINUTE):
        assert [fired.missed for fired in fire_due()] == [3]
        _work_off()
    assert done == [NOON + 3 * DAY]
    rows = _firings(session)
    assert [(row.due_at - NOON, row.job_id is None) for row in rows] == [
        (0 * DAY, True),
        (1 * DAY, True),
        (2 * DAY, True),
        (3 * DAY, False),
    ]


@both_engines
def test_a_clock_that_was_ahead_and_is_set_back_stops_nothing(
    session: Session, done: list[dt.datetime | None]
) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON + 900 * DAY):
        fire_due()
        _work_off()
        fire_due()
        claim_of_the_dead = unfinished(session)
        workers.begin("host:1")
    with clock.fixed(NOON + MINUTE):
        assert workers.alive(session) == []
        assert take_over() == [claim_of_the_dead]
        _work_off()
        fire_due()
    with clock.fixed(NOON + DAY):
        fire_due()
        _work_off()
    with clock.fixed(NOON + 900 * DAY):
        fire_due()
        _work_off()
    assert done == [NOON + 900 * DAY, None, NOON + DAY, NOON + 900 * DAY]
    assert [row.due_at - NOON for row in _firings(session)][:2] == [DAY, 893 * DAY]


def unfinished(session: Session) -> int:
    """Claim a job of the one kind as a worker does that is killed then."""
    with unit_of_work() as working:
        job_id = jobs.enqueue(working, jobs.kinds()["clean_up"], {}, CLI)
    assert claim() is not None
    session.rollback()
    return job_id


@pytest.mark.feature("ALL-6")
def test_what_must_not_come_late_is_left_to_people(
    app: Flask, session: Session, done: list[dt.datetime | None]
) -> None:
    kind = jobs.kinds()["clean_up"]
    register_defaults(app, (DefaultSchedule(kind, "0 12 * * *", catches_up=False),))
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON + 30 * MINUTE):
        fire_due()
        _work_off()
    assert done == []
    (missed,) = _firings(session)
    assert (missed.due_at, missed.job_id) == (NOON, None)
    with clock.fixed(NOON + DAY + schedules.ON_TIME):
        fire_due()
        _work_off()
    assert done == [NOON + DAY]


@pytest.mark.feature("ALL-6")
@both_engines
def test_a_missed_time_is_done_by_hand_as_if_it_were_then(
    session: Session, done: list[dt.datetime | None]
) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON + DAY):
        fire_due()
        _work_off()
        missed = _firings(session)[0]
        with unit_of_work() as writing:
            repeat(writing, missed.id, CLI)
        with unit_of_work() as writing, pytest.raises(StateError):
            repeat(writing, missed.id, CLI)
        _work_off()
        with unit_of_work() as writing:
            repeat(writing, missed.id, CLI)
        _work_off()
    assert done == [NOON + DAY, NOON, NOON]
    assert [row.repeat for row in _firings(session)] == [0, 0, 1, 2]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
    assert entry is not None
    assert (entry.action, entry.actor_name) == ("schedule.repeat", "cli")


@pytest.mark.usefixtures("done")
def test_a_long_outage_has_its_last_week_one_by_one_and_the_rest_in_one_row(
    session: Session,
) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON + 30 * DAY):
        fire_due()
    rows = _firings(session)
    # 31 times: one is done now, the week before it has a row each, the oldest of which stands for 24.
    assert [row.due_count for row in rows] == [24, 1, 1, 1, 1, 1, 1, 1]
    assert (rows[0].first_due_at, rows[0].due_at) == (NOON, NOON + 23 * DAY)
    assert sum(row.due_count for row in rows) == 31


@pytest.mark.usefixtures("session")
def test_no_second_job_piles_up_behind_a_slow_one(done: list[dt.datetime | None]) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON):
        fire_due()
    with clock.fixed(NOON + 2 * DAY):
        assert fire_due() == []
        with unit_of_work() as writing, pytest.raises(StateError):
            run_now(writing, 1, CLI)
        _work_off()
        assert [fired.missed for fired in fire_due()] == [1]
    assert done == [NOON]


@pytest.mark.usefixtures("session")
def test_now_beside_the_times(done: list[dt.datetime | None]) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
        with unit_of_work() as writing:
            run_now(writing, 1, CLI)
        _work_off()
    assert done == [NOON - MINUTE]
    with unit_of_work() as writing, pytest.raises(NotFoundError):
        run_now(writing, 99, CLI)


def _change(**changes: object) -> None:
    values = {
        "schedule_id": 1,
        "cron": "0 12 * * *",
        "is_enabled": True,
        "catches_up": True,
    }
    with unit_of_work() as writing:
        change(writing, CLI, **(values | changes))  # type: ignore[arg-type]


def test_a_change_is_audited_and_what_passed_before_it_is_not_missed(
    session: Session, done: list[dt.datetime | None]
) -> None:
    with clock.fixed(NOON - 5 * DAY):
        insert_defaults()
    with clock.fixed(NOON + MINUTE):
        _change(cron="0 13 * * *")
        assert fire_due() == []
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.action == "schedule.change"
    assert json.loads(entry.before or "") == {"cron": "0 12 * * *"}
    assert json.loads(entry.after or "") == {"kind": "clean_up", "cron": "0 13 * * *"}
    with clock.fixed(NOON + 60 * MINUTE):
        fire_due()
        _work_off()
    assert done == [NOON + 60 * MINUTE]


@pytest.mark.usefixtures("done")
def test_a_change_that_changes_nothing_leaves_no_trace_and_misses_nothing(session: Session) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    with clock.fixed(NOON + MINUTE):
        _change()
        assert len(fire_due()) == 1
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.usefixtures("done")
def test_what_is_switched_off_is_not_done(session: Session) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
        _change(is_enabled=False)
    with clock.fixed(NOON + 9 * DAY):
        assert fire_due() == []
        _change()
        assert fire_due() == []
    assert _firings(session) == []


@pytest.mark.usefixtures("done")
def test_a_wrong_time_or_a_schedule_that_is_not_there_is_refused(session: Session) -> None:
    insert_defaults()
    with pytest.raises(InputError, match="cannot be read"):
        _change(cron="0 25 * * *")
    with pytest.raises(NotFoundError):
        _change(schedule_id=2)
    assert session.scalars(select(Schedule.cron)).all() == ["0 12 * * *"]


@pytest.mark.usefixtures("session", "done")
def test_a_time_spoilt_in_the_table_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
        with unit_of_work() as writing:
            writing.add(
                Schedule(
                    key="clean_up:x",
                    kind="clean_up",
                    cron="nonsense",
                    is_enabled=True,
                    catches_up=True,
                    handled_until=clock.now(),
                )
            )
    with clock.fixed(NOON):
        assert len(fire_due()) == 1
    assert "nonsense" in caplog.text or "five fields" in caplog.text


def test_a_time_at_which_nothing_is_needed_passes_without_a_job(
    app: Flask, session: Session, done: list[dt.datetime | None]
) -> None:
    is_needed = False
    (kind,) = jobs.kinds().values()
    register_defaults(app, (DefaultSchedule(kind, "0 12 * * *", is_needed=lambda _: is_needed),))
    with clock.fixed(NOON - MINUTE):
        insert_defaults()
    for days in range(3):
        with clock.fixed(NOON + days * DAY + MINUTE):
            assert fire_due() == []
    assert session.scalars(select(Job.id)).all() == []
    is_needed = True
    with clock.fixed(NOON + 3 * DAY + MINUTE):
        assert [(fired.kind, fired.missed) for fired in fire_due()] == [("clean_up", 0)]
    _work_off()
    assert done == [NOON + 3 * DAY]
    assert len(_firings(session)) == 1


@pytest.mark.usefixtures("done")
def test_defaults_are_inserted_once_and_never_brought_back(app: Flask, session: Session) -> None:
    insert_defaults()
    _change(cron="0 1 * * *")
    assert insert_defaults() == 0
    assert session.scalars(select(Schedule.cron)).all() == ["0 1 * * *"]
    unknown = JobKind("seal_audit", lambda _task, _progress: None)
    with pytest.raises(RuntimeError, match="seal_audit"):
        register_defaults(app, (DefaultSchedule(unknown, "0 1 * * *"),))
