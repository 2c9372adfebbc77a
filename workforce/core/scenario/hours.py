"""Reads shifts and periods of comprehensive hours: of the month, and those before it that it looks at."""

from typing import Final

from workforce.core.period import PayPeriod
from workforce.core.scenario.form import Form
from workforce.core.scenario.model import HoursPeriod, Shift

_PERIOD_KEYS: Final = ("hours_to_date", "standard_hours", "period_ends")
_SHIFT_KEYS: Final = ("date", "start", "end", "break_minutes", "in_lieu")
_LARGEST_BREAK: Final = 24 * 60
_LARGEST_PERIOD: Final = 366 * 24


def hours_period(form: Form) -> HoursPeriod:
    """Read a month's period of comprehensive hours; its hours must be given where it ends."""
    form = form.form("comprehensive", _PERIOD_KEYS)
    ends = form.flag("period_ends")
    default = None if ends else "0"
    return HoursPeriod(
        minutes_before=form.hours("hours_to_date", default, largest=_LARGEST_PERIOD),
        standard_minutes=form.hours("standard_hours", default, largest=_LARGEST_PERIOD),
        ends=ends,
    )


def earlier_periods(form: Form, period: PayPeriod) -> tuple[tuple[PayPeriod, HoursPeriod], ...]:
    """Read the ends of periods in earlier months, whose late output is paid in this one."""
    ended = []
    for row in form.forms("earlier_comprehensive", ("month", "hours_to_date", "standard_hours")):
        month = row.month("month")
        if month >= period.whole:
            row.fail("month", "pay.adjustment_not_earlier", for_month=month)
        hours = HoursPeriod(
            minutes_before=row.hours("hours_to_date", largest=_LARGEST_PERIOD),
            standard_minutes=row.hours("standard_hours", largest=_LARGEST_PERIOD),
            ends=True,
        )
        ended.append((month, hours))
    return tuple(ended)


def shifts(form: Form, period: PayPeriod) -> tuple[Shift, ...]:
    """Read the shifts that start in the period."""
    found = []
    for row in form.forms("shifts", _SHIFT_KEYS):
        found.append(shift := _shift(row))
        if shift.on not in period:
            row.fail("date", "scenario.day_outside", text=shift.on, period=period)
    return tuple(found)


def earlier_shifts(form: Form, period: PayPeriod) -> tuple[Shift, ...]:
    """Read shifts before the period that its weeks and late output look at."""
    found = []
    for row in form.forms("earlier_shifts", _SHIFT_KEYS):
        found.append(shift := _shift(row))
        if shift.on >= period.first_on:
            row.fail("date", "scenario.day_not_before", text=shift.on, period=period)
    return tuple(found)


def _shift(row: Form) -> Shift:
    on, start, end = row.day("date"), row.time("start"), row.time("end")
    if end <= start:
        end += _LARGEST_BREAK
    rest = row.whole("break_minutes", "0", largest=_LARGEST_BREAK)
    return Shift(on, start, end, rest, row.flag("in_lieu"), row.place)
