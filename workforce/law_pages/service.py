"""What of the law is shown: the law of this installation, searched and looked up by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from workforce.core.errors import InputError, NotFoundError
from workforce.core.law import LawBook, Parameter, ParameterValue, wording
from workforce.core.law.wording import Additions
from workforce.core.text import Text


@dataclass(frozen=True, slots=True)
class Law:
    """The law of an installation, and what of it was added there."""

    book: LawBook
    additions: Additions


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a visitor looks for: the law of a day, all of it or what has these words."""

    on: dt.date
    words: str = ""
    is_estimate_only: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter and its value on the day, if it has one."""

    parameter: Parameter
    value: ParameterValue | None


@lru_cache(maxsize=4)
def law_of(book: LawBook) -> Law:
    """Return an installation's law with what it adds to the published one."""
    return Law(book, Additions.of(book, LawBook.load()))


def entries(law: Law, wanted: Wanted) -> list[Entry]:
    """Return the parameters that a visitor looks for, in the order of their file."""
    found = []
    for parameter in law.book.parameters():
        history = law.book.history(parameter.code, wording.HOME_REGION)
        value = wording.in_force(history, wanted.on)
        is_estimate = value is not None and value.is_estimate
        if wanted.is_estimate_only and not is_estimate:
            continue
        if wording.matches(parameter, history, wanted.words):
            found.append(Entry(parameter, value))
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one subject."""

    name: str
    heading: Text
    entries: list[Entry]


def groups(law: Law, wanted: Wanted) -> list[Group]:
    """Return what a visitor looks for under its headings; a heading that has nothing is left out."""
    found = wording.by_subject(entries(law, wanted), lambda entry: entry.parameter.subject)
    return [Group(*group) for group in found]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One parameter on a day: its value, what is known of that, and every value that it ever had."""

    parameter: Parameter
    value: ParameterValue | None
    facts: tuple[tuple[Text, Text], ...]
    history: tuple[ParameterValue, ...]


def look_up(law: Law, code: str, on: dt.date) -> Lookup:
    """Return a parameter on a day.

    Raises:
        NotFoundError: there is no such code; names the nearest.
    """
    try:
        parameter = law.book.parameter(code)
    except InputError as error:
        raise NotFoundError(error.code, **cast("dict[str, Any]", error.params)) from error
    history = law.book.history(code, wording.HOME_REGION)
    value = wording.in_force(history, on)
    facts = () if value is None else tuple(wording.facts(value, law.additions))
    return Lookup(parameter, value, facts, history)
