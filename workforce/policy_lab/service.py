"""Trying a lever on a month, and keeping what came out under a name.

Nothing of the law, of facts or of pay is written: a study reads a decided month (``prepared``), lays one
value over it and computes. What an official tries is one of a ladder of values, all of which are computed
before any is shown (``protection``).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import workforce
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform import audit, clock
from workforce.policy_lab import levers, queries
from workforce.policy_lab.comparison import Division, Moves, Result, compare
from workforce.policy_lab.levers import Lever
from workforce.policy_lab.models import PolicyStudy
from workforce.policy_lab.outcome import Outcome, outcome_of
from workforce.policy_lab.prepared import COMPANY, PreparedMonth, prepared_month
from workforce.policy_lab.protection import Pattern, pattern_of, protect

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

NAME_LENGTH: Final = 80

_KEPT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One visitor's laboratory: a decided month in reach, and what may be tried on it."""

    scope: Scope
    is_protected: bool
    month: PreparedMonth
    levers: tuple[Lever, ...]

    def lever(self, code: str) -> Lever:
        """Return a lever by its code, or by its parameter of the law where only one region has it.

        Raises:
            InputError: there is none in this month and reach.
        """
        found = [one for one in self.levers if code in {one.code, one.law_code}]
        if not code or len(found) != 1:
            raise InputError("study.lever_unknown", code=code)
        return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was tried and what came out; ``law_hash`` is that of the law as it holds."""

    period: PayPeriod
    lever: Lever
    tried: int
    result: Result
    inputs_hash: str
    law_hash: str


def open_lab(session: Session, scope: Scope, period: PayPeriod, *, is_protected: bool) -> Lab:
    """Open the laboratory on a month.

    Raises:
        InputError: the month has no decided run in reach, or is not closed yet for an official.
    """
    is_open = period not in queries.months(session, scope, is_protected=is_protected)
    month = None if is_open else prepared_month(session, scope, period)
    if month is None:
        raise InputError("study.month_not_decided", period=period)
    return Lab(
        scope=scope,
        is_protected=is_protected,
        month=month,
        levers=levers_of(month, scope, is_protected=is_protected),
    )


def levers_of(month: PreparedMonth, scope: Scope, *, is_protected: bool) -> tuple[Lever, ...]:
    """Return what may be tried on a month: of a company its own prices and rules besides."""
    if not month.parts:
        return ()
    facts = [part.facts for part in month.parts]
    found = [*levers.law_levers(month.parts[0].book, facts), levers.job_subsidy()]
    if scope.company_id is not None:
        found += levers.own_levers(facts[0], dict(month.names))
    return tuple(one for one in found if one.ladder() or not is_protected)


def try_value(lab: Lab, lever: Lever, value: int) -> Study:
    """Compute a month with one lever at another value; in the protected view, a value of the ladder.

    Raises:
        InputError: an official may not try this value, or it contradicts the law's others.
    """
    if lab.is_protected and value not in lever.ladder():
        raise InputError("study.not_on_ladder", step=lever.shown(lever.step))
    month, before = lab.month, _together([part.before for part in lab.month.parts])
    if lab.is_protected:
        tried = _ladder_of(lab.month, lever)
        # A step that contradicts the law's other values says so when it is computed.
        after = tried.outcomes.get(value) or _after(month, lever, value)
        pattern: Pattern | None = tried.pattern
    else:
        after, pattern = _after(month, lever, value), None
    divisions = _divisions(month) if lab.is_protected else month.divisions
    result = compare(Moves(before, after), divisions, len(month.companies), month.left_out)
    return Study(
        period=month.period,
        lever=lever,
        tried=value,
        result=result if pattern is None else protect(result, pattern),
        inputs_hash=month.hash,
        law_hash=month.parts[0].book.hash,
    )


def _divisions(month: PreparedMonth) -> list[Division]:
    """Return how an official sees people divided: by no company."""
    return [one for one in month.divisions if one.code != COMPANY]


def _after(month: PreparedMonth, lever: Lever, value: int) -> Outcome:
    outcomes = [outcome_of(*lever.lay(part.facts, part.book, value)) for part in month.parts]
    after = _together(outcomes)
    return after.with_subsidy(value) if lever.code == levers.JOB_SUBSIDY else after


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    if len(outcomes) == 1:
        return outcomes[0]
    return Outcome(
        {name: np.concatenate([one.sums[name] for one in outcomes]) for name in outcomes[0].sums},
        np.concatenate([one.is_paid for one in outcomes]),
        np.concatenate([one.is_insured for one in outcomes]),
    )


@dataclass(frozen=True, slots=True)
class _Ladder:
    """All that an official may try of a lever in a month, and what is shown of it."""

    outcomes: dict[int, Outcome]
    pattern: Pattern


_ladders: Final[OrderedDict[tuple[int, str], tuple[PreparedMonth, _Ladder]]] = OrderedDict()
_lock: Final = Lock()


def _ladder_of(month: PreparedMonth, lever: Lever) -> _Ladder:
    """Compute a lever's ladder once; the process keeps the newest."""
    key = (id(month), lever.code)
    with _lock:
        kept = _ladders.get(key)
    if kept is not None:
        return kept[1]
    outcomes = {}
    for value in lever.ladder():
        try:
            outcomes[value] = _after(month, lever, value)
        except InputError:
            # A step that contradicts the law's other values can be tried by nobody.
            continue
    before = _together([part.before for part in month.parts])
    found = _Ladder(
        outcomes, pattern_of(before, list(outcomes.values()), _divisions(month), month.company)
    )
    with _lock:
        # The month is kept beside it: as long as it is, nothing else has its id.
        _ladders[key] = (month, found)
        while len(_ladders) > _KEPT:
            _ladders.popitem(last=False)
    return found


