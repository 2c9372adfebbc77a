"""The unit of work: whole or nothing, and no writer loses another's work."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_company
from workforce.companies.models import Company
from workforce.platform.db import UtcDateTime, db, unit_of_work
from workforce.platform.locks import MonthLock

WRITERS = 8
ROUNDS = 10


@both_engines
def test_a_unit_of_work_is_whole_or_nothing(session: Session) -> None:
    with unit_of_work() as working:
        create_company(working, code="KEPT")

    def fail() -> None:
        with unit_of_work() as working:
            create_company(working, code="LOST")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert session.scalars(select(Company.code)).all() == ["KEPT"]


def test_a_unit_of_work_inside_of_another_is_refused_and_the_outer_one_holds(
    session: Session,
) -> None:
    """The inner one would begin by undoing what the outer one has written."""
    with unit_of_work() as outer:
        create_company(outer)
        with pytest.raises(RuntimeError, match="inside of another"), unit_of_work():
            pass
    with unit_of_work() as later:
        assert later.query(Company).count() == 1
    assert session.query(Company).count() == 1


@both_engines
def test_writers_at_once_lose_nothing(app: Flask, session: Session) -> None:
    """Each adds one to a number that it first reads: the lesson of "database is locked" (D25)."""
    company_id = create_company(session, name="0").id
    session.commit()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with app.app_context():
                for _ in range(ROUNDS):
                    with unit_of_work() as working:
                        company = working.get_one(Company, company_id, with_for_update=True)
                        company.name = str(int(company.name) + 1)
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    session.rollback()
    assert session.get_one(Company, company_id).name == str(WRITERS * ROUNDS)


def test_a_reader_does_not_wait_for_a_writer(app: Flask, session: Session) -> None:
    create_company(session)
    session.commit()
    counted: list[int | None] = []

    def read() -> None:
        with app.app_context():
            counted.append(db.session.scalar(select(func.count()).select_from(Company)))

    with unit_of_work() as working:
        create_company(working)
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=10)
        assert counted == [1]


@both_engines
def test_an_instant_comes_back_aware_and_a_naive_one_is_refused(session: Session) -> None:
    company = create_company(session)
    china = dt.timezone(dt.timedelta(hours=8))
    instant = dt.datetime(2026, 11, 1, 7, 30, 1, 123456, tzinfo=china)
    session.add(MonthLock(company_id=company.id, period="2026-10", reason="r", locked_at=instant))
    session.commit()
    stored = session.scalars(select(MonthLock.locked_at)).one()
    assert stored == instant
    assert stored.tzinfo is dt.UTC
    naive = instant.replace(tzinfo=None)
    session.add(MonthLock(company_id=company.id, period="2026-11", reason="r", locked_at=naive))
    with pytest.raises(StatementError, match="naive"):
        session.flush()
    session.rollback()
    assert UtcDateTime().process_bind_param(None, session.get_bind().dialect) is None
