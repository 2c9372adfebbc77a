"""Measures a study of the policy laboratory on the bench's month."""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from workforce.bench import data
from workforce.bench.payroll import machine
from workforce.core.law import LawBook
from workforce.payroll import queries, service
from workforce.platform import audit
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.policy_lab.ladders import ladder_of
from workforce.policy_lab.prepared import prepare
from workforce.policy_lab.trying import lab_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workforce.bench.store import Store

RECORDS_EACH: Final = 110
"""Output records of a person in a month."""

_LEVER: Final = f"law.insurance_base_floor.{data.REGION[:2]}"


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Give a list that has, afterwards, how many seconds passed, and how many of this process's CPU."""
    found: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    yield found
    found += [time.perf_counter() - started, time.process_time() - cpu]


def measure(store: Store, rounds: int, advance: Callable[[], object]) -> dict[str, Any]:
    """Prepare the first month of an opened store, and try floors of the contribution base on it.

    ``prepare_s``: reading the month once, and holding it against its payslips. ``study_s``: one value
    more, of everybody, to the tables of the page. ``ladder_s``: what the worker does for officials, once
    a month and lever: all values of its ladder, and what of them may be shown. Seconds, of the clock and of this
    process's CPU; of studies the median of the rounds.
    """
    period, scope = store.periods[0], Scope.base()
    session = db.session()
    if session.scalar(queries.regular_run(scope, data.COMPANY_ID, period)) is None:
        service.run_payroll(scope, data.COMPANY_ID, period, audit.CLI, LawBook.load())
    advance()
    session.rollback()
    runs = session.scalars(queries.regular_run(scope, data.COMPANY_ID, period)).all()
    with _timed() as prepared:
        month = prepare(session, scope, period, runs)
    lab = lab_of(scope, month)
    lever = lab.lever(_LEVER)
    with _timed() as ladder:
        ladder_of(month, lever)
    rounds_taken = []
    for number in range(rounds):
        with _timed() as one:
            found = lab.attempt(lever, lever.present + 20_000 * (number + 1))
        rounds_taken.append(one)
        advance()
    times = {"prepare": prepared, "ladder": ladder}
    times["study"] = [statistics.median(values) for values in zip(*rounds_taken, strict=True)]
    return {
        "employees": found.result.people,
        "affected": found.result.affected,
        "left_out": found.result.left_out_count,
        **{f"{name}_s": round(values[0], 4) for name, values in times.items()},
        **{f"{name}_cpu_s": round(values[1], 4) for name, values in times.items()},
        "machine": machine(),
    }
