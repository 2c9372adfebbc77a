"""Late facts of agreements: an amount of the month, a base pay, the day of joining."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

from workforce.core.errors import DomainError, InputError
from workforce.core.facts import day_number
from workforce.core.money import format_fen, parse_fen
from workforce.core.period import PayPeriod
from workforce.core.terms import terms
from workforce.core.text import Text
from workforce.payroll.facts.checks import is_text
from workforce.payroll.late_kinds import patches
from workforce.payroll.late_kinds.kind import (
    OfPeriod,
    Since,
    read_choice,
    read_day,
    read_number,
    read_period,
    read_text,
)

if TYPE_CHECKING:
    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.late_kinds.patches import Lookup

LATE_ITEMS: Final = (
    ("earning", "skill_allowance"),
    ("earning", "position_allowance"),
    ("earning", "performance_bonus"),
    ("earning", "commission"),
    ("earning", "meal_allowance"),
    ("earning", "transport_allowance"),
    ("earning", "housing_allowance"),
    ("earning", "heat_allowance"),
    ("untaxed_earning", "missed_meal_subsidy"),
    ("untaxed_earning", "travel_allowance"),
    ("untaxed_earning", "only_child_subsidy"),
)
"""Agreed amounts that can be late: what is paid, by kind and code."""


@dataclass(frozen=True, slots=True)
class LatePayEntry(OfPeriod):
    """An agreed amount of the month, such as an allowance, that was not entered or was another."""

    CODE: ClassVar = "pay_entry"
    RANK: ClassVar = 60
    FIELDS: ClassVar = ("period", "item", "amount")

    period: str
    item: str
    amount: int

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read what the item comes to in the month; 0: it is not due."""
        item = read_choice(said, "item", [":".join(one) for one in LATE_ITEMS])
        amount = read_number(said, "amount", parse_fen)
        if amount < 0:
            raise InputError("late.negative", place="amount")
        return cls(read_period(said), item, amount)

    def describe(self) -> Text:
        """Say the item and the amount."""
        code = self.item.partition(":")[2]
        label = terms().get(f"pay_code.{code}", Text(code, code))
        amount = format_fen(self.amount)
        return Text(f"{label.zh} 应为 {amount} 元", f"{label.en}: {amount} yuan")

    def apply(self, tables: MonthTables, who: int, lookup: Lookup, /) -> MonthTables:
        """Put the amount in the place of the one that was agreed."""
        kind, _, code = self.item.partition(":")
        rows = tables.entries
        same = patches.of(rows, who) & is_text(rows, "kind", kind) & is_text(rows, "code", code)
        rows = patches.kept(rows, ~same)
        if self.amount:
            rows = patches.with_row(
                rows,
                employment_id=who,
                kind=kind,
                code=code,
                period_from=str(lookup.period.whole),
                sequence=0,
                amount=self.amount,
            )
        return replace(tables, entries=rows)


@dataclass(frozen=True, slots=True)
class LateBasePay(Since):
    """A base pay that was raised from a month on."""

    CODE: ClassVar = "base_pay"
    RANK: ClassVar = 70
    FIELDS: ClassVar = ("month", "base_pay")

    on: str
    base_pay: int

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read the monthly amount, and the month from which it holds."""
        try:
            month = PayPeriod.parse_month(read_text(said, "month"))
        except DomainError as error:
            raise error.at("month") from error
        amount = read_number(said, "base_pay", parse_fen)
        if amount <= 0:
            raise InputError("late.not_positive", place="base_pay")
        return cls(month.first_on.isoformat(), amount)

    def describe(self) -> Text:
        """Say the month and the amount."""
        amount, month = format_fen(self.base_pay), self.on[:7]
        return Text(f"从 {month} 起基本工资 {amount} 元", f"base pay {amount} yuan from {month}")

    def apply(self, tables: MonthTables, who: int, _lookup: Lookup, /) -> MonthTables:
        """Change the pay profile; what was agreed for work that is done is never lowered."""
        rows = tables.profiles
        is_own = patches.of(rows, who)
        old = rows.ints("base_pay_amount")[is_own]
        if old.size and int(old.max()) > self.base_pay:
            raise InputError("late.pay_lower", place="base_pay", pay=format_fen(int(old.max())))
        return replace(
            tables, profiles=patches.changed(rows, is_own, base_pay_amount=self.base_pay)
        )


@dataclass(frozen=True, slots=True)
class LateHire(Since):
    """Somebody who joined earlier than was known: of some of the months there is no payslip."""

    CODE: ClassVar = "hire"
    RANK: ClassVar = 0
    FIELDS: ClassVar = ("on",)

    on: str

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read the first day of work."""
        return cls(read_day(said, "on"))

    def describe(self) -> Text:
        """Say the day."""
        return Text(f"{self.on} 已入职", f"joined on {self.on}")

    def apply(self, tables: MonthTables, who: int, lookup: Lookup, /) -> MonthTables:
        """Let the employment begin earlier; a month that did not know it gets its rows."""
        people, profiles = tables.employments, tables.profiles
        if not patches.of(people, who).any():
            people = patches.with_row(people, **lookup.employment(who, list(people.values)))
        is_own = patches.of(people, who)
        if int(people.days("hired_on")[is_own].max()) <= day_number(dt.date.fromisoformat(self.on)):
            raise InputError("late.hired_already", place="on", on=self.on)
        people = patches.changed(people, is_own, hired_on=self.on)
        if not patches.of(profiles, who).any():
            profiles = patches.with_row(
                profiles, **lookup.first_profile(who, list(profiles.values))
            )
        return replace(tables, employments=people, profiles=profiles)
