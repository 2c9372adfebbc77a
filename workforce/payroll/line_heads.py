"""What a payslip line is called and comes to, where there is no whole payslip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from workforce.core import explain
from workforce.core.text import Text
from workforce.payroll import queries
from workforce.payroll.models import PayslipLine
from workforce.production import queries as production

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


def line_heads(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Lines of the payslips in reach, for joins.

    Columns: payslip_id, seq, employment_id, company_id, period, state (of the run), code, kind, detail,
    amount (fen).
    """
    slip = queries.payslips_for(scope).order_by(None).subquery()
    return select(
        PayslipLine.payslip_id,
        PayslipLine.seq,
        slip.c.employment_id,
        slip.c.company_id,
        slip.c.period,
        slip.c.state,
        PayslipLine.code,
        PayslipLine.kind,
        PayslipLine.detail,
        PayslipLine.amount,
    ).join(slip, slip.c.payslip_id == PayslipLine.payslip_id)


def line_label(code: str, kind: str, detail: str | None, task_types: Mapping[str, Text]) -> Text:
    """Return what a line is called, with its task type or what it was made for.

    ``task_types``: as `task_type_texts` gives them.
    """
    label = explain.label(code, kind)
    if detail is None:
        return label
    more = task_types.get(detail, Text(detail, detail))
    return Text(f"{label.zh} · {more.zh}", f"{label.en} · {more.en}")


def task_type_texts(session: Session) -> dict[str, Text]:
    """Return the names of task types by code."""
    return {
        row.task_type_code: Text(row.name_zh, row.name_en)
        for row in session.execute(production.task_type_names())
    }
