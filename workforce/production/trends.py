"""Reading output over time: what people see of their own work, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, cast, func, select

from workforce.people import queries as people
from workforce.production.models import OutputRecord, PiecePrice, TaskType

if TYPE_CHECKING:
    import datetime as dt

    from workforce.platform.scope import Scope


def output_by_day(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Quantities of the work of a range of days (both ends included), of whatever state.

    Columns: employment_id, task_type_code, work_on, submitted_qty, accepted_qty, rejected_qty,
    reworked_qty.
    """
    quantities = (
        OutputRecord.submitted_qty,
        OutputRecord.accepted_qty,
        OutputRecord.rejected_qty,
        OutputRecord.reworked_qty,
    )
    return (
        select(
            OutputRecord.employment_id,
            TaskType.code.label("task_type_code"),
            OutputRecord.work_on,
            # PostgreSQL sums a bigint to a numeric.
            *(cast(func.sum(qty), BigInteger).label(qty.key) for qty in quantities),
        )
        .join(TaskType, TaskType.id == OutputRecord.task_type_id)
        .where(
            OutputRecord.employment_id.in_(people.employment_ids(scope)),
            OutputRecord.work_on >= first_on,
            OutputRecord.work_on <= last_on,
        )
        .group_by(OutputRecord.employment_id, TaskType.code, OutputRecord.work_on)
        .order_by(OutputRecord.employment_id, OutputRecord.work_on, TaskType.code)
    )


def prices_on(company_id: int, on: dt.date) -> Select[*tuple[Any, ...]]:
    """A company's prices of a day: task_type_code, name_zh, name_en, unit_zh, unit_en, unit_price."""
    return (
        select(
            TaskType.code.label("task_type_code"),
            TaskType.name_zh,
            TaskType.name_en,
            TaskType.unit_zh,
            TaskType.unit_en,
            PiecePrice.unit_price,
        )
        .join(PiecePrice, PiecePrice.task_type_id == TaskType.id)
        .where(
            PiecePrice.company_id == company_id,
            PiecePrice.valid_from <= on,
            PiecePrice.valid_to.is_(None) | (PiecePrice.valid_to > on),
        )
        .order_by(TaskType.code)
    )
