"""The `calendar` and `hours` rows: which minutes of which shift count as what."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from .facts import DAY_MINUTES, Facts, Month, Shift, Work
from .law import ADJUSTED_WORKDAY, DAY_OFF, HOLIDAY, Law
from .period import Period
from .refused import RefusedError

NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60
ONE_DAY = timedelta(days=1)

Minutes = dict[Work, Fraction]


class Hours:
    """Day classes and shift minutes of one scenario."""

    def __init__(self, facts: Facts, law: Law) -> None:
        """Work out the minutes of every shift of every month."""
        self.employee = facts.employee
        self.law = law
        self.irregular_holiday_pay = facts.company.irregular_holiday_pay
        on = facts.months[0].period.last_on
        self.daily = law.number("daily_work_minutes", facts.region, on)
        self.weekly = law.number("weekly_work_minutes", facts.region, on)
        self.shifts = sorted(
            (shift for month in facts.months for shift in (*month.earlier_shifts, *month.shifts)),
            key=lambda shift: (shift.on, shift.start),
        )
        self.by_day: dict[date, list[Shift]] = {}
        for shift in self.shifts:
            self.by_day.setdefault(shift.on, []).append(shift)
        self.minutes: dict[Shift, Minutes] = {}
        for day in self.by_day.values():
            self._split_day(day)
        if self._is_standard():
            self._limit_weeks()
        # Comprehensive hours over the period's standard that no listed shift of the month holds.
        self.unlisted: dict[Period, Fraction] = {}
        if self.has_overtime() and self.employee.hours_system == "comprehensive":
            for month in facts.months:
                for period, before, standard in month.earlier_periods:
                    shifts = [each for each in month.earlier_shifts if each.on in period]
                    self._close_period(shifts, before - standard)
                if month.period_ends:
                    over = month.hours_to_date - month.standard_hours
                    self.unlisted[month.period] = self._close_period(list(month.shifts), over)

    def class_of(self, on: date) -> Work:
        """Return a day's calendar class: normal, rest day or holiday."""
        mark = self.law.mark(on)
        if mark == HOLIDAY:
            return Work.HOLIDAY
        if (
            self.employee.rest_dates is not None
        ):  # a roster takes the place of the week and its breaks
            return Work.REST if on in self.employee.rest_dates else Work.NORMAL
        if mark == ADJUSTED_WORKDAY:
            return Work.NORMAL
        if mark == DAY_OFF or on.isoweekday() in self.employee.rest_weekdays:
            return Work.REST
        return Work.NORMAL

    def has_overtime(self) -> bool:
        """Labour service and part-time know no overtime; part-time has holidays, though."""
        return self.employee.employment_type not in {"labor_service", "part_time"}

    def has_holidays(self) -> bool:
        """Tell whether work on a statutory holiday is paid as such."""
        if self.employee.employment_type == "labor_service":
            return False
        irregular = self.employee.hours_system == "irregular"
        return self.irregular_holiday_pay or not irregular

    def _is_standard(self) -> bool:
        return self.has_overtime() and self.employee.hours_system == "standard"

    def counted_class(self, on: date) -> Work:
        """Return as what output without hours and without a shift counts on a day."""
        return self.paid_class(self.class_of(on))

    def paid_class(self, work: Work) -> Work:
        """Return as what hours of a class are paid under this person's hours system."""
        if work is Work.HOLIDAY:
            return work if self.has_holidays() else Work.NORMAL
        return work if self._is_standard() else Work.NORMAL

    def start_day(self, on: date) -> date | None:
        """Return the start day of the shift that covers a day's output, or None."""
        if on in self.by_day:
            return on
        before = on - ONE_DAY
        if any(shift.end > DAY_MINUTES for shift in self.by_day.get(before, ())):
            return before
        return None

    def day_minutes(self, on: date) -> Minutes:
        """Return the minutes of all shifts that start on a day."""
        total = dict.fromkeys(Work, Fraction(0))
        for shift in self.by_day[on]:
            for work, minutes in self.minutes[shift].items():
                total[work] += minutes
        return total

    def month_minutes(self, month: Month) -> Minutes:
        """Return a month's minutes, with what the end of a comprehensive period adds."""
        total = dict.fromkeys(Work, Fraction(0))
        for shift in month.shifts:
            for work, minutes in self.minutes[shift].items():
                total[work] += minutes
        total[Work.WEEKDAY] += self.unlisted.get(month.period, Fraction(0))
        return total

    def holidays_worked(self, month: Month) -> set[date]:
        """Return the statutory holidays on which a listed shift has minutes, or output lies."""
        worked = {output.on for output in month.output}
        for shift in self.shifts:
            worked.add(shift.on)
            if shift.end > DAY_MINUTES:
                worked.add(shift.on + ONE_DAY)
        return {on for on in worked if on in month.period and self.class_of(on) is Work.HOLIDAY}

    def _split_day(self, shifts: list[Shift]) -> None:
        """Split the shifts that start on one day; the day's first 8 h are shared among them."""
        day = self.class_of(shifts[0].on)
        room = Fraction(self.daily)
        for shift in shifts:
            holiday, other = self._clock_minutes(shift)
            holiday -= max(0, shift.break_minutes - other)
            other = max(0, other - shift.break_minutes)
            found = dict.fromkeys(Work, Fraction(0))
            if self.has_holidays():
                found[Work.HOLIDAY] += holiday
            else:
                other += holiday
            if shift.in_lieu and day is Work.HOLIDAY:
                raise RefusedError("in lieu on a statutory holiday")
            if not self._is_standard():
                found[Work.NORMAL] += other
            elif day is Work.REST and not shift.in_lieu:
                found[Work.REST] += other
            else:
                normal = min(room, Fraction(other))
                room -= normal
                found[Work.NORMAL] += normal
                found[Work.WEEKDAY] += other - normal
            self.minutes[shift] = found

    def _clock_minutes(self, shift: Shift) -> tuple[int, int]:
        """Return the clock minutes on statutory holidays, and the others."""
        # Asked of the next day first: a shift into an unknown year is refused whatever it starts on.
        into_holiday = shift.end > DAY_MINUTES and self.class_of(shift.on + ONE_DAY) is Work.HOLIDAY
        first = min(shift.end, DAY_MINUTES) - shift.start
        second = max(0, shift.end - DAY_MINUTES)
        starts_on_holiday = self.class_of(shift.on) is Work.HOLIDAY
        if starts_on_holiday:
            return first + second, 0  # what is after midnight follows the start day
        if into_holiday:
            return second, first
        return 0, first + second

    def _limit_weeks(self) -> None:
        """Make the minutes over a week's limit weekday overtime of its last shifts."""
        used: dict[tuple[int, int], Fraction] = {}
        for shift in self.shifts:
            if shift.in_lieu:
                continue
            week = shift.on.isocalendar()[:2]
            before = used.get(week, Fraction(0))
            used[week] = before + self.minutes[shift][Work.NORMAL]
            limit = self._week_limit(shift.on)
            excess = max(Fraction(0), used[week] - max(before, Fraction(limit)))
            self.minutes[shift][Work.NORMAL] -= excess
            self.minutes[shift][Work.WEEKDAY] += excess

    def _week_limit(self, on: date) -> int:
        monday = on - timedelta(days=on.isoweekday() - 1)
        week = [monday + timedelta(days=offset) for offset in range(7)]
        if self.employee.rest_dates is not None:  # the calendar does not move a roster
            return self.weekly
        known = [day for day in week if day.year in self.law.years]
        scheduled = [day for day in known if self.class_of(day) is Work.NORMAL]
        if any(self.law.mark(day) == ADJUSTED_WORKDAY for day in scheduled):
            return self.daily * len(scheduled)
        return self.weekly

    def _close_period(self, shifts: list[Shift], hours_over: Fraction) -> Fraction:
        """At the end of a comprehensive period, the excess is of the month's last shifts.

        Takes the hours before the month less the standard; returns the minutes that no shift holds.
        """
        normal = sum((self.minutes[shift][Work.NORMAL] for shift in shifts), Fraction(0))
        excess = hours_over * 60 + normal
        for shift in sorted(shifts, key=lambda each: (each.on, each.start), reverse=True):
            part = min(max(excess, Fraction(0)), self.minutes[shift][Work.NORMAL])
            self.minutes[shift][Work.NORMAL] -= part
            self.minutes[shift][Work.WEEKDAY] += part
            excess -= part
        return max(excess, Fraction(0))


def night_minutes(shift: Shift) -> int:
    """Return the clock minutes between 22:00 and 06:00, breaks not deducted."""
    total = 0
    for midnight in (0, DAY_MINUTES, 2 * DAY_MINUTES):
        begin, end = midnight - (DAY_MINUTES - NIGHT_FROM), midnight + NIGHT_TO
        total += max(0, min(shift.end, end) - max(shift.start, begin))
    return total
