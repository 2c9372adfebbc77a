"""By which method whose tax was withheld in which months, where it was not the ordinary one of wages."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, String, cast, func, select

from workforce.people.models import Employment, PayProfile
from workforce.people.queries import in_scope
from workforce.platform.scope import Scope

WAGES: Final = "cumulative"
_MONTH_LENGTH: Final = len("2026-10")


def other_than_wages(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Spans of months of employments whose pay is no wage for the tax: few, so that all may be joined.

    Columns: employment_id, tax_method, from_month (``2026-10``) and to_month, without the latter itself;
    NULL: it holds on.
    """

    def month(column: Any) -> Any:
        return func.substr(cast(column, String), 1, _MONTH_LENGTH)

    return (
        select(
            PayProfile.employment_id,
            PayProfile.tax_method,
            month(PayProfile.valid_from).label("from_month"),
            month(PayProfile.valid_to).label("to_month"),
        )
        .join(Employment, Employment.id == PayProfile.employment_id)
        .where(in_scope(scope), PayProfile.tax_method != WAGES)
    )
