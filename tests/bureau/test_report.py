"""The filled form: its figures, its protection, and that all its faces say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.bureau.world import FORMULA, create_base
from tests.documents.reading import info_of, text_of
from tests.statistics.seed import OCTOBER, create_small_base
from workforce.bureau.chart_drawing import tick_values
from workforce.bureau.report import WITHHELD, Figure, Report, Table
from workforce.bureau.service import company_scope, fill_report, latest_period, write_report
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.text import Locale
from workforce.platform.scope import Scope
from workforce.statistics.measure import Unit

TODAY = dt.date(2026, 11, 24)


def fill(
    session: Session,
    scope: Scope | None = None,
    *,
    is_protected: bool = False,
    period: PayPeriod = OCTOBER,
) -> Report:
    return fill_report(
        session,
        scope or Scope.base(),
        period,
        code="employment",
        is_protected=is_protected,
        filled_on=TODAY,
    )


def figures(report: Report) -> Iterator[Figure]:
    for card in report.cards:
        yield from (card.figure, card.previous)
    for table in report.tables:
        for row in table.lines:
            yield from row.figures


def table_named(report: Report, code: str) -> Table:
    (found,) = [table for table in report.tables if table.code == code]
    return found


def column_of(table: Table, code: str) -> list[str]:
    (at,) = [
        index
        for index, column in enumerate(table.columns)
        if column.definition and column.definition.measure.code == code
    ]
    return [row.figures[at].text for row in table.lines]


def test_the_small_base_as_text(session: Session) -> None:
    create_small_base(session)

    report = fill(session)

    shown = {
        row.definition.measure.code: row.figures[0].text
        for row in report.tables[0].rows
        if row.definition
    }
    assert shown == {
        "jobs_start": "5",
        "joined": "1",
        "left": "2",
        "jobs_end": "4",
        "persons_end": "3",
        "average_headcount": "4.84",
        "total_wages": "13,192.80",
        "time_wages": "4,800.00",
        "piece_wages": "8,000.50",
        "bonus_wages": "200.00",
        "allowance_wages": "60.00",
        "overtime_wages": "120.00",
        "special_wages": "12.30",
        "average_wage": "2,726.51",
        "median_wage": "1,500.50",
        "insurance_coverage": "75.00",
    }
    # The month before had no payroll: e1 e3 e4 e6 for all its 30 days, e5 from the first, e8 to the
    # last of them; e8 is out at its end.
    before = [row.figures[1].text for row in report.tables[0].rows]
    assert before[:7] == ["5", "1", "1", "5", "4", "6.00", "—"]
    assert [note.zh for note in report.notes] == [
        "2 家企业中 2 家有本月工资结果，其中 2 家已批准。",
        "另有实习生、学员和劳务提供者 1 人，不计入本表。",
    ]


def test_one_company_is_not_divided_by_company(session: Session) -> None:
    a, _ = create_small_base(session)

    report = fill(session, Scope.company(a.id))

    assert report.reporter.zh == "甲标注有限公司"
    assert [section.code for section in report.sections] == [
        "summary",
        "sex",
        "age",
        "education",
        "township",
        "household",
    ]
    assert report.notes[0].zh == "本月工资已批准。"


@pytest.mark.feature("OFF-5")
def test_an_official_sees_no_small_cell_and_can_subtract_none(session: Session) -> None:
    create_base(session)

    report = fill(session, is_protected=True)

    counted = {Unit.PERSONS, Unit.JOBS}
    for figure in figures(report):
        assert figure.value is None or figure.unit not in counted or figure.value >= 5
    for table in report.tables[1:]:
        assert table.total is not None
        for at in range(len(table.columns)):
            hidden = [row for row in table.rows if row.figures[at].text == WITHHELD]
            assert len(hidden) != 1 or table.total.figures[at].text == WITHHELD
    companies = table_named(report, "company_people")
    # The 3 are small, and 23 − 12 − 8 would tell them: the 8 go with them, with all that is theirs.
    assert column_of(companies, "jobs_end") == ["12", WITHHELD, WITHHELD, "23"]
    assert column_of(companies, "total_wages") == ["36,078.00", WITHHELD, WITHHELD, "69,276.00"]
    assert column_of(companies, "median_wage") == ["3,006.50", WITHHELD, WITHHELD, "3,012.00"]
    # Nobody joined: 0 is a number under five as well.
    assert set(column_of(companies, "joined")) == {WITHHELD}


def test_an_official_gets_no_table_of_two_dimensions_and_no_persons_beside_jobs(
    session: Session,
) -> None:
    create_base(session)

    report = fill(session, is_protected=True)

    assert not [table.code for table in report.tables if table.code.endswith("_wages")]
    for table in report.tables[1:]:
        codes = {column.definition.measure.code for column in table.columns if column.definition}
        assert "persons_end" not in codes


def test_an_official_sees_only_approved_payrolls(session: Session) -> None:
    create_small_base(session, state_of_b="calculated")

    assert latest_period(session, Scope.base(), is_protected=True, today=TODAY) == OCTOBER
    report = fill(session, is_protected=True)
    assert report.notes[0].zh == "2 家企业中 1 家有本月工资结果，其中 1 家已批准。"
    own = fill(session)
    assert "工资数字为暂定数，批准前可能变化。" in [note.zh for note in own.notes]


def test_the_latest_month_without_any_payroll_is_the_one_before_today(session: Session) -> None:
    found = latest_period(session, Scope.base(), is_protected=False, today=dt.date(2026, 1, 3))
    assert found == PayPeriod(2025, 12)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_an_empty_base_gives_an_empty_report(session: Session, locale: Locale) -> None:
    report = fill(session)

    assert [figure.text for figure in figures(report)].count("0") > 0
    for ending in ("pdf", "xlsx"):
        assert write_report(report, ending, locale)


@pytest.mark.poppler
@pytest.mark.parametrize("is_protected", [False, True])
def test_the_pdf_says_what_the_report_says(
    session: Session, tmp_path: Path, *, is_protected: bool
) -> None:
    create_base(session)
    report = fill(session, is_protected=is_protected)

    content = write_report(report, "pdf", "zh")

    text = text_of(content, tmp_path)
    words = text.split()
    for table in report.tables:
        for row in table.lines:
            for figure in row.figures:
                assert figure.text in words
    flat = "".join(words)
    for needed in (
        "就业与工资统计月报表",
        "填报单位：数据标注基地（全部企业）",
        "填报日期：2026-11-24",
        "2026年10月",
        "单位负责人：",
        "填表人：",
        "（单位盖章）",
        "指标解释",
        "国家统计局令第1号",
        *("".join(d.measure.definition.zh.split()) for d in report.definitions),
    ):
        assert needed in flat
    pages = int(info_of(content, tmp_path)["Pages"])
    assert f"第{pages}页，共{pages}页" in flat or f"第{pages}页,共{pages}页" in flat
    assert write_report(report, "pdf", "zh") == content


@pytest.mark.parametrize("is_protected", [False, True])
def test_the_spreadsheet_says_what_the_report_says(session: Session, *, is_protected: bool) -> None:
    create_base(session)
    report = fill(session, is_protected=is_protected)

    sheet = load_workbook(BytesIO(write_report(report, "xlsx", "zh"))).worksheets[0]

    rows: dict[str, list[tuple[object, ...]]] = {}
    for cells in sheet.iter_rows():
        if isinstance(cells[0].value, str):
            rows.setdefault(cells[0].value.strip(), []).append(cells)
    for table in report.tables:
        for row in table.lines:
            assert any(_same(cells, row.figures) for cells in rows[row.label.zh]), row.label
    for cells in sheet.iter_rows():
        assert {cell.data_type for cell in cells} <= {"n", "s", "d"}


def _same(cells: tuple[object, ...], figures: tuple[Figure, ...]) -> bool:
    """Tell whether the figures stand in the cells, side by side."""
    shown = [_shown(cell) for cell in cells if _shown(cell) is not None]
    wanted = [_wanted(figure) for figure in figures]
    return any(shown[at : at + len(wanted)] == wanted for at in range(len(shown)))


def _shown(cell: object) -> Decimal | str | None:
    value = getattr(cell, "value", None)
    return Decimal(str(value)) if isinstance(value, int | float) else value


def _wanted(figure: Figure) -> Decimal | str:
    if figure.value is None:
        return figure.text
    share = 2 if figure.unit is Unit.PERCENT else 0  # 75.00 % is 0.75 in a spreadsheet
    return Decimal(figure.value).scaleb(-figure.unit.decimals - share)


def test_a_name_that_looks_like_a_formula_stays_text(session: Session) -> None:
    create_base(session)

    sheet = load_workbook(BytesIO(write_report(fill(session), "xlsx", "zh"))).worksheets[0]

    found = [cell for cells in sheet.iter_rows() for cell in cells if cell.value == FORMULA]
    assert found
    assert {cell.data_type for cell in found} == {"s"}


def test_charts_draw_figures_of_their_table(session: Session) -> None:
    create_base(session)
    report = fill(session, is_protected=True)

    (companies,) = [section for section in report.sections if section.code == "company"]
    jobs, wages = companies.charts
    # What is withheld is not drawn at all.
    assert [name.zh for name in jobs.categories] == ["大标注有限公司"]
    assert jobs.series[0].values == (12,)
    assert [series.values for series in wages.series] == [(300650,), (300650,)]


@pytest.mark.parametrize(
    ("largest", "decimals", "expected"),
    [
        (0, 0, [0, 1]),
        (4, 0, [0, 1, 2, 3, 4]),
        (40, 0, [0, 10, 20, 30, 40]),
        (41, 0, [0, 10, 20, 30, 40, 50]),
        (465133, 2, [0, 100000, 200000, 300000, 400000, 500000]),
    ],
)
def test_the_grid_of_a_chart(largest: int, decimals: int, expected: list[int]) -> None:
    assert tick_values(largest, decimals) == expected


def test_what_cannot_be_written_is_refused(session: Session) -> None:
    with pytest.raises(InputError):
        write_report(fill(session), "docx", "zh")
    with pytest.raises(NotFoundError):
        company_scope(session, Scope.base(), "NONE")


def test_another_company_is_not_found(session: Session) -> None:
    found = create_base(session)
    with pytest.raises(NotFoundError):
        company_scope(session, Scope.company(found["BIG"].id), "MID")
