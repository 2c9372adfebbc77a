"""What statistics ask of employments besides ``queries``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from workforce.people.models import Employment
from workforce.people.queries import in_scope
from workforce.platform.scope import Scope


def statistical_facts(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What statistics ask of employments besides ``employments``, for joining.

    Columns: employment_id, contract_kind (NULL: not recorded), occupation, dispatched_by,
    dispatched_by_code (NULL: not known, or not sent).
    """
    return select(
        Employment.id.label("employment_id"),
        Employment.contract_kind,
        Employment.occupation,
        Employment.dispatched_by,
        Employment.dispatched_by_code,
    ).where(in_scope(scope))
