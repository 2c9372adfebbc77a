"""Reading a holiday notice: one year, break by break, as the notice itself is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workforce.core.errors import LawDataError
from workforce.core.law.fields import Fields
from workforce.core.law.provenance import SOURCE_KEYS, TRUST_KEYS, read_source, read_trust
from workforce.core.period import DateRange
from workforce.core.text import Text
from workforce.core.work_calendar import SATURDAY_AND_SUNDAY, CalendarYear

FESTIVALS = (
    "dragon_boat",
    "labour_day",
    "mid_autumn",
    "national_day",
    "new_year",
    "qingming",
    "spring_festival",
)
CALENDAR_KEYS = (
    SOURCE_KEYS | TRUST_KEYS | {"kind", "year", "breaks", "coinciding_festivals", "replaces"}
)

_BREAK_KEYS = {"festivals", "first", "last", "holidays", "workdays"}


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """One year's notice, and whether it takes the place of one known before."""

    year: CalendarYear
    replaces: bool


@dataclass(frozen=True, slots=True)
class _Break:
    """One numbered item of the notice."""

    festivals: list[object]
    days: frozenset[date]
    holidays: frozenset[date]
    workdays: frozenset[date]


def read_calendar(fields: Fields) -> CalendarFile:
    """Read a calendar file.

    Raises:
        LawDataError: a festival is missing, a date is outside the year or its break, breaks
            overlap, or an adjusted workday is no weekend day.

    """
    year = fields.whole("year")
    source = read_source(fields, "")
    _, confidence = read_trust(fields)
    breaks = [
        _break(Fields(table, f"{fields.place}: breaks[{number}]", _BREAK_KEYS), year)
        for number, table in enumerate(fields.tables("breaks"), 1)
    ]
    if sorted(str(name) for each in breaks for name in each.festivals) != list(FESTIVALS):
        names = ", ".join(FESTIVALS)
        raise _wrong(fields, f"每个节日恰好写一次：{names}", f"name each festival once: {names}")
    off: frozenset[date] = frozenset().union(*(each.days for each in breaks))
    if len(off) != sum(len(each.days) for each in breaks):
        raise _wrong(fields, "假期互相重叠", "breaks overlap")
    workdays: frozenset[date] = frozenset().union(*(each.workdays for each in breaks))
    if off & workdays:
        raise _wrong(fields, "调休上班日落在假期里", "an adjusted workday lies inside a break")
    holidays: frozenset[date] = frozenset().union(*(each.holidays for each in breaks))
    known = CalendarYear(
        year=year,
        holidays=holidays,
        days_off=off - holidays,
        adjusted_workdays=workdays,
        title=source.title,
        link=source.link,
        confidence=confidence,
        coinciding_festivals=fields.whole("coinciding_festivals", 0),
        festivals={
            on: tuple(str(name) for name in each.festivals)
            for each in breaks
            for on in each.holidays
        },
    )
    return CalendarFile(known, fields.flag("replaces"))


def _break(part: Fields, year: int) -> _Break:
    first, last = part.day("first"), part.day("last")
    if last < first:
        raise _wrong(part, "last 早于 first", "last is before first")
    days = frozenset(DateRange(first, last + timedelta(days=1)))
    holidays = frozenset(part.days("holidays"))
    if not holidays or not holidays <= days:
        raise _wrong(
            part,
            "法定节假日必须列出，并在假期之内",
            "statutory holidays must be listed and lie inside the break",
        )
    workdays = part.days("workdays")
    for on in workdays:
        if on.isoweekday() not in SATURDAY_AND_SUNDAY:
            raise _wrong(
                part, f"调休上班日 {on} 不是周末", f"adjusted workday {on} is not at a weekend"
            )
    _check_year(part, [first, last, *workdays], year)
    return _Break(part.tables("festivals"), days, holidays, frozenset(workdays))


def _check_year(part: Fields, days: Sequence[date], year: int) -> None:
    """Let a notice speak of its year and, around New Year, of the December before."""
    for on in days:
        if on.year != year and (on.year, on.month) != (year - 1, 12):
            raise _wrong(part, f"{on} 不属于 {year} 年", f"{on} does not belong to {year}")


def _wrong(fields: Fields, zh: str, en: str) -> LawDataError:
    return LawDataError("law.calendar_wrong", place=fields.place, reason=Text(zh, en))
