"""The law book as plain values: what ``law.json`` of a pack holds, and the checker reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from workforce.core.law import LawBook, ParameterValue
    from workforce.core.work_calendar import CalendarYear


def law_words(book: LawBook) -> dict[str, Any]:
    """Return every dated value and every holiday notice, each with its source.

    Amounts are fen, rates millionths, tables rows of (upper limit or null, rate, quick deduction).
    The order is that in which the book's own fingerprint takes them.
    """
    return {
        "values": [_value(each) for each in book.values()],
        "calendars": [_calendar(each) for each in book.calendar().years.values()],
    }


def _value(each: ParameterValue) -> dict[str, Any]:
    return {
        "code": each.code,
        "label": {"zh": each.parameter.label.zh, "en": each.parameter.label.en},
        "region": each.region,
        "unit": each.parameter.unit.value,
        "value": each.value if isinstance(each.value, int) else [list(row) for row in each.value],
        "valid_from": each.valid_from.isoformat(),
        "valid_to": each.valid_to and each.valid_to.isoformat(),
        "title": each.source.title,
        "article": each.source.article,
        "link": each.source.link,
        "confidence": each.confidence.value,
    }


def _calendar(year: CalendarYear) -> dict[str, Any]:
    return {
        "year": year.year,
        "holidays": _days(year.holidays),
        "days_off": _days(year.days_off),
        "adjusted_workdays": _days(year.adjusted_workdays),
        "title": year.title,
        "link": year.link,
        "confidence": year.confidence,
    }


def _days(days: Iterable[date]) -> list[str]:
    return [on.isoformat() for on in sorted(days)]
