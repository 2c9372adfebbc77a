"""What every format must stand: files that are not what they seem, rows that cannot be meant.

What is peculiar to one format is in its own tests.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.engines import both_engines
from tests.imports.conftest import World, reasons
from tests.imports.formats import (
    OPTIONS,
    PUNCHES,
    SOURCES,
    TABLES,
    TOOLS,
    assert_told,
    assert_unchanged,
    example,
    stored,
)
from tests.imports.sheets import one_sheet, workbook
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.models import ImportBatch
from workforce.imports.reading.workbook import read_workbook
from workforce.imports.service import Preview
from workforce.imports.templates import template
from workforce.platform import clock, locks
from workforce.production.models import OutputRecord, SourceUser


def bomb(good: bytes) -> bytes:
    """Let the last member of a workbook unpack to 500 MB, as its directory says."""
    entry = good.rfind(b"PK\x01\x02")
    size = (500 * 1024 * 1024).to_bytes(4, "little")
    return good[: entry + 24] + size + good[entry + 28 :]


TEXTS = {".csv", ".tsv"}
WAGES = (("应发", "实发"), (5000, 4500))


def spoilt(code: str, suffix: str) -> Iterator[tuple[str, bytes, set[str]]]:
    """Yield files that a source must refuse as a whole, and the reasons that may be given."""
    no_book = {"file.not_workbook"}
    own = {"tool.not_export", "cvat.not_events", "punch.not_attlog", "file.json", "file.xml"}
    yield suffix, b"", {"file.empty"}
    yield suffix, b" \r\n\t\n", {"file.empty"}
    yield ".pdf", b"%PDF-1.7", {"file.suffix"}
    yield ".xlsm", b"PK\x03\x04", {"file.macros"}
    if suffix == ".xlsx":
        good = template(SOURCES[code])
        yield suffix, good[: len(good) // 2], no_book
        yield suffix, good[:-30], no_book
        yield suffix, b"PK\x03\x04nonsense", no_book
        yield suffix, "工号,日期\nA0001,2026-10-08\n".encode(), no_book
        yield suffix, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), {"file.encrypted_or_old"}
        yield suffix, bomb(good), {"file.bomb"}
        yield suffix, workbook({"工资表": WAGES}), {"table.no_header"}
    else:
        words = "".join(",".join(map(str, row)) + "\n" for row in WAGES)
        yield suffix, words.encode(), own | {"table.no_header"}
        yield suffix, b"\x00\x01\x02" * 9, own | {"file.nul"}
        yield suffix, words.encode("utf-16"), {"file.utf16", "file.xml"}
        yield suffix, b"\x81\xff\xff\x81\xff\n", {"file.encoding", "punch.not_attlog", "file.xml"}
        yield suffix, bytes(range(1, 256)) * 40, own | {"file.encoding", "file.csv"}
    if suffix in TEXTS:
        yield suffix, b'"never closed\n' * 3, {"file.csv"}


@pytest.mark.parametrize(
    ("code", "suffix"),
    [(code, suffix) for code, source in SOURCES.items() for suffix in source.suffixes],
)
@pytest.mark.feature("ALL-8", "ALL-11")
def test_a_file_that_is_not_what_it_seems_is_refused_whole(
    world: World, code: str, suffix: str
) -> None:
    for ending, content, codes in spoilt(code, suffix):
        with pytest.raises(InputError) as caught:
            world.apply(code, f"文件{ending}", content, keep=True, **OPTIONS)
        assert caught.value.code in codes, content[:40]
        assert_told(caught.value)
    assert world.count(ImportBatch) == 0


def test_an_oversize_file_is_refused_unread(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SIZE_LIMIT_BYTES", 1024)
    for code, source in SOURCES.items():
        with pytest.raises(InputError) as caught:
            world.preview(code, f"a{source.suffixes[0]}", b"x" * 1025)
        assert caught.value.code == "file.too_large"


@pytest.mark.parametrize("code", [*TOOLS, "zkteco"])
def test_a_mark_at_the_beginning_changes_nothing(world: World, code: str) -> None:
    name, content = example(code)

    seen = world.preview(code, name, b"\xef\xbb\xbf" + content, **OPTIONS)

    assert seen.refusals == []
    assert seen.counts == world.preview(code, name, content, **OPTIONS).counts


@pytest.mark.parametrize("code", ["cvat_events", "cvat_xml", "label_studio"])
def test_a_truncated_file_is_refused_whole(world: World, code: str) -> None:
    name, content = example(code)

    with pytest.raises(InputError) as caught:
        world.apply(code, name, content[: len(content) // 2], keep=True, **OPTIONS)
    assert caught.value.code in {"file.csv", "file.xml", "file.json"}
    assert caught.value.place
    assert_told(caught.value)


# --- hostile rows --------------------------------------------------------------------------------

Rows = list[list[Any]]


def rows_of(code: str) -> Rows:
    """Return a source's example, its head first."""
    columns = SOURCES[code].columns
    lines = zip(*(column.example for column in columns), strict=True)
    return [[column.titles[0] for column in columns], *map(list, lines)]


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """Write rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def with_cell(code: str, column: str, value: Any, row: int = 1) -> Rows:
    """Put a value into one cell of a source's example."""
    rows = rows_of(code)
    rows[row][[each.name for each in SOURCES[code].columns].index(column)] = value
    return rows


