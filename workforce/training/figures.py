"""What is told of training in the whole base, month by month, protected: numbers of people-times, never names.

Everything is counted from results, which are dated on the day of deciding and never change: so a month
that is over stays as it was told, and two readings of it tell nothing more. Only such months are told.

- ``results``: people-times with a result; a retake that says something new is a result of its own.
- ``passed``: those who passed, each with a certificate; ``failed`` are the others.
- ``attendance``: the mean share of lessons attended of those with a result of whom it is known.
- ``placed_3``, ``placed_6``: of who passed in the month, those with ordinary work (no trainees, interns or
  service people) in any company of the base three or six months after the day; told once that is so for
  all of them.

A month's table by course is protected like all tables (``statistics/disclosure``): counts of 1 to 4 are
withheld, and with them what they could be worked out from. A sum over months is told where every
month of it is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import and_, func, or_, select

from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.statistics.disclosure import (
    RULES,
    DisclosureError,
    Need,
    Problem,
    State,
    protect,
)
from workforce.statistics.queries import UNCOUNTED_TYPES
from workforce.training.models import (
    TrainingClass,
    TrainingCourse,
    TrainingEnrolment,
    TrainingResult,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COUNTS: Final = ("results", "passed", "failed")
PLACED_AFTER: Final = {"placed_3": 3, "placed_6": 6}
STATEMENT: Final = Text(
    f"※ 表示不公布：涉及 1 至 {RULES.least - 1} 人，或能推算出这样的数。",
    f"※ means withheld: 1 to {RULES.least - 1} people, or what would tell of so few.",
)
WITHHELD: Final = "withheld"
"""Stands for a figure that is not told; None: not known (yet)."""

Told = int | str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of a course, or of all: each a number, ``WITHHELD``, or None (not known yet)."""

    results: Told
    passed: Told
    failed: Told

    @property
    def pass_rate(self) -> Told:
        """Millionths of the results that are passes; as told as both of them."""
        if isinstance(self.results, str) or isinstance(self.passed, str):
            return WITHHELD
        if not self.results or self.passed is None:
            return None
        return self.passed * MICRO // self.results


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month that is over: all, by course (key of the course), and what came of who passed."""

    period: PayPeriod
    whole: Line
    courses: Mapping[int, Line]
    attendance: Told
    placed: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class _Raw:
    """A month's true counts by course: results and passes; attendance of those of whom it is known."""

    results: Counter[int] = field(default_factory=Counter)
    passed: Counter[int] = field(default_factory=Counter)
    attendance: list[int] = field(default_factory=lambda: [0, 0])


def months_of(
    session: Session, first: PayPeriod, last: PayPeriod, today: dt.date
) -> tuple[Month, ...]:
    """Return the months of a span that are over, the oldest first; three statements."""
    wanted = []
    period = first
    while period <= last and period.last_on < today:
        wanted.append(period)
        period = period.next()
    if not wanted:
        return ()
    raw = _read(session, wanted[0].first_on, wanted[-1].last_on)
    placed = _placed(session, wanted, today)
    return tuple(_month(one, raw[one], placed[one]) for one in wanted)


def course_titles(session: Session) -> dict[int, str]:
    """Return the titles of all courses by key."""
    rows = session.execute(select(TrainingCourse.id, TrainingCourse.title))
    return {row.id: row.title for row in rows}


def _read(session: Session, first_on: dt.date, last_on: dt.date) -> Mapping[PayPeriod, _Raw]:
    rows = session.execute(
        select(
            TrainingClass.course_id,
            TrainingResult.decided_on,
            TrainingResult.is_passed,
            func.count().label("size"),
            func.count(TrainingResult.attendance_rate).label("known"),
            func.coalesce(func.sum(TrainingResult.attendance_rate), 0).label("rates"),
        )
        .join(TrainingEnrolment, TrainingEnrolment.id == TrainingResult.enrolment_id)
        .join(TrainingClass, TrainingClass.id == TrainingEnrolment.class_id)
        .where(TrainingResult.decided_on >= first_on, TrainingResult.decided_on <= last_on)
        .group_by(TrainingClass.course_id, TrainingResult.decided_on, TrainingResult.is_passed)
    )
    found: defaultdict[PayPeriod, _Raw] = defaultdict(_Raw)
    for row in rows:
        month = found[PayPeriod.of(row.decided_on)]
        month.results[row.course_id] += row.size
        month.passed[row.course_id] += row.size if row.is_passed else 0
        month.attendance[0] += row.known
        month.attendance[1] += int(row.rates)
    return found


