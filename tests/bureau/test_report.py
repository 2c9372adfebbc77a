"""The filled forms: their figures, their protection, and that all their faces say the same."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from tests.bureau.explorer_world import cube, cube_set
from tests.bureau.filling import TODAY, column_of, given, lines_of, own, public, publish, table_of
from tests.bureau.world import FORMULA, create_base
from tests.documents.reading import info_of, text_of
from tests.factories import create_company, create_employment, create_person
from tests.statistics.seed import OCTOBER, create_small_base
from workforce.bureau.faces.chart_drawing import tick_values
from workforce.bureau.forms import forms
from workforce.bureau.report import (
    WITHHELD,
    Figure,
    ListColumn,
    Listing,
    Report,
)
from workforce.bureau.service import (
    company_scope,
    fill_named,
    fill_report,
    own_source,
    public_form,
    write_report,
)
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.statistics.measure import Unit
from workforce.statistics.service import compute_cubes

PUBLIC = [code for code, form in forms().items() if form.audience == "public"]


@pytest.mark.feature("OFF-1")
@pytest.mark.feature("OFF-2")
def test_the_small_base_as_text(session: Session) -> None:
    create_small_base(session)

    report = own(session)

    lines = dict(lines_of(report.tables[0]))
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
    # Nothing was paid here the month before: who left before October may never have been entered.
    assert lines["期末岗位数"][1:3] == ["—", "—"]
    assert lines["工资总额"][1:3] == ["—", "—"]
    # Those who were: e1 e3 e4 e6 for all its 30 days, e5 from the first, e8 to the last; e8 is out at its end.
    before = compute_cubes(session, Scope.base(), OCTOBER.previous(), is_protected=False)
    whole = before.tables["whole"]
    codes = ("jobs_end", "average_headcount", "total_wages")
    assert [whole.cell(code).value for code in codes] == [5, 600, None]
    assert [note.zh for note in report.notes] == [
        "2 家企业中 2 家有本月工资结果，其中 2 家已批准。",
        "另有实习生、学员和劳务提供者 1 人，不计入本表。",
        "— 表示没有这个数，不是零。",
        "以 % 计的指标，增减是百分点。",
    ]


def test_one_company_is_not_divided_by_company(session: Session) -> None:
    a, _ = create_small_base(session)

    report = own(session, scope=Scope.company(a.id))

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
def test_what_officials_read_is_published_and_protected(session: Session) -> None:
    create_base(session)
    with pytest.raises(NotFoundError):
        public(session)
    publish(session, OCTOBER)

    report = public(session)

    counted = {Unit.PERSONS, Unit.JOBS}
    for place in report.places():
        figure = place.figure
        assert figure.value is None or figure.unit not in counted or figure.value not in range(1, 5)
        assert figure.value is None or not figure.is_withheld
    companies = column_of(table_of(report, "company"), "total_wages")
    # The two largest of three companies pay 20 of 23 people: 87 % of the wages.
    assert set(companies.values()) == {WITHHELD}
    assert "已发布数据：2026-10 第 1 期" in report.origin.zh
    # What is told without protection is what is told with it.
    full = {(one.figure.ref, one.column.label): one.figure for one in own(session).places()}
    for place in report.places():
        if place.figure.ref is not None and place.figure.value is not None:
            # Published tables list groups that nobody is in, too.
            true = full.get((place.figure.ref, place.column.label))
            assert place.figure.value == (0 if true is None else true.value)


def test_reasons_of_leaving_are_counted_by_their_words(session: Session) -> None:
    company = create_company(session)
    for reason in ("个人原因辞职", "合同到期不再续签", "LAID OFF", "个人发展", None, "搬家"):
        on = {"separated_on": OCTOBER.first_on, "separation_reason": reason}
        create_employment(session, company, create_person(session), **on)
    session.commit()

    reasons = lines_of(own(session, "monitor").tables[1])

    # 6 left: two resigned, and one each of four other kinds.
    assert reasons[0] == ("主要原因：个人辞职", ["2", "33.33", "—"])
    assert {name.partition("：")[2] or name: figures[0] for name, figures in reasons} == {
        "个人辞职": "2",
        "合同期满": "1",
        "经济性裁员": "1",
        "其他原因": "1",
        "没有登记原因": "1",
        "协商一致解除": "0",
        "辞退": "0",
        "退休": "0",
        "合计": "6",
    }


def test_key_groups_are_counted_with_their_women_and_share(session: Session) -> None:
    create_base(session)

    rows = dict(lines_of(own(session, "key_groups").tables[0]))

    # 23 people, the even of 23 numbers are women: 11.
    assert rows["全部从业人员"][:3] == ["23", "11", "100.00"]
    assert rows["残疾人"][:3] == ["0", "0", "0.00"]


def test_an_empty_base_gives_empty_reports(session: Session) -> None:
    report = own(session, "overview")
    for ending in ("pdf", "xlsx", "csv", "json"):
        assert write_report(report, ending, "en")
    assert [one.figure.text for one in report.places()].count("0") > 0


def reports_of(session: Session) -> list[Report]:
    """Return every form in full, and as published."""
    create_base(session)
    publish(session, OCTOBER)
    return [fill(session, code) for code in PUBLIC for fill in (own, public)]


@pytest.mark.feature("OFF-8")
@pytest.mark.poppler
def test_paper_spreadsheet_csv_and_json_say_what_the_report_says(
    session: Session, tmp_path: Path
) -> None:
    for report in reports_of(session):
        places = list(report.places())
        texts = [place.figure.text for place in places]
        paper = write_report(report, "pdf", "zh")
        text = text_of(paper, tmp_path)
        assert not set(texts) - set(text.split()), report.code
        assert_signed("".join(text.split()), report, int(info_of(paper, tmp_path)["Pages"]))

        book = load_workbook(BytesIO(write_report(report, "xlsx", "zh")))
        assert_sheet_says(book.worksheets[0], report)

        rows = csv.DictReader(StringIO(write_report(report, "csv", "zh").decode("utf-8-sig")))
        told = [(row["指标或分组"].removeprefix("'"), row["栏"], row["数值"]) for row in rows]
        assert told == [
            (one.row.label.zh, one.column.label.zh, number(one.figure)) for one in places
        ]

        read = json.loads(write_report(report, "json", "zh"))
        figures = [
            one for table in read["tables"] for row in table["rows"] for one in row["figures"]
        ]
        assert [one["text"] for one in figures] == texts
        assert [one["value"] or "" for one in figures] == [number(one.figure) for one in places]
        assert [one["cell"] and one["cell"]["measure"] for one in figures] == [
            one.figure.ref and one.figure.ref.measure for one in places
        ]


def assert_signed(flat: str, report: Report, pages: int) -> None:
    """Hold the text of a form's paper, without blanks, against what a stamped form must have."""
    for needed in (
        report.title.zh,
        "".join(f"表号：{report.form_number.zh}".split()),
        "填报单位：数据标注基地（全部企业）",
        "填报日期：2026-11-24",
        "2026年10月",
        *(f"{line}：" for line in ("单位负责人", "统计负责人", "填表人", "报出日期")),
        "（单位盖章）",
        "指标解释",
        *("".join(one.measure.definition.zh.split()) for one in report.definitions),
    ):
        assert needed in flat, (report.code, needed)
    # What is sealed is one sheet: the last line of the form is above the seal, and the seal on page 1.
    sealed, _seal, _rest = flat.partition("（单位盖章）")
    assert f"第1页，共{pages}页" not in sealed, report.code
    assert "".join(report.tables[0].lines[-1].label.zh.split()) in sealed, report.code
    assert f"第{pages}页，共{pages}页" in flat


