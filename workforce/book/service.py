"""Making a quarter's book of the exhibits of all slices."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from workforce.book import words
from workforce.book.model import Book, Chapter, Entry, Quarter
from workforce.book.paper import draw_book
from workforce.bureau.issues import issues
from workforce.companies.base_name import base_name
from workforce.core.errors import InputError, NotFoundError
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Locale, Text
from workforce.documents.fonts import installed_fonts
from workforce.platform.exhibits import Topic, exhibit_sources
from workforce.statistics.cube_json import canonical, sha256_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod


def quarters(session: Session) -> list[Quarter]:
    """Return the quarters of which any month is published, the newest first."""
    published = issues.published_months(session)
    periods = dict.fromkeys(ReportPeriod.of(month, Span.QUARTER) for month in published)
    return [Quarter(period, _missing(period, published)) for period in periods]


def standing(quarter: Quarter) -> Text:
    """Say of a quarter whether its book can be made, and what is missing."""
    if not quarter.missing:
        return Text(f"{quarter.period}  已全部发布", f"{quarter.period}  wholly published")
    zh, en = "、".join(map(str, quarter.missing)), ", ".join(map(str, quarter.missing))
    if quarter.is_ready:
        return Text(f"{quarter.period}  可以做，缺 {zh}", f"{quarter.period}  ready, without {en}")
    return Text(f"{quarter.period}  还不能做，缺 {zh}", f"{quarter.period}  not yet, without {en}")


def make_book(session: Session, period: ReportPeriod, made_on: dt.date) -> Book:
    """Gather a quarter's book; needs an app context.

    Raises:
        InputError: the period is no quarter.
        NotFoundError: its last month is not published.
    """
    if period.span is not Span.QUARTER:
        raise InputError("book.not_a_quarter", period=period)
    found = issues.newest(session, period.months)
    if period.last not in found:
        raise NotFoundError("book.not_published", period=period, month=period.last)
    entries = []
    for source in exhibit_sources().values():
        exhibit = source.build(session, period)
        if exhibit is not None:
            entries.append((source.topic, Entry(source.code, "", exhibit)))
    chapters: list[Chapter] = []
    for topic in Topic:
        chosen = [entry for of, entry in entries if of is topic and not entry.is_withheld]
        if chosen:
            number = len(chapters) + 1
            numbered = (
                Entry(entry.code, f"{number}.{at}", entry.exhibit)
                for at, entry in enumerate(chosen, start=1)
            )
            chapters.append(Chapter(number, topic, tuple(numbered)))
    return Book(
        base=base_name(session) or words.UNNAMED_BASE,
        period=period,
        issues=tuple(found.values()),
        missing=_missing(period, list(found)),
        chapters=tuple(chapters),
        withheld=tuple(entry for _topic, entry in entries if entry.is_withheld),
        made_on=made_on,
        digest=_digest(period, [entry for _topic, entry in entries]),
    )


def book_pdf(book: Book, locale: Locale) -> bytes:
    """Return a book as PDF; needs an app context.

    Raises:
        FontError: a name holds a character that no font has.
    """
    return draw_book(book, installed_fonts(), locale)


def file_title(period: ReportPeriod) -> Text:
    """Return what the file of a quarter's book is called."""
    return Text(f"季度报告_{period}", f"quarter-book_{period}")


def _missing(period: ReportPeriod, published: Sequence[PayPeriod]) -> tuple[PayPeriod, ...]:
    return tuple(month for month in period.months if month not in published)


def _digest(period: ReportPeriod, entries: Sequence[Entry]) -> str:
    content = [[entry.code, asdict(entry.exhibit)] for entry in entries]
    return sha256_of(canonical([str(period), content]))
