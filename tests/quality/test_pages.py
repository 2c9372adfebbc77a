"""Inspections on pages: recorded, corrected, deciding; accuracy and what it does to pay."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
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
from tests.factories.skills import create_skill_certificate, create_skill_requirement
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.production.models import OutputRecord
from workforce.quality.models import Inspection

SignIn = Callable[[Account], FormClient]

NOW = dt.datetime(2026, 10, 20, 2, tzinfo=dt.UTC)
NEW = "/quality/inspections/new"
TIERS = [
    {"accuracy_from_rate": 980_000, "factor_rate": 1_000_000},
    {"accuracy_from_rate": 950_000, "factor_rate": 950_000},
]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


class World:
    """A company that accepts by inspection, with a batch of two teams' output of October 8."""

    def __init__(self, session: Session, client_as: SignIn) -> None:
        self.session = session
        self.company = create_company(session)
        create_pay_policy(session, self.company, acceptance="by_inspection", quality_tiers=TIERS)
        self.task = create_task_type(session, code="bbox")
        self.teams = [create_team(session, self.company) for _ in range(2)]
        self.people = []
        self.batches = [
            create_batch(session, self.company, self.task, code=code) for code in ("B-1", "B-2")
        ]
        for number, team in enumerate(self.teams, start=1):
            one = create_employment(session, self.company, employee_no=f"A000{number}")
            create_membership(session, one, team)
            self.people.append(one)
            self.output(one, self.batches[0].id)
        self.output(self.people[0], self.batches[1].id)
        self.finance = create_account(session, Role.FINANCE, self.company, create_person(session))
        self.leader = create_account(session, Role.SUPERVISOR, self.company, create_person(session))
        create_leadership(session, self.teams[0], self.leader.id)
        session.commit()
        self.client = client_as(self.finance)
        self.leader_client = client_as(self.leader)

    def output(self, employment: object, batch_id: int) -> None:
        create_output(
            self.session,
            employment,  # type: ignore[arg-type]
            self.task,
            dt.date(2026, 10, 8),
            100,
            state="submitted",
            accepted_on=None,
            pay_period=None,
            accepted_qty=0,
            batch_id=batch_id,
        )

    def rows(self) -> list[Inspection]:
        self.session.rollback()
        self.session.expire_all()
        return list(self.session.scalars(select(Inspection).order_by(Inspection.id)))

    def states(self, batch: int) -> list[str]:
        self.session.rollback()
        chosen = select(OutputRecord.state).where(OutputRecord.batch_id == self.batches[batch].id)
        return list(self.session.scalars(chosen))


@pytest.fixture
def world(session: Session, client_as: SignIn) -> World:
    return World(session, client_as)


def typed(**changes: str) -> dict[str, str]:
    return {
        "batch": "B-1",
        "inspected_on": "2026-10-12",
        "sampled": "200",
        "errors_found": "9",
        "severity": "minor",
        "result": "pass",
        "inspector": "张三",
    } | changes


@pytest.mark.feature("SUP-15")
@both_engines
def test_an_inspection_is_recorded_and_decides_on_the_output(
    session: Session, client_as: SignIn
) -> None:
    world = World(session, client_as)
    answer = world.client.post_form(NEW, typed())
    assert answer.status_code == HTTPStatus.FOUND

    (row,) = world.rows()
    told = (row.sampled_qty, row.error_qty, row.severity, row.result, row.inspector)
    assert told == (200, 9, "minor", "pass", "张三")
    assert (row.pay_period, row.source, row.source_key) == (
        "2026-10",
        "inspections",
        "B-1|||2026-10-12",
    )
    assert world.states(0) == ["accepted", "accepted"]
    page = world.client.get(str(answer.location)).get_data(as_text=True)
    # 191 ÷ 200
    assert "95.50%" in page


def test_rework_by_inspection_sends_back(world: World) -> None:
    world.client.post_form(NEW, typed(result="rework"))
    world.session.rollback()
    records = world.session.scalars(select(OutputRecord).order_by(OutputRecord.id)).all()
    assert [record.is_sent_back for record in records] == [True, True, False]


