"""Which rows a run reads otherwise than they are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.core.orders import Purpose
from workforce.payroll.correction_models import LateFact
from workforce.payroll.late_kinds.kinds import patch_with
from workforce.payroll.models import PayrollRun

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.payroll.facts.basis import Basis
    from workforce.payroll.facts.reading import MonthTables

Patch = Callable[["MonthTables"], "MonthTables"]
"""Changes the rows of a month between reading and assembling."""


def patch_of(session: Session, company_id: int, period: PayPeriod, basis: Basis) -> Patch:
    """Return how the rows that a run reads differ from what is stored.

    A payslip that is issued anew is made from what is known by now: the stored facts and the approved
    late facts of its month. A decided run knows those that were approved before it. Every other run
    reads what is stored.
    """
    order = basis.order
    if order is None or order.purpose is not Purpose.REISSUE:
        return _unpatched
    known = select(LateFact).where(
        LateFact.company_id == company_id,
        LateFact.for_period == str(period),
        LateFact.is_approved.is_(True),
    )
    if basis.decided_number is not None:
        decided_at = select(PayrollRun.approved_at).where(PayrollRun.order_id == order.order_id)
        known = known.where(LateFact.decided_at <= decided_at.scalar_subquery())
    members = set(session.scalars(basis.people()))
    facts = session.scalars(known.order_by(LateFact.id)).all()
    return patch_with(session, company_id, period, facts, members)


def _unpatched(tables: MonthTables) -> MonthTables:
    return tables