def test_the_same_report_is_the_same_bytes(session: Session) -> None:
    report = own(session, "key_groups")
    for ending in ("pdf", "xlsx"):
        assert write_report(report, ending, "en") == write_report(report, ending, "en")


def number(figure: Figure) -> str:
    return "" if figure.value is None else str(Decimal(figure.value).scaleb(-figure.unit.decimals))


def assert_sheet_says(sheet: Worksheet, report: Report) -> None:
    rows: dict[str, list[list[object]]] = {}
    for cells in sheet.iter_rows():
        name = str(cells[0].value or "").removeprefix("其中：")
        rows.setdefault(name, []).append([cell.value for cell in cells])
        assert {cell.data_type for cell in cells} <= {"n", "s", "d"}
    for table in report.tables:
        for row in table.lines:
            wanted = [in_a_cell(figure) for figure in row.figures]
            found = [[plain(value) for value in cells] for cells in rows[row.label.zh]]
            fixed = 3 if table.has_codes else 1
            assert any(cells[fixed : fixed + len(wanted)] == wanted for cells in found), row.label


def plain(value: object) -> Decimal | object:
    return Decimal(str(value)) if isinstance(value, int | float) else value


def in_a_cell(figure: Figure) -> Decimal | str:
    if figure.value is None:
        return figure.text
    share = 2 if figure.unit is Unit.PERCENT else 0  # 75.00 % is 0.75 in a spreadsheet
    return Decimal(figure.value).scaleb(-figure.unit.decimals - share)


