"""Payroll runs and payslips for tests of pages, where only what is shown matters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, column, select, text
from sqlalchemy import table as sql_table
from sqlalchemy.orm import Session

from tests.factories.accounts import create_account
from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.core.lifecycle import FINAL
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.order_models import RunOrder, RunOrderAmount, RunOrderPerson
from workforce.payroll.receipt_models import Publication
from workforce.people.models import Employment

_numbers = count(1)
_PROTECTED = ("payslip", "payslip_line")
_NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)


def create_run(session: Session, company: Company, **changes: Any) -> PayrollRun:
    """Make the approved regular run of October 2026, without payslips; two people answer for it.

    An approved one is published, too, unless ``is_published=False``.
    """
    state = changes.get("state", "approved")
    is_published = changes.pop("is_published", True)
    if state in {"reviewed", *FINAL}:
        changes.setdefault("reviewed_by_id", create_account(session, Role.FINANCE, company).id)
        changes.setdefault("reviewed_at", _NOON)
    if state in FINAL:
        admin = create_account(session, Role.COMPANY_ADMIN, company)
        changes.setdefault("approved_by_id", admin.id)
        changes.setdefault("approved_at", _NOON)
        if state == "paid":
            paid = {
                "paid_on": dt.date(2026, 11, 13),
                "paid_amount": changes.get("net_pay_amount", 0),
                "paid_reference": "ICBC 1",
                "paid_by_id": admin.id,
                "paid_at": _NOON,
            }
            changes = paid | changes
    values = {
        "company_id": company.id,
        "period": "2026-10",
        "kind": "regular",
        "state": state,
        "pay_on": dt.date(2026, 11, 15),
        "payslip_count": 0,
        "fault_count": 0,
        "gross_pay_amount": 0,
        "net_pay_amount": 0,
        "employer_cost_amount": 0,
        "input_hash": "0" * 64,
        "law_hash": "0" * 64,
        "result_hash": "0" * 64,
        "code_version": "test",
        "prepared_at": _NOON,
    }
    run = add(session, PayrollRun(**values | changes))
    if state in FINAL and is_published:
        add(session, Publication(run_id=run.id, published_at=_NOON))
    return run


def create_order(
    session: Session, company: Company, *people: Employment, **changes: Any
) -> RunOrder:
    """Order a merged annual bonus of 100.00 yuan for some people, in October 2026."""
    number = next(_numbers)
    values = {
        "company_id": company.id,
        "period": "2026-10",
        "number": number,
        "purpose": "bonus",
        "title": f"Bonus {number}",
        "pay_on": dt.date(2026, 10, 30),
        "reason": "Board decision",
        "created_at": _NOON,
    }
    order = add(session, RunOrder(**values | changes))
    for one in people:
        add(session, RunOrderPerson(order_id=order.id, employment_id=one.id))
        add(
            session,
            RunOrderAmount(
                order_id=order.id,
                employment_id=one.id,
                kind="annual_bonus_merged",
                code="annual_bonus_merged",
                amount=10_000,
                sequence=0,
            ),
        )
    return order


def create_payslip(
    session: Session, run: PayrollRun, employment: Employment, **changes: Any
) -> Payslip:
    """Make a payslip with every figure 0 that is not given."""
    zeros = {
        column.name: False if isinstance(column.type, Boolean) else 0
        for column in Payslip.__table__.columns
        if isinstance(column.type, (BigInteger, Integer, Boolean))
        and column.name != "id"
        and not column.nullable
    }
    values = {
        "run_id": run.id,
        "employment_id": employment.id,
        "period": run.period,
        "public_id": f"public{next(_numbers)}",
        "notes": [],
    }
    with history(session):
        return add(session, Payslip(**zeros | values | changes))


@contextmanager
def history(session: Session) -> Iterator[None]:
    """Let payslips and lines be added to decided runs: tests say what there is, not how it came about."""
    if session.connection().dialect.name == "postgresql":
        for table in _PROTECTED:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER tr_{table}_decided_insert"))
        yield
        session.flush()
        for table in _PROTECTED:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER tr_{table}_decided_insert"))
        return
    names = [f"tr_{table}_decided_insert" for table in _PROTECTED]
    schema = sql_table("sqlite_master", column("name"), column("sql"))
    made = session.scalars(select(schema.c.sql).where(schema.c.name.in_(names))).all()
    for name in names:
        session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
    yield
    session.flush()
    for statement in made:
        session.execute(text(statement))