def assert_refused(world: World, code: str, name: str, content: bytes, expected: str) -> Preview:
    """Assert that the first refusal has this reason, place and remedy, and that nothing is stored."""
    before = (stored(world), world.count(ImportBatch))
    seen = world.apply(code, name, content, **OPTIONS)
    assert [refusal.error.code for refusal in seen.refusals][:1] == [expected]
    assert not seen.is_applied
    for refusal in seen.refusals:
        assert refusal.place.text("zh")
        assert refusal.place.text("en")
        assert_told(refusal.error)
    assert (stored(world), world.count(ImportBatch)) == before
    return seen


CELLS = [(code, column) for code in TABLES for column in SOURCES[code].columns]


def cells(chosen: Callable[[str, Any], bool]) -> pytest.MarkDecorator:
    """Go over the columns of all tables that are such."""
    found = [(code, column.name) for code, column in CELLS if chosen(code, column)]
    return pytest.mark.parametrize(("code", "column"), found)


def is_dated(_code: str, column: Any) -> bool:
    """Tell a column of days or months by its example."""
    return any(
        isinstance(value, dt.date) or str(value)[:5] in {"2026-", "2027-"}
        for value in column.example
    )


@cells(lambda _code, column: column.is_required)
@pytest.mark.feature("ALL-11")
def test_a_formula_an_error_and_a_control_character_are_refused_in_their_cell(
    place: Callable[[str], World], code: str, column: str
) -> None:
    world = place(code)
    letter = [each.name for each in SOURCES[code].columns].index(column)
    for value, reason in (("=1+1", "cell.formula"), ("#REF!", "cell.error")):
        content = one_sheet(*with_cell(code, column, value))
        seen = assert_refused(world, code, "a.xlsx", content, reason)
        first = seen.refusals[0].place
        assert (first.row, first.column[0]) == (2, chr(ord("A") + letter))
    seen = world.apply(code, "a.csv", as_csv(with_cell(code, column, "\x07")), **OPTIONS)
    assert [refusal.place.row for refusal in seen.refusals][:1] == [2]


@cells(is_dated)
@pytest.mark.parametrize("value", ["2026-13-45", "9999-01-01", "1066-10-14", "昨天"])
@pytest.mark.feature("ALL-11")
def test_a_day_or_month_that_cannot_be_meant_is_refused_in_its_row(
    place: Callable[[str], World], code: str, column: str, value: str
) -> None:
    seen = place(code).apply(code, "a.csv", as_csv(with_cell(code, column, value)), **OPTIONS)

    assert not seen.is_applied
    assert seen.refusals[0].place.row == 2
    assert_told(seen.refusals[0].error)


# A period of hours, a contract and a certificate may well end years ahead.
@cells(
    lambda code, column: (
        is_dated(code, column)
        and column.name not in {"period_last", "contract_until", "valid_until"}
    )
)
def test_a_day_or_month_far_ahead_is_refused_in_its_row(
    place: Callable[[str], World], code: str, column: str
) -> None:
    far = as_csv(with_cell(code, column, "2099-10-01"))

    assert place(code).apply(code, "a.csv", far, **OPTIONS).refusals[0].place.row == 2


@cells(lambda code, column: column.name == "employee_no" and code != "employees")
def test_an_unknown_number_or_another_name_is_refused_in_its_row(
    place: Callable[[str], World], code: str, column: str
) -> None:
    world = place(code)
    last = len(rows_of(code)) - 1

    unknown = as_csv(with_cell(code, column, "B9999", last))
    seen = world.apply(code, "a.csv", unknown, **OPTIONS)
    assert (last + 1, "employment.unknown") in reasons(seen)
    assert not seen.is_applied
    if "name" in {each.name for each in SOURCES[code].columns}:
        other = as_csv(with_cell(code, "name", "阿依古丽·买买提", last))
        seen = world.apply(code, "a.csv", other, **OPTIONS)
        assert (last + 1, "row.other_name") in reasons(seen)
        assert not seen.is_applied


