"""Measures a study of the policy laboratory on the bench's month."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any, Final

from workforce.bench import data
from workforce.bench.payroll import machine
from workforce.core.law import LawBook
from workforce.payroll import queries, service
from workforce.platform import audit
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.policy_lab.prepared import prepare
from workforce.policy_lab.service import Lab, levers_of, try_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from workforce.bench.store import Store

RECORDS_EACH: Final = 110
"""Output records of a person in a month."""

_LEVER: Final = f"law.insurance_base_floor.{data.REGION[:2]}"


def measure(store: Store, rounds: int, advance: Callable[[], object]) -> dict[str, Any]:
    """Prepare the first month of an opened store, and try floors of the contribution base on it.

    ``prepare_s``: reading the month once, and holding it against its payslips. ``study_s``: one value
    more, of everybody, to the tables of the page. ``official_s``: a value of the ladder, when none was
    computed before: all of them, and what of them may be shown. Seconds; medians of the rounds.
    """
    period, scope = store.periods[0], Scope.base()
    session = db.session()
    if session.scalar(queries.regular_run(scope, data.COMPANY_ID, period)) is None:
        service.run_payroll(scope, data.COMPANY_ID, period, audit.CLI, LawBook.load())
    advance()
    session.rollback()
    runs = session.scalars(queries.regular_run(scope, data.COMPANY_ID, period)).all()
    started = time.perf_counter()
    month = prepare(session, scope, period, runs)
    prepare_s = time.perf_counter() - started
    full, official = (
        Lab(
            scope=scope,
            is_protected=is_protected,
            month=month,
            levers=levers_of(month, scope, is_protected=is_protected),
        )
        for is_protected in (False, True)
    )
    lever = full.lever(_LEVER)
    started = time.perf_counter()
    try_value(official, official.lever(_LEVER), lever.ladder()[-1])
    official_s = time.perf_counter() - started
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        found = try_value(full, lever, lever.present + 20_000 * (number + 1))
        times.append(time.perf_counter() - started)
        advance()
    return {
        "employees": found.result.people,
        "affected": found.result.affected,
        "left_out": found.result.left_out_count,
        "prepare_s": round(prepare_s, 4),
        "study_s": round(statistics.median(times), 4),
        "official_s": round(official_s, 4),
        "machine": machine(),
    }
