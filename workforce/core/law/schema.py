"""Reading law data files strictly: whatever is not exactly as it should be is refused.

Three kinds of file, all TOML, all closed (an unknown key is an error):

* ``parameters.toml`` says what each code means: unit and labels.
* A *values* file holds the dated values of one region.
* A *calendar* file holds one year's holiday notice, break by break as the notice is written.

Overlays added in the field are values or calendar files of the same form.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from workforce.core.errors import DomainError, LawDataError
from workforce.core.law.parameter import (
    NATIONAL,
    Bracket,
    Confidence,
    Parameter,
    ParameterValue,
    Source,
    Table,
    Unit,
)
from workforce.core.money import FEN_DECIMALS, parse_decimal, parse_fen, parse_micro
from workforce.core.period import DateRange
from workforce.core.text import Text
from workforce.core.work_calendar import SATURDAY_AND_SUNDAY, CalendarYear

FESTIVALS = frozenset(
    {
        "new_year",
        "spring_festival",
        "qingming",
        "labour_day",
        "dragon_boat",
        "mid_autumn",
        "national_day",
    }
)
REGION = re.compile(r"[0-9]{2}|[0-9]{6}")

_DATE = Text("日期,例如 2026-10-01", "a date such as 2026-10-01")
_TEXT = Text("引号内的文字", "text in quotes")
_EXACT = Text('引号内的十进制数,例如 "0.125"', 'decimal text in quotes, such as "0.125"')
_WHOLE = Text("不带引号的非负整数", "a whole number, not negative, without quotes")
_ROWS = Text(
    '若干行 ["上限", "税率", "速算扣除数"]', 'rows of ["upper limit", "rate", "quick deduction"]'
)
_TABLE = Text("表", "a table")
_LIST = Text("列表", "a list")
_VALUES_KEYS = {"kind", "region", "sources", "values"}
_SOURCE_KEYS = {"title", "link", "no_link_reason", "checked_on"}
_ENTRY_KEYS = {
    "valid_from",
    "valid_to",
    "value",
    "source",
    "article",
    "evidence",
    "confidence",
    "note",
    "gap_reason",
    "replaces",
}
_CALENDAR_KEYS = _SOURCE_KEYS | {
    "kind",
    "year",
    "evidence",
    "confidence",
    "breaks",
    "coinciding_festivals",
    "replaces",
}
_BREAK_KEYS = {"festivals", "first", "last", "holidays", "workdays"}


@dataclass(frozen=True, slots=True)
class ValuesFile:
    """The dated values of one region, in the order of the file."""

    values: tuple[ParameterValue, ...]


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """One year's notice, and whether it takes the place of one known before."""

    year: CalendarYear
    replaces: bool


