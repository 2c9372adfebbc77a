"""Making a run: what is stored, how often, and from what."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import FIRST, OCTOBER, WORKDAYS, World, actor, create_world
from workforce.core.errors import InputError, LawMissingError, NotFoundError, StateError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.payroll import queries, service
from workforce.payroll.compute import company_in, compute
from workforce.payroll.models import PayrollFault, PayrollRun, Payslip, PayslipLine
from workforce.platform.db import Base, db
from workforce.platform.scope import Scope


def populate(world: World, size: int, order: list[int] | None = None) -> None:
    """Hire people who work in two batches, in any order of writing."""
    bbox = world.task_type("bbox_2d", ("2026-01-01", 125_000))
    polygon = world.task_type("polygon", ("2026-01-01", 1_333_000))
    batches = [
        factories.create_batch(world.session, world.company, kind, code=code)
        for kind, code in ((bbox, "b1"), (polygon, "b2"))
    ]
    for number in order or range(size):
        worker = world.hire(f"W{number:03d}", contribution_base_amount=500_000)
        days = WORKDAYS[: 3 + number % 5]
        world.attend(worker, days)
        for day in reversed(days):
            world.output(worker, "bbox_2d", day.day, 100 + number, batch_id=batches[0].id)
            world.output(worker, "polygon", day.day, 30, batch_id=batches[1].id)
        factories.create_pay_entry(
            world.session, worker, "earning", 1000 + number, "2026-10", code="skill_allowance"
        )
    factories.create_inspection(
        world.session, world.company, bbox, FIRST, batch_id=batches[0].id, error_qty=3
    )


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements that are run inside the block."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_the_people(
    world: World, book: LawBook
) -> None:
    populate(world, 3)
    large = create_world(world.session, book, "LARGE")
    large.task_types = world.task_types
    for number in range(60):
        worker = large.hire(f"L{number:03d}")
        large.attend(worker, WORKDAYS[:4])
    counts = []
    for place in (world, large):
        place.run()
        with counted(place.session) as statements:
            place.run()
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_the_number_of_statements_that_read_is_fixed(world: World) -> None:
    populate(world, 3)
    world.session.commit()
    company = company_in(world.session, world.scope, world.company.id)
    with counted(world.session) as few:
        compute(world.session, company, OCTOBER, world.book)
    for number in range(60):
        worker = world.hire(f"X{number:03d}")
        world.attend(worker, WORKDAYS[:4])
        world.output(worker, "bbox_2d", 8, 10)
    world.session.commit()
    with counted(world.session) as many:
        compute(world.session, company, OCTOBER, world.book)

    assert len(few) == len(many) == 25


@both_engines
@pytest.mark.feature("FIN-24")
def test_the_order_of_writing_changes_no_hash(session: Session, book: LawBook) -> None:
    places = [create_world(session, book, code) for code in ("AA", "BB")]
    populate(places[0], 12)
    order = list(range(12))
    random.Random(7).shuffle(order)  # noqa: S311 - an order, not a secret
    second = places[1]
    # Task types belong to the whole base: the second company prices the same ones.
    second.task_types = places[0].task_types
    for code, price in (("polygon", 1_333_000), ("bbox_2d", 125_000)):
        factories.create_piece_price(session, second.company, second.task_types[code], price)
    repopulate(second, order)

    hashes = [place.run().computed.hashes for place in places]

    assert hashes[0] == hashes[1]


def repopulate(world: World, order: list[int]) -> None:
    """Write what `populate` writes, with batches and people in another order."""
    batches = {
        code: factories.create_batch(
            world.session, world.company, world.task_types[kind], code=code
        )
        for code, kind in (("b2", "polygon"), ("b1", "bbox_2d"))
    }
    factories.create_inspection(
        world.session,
        world.company,
        world.task_types["bbox_2d"],
        FIRST,
        batch_id=batches["b1"].id,
        error_qty=3,
    )
    for number in order:
        worker = world.hire(f"W{number:03d}", contribution_base_amount=500_000)
        factories.create_pay_entry(
            world.session, worker, "earning", 1000 + number, "2026-10", code="skill_allowance"
        )
        for day in WORKDAYS[: 3 + number % 5]:
            # Two records of one day are one row of the facts.
            world.output(worker, "polygon", day.day, 10, batch_id=batches["b2"].id)
            world.output(worker, "polygon", day.day, 20, batch_id=batches["b2"].id)
            world.output(worker, "bbox_2d", day.day, 100 + number, batch_id=batches["b1"].id)
            world.attend(worker, [day])


@both_engines
@pytest.mark.feature("FIN-13", "FIN-24")
def test_a_run_stores_payslips_that_add_up_and_its_fingerprints(
    session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    populate(world, 5)

    outcome = world.run()

    run = world.stored_run()
    assert run.state == RunState.CALCULATED
    assert run.prepared_by_id == world.maker.id
    assert run.input_hash == outcome.computed.hashes.inputs
    assert run.law_hash == book.hash
    assert run.result_hash == outcome.computed.hashes.results
    assert run.code_version
    assert run.pay_on == dt.date(2026, 11, 13)  # the 15th is a Sunday: paid on the Friday before
    slips = list(session.scalars(queries.payslips_of_run(world.scope, run.id)))
    assert len(slips) == run.payslip_count == 5
    for slip in slips:
        sums = dict.fromkeys(("earning", "reduction", "deduction", "employer"), 0)
        for line in session.scalars(queries.lines(world.scope, slip.id)):
            sums[line.kind] += line.amount
        assert slip.gross_pay_amount == sums["earning"] - sums["reduction"]
        assert slip.net_pay_amount == slip.gross_pay_amount - sums["deduction"]
        assert slip.employer_cost_amount == slip.gross_pay_amount + sums["employer"]
    assert run.net_pay_amount == sum(slip.net_pay_amount for slip in slips)
    assert len({slip.public_id for slip in slips}) == 5


@pytest.mark.feature("FIN-14")
def test_running_again_replaces_the_run(world: World) -> None:
    fill(world)
    first = world.run()
    old_slip = world.slip("W1").id

    worker = world.hire("W2")
    world.attend(worker)
    second = world.run()

    session = world.session
    assert session.scalar(select(func.count()).select_from(PayrollRun)) == 1
    assert second.run_id == first.run_id
    assert session.scalar(select(func.count()).select_from(Payslip)) == 2
    assert session.scalars(select(PayslipLine.payslip_id).distinct()).all() != [old_slip]
    again = world.run()
    assert again.computed.hashes == second.computed.hashes


@both_engines
@pytest.mark.feature("FIN-14")
def test_the_database_refuses_a_second_regular_run_and_a_second_payslip(world: World) -> None:
    fill(world)
    world.run()
    run, slip, session = world.stored_run(), world.slip("W1"), world.session
    columns = [column.name for column in PayrollRun.__table__.columns if column.name != "id"]
    copy = {name: getattr(run, name) for name in columns}
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        session.execute(insert(PayrollRun).values(**copy))
    session.rollback()
    with pytest.raises(IntegrityError, match="one_regular"):
        session.execute(insert(PayrollRun).values(**copy | {"number": 2}))
    session.rollback()
    columns = [column.name for column in Payslip.__table__.columns if column.name != "id"]
    copy = {name: getattr(slip, name) for name in columns} | {"public_id": "another"}
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        session.execute(insert(Payslip).values(**copy))


@both_engines
@pytest.mark.feature("FIN-14")
def test_two_runs_at_once_make_one_row(app: Flask, session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    populate(world, 6)
    session.commit()
    scope, company_id, maker = world.scope, world.company.id, actor(world.maker)
    # Each thread has its own session; both have computed before either writes.
    barrier = threading.Barrier(2)
    errors: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                barrier.wait(timeout=20)
                service.run_payroll(scope, company_id, OCTOBER, maker, book)
            except BaseException as error:  # noqa: BLE001 - told to the test below
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert errors == []
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PayrollRun)) == 1
    assert session.scalar(select(func.count()).select_from(Payslip)) == 6


def contents(session: Session) -> dict[str, list[Any]]:
    """Return every row of every table."""
    session.rollback()
    return {
        table.name: [tuple(row) for row in session.execute(select(table))]
        for table in Base.metadata.sorted_tables
    }


@both_engines
@pytest.mark.feature("FIN-18")
def test_a_preview_shows_everything_and_writes_nothing(world: World) -> None:
    fill(world)
    world.hire("W2")
    world.run()
    worker = world.hire("W3", base_pay_amount=500_000)
    world.attend(worker)
    world.session.commit()
    before = contents(world.session)

    outcome = world.run(preview=True)

    assert outcome.run_id is None
    assert outcome.computed.sheet.employee_nos == ("W1", "W2", "W3")
    assert outcome.computed.sheet.slips["gross_pay_amount"][2] == 500_000
    assert contents(world.session) == before


@both_engines
@pytest.mark.feature("FIN-16")
def test_faults_are_stored_with_words_and_make_a_draft(world: World) -> None:
    fill(world)
    factories.create_employment(
        world.session, world.company, employee_no="W2", hired_on=OCTOBER.first_on
    )

    outcome = world.run()

    run = world.stored_run()
    assert outcome.state is RunState.DRAFT
    assert (run.state, run.payslip_count, run.fault_count) == ("draft", 1, 1)
    (fault,) = world.session.scalars(queries.faults(world.scope, run.id))
    assert fault.code == "payroll.profile_missing"
    assert fault.params == {"period": "2026-10"}
    world.run()
    assert world.session.scalar(select(func.count()).select_from(PayrollFault)) == 1


def test_a_run_belongs_to_whoever_reaches_the_company(world: World, book: LawBook) -> None:
    other = create_world(world.session, book, "KZ")
    world.session.commit()
    with pytest.raises(NotFoundError):
        service.run_payroll(other.scope, world.company.id, OCTOBER, actor(other.maker), world.book)


def test_an_earlier_month_is_not_run_once_a_later_one_is_approved(world: World) -> None:
    fill(world)
    world.run()
    world.approve()

    with pytest.raises(StateError) as caught:
        world.run(OCTOBER.previous())

    assert caught.value.code == "payroll.later_month_decided"


def test_a_month_without_a_calendar_is_refused(world: World) -> None:
    world.hire("W1", base_pay_amount=100)
    with pytest.raises(LawMissingError):
        world.run(PayPeriod(2027, 1))


def test_a_company_without_a_policy_is_a_clear_refusal(world: World) -> None:
    company = factories.create_company(world.session, code="NEW")
    world.session.commit()
    with pytest.raises(InputError) as caught:
        service.run_payroll(Scope.base(), company.id, OCTOBER, actor(world.maker), world.book)
    assert "NEW" in caught.value.message("zh")
