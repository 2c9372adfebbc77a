"""What a study may change: values of the law, a company's own prices and rules, a subsidy for each job.

Each lever says what holds now and by which instrument, and lays another value over the law or over the
month's columns. Both are copies: what is stored is never touched.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from workforce.core.errors import InputError, LawMissingError
from workforce.core.facts import Facts, TaxMethod
from workforce.core.law import LawBook, ParameterValue, wording
from workforce.core.law import Unit as LawUnit
from workforce.core.money import (
    MICRO,
    Column,
    format_fen,
    parse_decimal,
    parse_fen,
    parse_micro,
    round_half_up,
)
from workforce.core.terms import term
from workforce.core.text import Text

ASKED_BY: Final = "policy_lab"
JOB_SUBSIDY: Final = "job_subsidy"
LADDER_STEPS: Final = 6
"""How many multiples of a lever's step an official may try on either side of the value in force."""

_LARGEST_FEN: Final = 10_000_000
_LARGEST_RATE: Final = 5 * MICRO
_LEAST_CHANGE: Final = -900_000
_LARGEST_CHANGE: Final = 2 * MICRO
_PER_CENT_DECIMALS: Final = 4
_SUBSIDY_STEP: Final = 10_000
_LIMITS: Final = (
    ("insurance_base_floor", "insurance_base_cap"),
    ("housing_fund_base_floor", "housing_fund_base_cap"),
)
"""Floors and caps of contribution bases."""


class Unit(StrEnum):
    """What a lever's integer counts."""

    YUAN = "yuan"
    """Fen."""
    RATE = "rate"
    """Millionths of a whole; shown as per cent."""
    CHANGE = "change"
    """Millionths by which what holds now is raised or lowered; shown as per cent with a sign."""


