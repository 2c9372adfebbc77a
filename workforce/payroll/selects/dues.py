"""What a decided payslip obliges the company to pay: part of ``queries``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any, Final

from sqlalchemy import BigInteger, Select, case, cast, column, exists, func, or_, select, table
from sqlalchemy.sql.elements import ColumnElement

from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.selects.reach import FINAL_STATES, counts, run_in_scope, slip_in_scope
from workforce.platform.scope import Scope

Unless = Callable[[Any, Any], ColumnElement[bool]]
"""Given the columns of a payslip's key and net pay: what is not asked for."""


def dues(
    scope: Scope,
    *,
    run_id: int | None = None,
    periods: Collection[str] | None = None,
    employment_id: int | None = None,
    unless: Unless | None = None,
    due_by: dt.date | None = None,
) -> Select[*tuple[Any, ...]]:
    """What each chain of decided payslips in reach is due: one row a chain.

    A payslip that was issued again belongs to the chain of the first one; due is the net pay of the
    one that counts, 0 while none does. The payslip and run of a row are the newest of its chain.
    ``unless`` leaves out chains that nothing ever happened to and of whose payslip it holds: far
    quicker than to add up what was paid of each. ``due_by`` leaves out those of them whose pay day is later.
    Columns: chain_id, payslip_id, employment_id, company_id, period, run_id, run_kind, run_number,
    run_state, pay_on, due_amount (fen).
    """
    chain_id = func.coalesce(Payslip.origin_id, Payslip.id)
    chosen = (
        select(
            chain_id.label("chain_id"),
            func.max(Payslip.id).label("payslip_id"),
            cast(func.sum(case((counts(), Payslip.net_pay_amount), else_=0)), BigInteger).label(
                "due_amount"
            ),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(PayrollRun.state.in_(FINAL_STATES), slip_in_scope(scope))
        .group_by(chain_id)
    )
    if run_id is not None:
        chosen = chosen.where(Payslip.run_id == run_id, counts())
    if periods is not None:
        chosen = chosen.where(PayrollRun.period.in_(periods))
    if employment_id is not None:
        chosen = chosen.where(Payslip.employment_id == employment_id)
    is_plain = Payslip.origin_id.is_(None) & counts()
    if due_by is not None:
        chosen = chosen.where(or_(PayrollRun.pay_on <= due_by, ~is_plain))
    if unless is not None:
        chosen = chosen.where(~(is_plain & unless(Payslip.id, Payslip.net_pay_amount)))
    chain = chosen.subquery()
    return (
        select(
            chain.c.chain_id,
            chain.c.payslip_id,
            Payslip.employment_id,
            PayrollRun.company_id,
            PayrollRun.period,
            Payslip.run_id,
            PayrollRun.kind.label("run_kind"),
            PayrollRun.number.label("run_number"),
            PayrollRun.state.label("run_state"),
            PayrollRun.pay_on,
            chain.c.due_amount,
        )
        .join(Payslip, Payslip.id == chain.c.payslip_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
    )


def due_sums(scope: Scope, periods: Collection[str] | None = None) -> Select[str, int, int]:
    """The sums of ``dues`` by period, the newest first: period, chains, due_amount (fen)."""
    chain_id = func.coalesce(Payslip.origin_id, Payslip.id)
    amount = func.sum(case((counts(), Payslip.net_pay_amount), else_=0))
    chosen = (
        select(
            PayrollRun.period,
            func.count(chain_id.distinct()).label("chains"),
            cast(amount, BigInteger).label("due_amount"),
        )
        .join(Payslip, Payslip.run_id == PayrollRun.id)
        .where(PayrollRun.state.in_(FINAL_STATES), slip_in_scope(scope))
        .group_by(PayrollRun.period)
        .order_by(PayrollRun.period.desc())
    )
    return chosen if periods is None else chosen.where(PayrollRun.period.in_(periods))


def decided_periods(scope: Scope) -> Select[str]:
    """The periods that have decided runs in reach, each once, the newest first."""
    return (
        select(PayrollRun.period)
        .where(PayrollRun.state.in_(FINAL_STATES), run_in_scope(scope))
        .distinct()
        .order_by(PayrollRun.period.desc())
    )


def runs_with_ids(scope: Scope, ids: Collection[int]) -> Select[PayrollRun]:
    """The runs in reach among some, in no order."""
    return select(PayrollRun).where(PayrollRun.id.in_(ids), run_in_scope(scope))


def periods_of_slips() -> Select[int, str]:
    """Pairs payslip_id, period, for joins above."""
    return select(Payslip.id.label("payslip_id"), Payslip.period)


def pay_days() -> Select[int, dt.date]:
    """Pairs run_id, pay_on, for joins above."""
    return select(PayrollRun.id.label("run_id"), PayrollRun.pay_on)


def counting_net(run_id: int) -> Select[int | None]:
    """The sum of the net pay of a run's payslips that count, in fen; NULL where there are none."""
    return select(cast(func.sum(Payslip.net_pay_amount), BigInteger)).where(
        Payslip.run_id == run_id, counts()
    )


def is_being_paid(run_id: int) -> Select[bool]:
    """Whether a payment batch of the run waits for the bank.

    Payments lie above this slice and know it, not the other way round; so their table is named as a
    foreign key names one.
    """
    return select(exists().where(_BATCH.c.run_id == run_id, _BATCH.c.state == "made"))


def was_with_bank(run_id: int) -> Select[bool]:
    """Whether there ever was a payment batch of the run, a cancelled one included: it stays on record."""
    return select(exists().where(_BATCH.c.run_id == run_id))


_BATCH: Final = table("payment_batch", column("run_id"), column("state"))
