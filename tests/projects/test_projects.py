"""Projects on pages: progress, margin, acceptance, capacity, scope, and the base's business; figures by hand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_account,
    create_batch,
    create_company,
    create_employment,
    create_group_output,
    create_output,
    create_piece_price,
    create_task_type,
)
from tests.factories.projects import (
    create_acceptance,
    create_client,
    create_project,
    create_target,
    create_task,
    put_batch,
)
from tests.factories.web import FormClient
from tests.together import Other
from workforce.accounts.models import Account
from workforce.certification.models import (
    SkillCertificate,
    SkillCertificateTaskType,
    SkillRequirement,
)
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.work_calendar import WorkCalendar
from workforce.platform import clock
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.projects import queries, service
from workforce.projects.capacity import Capacity, read_capacity
from workforce.projects.forecast import Finish, Speed
from workforce.projects.models import Client, ClientAcceptance, Project, ProjectTask, VolumeTarget
from workforce.projects.progress import Standing, read_progress, read_work
from workforce.projects.service import ClientFact, save_client

pytestmark = pytest.mark.feature("BASE-2")

SignIn = Callable[[Account], FormClient]

TODAY = dt.date(2026, 11, 2)
NOON = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)
PLAIN = WorkCalendar([])


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


def october(day: int) -> dt.date:
    return dt.date(2026, 10, day)


class World:
    """A company with a project of 3000 boxes at 0.20 yuan and 100 polygons at 2 yuan, due 13 November.

    Boxes are paid 0.10 yuan, from 20 October on 0.12; polygons have no price before 20 October. Two
    people make 100 boxes each on the five days from Monday the 12th to the 16th, in two batches. Of the first
    the client has accepted 480 of 500, of the second it has said nothing.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.company = create_company(session)
        self.boxes = create_task_type(session, code="box", name_zh="拉框", unit_zh="框")
        self.polygons = create_task_type(session, code="polygon", name_zh="多边形")
        create_piece_price(session, self.company, self.boxes, 100_000, valid_to=october(20))
        create_piece_price(session, self.company, self.boxes, 120_000, valid_from=october(20))
        create_piece_price(session, self.company, self.polygons, 900_000, valid_from=october(20))
        self.people = [create_employment(session, self.company) for _ in range(2)]
        self.project = create_project(
            session,
            self.company,
            contract_amount=80_000,
            starts_on=october(12),
            due_on=dt.date(2026, 11, 13),
            name="道路拉框",
        )
        create_task(session, self.project, self.boxes, 3000)
        create_task(session, self.project, self.polygons, 100, unit_price=2_000_000)
        self.batches = [
            create_batch(session, self.company, self.boxes, code=f"B-{n}") for n in (1, 2)
        ]
        for batch, one in zip(self.batches, self.people, strict=True):
            put_batch(session, self.project, batch)
            for day in range(12, 17):
                create_output(session, one, self.boxes, october(day), 100, batch_id=batch.id)
        create_acceptance(session, self.batches[0], 480, october(20), reason="20 框漏标")
        self.scope = Scope.company(self.company.id)
        session.commit()

    def capacity(self, scope: Scope | None = None) -> Capacity:
        self.session.expire_all()
        return read_capacity(self.session, scope or self.scope, TODAY, PLAIN)


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@both_engines
def test_progress_margin_and_forecast_are_as_by_hand(world: World) -> None:
    """Delivered 480 + 500 of 3000; income 96 + 100 yuan, paid 100 yuan; the rest in 20.2 workdays."""
    session = world.session
    # Ten units that wait are no progress; a group of two made 41 boxes on the 20th, at the new price: 20 each.
    create_output(
        session,
        world.people[0],
        world.boxes,
        october(19),
        10,
        batch_id=world.batches[1].id,
        state="submitted",
        accepted_qty=0,
        pay_period=None,
        accepted_on=None,
    )
    members = dict.fromkeys(world.people, 1)
    create_group_output(
        session, world.company, world.boxes, october(20), 41, members, batch_id=world.batches[1].id
    )
    session.commit()
    row = session.execute(queries.project(world.scope, world.project.id)).one()
    boxes, polygons = read_progress(session, world.scope, [row])[0].tasks
    assert (boxes.accepted, boxes.waiting, boxes.client_accepted) == (1041, 10, 480)
    assert (boxes.delivered, boxes.left, boxes.percent) == (480 + 541, 1979, 34)
    assert (polygons.delivered, polygons.left, polygons.batches) == (0, 100, 0)

    capacity = world.capacity()
    one = capacity.projects[0]
    # 1021 of 3000 boxes at 0.20, none of 100 polygons at 2 yuan: 204.20 of 800 yuan.
    assert one.percent == 25
    # 12 person-days in the past twenty workdays: ten of 100, two of 20. The ranks 3, 6 and 9 are all 100.
    kinds = {kind.task.code: kind for kind in capacity.types}
    assert kinds["box"].speed == Speed(100, 100, 100, 12)
    # Each came on 6 of 20 workdays; 0.6 people do 60 boxes a workday: 1979 boxes are 32.98 workdays.
    assert (kinds["box"].people, kinds["box"].crew_tenths) == (2, 6)
    assert kinds["box"].a_workday == (60, 60, 60)
    thirty_third = dt.date(2026, 12, 17)
    assert one.tasks[0].finish == Finish(thirty_third, thirty_third, thirty_third)
    # Nobody has made polygons: when the project will be finished is not known.
    assert (kinds["polygon"].people, kinds["polygon"].speed) == (0, None)
    assert one.finish is None
    assert one.standing(TODAY) is Standing.UNKNOWN

    batches = session.execute(queries.batches(world.scope, [row.project_id])).all()
    margins = read_work(session, one, batches).margins
    margin = margins[world.boxes.id]
    # 480 × 0.20; 541 × 0.20; 1000 × 0.10 + 41 × 0.12 = 104.92.
    assert (margin.confirmed_fen, margin.expected_fen, margin.paid_fen) == (9_600, 10_820, 10_492)
    assert margin.margin_fen == 9_600 + 10_820 - 10_492
    assert margins[world.polygons.id].margin_fen == 0


