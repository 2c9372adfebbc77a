"""Which runs a verb means: those of a month, or one that was ordered beside it; of one company or all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.companies import queries as companies
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


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


def run_named(name: str) -> tuple[PayPeriod, int | None]:
    """Read how a run is written: ``2026-12`` the month's own, ``2026-12#1`` the first ordered beside it.

    Raises:
        InputError: it names none.
    """
    month, mark, number = name.partition("#")
    if mark and not number.isdecimal():
        raise InputError("order.run_name", name=name)
    return PayPeriod.parse(month), int(number) if mark else None


def chosen_runs(
    session: Session, name: str, company_code: str | None, *, everywhere: bool
) -> list[ChosenRun]:
    """Return the runs that ``name`` means, by company code.

    Raises:
        InputError: the name is none, neither or both of one company and all are asked for, the
            company is unknown, or there is no run.
    """
    period, number = run_named(name)
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
        .where(
            run.c.order_id.is_(None)
            if number is None
            else (run.c.order_id.is_not(None) & (run.c.number == number))
        )
        .order_by(company.c.company_code)
    )
    if company_code is not None:
        chosen = chosen.where(company.c.company_code == company_code)
    found = [ChosenRun(*row) for row in session.execute(chosen)]
    if not found:
        raise InputError("document.no_run", period=name, company=company_code or "CODE")
    return found
