"""The `payable days` and `attendance` rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .facts import Month, Work
from .hours import Hours
from .refused import RefusedError

UNPAID_LEAVE = {"personal_leave", "absence"}


@dataclass(frozen=True)
class Attendance:
    """Days of one month; `leave` counts scheduled days by kind, paid kinds only, and half ones as halves.

    `nothing_payable`: no payable day was worked or on paid leave. A day with a shift or output was
    worked, also where given numbers say that none was attended.
    """

    payable_of_month: int
    payable_employed: int
    scheduled: int
    attended: Fraction
    unpaid: Fraction
    leave: dict[str, Fraction]
    holidays_employed: int
    holidays_worked: int
    nothing_payable: bool


def attend(month: Month, hours: Hours) -> Attendance:
    """Count the days of a month."""
    of_month = [on for on in month.period.whole.days if hours.class_of(on) is not Work.REST]
    payable = [on for on in of_month if on in month.period and hours.employee.employs(on)]
    scheduled = [on for on in payable if hours.class_of(on) is Work.NORMAL]
    holidays = [on for on in payable if hours.class_of(on) is Work.HOLIDAY]
    seen = set() if month.attendance != "from_shifts" else _seen(month, hours)
    on_leave = {
        on: (kind, part)
        for kind, first, last, part in month.leave
        for on in scheduled
        if first <= on <= last and (part < 1 or on not in seen)
    }
    leave: dict[str, Fraction] = {}
    for kind, part in on_leave.values():
        if kind not in UNPAID_LEAVE:
            leave[kind] = leave.get(kind, Fraction(0)) + part
    paid = sum(leave.values(), start=Fraction(0))
    attended, unpaid = _attended(month, hours, scheduled, on_leave, paid)
    holidays_worked = len(hours.holidays_worked(month) & set(holidays))
    worked = attended or holidays_worked or _seen(month, hours) & set(scheduled)
    return Attendance(
        payable_of_month=len(of_month),
        payable_employed=len(scheduled) + len(holidays),
        scheduled=len(scheduled),
        attended=attended,
        unpaid=unpaid,
        leave=leave,
        holidays_employed=len(holidays),
        holidays_worked=holidays_worked,
        nothing_payable=not (worked or leave),
    )


def _attended(
    month: Month,
    hours: Hours,
    scheduled: list[date],
    on_leave: dict[date, tuple[str, Fraction]],
    paid: Fraction,
) -> tuple[Fraction, Fraction]:
    """Return attended and unpaid days."""
    if month.given_days is not None:
        given, attended, unpaid = month.given_days
        if given != len(scheduled) or attended + paid + unpaid != given:
            raise RefusedError("given attendance does not add up")
        return attended, unpaid
    none = ("", Fraction(0))
    free = {on: 1 - on_leave.get(on, none)[1] for on in scheduled}
    unpaid_leave = sum(part for kind, part in on_leave.values() if kind in UNPAID_LEAVE)
    everything = sum(free.values(), start=Fraction(0))
    if month.attendance == "full":
        return everything, Fraction(unpaid_leave)
    seen = _seen(month, hours)
    attended = sum((part for on, part in free.items() if on in seen), start=Fraction(0))
    return attended, everything - attended + unpaid_leave


def _seen(month: Month, hours: Hours) -> set[date]:
    """Return the days with a shift or output: attended, whatever leave was asked for."""
    made = {hours.start_day(output.on) or output.on for output in month.output}
    return {shift.on for shift in hours.shifts} | made