class Fields:
    """A TOML table with its place; every reading names what is missing or of the wrong kind."""

    def __init__(self, table: object, place: str, known: set[str]) -> None:
        """Take a table; refuse unknown keys."""
        if not isinstance(table, dict):
            raise LawDataError(
                "law.field_wrong", place=place, key=place, given=repr(table), expected=_TABLE
            )
        self.table: Mapping[str, Any] = table
        self.place = place
        for key in table:
            if key not in known:
                raise LawDataError(
                    "law.key_unknown", place=place, key=key, known=", ".join(sorted(known))
                )

    def wrong(self, key: str, expected: Text) -> LawDataError:
        """Make the error that a key's value is not what is expected."""
        given = self.table[key]
        return LawDataError(
            "law.field_wrong", place=self.place, key=key, given=repr(given), expected=expected
        )

    def _get(self, key: str) -> Any:
        if key not in self.table:
            raise LawDataError("law.key_missing", place=self.place, key=key)
        return self.table[key]

    def text(self, key: str, default: str | None = None) -> str:
        """Return text; without a default it must be there and not blank."""
        if key not in self.table and default is not None:
            return default
        value = self._get(key)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(key, _TEXT)
        return value

    def words(self, key: str) -> Text:
        """Return text given once, or as {zh = "…", en = "…"}; empty where the key is absent."""
        value = self.table.get(key, "")
        if isinstance(value, str):
            return Text(value, value)
        languages = Fields(value, f"{self.place}.{key}", {"zh", "en"})
        return Text(languages.text("zh"), languages.text("en"))

    def choice(self, key: str, known: Sequence[str]) -> str:
        """Return text that must be one of a few."""
        value = self.text(key)
        if value not in known:
            words = ", ".join(known)
            raise self.wrong(key, Text(f"以下之一:{words}", f"one of: {words}"))
        return value

    def day(self, key: str) -> date:
        """Return a date."""
        value = self._get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, _DATE)
        return value

    def optional_day(self, key: str) -> date | None:
        """Return a date, or None where the key is absent."""
        return self.day(key) if key in self.table else None

    def days(self, key: str) -> list[date]:
        """Return a list of dates, empty where the key is absent."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(type(each) is date for each in value):
            raise self.wrong(key, Text(f"{_LIST.zh}:{_DATE.zh}", f"{_LIST.en} of {_DATE.en}"))
        return value

    def whole(self, key: str) -> int:
        """Return a whole number that is not negative."""
        value = self._get(key)
        if type(value) is not int or value < 0:
            raise self.wrong(key, _WHOLE)
        return value

    def exact(self, key: str, parse: Callable[[str], int]) -> int:
        """Return an integer read from exact decimal text, not negative."""
        value = self._get(key)
        if not isinstance(value, str):
            raise self.wrong(key, _EXACT)
        try:
            number = parse(value)
        except DomainError as error:
            raise LawDataError(error.code, place=f"{self.place}.{key}", **error.params) from None
        if number < 0:
            raise self.wrong(key, _EXACT)
        return number

    def tables(self, key: str) -> list[Any]:
        """Return a list of tables."""
        value = self._get(key)
        if not isinstance(value, list):
            raise self.wrong(key, _LIST)
        return value

    def named(self, key: str) -> Mapping[str, Any]:
        """Return a table of named things."""
        value = self._get(key)
        if not isinstance(value, dict):
            raise self.wrong(key, _TABLE)
        return value


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        LawDataError: it is not UTF-8 or not TOML.

    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LawDataError("law.file_unreadable", place=path.name, reason=str(error)) from None


def read_parameters(path: Path) -> dict[str, Parameter]:
    """Read what each code means."""
    found = {}
    for code, table in read_toml(path).items():
        known = {"unit", "label_zh", "label_en", "gapless_from"}
        fields = Fields(table, f"{path.name}: {code}", known)
        found[code] = Parameter(
            code=code,
            unit=Unit(fields.choice("unit", list(Unit))),
            label=Text(fields.text("label_zh"), fields.text("label_en")),
            gapless_from=fields.optional_day("gapless_from"),
        )
    return found


def read_law_file(path: Path, parameters: Mapping[str, Parameter]) -> ValuesFile | CalendarFile:
    """Read a values file or a calendar file, whichever it says it is.

    Raises:
        LawDataError: anything is missing, unknown, of a wrong kind or contradictory.

    """
    table = read_toml(path)
    head = Fields(table, path.name, _VALUES_KEYS | _CALENDAR_KEYS)
    if head.choice("kind", ["values", "calendar"]) == "calendar":
        return _calendar_file(Fields(table, path.name, _CALENDAR_KEYS))
    return _values_file(Fields(table, path.name, _VALUES_KEYS), parameters)


def _values_file(fields: Fields, parameters: Mapping[str, Parameter]) -> ValuesFile:
    region = fields.text("region")
    if region != NATIONAL and not REGION.fullmatch(region):
        raise LawDataError("law.region_unknown", place=fields.place, region=region)
    sources = {
        name: Fields(table, f"{fields.place}: sources.{name}", _SOURCE_KEYS)
        for name, table in fields.named("sources").items()
    }
    values: list[ParameterValue] = []
    for code, entries in fields.named("values").items():
        if code not in parameters:
            known = ", ".join(sorted(parameters))
            raise LawDataError("law.key_unknown", place=fields.place, key=code, known=known)
        listed = Fields({code: entries}, fields.place, {code}).tables(code)
        for number, table in enumerate(listed, 1):
            entry = Fields(table, f"{fields.place}: {code}[{number}]", _ENTRY_KEYS)
            values.append(_value(entry, parameters[code], region, sources))
    return ValuesFile(tuple(values))


def _value(
    entry: Fields, parameter: Parameter, region: str, sources: Mapping[str, Fields]
) -> ParameterValue:
    name = entry.text("source")
    if name not in sources:
        raise LawDataError("law.source_unknown", place=entry.place, source=name)
    valid_from, valid_to = entry.day("valid_from"), entry.optional_day("valid_to")
    if valid_to is not None and valid_to <= valid_from:
        raise LawDataError("law.order", place=entry.place, valid_from=valid_from, valid_to=valid_to)
    evidence, confidence = _trust(entry)
    return ParameterValue(
        parameter=parameter,
        region=region,
        value=_number(entry, parameter.unit),
        valid_from=valid_from,
        valid_to=valid_to,
        source=_source(sources[name], entry.text("article", "")),
        confidence=confidence,
        evidence=evidence,
        note=entry.words("note"),
        gap_reason=entry.text("gap_reason", ""),
        replaces=entry.optional_day("replaces"),
    )


def _source(fields: Fields, article: str) -> Source:
    link, reason = fields.text("link", ""), fields.words("no_link_reason")
    if bool(link) == bool(reason.zh):
        raise LawDataError("law.link_unexplained", place=fields.place)
    if link and not link.startswith("https://"):
        raise fields.wrong("link", Text("https:// 开头的网址", "an address with https://"))
    return Source(fields.text("title"), article, link, reason, fields.day("checked_on"))


def _trust(fields: Fields) -> tuple[str, Confidence]:
    evidence = fields.choice("evidence", ["A", "B", "C"])
    confidence = Confidence(fields.choice("confidence", list(Confidence)))
    if evidence == "C" and confidence is not Confidence.ESTIMATE:
        raise LawDataError(
            "law.evidence_contradicts",
            place=fields.place,
            evidence=evidence,
            confidence=confidence,
        )
    return evidence, confidence


def _number(entry: Fields, unit: Unit) -> int | Table:
    if unit is Unit.BRACKETS:
        return _table(entry)
    if unit is Unit.FEN:
        return entry.exact("value", parse_fen)
    if unit is Unit.MICRO:
        return entry.exact("value", parse_micro)
    if unit is Unit.DAYS_HUNDREDTHS:
        return entry.exact("value", lambda text: parse_decimal(text, FEN_DECIMALS))
    return entry.whole("value")


def _table(entry: Fields) -> Table:
    """Read rows [upper limit, rate, quick deduction]; the last upper limit is empty.

    Quick deductions must make the tax continuous at each limit: a mistyped figure cannot pass.
    """
    brackets: list[Bracket] = []
    for number, row in enumerate(entry.tables("value"), 1):
        if not isinstance(row, list) or len(row) != len(Bracket._fields):
            raise entry.wrong("value", _ROWS)
        named = dict(zip(("upper", "rate", "quick"), row, strict=True))
        cells = Fields(named, f"{entry.place}.value[{number}]", set(named))
        upper = None if named["upper"] == "" else cells.exact("upper", parse_fen)
        brackets.append(
            Bracket(upper, cells.exact("rate", parse_micro), cells.exact("quick", parse_fen))
        )
    if not brackets or brackets[-1].upper_fen is not None or brackets[0].quick_fen:
        raise _table_error(entry, "首行的速算扣除数为 0,末行没有上限", "ends")
    for lower, higher in pairwise(brackets):
        limit = lower.upper_fen
        if limit is None or (higher.upper_fen is not None and higher.upper_fen <= limit):
            raise _table_error(entry, "上限必须逐行增大", "limits must rise")
        step = limit * (higher.rate_micro - lower.rate_micro)
        if step <= 0 or step != (higher.quick_fen - lower.quick_fen) * 1_000_000:
            raise _table_error(
                entry,
                f"第 {lower.upper_fen} 分处税额不连续",
                f"the tax jumps at {lower.upper_fen} fen",
            )
    return tuple(brackets)


def _table_error(entry: Fields, zh: str, en: str) -> LawDataError:
    return LawDataError("law.table_wrong", place=entry.place, reason=Text(zh, en))


def _calendar_file(fields: Fields) -> CalendarFile:
    year = fields.whole("year")
    source = _source(fields, "")
    _, confidence = _trust(fields)
    holidays: set[date] = set()
    off: set[date] = set()
    workdays: set[date] = set()
    festivals: list[str] = []
    for number, table in enumerate(fields.tables("breaks"), 1):
        part = Fields(table, f"{fields.place}: breaks[{number}]", _BREAK_KEYS)
        days = _break_days(part, year)
        if off & days:
            raise _calendar_error(part, "与另一个假期重叠", "it overlaps another break")
        off |= days
        holidays |= _within(part, days)
        workdays |= _moved_workdays(part, year)
        festivals += part.tables("festivals")
    if sorted(festivals) != sorted(FESTIVALS):
        names = ", ".join(sorted(FESTIVALS))
        raise _calendar_error(
            fields, f"每个节日恰好写一次:{names}", f"name each festival exactly once: {names}"
        )
    if off & workdays:
        raise _calendar_error(
            fields, "调休上班日落在假期里", "an adjusted workday lies inside a break"
        )
    replaces = fields.table.get("replaces", False)
    if not isinstance(replaces, bool):
        raise fields.wrong("replaces", Text("true 或 false", "true or false"))
    known = CalendarYear(
        year=year,
        holidays=frozenset(holidays),
        days_off=frozenset(off - holidays),
        adjusted_workdays=frozenset(workdays),
        title=source.title,
        link=source.link,
        confidence=confidence,
        coinciding_festivals=(
            fields.whole("coinciding_festivals") if "coinciding_festivals" in fields.table else 0
        ),
    )
    return CalendarFile(known, replaces)


def _break_days(part: Fields, year: int) -> set[date]:
    first, last = part.day("first"), part.day("last")
    if last < first:
        raise _calendar_error(part, "last 早于 first", "last is before first")
    _check_year(part, [first, last], year)
    return set(DateRange(first, date.fromordinal(last.toordinal() + 1)))


def _within(part: Fields, days: set[date]) -> set[date]:
    holidays = set(part.days("holidays"))
    if not holidays or not holidays <= days:
        raise _calendar_error(
            part,
            "法定节假日必须列出,并在假期之内",
            "statutory holidays must be listed and lie inside the break",
        )
    return holidays


def _moved_workdays(part: Fields, year: int) -> set[date]:
    workdays = part.days("workdays")
    _check_year(part, workdays, year)
    for on in workdays:
        if on.isoweekday() not in SATURDAY_AND_SUNDAY:
            raise _calendar_error(
                part, f"调休上班日 {on} 不是周末", f"adjusted workday {on} is not at a weekend"
            )
    return set(workdays)


def _check_year(part: Fields, days: Sequence[date], year: int) -> None:
    """A notice speaks of its year and, around New Year, of the December before."""
    for on in days:
        if on.year != year and (on.year, on.month) != (year - 1, 12):
            raise _calendar_error(part, f"{on} 不属于 {year} 年", f"{on} does not belong to {year}")


def _calendar_error(fields: Fields, zh: str, en: str) -> LawDataError:
    return LawDataError("law.calendar_wrong", place=fields.place, reason=Text(zh, en))
