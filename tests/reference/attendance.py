"""The `payable days` and `attendance` rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.reference.facts import Month, RefusedError, Work
from tests.reference.hours import Hours

UNPAID_LEAVE = {"personal_leave", "absence"}


@dataclass(frozen=True)
class Attendance:
    """Days of one month; `leave` counts scheduled days by kind, paid kinds only.

    `nothing_payable`: no payable day was worked or on paid leave. A day with a shift or output was
    worked, also where given numbers say that none was attended.
    """

    payable_of_month: int
    payable_employed: int
    attended: Fraction
    unpaid: Fraction
    leave: dict[str, int]
    holidays_employed: int
    holidays_worked: int
    nothing_payable: bool


def attend(month: Month, hours: Hours) -> Attendance:
    """Count the days of a month."""
    of_month = [on for on in month.period.whole.range if hours.class_of(on) is not Work.REST]
    payable = [on for on in of_month if on in month.period and hours.employee.employs(on)]
    scheduled = [on for on in payable if hours.class_of(on) is Work.NORMAL]
    holidays = [on for on in payable if hours.class_of(on) is Work.HOLIDAY]
    seen = set() if month.attendance != "from_shifts" else _seen(month, hours)
    on_leave = {
        on: kind
        for kind, first, last in month.leave
        for on in scheduled
        if first <= on <= last and on not in seen
    }
    leave: dict[str, int] = {}
    for kind in on_leave.values():
        if kind not in UNPAID_LEAVE:
            leave[kind] = leave.get(kind, 0) + 1
    attended, unpaid = _attended(month, hours, scheduled, on_leave, sum(leave.values()))
    holidays_worked = len(hours.holidays_worked(month) & set(holidays))
    worked = attended or holidays_worked or _seen(month, hours) & set(scheduled)
    return Attendance(
        payable_of_month=len(of_month),
        payable_employed=len(scheduled) + len(holidays),
        attended=attended,
        unpaid=unpaid,
        leave=leave,
        holidays_employed=len(holidays),
        holidays_worked=holidays_worked,
        nothing_payable=not (worked or leave),
    )


def _attended(
    month: Month, hours: Hours, scheduled: list[date], on_leave: dict[date, str], paid: int
) -> tuple[Fraction, Fraction]:
    """Return attended and unpaid days."""
    if month.given_days is not None:
        given, attended, unpaid = month.given_days
        if given != len(scheduled) or attended + paid + unpaid != given:
            raise RefusedError("given attendance does not add up")
        return attended, unpaid
    free = [on for on in scheduled if on not in on_leave]
    unpaid_leave = sum(kind in UNPAID_LEAVE for kind in on_leave.values())
    if month.attendance == "full":
        return Fraction(len(free)), Fraction(unpaid_leave)
    seen = _seen(month, hours)
    attended_days = [on for on in free if on in seen]
    return Fraction(len(attended_days)), Fraction(len(free) - len(attended_days) + unpaid_leave)


def _seen(month: Month, hours: Hours) -> set[date]:
    """Return the days with a shift or output: attended, whatever leave was asked for."""
    made = {hours.start_day(output.on) or output.on for output in month.output}
    return {shift.on for shift in hours.shifts} | made
