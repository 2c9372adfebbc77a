"""What may be typed into a cell, and the line of text that says a whole day."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.attendance.cell_text import Entry, EntryKind, parse_cell
from workforce.attendance.day_record import DayRecord, parse_record
from workforce.attendance.leave_days import Granted
from workforce.attendance.service import ShiftFact
from workforce.attendance.team_month import LEAVE_MARKS, LETTERS, CellKind
from workforce.core.errors import DomainError, InputError

DAY = (7, dt.date(2026, 10, 8))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8", 480),
        ("７.５", 450),
        (" 8 ", 480),
        ("8.0", 480),
        ("7:30", 450),
        ("7：30", 450),
        ("八", 480),
        ("十", 600),
        ("十二", 720),
        ("二十四", 1440),
        ("七点五", 450),
        ("七个半", 450),
        ("７。５", 450),  # the point's key under a Chinese input method
        ("8小时", 480),
        ("8h", 480),
        ("0.25", 15),
    ],
)
def test_hours(text: str, minutes: int) -> None:
    assert parse_cell(text) == Entry(EntryKind.HOURS, minutes)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("", Entry(EntryKind.CLEAR)),
        ("f", Entry(EntryKind.FULL)),
        ("√", Entry(EntryKind.FULL)),
        ("Ｋ", Entry(EntryKind.ABSENT)),
        ("旷工", Entry(EntryKind.ABSENT)),
        ("休", Entry(EntryKind.REST)),
        ("n", Entry(EntryKind.LEAVE, leave_kind="annual_leave")),
        ("病假", Entry(EntryKind.LEAVE, leave_kind="sick_leave")),
        ("调休", Entry(EntryKind.LEAVE, leave_kind="in_lieu_off")),
        ("n1", Entry(EntryKind.LEAVE, leave_kind="annual_leave", half="morning")),
        ("病假下午", Entry(EntryKind.LEAVE, leave_kind="sick_leave", half="afternoon")),
        ("上午年假半天", Entry(EntryKind.LEAVE, leave_kind="annual_leave", half="morning")),
        ("事下", Entry(EntryKind.LEAVE, leave_kind="personal_leave", half="afternoon")),
    ],
)
def test_letters_and_words(text: str, entry: Entry) -> None:
    assert parse_cell(text) == entry


def test_what_a_cell_shows_can_be_pasted() -> None:
    """Copied cells come back as they are shown, in either language."""
    shown = {
        **{mark: Entry(EntryKind.LEAVE, leave_kind=kind) for kind, mark in LEAVE_MARKS.items()},
        LETTERS[CellKind.ABSENT]: Entry(EntryKind.ABSENT),
        LETTERS[CellKind.REST]: Entry(EntryKind.REST),
    }
    assert len(shown) == 11
    for mark, entry in shown.items():
        assert (parse_cell(mark.zh), parse_cell(mark.en)) == (entry, entry)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0", "grid.no_hours"),
        ("25", "grid.too_many_hours"),
        ("24:01", "grid.too_many_hours"),
        ("7.33", "grid.broken_minutes"),
        ("7,5", "grid.not_understood"),
        ("７，５", "grid.not_understood"),
        ("8\n8", "grid.not_understood"),
        ("假", "grid.which_leave"),
        ("迟", "grid.late_is_found"),
        ("八九", "grid.not_understood"),
        ("-8", "grid.not_understood"),
        ("8;absent", "grid.not_understood"),
        ("=1+7", "grid.not_understood"),
        ("十十", "grid.not_understood"),
    ],
)
def test_what_is_not_understood_is_said(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_cell(text)
    assert caught.value.code == code
    assert caught.value.hint("zh")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "09:00-18:00/60",
        "22:00-06:00+1/30@夜班",
        "08:00-12:00/0;13:00-17:00/0~@白班 L5 E10",
        "leave:sick_leave#A-17",
        "absent",
        "09:00-13:00/0;leave:annual_leave",
        "09:00-18:00/60@A%3BB%40C 50%25",
        "09:00-18:00/60@Team%20L2 E5",
        "leave:sick_leave#A%3B17",
    ],
)
def test_a_record_is_read_as_it_was_written(text: str) -> None:
    assert parse_record(text, DAY).text == text


def test_a_name_is_not_taken_for_another_part_of_the_day() -> None:
    """A kind of shift may be called anything, and a day of it is still undone by its line."""
    for name in ("A;B@C 50%", "Team L2", "夜班 E5", "100%3B"):
        at = dt.datetime(2026, 10, 8, 9)
        shift = ShiftFact(*DAY, at, at.replace(hour=18), 60, shift_type=name, late_minutes=5)
        record = DayRecord((shift,), Granted("sick_leave", "A;1@2%"))

        again = parse_record(record.text, DAY)

        assert (again.shifts, again.leave) == (record.shifts, record.leave)


@pytest.mark.parametrize(
    "text",
    [
        "09:00-18:00/60@" + "夜" * 41,
        "09:00-18:00",
        "09:00-08:00/0",
        "09:00-18:00/600",
        "leave:nonsense",
        "leave:absence",
        "absent;leave:sick_leave",
        "absent;09:00-18:00/60",
        "9:00-18:00/60",
        "24:00-18:00/60",
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        parse_record(text, DAY)


@pytest.mark.parametrize("text", ["半天年假", "上午病假下午"])
def test_half_a_day_of_leave_says_which_half(text: str) -> None:
    with pytest.raises(InputError, match="which half"):
        parse_cell(text)


def test_half_a_day_of_leave_stands_beside_the_other_half() -> None:
    text = "14:00-18:00/0;leave:annual_leave/morning#A-17"
    record = parse_record(text, DAY)
    assert record.leave == Granted("annual_leave", "A-17", "morning")
    assert record.text == text
    assert record.words().zh == "14:00–18:00、上午年休假"
    assert not record.lacks_work
    assert parse_record("leave:annual_leave/morning", DAY).lacks_work


def test_a_day_without_a_record_says_so() -> None:
    record = parse_record("", DAY)
    assert record.is_empty
    assert record.words().zh == "没有记录"
