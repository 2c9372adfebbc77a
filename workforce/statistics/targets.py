"""Targets of measures: set for a month, shown beside the figures until then, reached or overdue after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.statistics.cubes import cubes
from workforce.statistics.measures import measures
from workforce.statistics.models import MeasureTarget
from workforce.statistics.tables import CellState

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.statistics.measure import Measure
    from workforce.statistics.tables import Cell

REASON_CHARACTERS: Final = 200


class Bound(StrEnum):
    """On which side of its value a target is reached; labels are the terms ``target_bound.*``."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    @property
    def sign(self) -> str:
        """The sign before the value."""
        return "≥" if self is Bound.AT_LEAST else "≤"


class Standing(StrEnum):
    """How far a target is; labels are the terms ``target_standing.*``."""

    REACHED = "reached"
    OVERDUE = "overdue"
    """Its month is published, and it was not reached."""
    AWAITED = "awaited"
    """Its month is over and not published."""
    AHEAD = "ahead"
    """Its month is to come; the newest month would do."""
    OPEN = "open"
    UNKNOWN = "unknown"
    """The figure to compare with is withheld, or there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a measure of the whole base is to reach by the end of a month.

    ``value``: a whole count of the last shown decimal of the measure's unit.
    """

    measure: str
    period: PayPeriod
    bound: Bound
    value: int
    reason: str
    set_at: dt.datetime

    def is_met(self, value: int) -> bool:
        """Tell whether a figure of the measure would do."""
        return value >= self.value if self.bound is Bound.AT_LEAST else value <= self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a target is, and the month and figure that say so: its own, or the newest before it."""

    standing: Standing
    period: PayPeriod | None
    value: int | None


def targeted() -> dict[str, Measure]:
    """Return the measures that a target may be set for: those that are published of everybody."""
    return {code: measures()[code] for code in cubes()["whole"].measures}


def targets(session: Session) -> list[Target]:
    """Return every target that was not withdrawn, by measure and month."""
    row = MeasureTarget
    newest = select(func.max(row.id)).group_by(row.measure, row.period)
    chosen = (
        select(row)
        .where(row.id.in_(newest), row.value.is_not(None))
        .order_by(row.measure, row.period)
    )
    return [
        Target(
            measure=one.measure,
            period=PayPeriod.parse(one.period),
            bound=Bound(one.bound),
            value=one.value or 0,
            reason=one.reason,
            set_at=one.set_at,
        )
        for one in session.scalars(chosen)
    ]


def targets_in(session: Session, period: PayPeriod) -> dict[str, Target]:
    """Return by measure what is worked towards in a month: the target that is due in it or next."""
    found: dict[str, Target] = {}
    for one in targets(session):
        if one.period >= period:
            found.setdefault(one.measure, one)
    return found


def target(session: Session, measure: str, period: PayPeriod) -> Target | None:
    """Return what a measure is to reach in a month or next after it; None without a target."""
    return targets_in(session, period).get(measure)


def progress(wanted: Target, figures: Mapping[PayPeriod, Cell], today: dt.date) -> Progress:
    """Hold a target against the figures of its measure by month, as they are published."""
    due = figures.get(wanted.period)
    if due is not None:
        met, missed, at = Standing.REACHED, Standing.OVERDUE, wanted.period
    elif today > wanted.period.last_on:
        return Progress(standing=Standing.AWAITED, period=None, value=None)
    else:
        earlier = [month for month in figures if month < wanted.period]
        if not earlier:
            return Progress(standing=Standing.OPEN, period=None, value=None)
        met, missed, at = Standing.AHEAD, Standing.OPEN, max(earlier)
    cell = figures[at]
    if cell.state is not CellState.SHOWN or cell.value is None:
        return Progress(standing=Standing.UNKNOWN, period=at, value=None)
    standing = met if wanted.is_met(cell.value) else missed
    return Progress(standing=standing, period=at, value=cell.value)


def set_target(
    measure: str, period: PayPeriod, bound: Bound, value: int, reason: str, actor: Actor
) -> None:
    """Set what a measure is to reach by a month, in place of an earlier target for that month.

    ``value`` as in `Target`.

    Raises:
        InputError: the measure is not published, the month is over, the value is negative, or there
            is no reason.
    """
    if measure not in targeted():
        raise InputError("target.measure", code=measure)
    if period.half or period < PayPeriod.of(clock.today()):
        raise InputError("target.past", period=period)
    if value < 0:
        raise InputError("target.value")
    _store(measure, period, bound, value, reason, actor)


def withdraw_target(measure: str, period: PayPeriod, reason: str, actor: Actor) -> None:
    """Take a target back; what was reached of it is said no more.

    Raises:
        NotFoundError: there is no such target.
        InputError: there is no reason.
    """
    _store(measure, period, None, None, reason, actor)


def _store(
    measure: str,
    period: PayPeriod,
    bound: Bound | None,
    value: int | None,
    reason: str,
    actor: Actor,
) -> None:
    words = reason.strip()
    if not words or len(words) > REASON_CHARACTERS:
        raise InputError("target.reason", most=REASON_CHARACTERS)
    with unit_of_work() as session:
        known = {(one.measure, one.period): one for one in targets(session)}
        before = known.get((measure, period))
        if bound is None:
            if before is None:
                raise NotFoundError("target.none", period=period, code=measure)
            bound = before.bound
        session.add(
            MeasureTarget(
                measure=measure,
                period=str(period),
                bound=bound,
                value=value,
                reason=words,
                set_by_id=actor.account_id,
                set_at=clock.now(),
            )
        )
        audit.record(
            session,
            actor,
            "measure_target.withdraw" if value is None else "measure_target.set",
            "measure_target",
            f"{measure} {period}",
            before=None if before is None else {"bound": before.bound, "value": before.value},
            after=None if value is None else {"bound": bound, "value": value},
            reason=words,
        )
