"""Output on pages: seen, decided and counted; each in reach only, and paid once."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_account,
    create_batch,
    create_employment,
    create_group_output,
    create_membership,
    create_output,
    create_person,
    create_piece_price,
    create_task_type,
)
from tests.factories.skills import create_skill_requirement
from tests.production_web.world import DAY, SignIn, World
from tests.queries import assert_same_queries
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.platform import clock, locks
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.production.service import Decider, decide_records, plan_output
from workforce.quality.service import plan_inspections


def shown(page: str, label: str) -> str:
    """Return the figure under a label."""
    found = re.search(
        rf'figure-label">{label}</p>\s*<p class="figure-value"><span class="tabular">([^<]*)', page
    )
    assert found, label
    return found[1]


@pytest.mark.feature("SUP-13")
def test_a_batch_tells_its_counts_apart(session: Session, world: World) -> None:
    extra = {"batch_id": world.batch.id}
    create_output(
        session,
        world.people[0],
        world.task,
        dt.date(2026, 10, 9),
        80,
        reviewed_qty=80,
        accepted_qty=70,
        rejected_qty=10,
        reworked_qty=5,
        **extra,
    )
    create_output(
        session,
        world.people[0],
        world.task,
        dt.date(2026, 10, 10),
        40,
        state="rejected",
        accepted_on=None,
        pay_period=None,
        accepted_qty=0,
        reviewed_qty=40,
        rejected_qty=40,
        is_sent_back=True,
        **extra,
    )
    session.commit()

    page = world.client.get(f"/output/batches/{world.batch.id}").get_data(as_text=True)

    # 100 + 100 + 80 + 40 submitted, the first two still waiting.
    assert shown(page, "提交") == "320"
    assert shown(page, "待验收") == "200"
    assert shown(page, "合格") == "70"
    assert shown(page, "不合格") == "50"
    assert shown(page, "返工") == "5"
    assert "其中退回返工 40" in page


@pytest.mark.feature("SUP-11")
@both_engines
def test_accepted_output_is_paid_in_the_next_open_month(
    session: Session, client_as: SignIn
) -> None:
    world = World(session, client_as)

    page = world.decide("accept")

    assert "已处理 1 条记录" in page
    assert world.record().pay_period == "2026-11"
    assert (world.paid("2026-11"), world.paid("2026-10")) == (100, 0)
    locks.lock(session, world.company.id, PayPeriod(2026, 11), reason="close", account_id=None)
    session.commit()
    world.decide("accept", record=str(world.records[1].id))
    assert world.record(1).pay_period == "2026-12"


@pytest.mark.feature("SUP-14")
@both_engines
def test_work_that_is_reworked_and_then_accepted_is_paid_once(
    session: Session, client_as: SignIn
) -> None:
    world = World(session, client_as)
    world.decide("rework", reason="漏标")
    sent_back = world.record()
    assert (sent_back.state, sent_back.is_sent_back, sent_back.decided_reason) == (
        "rejected",
        True,
        "漏标",
    )
    assert world.paid("2026-11") == 0

    world.decide("resubmit")
    world.decide("accept")
    world.decide("accept")

    done = world.record()
    assert (done.state, done.accepted_qty, done.reworked_qty, done.rejected_qty) == (
        "accepted",
        100,
        100,
        0,
    )
    assert world.paid("2026-11") == 100


def test_a_rejection_needs_a_reason(world: World) -> None:
    assert "请写明原因" in world.decide("reject")
    assert world.record().state == "submitted"
    world.decide("reject", reason="全错")
    assert world.record().state == "rejected"


@pytest.mark.feature("SUP-22")
def test_what_was_decided_stands_in_the_audit_and_on_the_page(world: World) -> None:
    world.decide("rework", reason="漏标三处")

    world.session.rollback()
    (entry,) = world.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_type == "output_record")
    )
    assert (entry.action, entry.reason, entry.actor_id) == (
        "output.rework",
        "漏标三处",
        world.finance.id,
    )
    assert '"state":"submitted"' in (entry.before or "")
    page = world.client.get(f"/output/records/{world.records[0].id}").get_data(as_text=True)
    assert "漏标三处" in page
    assert "退回返工" in page


def test_what_a_closed_month_paid_does_not_move(session: Session, world: World) -> None:
    world.decide("accept")
    session.rollback()
    locks.lock(session, world.company.id, PayPeriod(2026, 11), reason="close", account_id=None)
    session.commit()

    page = world.decide("reject", reason="后来发现")

    assert "关账" in page
    assert world.record().state == "accepted"
    answer = world.client.post_form(
        f"/output/records/{world.records[0].id}/quantities",
        {"accepted": "90", "rejected": "10", "reworked": "0", "reason": "后来发现"},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "下一个未关账的月份" in answer.get_data(as_text=True)
    assert world.record().accepted_qty == 100


@pytest.mark.feature("SUP-17")
def test_work_without_its_certificate_is_not_accepted_and_the_page_says_of_whom(
    session: Session, world: World
) -> None:
    create_skill_requirement(session, world.company, world.task)
    session.commit()
    page = world.decide("accept")
    assert "没有做“bbox”的有效证书" in page
    assert "没有需要处理的记录" not in page
    answer = world.client.post_form(
        f"/output/records/{world.records[0].id}/quantities",
        {"accepted": "90", "rejected": "10", "reworked": "0", "reason": "数过"},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "申请例外" in answer.get_data(as_text=True)
    assert world.record().state == "submitted"


def test_the_day_of_acceptance_says_with_which_month_output_is_paid(world: World) -> None:
    """What was accepted at the month's end and is entered some days later is not paid a month late."""
    with clock.fixed(dt.datetime(2026, 12, 2, 9, tzinfo=clock.BASE_ZONE)):
        for day, words in (("2026-12-03", "还没有到"), ("2020-01-01", "早于作业日期"), ("x", "x")):
            assert words in world.decide("accept", accepted_on=day)
            assert world.record().state == "submitted"
        world.decide("accept", accepted_on="2026-11-30")
        world.decide("accept", record=str(world.records[1].id))
    first, second = world.record(), world.record(1)
    assert (str(first.accepted_on), first.pay_period) == ("2026-11-30", "2026-11")
    assert (str(second.accepted_on), second.pay_period) == ("2026-12-02", "2026-12")


