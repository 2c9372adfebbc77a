"""Task types, prices one at a time, verdicts of a person."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    create_batch,
    create_company,
    create_employment,
    create_output,
    create_task_type,
)
from workforce.core.errors import ClosedError, InputError
from workforce.core.period import PayPeriod
from workforce.platform import locks
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.scope import Scope
from workforce.production import service
from workforce.production.models import OutputRecord, PiecePrice
from workforce.production.service import Decider

DAY = dt.date(2026, 10, 8)
OCTOBER = PayPeriod(2026, 10)


def test_a_task_type_is_the_whole_bases(session: Session) -> None:
    words = {"name_zh": "二维框", "name_en": "Box", "unit_zh": "框", "unit_en": "box"}
    service.define_task_type(session, CLI, code="bbox_2d", **words)

    assert service.task_type_named(session, "bbox_2d").name_zh == "二维框"
    with pytest.raises(InputError):
        service.define_task_type(session, CLI, code="bbox_2d", **words)
    with pytest.raises(InputError, match="bbox_2d"):
        service.task_type_named(session, "cuboid")


def test_a_price_set_twice_is_one_price(session: Session) -> None:
    company, task_type = create_company(session), create_task_type(session)

    def put(price: int, first: dt.date, last: dt.date | None = None) -> bool:
        return service.set_price(
            session,
            CLI,
            company_id=company.id,
            task_type_id=task_type.id,
            unit_price=price,
            valid_from=first,
            valid_to=last,
        )

    assert put(100_000, dt.date(2026, 8, 1))
    assert not put(100_000, dt.date(2026, 8, 1))
    assert put(125_000, dt.date(2026, 10, 16))
    with pytest.raises(InputError):
        put(-1, dt.date(2026, 11, 1))
    with pytest.raises(InputError):
        put(1, dt.date(2026, 9, 1), dt.date(2026, 11, 1))
    locks.lock(session, company.id, OCTOBER, reason="closed", account_id=None)
    session.flush()
    with pytest.raises(ClosedError):
        put(150_000, dt.date(2026, 10, 20))

    prices = session.scalars(select(PiecePrice).order_by(PiecePrice.valid_from)).all()
    assert [(p.unit_price, p.valid_to) for p in prices] == [
        (100_000, dt.date(2026, 10, 16)),
        (125_000, None),
    ]


def test_a_person_accepts_one_employees_part_of_a_batch(session: Session) -> None:
    company, task_type = create_company(session), create_task_type(session)
    batch = create_batch(session, company, task_type)
    one, two = create_employment(session, company), create_employment(session, company)
    for employment in (one, two):
        create_output(
            session,
            employment,
            task_type,
            DAY,
            batch_id=batch.id,
            state="submitted",
            accepted_on=None,
            pay_period=None,
            accepted_qty=0,
            rejected_qty=7,
        )
    session.flush()

    chosen = select(OutputRecord.id).where(OutputRecord.employment_id == one.id)
    ids = session.scalars(chosen).all()
    decider = Decider(actor=CLI, scope=Scope.company(company.id), person_id=None)

    def accept() -> int:
        on = dt.date(2026, 10, 31)
        return service.decide_records(session, decider, "accept", on=on, record_ids=ids).changed

    assert (accept(), accept()) == (1, 0)
    records = session.scalars(
        select(OutputRecord)
        .order_by(OutputRecord.employment_id)
        .execution_options(populate_existing=True)
    ).all()
    assert [(r.state, r.accepted_qty, r.pay_period) for r in records] == [
        ("accepted", 93, "2026-10"),
        ("submitted", 0, None),
    ]
    actions = [entry.action for entry in session.scalars(select(AuditEntry))]
    assert actions == ["output.accept"]


def test_paid_output_of_a_closed_month_cannot_be_rejected(session: Session) -> None:
    company, task_type = create_company(session), create_task_type(session)
    employment = create_employment(session, company)
    create_output(session, employment, task_type, DAY)
    locks.lock(session, company.id, OCTOBER, reason="closed", account_id=None)
    session.flush()
    decider = Decider(actor=CLI, scope=Scope.company(company.id), person_id=None)
    ids = session.scalars(select(OutputRecord.id)).all()
    done = service.decide_records(
        session, decider, "reject", on=dt.date(2026, 11, 2), reason="late", record_ids=ids
    )

    assert (done.changed, done.closed) == (0, 1)
    assert session.scalars(select(OutputRecord)).one().state == "accepted"
