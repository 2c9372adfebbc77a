"""Who can do the work in hand, at which pace, at how many places: what the forecast is made from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Date, func, literal, or_, select, true

from workforce.attendance import queries as attendance
from workforce.certification import queries as certification
from workforce.core.money import round_half_up
from workforce.people import queries as people
from workforce.premises import queries as premises
from workforce.production import batch_work
from workforce.projects import queries
from workforce.projects.forecast import (
    PAST_WORKDAYS,
    Finish,
    Load,
    Speed,
    crews,
    forecast,
    speed_of,
)
from workforce.projects.progress import ProjectProgress, TaskProgress, read_progress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCapacity:
    """One task type of which work is left.

    ``people``: how many may do it; ``crew``: how many of them work on it each workday, by the formula;
    ``speed``: None where the past does not tell.
    """

    task: TaskProgress
    left: int
    people: int
    needs_certificate: bool
    crew: Fraction
    speed: Speed | None

    @property
    def crew_tenths(self) -> int:
        """The crew in tenths of a person, rounded half up."""
        return _tenths(self.crew)

    @property
    def a_workday(self) -> tuple[int, int, int] | None:
        """Whole units that are done each workday: at the lower quartile, the median, the upper one."""
        if self.speed is None or not self.crew:
            return None
        low, middle, high = (
            int(self.crew * pace) for pace in (self.speed.low, self.speed.middle, self.speed.high)
        )
        return low, middle, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a company can do, and when its projects in hand will be finished.

    ``presence``: on which share of workdays people came. ``seats``, ``shifts``: usable seats that the
    company rents, and how many shifts follow one another on a day; ``places``: their product. None: not
    known.
    """

    first_on: dt.date
    last_on: dt.date
    presence: Fraction
    seats: int | None
    shifts: int
    types: tuple[TypeCapacity, ...]
    projects: tuple[ProjectProgress, ...]

    @property
    def places(self) -> int | None:
        """As many people can work on a day; None: not known."""
        return None if self.seats is None else self.seats * self.shifts

    @property
    def coming_tenths(self) -> int:
        """How many work on all that waits, each workday, in tenths of a person."""
        return _tenths(sum((one.crew for one in self.types), Fraction(0)))


def _tenths(number: Fraction) -> int:
    return round_half_up(number.numerator * 10, number.denominator)


def past_workdays(today: dt.date, calendar: WorkCalendar) -> tuple[dt.date, dt.date]:
    """Return the first and the last of the workdays before a day that speak for the days to come."""
    found: list[dt.date] = []
    on = today
    while len(found) < PAST_WORKDAYS:
        on -= _DAY
        if calendar.is_expected_workday(on):
            found.append(on)
    return found[-1], found[0]


class Workdays:
    """The workdays after a day, by their number from 1."""

    def __init__(self, today: dt.date, calendar: WorkCalendar) -> None:
        """Count from the day after today."""
        self._calendar = calendar
        self._days: list[dt.date] = []
        self._on = today

    def _more(self) -> None:
        self._on += _DAY
        while not self._calendar.is_expected_workday(self._on):
            self._on += _DAY
        self._days.append(self._on)

    def day(self, number: int) -> dt.date:
        """Return the workday of a number from 1."""
        while len(self._days) < number:
            self._more()
        return self._days[number - 1]

    def offset(self, on: dt.date) -> int:
        """Return how many workdays after today lie before a day."""
        while self._on < on:
            self._more()
        return sum(day < on for day in self._days)


def shifts_a_day(kinds: Iterable[tuple[dt.time, dt.time]]) -> int:
    """Return how many of some shifts at most follow one another within a day; one that ends as it begins is a day.

    At least 1: who works without a shift works once a day.
    """
    spans = []
    for starts, ends in set(kinds):
        begin = starts.hour * 60 + starts.minute
        spans.append((begin, (ends.hour * 60 + ends.minute - begin) % _DAY_MINUTES or _DAY_MINUTES))
    most = 1
    for first, _span in spans:
        # Round the clock from the start of one shift: always take the one that ends next.
        reached = count = 0
        after = sorted(((begin - first) % _DAY_MINUTES + span, span) for begin, span in spans)
        for end, span in after:
            if end - span >= reached and end <= _DAY_MINUTES:
                reached, count = end, count + 1
        most = max(most, count)
    return most


