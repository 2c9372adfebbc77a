"""Changes of the law on pages: two people, the same checks as the command line, and the effect first."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient, without_tokens
from tests.payroll.world import WORKDAYS, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook, approved_overlays
from workforce.core.permissions import Role
from workforce.law_pages.effects import EFFECT, effects_of
from workforce.law_pages.models import LawProposal
from workforce.platform import clock
from workforce.platform.audit import Actor, AuditEntry
from workforce.platform.jobs import Progress, Task

_DOCS = Path(__file__).parents[2] / "docs"

ClientAs = Callable[[Account], FormClient]
NEW = {
    "code": "minimum_wage_month",
    "region": "500236",
    "value": "2500",
    "valid_from": "2026-10-01",
    "title": "渝人社发〔2026〕99号",
    "article": "第一条",
    "no_link_reason": "测试",
    "evidence": "B",
    "reason": "新的最低工资",
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(dt.datetime(2026, 11, 20, 9, tzinfo=clock.BASE_ZONE)):
        yield


@pytest.fixture
def admins(session: Session) -> tuple[Account, Account]:
    both = (
        factories.create_account(session, Role.BASE_ADMIN),
        factories.create_account(session, Role.BASE_ADMIN),
    )
    session.commit()
    return both


def proposal(session: Session) -> LawProposal:
    session.rollback()
    return session.scalars(select(LawProposal)).one()


def folder(app: Flask) -> Path:
    return Path(app.instance_path) / "law"


@pytest.mark.feature("FIN-10")
@both_engines
def test_one_proposes_another_approves_and_then_it_is_law(
    app: Flask, session: Session, client_as: ClientAs, admins: tuple[Account, Account]
) -> None:
    first, second = map(client_as, admins)

    asked = first.post_form("/law/changes/new", NEW)

    assert asked.status_code == 302
    page = f"/law/changes/{proposal(session).id}"
    assert asked.location == page
    assert "2,500.00" in second.get(page).text
    assert approved_overlays(folder(app)) == ()
    # Whoever proposed does not approve, in whatever way it is tried.
    first.post_form(f"{page}/approve")
    assert proposal(session).state == "proposed"
    assert approved_overlays(folder(app)) == ()

    second.post_form(f"{page}/approve", {"note": "已核对"})

    assert proposal(session).state == "approved"
    overlays = approved_overlays(folder(app))
    assert [path.name for path in overlays] == ["0001-minimum_wage_month-2026-10-01.toml"]
    value = LawBook.load(overlays).value(
        "minimum_wage_month", "500236", dt.date(2026, 10, 31), "test"
    )
    assert value.value == 250_000
    assert "2,500.00" in first.get("/law/minimum_wage_month?on=2026-10-01").text
    actions = set(session.scalars(select(AuditEntry.action)))
    assert {"law.propose", "law.approved", "law.add"} <= actions


@both_engines
def test_the_database_itself_asks_for_two_people(
    session: Session, admins: tuple[Account, Account]
) -> None:
    values = {
        "file_name": "x.toml",
        "content": "",
        "reason": "x",
        "state": "approved",
        "proposed_by_id": admins[0].id,
        "proposed_by_name": "x",
        "proposed_at": clock.now(),
        "decided_by_id": admins[0].id,
    }
    with pytest.raises(IntegrityError):
        session.execute(insert(LawProposal).values(**values))
    session.rollback()


def test_the_way_to_no(
    app: Flask, session: Session, client_as: ClientAs, admins: tuple[Account, Account]
) -> None:
    first, second = map(client_as, admins)
    first.post_form("/law/changes/new", NEW)
    page = f"/law/changes/{proposal(session).id}"
    second.post_form(f"{page}/reject")
    assert proposal(session).state == "proposed"
    second.post_form(f"{page}/reject", {"note": "日期不对"})
    assert proposal(session).state == "rejected"
    # What is decided stays so.
    second.post_form(f"{page}/approve")
    assert proposal(session).state == "rejected"
    assert approved_overlays(folder(app)) == ()
    assert "日期不对" in first.get(page).text


def test_ones_own_proposal_can_be_withdrawn(
    session: Session, client_as: ClientAs, admins: tuple[Account, Account]
) -> None:
    first = client_as(admins[0])
    first.post_form("/law/changes/new", NEW)
    first.post_form(f"/law/changes/{proposal(session).id}/reject")
    assert proposal(session).state == "withdrawn"


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "25,00"},
        {"value": "-1"},
        {"code": "daily_work_minutes", "value": "9" * 5000},
        {"no_link_reason": ""},
        {"link": "http://example.org", "no_link_reason": ""},
        {"evidence": "C"},
        {"valid_from": "2025-01-01"},
        {"title": " "},
        {"reason": ""},
        {"code": "nothing"},
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    session: Session,
    client_as: ClientAs,
    admins: tuple[Account, Account],
    changes: dict[str, str],
) -> None:
    answer = client_as(admins[0]).post_form("/law/changes/new", NEW | changes)
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert session.scalars(select(LawProposal)).all() == []


def test_a_title_stays_a_title_whatever_signs_are_in_it(
    session: Session, client_as: ClientAs, admins: tuple[Account, Account]
) -> None:
    title = 'x"\nregion = "national'
    client_as(admins[0]).post_form("/law/changes/new", NEW | {"title": title})
    told = tomllib.loads(proposal(session).content)
    assert (told["region"], told["sources"]["instrument"]["title"]) == ("500236", title)


def test_a_file_of_a_years_calendar(
    session: Session, client_as: ClientAs, admins: tuple[Account, Account]
) -> None:
    content = (_DOCS / "law-overlay-example.toml").read_bytes()
    client = client_as(admins[0])
    upload = {"file": (BytesIO(content), "2027.toml"), "reason": "放假通知"}
    assert client.post_form("/law/changes/file", upload).status_code == 302
    assert "2027" in client.get(f"/law/changes/{proposal(session).id}").text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"kind = 1", b"x" * 200_001])
def test_a_bad_file_is_refused(
    session: Session, client_as: ClientAs, admins: tuple[Account, Account], content: bytes
) -> None:
    upload = {"file": (BytesIO(content), "x.toml"), "reason": "x"}
    answer = client_as(admins[0]).post_form("/law/changes/file", upload)
    assert answer.status_code == 422
    assert session.scalars(select(LawProposal)).all() == []


@pytest.mark.parametrize("name", ["..", "a\0b.toml", f"{'长' * 300}.toml", "../../x.toml"])
def test_whatever_a_file_is_called_it_gets_a_plain_name(
    app: Flask,
    session: Session,
    client_as: ClientAs,
    admins: tuple[Account, Account],
    name: str,
) -> None:
    first, second = map(client_as, admins)
    content = (_DOCS / "law-overlay-example.toml").read_bytes()
    upload = {"file": (BytesIO(content), name), "reason": "放假通知"}
    assert first.post_form("/law/changes/file", upload).status_code == 302
    assert len(proposal(session).file_name) <= 120

    second.post_form(f"/law/changes/{proposal(session).id}/approve")

    (kept,) = approved_overlays(folder(app))
    assert kept.parent == folder(app)
    assert kept.name == proposal(session).kept_as


@pytest.mark.feature("OFF-19")
def test_the_effect_on_every_company(
    session: Session, client_as: ClientAs, admins: tuple[Account, Account]
) -> None:
    world = create_world(session, LawBook.load())
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    worker = world.hire("A1")
    world.attend(worker)
    for day in WORKDAYS:
        world.output(worker, "bbox_2d", day.day, 100)
    world.run()
    world.approve()
    before = world.amounts("A1")["minimum_wage_top_up"]
    first = client_as(admins[0])
    first.post_form("/law/changes/new", NEW)
    key = proposal(session).id

    asked = first.post_form(f"/law/changes/{key}/effect")
    assert asked.status_code == 302
    task = Task(
        job_id=int((asked.location or "").rsplit("/", 1)[1]),
        kind=EFFECT.code,
        company_id=None,
        params={"proposal_id": key},
        actor=Actor(account_id=admins[0].id, name="x"),
        attempt=0,
    )
    EFFECT.run(task, _Heard(task))

    computed = effects_of(proposal(session))
    assert computed is not None
    (found,) = computed
    # 180.00 of pieces: topped up to the old floor, and then to 2,500.00 for the whole month.
    assert found.gross_pay == 250_000 - 18_000 - before
    assert (found.moved, found.same, found.lost) == (1, 0, 0)
    page = first.get(f"/law/changes/{key}").text
    assert world.company.name in page
    assert "A1" not in without_tokens(page)


class _Heard(Progress):
    """Takes the place of a worker, whose lease nobody holds here."""

    def complete(self, session: Session, result: object = None) -> None:
        del session, result
        self.is_complete = True


@pytest.mark.parametrize(
    "role", [Role.ANNOTATOR, Role.SUPERVISOR, Role.FINANCE, Role.COMPANY_ADMIN, Role.OFFICIAL]
)
def test_nobody_else_comes_here(session: Session, client_as: ClientAs, role: Role) -> None:
    account = factories.create_account(
        session, role, factories.create_company(session), factories.create_person(session)
    )
    session.commit()
    client = client_as(account)
    assert client.get("/law/changes").status_code == 403
    assert client.post_form("/law/changes/new", NEW).status_code == 403
