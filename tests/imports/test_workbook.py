"""Workbooks from anywhere: what is hostile or broken is refused by name, before it can do harm."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.imports.conftest import World
from tests.imports.sheets import member, one_sheet, repacked, workbook
from workforce.core.errors import InputError
from workforce.imports.reading.workbook import Limits, column_letter, read_workbook

GOOD = one_sheet(("工号", "数量"), ("A1", 3.0), ("A2", 0.1 + 0.2))
SHEET = "xl/worksheets/sheet1.xml"


def refused(content: bytes, limits: Limits | None = None) -> str:
    """Say why a workbook is refused."""
    with pytest.raises(InputError) as caught:
        read_workbook(content, limits or Limits())
    for locale in ("zh", "en"):
        assert caught.value.hint(locale)
    return caught.value.code


def test_a_good_workbook() -> None:
    (sheet,) = read_workbook(GOOD)

    assert sheet.name == "表"
    assert sheet.rows[:2] == [["工号", "数量"], ["A1", 3.0]]


def test_hidden_sheets_are_not_read() -> None:
    content = workbook({"看": [("a",)], "藏": [("b",)]})
    hidden = member(content, "xl/workbook.xml").replace(
        'name="藏"'.encode(), 'name="藏" state="hidden"'.encode()
    )

    assert [
        sheet.name for sheet in read_workbook(repacked(content, {"xl/workbook.xml": hidden}))
    ] == ["看"]


def test_formulas_are_marked_where_they_stand() -> None:
    (sheet,) = read_workbook(one_sheet((1, 2), (None, "=A1+B1"), ("=HYPERLINK(1)", 3)))

    assert sheet.formulas == {(1, 1), (2, 0)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.not_workbook"),
        ("工号,数量\n".encode(), "file.not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.encrypted_or_old"),
        (b"PK\x03\x04" + bytes(100), "file.not_workbook"),
        (GOOD[: len(GOOD) // 2], "file.not_workbook"),
        (repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "file.macros"),
        (repacked(GOOD, {SHEET: b"<worksheet"}), "file.unreadable"),
        (repacked(GOOD, {SHEET: b"\x00\x01"}), "file.unreadable"),
        (
            repacked(GOOD, {SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'}),
            "file.unreadable",
        ),
    ],
)
def test_what_is_no_workbook(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_another_archive_is_not_a_workbook() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert refused(packed.getvalue()) == "file.not_workbook"


def test_a_bomb_is_seen_in_the_directory() -> None:
    bomb = repacked(GOOD, {"xl/sharedStrings.xml": bytes(30 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert refused(bomb, Limits(unpacked_bytes=20 * 1024 * 1024)) == "file.bomb"


def test_a_bomb_that_lies_about_its_size_is_seen_while_unpacking() -> None:
    content = bytearray(repacked(GOOD, {"xl/sharedStrings.xml": bytes(30 * 1024 * 1024)}))
    true_size = (30 * 1024 * 1024).to_bytes(4, "little")
    while (at := content.find(true_size)) >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")

    # Python stops at the stated size and then misses the checksum.
    assert refused(bytes(content)) == "file.not_workbook"


def test_too_many_members() -> None:
    extra = {f"xl/media/{n}.png": b"x" for n in range(50)}

    assert refused(repacked(GOOD, extra), Limits(members=40)) == "file.bomb"


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
    ],
)
def test_one_far_cell_does_not_allocate_the_whole_sheet(cell: bytes) -> None:
    sheet = member(GOOD, SHEET)
    far = sheet.replace(b"</sheetData>", cell + b"</sheetData>")

    assert refused(repacked(GOOD, {SHEET: far})) == "file.bomb"


def test_few_texts_read_many_times_are_counted() -> None:
    assert refused(GOOD, Limits(text_bytes=10)) == "file.bomb"
    assert refused(GOOD, Limits(cells=2)) == "file.bomb"


def test_days_counted_from_1904_are_refused() -> None:
    book = member(GOOD, "xl/workbook.xml").replace(b"<workbookPr ", b'<workbookPr date1904="1" ')

    assert refused(repacked(GOOD, {"xl/workbook.xml": book})) == "file.date_1904"


def test_encrypted_members_are_refused() -> None:
    content = bytearray(GOOD)
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1

    assert refused(bytes(content)) == "file.encrypted_or_old"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("产量.xls", GOOD, "file.suffix"),
        ("产量", GOOD, "file.suffix"),
        ("产量.csv", GOOD, "file.nul"),
    ],
)
def test_names_and_contents_that_do_not_fit(
    world: World, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("output", name, content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("index", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_column_letters(index: int, letters: str) -> None:
    assert column_letter(index) == letters
