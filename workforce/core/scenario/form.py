"""Reads a mapping of text strictly: unknown keys, missing values and wrong forms are named by path."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NoReturn, TypeVar

from workforce.core.errors import DomainError, InputError
from workforce.core.facts import LARGEST_FEN, LARGEST_PRICE_MICRO, LARGEST_QTY, Choice
from workforce.core.law.loader import chain
from workforce.core.money import MICRO, format_fen, parse_fen, parse_micro
from workforce.core.period import PayPeriod
from workforce.core.text import Text

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_HOURS: Final = re.compile(r"([0-9]{1,5}):([0-5][0-9])")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_MINUTES_IN_HOUR: Final = 60

_Member = TypeVar("_Member", bound=Choice)
_Value = TypeVar("_Value")

_TABLE = Text("一组“键: 值”", "a table of key: value")
_LIST = Text("一个列表", "a list")
_SCALAR = Text("一个值", "a single value")


def nearest_of(text: str, known: Sequence[str]) -> str:
    """Return the known word that looks most like a text."""
    return difflib.get_close_matches(text, known, 1, 0)[0]


def minutes_of(text: str) -> int | None:
    """Return the minutes of hours that are written ``7:20``; None where they are not."""
    match = _HOURS.fullmatch(text)
    return None if match is None else int(match[1]) * _MINUTES_IN_HOUR + int(match[2])


def _keys_of(value: object) -> Iterable[str]:
    """Return a mapping's own keys: any key is known."""
    return value if isinstance(value, Mapping) else ()