def test_what_has_no_price_has_no_known_margin(world: World) -> None:
    """Seven polygons of a day without a price: the margin is not known, and says of how many units."""
    batch = create_batch(world.session, world.company, world.polygons)
    put_batch(world.session, world.project, batch)
    create_output(world.session, world.people[0], world.polygons, october(16), 7, batch_id=batch.id)
    world.session.commit()
    row = world.session.execute(queries.project(world.scope, world.project.id)).one()
    one = read_progress(world.session, world.scope, [row])[0]
    batches = world.session.execute(queries.batches(world.scope, [row.project_id])).all()
    margin = read_work(world.session, one, batches).margins[world.polygons.id]
    assert (margin.unpriced, margin.paid_fen, margin.margin_fen) == (7, None, None)


@both_engines
def test_certificates_say_who_may_do_it(world: World) -> None:
    """Where the company asks for a certificate only whose holds today counts, whoever did it lately."""
    session = world.session
    session.add(
        SkillRequirement(
            company_id=world.company.id,
            task_type_id=world.boxes.id,
            valid_from=october(1),
            effect="blocks",
        )
    )
    for person_id, until in (
        (world.people[0].person_id, TODAY),
        (world.people[1].person_id, october(31)),
    ):
        paper = SkillCertificate(
            person_id=person_id,
            issuer="基地",
            number=str(until),
            issued_on=october(1),
            valid_until=until,
            entered_at=NOON,
        )
        session.add(paper)
        session.flush()
        session.add(SkillCertificateTaskType(certificate_id=paper.id, task_type_id=world.boxes.id))
    session.commit()
    boxes = world.capacity().types[0]
    assert (boxes.needs_certificate, boxes.people) == (True, 1)
    # A team's leader sees the work of the whole company.
    team = Scope.teams(world.company.id, frozenset())
    assert world.capacity(team).types[0].people == 1