@pytest.mark.feature("SUP-23")
def test_a_leader_decides_on_the_own_team_alone(world: World) -> None:
    other = str(world.records[1].id)
    answer = world.leader_client.post_form(
        "/output/decide", {"action": "accept", "record": [str(world.records[0].id), other]}
    )
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert world.record().state == "submitted"

    world.decide("accept", world.leader_client, which="batch", batch_id=str(world.batch.id))

    assert (world.record().state, world.record(1).state) == ("accepted", "submitted")
    page = world.leader_client.get("/output").get_data(as_text=True)
    assert "甲某" in page
    assert "乙某" not in page
    assert world.leader_client.get(f"/output/records/{other}").status_code == HTTPStatus.NOT_FOUND


def test_a_batch_that_got_other_records_is_looked_at_again(session: Session, world: World) -> None:
    path = f"/output/batches/{world.batch.id}"
    shown = re.search(r'name="seen" value="(\d+)"', world.client.get(path).get_data(as_text=True))
    assert shown
    create_output(
        session, world.people[0], world.task, dt.date(2026, 10, 9), batch_id=world.batch.id
    )
    session.commit()
    sent: dict[str, Any] = {"which": "batch", "batch_id": str(world.batch.id), "next": path}

    assert "您看到的是 2 条，现在是 3 条" in world.decide("accept", **sent, seen=shown[1])
    assert world.record().state == "submitted"
    world.decide("accept", **sent, seen="3")
    assert world.record().state == "accepted"


@pytest.mark.feature("SUP-25")
def test_who_left_the_team_is_reached_for_the_days_in_it(session: Session, world: World) -> None:
    """甲 moves to the other team on the 10th: the work of the 8th stays, that of the 12th goes."""
    moved = create_employment(session, world.company, create_person(session, name="丙某"))
    create_membership(session, moved, world.teams[0], valid_to=dt.date(2026, 10, 10))
    create_membership(session, moved, world.teams[1], valid_from=dt.date(2026, 10, 10))
    early = create_output(session, moved, world.task, dt.date(2026, 10, 9))
    late = create_output(session, moved, world.task, dt.date(2026, 10, 10))
    session.commit()

    statuses = [
        world.leader_client.get(f"/output/records/{record.id}").status_code
        for record in (early, late)
    ]

    assert statuses == [HTTPStatus.OK, HTTPStatus.NOT_FOUND]


