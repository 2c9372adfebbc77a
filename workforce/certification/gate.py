"""The gate before work: which of it nobody may record, for want of a certificate that opens it.

Asked about all rows of a file at once, with a fixed number of statements.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import or_, select

from workforce.certification import queries
from workforce.certification.models import SkillException, SkillRequirement
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FEW: Final = 500
"""Up to so many people their certificates are asked for by key, beyond it those of the whole company."""

Span = tuple[dt.date, dt.date]
"""First and last day."""


class Work(NamedTuple):
    """Work of a task type by an employment on a day."""

    employment_id: int
    task_type_id: int
    work_on: dt.date


def refused(session: Session, company_id: int, works: Collection[Work]) -> frozenset[Work]:
    """Return the work that a rule of the company which blocks does not let anybody record.

    Where no such rule touches it, this takes one statement.
    """
    if not works:
        return frozenset()
    first_on, last_on = min(one.work_on for one in works), max(one.work_on for one in works)
    rules = _rules(session, company_id, first_on, last_on)
    asked = [one for one in works if _covers(rules.get(one.task_type_id, ()), one.work_on)]
    if not asked:
        return frozenset()
    held = _held(session, company_id, asked)
    return frozenset(one for one in asked if not _covers(held.get(one[:2], ()), one.work_on))


def _covers(spans: Iterable[Span], on: dt.date) -> bool:
    return any(first_on <= on <= last_on for first_on, last_on in spans)


def _rules(
    session: Session, company_id: int, first_on: dt.date, last_on: dt.date
) -> dict[int, list[Span]]:
    rule = SkillRequirement
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for row in session.execute(
        select(rule.task_type_id, rule.valid_from, rule.valid_to).where(
            rule.company_id == company_id,
            rule.effect == "blocks",
            rule.valid_from <= last_on,
            or_(rule.valid_to.is_(None), rule.valid_to > first_on),
        )
    ):
        found[row.task_type_id].append((row.valid_from, _before(row.valid_to)))
    return found


def _before(end: dt.date | None) -> dt.date:
    """Return the last day before an end; without one the last of all days."""
    return dt.date.max if end is None else end - dt.timedelta(days=1)


def _held(
    session: Session, company_id: int, asked: Collection[Work]
) -> dict[tuple[int, int], list[Span]]:
    """Return the days on which people may do task types, by employment and task type."""
    found: defaultdict[tuple[int, int], list[Span]] = defaultdict(list)
    for employment_id, task_type_id, span in _certified(session, company_id, asked):
        found[employment_id, task_type_id].append(span)
    for employment_id, task_type_id, span in _excepted(session, company_id, asked):
        found[employment_id, task_type_id].append(span)
    return found


def _certified(
    session: Session, company_id: int, asked: Collection[Work]
) -> Iterator[tuple[int, int, Span]]:
    employments = {one.employment_id for one in asked}
    worker = people.all_employments(Scope.company(company_id)).subquery()
    held = queries.certified(
        min(one.work_on for one in asked), max(one.work_on for one in asked)
    ).subquery()
    chosen = (
        select(worker.c.employment_id, held)
        .join(held, held.c.person_id == worker.c.person_id)
        .where(held.c.task_type_id.in_({one.task_type_id for one in asked}))
    )
    if len(employments) <= _FEW:
        chosen = chosen.where(worker.c.employment_id.in_(employments))
    for row in session.execute(chosen):
        last_on = min(row.valid_until or dt.date.max, _before(row.withdrawn_on))
        yield row.employment_id, row.task_type_id, (row.issued_on, last_on)


def _excepted(
    session: Session, company_id: int, asked: Collection[Work]
) -> Iterator[tuple[int, int, Span]]:
    row = SkillException
    for one in session.execute(
        select(row.employment_id, row.task_type_id, row.valid_from, row.valid_to).where(
            row.company_id == company_id,
            row.state == "approved",
            row.valid_from <= max(one.work_on for one in asked),
            row.valid_to > min(one.work_on for one in asked),
        )
    ):
        yield one.employment_id, one.task_type_id, (one.valid_from, _before(one.valid_to))
