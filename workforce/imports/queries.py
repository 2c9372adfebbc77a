"""Reading what was imported."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from workforce.accounts import queries as accounts
from workforce.imports.models import ImportBatch
from workforce.platform.scope import Scope, ScopeKind


def receipts(
    scope: Scope,
    account_id: int | None,
    source: str | None = None,
    *,
    receipt_id: int | None = None,
) -> Select[*tuple[Any, ...]]:
    """Applied files in scope, the newest first; a team's leader sees those applied by ``account_id``.

    Columns: receipt_id, source, file_name, file_sha256, applied_at, summary, display_name (NULL: the
    command line).
    """
    names = accounts.display_names().subquery()
    chosen = (
        select(
            ImportBatch.id.label("receipt_id"),
            ImportBatch.source,
            ImportBatch.file_name,
            ImportBatch.file_sha256,
            ImportBatch.applied_at,
            ImportBatch.summary,
            names.c.display_name,
        )
        .outerjoin(names, names.c.account_id == ImportBatch.applied_by_id)
        .where(_in_scope(scope, account_id))
        .order_by(ImportBatch.id.desc())
    )
    if receipt_id is not None:
        chosen = chosen.where(ImportBatch.id == receipt_id)
    return chosen.where(ImportBatch.source == source) if source else chosen


def size_of(chosen: Select[*tuple[Any, ...]]) -> Select[int]:
    """How many rows a choice has."""
    return select(func.count()).select_from(chosen.order_by(None).subquery())


def refused_rows(
    scope: Scope, account_id: int | None, receipt_id: int
) -> Select[list[dict[str, Any]]]:
    """The rows that one applied file was refused: one list, or nothing out of scope."""
    return select(ImportBatch.refused).where(
        _in_scope(scope, account_id), ImportBatch.id == receipt_id
    )


def _in_scope(scope: Scope, account_id: int | None) -> Any:
    own = ImportBatch.company_id == scope.company_id
    if scope.kind in {ScopeKind.COMPANY, ScopeKind.BASE}:
        return own
    return own & (ImportBatch.applied_by_id == account_id)