def test_standing_follows_the_deadline(world: World) -> None:
    """The same pace is in time, may be late or is late by the deadline alone; done is done when it is overdue."""
    session = world.session
    session.delete(
        session.scalars(select(ProjectTask).where(ProjectTask.contracted_qty == 100)).one()
    )
    # Slow days beside the ten of 100: five of 50 make the lower quartile 50.
    third = create_employment(session, world.company)
    for day in range(19, 24):
        create_output(session, third, world.boxes, october(day), 50)
    session.commit()
    # 15 person-days; the ranks 4, 8 and 12 are 50, 100, 100. Three people came on 5 of 20 days: 0.75 people.
    # 2020 boxes at 37.5, 75, 75 a workday: 53.9 and 26.9 → workdays 54 and 27: 15 January, 9 December.
    one = world.capacity().projects[0]
    usual, slow = dt.date(2026, 12, 9), dt.date(2027, 1, 15)
    assert one.finish == Finish(usual, usual, slow)
    for due_on, standing in (
        (usual - dt.timedelta(days=1), Standing.LATE),
        (usual, Standing.AT_RISK),
        (slow, Standing.IN_TIME),
        (dt.date(2026, 11, 1), Standing.OVERDUE),
    ):
        world.project.due_on = due_on
        session.commit()
        assert world.capacity().projects[0].standing(TODAY) is standing
    session.scalars(select(ProjectTask)).one().contracted_qty = 980
    session.commit()
    row = session.execute(queries.project(world.scope, world.project.id)).one()
    assert read_progress(session, world.scope, [row])[0].standing(TODAY) is Standing.DONE


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_project_from_client_to_acceptance_on_pages(world: World, client_as: SignIn) -> None:
    """Whoever keeps it does all on pages; each act is in the audit, each refusal says why and keeps what was typed."""
    session = world.session
    client = client_as(create_account(session, Role.FINANCE, world.company))
    refused = client.post_form(
        "/projects/clients", {"code": "", "name": "云阳数据", "region": "50", "credit_code": "1"}
    )
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "应为 18 位" in refused.text
    assert "客户编号：请填写这一项" in refused.text
    assert 'value="云阳数据"' in refused.text
    made = client.post_form(
        "/projects/clients", {"code": "C9", "name": "云阳数据", "region": "500235"}
    )
    assert made.status_code == HTTPStatus.FOUND
    owner = session.scalars(select(Client).where(Client.code == "C9")).one()
    contract = {
        "client_id": str(owner.id),
        "code": "P-9",
        "name": "语音转写",
        "contract_amount": "186000.00",
        "signed_on": "2026-10-08",
        "starts_on": "2026-10-12",
        "due_on": "2026-10-10",
    }
    words = client.post_form("/projects/new", contract | {"contract_amount": "一百万"})
    assert "“一百万”不是可用的数，请写成数字，例如 1234.50" in words.text
    late = client.post_form("/projects/new", contract)
    assert "截止日期 2026-10-10 早于开始日期 2026-10-12" in late.text
    client.post_form("/projects/new", contract | {"due_on": "2026-12-31"})
    session.rollback()
    project = session.scalars(select(Project).where(Project.code == "P-9")).one()
    assert project.contract_amount == 18_600_000
    here = f"/projects/{project.id}"
    task = {
        "task-task_type": str(world.boxes.id),
        "task-unit_price": "0.25",
        "task-quantity": "400",
    }
    client.post_form(f"{here}/tasks", task)
    session.rollback()
    batch = create_batch(session, world.company, world.boxes, code="N-1")
    create_output(session, world.people[0], world.boxes, october(14), 300, batch_id=batch.id)
    session.commit()
    assert "N-1" in client.get(here).text
    client.post_form(f"{here}/batches", {"batch_id": str(batch.id)})
    said = {"accept-batch": "N-1", "accept-accepted_on": "2026-11-01", "accept-accepted_qty": "290"}
    unexplained = client.post_form(f"{here}/acceptance", said)
    assert unexplained.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "客户验收的比本单位合格的 300 少，要写原因" in unexplained.text
    assert 'value="290"' in unexplained.text
    client.post_form(f"{here}/acceptance", said | {"accept-reason": "10 框漏标"})
    more = client.post_form(f"{here}/acceptance", said | {"accept-accepted_qty": "301"})
    assert "不能多于提交的 300" in more.text
    shown = text_of(client.get(here).text)
    assert "290" in shown
    assert "72.50" in shown  # 290 × 0.25
    client.post_form(f"{here}/finish", {"finish-finished_on": "2026-11-02"})
    assert "已结束" in client.get(here).text
    assert "语音转写" in client.get("/projects?show=finished").text
    assert "语音转写" not in client.get("/projects").text
    session.rollback()
    acts = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_type.in_(("client", "project")))
    ).all()
    assert acts == [
        "client.add",
        "project.add",
        "project.set_task",
        "project.add_batches",
        "project.accept",
        "project.finish",
    ]


@both_engines
def test_what_the_client_said_stands(world: World, client_as: SignIn) -> None:
    """A correction is one more row and has a reason; the database refuses to change or delete one."""
    session = world.session
    client = client_as(create_account(session, Role.COMPANY_ADMIN, world.company))
    said = {"accept-batch": "B-1", "accept-accepted_on": "2026-10-30", "accept-accepted_qty": "500"}
    here = f"/projects/{world.project.id}/acceptance"
    assert "已登记客户验收 480，更改要写原因" in client.post_form(here, said).text
    mistyped = said | {"accept-accepted_on": "2026-10-11", "accept-reason": "客户复验"}
    assert "早于这一批开始做的 2026-10-12" in client.post_form(here, mistyped).text
    client.post_form(here, said | {"accept-reason": "客户复验后全部接收"})
    session.rollback()
    rows = session.scalars(select(ClientAcceptance).order_by(ClientAcceptance.id)).all()
    assert [row.accepted_qty for row in rows] == [480, 500]
    for change in (
        "UPDATE client_acceptance SET accepted_qty = 1",
        "DELETE FROM client_acceptance",
    ):
        with pytest.raises(DatabaseError, match="it stands"):
            session.connection().exec_driver_sql(change)
        session.rollback()