class Form:
    """One table of a scenario, its place, and the keys it may have."""

    def __init__(self, value: object, place: str, keys: Iterable[str]) -> None:
        """Accept a mapping whose keys are all known.

        Raises:
            InputError: it is no mapping, or a key is unknown; names the nearest known key.

        """
        self.place = place
        if not isinstance(value, Mapping):
            raise InputError("scenario.wrong_form", place=place or None, expected=_TABLE)
        self._table: Mapping[str, Any] = value
        known = list(keys)
        for key in value:
            if key not in known:
                raise InputError(
                    "scenario.unknown_key",
                    place=self.path(str(key)),
                    key=key,
                    nearest=nearest_of(str(key), known),
                )

    def path(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.place}.{key}" if self.place else key

    def has(self, key: str) -> bool:
        """Tell whether a key is given."""
        return key in self._table

    def fail(self, key: str, code: str, /, **params: Any) -> NoReturn:
        """Raise an error about a key."""
        raise InputError(code, place=self.path(key), **params)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a scalar, which is text; missing without default is an error."""
        value = self._table.get(key, default)
        if value is None:
            self.fail(key, "scenario.missing", key=key)
        if not isinstance(value, str):
            self.fail(key, "scenario.wrong_form", expected=_SCALAR)
        if not value.strip() and default is None:
            self.fail(key, "scenario.missing", key=key)
        return value

    def fen(self, key: str, default: str | None = None, *, is_signed: bool = False) -> int:
        """Return an amount of yuan in fen."""
        amount = self._parsed(key, default, parse_fen)
        if amount < 0 and not is_signed:
            self.fail(key, "scenario.negative", text=self.text(key, default))
        if abs(amount) > LARGEST_FEN:
            self.fail(key, "scenario.too_large", limit=format_fen(LARGEST_FEN))
        return amount

    def micro(self, key: str, default: str | None = None, *, largest: int = MICRO) -> int:
        """Return a rate or price in millionths; rates are 0 to 1."""
        value = self._parsed(key, default, parse_micro)
        if value < 0:
            self.fail(key, "scenario.negative", text=self.text(key, default))
        if value > largest:
            self.fail(key, "scenario.too_large", limit=largest // MICRO)
        return value

    def price(self, key: str) -> int:
        """Return a unit price in millionths of a yuan."""
        return self.micro(key, largest=LARGEST_PRICE_MICRO)

    def whole(self, key: str, default: str | None = None, *, largest: int = LARGEST_QTY) -> int:
        """Return a whole number that is not negative."""
        text = self.text(key, default)
        if _WHOLE.fullmatch(text) is None:
            self.fail(key, "scenario.not_whole", text=text)
        number = int(text)
        if number > largest:
            self.fail(key, "scenario.too_large", limit=largest)
        return number

    def hours(self, key: str, default: str | None = None, *, largest: int = 1000) -> int:
        """Return hours in minutes: ``7.5``, which must be whole minutes, or ``7:20``."""
        written = minutes_of(self.text(key, default))
        if written is not None:
            if written > largest * _MINUTES_IN_HOUR:
                self.fail(key, "scenario.too_large", limit=largest)
            return written
        micro = self.micro(key, default, largest=largest * MICRO)
        minutes, rest = divmod(micro * _MINUTES_IN_HOUR, MICRO)
        if rest:
            self.fail(key, "scenario.not_minutes", text=self.text(key, default))
        return minutes

    def flag(self, key: str) -> bool:
        """Return true or false; false where it is not given."""
        text = self.text(key, "false")
        if text not in {"true", "false"}:
            self.fail(key, "scenario.not_a_flag", text=text)
        return text == "true"

    def day(self, key: str) -> date:
        """Return a date."""
        return self._date(key, self.text(key))

    def days(self, key: str) -> list[date]:
        """Return a list of dates."""
        return [self._date(key, text) for text in self.texts(key)]

    def time(self, key: str) -> int:
        """Return a time of the day in minutes."""
        match = _TIME.fullmatch(self.text(key))
        if match is None:
            self.fail(key, "scenario.not_a_time", text=self.text(key))
        return int(match[1]) * _MINUTES_IN_HOUR + int(match[2])

    def period(self, key: str) -> PayPeriod:
        """Return a month or half of one."""
        return self._parsed(key, None, PayPeriod.parse)

    def month(self, key: str) -> PayPeriod:
        """Return a whole month."""
        return self._parsed(key, None, PayPeriod.parse_month)

    def region(self, key: str) -> str:
        """Return the code of a region, in digits of GB/T 2260."""
        self._parsed(key, None, chain)
        return self.text(key)

    def choice(self, key: str, members: type[_Member], default: _Member | None = None) -> _Member:
        """Return the member that a text names; an unknown one names the nearest."""
        text = self.text(key, None if default is None else default.code)
        return members.of(self.one_of(key, text, [member.code for member in members]))

    def one_of(self, key: str, text: str, allowed: Sequence[str]) -> str:
        """Return the text if it is allowed; an unknown one names the nearest."""
        if text not in allowed:
            self.fail(
                key,
                "scenario.unknown_value",
                text=text,
                nearest=nearest_of(text, allowed),
                allowed=", ".join(allowed),
            )
        return text

    def form(self, key: str, keys: Iterable[str]) -> "Form":
        """Return a table inside; an empty one where it is not given."""
        return Form(self._table.get(key, {}), self.path(key), keys)

    def forms(self, key: str, keys: Sequence[str]) -> "list[Form]":
        """Return a list of tables; an empty one where it is not given."""
        return [
            Form(value, f"{self.path(key)}[{index}]", keys)
            for index, value in enumerate(self._list(key))
        ]

    def texts(self, key: str) -> list[str]:
        """Return a list of scalars."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            self.fail(key, "scenario.wrong_form", expected=_LIST)
        return [str(value) for value in values]

    def amounts(self, key: str) -> dict[str, int]:
        """Return a table code → amount in fen, in the order written; codes are plain words."""
        value = self._table.get(key, {})
        inner = Form(value, self.path(key), _keys_of(value))
        for code in inner.names():
            if _CODE.fullmatch(code) is None:
                inner.fail(code, "scenario.not_a_code", text=code)
        return {code: inner.fen(code) for code in inner.names()}

    def tables(self, key: str) -> "dict[str, Form]":
        """Return a table of tables whose keys are free; an empty one where it is not given."""
        value = self._table.get(key, {})
        names = Form(value, self.path(key), _keys_of(value)).names()
        return {
            name: Form(value[name], f"{self.path(key)}.{name}", _keys_of(value[name]))
            for name in names
        }

    def names(self) -> list[str]:
        """Return the given keys, in the order written."""
        return [str(key) for key in self._table]

    def is_text(self, key: str) -> bool:
        """Tell whether a key holds a scalar."""
        return isinstance(self._table.get(key), str)

    def is_list(self, key: str) -> bool:
        """Tell whether a key holds a list."""
        return isinstance(self._table.get(key), list)

    def _list(self, key: str) -> list[Any]:
        value = self._table.get(key, [])
        if not isinstance(value, list):
            self.fail(key, "scenario.wrong_form", expected=_LIST)
        return value

    def _date(self, key: str, text: str) -> date:
        if _DAY.fullmatch(text) is None:
            self.fail(key, "scenario.not_a_day", text=text)
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fail(key, "scenario.not_a_day", text=text)

    def _parsed(self, key: str, default: str | None, parse: Callable[[str], _Value]) -> _Value:
        try:
            return parse(self.text(key, default))
        except DomainError as error:
            if error.place is None:
                error.at(self.path(key))
            raise
