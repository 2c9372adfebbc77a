"""The demo's skill certificates: most annotators hold one, one runs out soon, and boxes begin to ask for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.certification import queries, service
from workforce.demo.rooms import BASE
from workforce.demo.telling import reach
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.production.service import task_type_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_COURSE: Final = "人工智能训练师（数据标注）"
_ISSUED: Final = dt.date(2026, 7, 15)
_LEVELS: Final = (5, 5, 4, 5, None, 4, 5, 3, 4, 5)
"""Of the people in order of their numbers, again and again; None: no certificate yet."""
_SOON: Final = dt.timedelta(days=40)
_TASK: Final = "bbox_2d"
_HELD: Final = dt.timedelta(days=3 * 365)


def certify(
    company_codes: Sequence[str], told_at: dt.datetime, *, leader: str, ends_soon: str
) -> None:
    """Issue the base's certificates, let boxes of the first company ask for one, and ask for an exception.

    ``leader``: the login name of whoever asks; ``ends_soon``: the employee number of the annotator whose
    certificate is to be renewed. What is there already is not done again; a story that ends before the
    certificates' day has none.
    """
    if told_at.date() < _ISSUED:
        return
    with clock.fixed(told_at), unit_of_work() as session:
        company_id, scope = reach(company_codes[0])
        if session.scalar(queries.requirements(company_id).limit(1)) is not None:
            return
        task = task_type_named(session, _TASK).id
        for code in company_codes:
            _issue(session, code, task, told_at.date(), ends_soon)
        month, next_month = told_at.date().replace(day=1), _next_month(told_at.date())
        service.set_requirement(session, audit.CLI, company_id, task, "warns", month)
        service.set_requirement(session, audit.CLI, company_id, task, "blocks", next_month)
        service.ask_exception(
            session,
            actor_of(account_named(session, leader)),
            scope,
            employment_id=_without(session, company_codes[0]),
            task_type_id=task,
            first_on=next_month,
            last_on=next_month + dt.timedelta(days=27),
            reason="培训班下月考试，先在老员工旁边做",
        )


def _next_month(on: dt.date) -> dt.date:
    return (on.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _issue(session: Session, code: str, task: int, today: dt.date, ends_soon: str) -> None:
    for at, (employee_no, person_id, _) in enumerate(_people(session, code)):
        level = 4 if employee_no == ends_soon else _LEVELS[at % len(_LEVELS)]
        if (
            level is None
            or session.execute(queries.certificates(Scope.own(person_id)).limit(1)).first()
        ):
            continue
        award = service.Award(
            person_id=person_id,
            level=level,
            course=_COURSE,
            issued_on=_ISSUED,
            valid_until=today + _SOON if employee_no == ends_soon else _ISSUED + _HELD,
            task_type_ids=[task],
        )
        service.issue(session, audit.CLI, award, issuer=BASE.zh, kept_by_id=None)


def _people(session: Session, code: str) -> list[tuple[str, int, int]]:
    """Return who is employed by a company: employee number, person and employment, in order of the number."""
    _, scope = reach(code)
    worker = people.all_employments(scope).subquery()
    chosen = (
        select(worker.c.employee_no, worker.c.person_id, worker.c.employment_id)
        .where(worker.c.separated_on.is_(None))
        .order_by(worker.c.employee_no)
    )
    return [(row.employee_no, row.person_id, row.employment_id) for row in session.execute(chosen)]


def _without(session: Session, code: str) -> int:
    """Return the first employment of a company whose person holds no certificate."""
    held = set(session.scalars(select(queries.certificates(Scope.base()).subquery().c.person_id)))
    return next(one for _, person_id, one in _people(session, code) if person_id not in held)
