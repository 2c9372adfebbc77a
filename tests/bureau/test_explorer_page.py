"""The explorer's page and files: for an official of published issues, for a company of its own months."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bureau.explorer_world import OCTOBER, october, september
from tests.bureau.world import create_base
from tests.engines import both_engines
from tests.factories import create_account, create_person
from tests.factories.issues import create_issue
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.bureau.models import SavedView
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry

SignIn = Callable[[Account], FormClient]

PAGE = "/statistics/explorer"
SEX_AGE = "rows=age&columns=sex&measure=jobs_end&kind=bar"


def publish(session: Session) -> None:
    """Publish September and October."""
    create_issue(session, september())
    create_issue(session, october())
    session.commit()


def official(session: Session, client_as: SignIn, role: Role = Role.OFFICIAL) -> FormClient:
    """Sign an official in."""
    account = create_account(session, role)
    session.commit()
    return client_as(account)


def shown(page: str) -> list[list[str]]:
    """Return the texts of the table of figures, row by row, the name of the line first."""
    table = page[page.index("explored") :]
    body = table[table.index("<tbody>") : table.index("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in row] for row in cells]


def text_of(client: FormClient, address: str) -> str:
    """Get a page."""
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.get_data(as_text=True)


@pytest.mark.feature("OFF-1")
@both_engines
def test_an_official_asks_published_issues(session: Session, client_as: SignIn) -> None:
    publish(session)
    client = official(session, client_as)

    page = text_of(client, f"{PAGE}?{SEX_AGE}")

    assert shown(page) == [
        ["24 岁及以下", "20", "10", "30"],
        ["25–34 岁", "※", "※", "60"],
        ["合计", "65", "25", "90"],
    ]
    assert "2026-10 第 1 期" in page
    assert "※ 表示不公布" in page
    # Every figure leads to its cell, in the issue that is shown.
    cell = "/statistics/cell?period=2026-10&amp;cube=sex_age&amp;measure=jobs_end&amp;groups=1,-24&amp;issue=1"
    assert cell in page.replace("%2C", ",")
    # Bars from the same figures, and a drawing for whoever has no script.
    assert '"values": ["20", null]' in page
    assert "explorer.svg?" in page
    # What is asked first is a question that this base answers.
    assert shown(text_of(client, PAGE)) == shown(page)


def test_a_table_that_is_no_cube_is_told_with_the_nearest(
    session: Session, client_as: SignIn
) -> None:
    publish(session)
    client = official(session, client_as)

    page = text_of(client, f"{PAGE}?rows=company&columns=sex")

    assert "没有“企业 × 性别”这张表" in page
    assert "rows=age&amp;columns=sex" in page
    answer = client.get(f"{PAGE}.csv?rows=company&columns=sex")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "年龄 × 性别" in answer.get_data(as_text=True)
    assert client.get(f"{PAGE}?period=2026-08").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{PAGE}?period=2026-10&issue=7").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{PAGE}?kind=pie").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_files_say_what_the_page_says(session: Session, client_as: SignIn) -> None:
    publish(session)
    client = official(session, client_as)
    asked = "rows=company&columns=measures&measure=jobs_end&compare=month"

    page = shown(text_of(client, f"{PAGE}?{asked}"))
    told = json.loads(client.get(f"{PAGE}.json?{asked}").data)
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv?{asked}").data.decode("utf-8-sig")))
    )
    book = load_workbook(io.BytesIO(client.get(f"{PAGE}.xlsx?{asked}").data))

    formula = '=HYPERLINK("http://x.example")'
    assert page == [
        [formula, "50", "45", "+5", "+11.11"],
        ["乙公司", "40", "35", "+5", "+14.29"],
        ["合计", "90", "80", "+10", "+12.50"],
    ]
    figures = [one.lstrip("+") for row in page for one in row[1:]]
    assert [one["value"] for one in told["figures"]] == figures
    assert [one["value"] for one in rows] == figures
    assert rows[0]["row_name"] == f"'{formula}"
    assert rows[0]["cube"] == "company"
    assert rows[0]["groups"] == "A"
    assert told["measures"][0]["definition"].startswith("月末最后一日")
    assert any("第 1 期" in note for note in told["notes"])
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    line = next(row for row in cells if row[0] == formula)
    assert line[1:4] == [50, 45, 5]
    assert line[4] == pytest.approx(0.1111)
    assert "2026-10 第 1 期" in "".join(str(row[0]) for row in cells)
    over = "rows=age&columns=months&measure=average_wage&span=2"
    months = json.loads(client.get(f"{PAGE}.json?{over}").data)["figures"]
    told_of = [(one["row"], one["column_name"], one["value"], one["state"]) for one in months]
    assert told_of[2:4] == [
        ("25-34", "2026-09", None, "withheld"),
        ("25-34", "2026-10", "5000.50", "shown"),
    ]
    svg = client.get(f"{PAGE}.svg?{asked}")
    assert svg.mimetype == "image/svg+xml"
    assert "月末最后一日" in svg.get_data(as_text=True)


@pytest.mark.feature("OFF-9")
def test_a_shared_address_keeps_its_figures_after_a_revised_issue(
    session: Session, client_as: SignIn
) -> None:
    publish(session)
    client = official(session, client_as)
    asked = f"{PAGE}?rows=whole&columns=months&measure=jobs_end&span=2"
    before = text_of(client, asked)
    (lasting,) = re.findall(r'id="fixed-address"[^>]*value="([^"]+)"', before)

    create_issue(session, october(jobs=91), number=2)
    session.commit()

    assert shown(text_of(client, asked)) == [["期末岗位数 个岗位", "80", "91"]]
    kept = text_of(client, unescape(lasting))
    assert shown(kept) == [["期末岗位数 个岗位", "80", "90"]]
    assert "这个地址固定在上面的期号" in kept
    assert "issue=2026-10.2" in text_of(client, asked)


def test_measures_that_a_table_lacks_are_named_and_left_out(
    session: Session, client_as: SignIn
) -> None:
    publish(session)
    client = official(session, client_as)

    page = text_of(client, f"{PAGE}?rows=company&columns=measures&measure=average_wage")

    assert "这张表没有这些指标：平均工资。" in page
    assert shown(page)[0][1:] == ["50"]


@both_engines
def test_views_are_kept_shared_and_deleted_by_whoever_may(
    session: Session, client_as: SignIn
) -> None:
    publish(session)
    companies = create_base(session)
    first, second = (create_account(session, Role.OFFICIAL) for _ in range(2))
    finance = create_account(session, Role.FINANCE, companies["BIG"])
    session.commit()
    client = client_as(first)

    for name, extra in (("两性", {"shared": "1"}), ("我自己的", {})):
        client.post_form(
            f"{PAGE}/views", {"name": name, "query": f"{SEX_AGE}&period=2026-10", **extra}
        )
    client.post_form(f"{PAGE}/views", {"name": "两性", "query": SEX_AGE, "shared": "1"})
    session.rollback()

    kept = {view.name: view for view in session.scalars(select(SavedView))}
    assert set(kept) == {"两性", "我自己的"}
    # A view follows the newest month, unless it was told to stay.
    assert kept["我自己的"].query == "rows=age&columns=sex&measure=jobs_end&kind=bar"
    shared, own = (f"{PAGE}/views/{kept[name].id}" for name in ("两性", "我自己的"))
    others = client_as(second)
    assert others.get(shared).location == f"{PAGE}?rows=age&columns=sex&measure=jobs_end&kind=bar"
    assert "两性" in text_of(others, PAGE)
    assert others.get(own).status_code == HTTPStatus.NOT_FOUND
    # Nobody but its owner deletes it, and a company meets nothing of the bureau.
    assert others.post_form(f"{shared}/delete").status_code == HTTPStatus.NOT_FOUND
    assert client_as(finance).get(shared).status_code == HTTPStatus.NOT_FOUND
    client = client_as(first)
    assert client.post_form(f"{shared}/delete").status_code == HTTPStatus.FOUND
    session.rollback()
    assert [view.name for view in session.scalars(select(SavedView))] == ["我自己的"]
    acts = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_type == "saved_view")
    ).all()
    assert sorted(acts) == ["saved_view.delete", *["saved_view.save"] * 3]
    nameless = client.post_form(f"{PAGE}/views", {"name": " ", "query": SEX_AGE})
    assert "请给视图起一个名字" in text_of(client, nameless.location)


def test_a_company_asks_its_own_months_and_nobody_elses(
    session: Session, client_as: SignIn
) -> None:
    publish(session)
    companies = create_base(session)
    account = create_account(session, Role.FINANCE, companies["BIG"])
    stranger = create_account(session, Role.COMPANY_ADMIN, companies["MID"])
    session.commit()
    client = client_as(account)

    page = text_of(client, f"{PAGE}?rows=sex&columns=measures&measure=jobs_end")

    # Twelve people, every second one a woman; nothing of the published 90 jobs.
    assert shown(page) == [["男", "6"], ["女", "6"], ["合计", "12"]]
    assert "本企业自己的数字" in page
    assert "issue=" not in page
    client.post_form(f"{PAGE}/views", {"name": "男女", "query": "rows=sex", "shared": "1"})
    session.rollback()
    (view,) = session.scalars(select(SavedView))
    assert client_as(stranger).get(f"{PAGE}/views/{view.id}").status_code == HTTPStatus.NOT_FOUND
    told = json.loads(client_as(account).get("/statistics/cubes.json").data)
    assert told["is_protected"] is False
    assert told["issue"] is None


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.SUPERVISOR])
def test_who_has_no_business_with_figures_stays_outside(
    session: Session, client_as: SignIn, role: Role
) -> None:
    account = create_account(session, role, create_base(session)["BIG"], create_person(session))
    session.commit()

    for address in (PAGE, f"{PAGE}.csv", "/statistics/cubes.json", f"{PAGE}/views/1"):
        assert client_as(account).get(address).status_code == HTTPStatus.FORBIDDEN


def test_nothing_is_published_yet(session: Session, client_as: SignIn) -> None:
    client = official(session, client_as, Role.BASE_ADMIN)

    assert "还没有发布过统计" in text_of(client, PAGE)
    assert client.get(f"{PAGE}.csv").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get("/statistics/cubes.json").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_other_programs_get_every_cube_by_page_and_by_command(
    session: Session,
    client_as: SignIn,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(session)
    create_issue(session, october(jobs=91), number=2)
    session.commit()
    client = official(session, client_as)

    newest = json.loads(client.get("/statistics/cubes.json").data)
    first = json.loads(client.get("/statistics/cubes.json?period=2026-10&issue=1").data)
    rows = list(
        csv.reader(io.StringIO(client.get("/statistics/cubes.csv").data.decode("utf-8-sig")))
    )

    assert [newest["issue"], first["issue"]] == [2, 1]
    assert _cell(newest, "whole", "jobs_end", []) == {"value": "91", "state": "shown"}
    assert _cell(first, "whole", "jobs_end", []) == {"value": "90", "state": "shown"}
    assert _cell(newest, "age", "average_wage", ["25-34"]) == {"value": "5000.50", "state": "shown"}
    withheld = {"value": None, "state": "withheld"}
    assert _cell(newest, "sex_age", "jobs_end", ["1", "25-34"]) == withheld
    assert ["2026-10", "sex_age", "jobs_end", "1", "25-34", "", "withheld"] in rows
    # 3 of the whole, 2 × 3 by age, 3 × 3 crossed, 3 companies, and a head.
    assert len(rows) == 3 + 6 + 9 + 3 + 1

    file = tmp_path / "cubes.json"
    # The test's tables are made by the models, not by migrations.
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)
    words = ["--instance", str(settings.instance), "cubes", str(OCTOBER), "--out", str(file)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert json.loads(file.read_text("utf-8")) == newest


def _cell(told: Any, cube: str, measure: str, groups: list[str]) -> dict[str, object]:
    (table,) = [one for one in told["cubes"] if one["code"] == cube]
    (cell,) = [
        one for one in table["cells"] if [one["measure"], one["groups"]] == [measure, groups]
    ]
    return {name: cell[name] for name in ("value", "state")}
