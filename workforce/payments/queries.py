"""Reading payments and what is owed. A company sees its own, a person the own pay; a team sees none.

What is owed is always counted anew from two things: what decided payslips oblige the company to pay
(``payroll.selects.dues``) and what was paid. No total is stored that could drift from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.period import PayPeriod
from workforce.payments.models import PayHold, Payment, PaymentBatch
from workforce.payroll.selects import dues
from workforce.people import queries as people
from workforce.platform.listed import listed_days
from workforce.platform.scope import Scope, ScopeKind


class Why(StrEnum):
    """How a person's pay of a month stands; labels are the terms ``pay_standing.*``."""

    OVERPAID = "overpaid"
    """More was paid than is due: the payslip was reversed since."""
    SETTLED = "settled"
    PENDING = "pending"
    """In a batch that the bank has not confirmed."""
    HELD = "held"
    NO_ACCOUNT = "no_account"
    FAILED = "failed"
    """The bank sent it back."""
    NOT_DUE = "not_due"
    OVERDUE = "overdue"


PAYABLE = (Why.FAILED, Why.NOT_DUE, Why.OVERDUE)
"""What a batch can pay."""
OWED = (Why.PENDING, Why.HELD, Why.NO_ACCOUNT, *PAYABLE)
"""What is not paid yet."""


def batch_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit batches to those in reach."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return PaymentBatch.company_id == scope.company_id
    return false()


def batches(scope: Scope) -> Select[PaymentBatch]:
    """Batches, the newest first."""
    return select(PaymentBatch).where(batch_in_scope(scope)).order_by(PaymentBatch.id.desc())


def batch(scope: Scope, batch_id: int) -> Select[PaymentBatch]:
    """The batch with this key: one row or none."""
    return select(PaymentBatch).where(batch_in_scope(scope), PaymentBatch.id == batch_id)


def batch_numbered(scope: Scope, number: int) -> Select[PaymentBatch]:
    """A company's batch with this number: one row or none."""
    return select(PaymentBatch).where(batch_in_scope(scope), PaymentBatch.number == number)


def replied_batch(scope: Scope, number: int | None) -> Select[int]:
    """The id of a company's batch that a bank's reply is about: this one, or the newest (None).

    Cancelled ones never went to the bank. One row or none.
    """
    chosen = select(PaymentBatch.id).where(batch_in_scope(scope), PaymentBatch.state != "cancelled")
    if number is not None:
        chosen = chosen.where(PaymentBatch.number == number)
    return chosen.order_by(PaymentBatch.number.desc()).limit(1)


def batches_of_slip(payslip_id: int) -> Select[int]:
    """The ids of the batches, cancelled ones too, that were to pay a payslip."""
    return select(Payment.batch_id).where(Payment.payslip_id == payslip_id).distinct()


def open_batch(run_id: int) -> Select[PaymentBatch]:
    """The batch of a run that waits for the bank: one row or none."""
    return select(PaymentBatch).where(PaymentBatch.run_id == run_id, PaymentBatch.state == "made")


def payment(scope: Scope, payment_id: int) -> Select[Payment, PaymentBatch]:
    """The payment with this key and its batch: one row or none."""
    return (
        select(Payment, PaymentBatch)
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .where(batch_in_scope(scope), Payment.id == payment_id)
    )


def payments_of(scope: Scope, batch_id: int) -> Select[*tuple[Any, ...]]:
    """The payments of a batch as they were ordered, in order of employee number: for bank files.

    Columns: payment_id, employment_id, employee_no, payslip_id, period, amount (fen), state,
    payee_name, bank_name, bank_account (decrypted on reading), fail_reason, settled_on.
    """
    payee = people.payees(Scope.base()).subquery()
    slip = dues.periods_of_slips().subquery()
    return (
        select(
            Payment.id.label("payment_id"),
            Payment.employment_id,
            payee.c.employee_no,
            Payment.payslip_id,
            slip.c.period,
            Payment.amount,
            Payment.state,
            Payment.payee_name,
            Payment.bank_name,
            Payment.bank_account,
            Payment.fail_reason,
            Payment.settled_on,
        )
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .join(payee, payee.c.employment_id == Payment.employment_id)
        .outerjoin(slip, slip.c.payslip_id == Payment.payslip_id)
        .where(batch_in_scope(scope), Payment.batch_id == batch_id)
        .order_by(payee.c.employee_no, Payment.id)
    )


def state_sums(batch_id: int) -> Select[str, int, int]:
    """How many payments of a batch are in each state, and what they come to: state, people, amount."""
    return (
        select(
            Payment.state,
            func.count().label("people"),
            cast(func.sum(Payment.amount), BigInteger).label("amount"),
        )
        .where(Payment.batch_id == batch_id)
        .group_by(Payment.state)
    )


