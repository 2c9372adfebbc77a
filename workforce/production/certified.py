"""Output whose person has no certificate for it: refused when it is new, found where it is recorded.

Both ask for whole files and months at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, or_, select, union_all

from workforce.certification import queries as certificates
from workforce.certification import service as certification
from workforce.certification.service import Work
from workforce.core.errors import DomainError, InputError
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.production.models import GroupShare, OutputRecord, TaskType
from workforce.production.queries import shares_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod


def uncertified(
    session: Session,
    company_id: int,
    rows: Sequence[Mapping[str, Any]],
    stored: Mapping[str, Mapping[str, Any]],
) -> dict[str, DomainError]:
    """Return why records cannot be stored as they would be, by source key.

    Only new work is asked about: what was recorded before stays as it is, and the month's checks find it.
    """
    works = {
        row["source_key"]: set(_works(row))
        for row in rows
        if _is_more(row, stored.get(row["source_key"]))
    }
    refused = certification.refused(session, company_id, set().union(*works.values()))
    if not refused:
        return {}
    names = _names(session, company_id, refused)
    return {
        key: InputError("output.no_certificate", **names[min(wrong)])
        for key, own in works.items()
        if (wrong := own & refused)
    }


def _works(row: Mapping[str, Any]) -> Iterable[Work]:
    workers = [row["employment_id"]] if row["employment_id"] else [one for one, _ in row["shares"]]
    return (Work(one, row["task_type_id"], row["work_on"]) for one in workers)


def _is_more(row: Mapping[str, Any], old: Mapping[str, Any] | None) -> bool:
    """Tell whether a record says more than what is stored: other or additional work, or other people.

    What was rejected is paid to nobody and is never asked about; so it is new once it counts after all.
    """
    if row["state"] == "rejected":
        return False
    return old is None or (
        old["state"] == "rejected"
        or row["submitted_qty"] > old["submitted_qty"]
        or any(row[name] != old[name] for name in ("task_type_id", "work_on", "shares"))
    )


def _names(session: Session, company_id: int, works: Iterable[Work]) -> dict[Work, dict[str, Any]]:
    """Return what a message says of work."""
    directory = people.directory(Scope.company(company_id)).order_by(None).subquery()
    numbers = dict(
        session.execute(select(directory.c.employment_id, directory.c.employee_no)).all()
    )
    codes = dict(session.execute(select(TaskType.id, TaskType.code)).all())
    return {
        one: {
            "employee_no": numbers[one.employment_id],
            "work_on": one.work_on,
            "task_type": codes[one.task_type_id],
        }
        for one in works
    }


def uncertified_output(scope: Scope, period: PayPeriod, effect: str) -> Select[*tuple[Any, ...]]:
    """Work that a pay period pays, or that waits for it, without the certificate that a rule asks for.

    ``effect``: of the rule, blocks | warns. Columns, one row for each person, task type and day:
    employment_id, person_id, task_type_code, work_on. A member of a group counts like who works alone.
    """
    record = OutputRecord
    in_month = or_(
        record.pay_period.in_(people.assigned_to(period)),
        and_(record.state == "submitted", record.work_on.between(period.first_on, period.last_on)),
    )
    # By the rule first: a company without one has nothing to look for.
    is_asked = certificates.is_required(
        record.company_id, record.task_type_id, record.work_on, effect
    )
    what = (record.task_type_id, record.work_on)
    own = select(record.employment_id, *what).where(
        record.employment_id.in_(people.employment_ids(scope)), in_month, is_asked
    )
    shared = shares_of(scope, GroupShare.employment_id, *what).where(in_month, is_asked)
    work = union_all(own, shared).subquery()
    worker = people.all_employments(scope).subquery()
    return (
        select(
            work.c.employment_id,
            worker.c.person_id,
            TaskType.code.label("task_type_code"),
            work.c.work_on,
        )
        .join(worker, worker.c.employment_id == work.c.employment_id)
        .join(TaskType, TaskType.id == work.c.task_type_id)
        .where(
            ~certificates.is_allowed(
                work.c.employment_id, worker.c.person_id, work.c.task_type_id, work.c.work_on
            )
        )
        .distinct()
    )
