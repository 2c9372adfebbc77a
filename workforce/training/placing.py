"""From a passed class to work: who can become an employee now, and what number each might get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.core.errors import InputError, NotFoundError
from workforce.people import queries as people
from workforce.people.becoming import Terms, become_employee
from workforce.platform.scope import Scope, ScopeKind
from workforce.training.class_people import PersonRow, people_of

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

_NUMBER: Final = re.compile(r"(.*?)([0-9]{1,15})")


def ready(session: Session, scope: Scope, class_id: int, on: dt.date) -> list[PersonRow]:
    """Return a company's trainees in a class who have passed it and are still trainees."""
    if scope.kind is not ScopeKind.COMPANY:
        return []
    job = people.all_employments(scope).subquery()
    open_jobs = set(
        session.scalars(
            select(job.c.employment_id).where(
                job.c.employment_type == "trainee", job.c.separated_on.is_(None)
            )
        )
    )
    return [
        row
        for row in people_of(session, scope, class_id, on, "enrolled")
        if row.result == "passed" and row.employment_id in open_jobs
    ]


def next_numbers(session: Session, scope: Scope, count: int) -> list[str]:
    """Return the next free employee numbers, as the company's ordinary ones go on (A0041, A0042).

    None of them where no ordinary number ends with digits.
    """
    job = people.all_employments(scope).subquery()
    rows = session.execute(select(job.c.employee_no, job.c.employment_type)).all()
    taken = {row.employee_no for row in rows}
    parts = [
        found
        for row in rows
        if row.employment_type != "trainee" and (found := _NUMBER.fullmatch(row.employee_no))
    ]
    if not parts:
        return []
    last = max(parts, key=lambda found: (len(found[2]), int(found[2])))
    stem, width, number = last[1], len(last[2]), int(last[2])
    numbers: list[str] = []
    while len(numbers) < count:
        number += 1
        if (made := f"{stem}{number:0{width}d}") not in taken:
            numbers.append(made)
    return numbers


def employ(
    session: Session,
    scope: Scope,
    actor: Actor,
    class_id: int,
    numbers: Mapping[int, str],
    terms: Terms,
    on: dt.date,
) -> int:
    """Make employees of trainees who have passed: enrolment → new number; return how many are new.

    All or nobody. Whoever was made one before by the same terms is not made one again.

    Raises:
        NotFoundError: somebody is not a passed trainee of the company in this class.
        StateError, InputError, ClosedError: as ``become_employee``.
    """
    if not numbers:
        raise InputError("trainee.nobody")
    if scope.kind is not ScopeKind.COMPANY or scope.company_id is None:
        raise NotFoundError("web.not_found")
    passed = {
        row.enrolment_id: row
        for row in people_of(session, scope, class_id, on, "enrolled")
        if row.result == "passed"
    }
    if not numbers.keys() <= passed.keys():
        raise NotFoundError("web.not_found")
    made = [
        become_employee(session, actor, scope.company_id, passed[key].employment_id, number, terms)
        for key, number in sorted(numbers.items())
    ]
    return sum(one is not None for one in made)
