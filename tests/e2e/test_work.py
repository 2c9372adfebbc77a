"""Importing and accepting work in a real browser: a DingTalk report with errors, and a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check_at_both_widths
from tests.factories import (
    create_account,
    create_batch,
    create_company,
    create_employment,
    create_inspection,
    create_leadership,
    create_membership,
    create_output,
    create_pay_policy,
    create_person,
    create_task_type,
    create_team,
)
from tests.imports.test_dingtalk import daily, row
from workforce.accounts.models import Account
from workforce.attendance.models import Shift
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.production.models import Batch, OutputRecord, TaskType

pytestmark = pytest.mark.browser

NOW = dt.datetime(2026, 11, 3, 2, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


class World:
    """A company with one person, A0001, in a team that is led, with a batch that waits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        company = create_company(session)
        create_pay_policy(session, company, acceptance="by_person")
        team = create_team(session, company)
        worker = create_employment(
            session, company, create_person(session, name="李晨"), employee_no="A0001"
        )
        create_membership(session, worker, team)
        task = create_task_type(session)
        self.batch: Batch = create_batch(session, company, task, code="B-1")
        waiting: dict[str, Any] = {
            "state": "submitted",
            "accepted_on": None,
            "pay_period": None,
            "accepted_qty": 0,
        }
        for day in (8, 9):
            on = dt.date(2026, 10, day)
            create_output(session, worker, task, on, batch_id=self.batch.id, **waiting)
        create_inspection(
            session,
            company,
            task,
            dt.date(2026, 10, 12),
            batch_id=self.batch.id,
            error_qty=2,
            severity="minor",
        )
        self.finance: Account = create_account(session, Role.FINANCE, company)
        self.leader: Account = create_account(session, Role.SUPERVISOR, company)
        create_leadership(session, team, self.leader.id)
        session.commit()


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def dingtalk(folder: Path, *numbers: str) -> Path:
    """Write a daily report of DingTalk with the same day of each number."""
    path = folder / f"考勤报表{len(numbers)}.xlsx"
    path.write_bytes(daily(*(row("26-10-08 星期四", no=no, user="") for no in numbers)))
    return path


def seen(visitor: Visitor) -> None:
    """Ask of the page one is on what every page must keep, and open it again with its menus closed."""
    look_at(visitor, visitor.page.url.removeprefix(visitor.address))


def look_at(visitor: Visitor, path: str) -> None:
    """Open a page, ask of it what every page must keep, and leave it as one finds it."""
    check_at_both_widths(visitor, path)
    assert visitor.open(path) == 200


@pytest.mark.feature("SUP-4")
def test_a_report_with_errors_is_corrected_and_applied(
    world: World, visitors: Visitors, tmp_path: Path
) -> None:
    visitor = visitors.visit(world.finance, width=PHONE_WIDTH)
    page = visitor.page
    look_at(visitor, "/imports")
    page.get_by_role("link", name="导入 钉钉考勤报表", exact=True).click()
    seen(visitor)

    page.set_input_files("#files", dingtalk(tmp_path, "A0001", "A0009"))
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_text("A0009").first).to_be_visible()
    seen(visitor)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出错误的表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")

    page.get_by_role("link", name="上传改好的文件").click()
    page.set_input_files("#files", dingtalk(tmp_path, "A0001"))
    page.get_by_role("button", name="上传并预览").click()
    page.get_by_role("button", name="确认导入").click()

    expect(page.get_by_text("已导入")).to_be_visible()
    seen(visitor)
    world.session.rollback()
    assert len(world.session.scalars(select(Shift)).all()) == 1
    check_at_both_widths(visitor, "/imports/history")


@pytest.mark.feature("SUP-13")
def test_a_batch_is_accepted_and_sent_back(world: World, visitors: Visitors) -> None:
    visitor = visitors.visit(world.leader, width=PHONE_WIDTH)
    page = visitor.page
    look_at(visitor, "/output/batches?period=2026-10")
    page.get_by_role("link", name="B-1").click()
    seen(visitor)

    page.locator("input[name=record]").first.check()
    page.get_by_role("textbox", name="原因").fill("漏标")
    page.get_by_role("button", name="退回返工", exact=True).click()
    expect(page.get_by_text("已处理 1 条记录")).to_be_visible()
    page.get_by_label("这一批全部（您能管的人）").check()
    page.get_by_role("button", name="验收合格").click()
    expect(page.get_by_text("已处理 1 条记录")).to_be_visible()
    seen(visitor)

    world.session.rollback()
    states = world.session.scalars(select(OutputRecord.state).order_by(OutputRecord.id)).all()
    assert sorted(states) == ["accepted", "rejected"]
    page.get_by_role("link", name="2026-10-09").first.click()
    seen(visitor)


def test_pages_with_rows(world: World, visitors: Visitors) -> None:
    code = world.session.scalars(select(TaskType.code)).one()
    visitor = visitors.visit(world.finance, width=PHONE_WIDTH)
    for path in (
        "/output?period=2026-10",
        f"/output/entry?on=2026-10-08&task_type={code}&employee_no=A0001",
        "/quality?period=2026-10",
        "/quality/inspections?period=2026-10",
        "/quality/inspections/new",
        "/quality/sample-size?lot=1000&limit=1.0&confidence=95&margin=5&share=50",
    ):
        check_at_both_widths(visitor, path)
