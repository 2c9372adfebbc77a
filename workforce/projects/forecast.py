"""When work in hand will be finished: one formula, in exact fractions, that knows no database.

    units a workday = crew × speed
    finished on     = the workday after today on which what is left, and all of the same task type that is
                      due before it, has been done at that pace

*Speed* is what one person did of a task type in a day: the lower quartile, median and upper quartile of
the past person-days, at the nearest rank, so that each is a figure that somebody reached. *Crew* is how
many people work on the task type each workday: everybody who may do it, whoever may do several types
that wait counted for each in equal parts, times the share of workdays on which people did come, cut
down where more would come than there are places to work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

PAST_WORKDAYS: Final = 20
"""So many workdays before today speak for the days to come."""
LEAST_PERSON_DAYS: Final = 5
"""Speed of fewer person-days is not known."""
FURTHEST_WORKDAYS: Final = 750
"""A finish beyond so many workdays, about three years, is not foretold."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Units of one person-day: the quartiles of the past, and how many person-days they are of."""

    low: int
    middle: int
    high: int
    person_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is left of one task type of one project: ``left`` units, to be done by ``due_on``."""

    project_id: int
    task_type_id: int
    left: int
    starts_on: dt.date
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Finish:
    """Workdays on which a load is finished: at the upper quartile, the median, the lower quartile.

    None: beyond what is foretold.
    """

    early: dt.date | None
    middle: dt.date | None
    late: dt.date | None


def speed_of(person_days: Mapping[int, int]) -> Speed | None:
    """Return the speed of past person-days: units of a day → how many did so many; None: too few."""
    total = sum(person_days.values())
    if total < LEAST_PERSON_DAYS:
        return None
    low, middle, high = (_ranked(person_days, ceil(Fraction(total * n, 4))) for n in (1, 2, 3))
    return Speed(low, middle, high, total)


def _ranked(person_days: Mapping[int, int], rank: int) -> int:
    """Return the value at a rank, counted from 1, the smallest first."""
    passed = 0
    for units in sorted(person_days):
        passed += person_days[units]
        if passed >= rank:
            return units
    message = f"there is no rank {rank}"
    raise ValueError(message)


def crews(
    may_do: Iterable[tuple[int, int]],
    waiting: frozenset[int],
    presence: Fraction,
    places: int | None,
) -> dict[int, Fraction]:
    """Return how many people work on each task type that waits, on a workday.

    Args:
        may_do: pairs of person and task type, each once: who may do what.
        waiting: the task types of which work is left.
        presence: the share of workdays on which people did come, 0 to 1.
        places: seats × shifts, as many people as can work on a day; None: not known.

    """
    types: dict[int, list[int]] = {}
    for person, task_type in may_do:
        if task_type in waiting:
            types.setdefault(person, []).append(task_type)
    found = dict.fromkeys(sorted(waiting), Fraction(0))
    for mine in types.values():
        for task_type in mine:
            found[task_type] += presence / len(mine)
    coming = sum(found.values(), Fraction(0))
    if places is not None and coming > places:
        found = {task_type: crew * places / coming for task_type, crew in found.items()}
    return found


def forecast(
    loads: Sequence[Load],
    crew: Fraction,
    speed: Speed,
    workdays: Callable[[int], dt.date],
    offset: Callable[[dt.date], int],
) -> dict[int, Finish]:
    """Return by project when its load of one task type is finished; what is due first is done first.

    Args:
        loads: all that waits of the task type, in any order.
        crew: people on it each workday.
        speed: what one does in a day.
        workdays: the day of the n-th workday after today, n from 1.
        offset: how many workdays after today lie before a day.

    """
    queue = sorted(loads, key=lambda load: (load.due_on, load.starts_on, load.project_id))
    ends = [_ends(queue, crew * pace, offset) for pace in (speed.high, speed.middle, speed.low)]

    def day(end: Fraction | None) -> dt.date | None:
        return None if end is None or end > FURTHEST_WORKDAYS else workdays(max(1, ceil(end)))

    return {
        load.project_id: Finish(day(early), day(middle), day(late))
        for load, early, middle, late in zip(queue, *ends, strict=True)
    }


def _ends(
    queue: Sequence[Load], rate: Fraction, offset: Callable[[dt.date], int]
) -> list[Fraction | None]:
    """Return after how many workdays each load of a queue is done at so many units a workday."""
    if rate <= 0:
        return [None] * len(queue)
    ends: list[Fraction | None] = []
    reached = Fraction(0)
    for load in queue:
        reached = max(reached, Fraction(offset(load.starts_on))) + load.left / rate
        ends.append(reached)
    return ends
