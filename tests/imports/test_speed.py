"""Work grows linearly, and no row costs a query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.imports.conftest import World
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
