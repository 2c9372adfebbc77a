"""Reading back what one source told of output: for its export, and for what is newer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from workforce.core.period import PayPeriod
from workforce.platform.scope import Scope
from workforce.production import queries
from workforce.production.listing import in_reach
from workforce.production.models import Batch, GroupShare, OutputRecord


def output_of_source(
    scope: Scope, source: str, period: PayPeriod | None = None
) -> Select[*tuple[Any, ...]]:
    """Records that one source told, those made in a month if one is given, in order of day and key.

    Columns: employment_id, task_type_id, batch_code, work_on, hours_class, accepted_on,
    source_key, source_version.
    """
    chosen = (
        select(
            OutputRecord.employment_id,
            OutputRecord.task_type_id,
            Batch.code.label("batch_code"),
            OutputRecord.work_on,
            OutputRecord.hours_class,
            OutputRecord.accepted_on,
            OutputRecord.source_key,
            OutputRecord.source_version,
        )
        .outerjoin(Batch, Batch.id == OutputRecord.batch_id)
        .where(
            OutputRecord.source == source,
            OutputRecord.employment_id.is_not(None),
            in_reach(scope),
        )
    )
    if period is not None:
        chosen = chosen.where(OutputRecord.work_on.between(period.first_on, period.last_on))
    return chosen.order_by(OutputRecord.work_on, OutputRecord.source_key)


def group_output_of_source(
    scope: Scope, source: str, period: PayPeriod | None = None
) -> Select[*tuple[Any, ...]]:
    """Groups' records that one source told, a row a member; else as ``output_of_source``.

    Columns besides: group_name, split_by, share_weight (see ``GroupShare``).
    """
    chosen = (
        queries.shares_of(
            scope,
            GroupShare.employment_id,
            OutputRecord.task_type_id,
            Batch.code.label("batch_code"),
            OutputRecord.work_on,
            OutputRecord.hours_class,
            OutputRecord.accepted_on,
            OutputRecord.source_key,
            OutputRecord.source_version,
            OutputRecord.group_name,
            OutputRecord.split_by,
            GroupShare.share_weight,
        )
        .outerjoin(Batch, Batch.id == OutputRecord.batch_id)
        .where(OutputRecord.source == source)
    )
    if period is not None:
        chosen = chosen.where(OutputRecord.work_on.between(period.first_on, period.last_on))
    return chosen.order_by(OutputRecord.work_on, OutputRecord.source_key, GroupShare.employment_id)


def versions_of_source(company_id: int, source: str) -> Select[str, str | None]:
    """Pairs source_key, source_version of a company's records that one source told."""
    return select(OutputRecord.source_key, OutputRecord.source_version).where(
        OutputRecord.company_id == company_id, OutputRecord.source == source
    )