@pytest.mark.feature("OFF-8")
def test_the_spreadsheet_is_laid_out_like_the_printed_form(session: Session) -> None:
    create_base(session)
    sheet = load_workbook(BytesIO(write_report(own(session, "wages"), "xlsx", "zh"))).worksheets[0]

    shown = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for needed in (
        "从业人员及工资总额",
        "表号：基劳月 3 表",
        "填报单位：数据标注基地（全部企业）",
        "计量单位：人、千元、元",
        "其中：女性",
        "（单位盖章）",
    ):
        assert needed in shown
    marks = [cell.value for row in sheet.iter_rows() for cell in row if cell.value == "甲"]
    assert marks == ["甲"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.print_area.startswith("'从业人员及工资总额'!$A$1:$F$")
    merged = {str(one) for one in sheet.merged_cells.ranges}
    (head,) = [row[0].row for row in sheet.iter_rows() if row[0].value == "指标名称"]
    assert {"A1:F1", f"A{head}:A{head + 1}", f"B{head}:B{head + 1}"} <= merged
    # What is sealed is one printed page, no blank for a name is cut, and a long note has its lines:
    # 6 columns are 100 characters wide, and the last note has 70 Chinese ones.
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight is None  # one page; 0 is as many as it takes
    blanks = [text for text in shown if "____" in text]
    assert [text.count("：") for text in blanks] == [3, 2]
    notes = enumerate(sheet.iter_rows(), start=1)
    note = next(number for number, row in notes if "千元为单位" in str(row[0].value))
    assert sheet.row_dimensions[note].height == 26.25  # two lines, in a spreadsheet's steps


def test_a_name_that_looks_like_a_formula_stays_text(session: Session) -> None:
    create_base(session)
    report = own(session)

    sheet = load_workbook(BytesIO(write_report(report, "xlsx", "zh"))).worksheets[0]
    found = [cell for cells in sheet.iter_rows() for cell in cells if cell.value == FORMULA]
    assert found
    assert {cell.data_type for cell in found} == {"s"}
    rows = list(csv.reader(StringIO(write_report(report, "csv", "zh").decode("utf-8-sig"))))
    assert any(f"'{FORMULA}" in row for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.feature("OFF-8")
@pytest.mark.poppler
@pytest.mark.usefixtures("session")
def test_neither_a_number_nor_a_name_is_cut_on_paper(tmp_path: Path) -> None:
    """The narrowest columns there are: with the year before and a target."""
    costs = [98_765_432_109]
    cubes = cube_set(OCTOBER, cube("whole", (), {"labour_cost": costs, "medical_coverage": [9649]}))
    source = given({OCTOBER: cubes}, targets={"labour_cost": 87_654_321_098})
    report = fill_report(public_form("conditions"), source, ReportPeriod(OCTOBER), filled_on=TODAY)
    words = text_of(write_report(report, "pdf", "en"), tmp_path)
    for told in ("987,654,321.09", "876,543,210.98", "insurance coverage", "(with maternity)"):
        assert told in words
    assert "…" not in words


@pytest.mark.poppler
@pytest.mark.usefixtures("session")
def test_a_named_list_is_written_in_every_kind(tmp_path: Path) -> None:
    listing = Listing(
        "register",
        Text("花名册", "Register"),
        (
            ListColumn(Text("姓名", "Name"), width=12),
            ListColumn(Text("入职日期", "Hired on"), "date"),
            ListColumn(Text("工资", "Wages"), "yuan"),
        ),
        (("=张三", TODAY, 300050), ("李四", None, 0)),
        total=("合计", None, 300050),
    )
    report = Report(
        code="register",
        form_number=Text("基登月 6 表", "BE-M 6"),
        title=Text("花名册", "Register"),
        period=ReportPeriod(OCTOBER),
        reporter=Text("甲", "A"),
        filled_on=TODAY,
        is_protected=False,
        listings=(listing,),
    )
    assert report.is_named
    lines = write_report(report, "csv", "zh").decode("utf-8-sig").splitlines()
    assert lines == ["序号,姓名,入职日期,工资", "1,'=张三,2026-11-24,3000.50", "2,李四,,0.00"]
    sheet = load_workbook(BytesIO(write_report(report, "xlsx", "zh"))).worksheets[0]
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows()]
    assert ["2", "李四", None, 0] in rows
    assert ["", "合计", None, 3000.5] in [
        [cell or "" if at == 0 else cell for at, cell in enumerate(row)] for row in rows
    ]
    words = text_of(write_report(report, "pdf", "zh"), tmp_path)
    assert "=张三" in words
    assert "含个人信息，仅限本单位使用" in words
    assert json.loads(write_report(report, "json", "zh"))["lists"][0]["rows"][1] == [
        "李四",
        None,
        "0.00",
    ]
    # Of an empty list, too, nobody shall add to what is sealed.
    nobody = replace(report, listings=(replace(listing, rows=(), total=None),))
    assert "本期没有" in text_of(write_report(nobody, "pdf", "zh"), tmp_path)
    sheet = load_workbook(BytesIO(write_report(nobody, "xlsx", "zh"))).worksheets[0]
    assert "本期没有" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_charts_draw_figures_of_their_table(session: Session) -> None:
    create_base(session)
    publish(session, OCTOBER)

    (companies,) = [one for one in public(session).sections if one.code == "company"]

    jobs = companies.charts[0]
    # What is withheld is not drawn at all.
    told = column_of(companies.tables[0], "jobs_end")
    drawn = dict(zip([name.zh for name in jobs.categories], jobs.series[0].values, strict=True))
    assert "大标注有限公司" in drawn
    assert drawn == {
        name: int(text) for name, text in told.items() if text != WITHHELD and name != "合计"
    }


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


def test_what_cannot_be_written_or_reached_is_refused(session: Session) -> None:
    found = create_base(session)
    with pytest.raises(InputError):
        write_report(own(session), "docx", "zh")
    with pytest.raises(NotFoundError):
        company_scope(session, Scope.base(), "NONE")
    with pytest.raises(NotFoundError):
        company_scope(session, Scope.company(found["BIG"].id), "MID")
    with pytest.raises(NotFoundError):
        public_form("unknown")
    with pytest.raises(InputError):
        fill_named(session, public_form("wages"), Scope.base(), ReportPeriod(OCTOBER))


def test_months_to_choose_from(session: Session) -> None:
    source = own_source(session, Scope.base(), TODAY.replace(month=1, day=3))
    assert [str(one) for one in source.periods(Span.MONTH)] == ["2025-12"]
    create_base(session)
    source = own_source(session, Scope.base(), TODAY)
    assert [str(one) for one in source.periods(Span.MONTH)] == ["2026-10"]
    assert [str(one) for one in source.periods(Span.QUARTER)] == ["2026-Q4"]


def test_months_before_the_first_payroll_are_unknown_but_those_before_the_founding(
    session: Session,
) -> None:
    create_base(session)  # founded in January 2020, first paid in October 2026
    today = dt.date(2027, 1, 5)
    named = ("2019-12", "2020-01", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01")
    months = [PayPeriod.parse(month) for month in named]
    found = own_source(session, Scope.base(), today).read(months)
    # Known: nobody, the month that was paid, and those since it that are over.
    assert [str(month) for month in found] == ["2019-12", "2026-10", "2026-11", "2026-12"]
    assert found[PayPeriod(2019, 12)].payroll.companies == 0
