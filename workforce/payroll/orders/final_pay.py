"""Final pay: a leaver is paid the whole month at once, with leave not taken and severance.

工资支付暂行规定 art 9: when the contract ends, wages are paid in full at once. What is proposed here
comes from the records; whoever makes the order may put other figures in its place, and the run itself
reckons and explains what each comes to.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from workforce.attendance import balances
from workforce.attendance import queries as attendance_queries
from workforce.attendance import service as attendance
from workforce.core.errors import ClosedError, InputError, LawMissingError, NotFoundError
from workforce.core.facts import AmountKind, EmploymentType
from workforce.core.money import round_half_up
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.core.rules.leave import HALVES
from workforce.core.rules.severance import MONTHS_IN_YEAR, TYPES
from workforce.core.terms import term
from workforce.payroll.compute import company_in
from workforce.payroll.models import Adjustment, PayrollRun, Payslip, PayslipLine
from workforce.payroll.orders.orders import OrderAmount, OrderFacts, add_order, code_of
from workforce.payroll.selects.reach import FINAL_STATES, counts
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor

_NOT_WAGES: Final = ("severance_pay",)
_MOST_LEAVE_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageWage:
    """The mean of monthly pay, all wages, in the 12 months before leaving: fen.

    ``month_count``: months with payslips, of ``employed_months`` employed here in those 12.
    """

    amount: int
    month_count: int
    employed_months: int

    @property
    def is_partial(self) -> bool:
        """Whether months are missing: somebody must look whether the mean is right."""
        return self.month_count < self.employed_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a final pay would settle.

    ``left_half_days`` None: the leave ledger does not know. ``stated_leave_days``: what is entered for
    the period already. ``may_claim_severance``: whether the employment is of a type that has any.
    ``wage_before`` None: no payslip tells of the 12 months before. ``adjustments``: those of later months
    (for_period, pay_period, amount in fen, reason) that would be paid now. ``is_settled``: a final pay
    is decided.
    """

    employment_id: int
    employee_no: str
    name: str
    company_id: int
    period: PayPeriod
    hired_on: dt.date
    separated_on: dt.date
    separation_reason: str | None
    left_half_days: int | None
    stated_leave_days: int | None
    may_claim_severance: bool
    wage_before: AverageWage | None
    adjustments: Sequence[Row[*tuple[Any, ...]]]
    is_settled: bool

    @property
    def leave_days(self) -> int:
        """Whole days of leave to pay out: what is entered, else what is left, never below 0."""
        if self.stated_leave_days is not None:
            return self.stated_leave_days
        return max(self.left_half_days or 0, 0) // HALVES


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is settled with a leaver; amounts in fen, None where there is none of the kind.

    ``average_wage``: what severance is reckoned by; ``agreed``: what both agreed in its place.
    """

    pay_on: dt.date
    reason: str
    leave_days: int
    average_wage: int | None = None
    agreed: int | None = None


def propose(session: Session, scope: Scope, employment_id: int, book: LawBook) -> Proposal:
    """Return what a final pay of a leaver would settle.

    Raises:
        InputError: the person has no last day.
        NotFoundError: the person is out of reach.
    """
    known = people.work_patterns(scope).order_by(None).subquery()
    row = session.execute(select(known).where(known.c.employment_id == employment_id)).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    if row.separated_on is None:
        raise InputError("order.no_last_day", number=row.employee_no)
    company = company_in(session, scope, row.company_id)
    period = PayCycles.read(session, row.company_id).period_of(employment_id, row.separated_on)
    figures = attendance_queries.month_figures(scope, period)
    stated = session.execute(
        figures.where(figures.selected_columns["employment_id"] == employment_id)
    ).one_or_none()
    leavers = people.all_employments(scope).subquery()
    return Proposal(
        employment_id=employment_id,
        employee_no=row.employee_no,
        name=row.name,
        company_id=row.company_id,
        period=period,
        hired_on=row.hired_on,
        separated_on=row.separated_on,
        separation_reason=session.scalar(
            select(leavers.c.separation_reason).where(leavers.c.employment_id == employment_id)
        ),
        left_half_days=_leave_left(session, scope, row, period, book, company.region),
        stated_leave_days=None if stated is None else stated.unused_leave_days,
        may_claim_severance=EmploymentType.of(row.employment_type) in TYPES,
        wage_before=average_wage(session, employment_id, row.hired_on, row.separated_on),
        adjustments=_pending(session, employment_id, period),
        is_settled=bool(locks.locked_people(session, [employment_id], period)),
    )


def _leave_left(
    session: Session,
    scope: Scope,
    row: Row[Any],
    period: PayPeriod,
    book: LawBook,
    region: str,
) -> int | None:
    """Return the half days of annual leave left on the last day; None: not known.

    What the leaver's period pays out already is what this settles, and counts as left.
    """
    try:
        found = balances.read_balances(
            session,
            scope,
            row.separated_on.year,
            row.separated_on,
            book,
            region,
            employment_ids=[row.employment_id],
        )
    except LawMissingError:
        return None
    left = found[0].left_half_days if found else None
    if left is None:
        return None
    return left + HALVES * sum(days for text, days in found[0].paid_out if text == str(period))


def average_wage(
    session: Session, employment_id: int, hired_on: dt.date, separated_on: dt.date
) -> AverageWage | None:
    """Return the mean monthly pay of the 12 months before the month of leaving (条例 art 27).

    It is what decided payslips that count say, severance excepted; who worked for fewer months has the
    mean of those.
    """
    last = PayPeriod.of(separated_on).previous()
    first = last
    for _ in range(MONTHS_IN_YEAR - 1):
        first = first.previous()
    rows = session.execute(
        select(Payslip.id, Payslip.period, Payslip.gross_pay_amount)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            Payslip.employment_id == employment_id,
            Payslip.period >= str(first),
            Payslip.period < str(last.next()),
            PayrollRun.state.in_(FINAL_STATES),
            counts(),
        )
    ).all()
    if not rows:
        return None
    others = session.scalars(
        select(PayslipLine.amount).where(
            PayslipLine.payslip_id.in_([row.id for row in rows]), PayslipLine.code.in_(_NOT_WAGES)
        )
    )
    total = sum(row.gross_pay_amount for row in rows) - sum(others)
    months = {PayPeriod.parse(row.period).whole for row in rows}
    begun = max(first, PayPeriod.of(hired_on))
    employed = (last.year - begun.year) * MONTHS_IN_YEAR + last.month - begun.month + 1
    return AverageWage(
        amount=round_half_up(max(total, 0), len(months)),
        month_count=len(months),
        employed_months=max(employed, 0),
    )


def _pending(
    session: Session, employment_id: int, period: PayPeriod
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return corrections of earlier months that are to be paid later than in a period."""
    return session.execute(
        select(
            Adjustment.id,
            Adjustment.for_period,
            Adjustment.pay_period,
            Adjustment.amount,
            Adjustment.reason,
        )
        .where(
            Adjustment.employment_id == employment_id,
            Adjustment.pay_period > str(period if period.half else period.halves[1]),
            Adjustment.for_period < str(period),
        )
        .order_by(Adjustment.pay_period, Adjustment.id)
    ).all()


