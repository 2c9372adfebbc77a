"""The use of seats over some days as figures: the one place that pages, files, exhibits and commands read.

*Working hours* are the nine hours from 9:00 to 18:00 of the calendar's workdays. Only hours that are over
count. A company that records no shift in these days, or has given no seat to anybody, is unknown, not
empty: its seats are left out of shares, and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.companies import queries as companies
from workforce.platform import clock
from workforce.platform.scope import Scope
from workforce.premises import queries as premises
from workforce.seating.occupancy import DAY_HOURS, Bools, Ints, Occupancy
from workforce.seating.reading import read_occupancy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar

WORKING_HOURS: Final = range(9, 18)
"""The hours of a workday over which the average is taken: 9:00 to 18:00."""

_DAY: Final = dt.timedelta(days=1)
_HALF_PAST: Final = 30
_WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatUse:
    """How some seats were used.

    ``built``, ``usable``: seats on the last day; ``silent``: usable ones among them whose company records
    no shift or gives no seats. ``hours``: working hours that are over; ``seat_hours``: seats in use, summed over these;
    ``usable_hours``: the same of seats that could be used and are not silent. ``peak``: the most seats
    in use in one hour, ``peak_at``: the first such hour. ``is_known``: somebody's shifts tell of it.
    """

    built: int
    usable: int
    silent: int
    hours: int
    seat_hours: int
    usable_hours: int
    peak: int
    peak_at: dt.datetime | None
    is_known: bool

    @property
    def average(self) -> Fraction | None:
        """Seats in use in the mean of the working hours; None: unknown, or no such hour."""
        return Fraction(self.seat_hours, self.hours) if self.is_known and self.hours else None

    @property
    def share(self) -> Fraction | None:
        """Which part of the usable seats that is; None: unknown, or there is none."""
        if not self.is_known or not self.usable_hours:
            return None
        return Fraction(self.seat_hours, self.usable_hours)

    @property
    def average_tenths(self) -> int | None:
        """The average in tenths of a seat, rounded half up."""
        return None if self.average is None else rounded(self.average * 10)

    @property
    def share_per_mille(self) -> int | None:
        """The share in thousandths, rounded half up."""
        return None if self.share is None else rounded(self.share * 1000)


def rounded(value: Fraction) -> int:
    """Round a fraction that is not negative, half up."""
    return int(value + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Place:
    """A site or a floor: its id, its code, and its name in full."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One site, floor or company with the use of its seats; of a floor, ``within`` is its site's id."""

    place: Place
    use: SeatUse
    within: int = 0


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A kind of shift of a company: seats in use for it on a mean and on its fullest day that had any."""

    company_id: int
    code: str
    days: int
    average: Fraction
    peak: int

    @property
    def average_tenths(self) -> int:
        """The average in tenths of a seat, rounded half up."""
        return rounded(self.average * 10)


@dataclass(frozen=True, slots=True)
class Crowd:
    """A company with more people at work in an hour than the seats it rents can hold: its worst hour."""

    place: Place
    at: dt.datetime
    people: int
    usable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The use of seats over some days.

    ``used``: int64[d, 24], seats in use; ``unseated``: int64[d, 24], people at work without a seat, of
    companies that rent any that day (others do not work at the base's seats); ``is_over``: bool[d, 24]; ``usable``: int64[d]. ``shared``: of each floor and company with seats on it
    (their ids), how these were used. ``crowded``: companies with more people at work than
    usable seats in some hour, while they rent any; none where only one floor is looked at.
    """

    first_on: dt.date
    last_on: dt.date
    whole: SeatUse
    sites: Sequence[Line]
    floors: Sequence[Line]
    companies: Sequence[Line]
    vacant: SeatUse
    shifts: Sequence[ShiftLine]
    used: Ints
    unseated: Ints
    is_over: Bools
    usable: Ints
    shared: Mapping[tuple[int, int], SeatUse]
    crowded: Sequence[Crowd]

    @property
    def unseated_peak(self) -> int:
        """The most people at work without a seat in one hour."""
        return int(self.unseated[self.is_over].max(initial=0))


def read_week(
    session: Session,
    scope: Scope,
    on: dt.date,
    calendar: WorkCalendar,
    floor_id: int | None = None,
) -> Figures:
    """Return the use of the seats in reach from Monday to Sunday of a day's week, as far as it is over."""
    monday = on - on.weekday() * _DAY
    now = clock.to_base(clock.now()).replace(tzinfo=None)
    return read_figures(
        session,
        scope,
        monday,
        monday + (_WEEK - 1) * _DAY,
        now=now,
        calendar=calendar,
        floor_id=floor_id,
    )


