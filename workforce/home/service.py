"""What each role meets first: the own pay, the runs in hand, the teams led."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.payroll import queries as payroll
from workforce.platform.scope import Scope

_RUNS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class OwnPay:
    """The visitor's newest payslip; the amount in fen."""

    payslip_id: int
    period: str
    net_pay_amount: int
    state: str
    pay_on: dt.date


@dataclass(frozen=True, slots=True)
class RunInHand:
    """One of the newest runs; amounts in fen."""

    run_id: int
    period: str
    kind: str
    number: int
    state: str
    payslip_count: int
    fault_count: int
    net_pay_amount: int
    pay_on: dt.date


def own_pay(session: Session, person_id: int | None) -> OwnPay | None:
    """Return the newest payslip of a person that may be seen, of whatever company."""
    if person_id is None:
        return None
    row = session.execute(payroll.payslips_for(Scope.own(person_id)).limit(1)).first()
    if row is None:
        return None
    return OwnPay(row.payslip_id, row.period, row.net_pay_amount, row.state, row.pay_on)


def runs_in_hand(session: Session, role: Role, scope: Scope) -> list[RunInHand]:
    """Return the newest runs for whoever works with runs; nothing for others."""
    if not is_allowed(role, Permission.PAYROLL_RUN_READ):
        return []
    return [
        RunInHand(
            run_id=run.id,
            period=run.period,
            kind=run.kind,
            number=run.number,
            state=run.state,
            payslip_count=run.payslip_count,
            fault_count=run.fault_count,
            net_pay_amount=run.net_pay_amount,
            pay_on=run.pay_on,
        )
        for run in session.scalars(payroll.runs(scope).limit(_RUNS_SHOWN))
    ]


def teams_led(session: Session, role: Role, scope: Scope) -> list[str] | None:
    """Return the names of the teams that a supervisor leads today; None for other roles."""
    if role is not Role.SUPERVISOR:
        return None
    return [team.name for team in session.scalars(companies.teams(scope))]
