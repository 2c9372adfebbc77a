"""Work of a month that its person had no certificate for, where the company's rules ask for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workforce.core.text import Text
from workforce.payroll.stages.finders import MOST_NAMED, NOTHING, Found, Named, Place
from workforce.people import queries as people
from workforce.production.certified import uncertified_output

if TYPE_CHECKING:
    from workforce.payroll.stages.finders import Asked


def certificate_missing(asked: Asked) -> Found:
    """People with work that must not be done without a certificate: recorded before the rule, or since it lapsed."""
    return _uncertified(asked, "blocks")


def certificate_advised(asked: Asked) -> Found:
    """People with work that should not be done without a certificate."""
    return _uncertified(asked, "warns")


def _uncertified(asked: Asked, effect: str) -> Found:
    work = uncertified_output(asked.scope, asked.period, effect).subquery()
    directory = people.directory(asked.scope).order_by(None).subquery()
    rows = asked.session.execute(
        select(
            work.c.person_id,
            work.c.task_type_code,
            func.min(work.c.work_on).label("first_on"),
            func.count().label("days"),
            directory.c.employee_no,
            directory.c.name,
            func.count().over().label("total"),
        )
        .join(directory, directory.c.employment_id == work.c.employment_id)
        .group_by(
            work.c.employment_id,
            work.c.person_id,
            work.c.task_type_code,
            directory.c.employee_no,
            directory.c.name,
        )
        .order_by(directory.c.employee_no, work.c.task_type_code)
        .limit(MOST_NAMED)
    ).all()
    if not rows:
        return NOTHING
    return Found(
        rows[0].total,
        tuple(
            Named(
                f"{row.employee_no} {row.name}",
                Text(
                    f"{row.task_type_code}，{row.days} 天，从 {row.first_on} 起",
                    f"{row.task_type_code}, {row.days} days, from {row.first_on} on",
                ),
                Place("skill_certificates.person", {"person_id": row.person_id}),
            )
            for row in rows
        ),
        Place("skill_certificates.listing"),
    )
