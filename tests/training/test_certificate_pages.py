"""Skill certificates on the web: the own ones, what a company keeps, rules and exceptions, and the check page."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.documents.reading import text_of
from tests.factories.skills import (
    create_skill_certificate,
    create_skill_exception,
    create_skill_requirement,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.certification.models import SkillCertificate, SkillException, SkillRequirement
from workforce.companies.base_name import name_base
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope
from workforce.production.models import TaskType
from workforce.training import certificate_queries as queries

ClientAs = Callable[[Account], FormClient]

NOON = dt.datetime(2026, 10, 31, 4, tzinfo=dt.UTC)
TODAY = NOON.date()
LONG_NAME = "奉节县人工智能数据标注产业发展示范基地暨成渝地区双城经济圈数据要素协同创新中心甲"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


class World:
    """Two companies, a person of the first who holds four certificates, and their accounts."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.company: Company = factories.create_company(session, name="夔门数据有限公司")
        self.boxes: TaskType = factories.create_task_type(session, code="boxes", name_zh="画框")
        self.lines: TaskType = factories.create_task_type(session, code="lines", name_zh="划线")
        self.who: Employment = factories.create_employment(
            session,
            self.company,
            factories.create_person(session, name="张三丰"),
            employee_no="A007",
        )
        self.admin, self.second = (
            factories.create_account(session, Role.COMPANY_ADMIN, self.company) for _ in range(2)
        )
        self.annotator = factories.create_account(
            session, Role.ANNOTATOR, self.company, person_id=self.who.person_id
        )
        mine = {"issuer": "培训中心", "kept_by_id": self.company.id, "year": 2026}
        self.valid = self._paper(
            [self.boxes], **mine, number="2026-00001", serial=1, public_id="valid",
            valid_until=dt.date(2026, 12, 30),
        )  # fmt: skip
        self.ended = self._paper(
            [self.lines], **mine, number="2026-00002", serial=2, public_id="ended", level=5,
            valid_until=dt.date(2026, 10, 30),
        )  # fmt: skip
        self.taken = self._paper(
            [self.lines], **mine, number="2026-00003", serial=3, public_id="taken", level=None,
            withdrawn_on=TODAY, withdraw_reason="抄袭", withdrawn_at=NOON,
        )  # fmt: skip
        session.commit()

    def _paper(self, opens: list[TaskType], **changes: object) -> SkillCertificate:
        return create_skill_certificate(self.session, self.who.person_id, opens, **changes)


@pytest.fixture
def world(session: Session) -> World:
    """The companies, the person and the accounts."""
    return World(session)


@pytest.mark.feature("ANN-17")
def test_people_see_what_they_hold_until_when_and_what_it_opens(
    world: World, client_as: ClientAs
) -> None:
    create_skill_requirement(world.session, world.company, world.boxes)
    create_skill_requirement(world.session, world.company, world.lines, effect="warns")
    other = factories.create_employment(world.session, world.company)
    stranger = factories.create_account(
        world.session, Role.ANNOTATOR, world.company, person_id=other.person_id
    )
    world.session.commit()
    client = client_as(world.annotator)
    page = html.unescape(client.get("/my/skill-certificates").text)
    for said in (
        "四级/中级工",
        "2026-00001",
        "2026-12-30",
        "还有 60 天",  # 31 October to 30 December
        "快到期",
        "已过期",
        "抄袭",
        "画框",
        "您可以做",
        "还没有证书",
    ):
        assert said in page, said
    papers = queries.papers_of(
        world.session, Scope.own(world.who.person_id), world.who.person_id, TODAY
    )
    assert [(one.number, one.state) for one in papers] == [
        ("2026-00001", "expiring"),
        ("2026-00002", "expired"),
        ("2026-00003", "withdrawn"),
    ]
    own = f"/my/skill-certificates/{world.valid.id}/pdf"
    assert client_as(stranger).get(own).status_code == 404
    assert client.get(f"/my/skill-certificates/{world.taken.id}/pdf").status_code == 404
    assert client.get("/skill-certificates").status_code == 403


@pytest.mark.feature("BASE-3")
def test_the_base_issues_under_its_own_name(session: Session) -> None:
    assert queries.own_issuer(session, Scope.base()) == "数据标注基地培训中心"
    name_base(session, CLI, zh=LONG_NAME)
    # As on its seal.
    assert queries.own_issuer(session, Scope.base()) == LONG_NAME


@pytest.mark.poppler
def test_the_longest_name_of_an_issuer_is_printed_whole(
    world: World, client_as: ClientAs, tmp_path: Path
) -> None:
    paper = create_skill_certificate(
        world.session, world.who.person_id, [world.boxes], issuer=LONG_NAME, serial=9,
        number="2026-00009", public_id="long", year=2026, kept_by_id=world.company.id,
    )  # fmt: skip
    world.session.commit()
    sent = client_as(world.annotator).get(f"/my/skill-certificates/{paper.id}/pdf")
    text = text_of(sent.data, tmp_path)
    assert "…" not in text
    assert "创新中心甲" in text


