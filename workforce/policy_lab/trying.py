"""One visitor's laboratory, and trying a value on a month that is read: the engine once, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.policy_lab import levers
from workforce.policy_lab.comparison import Moves, Result, compare
from workforce.policy_lab.levers import Lever
from workforce.policy_lab.outcome import Outcome, outcome_of
from workforce.policy_lab.prepared import PreparedMonth

if TYPE_CHECKING:
    from workforce.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was tried and what came out; ``law_hash`` is that of the law as it holds."""

    period: PayPeriod
    lever: Lever
    tried: int
    result: Result
    inputs_hash: str
    law_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A month in reach, and what may be tried on it.

    ``attempt`` takes a lever and a value; it raises an InputError where the value may not be tried, or
    contradicts the law's others.
    """

    scope: Scope
    is_protected: bool
    period: PayPeriod
    levers: tuple[Lever, ...]
    attempt: Callable[[Lever, int], Study]

    def lever(self, code: str) -> Lever:
        """Return a lever by its code, or by its parameter of the law where only one region has it.

        Raises:
            InputError: there is none in this month and reach.
        """
        found = [one for one in self.levers if code in {one.code, one.law_code}]
        if not code or len(found) != 1:
            raise InputError("study.lever_unknown", code=code)
        return found[0]


def lab_of(scope: Scope, month: PreparedMonth) -> Lab:
    """Return the laboratory of who may see everything in reach: of a company, its own prices besides."""
    found = list(public_levers(month))
    if month.parts and scope.company_id is not None:
        found += levers.own_levers(month.parts[0].facts, dict(month.names))
    return Lab(
        scope=scope,
        is_protected=False,
        period=month.period,
        levers=tuple(found),
        attempt=partial(_attempt, month),
    )


def public_levers(month: PreparedMonth) -> tuple[Lever, ...]:
    """Return what may be tried whoever asks: values of the law, and a subsidy."""
    if not month.parts:
        return ()
    facts = [part.facts for part in month.parts]
    return (*levers.law_levers(month.parts[0].book, facts), levers.job_subsidy())


def _attempt(month: PreparedMonth, lever: Lever, value: int) -> Study:
    moves = Moves(paid(month), after(month, lever, value))
    return Study(
        period=month.period,
        lever=lever,
        tried=value,
        result=compare(moves, month.divisions, len(month.companies), month.left_out),
        inputs_hash=month.hash,
        law_hash=month.parts[0].book.hash,
    )


def paid(month: PreparedMonth) -> Outcome:
    """Return the month as it was paid."""
    return _together([part.before for part in month.parts])


def after(month: PreparedMonth, lever: Lever, value: int) -> Outcome:
    """Compute the month with one lever at another value.

    Raises:
        InputError: it contradicts the law's others.
    """
    outcomes = [outcome_of(*lever.lay(part.facts, part.book, value)) for part in month.parts]
    found = _together(outcomes)
    return found.with_subsidy(value) if lever.code == levers.JOB_SUBSIDY else found


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    if len(outcomes) == 1:
        return outcomes[0]
    return Outcome(
        {name: np.concatenate([one.sums[name] for one in outcomes]) for name in outcomes[0].sums},
        np.concatenate([one.is_paid for one in outcomes]),
        np.concatenate([one.is_insured for one in outcomes]),
    )
