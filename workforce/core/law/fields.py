"""A TOML table read strictly: every reading names the place, the key and what it should be."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from workforce.core.errors import DomainError, LawDataError
from workforce.core.text import Text

_DATE = Text("日期，例如 2026-10-01", "a date such as 2026-10-01")
_DATES = Text("日期的列表，例如 [2026-10-01]", "a list of dates such as [2026-10-01]")
_TEXT = Text("引号内的文字", "text in quotes")
_EXACT = Text('引号内的十进制数，例如 "0.125"', 'decimal text in quotes, such as "0.125"')
_WHOLE = Text("不带引号的非负整数", "a whole number, not negative, without quotes")
_FLAG = Text("true 或 false", "true or false")
_TABLE = Text("表", "a table")
_LIST = Text("列表", "a list")


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
            raise self.wrong(key, Text(f"以下之一：{words}", f"one of: {words}"))
        return value

    def day(self, key: str) -> date:
        """Return a date."""
        value = self._get(key)
        if type(value) is not date:  # a datetime is a date too, but names no day here
            raise self.wrong(key, _DATE)
        return value

    def optional_day(self, key: str) -> date | None:
        """Return a date, or None where the key is absent."""
        return self.day(key) if key in self.table else None

    def days(self, key: str) -> list[date]:
        """Return a list of dates, empty where the key is absent."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(type(each) is date for each in value):
            raise self.wrong(key, _DATES)
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is absent."""
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, _FLAG)
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number that is not negative; without a default it must be there."""
        if key not in self.table and default is not None:
            return default
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
