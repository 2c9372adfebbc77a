"""CSV in the encodings that Chinese offices write, and what is refused."""

from __future__ import annotations

import pytest

from tests.imports.conftest import World
from workforce.core.errors import InputError
from workforce.imports.reading.text import read_csv, read_json

TEXT = "工号,姓名\nA0003,张𬭎\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.feature("ALL-10")
def test_encodings(encoding: str) -> None:
    (sheet,) = read_csv(TEXT.encode(encoding))

    assert sheet.rows == [["工号", "姓名"], ["A0003", "张𬭎"]]


def test_tabs_quotes_and_line_numbers() -> None:
    (sheet,) = read_csv('工号\t备注\nA1\t"两\n行"\nA2\t"a ""b"""\n'.encode())

    assert sheet.rows[1:] == [["A1", "两\n行"], ["A2", 'a "b"']]
    assert [sheet.row_number(n) for n in range(3)] == [1, 2, 4]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (TEXT.encode("utf-16"), "file.utf16", None),
        (b"a,b\n1,\x00\n", "file.nul", "2"),
        (b"a,b\nok,1\n\xff\xff,2\n", "file.encoding", "3"),
        (b'a,b\n1,"x\n', "file.csv", "2"),
        (b'a,b\n1,"x"y\n', "file.csv", "2"),
    ],
)
def test_broken_files_are_refused_with_the_line(
    content: bytes, code: str, place: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        read_csv(content)
    assert (caught.value.code, caught.value.place) == (code, place)
    assert caught.value.hint("zh")
    assert caught.value.hint("en")


def test_json_fractions_stay_text() -> None:
    assert read_json(b'{"a": 0.1, "b": 12, "c": 1e5}') == {"a": "0.1", "b": 12, "c": "1e5"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("工号,日期\nA0001,2026-10-08\n", "table.headers_missing"),
        ("应发,实发\n1,2\n", "table.no_header"),
        ("工号,日期,任务类型,工号\n", "table.header_twice"),
        ("工号,日期,任务类型,提交数量\n,,,\n", "table.no_rows"),
    ],
)
def test_a_wrong_table_says_what_is_needed(world: World, content: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("output", "a.csv", content)
    assert caught.value.code == code
    assert caught.value.hint("zh")
