"""Writes a scenario file into the tables: each file a company of its own with one person, ``S1``."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.hours import (
    create_base_difference,
    create_hours_cycle,
    create_month_figures,
    create_roster,
)
from tests.payroll.world import World, create_world
from workforce.cli.text_files import load_text
from workforce.core import scenario as calculator
from workforce.core.facts import NONE, AmountKind, AttendanceMode, HoursClass
from workforce.core.law import LawBook
from workforce.core.money import parse_micro
from workforce.core.scenario import Scenario
from workforce.core.scenario.model import Month, OutputRow
from workforce.people.models import Employment
from workforce.production.models import TaskType

FOLDER: Final = Path(__file__).parents[1] / "golden" / "scenarios"
CYCLES: Final = {"hours_comprehensive_quarter": ("quarter", dt.date(2026, 1, 1))}
"""Files whose hours before the month and standard are those of a cycle: its kind and first day."""

_TAX_KINDS: Final = (AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, AmountKind.OTHER_TAX_DEDUCTION)
_THOUSANDTHS: Final = 1_000
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario with attendance from shifts, as the tables have it, and its text."""

    name: str
    scenario: Scenario
    text: Mapping[str, Any]

    def weights(self, month: int, row: int) -> tuple[list[int], int]:
        """Return all members' weights of a group's row, and which of them is the person."""
        output = self.text["months"][month]["output"][row]
        unit = _MINUTES if output.get("share_by") == "hours" else _THOUSANDTHS
        weights = [parse_micro(text) * unit // 10**6 for text in output["shares"]]
        return weights, int(output["own_share"]) - 1


def read(path: Path) -> Told:
    """Read a scenario."""
    text = load_text(path)
    parsed = calculator.read(text)
    months = tuple(
        dataclasses.replace(month, mode=AttendanceMode.FROM_SHIFTS, given_days=None)
        for month in parsed.months
    )
    return Told(path.stem, dataclasses.replace(parsed, months=months), text)


def cannot_say(told: Told) -> str | None:
    """Return what of a scenario the tables have no room for, if anything."""
    given = told.scenario
    batches: dict[str, set[str]] = {}
    for month in given.months:
        for row in month.output:
            batches.setdefault(row.batch or "", set()).add(row.task_type)
        if month.late_count > len(month.shifts):
            return "lateness without shifts"
        if any(count > 1 for count in Counter((a.kind, a.code) for a in month.amounts).values()):
            return "one agreed item twice in a month"
        if any(row.for_month.first_on >= month.period.first_on for row in month.adjustments) and (
            not month.period.half
        ):
            return "an adjustment of a later month"
        if _has_amounts_of_another_half(given, month):
            return "a monthly amount in a half month that does not pay it"
        if month.hours_period.ends and told.name not in CYCLES:
            return "hours of a period that no calendar gives"
    periods = [month.period for month in given.months]
    if any(later != earlier.next() for earlier, later in pairwise(periods)):
        return "months apart"
    if any(len(kinds) > 1 for batch, kinds in batches.items() if batch):
        return "a batch of two task types"
    if any(len(prices) > 1 for prices in _prices_of(given).values()):
        return "two prices on one day"
    return None


def _has_amounts_of_another_half(given: Scenario, month: Month) -> bool:
    """Of two halves the first takes what lowers the tax, the last all else."""
    period, employee = month.period, given.employee
    if not period.half:
        return False
    first_half = period.whole.halves[0]
    is_first = period == first_half or employee.hired_on > first_half.last_on
    left_on = employee.separated_on
    is_last = period.ends_month or (left_on is not None and left_on <= period.last_on)
    return any(not (is_first if amount.kind in _TAX_KINDS else is_last) for amount in month.amounts)


def _prices_of(given: Scenario) -> dict[tuple[str, dt.date], set[int]]:
    prices: dict[tuple[str, dt.date], set[int]] = {}
    for month in given.months:
        for row in month.output:
            prices.setdefault((row.task_type, row.on), set()).add(row.price_micro)
    return prices


def load(session: Session, book: LawBook, told: Told, task_types: dict[str, TaskType]) -> World:
    """Write a scenario; ``task_types`` are those of the whole base by code, and grow."""
    given = told.scenario
    world = _company(session, book, told, task_types)
    _load_prices(world, given)
    row, team = _employ(world, given), _Team(world, given)
    batches: dict[str, int] = {}
    for number, month in enumerate(given.months):
        if number == 0 or month.period.whole != given.months[number - 1].period.whole:
            _load_profile(session, row, given, month)
        _load_attendance(session, row, month)
        for place, output in enumerate(month.output):
            members = team.members(row, *told.weights(number, place)) if output.share else None
            _load_output(world, row, month, output, batches, members)
        _load_inspections(world, row, month, batches)
        _load_amounts(session, row, month)
    if told.name in CYCLES:
        create_hours_cycle(session, world.company, *CYCLES[told.name])
    return world


class _Team:
    """Those with whom the person works in groups."""

    def __init__(self, world: World, given: Scenario) -> None:
        self._world = world
        self._hired_on = given.months[0].period.first_on
        self._others: dict[str, Employment] = {}

    def members(
        self, row: Employment, weights: list[int], own: int
    ) -> dict[Employment, int | None]:
        """Give each place of a group to somebody; a number ``R…`` is before ``S1``, ``T…`` after it."""
        return {
            row if place == own else self._other(f"{'R' if place < own else 'T'}{place}"): weight
            for place, weight in enumerate(weights)
        }

    def _other(self, number: str) -> Employment:
        if number not in self._others:
            self._others[number] = self._world.hire(number, self._hired_on)
        return self._others[number]


def _company(session: Session, book: LawBook, told: Told, task_types: dict[str, TaskType]) -> World:
    given, policy = told.scenario, told.scenario.policy
    world = create_world(
        session,
        book,
        code=told.name[:40],
        valid_from=given.months[0].period.whole.first_on,
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
    world.task_types = task_types
    return world


def _employ(world: World, given: Scenario) -> Employment:
    employee, first = given.employee, given.months[0].period
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
        _load_rosters(world, row, employee.rest_dates, given)
    return row


def _load_rosters(
    world: World, row: Employment, rest_dates: Collection[dt.date], given: Scenario
) -> None:
    """Write the rest dates month by month; a month of the file without any has an empty roster."""
    period = given.months[0].period.previous()
    while period <= given.months[-1].period:
        days = [on.day for on in rest_dates if on in period.range]
        create_roster(world.session, row, period, days)
        period = period.next()


def _load_prices(world: World, given: Scenario) -> None:
    by_type: dict[str, list[tuple[str, int]]] = {}
    for (task_type, on), (price,) in sorted(_prices_of(given).items()):
        days = by_type.setdefault(task_type, [])
        if not days or days[-1][1] != price:
            days.append((on.isoformat(), price))
    for month in given.months:
        for check in month.inspections:
            if check.task_type is not None:
                by_type.setdefault(check.task_type, [])
    for task_type, days in by_type.items():
        world.task_type(task_type, *days)


def _load_profile(session: Session, row: Employment, given: Scenario, month: Month) -> None:
    employee, whole = given.employee, month.period.whole
    fund = employee.fund
    factories.create_pay_profile(
        session,
        row,
        valid_from=whole.first_on,
        valid_to=whole.end_on,
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
        pay_cycle="half_month" if month.period.half else "month",
    )


def _load_attendance(session: Session, row: Employment, month: Month) -> None:
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
        half = "morning" if leave.is_half else None
        factories.create_leave(
            session, row, leave.first_on, leave.last_on, kind=leave.kind.code, half=half
        )
    if month.hours_worked_minutes is not None or month.unused_leave_days:
        create_month_figures(
            session, row, month.period, month.hours_worked_minutes, month.unused_leave_days
        )


def _load_output(
    world: World,
    row: Employment,
    month: Month,
    output: OutputRow,
    batches: dict[str, int],
    members: Mapping[Employment, int | None] | None,
) -> None:
    task_type = world.task_types[output.task_type]
    if output.batch is not None and output.batch not in batches:
        batches[output.batch] = factories.create_batch(
            world.session, world.company, task_type, code=output.batch
        ).id
    more = {
        "batch_id": output.batch and batches[output.batch],
        "hours_class": None if output.hours == NONE else HoursClass(output.hours).code,
        "pay_period": str(month.period),
    }
    if members is None or output.share is None:
        factories.create_output(world.session, row, task_type, output.on, output.qty, **more)
        return
    split_by = "hours" if output.share.is_by_hours else "points"
    factories.create_group_output(
        world.session,
        world.company,
        task_type,
        output.on,
        output.qty,
        members,
        split_by=split_by,
        **more,
    )


def _load_inspections(
    world: World, row: Employment, month: Month, batches: Mapping[str, int]
) -> None:
    for check in month.inspections:
        kinds = {one.task_type for one in month.output if one.batch == check.batch}
        factories.create_inspection(
            world.session,
            world.company,
            world.task_types[check.task_type or min(kinds)],
            month.period.last_on,
            batch_id=check.batch and batches[check.batch],
            employment_id=row.id,
            sampled_qty=check.sampled_qty,
            error_qty=check.error_qty,
        )


def _load_amounts(session: Session, row: Employment, month: Month) -> None:
    whole = str(month.period.whole)
    for sequence, amount in enumerate(month.amounts):
        factories.create_pay_entry(
            session,
            row,
            amount.kind.code,
            amount.fen,
            whole,
            code=amount.code or amount.kind.code,
            sequence=sequence,
        )
    if month.employee_insurance_fen is not None:
        factories.create_pay_entry(
            session, row, "employee_insurance", month.employee_insurance_fen, whole
        )
    for one in month.base_differences:
        create_base_difference(
            session, row, month.period, one.for_month, one.charged_fen, one.owed_fen
        )
    for adjustment in month.adjustments:
        factories.create_adjustment(
            session,
            row,
            pay_period=str(month.period),
            for_period=str(adjustment.for_month),
            amount=adjustment.fen,
            reason=adjustment.reason,
        )
