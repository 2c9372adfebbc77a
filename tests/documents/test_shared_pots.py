"""A group piecework line opens to each record of the group and the own part of it (FIN-6, ANN-4)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.documents.test_pages import ClientAs, words
from tests.engines import both_engines
from tests.payroll.world import World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.documents.queries import payslip_view
from workforce.documents.shared_pots import SharedPot, shared_pots
from workforce.people.models import Employment, Person
from workforce.platform.scope import Scope

pytestmark = pytest.mark.feature("FIN-6", "ANN-4")

FIRST_DAY, SECOND_DAY = dt.date(2026, 10, 12), dt.date(2026, 10, 13)


def create_group(session: Session, book: LawBook) -> World:
    """Run a month of two people who shared a pot by points in a batch, and one by the hours of their shifts."""
    world = create_world(session, book)
    people = [world.hire("W2"), world.hire("W1")]
    task_type = world.task_type("bbox_2d", ("2026-01-01", 125_000))
    batch = factories.create_batch(session, world.company, task_type, code="b1")
    world.shift(people[0], "2026-10-13 09:00", "2026-10-13 18:00", 60)
    world.shift(people[1], "2026-10-13 22:00", "2026-10-14 02:40")
    for day, weights, more in (
        (FIRST_DAY, (7_500, 8_000), {"batch_id": batch.id}),
        (SECOND_DAY, (None, None), {"split_by": "hours"}),
    ):
        members = dict(zip(people, weights, strict=True))
        factories.create_group_output(session, world.company, task_type, day, 800, members, **more)
    # A check of the whole batch is a check of everybody in the group.
    factories.create_inspection(
        session, world.company, task_type, SECOND_DAY, batch_id=batch.id, error_qty=4
    )
    world.run()
    return world


def member_account(world: World, payslip_id: int) -> Account:
    """Approve the run and make an account of whose payslip it is."""
    world.approve()
    world.publish()
    view = payslip_view(world.session, world.scope, payslip_id)
    employment = world.session.get_one(Employment, view.employment_id)
    person = world.session.get_one(Person, employment.person_id)
    account = factories.create_account(world.session, Role.ANNOTATOR, world.company, person)
    world.session.commit()
    return account


@pytest.fixture
def group(session: Session, book: LawBook) -> World:
    """A run with the pots of a group."""
    return create_group(session, book)


@both_engines
def test_the_pots_of_a_line_are_those_that_it_adds_up(group: World) -> None:
    slip = group.slip("W2")
    view = payslip_view(group.session, group.scope, slip.id)
    (line,) = [line for line in view.earnings if line.code == "group_piecework_pay"]

    pots = shared_pots(group.session, group.scope, view, line)

    # 800 × 0.125 = 100.00. By points 7.5 of 15.5: 4838.70… fen and 5161.29… for W1; by hours 8:00 of
    # 12:40: 6315.78… and 3684.21…: both times the fen left over goes to the larger remainder, W2's.
    assert pots == [
        SharedPot(
            work_on=FIRST_DAY,
            group="一组",
            batch="b1",
            accepted_qty=800,
            unit_price=125_000,
            is_by_hours=False,
            own_weight="7.5",
            all_weights="15.5",
            pot=10_000,
            share=4_839,
        ),
        SharedPot(
            work_on=SECOND_DAY,
            group="一组",
            batch=None,
            accepted_qty=800,
            unit_price=125_000,
            is_by_hours=True,
            own_weight="8:00",
            all_weights="12:40",
            pot=10_000,
            share=6_316,
        ),
    ]
    assert line.amount == 4_839 + 6_316
    assert [check.batch for check in view.checks] == ["b1"]
    stranger = Scope.own(group.hire("W9").person_id)
    assert shared_pots(group.session, stranger, view, line) == []


def test_the_payslip_shows_the_pots_and_nobody_elses_part(
    group: World, client_as: ClientAs
) -> None:
    slip = group.slip("W1")

    text = words(client_as(member_account(group, slip.id)).get(f"/payslips/{slip.id}"))

    assert "2 笔小组产值共 200.00 元，逐笔分配；本人工分 8 ÷ 全组 15.5" in text
    assert (
        "2026-10-12 · 一组 · b1 小组产值 800 × 0.125 = 100.00 · 本人 / 全组 8 / 15.5 51.61" in text
    )
    assert (
        "2026-10-13 · 一组 小组产值 800 × 0.125 = 100.00 · 本人 / 全组 4:40 / 12:40 36.84" in text
    )
    assert "48.39" not in text
    assert "W2" not in text