def save_study(session: Session, lab: Lab, study: Study, actor: Actor, name: str) -> PolicyStudy:
    """Keep a study as it is now, under a name.

    Raises:
        InputError: the name is empty or too long.
    """
    kept_name = name.strip()
    if not kept_name or len(kept_name) > NAME_LENGTH:
        raise InputError("study.name", most=NAME_LENGTH, place="name")
    lever = study.lever
    row = PolicyStudy(
        company_id=lab.scope.company_id,
        is_protected=lab.is_protected,
        name=kept_name,
        period=str(study.period),
        lever=lever.code,
        present=lever.present,
        tried=study.tried,
        question={
            "label": list(lever.label),
            "source": list(lever.source),
            "unit": lever.unit.value,
            "law_code": lever.law_code,
        },
        result=study.result.to_json(),
        inputs_hash=study.inputs_hash,
        law_hash=study.law_hash,
        code_version=workforce.__version__,
        made_by_id=actor.account_id,
        made_by_name=actor.name,
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor,
        "study.save",
        "policy_study",
        row.id,
        company_id=lab.scope.company_id,
        after={"name": kept_name, "period": row.period, "lever": row.lever, "value": row.tried},
    )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedStudy:
    """A saved study as it is shown; ``lever`` knows how its values are written, and changes nothing."""

    study_id: int
    name: str
    period: PayPeriod
    lever: Lever
    tried: int
    result: Result
    law_hash: str
    code_version: str
    made_by_name: str
    made_at: Any


def saved_studies(session: Session, scope: Scope, *, is_protected: bool) -> list[SavedStudy]:
    """Return all studies in reach, the newest first: one statement."""
    rows = session.scalars(queries.studies(scope, is_protected=is_protected))
    return [_saved(row) for row in rows]


def saved_study(session: Session, scope: Scope, study_id: int, *, is_protected: bool) -> SavedStudy:
    """Return one study.

    Raises:
        NotFoundError: there is none in reach.
    """
    chosen = queries.studies(scope, is_protected=is_protected)
    row = session.scalar(chosen.where(PolicyStudy.id == study_id))
    if row is None:
        raise NotFoundError("web.not_found")
    return _saved(row)


def _saved(row: PolicyStudy) -> SavedStudy:
    asked = row.question
    lever = Lever(
        code=row.lever,
        subject=Text("", ""),
        label=Text(*asked["label"]),
        unit=levers.Unit(asked["unit"]),
        present=row.present,
        source=Text(*asked["source"]),
        law_code=asked["law_code"],
        lay=lambda facts, book, _value: (facts, book),
    )
    return SavedStudy(
        study_id=row.id,
        name=row.name,
        period=PayPeriod.parse(row.period),
        lever=lever,
        tried=row.tried,
        result=Result.from_json(row.result),
        law_hash=row.law_hash,
        code_version=row.code_version,
        made_by_name=row.made_by_name,
        made_at=row.made_at,
    )
