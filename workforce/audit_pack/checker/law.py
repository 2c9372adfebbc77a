"""The law as the pack holds it: dated values by region, and the yearly notices of holidays.

Amounts are fen, rates millionths, hundredths of days for average months: whole numbers throughout.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .refused import RefusedError

NATIONAL = "national"
HOLIDAY, DAY_OFF, ADJUSTED_WORKDAY, ORDINARY = "holiday", "day_off", "adjusted_workday", ""


@dataclass(frozen=True)
class Bracket:
    """Income up to and including a limit (None: without one), at a rate less a deduction."""

    upper_fen: int | None
    rate_micro: int
    quick_fen: int


Table = tuple[Bracket, ...]


class Law:
    """Law data; ``given`` is the content of ``law.json``."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        """Index the values by region and code, the days of the notices by date."""
        self.given = given
        self._series: dict[tuple[str, str], list[tuple[date, date | None, Any]]] = {}
        for each in given["values"]:
            series = self._series.setdefault((each["region"], each["code"]), [])
            until = each["valid_to"]
            series.append((_day(each["valid_from"]), None if until is None else _day(until), each))
        self._marks: dict[date, str] = {}
        self.years = frozenset(int(each["year"]) for each in given["calendars"])
        # A later year's notice wins over what an earlier one said of the same day.
        for year in sorted(given["calendars"], key=lambda each: int(each["year"])):
            for mark, key in (
                (DAY_OFF, "days_off"),
                (ADJUSTED_WORKDAY, "adjusted_workdays"),
                (HOLIDAY, "holidays"),
            ):
                self._marks.update((_day(on), mark) for on in year[key])

    def number(self, code: str, region: str, on: date) -> int:
        """Return the value in force on a day in the region, else its province, else nationally.

        Raises:
            RefusedError: there is none.

        """
        return int(self._value(code, region, on))

    def table(self, code: str, region: str, on: date) -> Table:
        """Return a tax table; raises as ``number``."""
        return tuple(
            Bracket(None if upper is None else int(upper), int(rate), int(quick))
            for upper, rate, quick in self._value(code, region, on)
        )

    def mark(self, on: date) -> str:
        """Return what the notice says of a day.

        Raises:
            RefusedError: there is no notice for the year.

        """
        if on.year not in self.years:
            raise RefusedError("work in a year without calendar")
        return self._marks.get(on, ORDINARY)

    def hash(self) -> str:
        """Return SHA-256 of all that can change a figure or what a payslip cites."""
        names = ("region", "code", "unit", "value", "valid_from", "valid_to")
        values = [
            [*(each[name] for name in names), each["title"], each["article"], each["confidence"]]
            for each in self.given["values"]
        ]
        names = ("year", "holidays", "days_off", "adjusted_workdays", "title", "confidence")
        years = [[each[name] for name in names] for each in self.given["calendars"]]
        text = json.dumps([values, years], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def _value(self, code: str, region: str, on: date) -> Any:
        for area in dict.fromkeys((region, region[:2], NATIONAL)):
            for valid_from, valid_to, each in self._series.get((area, code), ()):
                if valid_from <= on and (valid_to is None or on < valid_to):
                    return each["value"]
        raise RefusedError("a law value is missing", f"{code} {on}")


def _day(text: str) -> date:
    return date.fromisoformat(text)
