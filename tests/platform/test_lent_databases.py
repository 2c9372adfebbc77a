"""A database on PostgreSQL that one test leaves to the next: nothing of the first is left in it."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests import postgres
from tests.factories import create_account, create_company
from workforce.core.permissions import Role

pytestmark = pytest.mark.postgres


def test_the_next_meets_no_row_no_lock_and_first_numbers(postgres_server: postgres.Server) -> None:
    found = []
    for _ in range(2):
        name = postgres_server.lend()
        engine = create_engine(postgres_server.url(name))
        with Session(engine) as session:
            company = create_company(session)
            account = create_account(session, Role.FINANCE, company)
            found.append((name, company.id, account.id))
            session.commit()
        # Somebody forgot to close.
        forgotten = engine.connect()
        forgotten.execute(text("LOCK TABLE company"))
        postgres_server.take_back(name)
        forgotten.invalidate()
        engine.dispose()
    assert found == [(name, 1, 1)] * 2


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE audit_entry DISABLE TRIGGER USER", "ALTER TABLE account RENAME TO gone"],
)
def test_another_shape_is_left_to_nobody(postgres_server: postgres.Server, change: str) -> None:
    name = postgres_server.lend()
    engine = create_engine(postgres_server.url(name))
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()
    postgres_server.take_back(name)
    another = postgres_server.lend()
    assert another != name
    postgres_server.take_back(another)
