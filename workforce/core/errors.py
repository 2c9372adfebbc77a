"""Errors that a person can act on: a stable code, a message and a remedy in two languages.

The words live in ``core/messages/*.toml``, one file for each part of the service, one table for
each code::

    [money.not_exact]
    zh = "“{text}”不是金额"
    en = "“{text}” is not an amount"
    hint_zh = "请写成 1234.50"          # optional, as is hint_en
    hint_en = "Write it as 1234.50"

A parameter may be a `Text`; it then appears in the language of the message. An unknown code is a
defect in the calling code and raises `LookupError` where the error is made.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from workforce.core.text import Locale, Text

MESSAGES_FOLDER = Path(__file__).parent / "messages"

_KEYS = {"zh", "en", "hint_zh", "hint_en"}


class DomainError(Exception):
    """Base of all errors that the service explains to a person.

    Args:
        code: dotted code of a message, such as ``money.not_exact``.
        place: where it is wrong: a field's path, or file, sheet, row and column.
        params: values for the placeholders of the message.

    """

    def __init__(self, code: str, /, *, place: str | None = None, **params: object) -> None:
        """Remember the parts; refuse a code that has no message."""
        super().__init__(code)
        if code not in messages():
            raise LookupError(f"no message for error code {code!r}")
        self.code = code
        self.place = place
        self.params = params

    def message(self, locale: Locale = "zh") -> str:
        """Return what is wrong, in one sentence."""
        return self._render(messages()[self.code][locale], locale)

    def hint(self, locale: Locale = "zh") -> str | None:
        """Return how to put it right, where the message has a remedy."""
        template = messages()[self.code].get(f"hint_{locale}")
        return None if template is None else self._render(template, locale)

    def at(self, place: str) -> Self:
        """Put an outer place before the place known so far; return the error itself."""
        self.place = place if self.place is None else f"{place}: {self.place}"
        return self

    def _render(self, template: str, locale: Locale) -> str:
        shown = {
            name: value.in_locale(locale) if isinstance(value, Text) else value
            for name, value in self.params.items()
        }
        return template.format(**shown)

    def __str__(self) -> str:
        """Return place, message and remedy in English, for logs."""
        parts = [self.place, self.message("en"), self.hint("en")]
        return " · ".join(part for part in parts if part)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary whole."""
        return _rebuild, (type(self), self.code, self.place, self.params)


class InputError(DomainError):
    """What a person gave cannot be used; the command line exits with 2."""


class LawMissingError(DomainError):
    """The law data have no value for a parameter, region and date that a calculation needs."""


class LawDataError(DomainError):
    """A file of law data is malformed or contradicts another."""


class ClosedError(DomainError):
    """The month is closed; a late fact goes to the next open one."""


class NotFoundError(DomainError):
    """The object does not exist, or is not in the asker's scope: the two are not told apart."""


class ForbiddenError(DomainError):
    """The person may not do this, or not together with what they did before."""


class StateError(DomainError):
    """The object is in a state in which this cannot be done."""


def _rebuild(
    kind: type[DomainError], code: str, place: str | None, params: dict[str, object]
) -> DomainError:
    return kind(code, place=place, **params)


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Return every message by code, from all files of the folder.

    Raises:
        ValueError: a code appears in two files, lacks a language or has an unknown key.

    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(MESSAGES_FOLDER.glob("*.toml")):
        for group, entries in tomllib.loads(path.read_text("utf-8")).items():
            for name, entry in entries.items():
                code = f"{group}.{name}"
                if code in found:
                    raise ValueError(f"{path.name}: {code} is defined twice")
                if not {"zh", "en"} <= entry.keys() <= _KEYS or (
                    ("hint_zh" in entry) != ("hint_en" in entry)
                ):
                    raise ValueError(f"{path.name}: {code} needs zh and en, and both hints or none")
                found[code] = entry
    return found