@pytest.mark.poppler
def test_the_paper_says_all_of_it_and_its_page_whether_it_holds(
    world: World, client_as: ClientAs, client: FormClient, tmp_path: Path
) -> None:
    sent = client_as(world.annotator).get(f"/my/skill-certificates/{world.valid.id}/pdf")
    words = "".join(text_of(sent.data, tmp_path).split())
    for said in (
        "技能证书",
        "张三丰",
        "培训中心",
        "2026-00001",
        "四级/中级工",
        "2026年9月1日",
        "2026年12月30日",
        "画框",
        "不是国家职业资格证书或职业技能等级证书",
    ):
        assert said in words, said
    again = client_as(world.annotator).get(f"/my/skill-certificates/{world.valid.id}/pdf")
    assert again.data == sent.data
    for public_id, state in (("valid", "快到期"), ("ended", "已过期"), ("taken", "已撤销")):
        page = client.get(f"/k/{public_id}").text
        assert state in page
        assert "张*" in page
        assert "张三丰" not in page
    assert client.get("/k/unknown").status_code == 404


def test_a_company_enters_issues_and_withdraws(world: World, client_as: ClientAs) -> None:
    client, session = client_as(world.admin), world.session
    path = f"/skill-certificates/people/{world.who.person_id}"
    form = {
        "number": "S 123",
        "issuer": "鉴定中心",
        "level": "3",
        "issued_on": "2026-10-01",
        "task_types": str(world.lines.id),
    }
    assert client.post_form(f"{path}/enter", form | {"issued_on": "2026-11-01"}).status_code == 422
    assert client.post_form(f"{path}/enter", form).status_code == 302
    assert client.post_form(f"{path}/enter", form).status_code == 422
    # Without a number it is issued here: in nobody else's name, and once however often it is sent.
    wrong = client.post_form(f"{path}/enter", form | {"number": ""})
    assert wrong.status_code == 422
    assert "只能是“夔门数据有限公司”" in wrong.text
    for status in (302, 422):
        sent = client.post_form(f"{path}/enter", form | {"number": "", "issuer": ""})
        assert sent.status_code == status
    session.rollback()
    rows = session.scalars(select(SkillCertificate).order_by(SkillCertificate.id)).all()[-2:]
    assert [(row.issuer, row.number, row.level) for row in rows] == [
        ("鉴定中心", "S123", 3),
        ("夔门数据有限公司", "2026-00004", 3),
    ]
    assert rows[1].public_id is not None
    issued = rows[1].id
    client.post_form(f"/skill-certificates/{issued}/withdraw", {"reason": "登记错人"})
    session.rollback()
    assert session.get_one(SkillCertificate, issued).withdraw_reason == "登记错人"
    listing = client.get("/skill-certificates?show=expiring").text
    assert "A007" in listing
    assert "A007" not in client.get("/skill-certificates?show=without").text
    elsewhere = factories.create_account(
        session, Role.COMPANY_ADMIN, factories.create_company(session)
    )
    session.commit()
    assert client_as(elsewhere).get(path).status_code == 404


def test_a_rule_and_an_exception_by_two_people(world: World, client_as: ClientAs) -> None:
    client, session = client_as(world.admin), world.session
    rule = {"task_type_id": str(world.lines.id), "effect": "blocks", "valid_from": "2026-10-01"}
    assert client.post_form("/skill-certificates/rules", rule).status_code == 302
    session.rollback()
    assert session.scalars(select(SkillRequirement.effect)).all() == ["blocks"]
    assert "1" in client.get("/skill-certificates/rules").text
    wish = {
        "employee_no": "A007",
        "task_type_id": str(world.lines.id),
        "first_on": "2026-10-31",
        "last_on": "2026-11-30",
        "reason": "等考试",
    }
    path = "/skill-certificates/exceptions"
    assert client.post_form(path, wish | {"employee_no": "X"}).status_code == 422
    assert client.post_form(path, wish | {"last_on": "2027-10-30"}).status_code == 422
    assert client.post_form(path, wish).status_code == 302
    session.rollback()
    key = session.scalars(select(SkillException.id)).one()
    client.post_form(f"{path}/{key}", {"act": "approve"})
    session.rollback()
    assert session.get_one(SkillException, key).state == "asked"
    second = client_as(world.second)
    assert second.post_form(f"{path}/{key}", {"act": "other"}).status_code == 400
    assert "等考试" in second.get(path).text
    second.post_form(f"{path}/{key}", {"act": "approve"})
    session.rollback()
    assert session.get_one(SkillException, key).state == "approved"
    second.post_form(f"{path}/{key}", {"act": "end"})
    session.rollback()
    assert session.get_one(SkillException, key).valid_to == TODAY
    create_skill_exception(session, world.who, world.boxes)
    session.commit()
    assert "等待审批" in second.get(path).text