def read_figures(
    session: Session,
    scope: Scope,
    first_on: dt.date,
    last_on: dt.date,
    *,
    now: dt.datetime,
    calendar: WorkCalendar,
    floor_id: int | None = None,
) -> Figures:
    """Return the use of the seats in reach on some days, both ends included.

    ``now``: local wall-clock time (naive). A company's scope reaches the seats that it rents.
    ``floor_id``: only those on one floor; people without a seat are on none.
    """
    found, kinds = read_occupancy(session, scope, first_on, last_on, floor_id)
    count = _Count(found, {company for company, _ in kinds}, first_on, now, calendar)
    seats = found.seats
    floors = session.execute(premises.floors()).all()
    names = {
        row.company_id: Place(row.company_id, row.company_code, row.company_name)
        for row in session.execute(companies.company_facts(scope.whole_company()))
    }
    tenants = [key for key in np.unique(seats.tenants).tolist() if key]
    return Figures(
        first_on=first_on,
        last_on=last_on,
        whole=count.use(np.ones_like(seats.usable)),
        sites=[
            Line(
                Place(row.site_id, row.site_code, row.site_name), count.at(seats.sites, row.site_id)
            )
            for row in {row.site_id: row for row in floors}.values()
            if row.site_id in seats.sites
        ],
        floors=[
            Line(
                Place(row.floor_id, row.floor_code, row.floor_name),
                count.at(seats.floors, row.floor_id),
                row.site_id,
            )
            for row in floors
            if row.floor_id in seats.floors
        ],
        companies=sorted(
            (Line(names[key], count.use(seats.tenants == key)) for key in tenants),
            key=lambda line: line.place.code,
        ),
        vacant=count.use(seats.tenants == 0),
        shifts=list(_shift_lines(found, kinds)),
        used=found.used.sum(axis=0, dtype=np.int64),
        unseated=count.unseated() * (floor_id is None),
        is_over=count.is_over,
        usable=seats.usable.sum(axis=0),
        shared={
            (floor, key): count.use((seats.floors == floor)[:, None] & (seats.tenants == key))
            for floor in np.unique(seats.floors).tolist()
            for key in np.unique(seats.tenants[seats.floors == floor]).tolist()
            if key
        },
        crowded=[] if floor_id is not None else list(count.crowds(names)),
    )


class _Count:
    """Counts the use of chosen seats."""

    def __init__(
        self,
        found: Occupancy,
        seated: Collection[int],
        first_on: dt.date,
        now: dt.datetime,
        calendar: WorkCalendar,
    ) -> None:
        seats = found.seats
        days = [first_on + number * _DAY for number in range(seats.usable.shape[1])]
        self._found, self._days = found, days
        self.is_over = np.array(
            [
                [
                    dt.datetime.combine(day, dt.time(hour, _HALF_PAST)) < now
                    for hour in range(DAY_HOURS)
                ]
                for day in days
            ]
        )
        is_workday = np.array([calendar.is_expected_workday(day) for day in days])
        is_working = np.isin(np.arange(DAY_HOURS), list(WORKING_HOURS))
        self._working = self.is_over & is_workday[:, None] & is_working
        self._companies = np.intersect1d(found.companies, np.array(sorted(seated), np.int64))
        self._is_heard = (seats.tenants == 0) | np.isin(seats.tenants, self._companies)

    def at(self, places: Ints, place: int) -> SeatUse:
        """Return the use of the seats that are at a place."""
        return self.use(np.broadcast_to((places == place)[:, None], self._is_heard.shape))

    def use(self, chosen: Bools) -> SeatUse:
        """Return the use of the seats and days that are chosen: bool[s, d]."""
        seats = self._found.seats
        used = np.where(self.is_over, self._found.of(chosen), 0)
        usable = seats.usable & chosen
        heard = usable & self._is_heard
        silent = usable & ~self._is_heard
        hours = self._working.sum(axis=1)
        peak = int(used.max(initial=0))
        return SeatUse(
            built=int((seats.built & chosen)[:, -1].sum()),
            usable=int(usable[:, -1].sum()),
            silent=int(silent[:, -1].sum()),
            hours=int(hours.sum()),
            seat_hours=int(used[self._working].sum()),
            usable_hours=int((heard.sum(axis=0) * hours).sum()),
            peak=peak,
            peak_at=self._moment(int(used.argmax())) if peak else None,
            # Vacant seats say nothing of silent companies beside them.
            is_known=bool(self._companies.size)
            and bool((heard & (seats.tenants > 0) if silent.any() else heard).any()),
        )

    def unseated(self) -> Ints:
        """Count the people at work without a seat: int64[d, 24], of companies that rent seats that day."""
        seats, found = self._found.seats, self._found
        rents = np.array(
            [(seats.tenants == company).any(axis=0) for company in found.companies.tolist()],
            np.bool_,
        ).reshape(found.companies.size, len(self._days))
        counted: Ints = (found.unseated * rents[:, :, None]).sum(axis=0)
        return counted

    def crowds(self, names: Mapping[int, Place]) -> Iterable[Crowd]:
        """Find the companies with more people at work than usable seats, each with its worst hour."""
        seats = self._found.seats
        for row, company in enumerate(self._found.companies.tolist()):
            rented = seats.tenants == company
            people = self._found.unseated[row] + self._found.of(rented)
            usable = (seats.usable & rented).sum(axis=0)
            counts = self.is_over & rented.any(axis=0)[:, None]
            beyond = np.where(counts, people - usable[:, None], 0)
            slot = int(beyond.argmax())
            day, hour = divmod(slot, DAY_HOURS)
            if beyond[day, hour] > 0:
                yield Crowd(
                    names[company], self._moment(slot), int(people[day, hour]), int(usable[day])
                )

    def _moment(self, slot: int) -> dt.datetime:
        return dt.datetime.combine(self._days[slot // DAY_HOURS], dt.time(slot % DAY_HOURS))


def _shift_lines(found: Occupancy, kinds: Sequence[tuple[int, str]]) -> Iterable[ShiftLine]:
    for (company_id, code), counts in zip(kinds, found.came, strict=False):
        some = counts[counts > 0]
        if some.size:
            average = Fraction(int(some.sum()), some.size)
            yield ShiftLine(company_id, code, some.size, average, int(some.max()))
