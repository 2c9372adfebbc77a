"""One source of figures: a scenario put into the tables gives the lines that the calculator gives.

Every golden scenario that the tables can say is loaded and run. Attendance always comes from shifts
in the tables, so the calculator is asked about the same scenario read that way.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.hours import (
    create_base_difference,
    create_month_figures,
    create_roster,
)
from tests.payroll.world import World, create_world
from workforce.cli.text_files import load_text
from workforce.core import scenario as calculator
from workforce.core.facts import NONE, AttendanceMode, HoursClass, HoursSystem
from workforce.core.law import LawBook
from workforce.core.scenario import Scenario
from workforce.core.scenario.model import Month
from workforce.people.models import Employment

FOLDER = Path(__file__).parents[1] / "golden" / "scenarios"
LEAST_LOADED = 30
OWN_NOTES = {"days_without_record", "lieu_balance", "lieu_overdrawn"}
"""Remarks about records that a scenario does not have."""


def read(path: Path) -> Scenario:
    """Read a scenario, with attendance from shifts."""
    parsed = calculator.read(load_text(path))
    months = tuple(
        dataclasses.replace(month, mode=AttendanceMode.FROM_SHIFTS, given_days=None)
        for month in parsed.months
    )
    return dataclasses.replace(parsed, months=months)


def prices_of(months: tuple[Month, ...]) -> dict[tuple[str, dt.date], set[int]]:
    prices: dict[tuple[str, dt.date], set[int]] = {}
    for month in months:
        for row in month.output:
            prices.setdefault((row.task_type, row.on), set()).add(row.price_micro)
    return prices


def cannot_say(given: Scenario) -> str | None:
    """Return what of a scenario the tables have no room for, if anything."""
    batches: dict[str, set[str]] = {}
    for month in given.months:
        for row in month.output:
            batches.setdefault(row.batch or "", set()).add(row.task_type)
            if row.share is not None:
                return "the other members of a group"
        if month.late_count > len(month.shifts):
            return "lateness without shifts"
        if any(count > 1 for count in Counter((a.kind, a.code) for a in month.amounts).values()):
            return "one agreed item twice in a month"
        if any(row.for_month >= month.period for row in month.adjustments):
            return "an adjustment of a later month"
    periods = [month.period for month in given.months]
    if any(period.half for period in periods):
        return "half months, which test_half_months.py compares"
    if any(later != earlier.next() for earlier, later in pairwise(periods)):
        return "months apart"
    if any(len(kinds) > 1 for batch, kinds in batches.items() if batch):
        return "a batch of two task types"
    if any(len(prices) > 1 for prices in prices_of(given.months).values()):
        return "two prices on one day"
    if given.employee.hours_system is HoursSystem.COMPREHENSIVE:
        return "comprehensive hours"
    return None


def load(world: World, given: Scenario) -> None:
    """Write a scenario into the tables."""
    employee = given.employee
    weekdays = [day for day in range(1, 8) if employee.rest_weekdays >> (day - 1) & 1]
    row = factories.create_employment(
        world.session,
        world.company,
        employee_no="S1",
        hired_on=employee.hired_on,
        separated_on=employee.separated_on,
        employment_type=employee.employment_type.code,
        hours_system=employee.hours_system.code,
        rest_weekdays="".join(map(str, weekdays)),
    )
    before = employee.year_before
    first = given.months[0].period
    if before is not None:
        factories.create_tax_opening(
            world.session,
            row,
            year=first.year,
            through_period=str(first.previous()),
            income_amount=before.income_fen,
            insurance_and_fund_amount=before.insurance_and_fund_fen,
            special_amount=before.special_fen,
            other_amount=before.other_fen,
            personal_pension_amount=before.personal_pension_fen,
            certificate_amount=before.certificate_fen,
            withheld_amount=before.withheld_fen,
            months=before.months,
            is_separate_bonus_used=before.is_separate_bonus_used,
        )
    if employee.rest_dates is not None:
        load_rosters(world, row, employee.rest_dates, given)
    load_prices(world, given)
    batches: dict[str, int] = {}
    for month in given.months:
        load_month(world, given, row, month, batches)


def load_rosters(
    world: World, row: Employment, rest_dates: Collection[dt.date], given: Scenario
) -> None:
    """Write the rest dates month by month; a month of the file without any has an empty roster."""
    period = given.months[0].period.previous()
    while period <= given.months[-1].period:
        days = [on.day for on in rest_dates if on in period.range]
        create_roster(world.session, row, period, days)
        period = period.next()


def load_prices(world: World, given: Scenario) -> None:
    by_type: dict[str, list[tuple[str, int]]] = {}
    for (task_type, on), (price,) in sorted(prices_of(given.months).items()):
        days = by_type.setdefault(task_type, [])
        if not days or days[-1][1] != price:
            days.append((on.isoformat(), price))
    for month in given.months:
        for check in month.inspections:
            if check.task_type is not None:
                by_type.setdefault(check.task_type, [])
    for task_type, days in by_type.items():
        world.task_type(task_type, *days)


def load_month(
    world: World, given: Scenario, row: Employment, month: Month, batches: dict[str, int]
) -> None:
    session, period, employee = world.session, str(month.period), given.employee
    fund = employee.fund
    factories.create_pay_profile(
        session,
        row,
        valid_from=month.period.first_on,
        valid_to=month.period.end_on,
        base_pay_amount=month.base_pay_fen,
        overtime_base_amount=month.overtime_base_fen,
        contribution_base_amount=employee.contribution_base_fen,
        fund_base_amount=fund and fund.base_fen,
        fund_employee_rate=fund and fund.employee_rate_micro,
        fund_employer_rate=fund and fund.employer_rate_micro,
        average_monthly_wage_amount=employee.average_monthly_wage_fen,
        tax_method=employee.tax_method.code,
        is_deduct_60000=employee.is_deduct_60000,
        is_first_wage_of_year=employee.is_first_wage_of_year,
    )
    for index, shift in enumerate(month.shifts):
        midnight = dt.datetime.combine(shift.on, dt.time())
        factories.create_shift(
            session,
            row,
            shift.on,
            starts_at=midnight + dt.timedelta(minutes=shift.start_minutes),
            ends_at=midnight + dt.timedelta(minutes=shift.end_minutes),
            break_minutes=shift.break_minutes,
            is_in_lieu=shift.is_in_lieu,
            late_minutes=30 if index < month.late_count else 0,
        )
    for leave in month.leaves:
        factories.create_leave(session, row, leave.first_on, leave.last_on, kind=leave.kind.code)
    for output in month.output:
        task_type = world.task_types[output.task_type]
        if output.batch is not None and output.batch not in batches:
            batches[output.batch] = factories.create_batch(
                session, world.company, task_type, code=output.batch
            ).id
        factories.create_output(
            session,
            row,
            task_type,
            output.on,
            output.qty,
            batch_id=output.batch and batches[output.batch],
            hours_class=None if output.hours == NONE else HoursClass(output.hours).code,
            pay_period=period,
        )
    for check in month.inspections:
        kinds = {one.task_type for one in month.output if one.batch == check.batch}
        task_type = world.task_types[check.task_type or min(kinds)]
        factories.create_inspection(
            session,
            world.company,
            task_type,
            month.period.last_on,
            batch_id=check.batch and batches[check.batch],
            employment_id=row.id,
            sampled_qty=check.sampled_qty,
            error_qty=check.error_qty,
        )
    for sequence, amount in enumerate(month.amounts):
        factories.create_pay_entry(
            session,
            row,
            amount.kind.code,
            amount.fen,
            period,
            code=amount.code or amount.kind.code,
            sequence=sequence,
        )
    if month.employee_insurance_fen is not None:
        factories.create_pay_entry(
            session, row, "employee_insurance", month.employee_insurance_fen, period
        )
    load_figures(world, row, month)
    for adjustment in month.adjustments:
        factories.create_adjustment(
            session,
            row,
            pay_period=period,
            for_period=str(adjustment.for_month),
            amount=adjustment.fen,
            reason=adjustment.reason,
        )


def load_figures(world: World, row: Employment, month: Month) -> None:
    """Write what the month says without records of days."""
    if month.hours_worked_minutes is not None or month.unused_leave_days:
        create_month_figures(
            world.session, row, month.period, month.hours_worked_minutes, month.unused_leave_days
        )
    for one in month.base_differences:
        create_base_difference(
            world.session, row, month.period, one.for_month, one.charged_fen, one.owed_fen
        )


def world_of(session: Session, book: LawBook, given: Scenario) -> World:
    policy = given.policy
    return create_world(
        session,
        book,
        valid_from=given.months[0].period.first_on,
        quality_basis=policy.quality_basis.value,
        quality_tiers=[
            {"accuracy_from_rate": accuracy, "factor_rate": factor}
            for accuracy, factor in sorted(policy.quality_tiers, reverse=True)
        ],
        night_allowance_amount=policy.night_allowance_fen,
        attendance_bonus_amount=policy.attendance_bonus_fen,
        holiday_day_wage_amount=policy.holiday_day_wage_fen,
        has_irregular_holiday_pay=policy.has_irregular_holiday_pay,
        has_union_fund=policy.has_union_fund,
        work_injury_rate=given.employee.work_injury_rate_micro,
    )


def sayable() -> list[Path]:
    return [path for path in sorted(FOLDER.glob("*.yaml")) if cannot_say(read(path)) is None]


def test_most_scenarios_can_be_said_in_tables() -> None:
    assert len(sayable()) >= LEAST_LOADED


@pytest.mark.feature("FIN-1", "FIN-3", "FIN-5", "FIN-7", "FIN-8", "FIN-9")
@pytest.mark.parametrize("path", sayable(), ids=lambda path: path.stem)
def test_the_tables_pay_what_the_calculator_pays(
    session: Session, book: LawBook, path: Path
) -> None:
    given = read(path)
    world = world_of(session, book, given)
    load(world, given)
    for month in calculator.run(given, book):
        assert world.run(month.period).computed.faults == ()

        slip = world.slip("S1", month.period)
        assert [
            (
                line.code,
                line.kind,
                line.detail,
                line.quantity,
                line.rate,
                line.amount,
                line.reference,
            )
            for line in world.lines("S1", month.period)
        ] == [
            (
                line.code,
                line.kind,
                line.detail,
                line.quantity_micro,
                line.rate_micro,
                line.amount_fen,
                line.reference,
            )
            for line in month.lines
        ]
        assert slip.gross_pay_amount == month.gross_pay_fen
        assert slip.net_pay_amount == month.net_pay_fen
        assert slip.employer_cost_amount == month.employer_cost_fen
        remarks = [note["code"] for note in slip.notes if note["code"] not in OWN_NOTES]
        assert remarks == [note.code for note in month.notes]


def test_operands_are_stored_as_canonical_json(session: Session, book: LawBook) -> None:
    given = read(sayable()[0])
    world = world_of(session, book, given)
    load(world, given)
    world.run(given.months[0].period)
    for line in world.lines("S1", given.months[0].period):
        operands = json.loads(line.operands)
        assert all(isinstance(value, int) for value in operands.values())
        assert line.operands == json.dumps(operands, sort_keys=True, separators=(",", ":"))