def order_final_pay(
    scope: Scope, employment_id: int, settled: Settlement, actor: Actor, book: LawBook
) -> int:
    """Make the order of a leaver's final pay and return its id; its run is calculated next.

    Leave that is paid out is entered for the leaver's period, and corrections that were to be paid
    later are paid now.

    Raises:
        InputError: a figure cannot be meant, or the person has no last day or has no claim.
        NotFoundError: the person is out of reach.
        StateError: there is a final pay already.
        ClosedError: the period is closed.
    """
    with unit_of_work() as session:
        locks.hold(session, propose(session, scope, employment_id, book).company_id)
        # What another act did meanwhile counts, not what was read before the lock.
        found = propose(session, scope, employment_id, book)
        if found.is_settled:
            raise ClosedError("order.paid_already", period=found.period)
        if PayCycles.read(session, found.company_id).is_closed(employment_id, found.period):
            # Corrections of later months would move into a month that nothing pays any more.
            raise ClosedError("month.closed", period=found.period)
        if not 0 <= settled.leave_days <= _MOST_LEAVE_DAYS:
            raise InputError("order.leave_days", place="leave_days")
        amounts = tuple(
            OrderAmount(employment_id, kind, code_of(kind), amount)
            for kind, amount in (
                (AmountKind.SEVERANCE_WAGE, settled.average_wage),
                (AmountKind.SEVERANCE_AGREED, settled.agreed),
            )
            if amount is not None
        )
        if amounts and settled.average_wage is None:
            raise InputError("order.severance_needs_average", place="average_wage")
        _enter_leave(session, found, settled.leave_days)
        moved = [row.id for row in found.adjustments]
        session.execute(
            update(Adjustment)
            .where(Adjustment.id.in_(moved))
            .values(pay_period=str(found.period))
            .execution_options(synchronize_session=False)
        )
        order = add_order(
            session,
            found.company_id,
            OrderFacts(
                period=found.period,
                purpose=Purpose.FINAL_PAY,
                title=f"{term('run_purpose.final_pay').zh} {found.employee_no}",
                pay_on=settled.pay_on,
                reason=settled.reason,
                people=frozenset({employment_id}),
                amounts=amounts,
            ),
            actor,
        )
        if moved:
            audit.record(
                session,
                actor,
                "adjustment.pay_now",
                "employment",
                employment_id,
                company_id=found.company_id,
                before={str(row.id): row.pay_period for row in found.adjustments},
                after={"pay_period": str(found.period)},
            )
        return order.id


def _enter_leave(session: Session, found: Proposal, days: int) -> None:
    """State the days of leave that the leaver's period pays out, beside hours stated of it."""
    if days == (found.stated_leave_days or 0):
        return
    scope = Scope.company(found.company_id)
    figures = attendance_queries.month_figures(scope, found.period)
    stored = session.execute(
        figures.where(figures.selected_columns["employment_id"] == found.employment_id)
    ).one_or_none()
    fact = attendance.FiguresFact(
        found.employment_id,
        found.period,
        None if stored is None else stored.worked_minutes,
        days or None,
    )
    plan = attendance.plan_figures(session, found.company_id, [fact])
    for fault in plan.faults.values():
        raise fault
    attendance.store_agreements(session, plan)
