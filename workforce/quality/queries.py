"""Reading inspections: set-based Selects that other slices join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, cast, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import queries as production
from workforce.quality.models import Inspection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit to inspections in reach; a sample of a whole batch speaks for all who worked in it."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return Inspection.company_id == scope.company_id
    if scope.kind in {ScopeKind.EMPLOYEE, ScopeKind.TEAM}:
        # A sample that names nobody and no batch speaks for all who have such output.
        return (Inspection.company_id == scope.company_id) & or_(
            Inspection.employment_id.in_(people.employment_ids(scope)),
            Inspection.employment_id.is_(None)
            & or_(
                Inspection.batch_id.is_(None),
                Inspection.batch_id.in_(production.batch_ids_worked(scope)),
            ),
        )
    return or_(
        Inspection.employment_id.in_(people.employment_ids(scope)),
        Inspection.employment_id.is_(None)
        & Inspection.batch_id.in_(production.batch_ids_worked(scope)),
    )


def inspections(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Inspections that weigh on the pay of a month, or of a half month, in order of batch and day.

    Columns: inspection_id, company_id, employment_id (NULL: everybody in the batch), batch_id
    (NULL: all output of the task type that names no batch), batch_code, task_type_id,
    task_type_code, inspected_on, sampled_qty, error_qty, severity, result, inspector.
    """
    names = production.batch_names().subquery()
    types = production.task_type_names().subquery()
    return (
        select(
            Inspection.id.label("inspection_id"),
            Inspection.company_id,
            Inspection.employment_id,
            Inspection.batch_id,
            names.c.batch_code,
            Inspection.task_type_id,
            types.c.task_type_code,
            Inspection.inspected_on,
            Inspection.sampled_qty,
            Inspection.error_qty,
            Inspection.severity,
            Inspection.result,
            Inspection.inspector,
        )
        .join(types, types.c.task_type_id == Inspection.task_type_id)
        .outerjoin(names, names.c.batch_id == Inspection.batch_id)
        .where(
            (Inspection.half_pay_period if period.half else Inspection.pay_period) == str(period),
            in_scope(scope),
        )
        .order_by(
            Inspection.company_id,
            Inspection.task_type_id,
            Inspection.batch_id,
            Inspection.inspected_on,
            Inspection.id,
        )
    )


def sampled_by_task_type(
    company_ids: Collection[int], period: PayPeriod
) -> Select[*tuple[Any, ...]]:
    """Units that inspections of a month's pay looked at, by task type and company, in this order.

    Columns: task_type_code, company_id, sampled_qty, error_qty.
    """
    types = production.task_type_names().subquery()
    code = types.c.task_type_code
    return (
        select(
            code,
            Inspection.company_id,
            cast(func.sum(Inspection.sampled_qty), BigInteger).label("sampled_qty"),
            cast(func.sum(Inspection.error_qty), BigInteger).label("error_qty"),
        )
        .join(types, types.c.task_type_id == Inspection.task_type_id)
        .where(Inspection.pay_period == str(period.whole), Inspection.company_id.in_(company_ids))
        .group_by(code, Inspection.company_id)
        .order_by(code, Inspection.company_id)
    )


def inspections_of_source(
    scope: Scope, source: str, period: PayPeriod | None = None
) -> Select[*tuple[Any, ...]]:
    """Inspections that one source told, those made in a month if one is given, by day and key.

    Columns: employment_id, batch_code, task_type_id, inspected_on, pay_period, sampled_qty,
    error_qty, severity, result, inspector, source_key.
    """
    names = production.batch_names().subquery()
    chosen = (
        select(
            Inspection.employment_id,
            names.c.batch_code,
            Inspection.task_type_id,
            Inspection.inspected_on,
            Inspection.pay_period,
            Inspection.sampled_qty,
            Inspection.error_qty,
            Inspection.severity,
            Inspection.result,
            Inspection.inspector,
            Inspection.source_key,
        )
        .outerjoin(names, names.c.batch_id == Inspection.batch_id)
        .where(Inspection.source == source, in_scope(scope))
    )
    if period is not None:
        chosen = chosen.where(Inspection.inspected_on.between(period.first_on, period.last_on))
    return chosen.order_by(Inspection.inspected_on, Inspection.source_key)


def inspections_of_days(
    scope: Scope, first_on: dt.date, last_on: dt.date
) -> Select[*tuple[Any, ...]]:
    """Inspections made in a range of days (both ends included), whatever month they weigh on.

    Columns: inspection_id, company_id, employment_id (NULL: everybody in the batch), task_type_code,
    inspected_on, sampled_qty, error_qty.
    """
    types = production.task_type_names().subquery()
    return (
        select(
            Inspection.id.label("inspection_id"),
            Inspection.company_id,
            Inspection.employment_id,
            types.c.task_type_code,
            Inspection.inspected_on,
            Inspection.sampled_qty,
            Inspection.error_qty,
        )
        .join(types, types.c.task_type_id == Inspection.task_type_id)
        .where(
            Inspection.inspected_on >= first_on,
            Inspection.inspected_on <= last_on,
            in_scope(scope),
        )
        .order_by(Inspection.inspected_on, Inspection.id)
    )