@pytest.mark.parametrize("code", TABLES)
def test_a_row_that_stands_twice_is_refused_and_names_the_first(
    place: Callable[[str], World], code: str
) -> None:
    rows = rows_of(code)

    seen = place(code).apply(code, "a.csv", as_csv([*rows, rows[1]]), **OPTIONS)

    expected = "group.member_twice" if code == "group_output" else "row.duplicate"
    assert (len(rows) + 1, expected) in reasons(seen)
    assert not seen.is_applied


WORK = ("shifts", "output", "group_output", "inspections", *TOOLS, *PUNCHES)


@pytest.mark.parametrize("code", WORK)
def test_work_of_a_day_to_come_is_refused(place: Callable[[str], World], code: str) -> None:
    world = place(code)
    name, content = example(code)

    # The examples are of 8 October and later days.
    with clock.fixed(dt.datetime(2026, 10, 2, 2, tzinfo=dt.UTC)):
        assert_refused(world, code, name, content, "cell.future")


CLOSED = {
    **dict.fromkeys(TABLES, "month.closed"),
    **dict.fromkeys(PUNCHES, "month.closed"),
    **dict.fromkeys(("adjustments", "base_differences"), "adjustment.closed"),
}
PAID_LATER = ("output", "group_output", "inspections")
"""Output of a closed month is paid in the next open one, whoever tells it."""
NOT_OF_PAY = ("exam_results", "practice_work", "projects", "skill_certificates")
"""What no payslip is made of, whatever month is closed."""


def close_the_year(world: World) -> None:
    """Close every month of 2026."""
    for month in range(1, 13):
        period = PayPeriod(2026, month)
        locks.lock(world.session, world.company.id, period, reason="closed", account_id=None)
    world.session.commit()


@both_engines
@pytest.mark.parametrize("code", [code for code in CLOSED if code not in PAID_LATER])
@pytest.mark.feature("SUP-10")
def test_a_closed_month_takes_nothing_new_and_does_not_mind_what_it_has(
    place: Callable[[str], World], code: str
) -> None:
    world = place(code)
    name, content = example(code)
    assert world.apply(code, name, content, **OPTIONS).is_applied
    close_the_year(world)

    again = world.apply(code, name, content, **OPTIONS)

    assert again.refusals == []
    assert_unchanged(again)


@pytest.mark.parametrize("code", [code for code in CLOSED if code not in PAID_LATER + NOT_OF_PAY])
@pytest.mark.feature("SUP-10")
def test_a_closed_month_is_left_alone(place: Callable[[str], World], code: str) -> None:
    world = place(code)
    name, content = example(code)
    close_the_year(world)

    assert_refused(world, code, name, content, CLOSED[code])


@pytest.mark.parametrize("code", ["output", "group_output", *TOOLS])
@pytest.mark.feature("SUP-10")
def test_work_of_a_closed_month_is_paid_in_the_next_open_one(
    place: Callable[[str], World], code: str
) -> None:
    world = place(code)
    close_the_year(world)
    name, content = example(code)

    assert world.apply(code, name, content, **OPTIONS).is_applied

    added = [row for row in world.rows(OutputRecord) if row.work_on > dt.date(2026, 10, 1)]
    assert {row.pay_period for row in added} == {"2027-01"}


@pytest.mark.parametrize("code", [*TOOLS, "wecom", "zkteco"])
def test_a_user_whom_nobody_mapped_is_refused(place: Callable[[str], World], code: str) -> None:
    world = place(code)
    name, content = example(code)

    seen = world.apply(code, name, content, **OPTIONS | {"mapping": {}})

    assert {refusal.error.code for refusal in seen.refusals} == {"tool.user_unmapped"}
    assert not seen.is_applied
    assert world.count(SourceUser) == 0


def doubled(code: str, content: bytes) -> bytes:
    """Say everything in a program's file twice."""
    if code == "zkteco":
        return content * 2
    if code == "cvat_events":
        head, _, lines = content.partition(b"\r\n" if b"\r\n" in content else b"\n")
        return head + b"\r\n" + lines + lines
    (sheet,) = read_workbook(content)
    return workbook({sheet.name: [*sheet.rows, *sheet.rows[4:]]})


@pytest.mark.parametrize("code", ["dingtalk", "wecom"])
def test_a_day_of_a_report_that_stands_twice_is_refused(world: World, code: str) -> None:
    name, content = example(code)

    seen = world.preview(code, name, doubled(code, content), **OPTIONS)

    assert reasons(seen) == [(7, "row.duplicate"), (8, "row.duplicate")]


@pytest.mark.parametrize("code", ["zkteco", "cvat_events"])
def test_logs_that_overlap_may_be_joined(world: World, code: str) -> None:
    name, content = example(code)
    world.apply(code, name, content, **OPTIONS)
    before = stored(world)

    assert_unchanged(world.apply(code, name, doubled(code, content), **OPTIONS))

    assert stored(world) == before