def test_prices_are_for_who_keeps_them_and_projects_for_the_own_company(
    world: World, client_as: SignIn
) -> None:
    """A leader sees progress without money; another company sees nothing; the base sums only."""
    session = world.session
    other = create_company(session)
    leader, stranger, base = (
        client_as(create_account(session, role, company))
        for role, company in (
            (Role.SUPERVISOR, world.company),
            (Role.FINANCE, other),
            (Role.BASE_ADMIN, None),
        )
    )
    here = f"/projects/{world.project.id}"
    shown = text_of(leader.get(here).text)
    assert "2026-11-13" in shown
    assert "980" in shown
    for secret in ("毛利", "合同金额", "客户单价 ", "800.00", "登记客户验收"):
        assert secret not in shown
    assert leader.post_form(f"{here}/finish", {}).status_code == HTTPStatus.FORBIDDEN
    assert stranger.get(here).status_code == HTTPStatus.NOT_FOUND
    assert "道路拉框" not in stranger.get("/projects").text
    # A batch of another company, and one of another project, cannot be taken.
    foreign = create_project(session, other)
    create_task(session, foreign, world.boxes)
    session.commit()
    taken = {"batch_id": str(world.batches[0].id)}
    answer = stranger.post_form(f"/projects/{foreign.id}/batches", taken)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert base.get(here).status_code == HTTPStatus.FORBIDDEN
    assert "800.00" in base.get("/projects/volume?year=2026").text


@both_engines
def test_business_of_a_year_against_its_target(world: World, client_as: SignIn) -> None:
    """Contracts count in the year of signing; a target is open, reached, overdue once its year is over, or none."""
    session = world.session
    other = create_company(session, name="云阳标注")
    owner = create_client(session, other, region="500235")
    for signed_on, amount in ((dt.date(2026, 1, 1), 70_000), (dt.date(2025, 12, 31), 50_000)):
        create_project(session, other, owner, signed_on=signed_on, contract_amount=amount)
    create_target(session, 2025, 60_000)
    create_target(session, 2026, 1)
    create_target(session, 2026, 10_000_000_000)
    session.commit()
    base = client_as(create_account(session, Role.BASE_ADMIN))
    past = text_of(base.get("/projects/volume?year=2025").text)
    assert "逾期未达到" in past
    assert "83 %" in past  # 500 of 600 yuan
    now = text_of(base.get("/projects/volume?year=2026").text)
    assert "1,500.00" in now
    assert "100,000,000.00" in now
    assert "进行中" in now
    base.post_form(
        "/projects/volume?year=2026", {"year": "2026", "amount": "1500", "reason": "协议第三条"}
    )
    assert "已达到" in base.get("/projects/volume?year=2026").text
    base.post_form("/projects/volume/withdraw", {"year": "2026", "reason": "协议变更"})
    assert "没有定" in base.get("/projects/volume?year=2026").text
    session.rollback()
    rows = session.scalars(select(VolumeTarget.amount).where(VolumeTarget.year == 2026)).all()
    assert rows == [1, 10_000_000_000, 150_000, None]
    months = [PayPeriod(2026, 1), PayPeriod(2026, 9)]
    assert [
        (one.company_id, str(one.period), one.region, one.amount, one.projects)
        for one in queries.contract_sums(session, months)
    ] == [
        (world.company.id, "2026-09", "500101", 80_000, 1),
        (other.id, "2026-01", "500235", 70_000, 1),
    ]


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_whoever_comes_second_waits_and_is_told_that_a_code_is_taken(
    app: Flask, session: Session
) -> None:
    """Without the lock the second would not wait; asked before it, it would meet the table's own constraint."""
    company = create_company(session)
    scope = Scope.company(company.id)
    fact = ClientFact(code="C1", name="智行", credit_code=None, region="500101", contact=None)
    session.commit()
    with unit_of_work() as first:
        company_id = service._alone(first, scope)
        second = Other(app, lambda: save_client(scope, None, fact, CLI))
        assert second.has_to_wait()
        first.add(Client(company_id=company_id, **asdict(fact)))
    second.join(30)
    assert second.error is not None
    assert second.error.code == "project.client_taken"
    assert session.scalars(select(Client.code)).all() == ["C1"]
