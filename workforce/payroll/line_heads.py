"""What a payslip line is called and comes to: for slices that speak of lines without a whole slip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from workforce.payroll import queries
from workforce.payroll.models import PayslipLine

if TYPE_CHECKING:
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