Lay = Callable[[Facts, LawBook, int], tuple[Facts, LawBook]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing that may be changed.

    ``code`` is its name in addresses; ``present`` what holds now (0 for a change of what differs from
    person to person), by the instrument ``source``; ``law_code`` the parameter of the law, if it is one.
    ``step`` is 0 where no official may try it; ``values`` are what he may try, where they are known.
    """

    code: str
    subject: Text
    label: Text
    unit: Unit
    present: int
    source: Text
    lay: Lay
    law_code: str = ""
    step: int = 0
    lowest: int = 0
    highest: int = _LARGEST_FEN
    values: tuple[int, ...] = ()

    def ladder(self) -> tuple[int, ...]:
        """Return the values that an official may try, in ascending order, without the one in force."""
        if self.values or not self.step:
            return self.values
        middle = self.present // self.step
        steps = range(middle - LADDER_STEPS - 1, middle + LADDER_STEPS + 2)
        values = [count * self.step for count in steps]
        below = [value for value in values if self.lowest <= value < self.present]
        above = [value for value in values if self.present < value <= self.highest]
        return (*below[-LADDER_STEPS:], *above[:LADDER_STEPS])

    def parse(self, text: str) -> int:
        """Read a value as people type it: yuan, or per cent with or without its sign.

        Raises:
            InputError: it is no number, outside of what makes sense, or what holds already.

        """
        plain = text.strip().replace(",", "").replace("−", "-").removeprefix("+").removesuffix("元")
        if self.unit is Unit.YUAN:
            value = parse_fen(plain.strip())
        else:
            value = parse_decimal(plain.strip().removesuffix("%").strip(), _PER_CENT_DECIMALS)
        if not self.lowest <= value <= self.highest:
            raise InputError(
                "study.out_of_range", least=self.typed(self.lowest), most=self.typed(self.highest)
            )
        if value == self.present:
            raise InputError("study.no_change", value=self.typed(value))
        return value

    def typed(self, value: int) -> str:
        """Write a value as one would type it: ``2500.00``, ``16``."""
        if self.unit is Unit.YUAN:
            return f"{value / 100:.2f}" if value % 100 else str(value // 100)
        return f"{value / 10_000:.4f}".rstrip("0").rstrip(".")

    def shown(self, value: int) -> str:
        """Write a value for people, without its unit where that is yuan: ``2,500.00``, ``16%``, ``+5%``."""
        if self.unit is Unit.YUAN:
            return f"{value // 100:,}.{value % 100:02d}"
        sign = "+" if self.unit is Unit.CHANGE and value > 0 else ""
        return f"{sign}{self.typed(value)}%".replace("-", "−")


def law_levers(book: LawBook, facts: Sequence[Facts]) -> Iterator[Lever]:
    """Yield the values of the law in force for a month's people that may be tried, the region's own."""
    on = facts[0].period.last_on
    regions = sorted({policy.region for one in facts for policy in one.policies})
    for code, step in steps().items():
        seen = set()
        for region in regions:
            try:
                value = book.value(code, region, on, ASKED_BY)
            except LawMissingError:
                continue
            if value.region in seen:
                continue
            seen.add(value.region)
            yield _law_lever(value, step)


@cache
def steps() -> dict[str, str]:
    """Return the parameters of the law that may be tried, each with its step as it is written."""
    text = Path(__file__).with_name("parameters.toml").read_text("utf-8")
    return {code: entry["step"] for code, entry in tomllib.loads(text).items()}


def _law_lever(value: ParameterValue, step: str) -> Lever:
    parameter, is_amount = value.parameter, value.parameter.unit is LawUnit.FEN
    name = wording.region(value.region)
    return Lever(
        code=f"law.{parameter.code}.{value.region}",
        subject=term(f"law_subject.{parameter.subject}"),
        label=Text(f"{parameter.label.zh}（{name.zh}）", f"{parameter.label.en} ({name.en})"),
        unit=Unit.YUAN if is_amount else Unit.RATE,
        present=value.integer,
        source=Text(value.source.reference, value.source.reference),
        law_code=parameter.code,
        step=parse_fen(step) if is_amount else parse_micro(step),
        highest=_LARGEST_FEN if is_amount else _LARGEST_RATE,
        lay=lambda facts, book, new: _lay_law(facts, book, parameter.code, value.region, new),
    )


def _lay_law(
    facts: Facts, book: LawBook, code: str, region: str, integer: int
) -> tuple[Facts, LawBook]:
    """Lay a value over those in force in one region on the month's last day."""
    old = book.value(code, region, facts.period.last_on, ASKED_BY)
    changed = book.with_value(old, integer)
    _check_limits(changed, code, facts)
    if code == "basic_deduction_month":
        facts = _this_month_only(facts, book, integer - old.integer)
    return facts, changed


def _check_limits(book: LawBook, code: str, facts: Facts) -> None:
    """A floor of contribution bases above their cap would make no sense, wherever people are paid."""
    limits = next((pair for pair in _LIMITS if code in pair), None)
    if limits is None:
        return
    on = facts.period.last_on
    for region in sorted({policy.region for policy in facts.policies}):
        floor, cap = (book.value(name, region, on, ASKED_BY).integer for name in limits)
        if floor > cap:
            raise InputError("study.floor_over_cap", floor=format_fen(floor), cap=format_fen(cap))


def _this_month_only(facts: Facts, book: LawBook, more_fen: int) -> Facts:
    """Keep what earlier months of the year deducted: tax is withheld on the year to date.

    The engine deducts the new amount for every month of the year. What it deducts too much of earlier
    ones is added to their income, by the part of income that the method taxes.
    """
    tax, on = facts.tax, facts.period.last_on
    # Who counts months since January counts those before the employment, too.
    earlier = np.where(
        tax.is_first_wage_of_year, facts.period.month - 1, tax.year_to_date.months
    ).astype(np.int64)
    rates = {TaxMethod.CUMULATIVE: MICRO}
    for method, code in (
        (TaxMethod.INTERN, "intern_income_rate"),
        (TaxMethod.PLATFORM, "platform_income_rate"),
    ):
        if (tax.method == method).any():
            rates[method] = book.value(code, "national", on, ASKED_BY).integer
    income = tax.year_to_date.income_fen.copy()
    for method, rate in rates.items():
        whose = (tax.method == method) & ~tax.is_deduct_60000
        income[whose] += round_half_up(earlier[whose] * more_fen * MICRO, rate)
    return replace(
        facts, tax=replace(tax, year_to_date=replace(tax.year_to_date, income_fen=income))
    )


def job_subsidy() -> Lever:
    """Return the lever of a subsidy for each insured job and month: it lowers what labour costs."""
    return Lever(
        code=JOB_SUBSIDY,
        subject=term("study_subject.subsidy"),
        label=Text("每个参保岗位每月补贴（试算）", "Subsidy per insured job and month (trial)"),
        unit=Unit.YUAN,
        present=0,
        source=Text("现在没有这项补贴", "There is no such subsidy now"),
        step=_SUBSIDY_STEP,
        highest=1_000_000,
        lay=lambda facts, book, _new: (facts, book),
    )


def own_levers(facts: Facts, names: dict[str, Text]) -> Iterator[Lever]:
    """Yield what a company may try of its own; ``names``: of task types, by code."""
    (policy,) = set(facts.policies)
    prices, rules = term("study_subject.prices"), term("study_subject.rules")
    agreed = Text("本企业的约定", "The company's own terms")
    yield _change("price", prices, term("study_lever.price"), agreed, _reprice(None))
    used = np.union1d(facts.output.task_type, facts.group_shares.task_type).tolist()
    for code in sorted({facts.task_types[kind] for kind in used}):
        name = names.get(code, Text(code, code))
        label = Text(f"单价：{name.zh}", f"Price: {name.en}")
        yield _change(f"price.{code}", prices, label, agreed, _reprice(code))
    if facts.time_wages.base_pay_fen.any():
        yield _change("base_pay", prices, term("study_lever.base_pay"), agreed, _rebase)
    for rule in ("night_allowance", "attendance_bonus", "holiday_day_wage"):
        yield _rule(rule, rules, agreed, getattr(policy, f"{rule}_fen"))
    for accuracy, factor in policy.quality_tiers:
        share = f"{accuracy / 10_000:g}%"
        yield Lever(
            code=f"tier.{accuracy}",
            subject=rules,
            label=Text(f"准确率 {share} 起的单价系数", f"Factor from an accuracy of {share}"),
            unit=Unit.RATE,
            present=factor,
            source=agreed,
            highest=MICRO,
            lay=_retier(accuracy),
        )


def _change(code: str, subject: Text, label: Text, source: Text, lay: Lay) -> Lever:
    return Lever(
        code=code,
        subject=subject,
        label=label,
        unit=Unit.CHANGE,
        present=0,
        source=source,
        lowest=_LEAST_CHANGE,
        highest=_LARGEST_CHANGE,
        lay=lay,
    )


def _rule(name: str, subject: Text, source: Text, present: int) -> Lever:
    return Lever(
        code=name,
        subject=subject,
        label=term(f"study_lever.{name}"),
        unit=Unit.YUAN,
        present=present,
        source=source,
        highest=1_000_000,
        lay=lambda facts, book, new: (_with_policy(facts, **{f"{name}_fen": new}), book),
    )


def _with_policy(facts: Facts, **values: Any) -> Facts:
    return replace(facts, policies=tuple(replace(one, **values) for one in facts.policies))


def _retier(accuracy: int) -> Lay:
    def lay(facts: Facts, book: LawBook, new: int) -> tuple[Facts, LawBook]:
        (policy,) = set(facts.policies)
        tiers = tuple(
            (start, new if start == accuracy else factor) for start, factor in policy.quality_tiers
        )
        return _with_policy(facts, quality_tiers=tiers), book

    return lay


def _reprice(code: str | None) -> Lay:
    """Raise or lower the prices of one task type, or of all, own output and groups' alike."""

    def lay(facts: Facts, book: LawBook, change: int) -> tuple[Facts, LawBook]:
        meant = np.array(
            [code in {None, one} for one in facts.task_types] or [False], dtype=np.bool_
        )
        own, shared = facts.output, facts.group_shares

        def moved(values: Column, task_type: Column) -> Column:
            raised = round_half_up(values * (MICRO + change), MICRO)
            return np.where(meant[task_type], raised, values)

        return (
            replace(
                facts,
                output=replace(own, price_micro=moved(own.price_micro, own.task_type)),
                # A pot is split once: its shares move as it does, each rounded by itself.
                group_shares=replace(
                    shared,
                    pot_fen=moved(shared.pot_fen, shared.task_type),
                    share_fen=moved(shared.share_fen, shared.task_type),
                ),
            ),
            book,
        )

    return lay


def _rebase(facts: Facts, book: LawBook, change: int) -> tuple[Facts, LawBook]:
    """Raise or lower base pay, and the base of overtime where it is the base pay."""
    old = facts.time_wages
    base = round_half_up(old.base_pay_fen * (MICRO + change), MICRO)
    overtime = np.where(old.overtime_base_fen == old.base_pay_fen, base, old.overtime_base_fen)
    return replace(
        facts, time_wages=replace(old, base_pay_fen=base, overtime_base_fen=overtime)
    ), book
