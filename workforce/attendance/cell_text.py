"""What may be typed into a cell of the month: hours, a letter, or the words people use in Excel.

Letters are plain ASCII as well as Chinese, so that no input method is in the way. Full-width and
Chinese digits are understood, and what a cell itself shows in either language: copied cells are
pasted. Anything else is refused in words; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from workforce.core.errors import InputError

_HOUR: Final = 60
_LONGEST: Final = 24 * _HOUR
_SHOWN: Final = 20


class EntryKind(StrEnum):
    """What a typed text asks for."""

    HOURS = "hours"
    FULL = "full"
    """The whole shift as planned."""
    LEAVE = "leave"
    ABSENT = "absent"
    REST = "rest"
    """A day of rest: no record."""
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Entry:
    """One typed text, understood: ``minutes`` of hours, ``leave_kind`` of leave and its ``half``, if any."""

    kind: EntryKind
    minutes: int = 0
    leave_kind: str = ""
    half: str | None = None


LEAVE_LETTERS: Final[Mapping[str, str]] = {
    "N": "annual_leave",
    "S": "personal_leave",
    "B": "sick_leave",
    "T": "in_lieu_off",
    "H": "marriage_leave",
    "C": "maternity_leave",
    "P": "paternity_leave",
    "D": "bereavement_leave",
    "G": "work_injury_leave",
}
"""One key for each kind of leave: the first letter of its pinyin where that is free."""

FULL_LETTER: Final = "F"
ABSENT_LETTER: Final = "K"
REST_LETTER: Final = "X"
LEAVE_LETTER: Final = "Q"
"""Leave without its kind: the page asks which."""

_CHINESE_LEAVE: Final[Mapping[str, str]] = {
    "年": "annual_leave",
    "年休": "annual_leave",
    "年休假": "annual_leave",
    "年假": "annual_leave",
    "事": "personal_leave",
    "事假": "personal_leave",
    "病": "sick_leave",
    "病假": "sick_leave",
    "调": "in_lieu_off",
    "调休": "in_lieu_off",
    "补休": "in_lieu_off",
    "婚": "marriage_leave",
    "婚假": "marriage_leave",
    "产": "maternity_leave",
    "产假": "maternity_leave",
    "护": "paternity_leave",
    "护理假": "paternity_leave",
    "陪产假": "paternity_leave",
    "丧": "bereavement_leave",
    "丧假": "bereavement_leave",
    "工伤": "work_injury_leave",
    "伤": "work_injury_leave",
    "工": "work_injury_leave",
    "工伤停工留薪": "work_injury_leave",
}

_WORDS: Final[Mapping[str, Entry]] = {
    "": Entry(EntryKind.CLEAR),
    **dict.fromkeys((FULL_LETTER, "全", "全勤", "出勤", "√", "✓", "✔"), Entry(EntryKind.FULL)),
    **dict.fromkeys((ABSENT_LETTER, "A", "旷", "旷工"), Entry(EntryKind.ABSENT)),
    **dict.fromkeys((REST_LETTER, "R", "休", "休息"), Entry(EntryKind.REST)),
    **{
        word: Entry(EntryKind.LEAVE, leave_kind=kind)
        for word, kind in (*LEAVE_LETTERS.items(), *_CHINESE_LEAVE.items())
    },
}

_HALF_LEAVE: Final = re.compile(
    r"(?P<before>上午|下午)?(?P<leave>\D+?)(?P<after>上午|下午|上|下|1|2)?(?:半天)?"
)
_HALVES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("上午", "上", "1"), "morning"),
    **dict.fromkeys(("下午", "下", "2"), "afternoon"),
}

_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_CHINESE: Final = re.compile(
    r"(?P<tens>[一二两]?十)?(?P<ones>[零〇一二两三四五六七八九])?"
    r"(?:点(?P<tenths>[零〇一二两三四五六七八九])|(?P<half>个?半))?"
)
_PLAIN: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
_CLOCK: Final = re.compile(r"(\d{1,2}):([0-5]\d)")


def parse_cell(text: str) -> Entry:
    """Understand what was typed or pasted.

    Raises:
        InputError: it is nothing that a day can be.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("'").upper()
    known = _WORDS.get(plain)
    if known is not None:
        return known
    half_leave = _half_leave(plain)
    if half_leave is not None:
        return half_leave
    if plain in {LEAVE_LETTER, "假", "请假"}:
        raise InputError("grid.which_leave")
    if plain in {"迟", "迟到", "早", "早退", "L", "E"}:
        raise InputError("grid.late_is_found")
    # The key of the decimal point gives 。 while a Chinese input method is on.
    minutes = _minutes(plain.removesuffix("小时").removesuffix("H").replace("。", "."))
    if minutes is None:
        raise InputError("grid.not_understood", text=text.strip()[:_SHOWN])
    if not minutes:
        raise InputError("grid.no_hours")
    if minutes > _LONGEST:
        raise InputError("grid.too_many_hours", text=text.strip()[:_SHOWN])
    return Entry(EntryKind.HOURS, minutes)


def _half_leave(text: str) -> Entry | None:
    """Return what ``N1``, ``年下`` or ``上午病假`` asks for, or None if it is no such text.

    Raises:
        InputError: it does not say which half.
    """
    match = _HALF_LEAVE.fullmatch(text)
    leave = _WORDS.get(match["leave"].replace("半天", "")) if match else None
    if match is None or leave is None or leave.kind is not EntryKind.LEAVE:
        return None
    halves = {_HALVES[said] for said in (match["before"], match["after"]) if said}
    if len(halves) != 1:
        raise InputError("grid.which_half")
    return Entry(EntryKind.LEAVE, leave_kind=leave.leave_kind, half=halves.pop())


def _minutes(text: str) -> int | None:
    """Return the minutes of ``7.5``, ``7:30`` or ``七点五``, or None if it is no such text."""
    if match := _CLOCK.fullmatch(text):
        return int(match[1]) * _HOUR + int(match[2])
    if _PLAIN.fullmatch(text):
        exact = Decimal(text) * _HOUR
        if exact != int(exact):
            raise InputError("grid.broken_minutes", text=text)
        return int(exact)
    match = _CHINESE.fullmatch(text)
    if not text or match is None or not (match["tens"] or match["ones"]):
        return None
    tens = match["tens"]
    hours = 0 if tens is None else 10 * (_DIGITS[tens[0]] if len(tens) > 1 else 1)
    hours += _DIGITS[match["ones"]] if match["ones"] else 0
    if match["tenths"]:
        return hours * _HOUR + _DIGITS[match["tenths"]] * (_HOUR // 10)
    return hours * _HOUR + (_HOUR // 2 if match["half"] else 0)
