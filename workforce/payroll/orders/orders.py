"""Orders of runs beside the regular one: made, read, and withdrawn while nothing is decided.

An order says why a run is made, for whom and with which amounts. It is an input of its run as a
profile is of the month's: it does not change once it is made. Whoever wants it otherwise withdraws it
and makes another.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import delete, func, select

from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.facts import LARGEST_FEN, AmountKind, TaxMethod
from workforce.core.lifecycle import REPLACEABLE, RunState
from workforce.core.money import format_fen
from workforce.core.orders import CODED, KINDS, Purpose
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.payroll import clearing
from workforce.payroll.compute import company_in
from workforce.payroll.models import PayrollRun
from workforce.payroll.order_models import RunOrder, RunOrderAmount, RunOrderPerson
from workforce.payroll.selects import chains, dues
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

TITLE_LENGTH: Final = 120
REASON_LENGTH: Final = 400
_SUBJECT: Final = "run_order"
_BY_PAYMENT: Final = (TaxMethod.LABOR_SERVICE.code, TaxMethod.PLATFORM.code)


class OrderAmount(NamedTuple):
    """One amount of one person, in fen; ``code`` is the kind's own where it has one item only."""

    employment_id: int
    kind: AmountKind
    code: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order to be made. ``people`` are employment ids; ``amounts`` are only of them."""

    period: PayPeriod
    purpose: Purpose
    title: str
    pay_on: dt.date
    reason: str
    people: frozenset[int]
    amounts: tuple[OrderAmount, ...] = ()


def create_order(scope: Scope, company_id: int, facts: OrderFacts, actor: Actor) -> int:
    """Make an order and return its id.

    Raises:
        InputError: something of it is missing or cannot be paid so; the message names the person.
        NotFoundError: the company is out of reach.
        StateError: the period has an order of this title already.
    """
    with unit_of_work() as session:
        company = company_in(session, scope, company_id)
        return add_order(session, company.company_id, facts, actor).id


def add_order(session: Session, company_id: int, facts: OrderFacts, actor: Actor) -> RunOrder:
    """Make an order in the caller's unit of work; raises as `create_order` does."""
    # Others who number an order of the company wait.
    locks.hold(session, company_id)
    _check_words(facts)
    _check_people(session, company_id, facts)
    mine = (RunOrder.company_id == company_id, RunOrder.period == str(facts.period))
    title = facts.title.strip()
    if session.scalar(select(RunOrder.id).where(*mine, RunOrder.title == title)) is not None:
        raise StateError("order.title_taken", title=title, period=facts.period)
    last = session.scalar(select(func.max(RunOrder.number)).where(*mine))
    order = RunOrder(
        company_id=company_id,
        period=str(facts.period),
        number=(last or 0) + 1,
        purpose=facts.purpose.value,
        title=title,
        pay_on=facts.pay_on,
        reason=facts.reason.strip(),
        created_by_id=actor.account_id,
        created_at=clock.now(),
    )
    session.add(order)
    session.flush()
    session.add_all(RunOrderPerson(order_id=order.id, employment_id=one) for one in facts.people)
    session.flush()
    places = {kind: place for place, kind in enumerate(KINDS[facts.purpose])}
    session.add_all(
        RunOrderAmount(
            order_id=order.id,
            employment_id=one.employment_id,
            kind=one.kind.code,
            code=one.code,
            amount=one.amount,
            sequence=places[one.kind],
        )
        for one in facts.amounts
    )
    audit.record(
        session,
        actor,
        "run_order.create",
        _SUBJECT,
        order.id,
        company_id=company_id,
        after={
            "period": order.period,
            "number": order.number,
            "purpose": order.purpose,
            "title": order.title,
            "people": len(facts.people),
            "amount": format_fen(sum(one.amount for one in facts.amounts)),
        },
        reason=order.reason,
    )
    session.flush()
    return order