@pytest.mark.feature("SUP-21")
def test_nobody_decides_on_the_own_output(
    session: Session, world: World, client_as: SignIn
) -> None:
    own = create_account(
        session, Role.FINANCE, world.company, None, person_id=world.people[0].person_id
    )
    session.commit()
    page = world.decide("accept", client_as(own))
    assert "您自己的产量" in page
    assert world.record().state == "submitted"
    answer = client_as(own).post_form(
        f"/output/records/{world.records[0].id}/quantities",
        {"accepted": "100", "rejected": "0", "reworked": "0", "reason": "x"},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.feature("SUP-24")
def test_a_leader_sees_whether_there_is_a_price_and_not_which(
    session: Session, world: World
) -> None:
    path = f"/output/records/{world.records[0].id}"
    assert "没有单价" in world.leader_client.get(path).get_data(as_text=True)
    create_piece_price(session, world.company, world.task, 123_400)
    session.commit()
    leaders = world.leader_client.get(path).get_data(as_text=True)
    assert "没有单价" not in leaders
    assert "0.1234" not in leaders
    assert "0.1234" in world.client.get(path).get_data(as_text=True)


def test_a_quantity_is_split(world: World) -> None:
    path = f"/output/records/{world.records[0].id}/quantities"
    sent = {"accepted": "95", "rejected": "6", "reworked": "2", "reason": "抽查"}
    answer = world.client.post_form(path, sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="95"' in page
    assert 'value="抽查"' in page
    assert "要等于提交的 100" in page

    assert world.client.post_form(path, sent | {"rejected": "5"}).status_code == HTTPStatus.FOUND

    record = world.record()
    assert (record.state, record.accepted_qty, record.rejected_qty, record.reworked_qty) == (
        "accepted",
        95,
        5,
        2,
    )
    assert world.paid("2026-11") == 95
    # Nothing accepted is a rejection, and nothing is paid.
    world.client.post_form(
        path, {"accepted": "0", "rejected": "100", "reworked": "0", "reason": "全错"}
    )
    assert (world.record().state, world.paid("2026-11")) == ("rejected", 0)


def test_by_inspection_nobody_accepts_by_hand(session: Session, client_as: SignIn) -> None:
    world = World(session, client_as, "by_inspection")
    assert "按抽检结果验收" in world.decide("accept")
    assert world.record().state == "submitted"


@pytest.mark.feature("SUP-11")
def test_a_list_sums_what_it_shows_and_its_file_says_the_same(
    session: Session, world: World
) -> None:
    other = create_task_type(session, code="poly", name_zh="多边形")
    create_output(session, world.people[0], other, dt.date(2026, 10, 9), 7)
    create_output(session, world.people[0], world.task, dt.date(2026, 9, 30), 1)
    create_group_output(
        session,
        world.company,
        world.task,
        DAY,
        11,
        {world.people[0]: 1_000, world.people[1]: 1_000},
    )
    session.commit()

    page = world.client.get("/output?period=2026-10&task_type=bbox").get_data(as_text=True)
    answer = world.client.get("/output/records.xlsx?period=2026-10&task_type=bbox")

    # Two records of 100 and the group's 11; the 7 are of another task, the 1 of September.
    assert "合计（全部 3 条）" in page
    assert 'data-label="提交">211<' in page
    rows = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].values)
    assert len(rows) == 5
    assert rows[-1][5] == 211
    assert "一组" in page
    # A leader reaches a group's record through a member.
    assert "一组" in world.leader_client.get("/output?period=2026-10").get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("on=2026-10-08", 2),
        ("q=甲", 1),
        ("q=A0002", 1),
        ("batch=B-", 2),
        ("state=accepted", 0),
        ("state=submitted", 2),
        ("period=2026-09", 0),
    ],
)
def test_the_address_narrows_the_list(world: World, query: str, count: int) -> None:
    page = world.client.get(f"/output?{query}").get_data(as_text=True)
    assert len(re.findall(r'href="/output/records/\d+"', page)) == count


def test_batches_are_listed_with_what_still_waits(session: Session, world: World) -> None:
    done = create_batch(session, world.company, world.task, code="B-2")
    create_output(session, world.people[0], world.task, DAY, 9, batch_id=done.id)
    session.commit()
    page = world.client.get("/output/batches?period=2026-10").get_data(as_text=True)
    assert "B-1" in page
    assert "B-2" in page
    waiting = world.client.get("/output/batches?period=2026-10&state=submitted")
    assert "B-2" not in waiting.get_data(as_text=True)


def test_another_companys_batch_is_not_found(
    session: Session, world: World, client_as: SignIn
) -> None:
    stranger = World(session, client_as, task_type="other")
    assert (
        world.client.get(f"/output/batches/{stranger.batch.id}").status_code == HTTPStatus.NOT_FOUND
    )
    answer = world.client.post_form(
        "/output/decide",
        {"action": "accept", "which": "batch", "batch_id": str(stranger.batch.id)},
    )
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert stranger.record().state == "submitted"


def test_the_number_of_queries_does_not_grow(app: Flask, world: World) -> None:
    session = world.session

    def more() -> None:
        for _ in range(5):
            one = create_employment(session, world.company)
            create_membership(session, one, world.teams[0])
            create_output(session, one, world.task, DAY, batch_id=world.batch.id)
            batch = create_batch(session, world.company, world.task)
            create_output(session, one, world.task, DAY, batch_id=batch.id)
        session.commit()

    for client in (world.client, world.leader_client):
        for path in (
            "/output",
            "/output/batches",
            f"/output/batches/{world.batch.id}",
            f"/output/entry?on=2026-10-08&task_type=bbox&team={world.teams[0].id}",
        ):
            assert_same_queries(app, client, path, more)


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_writers_of_output_wait_for_one_another(session: Session, client_as: SignIn) -> None:
    """SQLite has one writer; on PostgreSQL what a decision, an import or a check reads must stand."""
    world = World(session, client_as)
    company_id, record_id = world.company.id, world.records[0].id
    finance = Decider(actor=CLI, scope=Scope.company(company_id), person_id=None)
    held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 3")
    reading: tuple[Callable[[Session], object], ...] = (
        lambda writing: decide_records(writing, finance, "accept", on=DAY, record_ids=[record_id]),
        lambda writing: plan_output(writing, company_id, "output", []),
        lambda writing: plan_inspections(writing, company_id, "inspections", []),
    )
    for read in reading:
        with unit_of_work() as writing:
            read(writing)
            assert writing.scalar(held) == 1
