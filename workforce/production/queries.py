"""Reading task types, prices and output: set-based Selects that other slices join."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.production.models import (
    Batch,
    GroupShare,
    OutputRecord,
    PiecePrice,
    SourceUser,
    TaskType,
)


def _total(quantity: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Sum as an integer on both engines: PostgreSQL sums a bigint to a numeric."""
    return cast(func.sum(quantity), BigInteger)


def task_types() -> Select[TaskType]:
    """All task types in order of code; they are shared by the whole base."""
    return select(TaskType).order_by(TaskType.code)


def task_type_names() -> Select[int, str, str, str, str, str]:
    """Columns task_type_id, task_type_code, name_zh, name_en, unit_zh, unit_en, for joins above."""
    return select(
        TaskType.id.label("task_type_id"),
        TaskType.code.label("task_type_code"),
        TaskType.name_zh,
        TaskType.name_en,
        TaskType.unit_zh,
        TaskType.unit_en,
    )


def batch_names() -> Select[int, str]:
    """Pairs batch_id, batch_code, for joins above."""
    return select(Batch.id.label("batch_id"), Batch.code.label("batch_code"))


def batches(scope: Scope) -> Select[int, str, int, int]:
    """Batches of the companies in scope: batch_id, batch_code, task_type_id, company_id."""
    chosen = select(
        Batch.id.label("batch_id"),
        Batch.code.label("batch_code"),
        Batch.task_type_id,
        Batch.company_id,
    )
    if scope.company_id is not None:
        return chosen.where(Batch.company_id == scope.company_id)
    if scope.person_id is not None:
        return chosen.where(Batch.id.in_(batch_ids_worked(scope)))
    return chosen


def source_users(scope: Scope, source: str) -> Select[str, int]:
    """Pairs source_user, employment_id: which user of a tool or device is which employment."""
    return select(SourceUser.source_user, SourceUser.employment_id).where(
        SourceUser.source == source,
        SourceUser.employment_id.in_(people.employment_ids(scope)),
    )


def prices(scope: Scope) -> Select[PiecePrice]:
    """Piece prices of the companies in scope: task type by task type, oldest first."""
    company_ids = select(people.companies_of_employments(scope).subquery().c.company_id)
    chosen = select(PiecePrice)
    if scope.company_id is not None:
        chosen = chosen.where(PiecePrice.company_id == scope.company_id)
    elif scope.person_id is not None:
        chosen = chosen.where(PiecePrice.company_id.in_(company_ids))
    return chosen.order_by(PiecePrice.company_id, PiecePrice.task_type_id, PiecePrice.valid_from)


def _price_of(company_id: ColumnElement[int], output: Subquery) -> ColumnElement[bool]:
    """Join condition: the company's price of the task type on the day of the work."""
    return and_(
        PiecePrice.company_id == company_id,
        PiecePrice.task_type_id == output.c.task_type_id,
        PiecePrice.valid_from <= output.c.work_on,
        or_(PiecePrice.valid_to.is_(None), PiecePrice.valid_to > output.c.work_on),
    )


