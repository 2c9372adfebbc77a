"""The audit: append-only, chained, and telling where it was touched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from workforce.platform import audit
from workforce.platform.audit import CLI, AuditSeal, Breach
from workforce.platform.db import unit_of_work

_SWITCH_OFF = {
    "sqlite": [
        f"DROP TRIGGER tr_{table}_no_{verb}"
        for table in ("audit_entry", "audit_seal")
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("audit_entry", "audit_seal")
    ],
}


def _record(count: int) -> None:
    with unit_of_work() as session:
        for number in range(count):
            audit.record(
                session,
                CLI,
                "payslip.read",
                "payslip",
                number,
                before={"b": 1, "a": "甲"},
                reason="因为",
            )


def _seal() -> int:
    with unit_of_work() as session:
        return audit.seal(session)


def _entry_at(session: Session, position: int) -> int:
    return session.get_one(AuditSeal, position).entry_id


def _tamper(session: Session, statement: str) -> None:
    """Change the database as somebody with its file would."""
    session.rollback()
    for switch in _SWITCH_OFF[session.get_bind().dialect.name]:
        session.execute(text(switch))
    session.execute(text(statement))
    session.commit()


@both_engines
def test_an_untouched_chain_holds(session: Session) -> None:
    _record(3)
    assert audit.unsealed_count(session) == 3
    assert _seal() == 3
    _record(2)
    assert _seal() == 2
    assert _seal() == 0
    assert audit.unsealed_count(session) == 0
    assert list(audit.verify(session)) == []


@both_engines
@pytest.mark.parametrize("table", audit.APPEND_ONLY_TABLES)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = 9", "DELETE FROM {} WHERE {} > 0"])
def test_the_database_refuses_to_change_a_row(session: Session, table: str, verb: str) -> None:
    _record(1)
    _seal()
    column = "company_id" if table == "audit_entry" else "position"
    if table == "audit_entry" and verb.startswith("DELETE"):
        column = "id"
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(verb.format(table, column)))


@both_engines
def test_sealers_at_once_make_one_chain(app: Flask, session: Session) -> None:
    _record(40)
    start = Barrier(4)

    def work(_number: int) -> int:
        with app.app_context():
            start.wait(30)
            with unit_of_work() as working:
                return audit.seal(working)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(work, range(4))) == [0, 0, 0, 40]
    session.rollback()
    assert list(audit.verify(session)) == []


@both_engines
def test_an_edited_entry_is_found(session: Session) -> None:
    _record(3)
    _seal()
    second = _entry_at(session, 2)
    _tamper(session, f"UPDATE audit_entry SET reason = 'other' WHERE id = {second}")  # noqa: S608
    assert list(audit.verify(session)) == [Breach(2, second, "edited")]


@both_engines
def test_a_removed_link_is_found(session: Session) -> None:
    _record(3)
    _seal()
    third = _entry_at(session, 3)
    _tamper(session, "DELETE FROM audit_seal WHERE position = 2")
    assert list(audit.verify(session)) == [Breach(3, third, "unchained")]


@both_engines
def test_a_rewritten_seal_does_not_help_the_forger(session: Session) -> None:
    _record(2)
    _seal()
    first = _entry_at(session, 1)
    _tamper(session, "UPDATE audit_seal SET entry_hash = 'forged' WHERE position = 1")
    assert [breach.kind for breach in audit.verify(session)] == ["edited", "unchained"]
    assert next(audit.verify(session)).entry_id == first


@both_engines
def test_an_act_and_its_record_are_one(session: Session) -> None:
    def fail() -> None:
        with unit_of_work() as working:
            audit.record(working, CLI, "payslip.read", "payslip", 1)
            working.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert audit.unsealed_count(session) == 0
