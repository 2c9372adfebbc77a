"""Counting the statements that a request sends to the database.

    with counted(app) as statements:
        client.get("/payslips")
    assert len(statements) <= 4

    assert_same_queries(app, client, "/payslips", make_more)    # makes rows, asks again

Every page of the service also has its ceiling in ``tests/guards/query_counts.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from tests.factories.web import FormClient
from workforce.platform.db import db


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that are executed inside; BEGIN and COMMIT are none of them."""
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statement = str(arguments[2])
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements_of(app: Flask, client: FormClient, path: str) -> list[str]:
    """Return the statements of one reading of a page, after one that fills what is kept in memory."""
    first = client.get(path)
    with counted(app) as statements:
        second = client.get(path)
    assert first.status_code == second.status_code < 400, (path, second.status_code)
    return statements


def assert_same_queries(
    app: Flask, client: FormClient, path: str, make_more: Callable[[], None]
) -> int:
    """Read a page, make more rows, read it again: as many statements. Return how many.

    ``make_more`` must commit what it makes.
    """
    before = statements_of(app, client, path)
    make_more()
    after = statements_of(app, client, path)
    more = [one for one in after if after.count(one) > before.count(one)]
    assert len(after) == len(before), f"{path}: {len(before)} became {len(after)}\n" + "\n".join(
        dict.fromkeys(more)
    )
    return len(after)
