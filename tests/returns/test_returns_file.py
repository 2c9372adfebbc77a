"""Returns as spreadsheets: taken whole or not at all, and once."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories.returns import FIGURES, create_return
from workforce.cli.main import main
from workforce.companies.models import Company
from workforce.config import Settings
from workforce.core.period import PayPeriod
from workforce.imports import service as imports
from workforce.imports.company_file import apply_company_file, company_content
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.platform.audit import CLI
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.returns import queries, service
from workforce.returns.models import CompanyReturn
from workforce.returns.sheet import write_template

OCTOBER = PayPeriod(2026, 10)
_HEAD = 6
"""The row of the table's head: below the title, three labels, a hint and a gap."""


def made(session: Session, company: Company, change: Callable[[Worksheet], None]) -> bytes:
    """Return the company's template filled with `FIGURES`, changed."""
    session.rollback()
    reporter = queries.reporter_of(session, Scope.company(company.id))
    book = openpyxl.load_workbook(io.BytesIO(write_template(reporter, OCTOBER, FIGURES, {}, "zh")))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    change(sheet)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def put(code: str, value: Any) -> Callable[[Worksheet], None]:
    """Put a value beside an item's code, in the column of this month."""

    def change(sheet: Worksheet) -> None:
        cells = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
        column = 4 if cells[code] > _HEAD else 2
        sheet.cell(cells[code], column).value = value

    return change


def nothing(_sheet: Worksheet) -> None:
    """Leave the file as it is."""


def take(session: Session, company: Company, content: bytes, **more: Any) -> Preview:
    session.rollback()
    return imports.apply(
        imports.source_named("company_return"),
        SourceFile("月报.xlsx", content),
        company_id=company.id,
        actor=CLI,
        options=Options(**more),
        keep_good_rows=True,
    )


@both_engines
@pytest.mark.feature("OFF-16")
def test_a_file_is_one_return_however_often_it_is_sent(session: Session, outside: Company) -> None:
    content = made(session, outside, nothing)
    first = take(session, outside, content)
    assert (first.refusals, first.counts.added) == ([], len(FIGURES))
    assert take(session, outside, content).counts.added == 0
    session.rollback()
    one = session.query(CompanyReturn).one()
    assert queries.figures(session, one.id) == FIGURES
    assert one.import_batch_id is not None

    fewer = made(session, outside, put("end_women", "２４人"))
    seen = take(session, outside, fewer)
    assert (seen.counts.changed, seen.counts.unchanged) == (1, len(FIGURES) - 1)
    session.rollback()
    assert session.query(CompanyReturn.version).order_by(CompanyReturn.version).all() == [
        (1,),
        (2,),
    ]


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("joined", "=1+5", "cell.formula"),
        ("统一社会信用代码", "=A1", "cell.formula"),
        ("joined", "六个", "money.not_exact"),
        ("joined", 6.5, "money.too_many_decimals"),
        ("joined", -6, "cell.negative"),
        ("joined", True, "money.not_exact"),
        ("total_wages", "2.025e5", "money.not_exact"),
        ("total_wages", 10**11 + 1, "cell.absurd"),
        ("joined", None, "return.missing"),
        ("jobs_end", 40, "return.end"),
        ("end_women", 42, "return.part"),
        ("所属月份", "2026-09", ""),
        ("所属月份", "2026-11", "return.not_over"),
        ("所属月份", "2026-08", "return.not_asked"),
        ("所属月份", "十月", "cell.not_month"),
        ("所属月份", None, "filing.period_missing"),
        ("统一社会信用代码", "91500236MA60000018", "return.other_company"),
        ("arrears_people", 3, "return.unexplained"),
    ],
)
@pytest.mark.feature("OFF-16")
def test_a_hostile_file_is_refused_in_its_cell_and_whole(
    session: Session, outside: Company, code: str, value: Any, expected: str
) -> None:
    seen = take(session, outside, made(session, outside, put(code, value)))

    assert [refusal.error.code for refusal in seen.refusals] == ([expected] if expected else [])
    for refusal in seen.refusals:
        assert refusal.place.row is not None
        assert refusal.error.hint("zh")
        assert refusal.error.hint("en")
    session.rollback()
    assert session.query(CompanyReturn).count() == (0 if expected else 1)


def test_what_the_bureau_gave_back_is_not_sent_again_by_the_same_file(
    session: Session, outside: Company
) -> None:
    one = create_return(session, outside)
    session.commit()
    with unit_of_work() as working:
        service.decide(working, Scope.base(), one.id, CLI, is_accepted=False, reason="核对")
    content = made(session, outside, nothing)
    seen = take(session, outside, content)
    assert [refusal.error.code for refusal in seen.refusals] == ["return.same_as_returned"]
    stated = take(session, outside, content, period=PayPeriod(2026, 9))
    assert "filing.other_period" in [refusal.error.code for refusal in stated.refusals]

    def twice(sheet: Worksheet) -> None:
        sheet.append(["joined", "", "", 6])
        sheet.append(["nobody", "", "", 6])

    seen = take(session, outside, made(session, outside, twice))
    assert [refusal.error.code for refusal in seen.refusals] == [
        "row.duplicate",
        "return.unknown_item",
    ]


def test_from_the_command_line(
    session: Session,
    outside: Company,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)
    create_return(session, outside, period="2026-09", figures={"jobs_end": 40, "joined": 5})
    session.commit()

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "return", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "zh"}, catch_exceptions=False)

    path = str(tmp_path / "月报.xlsx")
    assert run("template", "2026-10", "--company", "WB", "--out", path).exit_code == 0
    blank = run("import", path, "--company", "WB", "--dry-run")
    assert (blank.exit_code, "没有填“本月入职”" in blank.output) == (2, True)
    Path(path).write_bytes(made(session, outside, nothing))
    looked = run("import", path, "--company", "WB", "--dry-run")
    assert (looked.exit_code, looked.output.splitlines()[-1]) == (0, "以上是预览，没有写入")
    # Whatever was submitted since: the receipt is of the file's month.
    later = dt.datetime(2026, 11, 6, tzinfo=dt.UTC)
    earlier = {"jobs_end": 40, "joined": 5}
    create_return(
        session, outside, period="2026-09", version=2, submitted_at=later, figures=earlier
    )
    session.commit()
    for said in ("已导入", "没有变化"):
        taken = run("import", path, "--company", "WB")
        assert taken.exit_code == 0, taken.output
        assert said in taken.output
        assert "回执号 2026-10-WB-1，2026-11-05 12:00，SHA-256" in taken.output
    listed = run("list", "2026-10")
    assert listed.output.split()[-2:] == ["企业填报", "待审核"]


def test_how_a_company_reports_stands_in_its_file(session: Session, outside: Company) -> None:
    content = company_content(session, Scope.base(), "WB")
    assert content["company"]["reports_by"] == "return"
    assert content["company"]["returns_from"] == "2026-09"
    written = {key: str(value) for key, value in content["company"].items()}
    written |= {"is_outside_base": "true", "returns_mail": "new@mail.example"}
    with unit_of_work() as working:
        file = {"format": "1", "company": written, "teams": [], "task_types": [], "policies": []}
        said = apply_company_file(working, CLI, file)
        again = apply_company_file(working, CLI, file)
    assert ([one.zh for one in said], again) == (["报送方式：自己记账，按月填报"], [])
    session.rollback()
    assert outside.returns_mail == "new@mail.example"
