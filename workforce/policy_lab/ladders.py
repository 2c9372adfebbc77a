"""All that officials may ever try of a month: computed once, when it is published, and kept as it is.

Each lever has a ladder of fixed values (``Lever.ladder``). The worker computes all of them, protects
them together (``protection``) and keeps what may be shown; a page only looks it up. What stands is never
computed anew: a company that closes the month later, or a person who is put right, moves no figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

import workforce
from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.policy_lab import queries
from workforce.policy_lab.comparison import Moves, Result, compare
from workforce.policy_lab.levers import Lever, Unit
from workforce.policy_lab.models import PolicyLadder
from workforce.policy_lab.prepared import COMPANY, PreparedMonth, prepare
from workforce.policy_lab.protection import NOTHING_BESIDE, Beside, pattern_of, protect
from workforce.policy_lab.trying import Lab, Study, after, paid, public_levers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod


def missing(session: Session, months: Sequence[PayPeriod]) -> list[PayPeriod]:
    """Return the months of some of which nothing is computed yet, in their order."""
    known = set(queries.ladder_months(session))
    return [month for month in months if month not in known]


def make(session: Session, period: PayPeriod) -> bool:
    """Compute and keep a month's ladders; tell whether there was anything new to keep.

    Commits by itself. Reads every company of the month and computes it for each value of each lever:
    work for the worker.
    """
    scope = Scope.base()
    runs = session.scalars(queries.decided_runs(scope, period)).all()
    if not runs or not missing(session, [period]):
        return False
    month = prepare(session, scope, period, runs)
    beside = _beside(session, scope, month)
    rows = []
    for number, lever in enumerate(public_levers(month), start=1):
        results = ladder_of(month, lever, beside)
        row = PolicyLadder(
            period=str(period),
            number=number,
            lever=lever.code,
            present=lever.present,
            question=question_of(replace(lever, values=tuple(results))),
            results={str(value): found.to_json() for value, found in results.items()},
            inputs_hash=month.hash,
            law_hash=month.parts[0].book.hash,
            code_version=workforce.__version__,
            made_at=clock.now(),
        )
        if results:
            rows.append(row)
    with unit_of_work() as writing:
        if missing(writing, [period]):
            writing.add_all(rows)
    return bool(rows)


def ladder_of(
    month: PreparedMonth, lever: Lever, beside: Beside = NOTHING_BESIDE
) -> dict[int, Result]:
    """Compute all values of a lever and protect them together; a step that the law forbids is left out."""
    outcomes = {}
    for value in lever.ladder():
        try:
            outcomes[value] = after(month, lever, value)
        except InputError:
            continue
    before = paid(month)
    divisions = [one for one in month.divisions if one.code != COMPANY]
    pattern = pattern_of(before, list(outcomes.values()), divisions, month.company, beside)
    companies = len(month.companies)
    return {
        value: protect(
            compare(Moves(before, outcome), divisions, companies, month.left_out), pattern
        )
        for value, outcome in outcomes.items()
    }


def _beside(session: Session, scope: Scope, month: PreparedMonth) -> Beside:
    rows = session.execute(queries.sums_beside(scope, month.period, month.run_ids)).all()
    if not rows:
        return NOTHING_BESIDE
    people, *amounts = (
        # PostgreSQL adds integers up to decimals.
        np.abs(np.array([int(value) for value in column], dtype=np.int64))
        for column in zip(*rows, strict=True)
    )
    return Beside(people, tuple(amounts))


def lab_of_month(session: Session, period: PayPeriod) -> Lab | None:
    """Return the laboratory of officials on a month: what is kept of it; None while nothing is."""
    rows = session.execute(queries.ladders(period)).all()
    if not rows:
        return None
    hashes = {row.lever: (row.inputs_hash, row.law_hash) for row in rows}

    def attempt(lever: Lever, value: int) -> Study:
        results = session.scalar(queries.ladder_results(period, lever.code)) or {}
        if str(value) not in results:
            raise InputError("study.not_on_ladder", step=lever.shown(lever.step))
        inputs_hash, law_hash = hashes[lever.code]
        return Study(
            period=period,
            lever=lever,
            tried=value,
            result=Result.from_json(results[str(value)]),
            inputs_hash=inputs_hash,
            law_hash=law_hash,
        )

    return Lab(
        scope=Scope.base(),
        is_protected=True,
        period=period,
        levers=tuple(lever_of(row.lever, row.present, row.question) for row in rows),
        attempt=attempt,
    )


def question_of(lever: Lever) -> dict[str, Any]:
    """Return a lever's words as plain values, as they are kept with what it gave."""
    return {
        "subject": list(lever.subject),
        "label": list(lever.label),
        "source": list(lever.source),
        "unit": lever.unit.value,
        "law_code": lever.law_code,
        "step": lever.step,
        "values": list(lever.ladder()),
    }


def lever_of(code: str, present: int, asked: Mapping[str, Any]) -> Lever:
    """Return a lever of which the words are kept: it knows how its values are written, and moves nothing."""
    return Lever(
        code=code,
        subject=Text(*asked["subject"]),
        label=Text(*asked["label"]),
        unit=Unit(asked["unit"]),
        present=present,
        source=Text(*asked["source"]),
        law_code=asked["law_code"],
        step=asked["step"],
        values=tuple(asked["values"]),
        lay=lambda facts, book, _value: (facts, book),
    )
