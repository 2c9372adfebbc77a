"""Output typed by hand: rows of the output table, in reach only, nothing lost and nothing doubled."""

from __future__ import annotations

import datetime as dt
import io
import re
from http import HTTPStatus

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_employment, create_membership, create_piece_price
from tests.production_web.world import SignIn, World
from workforce.platform.audit import AuditEntry
from workforce.production.models import OutputRecord


def entry(world: World, **changes: str) -> dict[str, str]:
    first = world.people[0].id
    return {
        "on": "2026-10-12",
        "task_type": "bbox",
        "batch": "B-1",
        "team": str(world.teams[0].id),
        f"submitted-{first}": "120",
    } | changes


@pytest.mark.feature("SUP-11")
@both_engines
def test_typed_output_is_a_row_of_the_table(session: Session, client_as: SignIn) -> None:
    world = World(session, client_as, "at_once")
    answer = world.client.post_form("/output/entry", entry(world))
    again = world.client.post_form("/output/entry", entry(world))
    assert (answer.status_code, again.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)

    world.session.rollback()
    (record,) = world.session.scalars(
        select(OutputRecord).where(OutputRecord.work_on == dt.date(2026, 10, 12))
    )
    assert (record.source, record.source_key) == ("output", "A0001|2026-10-12|bbox|B-1|")
    assert (record.accepted_qty, record.pay_period) == (120, "2026-10")
    # The same row imported changes nothing.
    content = "工号,日期,任务类型,批次,提交数量\nA0001,2026-10-12,bbox,B-1,120\n".encode()
    sent = {"files": (io.BytesIO(content), "产量.csv")}
    preview = str(world.client.post_form("/imports/sources/output", sent).location)
    assert "都已经登记过" in world.client.get(preview).get_data(as_text=True)


def test_a_stored_row_is_changed_with_a_reason_only(world: World) -> None:
    first = world.people[0].id
    world.client.post_form("/output/entry", entry(world))
    changed = entry(world, **{f"submitted-{first}": "130"})
    answer = world.client.post_form("/output/entry", changed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请写明原因" in page
    assert 'value="130"' in page
    answer = world.client.post_form("/output/entry", changed | {"reason": "数错了"})
    assert answer.status_code == HTTPStatus.FOUND
    world.session.rollback()
    entries = world.session.scalars(
        select(AuditEntry.reason).where(AuditEntry.action == "output.enter")
    ).all()
    assert entries == [None, "数错了"]


def opened(world: World) -> dict[str, str]:
    """Return the form of B-1's day as a browser would send it untouched."""
    query = f"on=2026-10-12&task_type=bbox&batch=B-1&team={world.teams[0].id}"
    page = world.client.get(f"/output/entry?{query}").get_data(as_text=True)
    sent = entry(world)
    for tag in re.findall(r"<input [^>]*>", page):
        name = re.search(r' name="((?:was|submitted|accepted|rejected)-\d+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and value:
            sent[name[1]] = value[1]
    return sent


def second_member(session: Session, world: World) -> int:
    one = create_employment(session, world.company, employee_no="A0003")
    create_membership(session, one, world.teams[0])
    session.commit()
    return one.id


def test_rows_that_nobody_touched_keep_what_was_decided(session: Session, world: World) -> None:
    second = second_member(session, world)
    world.client.post_form("/output/entry", entry(world))
    world.session.rollback()
    chosen = select(OutputRecord).where(OutputRecord.work_on == dt.date(2026, 10, 12))
    (record,) = world.session.scalars(chosen)
    world.decide("accept", record=str(record.id))

    answer = world.client.post_form(
        "/output/entry", opened(world) | {f"submitted-{second}": "7", f"was-{second}": "//"}
    )

    assert answer.status_code == HTTPStatus.FOUND
    world.session.rollback()
    rows = world.session.scalars(chosen.order_by(OutputRecord.id)).all()
    assert [(row.state, row.submitted_qty, row.accepted_qty) for row in rows] == [
        ("accepted", 120, 120),
        ("submitted", 7, 0),
    ]


def test_a_row_that_somebody_changed_meanwhile_is_shown_first(world: World) -> None:
    first = world.people[0].id
    world.client.post_form("/output/entry", entry(world))
    sent = opened(world) | {f"submitted-{first}": "130", "reason": "数错了"}
    world.client.post_form(
        "/output/entry", entry(world) | {f"submitted-{first}": "99"} | {"reason": "改"}
    )

    answer = world.client.post_form("/output/entry", sent)

    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "现在是 99//" in page
    assert 'value="130"' in page
    again = world.client.post_form("/output/entry", sent | {f"was-{first}": "99//"})
    assert again.status_code == HTTPStatus.FOUND
    world.session.rollback()
    chosen = select(OutputRecord.submitted_qty).where(OutputRecord.work_on == dt.date(2026, 10, 12))
    assert world.session.scalars(chosen).all() == [130]


def test_a_recorded_row_is_not_cleared_unsaid(world: World) -> None:
    first = world.people[0].id
    world.client.post_form("/output/entry", entry(world))
    answer = world.client.post_form("/output/entry", opened(world) | {f"submitted-{first}": " "})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "没有做就填 0" in answer.get_data(as_text=True)


def test_a_wrong_row_keeps_all_that_was_typed_and_writes_nothing(world: World) -> None:
    first = world.people[0].id
    typed = entry(world, **{f"submitted-{first}": "十二"})
    answer = world.client.post_form("/output/entry", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="十二"' in page
    assert f'href="#submitted-{first}"' in page
    answer = world.client.post_form(
        "/output/entry",
        entry(world, **{f"accepted-{first}": "100", f"rejected-{first}": "30"}),
    )
    # 100 + 30 of 120
    assert "多于提交 120" in answer.get_data(as_text=True)
    world.session.rollback()
    assert len(world.session.scalars(select(OutputRecord)).all()) == 2


def test_the_form_says_what_is_recorded_beside_and_whether_there_is_a_price(
    session: Session, world: World
) -> None:
    query = f"?on=2026-10-08&task_type=bbox&team={world.teams[0].id}"
    page = world.leader_client.get(f"/output/entry{query}").get_data(as_text=True)
    assert "同一天已有 100（批次 B-1）" in page
    assert "没有单价" in page
    create_piece_price(session, world.company, world.task, 500_000)
    session.commit()
    page = world.leader_client.get(f"/output/entry{query}").get_data(as_text=True)
    assert "这一天有单价" in page
    assert "0.5 元" not in page


def test_a_leader_types_for_the_own_team_only(world: World) -> None:
    query = "?on=2026-10-08&task_type=bbox&employee_no="
    assert "甲某" in world.leader_client.get(f"/output/entry{query}A0001").get_data(as_text=True)
    answer = world.leader_client.get(f"/output/entry{query}A0002")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "乙某" not in answer.get_data(as_text=True)
    other = entry(world, team=str(world.teams[1].id))
    other[f"submitted-{world.people[1].id}"] = "5"
    world.leader_client.post_form("/output/entry", other)
    world.session.rollback()
    assert len(world.session.scalars(select(OutputRecord)).all()) == 2


def test_no_output_of_days_to_come(world: World) -> None:
    answer = world.client.post_form("/output/entry", entry(world, on="2026-12-01"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还没有到" in answer.get_data(as_text=True)
