"""Output and batches as pages list them: who, when, what, how many, and how far they are.

A team's leader reaches a record by the day of its work: whoever was in the team on that day. A group's
record is reached through any of its members.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.production.models import Batch, GroupShare, OutputRecord, TaskType

STATES: Final = ("submitted", "accepted", "rejected", "sent_back")
"""What a list may be narrowed to; ``sent_back`` are the rejected records that are to be done again."""

QUANTITIES: Final = ("submitted", "reviewed", "accepted", "rejected", "reworked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; None and empty narrow nothing. Days are days of work."""

    first_on: dt.date | None = None
    last_on: dt.date | None = None
    words: str = ""
    task_type: str = ""
    batch: str = ""
    batch_id: int | None = None
    state: str = ""


def records(scope: Scope, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Output records in scope, the newest day first.

    Columns: record_id, company_id, employment_id, employee_no, name, group_name, work_on,
    task_type_id, task_type_code, name_zh, name_en, unit_zh, unit_en, batch_id, batch_code, state,
    is_sent_back, decided_reason, accepted_on, pay_period, hours_class, source, source_key, evidence,
    and the quantities submitted_qty … reworked_qty.
    """
    who = people.directory(scope.whole_company()).order_by(None).subquery()
    return (
        select(
            OutputRecord.id.label("record_id"),
            OutputRecord.company_id,
            OutputRecord.employment_id,
            who.c.employee_no,
            who.c.name,
            OutputRecord.group_name,
            OutputRecord.work_on,
            OutputRecord.task_type_id,
            TaskType.code.label("task_type_code"),
            TaskType.name_zh,
            TaskType.name_en,
            TaskType.unit_zh,
            TaskType.unit_en,
            OutputRecord.batch_id,
            Batch.code.label("batch_code"),
            OutputRecord.state,
            OutputRecord.is_sent_back,
            OutputRecord.decided_reason,
            OutputRecord.accepted_on,
            OutputRecord.pay_period,
            OutputRecord.hours_class,
            OutputRecord.source,
            OutputRecord.source_key,
            OutputRecord.evidence,
            *(getattr(OutputRecord, f"{name}_qty") for name in QUANTITIES),
        )
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .outerjoin(Batch, Batch.id == OutputRecord.batch_id)
        .outerjoin(who, who.c.employment_id == OutputRecord.employment_id)
        .where(in_reach(scope), *_narrowed(wanted))
        .order_by(OutputRecord.work_on.desc(), OutputRecord.id.desc())
    )


def record(scope: Scope, record_id: int) -> Select[*tuple[Any, ...]]:
    """One record in scope, as in ``records``: one row or none."""
    return records(scope, Wanted()).where(OutputRecord.id == record_id)


def totals(scope: Scope, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """One row over the same records: record_count, the quantities, waiting_qty, sent_back_qty."""
    return (
        select(func.count().label("record_count"), *_sums())
        .select_from(OutputRecord)
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .outerjoin(Batch, Batch.id == OutputRecord.batch_id)
        .where(in_reach(scope), *_narrowed(wanted))
    )


def batches(scope: Scope, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Batches with records in scope, the one worked on last first; as ``totals``, batch by batch.

    Columns besides: batch_id, batch_code, task_type_code, name_zh, name_en, unit_zh, unit_en,
    first_on, last_on.
    """
    newest = func.max(OutputRecord.work_on)
    named = (
        Batch.id.label("batch_id"),
        Batch.code.label("batch_code"),
        TaskType.code.label("task_type_code"),
        TaskType.name_zh,
        TaskType.name_en,
        TaskType.unit_zh,
        TaskType.unit_en,
    )
    chosen = (
        select(
            *named,
            func.min(OutputRecord.work_on).label("first_on"),
            newest.label("last_on"),
            func.count().label("record_count"),
            *_sums(),
        )
        .select_from(OutputRecord)
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .join(Batch, Batch.id == OutputRecord.batch_id)
        .where(in_reach(scope), *_narrowed(wanted, is_of_batch=True))
        .group_by(*named)
    )
    if wanted.state in {"submitted", "sent_back"}:
        waiting = _waiting() if wanted.state == "submitted" else _sent_back()
        chosen = chosen.having(func.sum(waiting) > 0)
    return chosen.order_by(newest.desc(), Batch.code)


def latest_day(scope: Scope) -> Select[dt.date | None]:
    """The last day on which somebody in scope has output: one row, NULL without any."""
    newest = func.max(OutputRecord.work_on)
    own = select(newest).select_from(OutputRecord)
    # One step into the index of each person's days, instead of reading all days of all of them.
    if scope.kind is ScopeKind.TEAM:
        who = people.team_members(scope, dt.date.min, dt.date.max).order_by(None).subquery()
        own = own.where(
            OutputRecord.employment_id == who.c.employment_id,
            OutputRecord.work_on >= who.c.valid_from,
            or_(who.c.valid_to.is_(None), OutputRecord.work_on < who.c.valid_to),
        )
    else:
        who = people.employment_ids(scope).subquery()
        own = own.where(OutputRecord.employment_id == who.c.id)
    lasts = select(own.correlate(who).scalar_subquery().label("last_on")).select_from(who)
    shared = select(newest.label("last_on")).where(
        OutputRecord.employment_id.is_(None), in_reach(scope)
    )
    both = union_all(lasts, shared).subquery()
    return select(func.max(both.c.last_on))


def told_beside(
    employment_ids: list[int], on: dt.date, task_type_id: int
) -> Select[int | None, str, str, int]:
    """What some people have on record for a day and task type, so that nothing is recorded twice.

    Columns: employment_id, source_key, batch_code (NULL: none), submitted_qty.
    """
    return (
        select(
            OutputRecord.employment_id,
            OutputRecord.source_key,
            Batch.code.label("batch_code"),
            OutputRecord.submitted_qty,
        )
        .outerjoin(Batch, Batch.id == OutputRecord.batch_id)
        .where(
            OutputRecord.employment_id.in_(employment_ids),
            OutputRecord.work_on == on,
            OutputRecord.task_type_id == task_type_id,
        )
        .order_by(OutputRecord.id)
    )


def accepted_by_task_type(
    company_ids: Collection[int], period: PayPeriod
) -> Select[*tuple[Any, ...]]:
    """Accepted units that a month pays, by task type and company, in order of code and company.

    Columns: task_type_code, company_id, accepted_qty, employment_count (different employments, members
    of groups included).
    """
    paid = (OutputRecord.pay_period.in_(people.assigned_to(period)), OutputRecord.accepted_qty > 0)
    employment = people.companies_of_employments(Scope.base()).subquery()
    of_companies = employment.c.company_id.in_(company_ids)
    person = OutputRecord.employment_id
    # The index of pay has all of this in this order: no record is looked up, nothing is sorted.
    piles = (
        select(OutputRecord.task_type_id, person, _total(OutputRecord.accepted_qty).label("qty"))
        .where(*paid, person.in_(select(employment.c.employment_id).where(of_companies)))
        .group_by(OutputRecord.pay_period, person, OutputRecord.task_type_id)
        .subquery()
    )
    own = select(
        piles.c.task_type_id, employment.c.company_id, piles.c.employment_id, piles.c.qty
    ).join(employment, employment.c.employment_id == piles.c.employment_id)
    of_group = (*paid, person.is_(None), OutputRecord.company_id.in_(company_ids))
    kind = (OutputRecord.task_type_id, OutputRecord.company_id)
    made = select(*kind, cast(null(), BigInteger), OutputRecord.accepted_qty).where(*of_group)
    # Members count as people, and what they made counts once, in the record of their group.
    members = (
        select(*kind, GroupShare.employment_id, literal(0, BigInteger))
        .join(GroupShare, GroupShare.output_record_id == OutputRecord.id)
        .where(*of_group)
    )
    output = union_all(own, made, members).subquery()
    return (
        select(
            TaskType.code.label("task_type_code"),
            output.c.company_id,
            _total(output.c.qty).label("accepted_qty"),
            func.count(output.c.employment_id.distinct()).label("employment_count"),
        )
        .join(output, output.c.task_type_id == TaskType.id)
        .group_by(TaskType.code, output.c.company_id)
        .order_by(TaskType.code, output.c.company_id)
    )


def has_others(scope: Scope, batch_id: int) -> Select[bool]:
    """Tell whether a batch has output of people out of a scope's reach: one row."""
    others = exists().where(OutputRecord.batch_id == batch_id, ~in_reach(scope))
    return select(others)


def in_reach(scope: Scope) -> ColumnElement[bool]:
    """Limit to records in scope."""
    everybody = OutputRecord.employment_id.in_(people.employment_ids(scope))
    if scope.kind is ScopeKind.COMPANY:
        # By employments: their index leads to the days. Groups' records have none.
        groups = and_(
            OutputRecord.employment_id.is_(None), OutputRecord.company_id == scope.company_id
        )
        return or_(everybody, groups)
    if scope.kind is ScopeKind.TEAM:
        return or_(and_(everybody, _in_team(scope)), _shared_in_team(scope))
    shared = select(GroupShare.output_record_id).where(
        GroupShare.employment_id.in_(people.employment_ids(scope))
    )
    return or_(everybody, and_(OutputRecord.employment_id.is_(None), OutputRecord.id.in_(shared)))


def _in_team(scope: Scope) -> ColumnElement[bool]:
    member = people.team_members(scope, dt.date.min, dt.date.max).order_by(None).subquery()
    return exists().where(
        member.c.employment_id == OutputRecord.employment_id,
        member.c.valid_from <= OutputRecord.work_on,
        or_(member.c.valid_to.is_(None), member.c.valid_to > OutputRecord.work_on),
    )


def _shared_in_team(scope: Scope) -> ColumnElement[bool]:
    member = people.team_members(scope, dt.date.min, dt.date.max).order_by(None).subquery()
    return and_(
        OutputRecord.employment_id.is_(None),
        OutputRecord.company_id == scope.company_id,
        exists().where(
            GroupShare.output_record_id == OutputRecord.id,
            GroupShare.employment_id == member.c.employment_id,
            member.c.valid_from <= OutputRecord.work_on,
            or_(member.c.valid_to.is_(None), member.c.valid_to > OutputRecord.work_on),
        ),
    )


def _narrowed(wanted: Wanted, *, is_of_batch: bool = False) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.first_on is not None:
        found.append(OutputRecord.work_on >= wanted.first_on)
    if wanted.last_on is not None:
        found.append(OutputRecord.work_on <= wanted.last_on)
    if wanted.words:
        who = people.directory(Scope.base()).order_by(None).subquery()
        named = select(who.c.employment_id).where(
            or_(
                who.c.employee_no.icontains(wanted.words, autoescape=True),
                who.c.name.icontains(wanted.words, autoescape=True),
            )
        )
        found.append(
            or_(
                OutputRecord.employment_id.in_(named),
                OutputRecord.group_name.icontains(wanted.words, autoescape=True),
            )
        )
    if wanted.task_type:
        found.append(TaskType.code == wanted.task_type)
    if wanted.batch:
        found.append(Batch.code.icontains(wanted.batch, autoescape=True))
    if wanted.batch_id is not None:
        found.append(OutputRecord.batch_id == wanted.batch_id)
    if wanted.state and not is_of_batch:
        is_sent_back = wanted.state == "sent_back"
        found.append(OutputRecord.state == ("rejected" if is_sent_back else wanted.state))
        if is_sent_back:
            found.append(OutputRecord.is_sent_back.is_(True))
    return found


def _waiting() -> ColumnElement[int]:
    return case((OutputRecord.state == "submitted", OutputRecord.submitted_qty), else_=0)


def _sent_back() -> ColumnElement[int]:
    return case((OutputRecord.is_sent_back, OutputRecord.rejected_qty), else_=0)


def _sums() -> list[Any]:
    return [
        *(_total(getattr(OutputRecord, f"{name}_qty")).label(f"{name}_qty") for name in QUANTITIES),
        _total(_waiting()).label("waiting_qty"),
        _total(_sent_back()).label("sent_back_qty"),
    ]


def _total(quantity: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Sum as an integer on both engines; 0 where there is no record."""
    return cast(func.coalesce(func.sum(quantity), 0), BigInteger)
