"""A run's payslips read a part at a time, so that a run of ten thousand needs no more memory than one part.

What all payslips share is read once; each part then takes the same few queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, select

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.core.rules.slip_password import PasswordRule, slip_password
from workforce.documents.queries import built_payslips, month_facts, rows
from workforce.payroll import queries as payroll
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.documents.assembly import MonthFacts
    from workforce.documents.views import PayslipView


@dataclass(frozen=True, slots=True)
class SlipKey:
    """One payslip of a run, and where it stands in a pile of them."""

    payslip_id: int
    employment_id: int
    employee_no: str
    team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReader:
    """A run, the keys of its payslips by employee number, and what all of them share."""

    run: Row[Any]
    keys: tuple[SlipKey, ...]
    facts: MonthFacts
    password_rule: PasswordRule

    @classmethod
    def open(cls, session: Session, scope: Scope, run_id: int) -> RunReader:
        """Read everything but the payslips themselves.

        Raises:
            NotFoundError: the run does not exist, or is not in reach.

        """
        run = _run(session, scope, run_id)
        company = Scope.company(run.company_id)
        facts = month_facts(session, run, company)
        slips = payroll.payslips_of_run(company, run_id).order_by(None).subquery()
        keys = [
            SlipKey(
                row.id,
                row.employment_id,
                facts.employments[row.employment_id].employee_no,
                facts.teams.get(row.employment_id),
            )
            for row in session.execute(select(slips.c.id, slips.c.employment_id))
        ]
        return cls(
            run=run,
            keys=tuple(sorted(keys, key=lambda key: (key.employee_no, key.payslip_id))),
            facts=facts,
            password_rule=PasswordRule(
                session.scalars(companies.companies(company)).one().slip_password_rule
            ),
        )

    @property
    def counting(self) -> list[SlipKey]:
        """Return the keys of the payslips that count: without those that were reversed since."""
        return [key for key in self.keys if key.payslip_id not in self.facts.reversals]

    def views(self, session: Session, keys: Sequence[SlipKey]) -> list[PayslipView]:
        """Return some of the payslips, by employee number.

        Raises:
            InputError: the run was calculated anew since it was opened.
            NotFoundError: it is gone.

        """
        company = Scope.company(self.run.company_id)
        if _run(session, company, self.run.id).result_hash != self.run.result_hash:
            raise InputError("document.run_changed")
        ids = [key.payslip_id for key in keys]
        slips = payroll.payslips_of_run(company, self.run.id).order_by(None).subquery()
        lines = payroll.lines_of_run(company, self.run.id).order_by(None).subquery()
        return built_payslips(
            self.run,
            session.execute(select(slips).where(slips.c.id.in_(ids))).all(),
            session.execute(select(lines).where(lines.c.payslip_id.in_(ids))).all(),
            self.facts,
        )

    def password(self, view: PayslipView) -> str:
        """Return what opens a person's locked payslip, by the company's rule."""
        id_number = self.facts.id_numbers[view.employment_id]
        return slip_password(self.password_rule, id_number, view.employee_no)


def counting_of(session: Session, run_id: int) -> int:
    """Return how many payslips of a run count today; the caller has checked its scope."""
    slips = payroll.payslips_of_run(Scope.base(), run_id).where(payroll.counts())
    return session.scalar(select(func.count()).select_from(slips.order_by(None).subquery())) or 0


def _run(session: Session, scope: Scope, run_id: int) -> Row[Any]:
    found = rows(session, payroll.run(scope, run_id))
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]
