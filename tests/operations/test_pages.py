"""Pages about long work and about schedules: who sees what, how far it is, what can be done."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_firing,
    create_job,
    create_person,
    create_schedule,
)
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform import clock, workers
from workforce.platform.audit import AuditEntry
from workforce.platform.jobs import Job
from workforce.platform.schedules import Firing, Schedule

ClientAs = Callable[[Account], FormClient]
NOON = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)


def _account(session: Session, role: Role) -> Account:
    return create_account(session, role, create_company(session), create_person(session))


def _admin(session: Session) -> Account:
    return create_account(session, Role.BASE_ADMIN)


@pytest.mark.feature("FIN-17")
def test_a_running_job_shows_how_far_it_is_and_asks_again_by_itself(
    session: Session, client_as: ClientAs
) -> None:
    finance = _account(session, Role.FINANCE)
    job = create_job(
        session,
        account=finance,
        state="running",
        step="clean",
        done_count=268,
        total_count=356,
        started_at=NOON,
        step_started_at=NOON,
        heartbeat_at=NOON + dt.timedelta(seconds=268),
    )
    session.commit()
    page = client_as(finance).get(f"/jobs/{job.id}").text
    assert "268 / 356" in page
    assert '<progress aria-label="清理过期记录" value="268" max="356"></progress>' in page
    # 268 rows in 268 seconds: 88 rows are 88 seconds.
    assert "约剩 1 分 28 秒" in page
    assert f'hx-get="/jobs/{job.id}/progress"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


@pytest.mark.parametrize(("done", "told"), [(17, 0), (18, 1)])
def test_time_left_is_told_from_five_per_cent_on(
    session: Session, client_as: ClientAs, done: int, told: int
) -> None:
    """5 % of 356 is 17.8."""
    finance = _account(session, Role.FINANCE)
    job = create_job(
        session,
        account=finance,
        state="running",
        done_count=done,
        total_count=356,
        step_started_at=NOON,
        heartbeat_at=NOON + dt.timedelta(seconds=30),
    )
    session.commit()
    assert client_as(finance).get(f"/jobs/{job.id}").text.count("约剩") == told


def test_at_its_end_the_page_is_loaded_anew_with_the_result(
    session: Session, client_as: ClientAs
) -> None:
    finance = _account(session, Role.FINANCE)
    job = create_job(session, account=finance, state="done", result='{"jobs": 12}', open_key=None)
    waiting = create_job(session, account=finance)
    session.commit()
    client = client_as(finance)
    assert client.get(f"/jobs/{job.id}/progress").headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(f"/jobs/{waiting.id}/progress").headers
    page = client.get(f"/jobs/{job.id}").text
    assert "已清理 12 条过期任务" in page
    assert "hx-get" not in page


def test_a_failed_job_says_why_in_the_readers_language(
    session: Session, client_as: ClientAs
) -> None:
    finance = _account(session, Role.FINANCE)
    job = create_job(
        session,
        account=finance,
        state="failed",
        error_code="job.failed",
        error_params='{"incident": "ab12"}',
        open_key=None,
    )
    session.commit()
    client = client_as(finance)
    assert "编号 ab12" in client.get(f"/jobs/{job.id}").text
    client.get("/language/en")
    assert "number ab12" in client.get(f"/jobs/{job.id}").text


@pytest.mark.feature("ALL-1")
def test_jobs_are_seen_by_who_asked_and_by_the_company(
    session: Session, client_as: ClientAs
) -> None:
    company = create_company(session)
    finance = create_account(session, Role.FINANCE, company)
    leader = create_account(session, Role.SUPERVISOR, company)
    other = _account(session, Role.FINANCE)
    mine = create_job(session, company, leader)
    companys = create_job(session, company, finance)
    session.commit()
    seen = {
        account.login_name: [
            client_as(account).get(f"/jobs/{job.id}").status_code for job in (mine, companys)
        ]
        for account in (finance, leader, other)
    }
    assert seen == {
        finance.login_name: [200, 200],
        leader.login_name: [200, 404],
        other.login_name: [404, 404],
    }
    assert client_as(other).post_form(f"/jobs/{mine.id}/cancel").status_code == 404
    assert client_as(other).get("/jobs").text.count("/jobs/") == 0


def test_cancelling_is_audited_and_refused_once_it_has_ended(
    session: Session, client_as: ClientAs
) -> None:
    finance = _account(session, Role.FINANCE)
    job = create_job(session, account=finance)
    session.commit()
    client = client_as(finance)
    client.post_form(f"/jobs/{job.id}/cancel")
    session.rollback()
    assert session.get_one(Job, job.id).state == "cancelled"
    client.post_form(f"/jobs/{job.id}/cancel")
    assert "任务已经结束，不能取消" in client.get(f"/jobs/{job.id}").text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "job.cancel")).one()
    assert (entry.actor_id, entry.subject_id) == (finance.id, str(job.id))


def test_the_list_shows_what_people_asked_for_page_by_page(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    finance = _account(session, Role.FINANCE)
    create_job(session, account=finance, due_at=NOON)
    session.commit()
    client = client_as(finance)
    assert "还没有后台任务" in client.get("/jobs").text

    def make_more() -> None:
        for _ in range(60):
            create_job(session, account=finance)
        session.commit()

    create_job(session, account=finance)
    session.commit()
    assert_same_queries(app, client, "/jobs", make_more)
    assert "第 1 页，共 2 页" in client.get("/jobs").text


@pytest.mark.feature("ALL-6")
def test_the_list_of_schedules_tells_when_how_it_went_and_what_was_missed(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    admin = _admin(session)
    schedule = create_schedule(session, cron="30 3 * * *")
    job = create_job(session, state="done", result='{"jobs": 0}', due_at=NOON, finished_at=NOON)
    create_firing(session, schedule, job)
    create_firing(session, schedule, due_at=NOON - dt.timedelta(days=1), due_count=3)
    session.commit()
    client = client_as(admin)
    page = client.get("/schedules").text
    assert "每天 03:30" in page
    assert re.search(r"错过\W+data-label|3 次", page)
    assert "已完成" in page
    assert "没有后台程序在工作" in page

    def make_more() -> None:
        company = create_company(session)
        create_firing(session, create_schedule(session, company), create_job(session))
        session.commit()

    assert_same_queries(app, client, "/schedules", make_more)
    assert_same_queries(app, client, f"/schedules/{schedule.id}", make_more)


def test_the_list_says_that_workers_are_at_work(session: Session, client_as: ClientAs) -> None:
    admin = _admin(session)
    session.commit()
    workers.begin("here:1")
    with clock.fixed(clock.now() - dt.timedelta(hours=1)):
        workers.begin("gone:2")
    assert "正在工作的后台程序：1 个" in client_as(admin).get("/schedules").text


@pytest.mark.feature("ALL-6")
def test_what_was_missed_is_done_by_hand_from_the_history(
    session: Session, client_as: ClientAs
) -> None:
    admin = _admin(session)
    schedule = create_schedule(session)
    missed = create_firing(session, schedule)
    session.commit()
    client = client_as(admin)
    assert "补做" in client.get(f"/schedules/{schedule.id}").text
    answer = client.post_form(f"/firings/{missed.id}/repeat")
    assert (answer.location or "").startswith("/jobs/")
    session.rollback()
    again = session.scalars(select(Firing).where(Firing.repeat == 1)).one()
    assert (again.due_at, again.asked_by_id) == (missed.due_at, admin.id)
    # While it waits it cannot be asked for a second time.
    client.post_form(f"/firings/{missed.id}/repeat")
    page = client.get(f"/schedules/{schedule.id}").text
    assert "正在执行或等待执行" in page
    assert f"由 {admin.login_name} 手动执行" in page
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert "3 次" not in client.get("/schedules").text


def test_now_queues_a_job(session: Session, client_as: ClientAs) -> None:
    admin = _admin(session)
    schedule = create_schedule(session)
    session.commit()
    client = client_as(admin)
    assert (client.post_form(f"/schedules/{schedule.id}/run").location or "").startswith("/jobs/")
    assert client.post_form("/schedules/99/run").status_code == 404
    assert client.post_form("/firings/99/repeat").status_code == 404
    session.rollback()
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("schedule.run_now", admin.id)


def test_a_time_is_changed_with_its_trace(session: Session, client_as: ClientAs) -> None:
    admin = _admin(session)
    schedule = create_schedule(session)
    session.commit()
    answer = client_as(admin).post_form(
        f"/schedules/{schedule.id}", {"cron": "0  8 * * 1", "catches_up": "y"}
    )
    assert answer.status_code == 302
    session.rollback()
    row = session.get_one(Schedule, schedule.id)
    assert (row.cron, row.is_enabled, row.catches_up) == ("0 8 * * 1", False, True)
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.action == "schedule.change"
    assert "0 12 * * *" in (entry.before or "")


@pytest.mark.parametrize(
    ("cron", "said"),
    [("0 25 * * *", "“时”这一段的“25”看不懂"), ("", "请填写时间"), ("1 2 3", "这里有 3 段")],
)
def test_a_wrong_time_stays_in_its_field_with_the_remedy(
    session: Session, client_as: ClientAs, cron: str, said: str
) -> None:
    admin = _admin(session)
    schedule = create_schedule(session)
    session.commit()
    answer = client_as(admin).post_form(f"/schedules/{schedule.id}", {"cron": cron})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{cron}"' in answer.text
    assert 'href="#cron"' in answer.text
    session.rollback()
    assert session.get_one(Schedule, schedule.id).cron == "0 12 * * *"


def test_a_look_at_the_times_changes_nothing(session: Session, client_as: ClientAs) -> None:
    admin = _admin(session)
    schedule = create_schedule(session)
    session.commit()
    client = client_as(admin)
    with clock.fixed(NOON):
        answer = client.post_form(
            f"/schedules/{schedule.id}", {"cron": "0 8 * * 1", "preview": "1"}
        )
        part = client.get("/schedules/preview?cron=0+8+*+*+1").text
        wrong = client.get("/schedules/preview?cron=nonsense").text
    assert answer.status_code == 200
    for shown in (answer.text, part):
        assert "每周一 08:00" in shown
        # Five Mondays after Tuesday 2026-11-10.
        assert [day for day in ("16", "23", "30") if f"2026-11-{day} 08:00" in shown] == [
            "16",
            "23",
            "30",
        ]
        assert "2026-12-14 08:00" in shown
    assert "五段" in wrong
    session.rollback()
    assert session.get_one(Schedule, schedule.id).cron == "0 12 * * *"


def test_only_the_bases_administrator_meets_schedules(
    session: Session, client_as: ClientAs
) -> None:
    for role in Role:
        account = _admin(session) if role is Role.BASE_ADMIN else _account(session, role)
        session.commit()
        expected = 200 if role is Role.BASE_ADMIN else 403
        assert client_as(account).get("/schedules").status_code == expected, role
