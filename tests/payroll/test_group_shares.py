"""Group output in the tables: split exactly, paid once, refused as a whole (FIN-6). Figures by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import OCTOBER, World
from workforce.core import scenario as calculator
from workforce.core.explain import explain
from workforce.core.facts import AttendanceMode
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.people.models import Employment
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.production.models import OutputRecord

pytestmark = pytest.mark.feature("FIN-6")

DAY = dt.date(2026, 10, 12)


def group(
    world: World,
    code: str,
    day: dt.date,
    quantity: int,
    weights: Mapping[Employment, int | None],
    **more: Any,
) -> OutputRecord:
    return factories.create_group_output(
        world.session, world.company, world.task_types[code], day, quantity, weights, **more
    )


def opened(world: World, *people: Employment) -> None:
    """State that nothing was paid before October."""
    for row in people:
        factories.create_tax_opening(
            world.session,
            row,
            year=2026,
            through_period="2026-09",
            income_amount=0,
            withheld_amount=0,
            months=1,
        )


def share(world: World, number: str, period: PayPeriod = OCTOBER) -> int:
    return world.amounts(number, period).get("group_piecework_pay", 0)


@both_engines
def test_the_shares_of_a_pot_add_up_to_it(world: World) -> None:
    # Hired out of order: a tie goes to the lower number, not to the earlier row.
    three, one, two = (world.hire(number) for number in ("W3", "W1", "W2"))
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    group(world, "bbox_2d", DAY, 1000, {three: 1000, one: 1000, two: 1000})

    assert world.run().computed.faults == ()

    # 1000 × 0.10 = 100.00 among three: 33.333… each; the fen left over goes to W1.
    assert [share(world, number) for number in ("W1", "W2", "W3")] == [3334, 3333, 3333]
    (line,) = [line for line in world.lines("W1") if line.code == "group_piecework_pay"]
    assert (line.detail, line.quantity, line.rate, line.wage_part) == (
        "bbox_2d",
        None,
        None,
        "piece",
    )
    said = explain(line.code, line.kind, line.amount, _operands(line.operands), "拉框")["zh"]
    assert said.startswith("拉框：小组产值 100.00 元；本人工分 1 ÷ 全组 3；分得 33.34 元")
    # The group's 1000 units are one record, whoever counts them.
    counted = select(func.sum(OutputRecord.accepted_qty))
    assert world.session.scalar(counted) == 1000


def _operands(stored: str) -> dict[str, int]:
    loaded: dict[str, int] = yaml.safe_load(stored)
    return loaded


@both_engines
def test_the_tables_pay_each_member_what_the_calculator_pays(world: World) -> None:
    weights = {"W1": "7.5", "W2": "8", "W3": "7"}
    people = {number: world.hire(number, dt.date(2026, 9, 1)) for number in weights}
    opened(world, *people.values())
    world.task_type("bbox_2d", ("2026-01-01", 123_000), ("2026-10-01", 125_000))
    batch = factories.create_batch(
        world.session, world.company, world.task_types["bbox_2d"], code="b1"
    )
    members = dict(zip(people.values(), (7500, 8000, 7000), strict=True))
    late = {"accepted_on": DAY, "pay_period": "2026-10"}
    group(world, "bbox_2d", dt.date(2026, 9, 28), 1000, members, **late)
    group(world, "bbox_2d", DAY, 901, members, batch_id=batch.id)
    group(world, "bbox_2d", dt.date(2026, 10, 11), 77, members, hours_class="rest_day")
    world.output(people["W2"], "bbox_2d", 13, 400, batch_id=batch.id)
    factories.create_inspection(
        world.session,
        world.company,
        world.task_types["bbox_2d"],
        dt.date(2026, 10, 31),
        batch_id=batch.id,
        sampled_qty=200,
        error_qty=9,
    )

    assert world.run().computed.faults == ()

    for place, number in enumerate(weights, start=1):
        expected = _calculated(list(weights.values()), place, has_own=number == "W2")
        found = {
            (line.code, line.kind): line.amount
            for line in world.lines(number)
            if line.code in {"group_piecework_pay", "piecework_pay", "quality_deduction"}
            or line.code.endswith("overtime_pay")
        }
        assert found == {key: expected[key] for key in found}
        assert ("quality_deduction", "reduction") in found
    # 123.00 = 41.00 + 43.73 + 38.27; 112.625 → 112.63 = 37.54 + 40.05 + 35.04;
    # 9.625 → 9.63 = 3.21 + 3.42 + 3.00.
    assert [share(world, number) for number in weights] == [8175, 8720, 7631]
    assert sum(share(world, number) for number in weights) == 12300 + 11263 + 963


def _calculated(weights: list[str], place: int, *, has_own: bool) -> dict[tuple[str, str], int]:
    shared = {"shares": weights, "own_share": str(place), "task_type": "bbox_2d"}
    output = [
        {"date": "2026-09-28", "accepted_qty": "1000", "piece_price": "0.123", **shared},
        {
            "date": "2026-10-12",
            "accepted_qty": "901",
            "piece_price": "0.125",
            "batch": "b1",
            **shared,
        },
        {
            "date": "2026-10-11",
            "accepted_qty": "77",
            "piece_price": "0.125",
            "hours": "rest_day",
            **shared,
        },
    ]
    if has_own:
        own = {"date": "2026-10-13", "accepted_qty": "400", "piece_price": "0.125", "batch": "b1"}
        output.append({**own, "task_type": "bbox_2d"})
    read = calculator.read(
        {
            "format": "1",
            "region": "500236",
            "employee": {"hired_on": "2026-09-01", "tax": {"first_wage_income_of_year": "true"}},
            "company": {
                "quality_tiers": [
                    {"accuracy_from": "0.98", "factor": "1"},
                    {"accuracy_from": "0.95", "factor": "0.95"},
                    {"accuracy_from": "0", "factor": "0.80"},
                ]
            },
            "months": [
                {"month": "2026-09"},
                {
                    "month": "2026-10",
                    "attendance": AttendanceMode.FROM_SHIFTS.code,
                    "output": output,
                    "inspections": [{"batch": "b1", "sampled_qty": "200", "error_qty": "9"}],
                },
            ],
        }
    )
    (_, october) = calculator.run(read, LawBook.load())
    return {(line.code, line.kind.value): line.amount_fen for line in october.lines}


@both_engines
def test_hours_come_from_the_days_shifts(world: World) -> None:
    full, half, absent = (world.hire(number) for number in ("W1", "W2", "W3"))
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    world.shift(full, "2026-10-12 09:00", "2026-10-12 18:00", 60)
    world.shift(half, "2026-10-12 20:00", "2026-10-13 00:00")
    world.shift(absent, "2026-10-13 09:00", "2026-10-13 18:00", 60)
    by_shifts: dict[Employment, int | None] = {full: None, half: None, absent: None}
    group(world, "bbox_2d", DAY, 900, by_shifts, split_by="hours")

    assert world.run().computed.faults == ()

    # 480 and 240 of 720 minutes of 90.00; a shift of the next day is none of the 12th.
    assert [share(world, number) for number in ("W1", "W2", "W3")] == [6000, 3000, 0]


def test_a_stated_weight_goes_before_the_shifts(world: World) -> None:
    one, two = world.hire("W1"), world.hire("W2")
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    world.shift(one, "2026-10-12 09:00", "2026-10-12 18:00", 60)
    group(world, "bbox_2d", DAY, 900, {one: None, two: 240}, split_by="hours")

    world.run()

    assert [share(world, number) for number in ("W1", "W2")] == [6000, 3000]


def test_a_group_that_cannot_be_split_is_every_members_fault(world: World) -> None:
    people = [world.hire(number) for number in ("W1", "W2", "W3")]
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    members: dict[Employment, int | None] = {people[0]: None, people[1]: None}
    group(world, "bbox_2d", DAY, 900, members, split_by="hours")
    world.output(people[2], "bbox_2d", 12, 100)

    outcome = world.run()

    found = [(fault.employee_no, fault.error.code) for fault in outcome.computed.faults]
    assert found == [("W1", "payroll.group_without_weight"), ("W2", "payroll.group_without_weight")]
    assert "2026-10-12" in str(outcome.computed.faults[0].error)
    assert world.amounts("W3")["piecework_pay"] == 1000


@both_engines
@pytest.mark.feature("FIN-2")
def test_a_day_without_price_is_named(world: World) -> None:
    one, two = world.hire("W1"), world.hire("W2")
    world.task_type("bbox_2d", ("2026-10-13", 100_000))
    group(world, "bbox_2d", DAY, 900, {one: 1, two: 1})

    faults = world.run().computed.faults

    assert [(fault.employee_no, fault.error.code) for fault in faults] == [
        ("W1", "payroll.price_missing"),
        ("W2", "payroll.price_missing"),
    ]
    message = faults[0].error.message("zh")
    assert "bbox_2d" in message
    assert "2026-10-12" in message


def test_a_pot_of_over_a_million_is_refused(world: World) -> None:
    one = world.hire("W1")
    world.task_type("bbox_2d", ("2026-01-01", 100_000_000_000))
    group(world, "bbox_2d", DAY, 11, {one: 1})

    (fault,) = world.run().computed.faults

    assert fault.error.code == "payroll.group_too_large"


def test_another_members_fault_changes_nobodys_share(world: World) -> None:
    well, ill = world.hire("W1"), world.hire("W2")
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    world.task_type("polygon")
    group(world, "bbox_2d", DAY, 1000, {well: 1000, ill: 3000})
    world.output(ill, "polygon", 12, 5)

    outcome = world.run()

    assert [fault.employee_no for fault in outcome.computed.faults] == ["W2"]
    assert share(world, "W1") == 2500


def test_work_accepted_later_is_paid_to_who_has_left(world: World) -> None:
    left = world.hire("W1", dt.date(2026, 9, 1), separated_on=dt.date(2026, 9, 30))
    stayed = world.hire("W2", dt.date(2026, 9, 1))
    world.task_type("bbox_2d", ("2026-01-01", 100_000), ("2026-10-01", 900_000))
    late = {"accepted_on": DAY, "pay_period": "2026-10"}
    september = dt.date(2026, 9, 29)
    group(world, "bbox_2d", september, 1000, {left: 1000, stayed: 1000}, **late)
    opened(world, left, stayed)

    assert world.run().computed.faults == ()

    assert [share(world, number) for number in ("W1", "W2")] == [5000, 5000]


def test_a_rejected_group_is_nobodys_pay_and_shows_the_day(world: World) -> None:
    one, two = world.hire("W1", base_pay_amount=420_000), world.hire("W2")
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    nothing = {"state": "rejected", "accepted_on": None, "pay_period": None, "accepted_qty": 0}
    group(world, "bbox_2d", DAY, 1000, {one: 1000, two: 0}, **nothing)
    world.attend(one, [dt.date(2026, 10, 13)])

    world.run()

    assert share(world, "W1") == 0
    assert world.slip("W1").attended_days == 2
    assert world.slip("W2").attended_days == 0


def test_the_batches_of_a_person_are_those_of_the_groups_too(world: World) -> None:
    one = world.hire("W1")
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    batch = factories.create_batch(world.session, world.company, world.task_types["bbox_2d"])
    group(world, "bbox_2d", DAY, 10, {one: 1}, batch_id=batch.id)

    own = Scope.own(one.person_id)
    assert world.session.scalars(production.batch_ids_worked(own)).all() == [batch.id]
    other = Scope.own(one.person_id + 1)
    assert world.session.scalars(production.batch_ids_worked(other)).all() == []


@both_engines
@pytest.mark.feature("FIN-36")
def test_members_of_both_pay_cycles_share_one_pot(world: World) -> None:
    """Two runs split the same pot, each for its own people: in the month, and in its second half."""
    first, second = OCTOBER.halves
    by_halves: dict[str, Any] = {"employment_type": "part_time", "pay_cycle": "half_month"}
    one, two, three = world.hire("W1"), world.hire("W2", **by_halves), world.hire("W3")
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    for row in (one, two, three):
        world.attend(row, [dt.date(2026, 10, 8), dt.date(2026, 10, 20)])
    group(world, "bbox_2d", dt.date(2026, 10, 8), 1000, {three: 1000, two: 1000, one: 1000})
    group(
        world,
        "bbox_2d",
        dt.date(2026, 10, 20),
        1000,
        dict.fromkeys((one, two, three)),
        split_by="hours",
    )

    for period in (first, second, OCTOBER):
        assert world.run(period).computed.faults == ()

    # Twice 100.00 among three: the fen left over goes to W1, whichever run looks.
    assert [share(world, number) for number in ("W1", "W3")] == [6668, 6666]
    assert share(world, "W2", first) == 0
    assert share(world, "W2", second) == 6666
