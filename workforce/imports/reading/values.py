"""Reading one raw cell (text of a CSV, or a typed value of a workbook) as what it should be.

Each function takes a value that is not blank and raises ``InputError`` with a remedy. Excel computes
with 15 significant digits and shows no more, so a number is read at that precision: 0.30000000000000004
is 0.3. Days may be real dates, serial numbers (46296) or text; times likewise.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from workforce.core.errors import InputError
from workforce.core.money import MICRO, parse_fen, parse_micro
from workforce.core.period import PayPeriod
from workforce.documents.fonts import installed_fonts
from workforce.platform import clock

QUANTITY_LIMIT: Final = 1_000_000
"""More units than anybody makes, or a company's batch sampled, in a day."""
AMOUNT_LIMIT_FEN: Final = 100_000_000
"""A million yuan: more than any single pay fact of an annotator."""

_TEXT_LIMIT: Final = 120
_EXACT_DIGITS: Final = 10**15
_SERIAL_START: Final = dt.date(1899, 12, 30)
_SERIAL_RANGE: Final = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31
_YEARS: Final = range(1900, 2100)
_FURTHEST: Final = dt.timedelta(days=366)
_WEEKDAY: Final = r"(?:\s*(?:星期|周)[一二三四五六日天])?"
_DATE: Final = re.compile(
    r"(\d{4}|\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?" + _WEEKDAY + r"(?:[ T]00:00(?::00)?)?"
)
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_HALF: Final = re.compile(r"(.+?)[- ]?(?:[Hh]([12])|(上|下)半月)")
_MONTH: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?")
_DAY: Final = dt.timedelta(days=1)
_HALF_YEAR: Final = dt.timedelta(days=183)
_NEXT_DAY: Final = re.compile(r"\(?次日\)?|\(?\+1\)?天?")
_FULL_MOMENT: Final = re.compile(
    r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)"
)
_TRUE: Final = frozenset({"是", "yes", "y", "true", "1", "√", "✓"})
_FALSE: Final = frozenset({"否", "no", "n", "false", "0", "×"})


def is_blank(value: Any) -> bool:
    """Tell whether a cell holds nothing; the dashes of attendance reports count as nothing."""
    return value is None or (isinstance(value, str) and value.strip() in {"", "-", "--", "—"})


def shown(value: Any) -> str:
    """Return a raw cell as text for a message."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).strip()[:_TEXT_LIMIT]


def plain(value: Any) -> str:
    """Return a cell as half-width text without blanks around it: for numbers, dates and codes."""
    written = shown(value)
    return written if written.isascii() else unicodedata.normalize("NFKC", written).strip()


def text(value: Any, limit: int = _TEXT_LIMIT) -> str:
    """Read text. A whole number is its digits; a date is refused: Excel made it of something else."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        raise InputError("cell.date_as_text")
    if isinstance(value, float):
        if abs(value) >= _EXACT_DIGITS:
            raise InputError("cell.number_as_text")
        return f"{value:.15g}"
    words = str(value).strip().strip("\ufeff\u200b").strip()
    if len(words) > limit:
        raise InputError("cell.too_long", limit=limit)
    if not words.isprintable() and any(
        unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"} for sign in words
    ):
        raise InputError("cell.control")
    return words


def printed_text(value: Any, limit: int = _TEXT_LIMIT) -> str:
    """Read a text that goes onto documents: one that no installed font can draw is refused."""
    words = text(value, limit)
    installed_fonts().require([words])
    return words


def quantity(value: Any, limit: int = QUANTITY_LIMIT) -> int:
    """Read a count of whole units from 0 to the limit."""
    written = plain(value)
    match = re.fullmatch(r"(-?)([0-9]{1,15})(?:\.0+)?", written)
    if match is None or isinstance(value, bool):
        raise InputError("cell.not_whole", value=written)
    count = int(match[2])
    if match[1] and count:
        raise InputError("cell.negative", value=written)
    if count > limit:
        raise InputError("cell.absurd", value=written, limit=limit)
    return count


