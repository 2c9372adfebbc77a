"""Figures of a company that several schemes share: exact fractions, rounded only to be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from workforce.core.money import format_fen, format_micro, round_half_up
from workforce.core.text import Text
from workforce.subsidies.scheme import Claimant

_EMPLOYEES: Final = frozenset({"full_time"})


def employees(people: Iterable[Claimant]) -> list[Claimant]:
    """Return those who have a labour contract with the company."""
    return [one for one in people if one.employment_type in _EMPLOYEES]


def employed_days(one: Claimant, first_on: dt.date, last_on: dt.date) -> int:
    """Count the days of a range on which somebody was employed; both ends are included."""
    begin = max(first_on, one.hired_on)
    end = last_on if one.separated_on is None else min(last_on, one.separated_on)
    return max((end - begin).days + 1, 0)


def average(people: Iterable[Claimant], first_on: dt.date, last_on: dt.date) -> Fraction:
    """Return the mean number of employees over the days of a range."""
    days = sum(employed_days(one, first_on, last_on) for one in employees(people))
    return Fraction(days, (last_on - first_on).days + 1)


def people_text(number: Fraction) -> Text:
    """Write a number of people with two decimals."""
    shown = format_fen(round_half_up(number.numerator * 100, number.denominator))
    return Text(f"{shown} 人", f"{shown} people")


def rate_text(number: Fraction) -> Text:
    """Write a share as per cent with two decimals."""
    hundredths = round_half_up(number.numerator * 10_000, number.denominator)
    shown = f"{format_fen(hundredths)}%"
    return Text(shown, shown)


def micro_rate_text(micro: int) -> Text:
    """Write a rate of the law as per cent."""
    shown = f"{format_micro(micro * 100)}%"
    return Text(shown, shown)


def money_text(fen: int) -> Text:
    """Write an amount in yuan."""
    return Text(f"{format_fen(fen)} 元", f"{format_fen(fen)} yuan")


def count_text(count: int) -> Text:
    """Write a plain number."""
    return Text(str(count), str(count))
