"""Part-time people paid by half months (FIN-36): one tax, one floor, nobody twice. Figures by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import OCTOBER, WORKDAYS, World, create_world
from workforce.attendance import service as attendance
from workforce.attendance.service import DayFacts, ShiftFact
from workforce.bureau.service import own_source
from workforce.core.errors import ClosedError, DomainError, InputError, StateError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.payroll import adjustments, entries, queries, service
from workforce.payroll.adjustments import AdjustmentFact
from workforce.payroll.entries import EntryFact
from workforce.people import service as people
from workforce.people.models import Employment
from workforce.platform.audit import CLI
from workforce.production import service as production
from workforce.production.models import OutputRecord
from workforce.production.service import OutputFact
from workforce.statistics.service import read_cubes

pytestmark = pytest.mark.feature("FIN-36")

FIRST, SECOND = OCTOBER.halves
YUAN = 1_000_000


@pytest.fixture
def base(session: Session, book: LawBook) -> World:
    """A company with one part-time person by half months, one by the month, and one full-time."""
    world = create_world(session, book)
    world.task_type("polygon", ("2026-10-01", YUAN))
    half = world.hire(
        "H1",
        employment_type="part_time",
        pay_cycle="half_month",
        contribution_base_amount=480_000,
    )
    world.hire("P1", employment_type="part_time")
    world.attend(world.hire("F1", base_pay_amount=800_000))
    for day in (8, 9, 19):
        world.attend(half, [dt.date(2026, 10, day)])
    world.attend(employed(world, "P1"), WORKDAYS[:1])
    world.output(half, "polygon", 8, 7000, pay_period=str(FIRST))
    world.output(half, "polygon", 19, 5000, pay_period=str(SECOND))
    factories.create_pay_entry(
        session,
        half,
        "special_additional_deduction",
        100_000,
        "2026-10",
        code="child_education",
        period_to=None,
    )
    factories.create_pay_entry(
        session, half, "earning", 10_000, "2026-10", code="skill_allowance", period_to=None
    )
    return world


def employed(world: World, number: str) -> Employment:
    return world.session.scalars(
        select(Employment).where(
            Employment.company_id == world.company.id, Employment.employee_no == number
        )
    ).one()


def paid(world: World, period: PayPeriod) -> list[str]:
    return list(world.run(period).computed.sheet.employee_nos)


def close(world: World, period: PayPeriod) -> None:
    world.close(period)


@both_engines
def test_each_run_pays_the_people_of_its_cycle(base: World) -> None:
    assert paid(base, FIRST) == ["H1"]
    assert paid(base, SECOND) == ["H1"]
    assert paid(base, OCTOBER) == ["F1", "P1"]


@both_engines
def test_both_halves_withhold_what_the_month_would(base: World) -> None:
    base.run(FIRST)
    base.run(SECOND)

    # 7000.00 − 5000.00 − 1000.00 for a child = 1000.00 × 3 %; two days of 8 h × 22.00 as floor.
    first = base.amounts("H1", FIRST)
    assert first == {"piecework_pay": 700_000, "income_tax": 3_000}
    assert base.slip("H1", FIRST).net_pay_amount == 697_000
    assert base.slip("H1", FIRST).floor_amount == 35_200
    # 7000.00 + 5100.00 − 5000.00 − 1000.00 − 509.00 = 5591.00 × 3 % = 167.73, less 30.00.
    second = base.amounts("H1", SECOND)
    own = {"pension_insurance": 38_400, "medical_insurance": 9_600, "large_medical_aid": 500}
    assert second.items() >= (own | {"unemployment_insurance": 2_400}).items()
    assert second["skill_allowance"] == 10_000
    assert second["income_tax"] == 13_773
    assert base.slip("H1", SECOND).net_pay_amount == 510_000 - 50_900 - 13_773
    assert base.slip("H1", SECOND).tax_months == 1


@both_engines
def test_one_person_with_two_payslips_is_one_in_the_statistics(base: World) -> None:
    for period in (FIRST, SECOND, OCTOBER):
        base.run(period)
        base.approve(period)

    year = {
        row.employment_id: row
        for row in base.session.execute(queries.year_to_date(base.scope, SECOND))
    }
    assert year[employed(base, "H1").id].gross_pay_amount == 1_210_000
    assert year[employed(base, "H1").id].income_tax_amount == 16_773
    month = read_cubes(base.session, base.scope, OCTOBER, is_protected=False)
    population = month.tabulation.population
    assert population.size == 3
    assert population.is_insured.sum() == 1
    # 12100.00; 8000.00; and 8 h × 22.00 of the hourly minimum.
    assert population.total_wages.tolist().count(1_210_000) == 1
    assert population.total_wages.sum() == 1_210_000 + 800_000 + 17_600


@both_engines
def test_a_month_is_final_when_its_halves_are(base: World) -> None:
    for period in (FIRST, OCTOBER):
        base.run(period)
        base.approve(period)

    def is_approved() -> bool:
        base.session.commit()
        month = read_cubes(base.session, base.scope, OCTOBER, is_protected=True)
        return month.payroll.approved == 1

    assert not is_approved()
    base.run(SECOND)
    assert not is_approved()
    base.approve(SECOND)
    assert is_approved()


@both_engines
def test_the_second_half_waits_for_the_first(base: World) -> None:
    (fault,) = base.run(SECOND).computed.faults
    assert fault.error.code == "payroll.year_to_date_missing"
    assert "2026-10-H1" in fault.error.message("en")


@both_engines
def test_part_time_by_the_month_is_noted(base: World) -> None:
    base.run()
    codes = {note["code"] for note in base.slip("P1").notes}
    assert "part_time_paid_by_month" in codes
    assert "part_time_paid_by_month" not in {note["code"] for note in base.slip("F1").notes}


def worked(employment: Employment, day: int, key: str) -> OutputFact:
    on = dt.date(2026, 10, day)
    return OutputFact(
        employment_id=employment.id,
        task_type_id=0,
        batch_code=None,
        work_on=on,
        submitted_qty=10,
        accepted_on=on,
        source_key=key,
        source_version="1",
    )


def assigned(world: World, *facts: OutputFact) -> dict[str, str | None]:
    """Store output and return the period of each record by its key."""
    task_type = world.task_types["polygon"].id
    told = [replace(fact, task_type_id=task_type) for fact in facts]
    plan = production.plan_output(world.session, world.company.id, "file", told)
    assert not plan.faults
    production.store_output(world.session, world.company.id, plan, None)
    rows = world.session.execute(
        select(OutputRecord.source_key, OutputRecord.pay_period).where(
            OutputRecord.company_id == world.company.id, OutputRecord.source == "file"
        )
    )
    return {row.source_key: row.pay_period for row in rows}


@both_engines
def test_closing_a_half_binds_its_people_alone(base: World) -> None:
    half, full = employed(base, "H1"), employed(base, "F1")
    base.run(FIRST)
    close(base, FIRST)

    # Work: a late record of the half month's person goes to the next open half.
    found = assigned(base, worked(half, 8, "h8"), worked(half, 16, "h16"), worked(full, 8, "f8"))
    assert found == {"h8": "2026-10-H2", "h16": "2026-10-H2", "f8": "2026-10"}

    # Time: the full-time person's same day stays open.
    on = dt.date(2026, 10, 8)

    def shift(employment: Employment) -> dict[tuple[int, dt.date], DomainError]:
        starts = dt.datetime.combine(on, dt.time(19))
        fact = ShiftFact(
            employment_id=employment.id,
            work_on=on,
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=2),
            break_minutes=0,
        )
        facts = DayFacts(covered=frozenset({(employment.id, on)}), shifts=[fact])
        return dict(attendance.plan_days(base.session, base.company.id, "file", facts).faults)

    assert [error.params["period"] for error in shift(half).values()] == [FIRST]
    assert shift(full) == {}
    people.separate(base.session, CLI, full, separated_on=on, reason="resigned")
    with pytest.raises(ClosedError):
        people.separate(base.session, CLI, half, separated_on=on, reason="resigned")


@both_engines
def test_a_closed_half_stays_as_it_was_paid(base: World) -> None:
    half = employed(base, "H1")
    base.run(FIRST)
    close(base, FIRST)

    def entry(kind: str, code: str, month: str) -> EntryFact:
        return EntryFact(
            employment_id=half.id,
            kind=kind,
            code=code,
            period_from=PayPeriod.parse(month),
            period_to=None,
            amount=50_000,
        )

    # What lowers the tax was taken in the first half; all else is still open.
    plan = entries.plan_entries(
        base.session,
        base.company.id,
        [
            entry("special_additional_deduction", "elderly_support", "2026-10"),
            entry("earning", "position_pay", "2026-10"),
        ],
    )
    assert [key[2] for key in plan.faults] == ["elderly_support"]
    entries.store_entries(base.session, plan)
    base.attend(employed(base, "F1"), [dt.date(2026, 10, 11)])
    base.output(half, "polygon", 12, 100, pay_period=str(SECOND))
    base.session.commit()

    run = base.stored_run(FIRST)
    assert service.verify_run(base.scope, run.id, base.book).differences == ()
    with pytest.raises(StateError):
        base.run(FIRST)
    base.run(SECOND)
    assert base.amounts("H1", SECOND)["position_pay"] == 50_000
    close(base, SECOND)
    late = entries.plan_entries(
        base.session, base.company.id, [entry("earning", "bonus_of_the_day_bonus", "2026-10")]
    )
    assert late.faults


@both_engines
def test_who_leaves_in_the_first_half_is_insured_there_and_paid_late_work_after(
    base: World,
) -> None:
    leaver = base.hire(
        "L1",
        employment_type="part_time",
        separated_on=dt.date(2026, 10, 12),
        pay_cycle="half_month",
        contribution_base_amount=480_000,
    )
    base.attend(leaver, [dt.date(2026, 10, 9)])
    base.output(leaver, "polygon", 9, 7000, pay_period=str(FIRST))
    base.output(leaver, "polygon", 9, 5000, pay_period=str(SECOND))
    factories.create_pay_entry(
        base.session, leaver, "earning", 10_000, "2026-10", code="skill_allowance"
    )
    base.run(FIRST)
    base.run(SECOND)

    first = base.amounts("L1", FIRST)
    # 7100.00 − 5000.00 − 509.00 = 1591.00 × 3 % = 47.73.
    assert first["pension_insurance"] == 38_400
    assert first["skill_allowance"] == 10_000
    assert first["income_tax"] == 4_773
    # 12100.00 − 5509.00 = 6591.00 × 3 % = 197.73, less 47.73; no floor and no second allowance.
    assert base.amounts("L1", SECOND) == {"piecework_pay": 500_000, "income_tax": 15_000}


@both_engines
def test_a_changed_cycle_takes_the_work_along_and_pays_nobody_twice(base: World) -> None:
    half = employed(base, "H1")
    base.run(FIRST)
    month: dict[str, Any] = {"base_pay_amount": 0, "contribution_base_amount": 480_000}
    people.set_pay_profile(base.session, CLI, half, valid_from=OCTOBER.first_on, **month)

    # The first half has a payslip for the month: until it is calculated again, the month pays nothing.
    (fault,) = base.run().computed.faults
    assert (fault.employee_no, fault.error.code) == ("H1", "payroll.paid_in_other_cycle")
    assert paid(base, FIRST) == []
    assert paid(base, OCTOBER) == ["F1", "H1", "P1"]
    # Both halves' work is the month's now: 7000.00 + 5000.00.
    assert base.amounts("H1")["piecework_pay"] == 1_200_000

    people.set_pay_profile(
        base.session, CLI, half, valid_from=OCTOBER.first_on, pay_cycle="half_month", **month
    )
    (fault,) = base.run(FIRST).computed.faults
    assert fault.error.code == "payroll.paid_in_other_cycle"
    base.run()
    base.output(half, "polygon", 20, 30)
    base.run(FIRST)
    base.run(SECOND)
    # What was given to the month is paid by its second half.
    assert base.amounts("H1", SECOND)["piecework_pay"] == 503_000


@both_engines
def test_two_employments_in_one_month_are_not_guessed_across_cycles(base: World) -> None:
    half = employed(base, "H1")
    half.separated_on = dt.date(2026, 10, 12)
    person = base.session.get_one(type(factories.create_person(base.session)), half.person_id)
    base.hire("F2", dt.date(2026, 10, 19), person=person)

    faults = {fault.employee_no: fault.error.code for fault in base.run().computed.faults}
    assert faults == {"F2": "payroll.rehired_in_month"}


@both_engines
def test_a_correction_is_paid_by_a_half_or_with_the_months_last_payment(base: World) -> None:
    half = employed(base, "H1")
    base.run(FIRST)
    close(base, FIRST)

    def plan(pay_period: str, amount: int, for_period: str = "2026-10-H1") -> list[str]:
        fact = AdjustmentFact(
            employment_id=half.id,
            for_period=PayPeriod.parse(for_period),
            pay_period=PayPeriod.parse(pay_period),
            amount=amount,
            reason=f"recounted {amount}",
        )
        found = adjustments.plan_adjustments(base.session, base.company.id, [fact])
        adjustments.store_adjustments(base.session, found, None)
        return [error.code for error in found.faults.values()]

    assert plan("2026-10-H1", 100) == ["adjustment.not_later"]
    assert plan("2026-10-H1", 100, "2026-09") == ["adjustment.closed"]
    assert plan("2026-10-H2", 1_000) == []
    assert plan("2026-10", 300, "2026-09") == []
    base.run(SECOND)
    assert [
        (line.amount, line.detail) for line in base.lines("H1", SECOND) if line.code == "adjustment"
    ] == [(300, "recounted 300"), (1_000, "recounted 1000")]
    close(base, SECOND)
    assert plan("2026-10", 300, "2026-08") == ["adjustment.closed"]


@both_engines
def test_half_months_and_months_are_decided_side_by_side(base: World) -> None:
    base.run()
    base.run(FIRST)
    base.approve(FIRST)
    base.run()  # An approved half month does not stop the month beside it.
    base.run(SECOND)
    base.approve(SECOND)
    november = OCTOBER.next().halves[0]
    base.attend(employed(base, "H1"), [dt.date(2026, 11, 3)])
    base.run(november)
    base.approve(november)
    base.run()  # Nor does a later half month: none of the month's people is in it.
    with pytest.raises(StateError):
        base.run(FIRST)
    with pytest.raises(StateError):
        base.run(SECOND)


@both_engines
def test_a_groups_pot_is_split_alike_by_both_runs(base: World) -> None:
    members = {employed(base, number): 1_000 for number in ("H1", "F1", "P1")}
    factories.create_group_output(
        base.session,
        base.company,
        base.task_types["polygon"],
        dt.date(2026, 10, 8),
        100,
        members,
    )
    for period in (FIRST, SECOND, OCTOBER):
        base.run(period)

    # 100.00 ÷ 3 = 33.33; the fen that is left goes to the lowest number, F1.
    assert "group_piecework_pay" not in base.amounts("H1", FIRST)
    assert base.amounts("H1", SECOND)["group_piecework_pay"] == 3_333
    assert base.amounts("F1")["group_piecework_pay"] == 3_334
    assert base.amounts("P1")["group_piecework_pay"] == 3_333


@both_engines
def test_the_latest_month_of_a_report_is_over(base: World) -> None:
    base.run()
    base.run(FIRST)
    base.run(SECOND)
    today = dt.date(2026, 11, 20)

    def latest() -> PayPeriod:
        return own_source(base.session, base.scope, today).months[0]

    base.attend(employed(base, "H1"), [dt.date(2026, 11, 3)])
    base.run(OCTOBER.next().halves[0])
    assert latest() == OCTOBER


@both_engines
def test_an_inspection_weighs_on_the_half_in_which_it_was_made(base: World) -> None:
    half = employed(base, "H1")
    batch = factories.create_batch(
        base.session, base.company, base.task_types["polygon"], code="B1"
    )
    base.output(half, "polygon", 9, 1000, pay_period=str(FIRST), batch_id=batch.id)
    factories.create_inspection(
        base.session,
        base.company,
        base.task_types["polygon"],
        dt.date(2026, 10, 13),
        batch_id=batch.id,
        sampled_qty=100,
        error_qty=4,
        half_pay_period=str(FIRST),
    )
    base.run(FIRST)
    base.run(SECOND)

    # 0.96 → 95 %: 1000.00 × 5 %.
    assert base.amounts("H1", FIRST)["quality_deduction"] == 5_000
    assert "quality_deduction" not in base.amounts("H1", SECOND)


@pytest.mark.parametrize(
    ("period", "day", "pay_on"),
    [
        # The 25th is a Sunday; the 30th a Friday.
        ("2026-10-H1", 10, dt.date(2026, 10, 23)),
        ("2026-10-H1", 20, dt.date(2026, 10, 30)),
        # 10 November is a Tuesday; at most 15 days after the end: Sunday the 15th becomes Friday.
        ("2026-10-H2", 10, dt.date(2026, 11, 10)),
        ("2026-10-H2", 25, dt.date(2026, 11, 13)),
        ("2026-10", 25, dt.date(2026, 11, 25)),
    ],
)
def test_a_half_month_is_due_within_a_half_month(
    book: LawBook, period: str, day: int, pay_on: dt.date
) -> None:
    assert service.pay_day(PayPeriod.parse(period), day, book.calendar()) == pay_on


def test_half_months_are_for_part_time_people_alone(base: World) -> None:
    full = employed(base, "F1")
    with pytest.raises(InputError, match="part-time"):
        people.set_pay_profile(
            base.session, CLI, full, valid_from=OCTOBER.first_on, pay_cycle="half_month"
        )
    with pytest.raises(InputError, match="week"):
        people.set_pay_profile(
            base.session, CLI, full, valid_from=OCTOBER.first_on, pay_cycle="week"
        )