def after_months(on: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last day of a month that lacks it."""
    period = PayPeriod.of(on)
    for _ in range(months):
        period = period.next()
    return min(period.first_on + dt.timedelta(days=on.day - 1), period.last_on)


def _placed(
    session: Session, wanted: Sequence[PayPeriod], today: dt.date
) -> Mapping[PayPeriod, dict[str, int | None]]:
    """Count by month who of those who passed has work later; None where not all their months are over."""
    passes = session.execute(
        select(TrainingEnrolment.person_id, TrainingResult.decided_on)
        .join(TrainingResult, TrainingResult.enrolment_id == TrainingEnrolment.id)
        .where(
            TrainingResult.is_passed,
            TrainingResult.decided_on >= wanted[0].first_on,
            TrainingResult.decided_on <= wanted[-1].last_on,
        )
    ).all()
    job = people.all_employments(Scope.base()).subquery()
    spans: defaultdict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    passed = select(TrainingEnrolment.person_id).join(
        TrainingResult,
        and_(TrainingResult.enrolment_id == TrainingEnrolment.id, TrainingResult.is_passed),
    )
    for row in session.execute(
        select(job.c.person_id, job.c.hired_on, job.c.separated_on).where(
            job.c.employment_type.not_in(UNCOUNTED_TYPES),
            job.c.person_id.in_(passed),
            or_(job.c.separated_on.is_(None), job.c.separated_on >= wanted[0].first_on),
        )
    ):
        spans[row.person_id].append((row.hired_on, row.separated_on or dt.date.max))
    found: dict[PayPeriod, dict[str, int | None]] = {
        period: {
            name: 0 if after_months(period.last_on, months) < today else None
            for name, months in PLACED_AFTER.items()
        }
        for period in wanted
    }
    for passed_one in passes:
        counts = found[PayPeriod.of(passed_one.decided_on)]
        for name, months in PLACED_AFTER.items():
            on, so_far = after_months(passed_one.decided_on, months), counts[name]
            if so_far is not None:
                has_work = any(begin <= on <= end for begin, end in spans[passed_one.person_id])
                counts[name] = so_far + has_work
    return found


def _month(period: PayPeriod, raw: _Raw, placed: Mapping[str, int | None]) -> Month:
    courses = sorted(raw.results)
    values = np.zeros((len(courses) + 1, len(COUNTS)), dtype=np.int64)
    for row, course in enumerate(courses, start=1):
        values[row] = (
            raw.results[course],
            raw.passed[course],
            raw.results[course] - raw.passed[course],
        )
    values[0] = values[1:].sum(axis=0)
    hidden = withheld(values)
    lines = [
        Line(*(WITHHELD if hidden[row, one] else int(values[row, one]) for one in range(3)))
        for row in range(len(values))
    ]
    known, rates = raw.attendance
    is_told = known >= RULES.least and not hidden[0, 0]
    return Month(
        period=period,
        whole=lines[0],
        courses=dict(zip(courses, lines[1:], strict=True)),
        attendance=(rates // known if is_told else WITHHELD) if known else None,
        placed={name: _told_placed(count, lines[0].passed) for name, count in placed.items()},
    )


def _told_placed(count: int | None, passed: Told) -> Told:
    """Tell how many of those who passed have work, where neither they nor the others are few."""
    if count is None:
        return None
    if not isinstance(passed, int):
        return WITHHELD
    if not passed:
        return None
    return WITHHELD if RULES.is_small(count) or RULES.is_small(passed - count) else count


def withheld(values: np.ndarray) -> np.ndarray:
    """Say what of a table is withheld: int64[rows, 3] → bool, the first row being the sum of the others.

    The columns are `COUNTS`: the first is the sum of the other two. Where the program finds no way to hide
    a sensitive count, all of it is withheld.
    """
    rows, columns = values.shape
    if not values.any():
        return np.zeros(values.shape, dtype=np.bool_)
    flat = values.ravel()
    needs = tuple(
        Need(int(index), RULES.least, (np.zeros(flat.size, dtype=np.bool_),))
        for index in np.flatnonzero([RULES.is_small(int(value)) for value in flat])
    )
    problem = Problem(
        values=flat,
        states=np.full(flat.size, State.OPEN, dtype=np.int8),
        costs=1.0 + flat.astype(np.float64),
        equations=_equations(rows, columns),
        needs=needs,
    )
    try:
        hidden = protect(problem).hidden
    except DisclosureError:
        hidden = np.ones(flat.size, dtype=np.bool_)
    return hidden.reshape(values.shape)


def _equations(rows: int, columns: int) -> csr_array:
    """Return what adds up: results = passed + failed in each row, and each column to its first row."""
    lines = np.zeros((rows + columns, rows * columns))
    for row in range(rows):
        lines[row, row * columns] = 1
        lines[row, row * columns + 1 : (row + 1) * columns] = -1
    for column in range(columns):
        lines[rows + column, column] = 1
        lines[rows + column, columns + column :: columns] = -1
    return csr_array(lines)


def total(told: Iterable[Told]) -> Told:
    """Add figures up: withheld where one of them is, not known where one is not."""
    values = list(told)
    if WITHHELD in values:
        return WITHHELD
    numbers = [value for value in values if isinstance(value, int)]
    return sum(numbers) if len(numbers) == len(values) else None


def sum_of(lines: Sequence[Line]) -> Line:
    """Add up lines, figure by figure; of no line all figures are 0."""
    return Line(*(total(getattr(one, name) for one in lines) for name in COUNTS))
