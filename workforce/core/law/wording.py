"""The words in which law data are shown: the same on pages and on the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

from workforce.core.law.loader import LawBook
from workforce.core.law.parameter import Parameter, ParameterValue, Table, Unit
from workforce.core.money import format_fen, format_micro
from workforce.core.terms import term, terms_of
from workforce.core.text import Text
from workforce.core.work_calendar import CalendarYear

HOME_REGION: Final = "500236"
"""Fengjie: the base's own county, where a look-up begins unless another region is named."""

Item = TypeVar("Item")

_PERCENT: Final = 100
_MINUTES_PER_HOUR: Final = 60


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


def by_subject(
    items: Iterable[Item], subject: Callable[[Item], str]
) -> list[tuple[str, Text, list[Item]]]:
    """Group what belongs to parameters under its headings: name, heading and items.

    The headings come in the order of ``law_subject`` in terms.toml; one that has nothing is left out.
    """
    groups: dict[str, list[Item]] = {name: [] for name in terms_of("law_subject")}
    for item in items:
        groups[subject(item)].append(item)
    return [(name, term(f"law_subject.{name}"), found) for name, found in groups.items() if found]


class Band(NamedTuple):
    """A row of a tax table for people: of which income (yuan), at what rate, less what (yuan)."""

    income: Text
    rate: str
    quick: str


def bands(table: Table) -> list[Band]:
    """Write a tax table for people, row by row: ``超过 36,000 至 144,000``, ``10%``, ``2,520``."""
    limits = [0, *(row.upper_fen for row in table)]
    return [
        Band(_income(above or 0, upto), _percent(row.rate_micro), _plain_money(row.quick_fen))
        for row, (above, upto) in zip(table, pairwise(limits), strict=True)
    ]


def _income(above: int, upto: int | None) -> Text:
    over = _plain_money(above)
    if upto is None:
        return Text(f"超过 {over}", f"over {over}")
    limit = _plain_money(upto)
    if not above:
        return Text(f"不超过 {limit}", f"up to {limit}")
    return Text(f"超过 {over} 至 {limit}", f"over {over} to {limit}")


def is_table(value: ParameterValue) -> bool:
    """Tell whether a value is a tax table: for `bands`."""
    return value.parameter.unit is Unit.BRACKETS


def lines(value: ParameterValue) -> list[Text]:
    """Write a value with its unit, for people: one line, or one for each row of a tax table."""
    if is_table(value):
        return [
            Text(
                f"{band.income.zh} 元：{band.rate}，速算扣除数 {band.quick} 元",
                f"{band.income.en} yuan: {band.rate}, quick deduction {band.quick} yuan",
            )
            for band in bands(value.table)
        ]
    return [_single(value.parameter.unit, value.integer)]


def shown(value: ParameterValue) -> Text:
    """Write a value with its unit, for people, in one line."""
    rows = lines(value)
    return Text("；".join(row.zh for row in rows), "; ".join(row.en for row in rows))


def _single(unit: Unit, number: int) -> Text:
    match unit:
        case Unit.FEN:
            return Text(f"{_money(number)} 元", f"{_money(number)} yuan")
        case Unit.MICRO:  # all of them are rates: shares of something that the label names
            return Text(_percent(number), _percent(number))
        case Unit.MINUTES if number % _MINUTES_PER_HOUR == 0:
            hours = number // _MINUTES_PER_HOUR
            return Text(f"{hours} 小时", f"{hours} hours")
        case Unit.DAYS_HUNDREDTHS:
            return Text(f"{format_fen(number)} 天", f"{format_fen(number)} days")
        case _:
            words = term(f"law_unit.{unit}")
            return Text(f"{number} {words.zh}", f"{number} {words.en}")


def _percent(rate_micro: int) -> str:
    return f"{format_micro(rate_micro * _PERCENT)}%"


def _money(fen: int) -> str:
    yuan, _, rest = format_fen(fen).partition(".")
    return f"{int(yuan):,}.{rest}"


def _plain_money(fen: int) -> str:
    """Write yuan as the law writes them in a table: without decimals where there are none."""
    return _money(fen).removesuffix(".00")


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
