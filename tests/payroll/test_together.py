"""What two people do at once: whoever writes facts and whoever locks their month wait for each other."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, World, actor, create_world
from tests.together import Other
from workforce.companies.models import Company
from workforce.core.errors import StateError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.payroll import service
from workforce.payroll.models import PayrollRun
from workforce.payroll.review import variances
from workforce.people.models import Employment
from workforce.platform import locks
from workforce.platform.db import unit_of_work


@pytest.fixture
def reviewed(session: Session, book: LawBook) -> World:
    """A company whose October is reviewed."""
    world = create_world(session, book)
    fill(world)
    world.run()
    number, reviewer = world.stored_run().id, actor(world.approver)
    variances.tick_all(world.scope, number, reviewer)
    service.review_run(world.scope, number, reviewer, world.book)
    return world


@both_engines
@pytest.mark.feature("FIN-23")
def test_approving_waits_for_an_import_and_refuses_what_it_brought(
    app: Flask, reviewed: World
) -> None:
    scope, number, who = reviewed.scope, reviewed.stored_run().id, actor(reviewed.approver)
    company, worker = reviewed.company.id, reviewed.session.scalars(select(Employment.id)).one()
    task_type = reviewed.task_types["polygon"].id
    reviewed.session.commit()

    def approve() -> None:
        service.approve_run(scope, number, who, reviewed.book)

    other = Other(app, approve)
    with unit_of_work() as session:
        assert locks.locked_periods(session, company) == frozenset()
        employment = session.get_one(Employment, worker)
        kind = session.get_one(type(reviewed.task_types["polygon"]), task_type)
        factories.create_output(session, employment, kind, OCTOBER.last_on, 7)
        session.flush()
        assert other.has_to_wait(), "approving did not wait for the import"
    other.join()

    assert isinstance(other.error, StateError)
    assert other.error.code == "payroll.facts_changed"
    assert reviewed.stored_run().state == RunState.REVIEWED


@both_engines
def test_an_import_waits_for_the_lock_and_then_sees_it(app: Flask, reviewed: World) -> None:
    company, seen = reviewed.company.id, list[object]()
    reviewed.session.commit()

    def write() -> None:
        with unit_of_work() as session:
            seen.append(locks.locked_periods(session, company))

    other = Other(app, write)
    with unit_of_work() as session:
        locks.hold(session, company)
        assert other.has_to_wait(), "the import did not wait for the lock"
        locks.lock(session, company, OCTOBER, reason="test", account_id=None)
    other.join()

    assert seen == [frozenset({OCTOBER})]


@both_engines
def test_another_company_waits_for_nobody(app: Flask, reviewed: World, engine_name: str) -> None:
    reviewed.session.commit()
    elsewhere = factories.create_company(reviewed.session, code="KZ")
    reviewed.session.commit()
    company, other_company = reviewed.company.id, elsewhere.id

    def write() -> None:
        with unit_of_work() as session:
            locks.locked_periods(session, other_company)

    other = Other(app, write)
    with unit_of_work() as session:
        locks.hold(session, company)
        # SQLite has one writer at a time, whatever it writes.
        assert other.has_to_wait() is (engine_name == "sqlite")
        assert session.get_one(Company, company).code
    other.join()
    assert other.error is None


@both_engines
@pytest.mark.feature("FIN-21")
def test_a_review_waits_for_a_calculation_and_refuses_what_it_did_not_show(
    app: Flask, session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    run, reviewer = world.stored_run(), actor(world.approver)
    number, shown, scope = run.id, run.result_hash, world.scope
    variances.tick_all(scope, number, reviewer)
    session.commit()

    other = Other(app, lambda: service.review_run(scope, number, reviewer, book, seen=shown))
    with unit_of_work() as writing:
        writing.get_one(PayrollRun, number).result_hash = "f" * 64
        writing.flush()
        assert other.has_to_wait()
    other.join()

    assert isinstance(other.error, StateError)
    assert other.error.code == "payroll.calculated_meanwhile"
    assert world.stored_run().state == RunState.CALCULATED
