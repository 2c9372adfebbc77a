"""What each role meets first: the own pay, the runs in hand, the teams led."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.payroll import queries as payroll
from workforce.payroll import views
from workforce.payroll.views import RunRow
from workforce.platform.scope import Scope

_RUNS_SHOWN: Final = 6
_SLIPS_READ: Final = 10


@dataclass(frozen=True, slots=True)
class OwnPay:
    """One of the visitor's newest payslips; the amount in fen."""

    payslip_id: int
    company_name: str
    period: str
    net_pay_amount: int
    state: str
    pay_on: dt.date


def own_pay(session: Session, person_id: int | None) -> list[OwnPay]:
    """Return a person's payslips of the newest month that may be seen: one for each company."""
    if person_id is None:
        return []
    scope = Scope.own(person_id)
    rows = session.execute(payroll.payslips_for(scope).limit(_SLIPS_READ)).all()
    names = {
        row.company_id: row.company_name
        for row in session.execute(companies.company_facts(Scope.base()))
    }
    return [
        OwnPay(
            row.payslip_id,
            names[row.company_id],
            row.period,
            row.net_pay_amount,
            row.state,
            row.pay_on,
        )
        for row in takewhile(lambda row: row.period == rows[0].period, rows)
    ]


def runs_in_hand(session: Session, role: Role, scope: Scope) -> list[RunRow]:
    """Return the newest runs for whoever works with runs; nothing for others."""
    if not is_allowed(role, Permission.PAYROLL_RUN_READ):
        return []
    return views.run_rows(session, scope, rows=slice(_RUNS_SHOWN))


def teams_led(session: Session, role: Role, scope: Scope) -> list[str] | None:
    """Return the names of the teams that a supervisor leads today; None for other roles."""
    if role is not Role.SUPERVISOR:
        return None
    return [team.name for team in session.scalars(companies.teams(scope))]
