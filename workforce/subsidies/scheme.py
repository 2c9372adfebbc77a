"""What a scheme of support is: rules over facts, each with its answer in words, and an estimate.

A rule answers yes, no, or "missing": the facts do not say, or do not say yet. Somebody is eligible if
every rule says yes. What is not known here is said to be unknown; nothing is ever invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workforce.core.errors import LawMissingError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text

if TYPE_CHECKING:
    from workforce.core.law import LawBook
    from workforce.core.law.parameter import ParameterValue

_ASKED_BY = "subsidies"


class Verdict(StrEnum):
    """How somebody stands to a scheme; labels are the terms ``subsidy_verdict.*``."""

    ELIGIBLE = "eligible"
    MISSING = "missing"
    """Evidence or time is missing; what, the reasons say."""
    NOT = "not"


class Answer(NamedTuple):
    """What a rule says of somebody, and why in words."""

    verdict: Verdict
    reason: Text


def said(code: str, **params: Hashable) -> Text:
    """Return a reason: the term ``subsidy_reason.<code>`` with its values, each in its language."""
    return _filled(f"subsidy_reason.{code}", tuple(params.items()))


def formula(code: str, **params: Hashable) -> Text:
    """Return how an estimate comes about: the term ``subsidy_formula.<code>`` with its values."""
    return _filled(f"subsidy_formula.{code}", tuple(params.items()))


@lru_cache(maxsize=10_000)
def _filled(code: str, params: tuple[tuple[str, Hashable], ...]) -> Text:
    """Fill a term; ten thousand people are told the same few things."""
    template = term(code)
    zh = {name: value.zh if isinstance(value, Text) else value for name, value in params}
    en = {name: value.en if isinstance(value, Text) else value for name, value in params}
    return Text(template.zh.format(**zh), template.en.format(**en))


def yes(code: str, **params: Hashable) -> Answer:
    """Answer that a condition is met."""
    return Answer(Verdict.ELIGIBLE, said(code, **params))


def missing(code: str, **params: Hashable) -> Answer:
    """Answer that a condition may be met, and what is missing to know."""
    return Answer(Verdict.MISSING, said(code, **params))


def no(code: str, **params: Hashable) -> Answer:
    """Answer that a condition is not met."""
    return Answer(Verdict.NOT, said(code, **params))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A paper about a person that is not withdrawn, without its number."""

    evidence_id: int
    kind: str
    issued_on: dt.date
    valid_until: dt.date | None
    level: int | None
    has_file: bool

    def holds_on(self, on: dt.date) -> bool:
        """Tell whether it was issued by a day and has not run out."""
        return self.issued_on <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """What is known of one employment in some months, without anything that is encrypted.

    ``insured``: month → scheme of insurance → the employer's part in fen, where it is charged.
    ``own_unemployment``: month → the person's part in fen. ``worked``: month → days with a shift.
    ``only_time``: months of which only the worked time is known. ``paid``: month → fen that the bank
    paid. ``output``, ``on_leave``: months with accepted work, with leave.
    """

    employment_id: int
    person_id: int
    employee_no: str
    name: str
    sex: str
    born_on: dt.date
    employment_type: str
    hired_on: dt.date
    separated_on: dt.date | None
    separation_reason: str | None
    contract_kind: str | None
    contract_until: dt.date | None
    key_groups: frozenset[str]
    proofs: tuple[Proof, ...]
    insured: Mapping[PayPeriod, Mapping[str, int]]
    own_unemployment: Mapping[PayPeriod, int]
    worked: Mapping[PayPeriod, int]
    only_time: frozenset[PayPeriod]
    output: frozenset[PayPeriod]
    on_leave: frozenset[PayPeriod]
    paid: Mapping[PayPeriod, int]

    def months(self, first: PayPeriod, last: PayPeriod) -> list[PayPeriod]:
        """Return the months of a range in which the person was employed on some day."""
        return employed_months(self.hired_on, self.separated_on, first, last)

    def proofs_of(self, kind: str) -> list[Proof]:
        """Return the papers of a kind, the oldest first."""
        return sorted(
            (proof for proof in self.proofs if proof.kind == kind), key=lambda one: one.issued_on
        )

    def age_on(self, on: dt.date) -> int:
        """Return the age in whole years; a year is full on the birthday."""
        had_birthday = (on.month, on.day) >= (self.born_on.month, self.born_on.day)
        return on.year - self.born_on.year - (not had_birthday)


def employed_months(
    hired_on: dt.date, separated_on: dt.date | None, first: PayPeriod, last: PayPeriod
) -> list[PayPeriod]:
    """Return the months of a range in which somebody was employed on some day."""
    return [
        month
        for month in months_between(first, last)
        if hired_on <= month.last_on and (separated_on is None or separated_on >= month.first_on)
    ]