def test_the_same_check_again_needs_a_reason_and_replaces(world: World) -> None:
    world.client.post_form(NEW, typed())
    changed = typed(errors_found="2")
    answer = world.client.post_form(NEW, changed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#reason"' in answer.get_data(as_text=True)
    answer = world.client.post_form(NEW, changed | {"reason": "数错了"})
    assert answer.status_code == HTTPStatus.FOUND
    (row,) = world.rows()
    assert row.error_qty == 2
    entries = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "inspection.enter")
    ).all()
    assert [entry.reason for entry in entries] == [None, "数错了"]
    assert entries[1].before == '{"error_qty":9}'


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"batch": "B-9"}, "batch"),
        ({"batch": "", "task_type": ""}, "batch"),
        ({"sampled": "0"}, "sampled"),
        ({"sampled": "十"}, "sampled"),
        ({"sampled": "0000000000000999999999999"}, "sampled"),
        ({"errors_found": "201"}, "errors_found"),
        ({"severity": ""}, "severity"),
        ({"errors_found": "0"}, "severity"),
        ({"result": ""}, "result"),
        ({"inspected_on": "2026-13-01"}, "inspected_on"),
        ({"inspected_on": "2026-10-21"}, "inspected_on"),
        ({"employee_no": "A9"}, "employee_no"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    world: World, changes: dict[str, str], field: str
) -> None:
    answer = world.client.post_form(NEW, typed(**changes))
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'href="#{field}"' in page
    assert 'value="张三"' in page
    assert not world.rows()


