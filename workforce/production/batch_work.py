"""What was accepted of batches, and how much of a task type people do in a day: for projects above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, or_, select, union_all

from workforce.people import queries as people
from workforce.production.models import Batch, GroupShare, OutputRecord, PiecePrice

if TYPE_CHECKING:
    import datetime as dt

    from workforce.platform.scope import Scope


def _total(quantity: Any) -> Any:
    """Sum as an integer on both engines: PostgreSQL sums a bigint to a numeric."""
    return cast(func.sum(quantity), BigInteger)


def work_by_batch(batch_ids: Select[int]) -> Select[*tuple[Any, ...]]:
    """Quantities of some batches, own and groups' records alike; a batch without any is not there.

    Columns: batch_id, submitted_qty, accepted_qty, waiting_qty (submitted and not yet decided),
    first_on, last_on.
    """
    waiting = case((OutputRecord.state == "submitted", OutputRecord.submitted_qty), else_=0)
    return (
        select(
            OutputRecord.batch_id,
            _total(OutputRecord.submitted_qty).label("submitted_qty"),
            _total(OutputRecord.accepted_qty).label("accepted_qty"),
            _total(waiting).label("waiting_qty"),
            func.min(OutputRecord.work_on).label("first_on"),
            func.max(OutputRecord.work_on).label("last_on"),
        )
        .where(OutputRecord.batch_id.in_(batch_ids))
        .group_by(OutputRecord.batch_id)
    )


def priced_work_by_day(company_id: int, batch_ids: Select[int]) -> Select[*tuple[Any, ...]]:
    """Accepted output of some batches of a company day by day, with the price that people are paid.

    Columns: batch_id, task_type_id, work_on, accepted_qty, unit_price (millionths of a yuan of the
    company's price list on the day of the work; NULL where it has none).
    """
    day = (
        select(
            OutputRecord.batch_id,
            Batch.task_type_id,
            OutputRecord.work_on,
            _total(OutputRecord.accepted_qty).label("accepted_qty"),
        )
        .join(Batch, Batch.id == OutputRecord.batch_id)
        .where(
            OutputRecord.batch_id.in_(batch_ids),
            OutputRecord.accepted_qty > 0,
            Batch.company_id == company_id,
        )
        .group_by(OutputRecord.batch_id, Batch.task_type_id, OutputRecord.work_on)
        .subquery()
    )
    price = and_(
        PiecePrice.company_id == company_id,
        PiecePrice.task_type_id == day.c.task_type_id,
        PiecePrice.valid_from <= day.c.work_on,
        or_(PiecePrice.valid_to.is_(None), PiecePrice.valid_to > day.c.work_on),
    )
    return (
        select(day, PiecePrice.unit_price)
        .outerjoin(PiecePrice, price)
        .order_by(day.c.work_on, day.c.batch_id)
    )


def _person_days(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Accepted units of people by day and task type: employment_id, task_type_id, work_on, units.

    A member has an equal part of a group's record, in whole units.
    """
    done = (
        OutputRecord.company_id == scope.company_id,
        OutputRecord.work_on.between(first_on, last_on),
        OutputRecord.accepted_qty > 0,
    )
    own = select(
        OutputRecord.employment_id,
        OutputRecord.task_type_id,
        OutputRecord.work_on,
        OutputRecord.accepted_qty.label("units"),
    ).where(*done, OutputRecord.employment_id.in_(people.employment_ids(scope)))
    sizes = (
        select(GroupShare.output_record_id, func.count().label("members"))
        .group_by(GroupShare.output_record_id)
        .subquery()
    )
    shared = (
        select(
            GroupShare.employment_id,
            OutputRecord.task_type_id,
            OutputRecord.work_on,
            (OutputRecord.accepted_qty / sizes.c.members).label("units"),
        )
        .join(OutputRecord, OutputRecord.id == GroupShare.output_record_id)
        .join(sizes, sizes.c.output_record_id == GroupShare.output_record_id)
        .where(*done, OutputRecord.employment_id.is_(None))
    )
    rows = union_all(own, shared).subquery()
    columns = (rows.c.employment_id, rows.c.task_type_id, rows.c.work_on)
    return select(*columns, _total(rows.c.units).label("units")).group_by(*columns)


def speeds(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, int, int]:
    """How much one person did in a day: task_type_id, units, person_days (how many did so many)."""
    day = _person_days(scope, first_on, last_on).subquery()
    return (
        select(day.c.task_type_id, day.c.units, func.count().label("person_days"))
        .where(day.c.units > 0)
        .group_by(day.c.task_type_id, day.c.units)
        .order_by(day.c.task_type_id, day.c.units)
    )


def doers(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, int]:
    """Who did which task type on some day of a range: pairs employment_id, task_type_id, once each."""
    day = _person_days(scope, first_on, last_on).subquery()
    return select(day.c.employment_id, day.c.task_type_id).distinct()


def days_with_output(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, int]:
    """How many people had accepted output in a range, and on how many days together: one row.

    Columns: people, person_days.
    """
    day = _person_days(scope, first_on, last_on).subquery()
    days = select(day.c.employment_id, day.c.work_on).distinct().subquery()
    return select(
        func.count(days.c.employment_id.distinct()).label("people"),
        func.count().label("person_days"),
    )
