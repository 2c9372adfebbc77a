"""The words in which law data are shown: the same on pages and on the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from workforce.core.law.loader import LawBook
from workforce.core.law.parameter import Parameter, ParameterValue
from workforce.core.terms import term, terms_of
from workforce.core.text import Text
from workforce.core.work_calendar import CalendarYear

HOME_REGION: Final = "500236"
"""Fengjie: the base's own county, where a look-up begins unless another region is named."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What an installation added to the published law data: said wherever a value is shown."""

    values: frozenset[ParameterValue]
    """As they would be without an end: a published value that is ended here is still a published one."""
    years: frozenset[int]

    @classmethod
    def of(cls, book: LawBook, published: LawBook) -> Additions:
        """Compare a book with the one that is published."""
        known = published.calendar().years
        return cls(
            frozenset(map(_endless, book.values())) - frozenset(map(_endless, published.values())),
            frozenset(
                year.year for year in book.calendar().years.values() if known.get(year.year) != year
            ),
        )

    def has(self, value: ParameterValue) -> bool:
        """Tell whether a value was added here."""
        return _endless(value) in self.values


def _endless(value: ParameterValue) -> ParameterValue:
    return replace(value, valid_to=None)


def in_force(history: Iterable[ParameterValue], on: dt.date) -> ParameterValue | None:
    """Return the one value of a history that counts on a day; the nearest region comes first."""
    return next((value for value in history if value.in_force(on)), None)


def dates(value: ParameterValue) -> str:
    """Return the first and the last day on which a value holds."""
    last = "" if value.valid_to is None else value.valid_to - dt.timedelta(days=1)
    return f"{value.valid_from} – {last}".rstrip()


def region(code: str) -> Text:
    """Return the name of a region, or its code where it has none here."""
    return terms_of("region").get(code, Text(code, code))


def confidence(is_estimate: bool) -> Text:  # noqa: FBT001 - the one thing it says
    """Return the word for how far a value is to be trusted."""
    return term(f"law_confidence.{'estimate' if is_estimate else 'official'}")


def trust(value: ParameterValue) -> Text:
    """Return how far a value is to be trusted, and on what evidence."""
    word, grade = confidence(value.is_estimate), term(f"law_evidence.{value.evidence}")
    checked = value.source.checked_on
    return Text(
        f"{word.zh}（{value.evidence}，{grade.zh}；核对于 {checked}）",
        f"{word.en} ({value.evidence}, {grade.en}; checked on {checked})",
    )


def link(value: ParameterValue) -> Text:
    """Return the address of the instrument, or why there is none."""
    source, reason = value.source, value.source.no_link_reason
    if source.link:
        return Text(source.link, source.link)
    return Text(f"无，{reason.zh}", f"none: {reason.en}")


def facts(value: ParameterValue, additions: Additions) -> Iterator[tuple[Text, Text]]:
    """Go through all that is known of a value, but for the value itself: label and text."""
    instrument = value.source.reference
    yield term("law_field.in_force"), Text(dates(value), dates(value))
    yield term("law_field.region"), region(value.region)
    yield term("law_field.instrument"), Text(instrument, instrument)
    yield term("law_field.link"), link(value)
    yield term("law_field.confidence"), trust(value)
    if additions.has(value):
        yield term("law_field.origin"), term("law_origin.added")
    if value.note.zh:
        yield term("law_field.note"), value.note


def matches(parameter: Parameter, history: Sequence[ParameterValue], text: str) -> bool:
    """Tell whether all words of a search stand in a parameter's code, names or instruments."""
    said = " ".join(
        (
            parameter.code,
            parameter.label.zh,
            parameter.label.en,
            *(value.source.reference for value in history),
        )
    ).casefold()
    return all(word in said for word in text.casefold().split())


def calendar_days(year: CalendarYear) -> Iterator[tuple[Text, list[dt.date]]]:
    """Go through the days that a year's notice names, kind by kind."""
    yield term("law_field.holidays"), sorted(year.holidays)
    yield term("law_field.days_off"), sorted(year.days_off)
    yield term("law_field.adjusted_workdays"), sorted(year.adjusted_workdays)
