"""Output whose person has no certificate for it: refused when it is new or accepted, found where it is recorded.

All ask for whole files, batches and months at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Select, and_, or_, select, union_all

from workforce.certification import queries as certificates
from workforce.certification import service as certification
from workforce.certification.service import Work
from workforce.core.errors import DomainError, InputError
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.production.groups import add_stored_shares
from workforce.production.models import GroupShare, OutputRecord, TaskType
from workforce.production.queries import shares_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.platform.changes import Plan

Key = TypeVar("Key", bound=Hashable)
Row = Mapping[str, Any]

MOST_SAID: Final = 5
"""Of so many of a batch it is said one by one why nobody decided on them."""


def uncertified(
    session: Session, company_id: int, changes: Mapping[Key, tuple[Row | None, Row]]
) -> dict[Key, DomainError]:
    """Return why records cannot become what they would be; ``changes``: each before (None: new) and after.

    Asked about is what adds work, and what would be paid from now on: what was recorded or accepted
    before stays as it is, and the month's checks find it.
    """
    works = {key: set(_works(row)) for key, (old, row) in changes.items() if _is_more(row, old)}
    refused = certification.refused(session, company_id, set().union(*works.values()))
    if not refused:
        return {}
    names = _names(session, company_id, refused)
    return {
        key: InputError("output.no_certificate", **names[min(wrong)])
        for key, own in works.items()
        if (wrong := own & refused)
    }


def take_uncertified(session: Session, company_id: int, plan: Plan) -> dict[int, DomainError]:
    """Take out of a plan of decisions what nobody may be paid for; return why, by record."""
    counting = [change for change in plan.changed if change.row["state"] != "rejected"]
    add_stored_shares(session, [change.row for change in counting])
    changes = {one.row["id"]: ({**one.row, **one.before}, one.row) for one in counting}
    refused = uncertified(session, company_id, changes)
    plan.changed[:] = [change for change in plan.changed if change.row["id"] not in refused]
    return refused


def shortened(refused: Iterable[DomainError]) -> list[DomainError]:
    """Return what to say of refused records: each person, day and task type once, and how many more."""
    said = list({error.message("en"): error for error in refused}.values())
    rest = len(said) - MOST_SAID
    more = [InputError("output.no_certificate_more", count=rest)] if rest > 0 else []
    return [*said[:MOST_SAID], *more]


def check_work(
    session: Session, company_id: int, employment_id: int, task_type_code: str, work_on: dt.date
) -> None:
    """Refuse work of a day for which somebody has no certificate.

    Raises:
        InputError: a rule of the company asks for one and blocks.
    """
    task_type_id = session.scalar(select(TaskType.id).where(TaskType.code == task_type_code))
    if task_type_id is None:
        return
    refused = certification.refused(
        session, company_id, [Work(employment_id, task_type_id, work_on)]
    )
    for words in _names(session, company_id, refused).values():
        raise InputError("output.no_certificate", **words)


def _works(row: Row) -> Iterable[Work]:
    workers = [row["employment_id"]] if row["employment_id"] else [one for one, _ in row["shares"]]
    return (Work(one, row["task_type_id"], row["work_on"]) for one in workers)


def _is_more(row: Row, old: Row | None) -> bool:
    """Tell whether a record says or pays more than what is stored, or of other work or people.

    What was rejected is paid to nobody and is never asked about; so it is new once it counts after all.
    """
    if row["state"] == "rejected":
        return False
    return old is None or (
        old["state"] == "rejected"
        or (row["state"] == "accepted" and old["state"] == "submitted")
        or any(row[name] > old[name] for name in ("submitted_qty", "accepted_qty"))
        or any(row[name] != old[name] for name in ("task_type_id", "work_on", "shares"))
    )


def _names(
    session: Session, company_id: int, works: Collection[Work]
) -> dict[Work, dict[str, Any]]:
    """Return what a message says of work."""
    if not works:
        return {}
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
