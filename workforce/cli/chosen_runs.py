"""Which regular runs of a month a verb means: one company's, or every company's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.companies import queries as companies
from workforce.core.errors import InputError
from workforce.payroll import queries as payroll
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod


@dataclass(frozen=True, slots=True)
class ChosenRun:
    """A run, and the company that it is of."""

    run_id: int
    company_id: int
    company_code: str
    payslip_count: int

    @property
    def scope(self) -> Scope:
        """How far a document of this run reaches."""
        return Scope.company(self.company_id)


def chosen_runs(
    session: Session, period: PayPeriod, company_code: str | None, *, everywhere: bool
) -> list[ChosenRun]:
    """Return the regular runs of a month, by company code.

    Raises:
        InputError: neither or both of one company and all are asked for, the company is unknown, or
            there is no run.
    """
    if everywhere == (company_code is not None):
        raise InputError("document.company_or_all")
    base = Scope.base()
    if company_code is not None:
        known = session.scalars(companies.company_by_code(base, company_code)).one_or_none()
        if known is None:
            raise InputError("document.company_unknown", company=company_code)
    company = companies.company_facts(base).subquery()
    run = payroll.runs(base, period).order_by(None).subquery()
    chosen = (
        select(run.c.id, run.c.company_id, company.c.company_code, run.c.payslip_count)
        .join(company, company.c.company_id == run.c.company_id)
        .where(run.c.kind == "regular")
        .order_by(company.c.company_code)
    )
    if company_code is not None:
        chosen = chosen.where(company.c.company_code == company_code)
    found = [ChosenRun(*row) for row in session.execute(chosen)]
    if not found:
        raise InputError("document.no_run", period=str(period), company=company_code or "CODE")
    return found