def months_between(first: PayPeriod, last: PayPeriod) -> list[PayPeriod]:
    """Return the months of a range, both included."""
    found = []
    month = first
    while month <= last:
        found.append(month)
        month = month.next()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person under a scheme, for the months asked for."""

    person: Claimant
    first: PayPeriod
    last: PayPeriod
    region: str
    book: LawBook

    def law(self, code: str, on: dt.date) -> ParameterValue | None:
        """Return a value of the law on a day; None where there is none."""
        return law_on(self.book, self.region, code, on)

    def months_insured(self, *schemes: str) -> list[PayPeriod]:
        """Return the months asked for in which all of some schemes were charged."""
        insured = self.person.insured
        return [
            month
            for month in self.person.months(self.first, self.last)
            if all(insured.get(month, {}).get(scheme, 0) > 0 for scheme in schemes)
        ]


@lru_cache(maxsize=10_000)
def law_on(book: LawBook, region: str, code: str, on: dt.date) -> ParameterValue | None:
    """Return a value of the law in a region on a day; None where the data have none."""
    try:
        return book.value(code, region, on, _ASKED_BY)
    except LawMissingError:
        return None


class Rule(NamedTuple):
    """One condition; ``code`` is a term of ``subsidy_rule``."""

    code: str
    ask: Callable[[Case], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a person may bring, in fen; None: not known here. The formula says how, or whom to ask."""

    amount: int | None
    formula: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What all schemes have: a code (a term of ``subsidy_scheme``), a place, and the law they rest on.

    ``parameters``: codes of law data, shown with their source and confidence.
    """

    code: str
    place: int
    parameters: tuple[str, ...]

    @property
    def label(self) -> Text:
        """Return its name."""
        return term(f"subsidy_scheme.{self.code}")

    @property
    def about(self) -> Text:
        """Return what it is and for whom, in a sentence or two."""
        return term(f"subsidy_about.{self.code}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonScheme(Scheme):
    """A scheme that is claimed for people.

    ``is_once``: for a person once in a lifetime, not month by month.
    """

    rules: tuple[Rule, ...]
    estimate: Callable[[Case], Estimate]
    is_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What is known of a company in a calendar year up to ``last``, and in the whole year before.

    ``decided``: months of this year whose pay is decided. ``wages``: employment → total wages (the six
    parts) of these months, in fen.
    """

    people: tuple[Claimant, ...]
    before: tuple[Claimant, ...]
    first: PayPeriod
    last: PayPeriod
    decided: frozenset[PayPeriod]
    wages: Mapping[int, int]
    region: str
    book: LawBook

    def law(self, code: str, on: dt.date) -> ParameterValue | None:
        """Return a value of the law on a day; None where there is none."""
        return law_on(self.book, self.region, code, on)


class Line(NamedTuple):
    """A figure of a company scheme: a term of ``subsidy_figure`` and its value in words."""

    code: str
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a company stands to a scheme: its figures, the answers to its conditions, the estimate."""

    lines: tuple[Line, ...]
    answers: tuple[tuple[str, Answer], ...]
    estimate: Estimate

    @property
    def verdict(self) -> Verdict:
        """Return the weakest answer."""
        return weakest(answer for _, answer in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyScheme(Scheme):
    """A scheme that a company has as a whole."""

    stand: Callable[[Company], Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One person under a scheme: the answers of all rules, and what the person may bring if eligible.

    ``months``: those that a claim rests on; of a scheme for once the insured ones, else all employed ones.
    """

    person: Claimant
    answers: tuple[tuple[str, Answer], ...]
    estimate: Estimate | None
    months: tuple[PayPeriod, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the weakest answer."""
        return weakest(answer for _, answer in self.answers)

    @property
    def open_answers(self) -> tuple[tuple[str, Answer], ...]:
        """Return the answers that are no yes; what several rules say in the same words, once."""
        said = {
            answer.reason: (code, answer)
            for code, answer in reversed(self.answers)
            if answer.verdict is not Verdict.ELIGIBLE
        }
        return tuple(reversed(said.values()))


def weakest(answers: Iterable[Answer]) -> Verdict:
    """Return the weakest of some answers: one no is no, one that misses something misses it."""
    verdicts = {answer.verdict for answer in answers}
    if Verdict.NOT in verdicts:
        return Verdict.NOT
    return Verdict.MISSING if Verdict.MISSING in verdicts else Verdict.ELIGIBLE


def assess(scheme: PersonScheme, case: Case) -> Assessed:
    """Ask every rule of a scheme about a person; estimate what an eligible one may bring."""
    answers = tuple((rule.code, rule.ask(case)) for rule in scheme.rules)
    is_eligible = weakest(answer for _, answer in answers) is Verdict.ELIGIBLE
    insured, employed = case.months_insured("pension"), case.person.months(case.first, case.last)
    return Assessed(
        person=case.person,
        answers=answers,
        estimate=scheme.estimate(case) if is_eligible else None,
        months=tuple(insured if scheme.is_once else employed),
    )