@pytest.mark.feature("SUP-23")
def test_a_leader_inspects_own_people_and_batches_of_the_own_team(world: World) -> None:
    # B-1 has another team's output, B-2 has not.
    answer = world.leader_client.post_form(NEW, typed())
    assert "其他班组的产量" in answer.get_data(as_text=True)
    answer = world.leader_client.post_form(NEW, typed(employee_no="A0002"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not world.rows()

    for sent in (typed(batch="B-2"), typed(employee_no="A0001")):
        assert world.leader_client.post_form(NEW, sent).status_code == HTTPStatus.FOUND

    assert len(world.rows()) == 2
    assert world.states(0) == ["accepted", "submitted"]


def test_nobody_inspects_the_own_output(session: Session, world: World, client_as: SignIn) -> None:
    own = create_account(
        session, Role.FINANCE, world.company, None, person_id=world.people[0].person_id
    )
    session.commit()
    client = client_as(own)
    answer = client.post_form(NEW, typed(employee_no="A0001"))
    assert "自己的产量" in answer.get_data(as_text=True)
    assert not world.rows()
    # Of a whole batch the own record waits for somebody else's check.
    answer = client.post_form(NEW, typed())
    page = client.get(str(answer.location)).get_data(as_text=True)
    assert "1 条是您自己的产量" in page
    session.rollback()
    states = session.execute(
        select(OutputRecord.employment_id, OutputRecord.state).where(
            OutputRecord.batch_id == world.batches[0].id
        )
    ).all()
    assert dict(states) == {
        world.people[0].id: "submitted",
        world.people[1].id: "accepted",
    }


@pytest.mark.feature("SUP-17")
def test_a_check_accepts_nothing_of_who_has_no_certificate_and_says_so(
    session: Session, world: World
) -> None:
    create_skill_requirement(session, world.company, world.task)
    create_skill_certificate(session, world.people[0].person_id, [world.task])
    session.commit()
    answer = world.client.post_form(NEW, typed())
    page = world.client.get(str(answer.location)).get_data(as_text=True)
    assert "处理了 1 条产量" in page
    assert "A0002 在 2026-10-08 没有做“bbox”的有效证书" in page
    assert sorted(world.states(0)) == ["accepted", "submitted"]


@pytest.mark.feature("SUP-23")
def test_a_leader_does_not_replace_a_check_of_others_by_its_number(world: World) -> None:
    world.client.post_form(NEW, typed(employee_no="A0002", inspection_no="QC-1"))
    # B-1 is another team's, too.
    world.client.post_form(NEW, typed(inspected_on="2026-10-13", inspection_no="QC-2"))
    for number, words in (("QC-1", "已经用在别的抽检上"), ("QC-2", "其他班组的产量")):
        sent = typed(employee_no="A0001", inspection_no=number, sampled="10", reason="抢号")
        answer = world.leader_client.post_form(NEW, sent)
        assert words in answer.get_data(as_text=True)
    assert [(row.employment_id, row.sampled_qty) for row in world.rows()] == [
        (world.people[1].id, 200),
        (None, 200),
    ]


def test_a_check_with_a_long_number_is_corrected_and_not_recorded_twice(world: World) -> None:
    number = "单" * 120
    world.client.post_form(NEW, typed(inspection_no=number))
    (row,) = world.rows()
    page = world.client.get(f"/quality/inspections/{row.id}").get_data(as_text=True)
    link = re.search(r'href="(/quality/inspections/new\?[^"]+)"', page)
    assert link
    form = world.client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    assert f'value="{number}"' in form


def test_a_leader_sees_what_a_check_of_a_whole_task_type_does_to_pay(
    session: Session, world: World
) -> None:
    checks: list[dict[str, Any]] = [{}, {"employment_id": world.people[0].id}]
    for sampled, extra in zip((90, 10), checks, strict=True):
        create_inspection(
            session,
            world.company,
            world.task,
            dt.date(2026, 10, 12),
            sampled_qty=sampled,
            error_qty=2,
            severity="minor",
            **extra,
        )
    session.commit()
    page = world.leader_client.get("/quality?period=2026-10").get_data(as_text=True)
    # 96 of 100, as pay reckons; the own ten alone would be 80 %.
    assert "96.00%" in page
    assert "80.00%" not in page


def test_a_leader_does_not_meet_checks_of_others(session: Session, world: World) -> None:
    theirs = create_inspection(
        session,
        world.company,
        world.task,
        dt.date(2026, 10, 12),
        employment_id=world.people[1].id,
    )
    session.commit()
    path = f"/quality/inspections/{theirs.id}"
    assert world.client.get(path).status_code == HTTPStatus.OK
    assert world.leader_client.get(path).status_code == HTTPStatus.NOT_FOUND
    assert "A0002" not in world.leader_client.get("/quality/inspections").get_data(as_text=True)


def test_accuracy_and_its_effect_in_words(session: Session, world: World) -> None:
    on = dt.date(2026, 10, 12)
    batch = {"batch_id": world.batches[0].id}
    create_inspection(
        session,
        world.company,
        world.task,
        on,
        sampled_qty=100,
        error_qty=2,
        severity="minor",
        **batch,
    )
    create_inspection(
        session,
        world.company,
        world.task,
        on,
        sampled_qty=100,
        error_qty=5,
        severity="major",
        employment_id=world.people[0].id,
        **batch,
    )
    create_inspection(
        session,
        world.company,
        world.task,
        on,
        sampled_qty=10,
        error_qty=3,
        severity="critical",
        batch_id=world.batches[1].id,
    )
    session.commit()

    page = world.leader_client.get("/quality?period=2026-10").get_data(as_text=True)

    # Everybody: 98 of 100. A0001: 193 of 200 with the own check. B-2: 7 of 10, below every tier.
    for shown in ("98.00%", "96.50%", "70.00%", "不扣", "单价按 95% 算", "没有对应的档次", "致命"):
        assert shown in page, shown


def test_how_many_to_inspect(world: World) -> None:
    query = "lot=1000&limit=1.0&confidence=95&margin=5&share=50"
    page = world.leader_client.get(f"/quality/sample-size?{query}").get_data(as_text=True)
    assert ">80<" in page
    assert ">278<" in page
    assert "GB/T 2828.1-2012" in page
    answer = world.client.get("/quality/sample-size?lot=1&limit=1.0&confidence=95&margin=0&share=x")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#lot"' in answer.get_data(as_text=True)


def test_the_number_of_queries_does_not_grow(app: Flask, world: World) -> None:
    session = world.session

    def more() -> None:
        for _ in range(4):
            batch = create_batch(session, world.company, world.task)
            create_inspection(
                session, world.company, world.task, dt.date(2026, 10, 12), batch_id=batch.id
            )
        session.commit()

    more()
    for path in ("/quality", "/quality/inspections"):
        assert_same_queries(app, world.client, path, more)


def test_of_many_batches_the_newest_are_offered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first by name were; of a year's batches a new one could be missing."""
    monkeypatch.setattr("workforce.quality.web._BATCHES_OFFERED", 1)
    create_batch(world.session, world.company, world.task, code="A-0")
    world.session.commit()
    assert re.findall(r'<option value="([AB]-\d)"></option>', world.client.get(NEW).text) == ["A-0"]
