"""Work grows linearly, and no row costs a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.engines import both_engines
from tests.imports.conftest import World, reasons
from workforce.attendance.models import Shift
from workforce.imports.stated_shift import planned_shift
from workforce.platform.db import db
from workforce.production.models import OutputRecord


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def rows(count: int) -> str:
    """Write output rows, all different."""
    lines = [f"A000{n % 5 + 1},2026-10-{n % 28 + 1:02d},bbox_2d,{n},R{n}" for n in range(count)]
    return "工号,日期,任务类型,合格数量,记录号\n" + "\n".join(lines)


def test_the_number_of_statements_does_not_depend_on_the_rows(world: World) -> None:
    counts = []
    for count in (50, 2_000):
        with counted_statements() as statements:
            assert world.apply("output", "产量.csv", rows(count)).refusals == []
        counts.append(len(statements))

    assert world.count(OutputRecord) == 2_000
    assert counts[0] >= counts[1]


def shift_rows(count: int) -> str:
    """Write shifts, all different; the day of every thousandth cannot be read."""
    lines = [
        f"A000{n % 5 + 1},{first + dt.timedelta(days=n // 5) if n % 1000 else 'x'},09:00,18:00,60"
        for first in [dt.date(2025, 1, 1)]
        for n in range(1, count + 1)
    ]
    return "工号,日期,上班,下班,休息分钟\n" + "\n".join(lines)


def clock_lines(count: int) -> str:
    """Write days of the clock of five people."""
    first = dt.date(2025, 1, 1)
    return "".join(
        f"{n % 5 + 1:>9}\t{first + dt.timedelta(days=n // 5)} {at}:00\t1\t0\t1\t0\r\n"
        for n in range(count)
        for at in ("09:00", "18:00")
    )


@both_engines
@pytest.mark.feature("SUP-3")
def test_two_thousand_shifts_are_saved_at_once_with_a_result_for_each_bad_row(world: World) -> None:
    counts = []
    for count in (50, 2_000):
        with counted_statements() as statements:
            seen = world.apply("shifts", "班次.csv", shift_rows(count), keep=True)
        counts.append(len(statements))

    assert reasons(seen) == [(1_001, "cell.not_date"), (2_001, "cell.not_date")]
    assert world.count(Shift) == 1_998
    assert counts[0] >= counts[1] - 1  # rows are inserted ten thousand at a time


def test_a_log_costs_no_statement_for_a_punch(world: World) -> None:
    options: dict[str, Any] = {
        "mapping": {str(n): f"A000{n}" for n in range(1, 6)},
        "planned": (planned_shift("09:00-18:00/60"),),
    }
    counts = []
    for count in (50, 2_000):
        with counted_statements() as statements:
            seen = world.apply("zkteco", "1_attlog.dat", clock_lines(count), **options)
        counts.append(len(statements))
        assert seen.refusals == []

    assert world.count(Shift) == 2_000
    assert counts[0] >= counts[1]
