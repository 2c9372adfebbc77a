"""Which rules a random scenario has reached: what the campaign proves, in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.reference.drawing import Scenario
from tests.reference.law import law_of
from workforce.audit_pack.checker.facts import DAY_MINUTES, Employee, Facts, Month, Work, read
from workforce.audit_pack.checker.hours import Hours, night_minutes
from workforce.audit_pack.checker.payslips import NIGHT_LEAST_MINUTES
from workforce.audit_pack.checker.period import Period
from workforce.audit_pack.checker.slip import Payslip
from workforce.core.law import LawBook


def reached(scenario: Scenario, slips: Sequence[Payslip], book: LawBook) -> set[str]:
    """Name what a scenario exercises, from its facts and from its payslips."""
    facts = read(scenario)
    hours = Hours(facts, law_of(book))
    found = {f"company: quality basis {facts.company.quality_basis}"}
    found |= set(_employee(facts.employee, len(facts.months)))
    used = (
        facts.employee.year_to_date is not None and facts.employee.year_to_date.separate_bonus_used
    )
    for month, slip in zip(facts.months, slips, strict=True):
        found |= {f"line: {kind} {code}" for kind, code in slip.lines}
        found |= {f"note: {code}" for code in slip.notes}
        found |= set(_insurance(month, facts, book))
        found |= set(_attendance(month, facts.employee))
        found |= set(_shifts(month, hours))
        found |= set(_output(month, hours))
        found |= set(_amounts(month, slip))
        if month.separate_bonus:
            found.add("tax: second separate bonus" if used else "tax: separate bonus")
            used = True
        if month.period.month == 1 and month is not facts.months[0]:
            found.add("tax: year to date across a new year")
            used = False
    return found


def _employee(employee: Employee, months: int) -> Iterator[str]:
    yield f"type: {employee.employment_type}"
    yield f"hours: {employee.hours_system}"
    yield f"tax: {employee.tax_method}"
    if employee.deduct_60000:
        yield "tax: 60000 from the start"
    if employee.first_wage_income_of_year:
        yield "tax: first wage income of the year"
    if employee.year_to_date is not None:
        yield "tax: year to date given"
    if employee.rest_dates is not None:
        yield "hours: roster"
    elif employee.rest_weekdays != {6, 7}:
        yield "hours: other rest weekdays"
    if months > 1:
        yield "months: several"


def _insurance(month: Month, facts: Facts, book: LawBook) -> Iterator[str]:
    """Tell where the contribution base lies between the limits of each year's notice."""
    base = facts.employee.contribution_base
    if base is None or facts.employee.work_injury_rate is None:
        return
    first = month.period.first_on
    floor = book.value("insurance_base_floor", facts.region, first, "coverage")
    cap = book.value("insurance_base_cap", facts.region, first, "coverage")
    where = "under" if base < floor.integer else "over" if base > cap.integer else "within"
    yield f"insurance: base {where} the limits from {floor.valid_from:%Y-%m}"


def _attendance(month: Month, employee: Employee) -> Iterator[str]:
    yield f"attendance: {month.attendance}"
    for kind, _, _, part in month.leave:
        yield f"leave: {kind}"
        if part < 1:
            yield "leave: half days"
    if Period.of(employee.hired_on) == month.period and employee.hired_on.day > 1:
        yield "months: joiner"
    if employee.separated_on is not None and employee.separated_on in month.period:
        yield "months: leaver"
    if employee.has_left_before(month.period):
        yield "months: paid after leaving"
    if month.unused_leave_days:
        yield "leave: unused"
    if month.hours_worked is not None:
        yield "hours: part-time hours without shifts"


def _shifts(month: Month, hours: Hours) -> Iterator[str]:
    if hours.unlisted.get(month.period):
        yield "hours: comprehensive, over its standard without shifts"
    if month.period_ends and hours.month_minutes(month)[Work.WEEKDAY]:
        yield "hours: comprehensive, over its standard"
    starts = [shift.on for shift in month.shifts]
    if len(set(starts)) < len(starts):
        yield "hours: two shifts on a day"
    for shift in month.shifts:
        minutes = hours.minutes[shift]
        if night_minutes(shift) >= NIGHT_LEAST_MINUTES:
            yield "hours: night"
        if shift.end > DAY_MINUTES:
            yield "hours: over midnight"
        if shift.in_lieu:
            yield "hours: in lieu"
        if minutes[Work.HOLIDAY] and sum(minutes.values()) > minutes[Work.HOLIDAY]:
            yield "hours: partly on a holiday"
        daily = min(hours.daily, shift.end - shift.start - shift.break_minutes)
        if minutes[Work.WEEKDAY] and minutes[Work.NORMAL] < daily and not shift.in_lieu:
            yield "hours: over the week's limit"


def _output(month: Month, hours: Hours) -> Iterator[str]:
    prices: dict[str, set[int]] = {}
    for output in month.output:
        day = hours.start_day(output.on)
        if output.shares:
            yield f"output: shared by {len(output.shares)}"
            if output.value % sum(output.shares):
                yield "output: shared with a remainder"
            continue
        prices.setdefault(output.task_type, set()).add(output.price)
        if output.on not in month.period:
            yield "output: accepted late"
        if output.hours is not None:
            yield f"output: stated as {output.hours.name.lower()}"
        elif day is None:
            yield "output: day without a shift"
        elif day != output.on:
            yield "output: after midnight"
    if any(len(each) > 1 for each in prices.values()):
        yield "output: two prices"
    for inspection in month.inspections:
        yield "quality: by batch" if inspection.batch else "quality: by task type"


def _amounts(month: Month, slip: Payslip) -> Iterator[str]:
    for _, fen, _ in month.adjustments:
        yield f"adjustment: {'more' if fen > 0 else 'less'}"
    for code in [*month.special, *month.other_tax]:
        yield f"tax deduction: {code}"
    if slip.no_room:
        yield "room: not enough"
    if slip.room and slip.line("deduction", "damages_deduction"):
        yield "room: damages taken"
    if month.damages and month.damages - slip.room in {-1, 0, 1}:
        yield f"edge: damages {month.damages - slip.room:+d} fen"
    over = slip.counted - slip.floor
    if slip.floor and over in {-1, 0, 1}:
        yield f"edge: minimum wage {int(over):+d} fen"
    if slip.net_pay < 0:
        yield "net pay below zero"
    if slip.taxed is not None:
        yield f"tax: rate {slip.taxed.rate / 10_000:g} %"
        if slip.taxed.cumulative_taxable in slip.taxed.limits:
            yield "edge: tax bracket"
        if slip.taxed.cumulative_taxable - 1 in slip.taxed.limits:
            yield "edge: tax bracket +1 fen"