def read_capacity(
    session: Session, scope: Scope, today: dt.date, calendar: WorkCalendar
) -> Capacity:
    """Read a company's projects in hand with their forecast; as many statements whatever their number.

    Who asks for a team sees the company's: its work is not divided by teams.
    """
    scope = scope.whole_company()
    first_on, last_on = past_workdays(today, calendar)
    rows = session.execute(queries.projects(scope, is_finished=False)).all()
    bare = read_progress(session, scope, rows)
    tasks = {task.task_type_id: task for one in bare for task in one.tasks if task.left}
    may_do, needing = _may_do(session, scope, today, first_on, last_on)
    speeds: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for row in session.execute(batch_work.speeds(scope, first_on, last_on)):
        speeds[row.task_type_id][row.units] = row.person_days
    presence = _presence(session, scope, first_on, last_on)
    seats, shifts = _seats(session, scope, today)
    crew = crews(may_do, frozenset(tasks), presence, None if seats is None else seats * shifts)
    workdays = Workdays(today, calendar)
    finishes: dict[tuple[int, int], Finish] = {}
    types = []
    for key, task in sorted(tasks.items(), key=lambda item: item[1].code):
        loads = _loads(bare, key)
        speed = speed_of(speeds[key])
        types.append(
            TypeCapacity(
                task=task,
                left=sum(load.left for load in loads),
                people=sum(task_type_id == key for _who, task_type_id in may_do),
                needs_certificate=key in needing,
                crew=crew[key],
                speed=speed,
            )
        )
        if speed is not None and crew[key]:
            ends = forecast(loads, crew[key], speed, workdays.day, workdays.offset)
            finishes |= {(project_id, key): finish for project_id, finish in ends.items()}
    return Capacity(
        first_on=first_on,
        last_on=last_on,
        presence=presence,
        seats=seats,
        shifts=shifts,
        types=tuple(types),
        projects=tuple(_with_finishes(bare, finishes)),
    )


def _loads(projects: Sequence[ProjectProgress], task_type_id: int) -> list[Load]:
    return [
        Load(
            project_id=one.row.project_id,
            task_type_id=task_type_id,
            left=task.left,
            starts_on=one.row.starts_on,
            due_on=one.row.due_on,
        )
        for one in projects
        for task in one.tasks
        if task.task_type_id == task_type_id and task.left
    ]


def _with_finishes(
    projects: Sequence[ProjectProgress], finishes: Mapping[tuple[int, int], Finish]
) -> list[ProjectProgress]:
    return [
        replace(
            one,
            tasks=tuple(
                replace(task, finish=finishes.get((one.row.project_id, task.task_type_id)))
                for task in one.tasks
            ),
        )
        for one in projects
    ]


def _may_do(
    session: Session, scope: Scope, today: dt.date, first_on: dt.date, last_on: dt.date
) -> tuple[list[tuple[int, int]], frozenset[int]]:
    """Return who of today's people may do which task type, and which types ask for a certificate.

    Where the company asks for a certificate, those whose certificate or exception holds today; else
    those who did that task type lately.
    """
    company_id: Any = scope.company_id
    needing = frozenset(
        row.task_type_id for row in session.execute(certification.required(company_id, today))
    )
    who = people.all_employments(scope).subquery()
    employed = (
        who.c.hired_on <= today,
        or_(who.c.separated_on.is_(None), who.c.separated_on >= today),
    )
    asked = certification.required(company_id, today).subquery()
    certified = (
        select(who.c.employment_id, asked.c.task_type_id)
        .join_from(who, asked, true())
        .where(
            *employed,
            certification.is_allowed(
                who.c.employment_id, who.c.person_id, asked.c.task_type_id, literal(today, Date())
            ),
        )
    )
    lately = batch_work.doers(scope, first_on, last_on).subquery()
    doing = select(lately).join(who, who.c.employment_id == lately.c.employment_id).where(*employed)
    found = [
        (row.employment_id, row.task_type_id)
        for row in session.execute(doing)
        if row.task_type_id not in needing
    ]
    found += [(row.employment_id, row.task_type_id) for row in session.execute(certified)]
    return found, needing


def _presence(session: Session, scope: Scope, first_on: dt.date, last_on: dt.date) -> Fraction:
    """Return on which share of the workdays people with output had any; 1 without a past."""
    row = session.execute(batch_work.days_with_output(scope, first_on, last_on)).one()
    if not row.people:
        return Fraction(1)
    return min(Fraction(1), Fraction(row.person_days, row.people * PAST_WORKDAYS))


def _seats(session: Session, scope: Scope, today: dt.date) -> tuple[int | None, int]:
    """Return the usable seats that the company rents (None: it rents none here), and the shifts of a day."""
    stand = premises.seats_on(scope, today).order_by(None).subquery()
    usable = func.count().filter(stand.c.state == premises.USABLE)
    total, ready = session.execute(
        select(func.count(), usable).where(stand.c.company_id == scope.company_id)
    ).one()
    kinds = session.scalars(attendance.shift_types(scope, today, today))
    return ready if total else None, shifts_a_day((kind.starts, kind.ends) for kind in kinds)