def paid_months(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[int, str, int]:
    """What the bank has paid somebody for each month: employment_id, month, amount (fen)."""
    slip = dues.periods_of_slips().subquery()
    month = func.substr(slip.c.period, 1, 7)
    return (
        select(
            Payment.employment_id,
            month.label("month"),
            cast(func.sum(Payment.amount), BigInteger).label("amount"),
        )
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .join(slip, slip.c.payslip_id == Payment.payslip_id)
        .where(
            batch_in_scope(scope),
            Payment.state == "paid",
            month.between(str(first), str(last)),
        )
        .group_by(Payment.employment_id, month)
    )


def hold_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit holds to those of people in reach, in whose company somebody answers for pay."""
    if scope.kind is ScopeKind.TEAM:
        return false()
    return PayHold.employment_id.in_(people.employment_ids(scope))


def hold(scope: Scope, hold_id: int) -> Select[PayHold]:
    """The hold with this key: one row or none."""
    return select(PayHold).where(hold_in_scope(scope), PayHold.id == hold_id)


def holds(scope: Scope, employment_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """Holds, of everybody or of one person: open ones first, then the newest.

    Columns: those of ``pay_hold``, employee_no, name.
    """
    payee = people.payees(scope).subquery()
    chosen = (
        select(*PayHold.__table__.columns, payee.c.employee_no, payee.c.name)
        .join(payee, payee.c.employment_id == PayHold.employment_id)
        .where(hold_in_scope(scope))
        .order_by(PayHold.released_at.is_not(None), PayHold.id.desc())
    )
    if employment_id is not None:
        chosen = chosen.where(PayHold.employment_id == employment_id)
    return chosen


def is_held(employment_id: int) -> ColumnElement[bool]:
    """Whether a person's pay is held back now."""
    return exists().where(PayHold.employment_id == employment_id, PayHold.released_at.is_(None))


def pending_batch_of(employment_id: int) -> Select[int]:
    """The number of the batch in which a person's pay waits for the bank: one row or none."""
    return (
        select(PaymentBatch.number)
        .join(Payment, Payment.batch_id == PaymentBatch.id)
        .where(Payment.employment_id == employment_id, Payment.state == "pending")
        .limit(1)
    )


def arrears(
    scope: Scope,
    today: dt.date,
    *,
    run_id: int | None = None,
    periods: Collection[str] | None = None,
    employment_id: int | None = None,
    is_open_only: bool = False,
) -> Select[*tuple[Any, ...]]:
    """How the decided pay of everybody in reach stands: one row a person and payslip, in no order.

    Of one run, of some periods, of one employment, or of all there ever was. A payslip that was issued
    again is one row with the first. ``is_open_only`` leaves out what is settled, and is quicker. Amounts
    fen; ``outstanding_amount`` is due less paid: negative
    where too much was paid; ``pending_amount`` is the part of it that waits for the bank. ``why``: a
    `Why`.
    Columns: chain_id, payslip_id, employment_id, employee_no, name, company_id, period, run_id,
    run_kind, run_number, run_state, pay_on, due_amount, paid_amount, pending_amount, outstanding_amount, why,
    hold_id, held_at, hold_reason, failed_on, fail_reason, paid_on (the last day of payment).
    """
    due = dues.dues(scope, run_id=run_id, periods=periods, employment_id=employment_id).subquery(
        "due"
    )
    payee = people.payees(scope).subquery("payee")
    held = (
        select(PayHold.id, PayHold.employment_id, PayHold.held_at, PayHold.reason)
        .where(PayHold.released_at.is_(None))
        .subquery("held")
    )
    known = (
        select(
            due,
            payee.c.employee_no,
            payee.c.name,
            payee.c.bank_account.is_not(None).label("has_account"),
            _sum_of("paid", due.c.chain_id).label("paid_amount"),
            _sum_of("pending", due.c.chain_id).label("pending_amount"),
            _newest("failed", due.c.chain_id, func.max(Payment.id)).label("failed_id"),
            _newest("paid", due.c.chain_id, func.max(Payment.settled_on)).label("paid_on"),
            held.c.id.label("hold_id"),
            held.c.held_at,
            held.c.reason.label("hold_reason"),
        )
        .join(payee, payee.c.employment_id == due.c.employment_id)
        .outerjoin(held, held.c.employment_id == due.c.employment_id)
        .subquery("known")
    )
    failed = aliased(Payment)
    outstanding = known.c.due_amount - known.c.paid_amount
    why = case(
        (outstanding < 0, Why.OVERPAID),
        (outstanding == 0, Why.SETTLED),
        (known.c.pending_amount > 0, Why.PENDING),
        (known.c.hold_id.is_not(None), Why.HELD),
        (~known.c.has_account, Why.NO_ACCOUNT),
        (known.c.failed_id.is_not(None), Why.FAILED),
        (known.c.pay_on >= today, Why.NOT_DUE),
        else_=Why.OVERDUE,
    )
    rows = select(
        *(column for column in known.c if column.key not in {"has_account", "failed_id"}),
        failed.settled_on.label("failed_on"),
        failed.fail_reason,
        outstanding.label("outstanding_amount"),
        why.label("why"),
    ).outerjoin(failed, failed.id == known.c.failed_id)
    return rows.where(outstanding != 0) if is_open_only else rows


def owed_at_end(scope: Scope, *days: dt.date) -> Select[int, dt.date, int]:
    """What companies owed their people at the end of days: employment_id, on_day, owed_amount (fen).

    Of decided payslips whose pay day was by then: net pay less what the bank had paid by then, payslip
    by payslip, so that too much of one is not set off against another. Who was owed nothing on a day has
    no row of it. The payslips are gone through once, however many days are asked for.
    """
    late = _paid_late(scope, days)

    def is_settled(payslip_id: Any, net: Any) -> ColumnElement[bool]:
        """Tell which payslips were never owed on one of the days: nearly all, found by the index alone."""
        return and_(_sum_of("paid", payslip_id) == net, payslip_id.not_in(late))

    due = dues.dues(scope, unless=is_settled, due_by=max(days)).subquery("due")
    day = listed_days(days)
    by_then = (
        select(cast(func.coalesce(func.sum(Payment.amount), 0), BigInteger))
        .where(
            Payment.chain_id == due.c.chain_id,
            Payment.state == "paid",
            Payment.settled_on <= day.c.on_day,
        )
        .scalar_subquery()
    )
    owed = due.c.due_amount - by_then
    return (
        select(
            due.c.employment_id,
            day.c.on_day,
            cast(func.sum(owed), BigInteger).label("owed_amount"),
        )
        .join(day, due.c.pay_on <= day.c.on_day)
        .where(owed > 0)
        .group_by(due.c.employment_id, day.c.on_day)
    )


def _paid_late(scope: Scope, days: Collection[dt.date]) -> Select[int | None]:
    """The chains of which something was paid after one of the days on which it was due already.

    What was paid beside its run's own batch counts as late.
    """
    run, day = dues.pay_days().subquery(), listed_days(days)
    was_due = and_(day.c.on_day >= run.c.pay_on, day.c.on_day < Payment.settled_on)
    return (
        select(Payment.chain_id)
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .outerjoin(run, run.c.run_id == PaymentBatch.run_id)
        .where(
            batch_in_scope(scope),
            Payment.state == "paid",
            Payment.settled_on > min(days),
            or_(run.c.run_id.is_(None), exists().where(was_due)),
        )
    )


def standing_of(
    scope: Scope, today: dt.date, *, employment_id: int, payslip_id: int
) -> Select[*tuple[Any, ...]]:
    """How one payslip's pay stands, as a row of ``arrears``: none of a draft, or of one issued again."""
    row = arrears(scope, today, employment_id=employment_id).subquery("row")
    return select(row).where(row.c.payslip_id == payslip_id)


def _sum_of(state: str, chain_id: ColumnElement[int]) -> ColumnElement[int]:
    """Sum a chain's payments in a state: few rows by their index, however many there are of all."""
    total: ColumnElement[int] = _newest(
        state, chain_id, cast(func.coalesce(func.sum(Payment.amount), 0), BigInteger)
    )
    return total


def _newest(state: str, chain_id: ColumnElement[int], value: Any) -> Any:
    return (
        select(value).where(Payment.chain_id == chain_id, Payment.state == state).scalar_subquery()
    )


def month_sums(rows: Select[*tuple[Any, ...]], today: dt.date) -> Select[*tuple[Any, ...]]:
    """Add up rows of ``arrears`` by period, the newest first.

    Columns: period, people, owed_people, due_amount, paid_amount, owed_amount, overdue_amount (the part
    of it whose pay day is over), overpaid_amount (negative), pay_on.
    """
    row = rows.subquery("row")
    open_amount = row.c.outstanding_amount

    def total(value: Any, name: str) -> ColumnElement[int]:
        return cast(func.sum(value), BigInteger).label(name)

    return (
        select(
            row.c.period,
            func.count().label("people"),
            total(case((open_amount > 0, 1), else_=0), "owed_people"),
            total(row.c.due_amount, "due_amount"),
            total(row.c.paid_amount, "paid_amount"),
            total(case((open_amount > 0, open_amount), else_=0), "owed_amount"),
            total(
                case((and_(open_amount > 0, row.c.pay_on < today), open_amount), else_=0),
                "overdue_amount",
            ),
            total(case((open_amount < 0, open_amount), else_=0), "overpaid_amount"),
            func.max(row.c.pay_on).label("pay_on"),
        )
        .group_by(row.c.period)
        .order_by(row.c.period.desc())
    )


def chosen_rows(
    rows: Select[*tuple[Any, ...]], *, why: Collection[str] | None = None, words: str = ""
) -> Select[*tuple[Any, ...]]:
    """Limit rows of ``arrears`` to some standings, and to a name or employee number."""
    row = rows.subquery("chosen")
    chosen = select(row)
    if why is not None:
        chosen = chosen.where(row.c.why.in_(why))
    if words:
        like = "%" + words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        chosen = chosen.where(
            or_(row.c.name.like(like, escape="\\"), row.c.employee_no.like(like, escape="\\"))
        )
    return chosen
