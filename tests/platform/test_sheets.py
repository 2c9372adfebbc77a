"""The writer of spreadsheets: read back with two other libraries."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from workforce.platform.sheets import Cell, CellKind, SheetColumn, Workbook

HOSTILE = [
    "=SUM(A1:A9)",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "http://example.org",
    "0017",
    "1e5",
]
CREATED = dt.datetime(2026, 11, 5, 2, 30, tzinfo=dt.UTC)


def written(
    columns: list[SheetColumn], rows: list[list[Cell]], total: list[Cell] | None = None
) -> bytes:
    book = Workbook(title="t", author="a", created=CREATED)
    sheet = book.sheet("工资册")
    sheet.line("=1+1", "title", span=2)
    sheet.table(columns, rows, total=total, groups=[("=2+2", 1)], freeze_columns=1)
    return book.finish()


@pytest.mark.feature("FIN-32")
@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_a_formula(text: str) -> None:
    content = written([SheetColumn(text)], [[text]], total=[text])
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.data_type for cell in cells] == ["s"] * 5
    values = [str(cell.value).replace("_x000D_", "\r") for cell in cells]  # Excel's escape
    assert values == ["=1+1", "=2+2", text, text, text]
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_text_in_a_column_of_amounts_stays_text() -> None:
    content = written([SheetColumn("金额", CellKind.MONEY)], [["=1"]])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1] == ["=1"]


def test_numbers_are_the_exact_digits() -> None:
    kinds = [CellKind.MONEY, CellKind.MICRO, CellKind.RATE, CellKind.COUNT]
    row: list[Cell] = [-10000000000001, 1333333, 982000, 12450]
    content = written([SheetColumn(kind, kind) for kind in kinds], [row])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    for digits in ("-100000000000.01", "1.333333", "0.982", "12450"):
        assert f"<v>{digits}</v>" in xml


def test_dates_are_dates() -> None:
    content = written([SheetColumn("日期", CellKind.DATE)], [[dt.date(2026, 10, 31)]])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1] == [dt.date(2026, 10, 31)]


def test_the_head_stays_in_sight_and_on_each_printed_page() -> None:
    content = written([SheetColumn("姓名"), SheetColumn("实发", CellKind.MONEY)], [["张三", 1]])
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$2:$3"


def test_same_input_same_bytes() -> None:
    columns = [SheetColumn("姓名")]
    assert written(columns, [["张三"]]) == written(columns, [["张三"]])


def test_a_sheet_name_that_excel_forbids_is_replaced() -> None:
    book = Workbook(title="t", author="a", created=CREATED)
    book.sheet("a/b:c*" + "名" * 40).line("x")
    names = CalamineWorkbook.from_filelike(BytesIO(book.finish())).sheet_names
    assert names == ["a_b_c_" + "名" * 25]