def amount(value: Any, limit: int = AMOUNT_LIMIT_FEN) -> int:
    """Read yuan as fen, from 0 to the limit."""
    fen = parse_fen(plain(value))
    if fen < 0:
        raise InputError("cell.negative", value=plain(value))
    if fen > limit:
        raise InputError("cell.absurd", value=plain(value), limit=limit // 100)
    return fen


def signed_amount(value: Any, limit: int = AMOUNT_LIMIT_FEN) -> int:
    """Read yuan as fen, of either sign."""
    fen = parse_fen(plain(value))
    if abs(fen) > limit:
        raise InputError("cell.absurd", value=plain(value), limit=limit // 100)
    return fen


def price(value: Any) -> int:
    """Read a unit price in yuan as millionths, from 0 to ten thousand yuan."""
    return _micro(value, 10_000)


def rate(value: Any) -> int:
    """Read a rate as millionths: 0.05 or 5%, from 0 to 1."""
    written = plain(value)
    micro, rest = parse_micro(written.removesuffix("%").strip()), 0
    if written.endswith("%"):
        micro, rest = divmod(micro, 100)
    if rest or not 0 <= micro <= MICRO:
        raise InputError("profile.rate", value=written)
    return micro


def _micro(value: Any, limit: int) -> int:
    micro = parse_micro(plain(value))
    if micro < 0:
        raise InputError("cell.negative", value=plain(value))
    if micro > limit * MICRO:
        raise InputError("cell.absurd", value=plain(value), limit=limit)
    return micro


def date(value: Any) -> dt.date:
    """Read a day: a date, an Excel serial number, or text such as 2026-10-08, 26-10-08 星期四."""
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else str(value)
    if isinstance(value, dt.date):
        return _in_range(value, str(value))
    written = plain(value)
    if re.fullmatch(r"\d{5}", written) and int(written) in _SERIAL_RANGE:
        return _SERIAL_START + dt.timedelta(days=int(written))
    match = _DATE.fullmatch(written) or _COMPACT_DATE.fullmatch(written)
    if match is None:
        raise InputError("cell.not_date", value=written)
    year = int(match[1]) + (2000 if len(match[1]) == len("26") else 0)
    try:
        return _in_range(dt.date(year, int(match[2]), int(match[3])), written)
    except ValueError as error:
        raise InputError("cell.not_date", value=written) from error


def _in_range(on: dt.date, written: str) -> dt.date:
    if on.year not in _YEARS:
        raise InputError("cell.not_date", value=written)
    return on


def month(value: Any) -> PayPeriod:
    """Read a month: 2026-10, 2026年10月, 202610, or any day of it."""
    written = plain(value)
    match = _MONTH.fullmatch(written)
    if match is not None and not isinstance(value, dt.date):
        try:
            return PayPeriod(int(match[1]), int(match[2]))
        except InputError:
            raise InputError("cell.not_month", value=written) from None
    try:
        return PayPeriod.of(date(value))
    except InputError as error:
        raise InputError("cell.not_month", value=written) from error


def period(value: Any) -> PayPeriod:
    """Read a month, or half of one: 2026-10-H1, 2026-10上半月."""
    match = _HALF.fullmatch(plain(value))
    if match is None:
        return month(value)
    first, second = month(match[1]).halves
    return first if match[2] == "1" or match[3] == "上" else second


def near_date(value: Any) -> dt.date:
    """Read a day that may lie ahead, but by no more than a year: later ones are typing errors."""
    found = date(value)
    _refuse_far(found, found)
    return found


def near_month(value: Any) -> PayPeriod:
    """Read a month that may lie ahead, but by no more than a year."""
    return _near(month(value))


def near_period(value: Any) -> PayPeriod:
    """Read a month, or half of one, that may lie ahead, but by no more than a year."""
    return _near(period(value))


def _near(found: PayPeriod) -> PayPeriod:
    _refuse_far(found.first_on, found)
    return found


def _refuse_far(first_on: dt.date, told: object) -> None:
    if first_on > clock.today() + _FURTHEST:
        raise InputError("cell.too_far", on=told)


def time(value: Any) -> dt.time:
    """Read a time of day in whole minutes: a time, a fraction of a day, or text such as 08:40."""
    if isinstance(value, dt.datetime):
        value = value.time()
    if isinstance(value, dt.time):
        return value.replace(second=0, microsecond=0)
    written = plain(value)
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 24 * 60)
        return dt.time(minutes // 60 % 24, minutes % 60)
    match = _TIME.fullmatch(written)
    if match is None:
        raise InputError("cell.not_time", value=written)
    return dt.time(int(match[1]), int(match[2]))


def moment(value: Any, on: dt.date) -> dt.datetime:
    """Read a time of a day's shift: 08:40, 次日 02:05, (次日)02:05, +1 02:05, or with its full date."""
    if isinstance(value, dt.datetime):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, str):
        written = plain(value)
        if match := _FULL_MOMENT.fullmatch(written):
            return _dated_moment(match, on)
        clock, marks = _NEXT_DAY.subn("", written)
        at = time(clock.replace("当日", "").strip())
        return dt.datetime.combine(on + _DAY if marks else on, at)
    return dt.datetime.combine(on, time(value))


def _dated_moment(match: re.Match[str], on: dt.date) -> dt.datetime:
    """Read a time with its date; without a year it is the one nearest to the shift's day."""
    try:
        found = dt.date(int(match[1] or on.year), int(match[2]), int(match[3]))
        if match[1] is None and on - found > _HALF_YEAR:
            found = found.replace(year=on.year + 1)
    except ValueError as error:
        raise InputError("cell.not_time", value=match[0]) from error
    return dt.datetime.combine(found, time(match[4]))


def boolean(value: Any) -> bool:
    """Read 是/否, yes/no, 1/0."""
    if isinstance(value, bool):
        return value
    written = plain(value).lower()
    if written in _TRUE:
        return True
    if written in _FALSE:
        return False
    raise InputError("cell.not_boolean", value=written)


def choice(value: Any, names: Mapping[str, str]) -> str:
    """Read one of some words; ``names`` maps what may be written to the code."""
    written = plain(value)
    # A label of ours may have full-width signs in it: as it is exported it must be read again.
    code = names.get(shown(value)) or names.get(written) or names.get(written.lower())
    if code is None:
        choices = "、".join(dict.fromkeys(names))
        raise InputError("cell.choice", value=written, choices=choices)
    return code