def output_sums(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Accepted output of a pay period, summed over the covering index, without a name or a price.

    Of a half month only that of its own people; ``strayed_sums`` are beside those of a month.
    Columns: employment_id, task_type_id, work_on, batch_id, hours_class, accepted_qty.
    """
    if period.half:
        return _sums(
            OutputRecord.pay_period.in_(people.assigned_to(period)),
            OutputRecord.employment_id.in_(people.half_month_employments(scope, period)),
        )
    return _sums(
        OutputRecord.pay_period == str(period),
        OutputRecord.employment_id.in_(people.employment_ids(scope)),
    )


def strayed_sums(scope: Scope, month: PayPeriod) -> Select[*tuple[Any, ...]]:
    """What was assigned to the halves of a month and is paid by the month; as ``output_sums``."""
    return _sums(
        OutputRecord.pay_period.in_([str(half) for half in month.halves]),
        OutputRecord.employment_id.in_(people.employment_ids(scope)),
        OutputRecord.employment_id.not_in(people.half_month_employments(scope, month)),
    )


def _sums(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    columns = (
        OutputRecord.employment_id,
        OutputRecord.task_type_id,
        OutputRecord.work_on,
        OutputRecord.batch_id,
        OutputRecord.hours_class,
    )
    return (
        select(*columns, _total(OutputRecord.accepted_qty).label("accepted_qty"))
        .where(*conditions)
        .group_by(*columns)
    )


def payable_output(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Accepted output of a pay month, summed, with the price of the day on which it was made.

    Columns: employment_id, task_type_id, task_type_code, work_on, batch_id, batch_code,
    hours_class, unit_price (millionths of a yuan; NULL where no price holds on work_on), accepted_qty.
    """
    owner = people.companies_of_employments(scope).subquery()
    output = output_sums(scope, period).subquery()
    return (
        select(
            output.c.employment_id,
            output.c.task_type_id,
            TaskType.code.label("task_type_code"),
            output.c.work_on,
            output.c.batch_id,
            Batch.code.label("batch_code"),
            output.c.hours_class,
            PiecePrice.unit_price,
            output.c.accepted_qty,
        )
        .join(owner, owner.c.employment_id == output.c.employment_id)
        .join(TaskType, TaskType.id == output.c.task_type_id)
        .outerjoin(Batch, Batch.id == output.c.batch_id)
        .outerjoin(PiecePrice, _price_of(owner.c.company_id, output))
        .order_by(
            output.c.employment_id,
            TaskType.code,
            output.c.work_on,
            output.c.batch_id,
            output.c.hours_class,
        )
    )


def payable_shares(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Accepted output of groups that is paid in a pay month: one row a record and member in scope.

    Columns: output_record_id, employment_id, is_by_hours (0 or 1), share_weight (see ``GroupShare``),
    and as in ``output_sums`` task_type_id, work_on, batch_id, hours_class, accepted_qty (of the whole
    group). A share depends on all members: only a scope that has them all can be split. A company's
    has them, and so has an employee's: the other members of the own groups stand in it, too.
    """
    # A month's groups are few among its records, and fewer than a person's shares of all years: the
    # sum keeps the index of pay periods the nearest way in.
    record = (
        select(OutputRecord)
        .where(
            OutputRecord.pay_period.in_(people.assigned_to(period)),
            OutputRecord.employment_id.is_(None),
        )
        .subquery()
    )
    in_scope: ColumnElement[bool]
    if scope.kind is ScopeKind.COMPANY:
        in_scope = record.c.company_id + 0 == scope.company_id
    elif scope.kind is ScopeKind.EMPLOYEE:
        own = select(GroupShare.output_record_id).where(
            GroupShare.employment_id.in_(people.employment_ids(scope))
        )
        in_scope = GroupShare.output_record_id.in_(own)
    else:
        in_scope = GroupShare.employment_id.in_(people.employment_ids(scope))
    return (
        select(
            GroupShare.output_record_id,
            GroupShare.employment_id,
            case((record.c.split_by == "hours", 1), else_=0).label("is_by_hours"),
            GroupShare.share_weight,
            record.c.task_type_id,
            record.c.work_on,
            record.c.batch_id,
            record.c.hours_class,
            record.c.accepted_qty,
        )
        .join(record, record.c.id == GroupShare.output_record_id)
        .where(in_scope)
    )


def unpriced_output(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Task types with accepted output of a pay period, own or a group's, on days without a price.

    Columns: task_type_code, first_on, last_on (days of work).
    """
    company = companies.company_facts(scope).subquery()
    priced = exists().where(
        PiecePrice.company_id == OutputRecord.company_id,
        PiecePrice.task_type_id == OutputRecord.task_type_id,
        PiecePrice.valid_from <= OutputRecord.work_on,
        or_(PiecePrice.valid_to.is_(None), PiecePrice.valid_to > OutputRecord.work_on),
    )
    return (
        select(
            TaskType.code.label("task_type_code"),
            func.min(OutputRecord.work_on).label("first_on"),
            func.max(OutputRecord.work_on).label("last_on"),
        )
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .join(company, company.c.company_id == OutputRecord.company_id)
        .where(
            OutputRecord.pay_period.in_(people.assigned_to(period)),
            OutputRecord.accepted_qty > 0,
            ~priced,
        )
        .group_by(TaskType.code)
        .order_by(TaskType.code)
    )


def shares_in_records(
    scope: Scope, employment_id: int, period: PayPeriod, task_type_code: str
) -> Select[*tuple[Any, ...]]:
    """All members of the groups whose output one group piecework line counted, oldest first.

    Nothing where ``employment_id`` is out of scope. Columns: output_record_id, employment_id,
    employee_no, group_name, split_by, share_weight, work_on, accepted_on, batch_code, unit_price,
    accepted_qty.
    """
    own = select(GroupShare.output_record_id).where(
        GroupShare.employment_id == employment_id,
        GroupShare.employment_id.in_(people.employment_ids(scope)),
    )
    member = people.all_employments(Scope.base()).subquery()
    assigned = OutputRecord.pay_period.in_(people.assigned_to(period))
    record = select(OutputRecord).where(assigned).subquery()
    return (
        select(
            GroupShare.output_record_id,
            GroupShare.employment_id,
            member.c.employee_no,
            record.c.group_name,
            record.c.split_by,
            GroupShare.share_weight,
            record.c.work_on,
            record.c.accepted_on,
            Batch.code.label("batch_code"),
            PiecePrice.unit_price,
            record.c.accepted_qty,
        )
        .join(record, record.c.id == GroupShare.output_record_id)
        .join(member, member.c.employment_id == GroupShare.employment_id)
        .join(TaskType, TaskType.id == record.c.task_type_id)
        .outerjoin(Batch, Batch.id == record.c.batch_id)
        .join(PiecePrice, _price_of(record.c.company_id, record))
        .where(GroupShare.output_record_id.in_(own), TaskType.code == task_type_code)
        .order_by(record.c.work_on, GroupShare.output_record_id, member.c.employee_no)
    )


def records_of_line(
    scope: Scope, employment_id: int, period: PayPeriod, task_type_code: str, unit_price: int
) -> Select[*tuple[Any, ...]]:
    """The records that one piecework line counted: those of its task type at its price.

    Columns: output_record_id, work_on, accepted_on, batch_code, hours_class, submitted_qty,
    reviewed_qty, accepted_qty, rejected_qty, reworked_qty, source, source_key, evidence.
    ``unit_price`` in millionths of a yuan.
    """
    owner = people.companies_of_employments(scope).subquery()
    return (
        select(
            OutputRecord.id.label("output_record_id"),
            OutputRecord.work_on,
            OutputRecord.accepted_on,
            Batch.code.label("batch_code"),
            OutputRecord.hours_class,
            OutputRecord.submitted_qty,
            OutputRecord.reviewed_qty,
            OutputRecord.accepted_qty,
            OutputRecord.rejected_qty,
            OutputRecord.reworked_qty,
            OutputRecord.source,
            OutputRecord.source_key,
            OutputRecord.evidence,
        )
        .join(owner, owner.c.employment_id == OutputRecord.employment_id)
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .outerjoin(Batch, Batch.id == OutputRecord.batch_id)
        .join(
            PiecePrice,
            and_(
                PiecePrice.company_id == owner.c.company_id,
                PiecePrice.task_type_id == OutputRecord.task_type_id,
                PiecePrice.valid_from <= OutputRecord.work_on,
                or_(
                    PiecePrice.valid_to.is_(None),
                    PiecePrice.valid_to > OutputRecord.work_on,
                ),
            ),
        )
        .where(
            OutputRecord.employment_id == employment_id,
            OutputRecord.pay_period.in_(people.assigned_to(period)),
            TaskType.code == task_type_code,
            PiecePrice.unit_price == unit_price,
        )
        .order_by(OutputRecord.work_on, OutputRecord.id)
    )


def output_by_state(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Quantities of the work done in a month, state by state: what is still to be accepted.

    Columns: employment_id, task_type_code, submitted_qty, reviewed_qty, accepted_qty,
    rejected_qty, reworked_qty, waiting_qty (submitted records not yet decided).
    """
    waiting = case((OutputRecord.state == "submitted", OutputRecord.submitted_qty), else_=0)
    return (
        select(
            OutputRecord.employment_id,
            TaskType.code.label("task_type_code"),
            _total(OutputRecord.submitted_qty).label("submitted_qty"),
            _total(OutputRecord.reviewed_qty).label("reviewed_qty"),
            _total(OutputRecord.accepted_qty).label("accepted_qty"),
            _total(OutputRecord.rejected_qty).label("rejected_qty"),
            _total(OutputRecord.reworked_qty).label("reworked_qty"),
            _total(waiting).label("waiting_qty"),
        )
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .where(
            OutputRecord.employment_id.in_(
                people.employment_ids(scope, period.first_on, period.last_on)
            ),
            OutputRecord.work_on >= period.first_on,
            OutputRecord.work_on <= period.last_on,
        )
        .group_by(OutputRecord.employment_id, TaskType.code)
        .order_by(OutputRecord.employment_id, TaskType.code)
    )


def any_output(company_id: int) -> Select[int]:
    """The key of some record of a company's output: one row or none."""
    return select(OutputRecord.id).where(OutputRecord.company_id == company_id).limit(1)


def batch_ids_worked(scope: Scope) -> Select[int | None]:
    """Ids of the batches in which somebody in scope has output, own or a group's."""
    own = select(OutputRecord.batch_id).where(
        OutputRecord.batch_id.is_not(None),
        OutputRecord.employment_id.in_(people.employment_ids(scope)),
    )
    shared = shares_of(scope, OutputRecord.batch_id).where(OutputRecord.batch_id.is_not(None))
    return select(union(own, shared).subquery().c.batch_id)


def shares_of(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Columns of groups' records and of their members' shares, of members in scope."""
    return (
        select(*columns)
        .join_from(OutputRecord, GroupShare, GroupShare.output_record_id == OutputRecord.id)
        .where(
            # Groups' records alone have no employment: the indexes lead to them.
            OutputRecord.employment_id.is_(None),
            GroupShare.employment_id.in_(people.employment_ids(scope)),
        )
    )


def employments_paid_for(scope: Scope, period: PayPeriod) -> Select[int]:
    """Ids of employments with accepted units in a pay period, whether still employed or not."""
    assigned = OutputRecord.pay_period.in_(people.assigned_to(period)) & (
        OutputRecord.accepted_qty > 0
    )
    everybody = people.employment_ids(scope).subquery()
    # Asking for each employee costs one step in the index, not all of the month's records.
    own = select(everybody.c.id.label("employment_id")).where(
        exists().where(assigned, OutputRecord.employment_id == everybody.c.id)
    )
    shared = shares_of(scope, GroupShare.employment_id).where(assigned)
    return select(union(own, shared).subquery().c.employment_id)


def newest_output() -> Select[int | None]:
    """The largest key of an output record of any company: one row, NULL without any; keys only grow."""
    return select(func.max(OutputRecord.id))


def output_days(
    scope: Scope,
    first_on: dt.date,
    last_on: dt.date,
    newest_id: int | None = None,
) -> Select[int, dt.date]:
    """Days of a range on which somebody has output, in whatever state: employment_id, work_on.

    With ``newest_id``, records that came in after that one are left out. A share in a group's output
    counts where its weight is stated: one that goes by the day's shifts shows what they show. A day
    with both own output and a share stands twice.
    """
    own = select(OutputRecord.employment_id, OutputRecord.work_on).where(
        OutputRecord.employment_id.in_(people.employment_ids(scope, first_on, last_on))
    )
    shared = shares_of(scope, GroupShare.employment_id, OutputRecord.work_on).where(
        GroupShare.share_weight > 0
    )
    in_range = (OutputRecord.work_on >= first_on) & (OutputRecord.work_on <= last_on)
    if newest_id is not None:
        in_range &= OutputRecord.id <= newest_id
    own, shared = (rows.where(in_range).distinct() for rows in (own, shared))
    days: Subquery = union_all(own, shared).subquery()
    return select(days.c.employment_id, days.c.work_on)
