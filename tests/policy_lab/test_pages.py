"""The pages, the files and the command: who may try what, and all faces show one set of figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.issues import create_next_issue
from tests.factories.studies import create_study
from tests.factories.web import FormClient
from tests.payroll.world import OCTOBER, World, create_world
from tests.policy_lab.test_study import decide, fill
from workforce.accounts.models import Account
from workforce.bureau.jobs import KEEP_LADDERS
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.jobs import Progress, Task
from workforce.policy_lab import ladders
from workforce.policy_lab.models import PolicyStudy

ClientAs = Callable[[Account], FormClient]

WAGE = "law.minimum_wage_month.500236"
ASKED = {"period": "2026-10", "what": WAGE, "value": "2500"}
TRY = "/policy-lab/try?" + "&".join(f"{name}={value}" for name, value in ASKED.items())


@pytest.mark.feature("OFF-19")
def test_from_a_question_to_a_file(world: World, client_as: ClientAs) -> None:
    fill(world)
    decide(world)
    finance = client_as(world.maker)

    page = finance.get(TRY).text
    nameless = finance.post_form("/policy-lab/save", {**ASKED, "name": " "})
    saved = finance.post_form("/policy-lab/save", {**ASKED, "name": "最低工资 2500"})

    said = "从 2,200.00 元提高到 2,500.00 元：涉及 1 人，单位用工成本每月增加 300.00 元"
    assert said in page
    assert "渝人社发〔2024〕22号" in page
    assert nameless.status_code == 422
    assert "请给试算起一个名称" in nameless.text
    assert saved.status_code == 302
    kept = finance.get(saved.location).text
    assert said in kept
    rows = list(csv.DictReader(io.StringIO(finance.get(f"{saved.location}.csv").text[1:])))
    moved = {
        row["行"]: row["值"] for row in rows if row["表"] == "全体合计" and row["列"] == "变动"
    }
    assert moved["单位用工成本"] == "300.00"
    assert moved["个人所得税"] == "0.00"
    book = load_workbook(io.BytesIO(finance.get(f"{saved.location}.xlsx").data))
    cells = {row[0].value: row[3].value for row in book.worksheets[0].iter_rows(max_col=4)}
    assert cells["单位用工成本"] == 300
    assert finance.get(f"{saved.location}.pdf").data[:5] == b"%PDF-"
    assert finance.get(f"{saved.location}.doc").status_code == 422
    world.session.rollback()
    entry = world.session.scalars(select(AuditEntry).where(AuditEntry.action == "study.save")).one()
    assert entry.company_id == world.company.id


def test_what_cannot_be_tried_is_said_at_the_field(world: World, client_as: ClientAs) -> None:
    fill(world)
    finance = client_as(world.maker)
    assert "还没有批准的月度工资" in finance.get("/policy-lab/try").text
    decide(world)

    wrong = finance.get(f"/policy-lab/try?period=2026-10&what={WAGE}&value=2200")
    unknown = finance.get("/policy-lab/try?period=2026-10&what=nothing&value=1")
    other_month = finance.get("/policy-lab/try?period=2026-09")

    assert wrong.status_code == unknown.status_code == other_month.status_code == 422
    assert "就是现在的取值" in wrong.text
    assert 'value="2200"' in wrong.text


@pytest.mark.usefixtures("one_ladder")
def test_an_official_tries_fixed_values_and_sees_nothing_of_one_company(
    world: World, session: Session, client_as: ClientAs
) -> None:
    fill(world)
    decide(world)
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    admin = client_as(factories.create_account(session, Role.BASE_ADMIN))
    assert "还没有可以试算的月份" in official.get(TRY).text
    create_next_issue(session, OCTOBER)
    session.commit()
    task = Task(job_id=0, kind=KEEP_LADDERS.code, company_id=None, params={}, actor=CLI)
    assert KEEP_LADDERS.run(task, Progress(task)) == {"months": 1, "made": 1}
    # Computed anew after a company has joined, the difference would be of this company.
    assert not ladders.make(session, OCTOBER)

    seen = official.get(TRY)
    between = official.get(TRY.replace("2500", "2501"))
    full = admin.get(TRY)

    assert seen.status_code == full.status_code == 200
    assert "结果不公布" in seen.text
    assert world.company.name not in seen.text
    assert ">+300.00" in full.text
    assert ">+300.00" not in seen.text
    assert between.status_code == 422
    assert "单位用工成本每月增加 300.00 元" in full.text
    # Prices are a company's own business.
    assert 'value="price"' not in seen.text + full.text
    saved = admin.post_form("/policy-lab/save", {**ASKED, "name": "全部数字"}).location
    assert admin.get(saved).status_code == 200
    assert official.get(saved).status_code == 404
    assert "全部数字" not in official.get("/policy-lab").text


def test_studies_stay_in_their_company(
    world: World, session: Session, book: LawBook, client_as: ClientAs
) -> None:
    other = create_world(session, book, code="XX")
    own = create_study(session, world.company, name="自己的")
    foreign = create_study(session, other.company, name="别人的")
    of_base = create_study(session)
    session.commit()
    finance = client_as(world.maker)
    admin = client_as(factories.create_account(session, Role.BASE_ADMIN))

    listed = finance.get("/policy-lab").text

    assert "自己的" in listed
    assert "别人的" not in listed
    for one in (foreign, of_base):
        assert finance.get(f"/policy-lab/{one.id}").status_code == 404
        assert finance.get(f"/policy-lab/{one.id}.pdf").status_code == 404
        assert finance.get(f"/policy-lab/compare?a={own.id}&b={one.id}").status_code == 404
    assert admin.get(f"/policy-lab/{own.id}").status_code == 404


def test_two_studies_side_by_side(world: World, session: Session, client_as: ClientAs) -> None:
    fill(world)
    decide(world)
    finance = client_as(world.maker)
    for value in ("2500", "2300"):
        finance.post_form("/policy-lab/save", {**ASKED, "value": value, "name": value})
    session.rollback()
    first, second = session.scalars(select(PolicyStudy.id).order_by(PolicyStudy.id))

    page = finance.get(f"/policy-lab/compare?a={first}&b={second}").text

    # 300.00 and 100.00 yuan a month.
    assert "+300.00" in page
    assert "+100.00" in page
    assert "−200.00" in page


@pytest.fixture
def study(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a verb of ``workforce study`` on the test's installation."""
    del app
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "study", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return run


@pytest.mark.usefixtures("one_ladder")
def test_the_same_on_the_command_line(
    world: World, study: Callable[..., Result], tmp_path: Path
) -> None:
    fill(world)
    assert study("levers").exit_code == 2
    decide(world)
    assert study("levers", "--view", "official").exit_code == 2
    ladders.make(world.session, OCTOBER)
    out = tmp_path / "study.csv"

    own = study("levers", "--company", "QZ")
    found = study("try", "minimum_wage_month", "2500", "--company", "QZ", "--out", str(out))
    official = study("try", "minimum_wage_month", "2500", "--view", "official")
    between = study("try", "minimum_wage_month", "2501", "--view", "official")
    saved = study("try", "price", "10", "--company", "QZ", "--save", "dearer")

    assert "price.bbox_2d" in own.output
    assert "raised from 2,200.00 to 2,500.00 yuan: 1 person is affected" in found.output
    assert "labour_cost" not in found.output
    assert out.read_text("utf-8-sig").startswith("table,row,column,unit,value")
    assert "withheld" in official.output
    assert between.exit_code == 2
    assert saved.exit_code == 0, saved.output
    assert "dearer" in study("list", "--company", "QZ").output
