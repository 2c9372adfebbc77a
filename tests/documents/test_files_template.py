"""A company's own layout: matched by its titles, refused by name, filled without touching its look."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from tests.documents.file_samples import batch_data, cells_of, paying
from workforce.core.errors import InputError
from workforce.documents.files.form import FileForm
from workforce.documents.files.layout import read_layout
from workforce.documents.files.service import form_named
from workforce.documents.files.template import fill_sheet, kept_lines, layout_of, read_header
from workforce.documents.files.writing import write_text

OWN = form_named("bank_own")
ICBC = form_named("bank_icbc")
ICBC_TEXT = form_named("bank_icbc_text")


def sheet_of(*titles: str, above: int = 0, below: tuple[str | float, ...] = ()) -> bytes:
    """Return a template as a bank sends it: a title block, titles in blue, an example row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(above):
        sheet.cell(number + 1, 1, f"说明 {number + 1}")
    for at, title in enumerate(titles, start=1):
        cell = sheet.cell(above + 1, at, title)
        cell.fill = PatternFill("solid", fgColor="FF0000FF")
        sheet.cell(above + 2, at).font = Font(name="宋体", size=9)
    for at, value in enumerate(below, start=1):
        sheet.cell(above + 2, at, value)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def filled(content: bytes, form: FileForm = OWN) -> bytes:
    header = read_header(content, form.layout)
    layout = layout_of(form.layout, header)
    return fill_sheet(content, header, layout, form.rows(batch_data()))


@pytest.mark.feature("FIN-30")
def test_columns_follow_the_uploaded_titles() -> None:
    content = sheet_of(
        *("* 金 额（元）", "收款人户名", "部门", "*收款人账号（必填）", "备注"),
        above=2,
        below=(1.0, "张三（样例）", "样例", "6222", "样例"),
    )
    rows = cells_of(filled(content))
    assert rows[0][0] == "说明 1"
    assert rows[2] == ["* 金 额（元）", "收款人户名", "部门", "*收款人账号（必填）", "备注"]
    assert rows[3] == [6512.3, "李晨", None, "6228480000000008433", "A0001"]
    assert rows[7] == [8800, "阿依古丽·买买提", None, "6228480000000008185", "A0005"]
    assert len(rows) == 8
    sheet = openpyxl.load_workbook(BytesIO(filled(content))).worksheets[0]
    assert sheet["A3"].fill.fgColor.rgb == "FF0000FF"
    assert sheet["D8"].font.name == "宋体"
    assert (sheet["D8"].number_format, sheet["A8"].number_format) == ("@", "0.00")


def test_what_is_merged_under_the_titles_hides_no_payment() -> None:
    book = openpyxl.load_workbook(BytesIO(sheet_of("账号", "户名", "金额", "备注")))
    book.worksheets[0]["A4"] = "以下由银行填写"
    book.worksheets[0].merge_cells("A4:D5")
    content = BytesIO()
    book.save(content)
    rows = cells_of(filled(content.getvalue()))
    assert [row[1] for row in rows[1:]] == ["李晨", "王欣怡", "张𬭎", "欧阳㛃", "阿依古丽·买买提"]


def test_text_stays_text_in_an_uploaded_sheet() -> None:
    content = sheet_of("账号", "户名", "金额")
    header = read_header(content, OWN.layout)
    for planted in ("=SUM(A1:A9)", "+1", "-1", "@x", "\tx"):
        rows = OWN.rows(paying(name=planted, bank_account=planted))
        made = fill_sheet(content, header, layout_of(OWN.layout, header), rows)
        sheet = openpyxl.load_workbook(BytesIO(made)).worksheets[0]
        assert [(cell.value, cell.data_type) for cell in sheet[2][:2]] == [(planted, "s")] * 2


def test_a_text_header_gives_its_order_delimiter_and_character_set() -> None:
    content = "代发清单{2026}\r\n户名|账号|金额|\r\n".encode("gb18030")
    header = read_header(content, OWN.layout)
    made = write_text(layout_of(OWN.layout, header), OWN.rows(batch_data()), {})
    assert made.decode("gb18030").splitlines()[:3] == [
        "代发清单{2026}",
        "户名|账号|金额|",
        "李晨|6228480000000008433|6512.30|",
    ]
    assert kept_lines(OWN.layout, header) == 1
    utf8 = read_header("\ufeff户名,账号,金额\n".encode(), OWN.layout)
    assert (utf8.titles[0], utf8.encoding, utf8.ending) == ("户名", "utf-8-sig", "csv")


def test_an_uploaded_text_states_the_totals_of_its_own_batch() -> None:
    """What the bank sent as an example says 3 payments of 1.00 yuan."""
    lines = write_text(
        ICBC_TEXT.layout, (), {"pay_on": dt.date(2026, 1, 1)} | {"count": 3, "total_fen": 100}
    )
    header = read_header(lines, ICBC_TEXT.layout)
    layout, data = layout_of(ICBC_TEXT.layout, header), batch_data()
    rows = ICBC_TEXT.rows(data)
    made = write_text(layout, rows, ICBC_TEXT.heads(data, rows)).decode("gb18030")
    assert f"|1|{data.batch_facts.total}|{data.batch_facts.count}|" in made
    assert "|100|3|" in lines.decode("gb18030")
    assert "|100|3|" not in made
    assert kept_lines(ICBC_TEXT.layout, header) == 0


@pytest.mark.parametrize(
    ("titles", "code", "named"),
    [
        (
            ("账号", "户名", "金额", "*用途代码", "加急（必填）"),
            "unknown",
            "*用途代码、加急（必填）",
        ),
        (("账号", "户名", "用途"), "missing", "金额"),
        (("账号", "卡号", "户名", "金额"), "twice", "收款账号"),
    ],
)
def test_titles_that_do_not_fit_are_refused_by_name(
    titles: tuple[str, ...], code: str, named: str
) -> None:
    with pytest.raises(InputError) as refused:
        layout_of(OWN.layout, read_header(sheet_of(*titles), OWN.layout))
    assert refused.value.code == f"file.template_{code}"
    assert named in refused.value.message("zh")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "upload.empty"),
        (b"PK\x03\x04 no archive", "file.not_workbook"),
        ("一段话，没有表头".encode(), "file.template_without_titles"),
        (b"\xff\xfe\xff\xff\x80", "file.not_workbook"),
        (b"," * (2 * 1024 * 1024 + 1), "upload.too_large"),
    ],
)
def test_what_is_no_template_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_header(content, OWN.layout)
    assert refused.value.code == code


def test_the_banks_own_template_fits_its_form() -> None:
    titles = [column.title for column in ICBC.layout.columns]
    shuffled = sheet_of(*reversed(titles), "预先审批编号")
    assert cells_of(filled(shuffled, ICBC))[1][0] == "A0001"


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ('ending = "pdf"', "pdf"),
        ('colour = "red"', "colour"),
        ('[[column]]\ntitle = "*金额（必填）"\nfield = "amount"', "金额"),
        ('[[column]]\ntitle = "x"\nfield = "y"\nvalue = "z"', "x"),
        ('[[column]]\ntitle = "x"\nkind = "float"', "float"),
    ],
)
def test_a_layout_that_is_not_in_order_stops_the_start(
    tmp_path: Path, layout: str, said: str
) -> None:
    (tmp_path / "form.toml").write_text(
        f'evidence = ["甲", "a"]\n{layout}\n[[column]]\ntitle = "金额"\nfield = "amount"\n', "utf-8"
    )
    with pytest.raises(ValueError, match=said):
        read_layout(str(tmp_path / "form.py"))