def _check_words(facts: OrderFacts) -> None:
    if not 0 < len(facts.title.strip()) <= TITLE_LENGTH:
        raise InputError("order.title_needed", place="title", longest=TITLE_LENGTH)
    if not 0 < len(facts.reason.strip()) <= REASON_LENGTH:
        raise InputError("order.reason_needed", place="reason", longest=REASON_LENGTH)
    if facts.pay_on < facts.period.first_on:
        raise InputError("order.pay_day", place="pay_on", period=facts.period)


def _check_people(session: Session, company_id: int, facts: OrderFacts) -> None:
    """Refuse people whom such a run cannot pay, and amounts that it cannot have."""
    if not facts.people:
        raise InputError("order.nobody", place="lines")
    scope, period = Scope.company(company_id), facts.period
    known = {row.employment_id: row for row in session.execute(people.all_employments(scope))}
    if facts.people - known.keys():
        raise NotFoundError("web.not_found")
    of_cycle = set(session.scalars(people.paid_by(scope, period)))
    profiles = people.pay_profiles(scope, period)
    tax_methods = {row.employment_id: row.tax_method for row in session.scalars(profiles)}
    for one in sorted(facts.people):
        number, row = known[one].employee_no, known[one]
        if row.hired_on > period.last_on:
            raise InputError("order.not_hired", place="lines", number=number, period=period)
        if one not in of_cycle:
            raise InputError("order.not_in_cycle", place="lines", number=number, period=period)
        leaves_on = row.separated_on
        if facts.purpose is Purpose.FINAL_PAY and (
            leaves_on is None or not period.first_on <= leaves_on <= period.last_on
        ):
            raise InputError("order.not_leaving", place="lines", number=number, period=period)
        if not facts.purpose.is_whole_month and tax_methods.get(one) in _BY_PAYMENT:
            raise InputError("order.by_payment", place="lines", number=number)
    if facts.purpose is Purpose.REISSUE:
        chains.refuse_counted(session, company_id, period, facts.people)
    _check_amounts(facts, {one: known[one].employee_no for one in facts.people})


def _check_amounts(facts: OrderFacts, numbers: dict[int, str]) -> None:
    seen: set[tuple[int, AmountKind, str]] = set()
    for one in facts.amounts:
        number = numbers[one.employment_id]
        item = term(f"entry_kind.{one.kind.code}")
        if one.kind not in KINDS[facts.purpose]:
            raise InputError("order.item_for_purpose", place="lines", number=number, item=item)
        if not 0 < one.amount <= LARGEST_FEN:
            raise InputError(
                "order.amount_range",
                place="lines",
                number=number,
                item=item,
                largest=format_fen(LARGEST_FEN),
            )
        key = (one.employment_id, one.kind, one.code)
        if key in seen:
            raise InputError("order.item_twice", place="lines", number=number, item=item)
        seen.add(key)
    paid = {one.employment_id for one in facts.amounts}
    if not facts.purpose.is_whole_month and facts.people - paid:
        number = min(numbers[one] for one in facts.people - paid)
        raise InputError("order.without_amount", place="lines", number=number)


def code_of(kind: AmountKind, code: str = "") -> str:
    """Return the code under which an amount is stored: its own, or that of a kind with one item."""
    return code if kind in CODED and code else kind.code


def withdraw_order(scope: Scope, order_id: int, actor: Actor, reason: str) -> None:
    """Take an order back, with its run if that was calculated; a decided one stands.

    Raises:
        InputError: no reason is given.
        NotFoundError: it is out of reach.
        StateError: its run is approved, or has a payment batch on record.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise InputError("order.reason_needed", place="reason", longest=REASON_LENGTH)
    with unit_of_work() as session:
        order = found_order(session, scope, order_id)
        locks.hold(session, order.company_id)
        run = session.scalar(
            select(PayrollRun).where(PayrollRun.order_id == order.id).with_for_update()
        )
        if run is not None:
            if run.state not in REPLACEABLE:
                raise StateError("order.decided")
            if session.scalar(dues.was_with_bank(run.id)):
                raise StateError("order.had_batch")
            clearing.remove_run(session, run)
        said = {"period": order.period, "number": order.number, "title": order.title}
        for model in (RunOrderAmount, RunOrderPerson):
            session.execute(delete(model).where(model.order_id == order.id))
        company_id = order.company_id
        session.execute(delete(RunOrder).where(RunOrder.id == order.id))
        audit.record(
            session,
            actor,
            "run_order.withdraw",
            _SUBJECT,
            order_id,
            company_id=company_id,
            before=said,
            reason=reason.strip(),
        )


def orders(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Orders in reach, the newest period first.

    Columns: order_id, company_id, period, number, purpose, title, pay_on, reason, created_by_id,
    created_at, people_count, run_id, state (NULL: not calculated), net_pay_amount (fen).
    """
    count = (
        select(func.count())
        .where(RunOrderPerson.order_id == RunOrder.id)
        .correlate(RunOrder)
        .scalar_subquery()
    )
    chosen = select(
        RunOrder.id.label("order_id"),
        RunOrder.company_id,
        RunOrder.period,
        RunOrder.number,
        RunOrder.purpose,
        RunOrder.title,
        RunOrder.pay_on,
        RunOrder.reason,
        RunOrder.created_by_id,
        RunOrder.created_at,
        count.label("people_count"),
        PayrollRun.id.label("run_id"),
        PayrollRun.state,
        PayrollRun.net_pay_amount,
    ).outerjoin(PayrollRun, PayrollRun.order_id == RunOrder.id)
    if scope.company_id is not None:
        chosen = chosen.where(RunOrder.company_id == scope.company_id)
    return chosen.order_by(RunOrder.period.desc(), RunOrder.company_id, RunOrder.number.desc())


def found_order(session: Session, scope: Scope, order_id: int) -> RunOrder:
    """Return an order in reach.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    chosen = select(RunOrder).where(RunOrder.id == order_id)
    if scope.company_id is not None:
        chosen = chosen.where(RunOrder.company_id == scope.company_id)
    order = session.scalar(chosen)
    if order is None:
        raise NotFoundError("web.not_found")
    return order


def order_numbered(session: Session, company_id: int, period: PayPeriod, number: int) -> int:
    """Return the id of a company's order by its number in a period.

    Raises:
        InputError: there is none.
    """
    order_id = session.scalar(
        select(RunOrder.id).where(
            RunOrder.company_id == company_id,
            RunOrder.period == str(period),
            RunOrder.number == number,
        )
    )
    if order_id is None:
        raise InputError("order.no_number", number=number, period=period)
    return order_id


def amounts_of(session: Session, order_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what an order names: employment_id, kind, code, amount (fen), person by person."""
    return session.execute(
        select(
            RunOrderPerson.employment_id,
            RunOrderAmount.kind,
            RunOrderAmount.code,
            RunOrderAmount.amount,
        )
        .outerjoin(
            RunOrderAmount,
            (RunOrderAmount.order_id == RunOrderPerson.order_id)
            & (RunOrderAmount.employment_id == RunOrderPerson.employment_id),
        )
        .where(RunOrderPerson.order_id == order_id)
        .order_by(RunOrderPerson.employment_id, RunOrderAmount.sequence, RunOrderAmount.code)
    ).all()


def run_of_order(session: Session, order_id: int) -> PayrollRun | None:
    """Return the run that carries an order out, once it is calculated."""
    return session.scalar(select(PayrollRun).where(PayrollRun.order_id == order_id))


def is_open(state: str | None) -> bool:
    """Tell whether an order with a run in this state (None: none yet) may still be calculated."""
    return state is None or RunState(state) in REPLACEABLE


def known_purpose(text: str, offered: Iterable[Purpose] = tuple(Purpose)) -> Purpose:
    """Return a purpose by its name.

    Raises:
        InputError: it is none of those offered.
    """
    for purpose in offered:
        if purpose.value == text:
            return purpose
    known = ", ".join(purpose.value for purpose in offered)
    raise InputError("order.wrong_purpose", place="purpose", value=text, known=known)
