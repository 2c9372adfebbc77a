"""Declaring, reviewing, confirming and ending special additional deductions.

What is accepted is written as agreed amounts of the employment (``payroll.entries``): the engine reads
those alone, so there is one source. A declaration holds for one calendar year. Each December people
confirm for the coming one; what nobody confirmed is kept but suspended from January until it is
(国家税务总局公告2022年第7号 art 9, our reading; what is missed may be deducted at the yearly settlement).
The employer may not refuse a declaration (Individual Income Tax Law art 11): finance sends an
incomplete one back with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.fact_codes import AmountKind
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.declarations import queries
from workforce.declarations.kinds import EXCLUSIVE, KINDS, kind_of, monthly_amount
from workforce.declarations.models import Declaration
from workforce.payroll.entries import EntryFact, plan_entries, store_entries, stored_entries
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.platform.uploads import is_sent, store_upload

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor

MOST_CHARACTERS: Final = 60
_DECEMBER: Final = 12
_KIND: Final = AmountKind.SPECIAL_ADDITIONAL_DEDUCTION.code
_HELD: Final = ("submitted", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person declares; months of one calendar year, ``stated_amount`` fen a month."""

    employment_id: int
    code: str
    subject: str
    share: int
    stated_amount: int | None
    first_month: PayPeriod
    last_month: PayPeriod


def open_years() -> tuple[int, ...]:
    """Return the years that may be declared for: this one, and in December the next."""
    today = clock.today()
    return (today.year, today.year + 1) if today.month == _DECEMBER else (today.year,)


def declare(scope: Scope, wish: Wish, file: FileStorage | None, actor: Actor, book: LawBook) -> int:
    """Declare a deduction for an own employment; return the declaration's key.

    Raises:
        NotFoundError: the employment is not the person's own, or has ended.
        InputError: the wish is not one that the law knows; names the field.
        StateError: it does not go together with what is declared already.
        LawMissingError: the law data have no amount for the month.
    """
    with unit_of_work() as session:
        workplace = _workplace(session, scope, wish.employment_id)
        kind = kind_of(wish.code)
        subject = wish.subject.strip()[:MOST_CHARACTERS]
        if not subject:
            raise InputError("declaration.subject", place="subject")
        first, last = wish.first_month, wish.first_month if kind.is_once else wish.last_month
        _check_months(first, last)
        _check_tax_method(session, scope, wish.employment_id, first)
        amount, share_rate = monthly_amount(
            book, workplace.region, kind, wish.share, wish.stated_amount, first
        )
        _check_others(session, workplace.company_id, wish, subject, first, last)
        upload = (
            store_upload(session, file, company_id=workplace.company_id, actor=actor)
            if file is not None and is_sent(file)
            else None
        )
        declaration = Declaration(
            company_id=workplace.company_id,
            employment_id=wish.employment_id,
            tax_year=first.year,
            code=wish.code,
            subject=subject,
            share_rate=share_rate,
            amount=amount,
            first_month=str(first),
            last_month=str(last),
            state="submitted",
            upload_id=upload.id if upload else None,
            submitted_at=clock.now(),
        )
        session.add(declaration)
        session.flush()
        _record(session, declaration, "submit", actor, None)
        return declaration.id


def _workplace(session: Session, scope: Scope, employment_id: int) -> queries.Workplace:
    for workplace in queries.workplaces(session, scope, clock.today()):
        if workplace.employment_id == employment_id:
            return workplace
    raise NotFoundError("web.not_found")


def _check_months(first: PayPeriod, last: PayPeriod) -> None:
    if last < first:
        raise InputError("declaration.months", place="last_month", first=first, last=last)
    years = open_years()
    if first.year not in years or last.year != first.year:
        known = "、".join(map(str, years))
        raise InputError("declaration.year", place="first_month", known=known)


def _check_tax_method(session: Session, scope: Scope, employment_id: int, month: PayPeriod) -> None:
    """Refuse people whose tax knows no such deductions: the engine would refuse them at month end."""
    today = PayPeriod.of(clock.today())
    for profile in session.scalars(people.pay_profiles(scope, max(month, today))):
        if profile.employment_id == employment_id and profile.tax_method != "cumulative":
            raise InputError("declaration.for_wages_only")


def _check_others(
    session: Session,
    company_id: int,
    wish: Wish,
    subject: str,
    first: PayPeriod,
    last: PayPeriod,
) -> None:
    """Refuse what the year's other declarations of the person exclude; others' wait meanwhile."""
    locks.hold_declarations(session, company_id)
    held = session.scalars(
        select(Declaration).where(
            Declaration.employment_id == wish.employment_id,
            Declaration.tax_year == first.year,
            Declaration.state.in_(_HELD),
        )
    ).all()
    if wish.code in EXCLUSIVE and any(one.code in EXCLUSIVE - {wish.code} for one in held):
        raise StateError("declaration.rent_and_loan", place="code")
    for one in held:
        if one.code != wish.code or one.last_month < str(first) or one.first_month > str(last):
            continue
        if KINDS[wish.code].is_single:
            raise StateError("declaration.only_one", place="code")
        if one.subject == subject:
            raise StateError("declaration.twice", place="subject", subject=subject)


def accept(scope: Scope, declaration_id: int, actor: Actor, person_id: int | None) -> None:
    """Take a declaration into pay from its first month on, or the first that is still open.

    Raises:
        NotFoundError: there is no such declaration in reach.
        StateError: it does not wait for a review.
        ForbiddenError: it is the reviewer's own.
    """
    with unit_of_work() as session:
        declaration = _found(session, scope, declaration_id)
        _check_state(declaration, "submitted")
        _check_not_own(session, declaration, person_id)
        _decide(declaration, "accepted", actor)
        _write_entries(session, declaration)
        _record(session, declaration, "accept", actor, "submitted")


def return_declaration(
    scope: Scope, declaration_id: int, reason: str, actor: Actor, person_id: int | None
) -> None:
    """Send a declaration back to be put right; one that was in pay leaves it from the next open month.

    Raises:
        NotFoundError: there is no such declaration in reach.
        InputError: the reason is missing.
        StateError: it is withdrawn, or sent back already.
        ForbiddenError: it is the reviewer's own.
    """
    if not reason.strip():
        raise InputError("declaration.reason_missing", place="reason")
    with unit_of_work() as session:
        declaration = _found(session, scope, declaration_id)
        _check_state(declaration, *_HELD)
        _check_not_own(session, declaration, person_id)
        before = declaration.state
        _decide(declaration, "returned", actor)
        declaration.reason = reason.strip()[:400]
        if before == "accepted":
            _write_entries(session, declaration)
        _record(session, declaration, "return", actor, before, reason=declaration.reason)


def withdraw(scope: Scope, declaration_id: int, actor: Actor) -> None:
    """Take an own declaration back; from the next open month on nothing is deducted for it.

    Raises:
        NotFoundError: there is no such declaration in reach.
        StateError: it is withdrawn or sent back already.
    """
    with unit_of_work() as session:
        declaration = _found(session, scope, declaration_id)
        _check_state(declaration, *_HELD)
        before = declaration.state
        declaration.state = "withdrawn"
        if before == "accepted":
            _write_entries(session, declaration)
        _record(session, declaration, "withdraw", actor, before)


def confirm(scope: Scope, declaration_id: int, actor: Actor, book: LawBook) -> int:
    """Say that an own accepted declaration goes on for the whole of the next year, unchanged.

    Finance has seen it already, so it holds at once. Return the key of the next year's declaration.

    Raises:
        NotFoundError: there is no such declaration in reach.
        StateError: it is not in force to the year's end, is confirmed already, or it is not December yet.
        LawMissingError: the law data have no amount for the next year.
    """
    with unit_of_work() as session:
        old = _found(session, scope, declaration_id)
        year = old.tax_year + 1
        _check_confirmable(session, scope, old)
        workplace = _workplace(session, scope, old.employment_id)
        first, last = PayPeriod(year, 1), PayPeriod(year, _DECEMBER)
        amount = _amount_next_year(old, workplace.region, first, book)
        wish = Wish(
            employment_id=old.employment_id,
            code=old.code,
            subject=old.subject,
            share=old.share_rate,
            stated_amount=amount,
            first_month=first,
            last_month=last,
        )
        _check_others(session, old.company_id, wish, old.subject, first, last)
        new = Declaration(
            company_id=old.company_id,
            employment_id=old.employment_id,
            tax_year=year,
            code=old.code,
            subject=old.subject,
            share_rate=old.share_rate,
            amount=amount,
            first_month=str(first),
            last_month=str(last),
            state="accepted",
            upload_id=old.upload_id,
            confirms_id=old.id,
            submitted_at=clock.now(),
            decided_at=clock.now(),
        )
        session.add(new)
        session.flush()
        _write_entries(session, new)
        _record(session, new, "confirm", actor, None)
        return new.id


def _check_confirmable(session: Session, scope: Scope, old: Declaration) -> None:
    row = queries.declaration_row(session, scope, old.id)
    if row.state != "accepted" or not row.goes_to_december or row.is_confirmed:
        raise StateError("declaration.wrong_state", state=term(f"declaration_state.{row.state}"))
    if old.tax_year + 1 not in open_years():
        raise StateError("declaration.not_yet", year=old.tax_year + 1, from_year=old.tax_year)


def _amount_next_year(old: Declaration, region: str, month: PayPeriod, book: LawBook) -> int:
    """Return the amount by the next year's law: a part of the whole follows it, a stated one stays."""
    kind = KINDS[old.code]
    if old.share_rate in kind.shares:
        return monthly_amount(book, region, kind, old.share_rate, None, month)[0]
    return old.amount


def end(scope: Scope, declaration_id: int, actor: Actor) -> None:
    """Say that an own declaration does not go on next year: nobody is asked again.

    Raises:
        NotFoundError: there is no such declaration in reach.
        StateError: it is not in force to the year's end, or confirmed already.
    """
    with unit_of_work() as session:
        old = _found(session, scope, declaration_id)
        _check_confirmable(session, scope, old)
        old.is_ended = True
        _record(session, old, "end", actor, old.state)


def _found(session: Session, scope: Scope, declaration_id: int) -> Declaration:
    declaration = session.scalar(
        select(Declaration)
        .where(Declaration.id == declaration_id, queries.in_scope(scope))
        .with_for_update()
    )
    if declaration is None:
        raise NotFoundError("web.not_found")
    return declaration


def _check_state(declaration: Declaration, *wanted: str) -> None:
    if declaration.state not in wanted:
        state = term(f"declaration_state.{declaration.state}")
        raise StateError("declaration.wrong_state", state=state)


def _check_not_own(session: Session, declaration: Declaration, person_id: int | None) -> None:
    if person_id is None:
        return
    if declaration.employment_id in session.scalars(people.employment_ids(Scope.own(person_id))):
        raise ForbiddenError("declaration.own")


def _decide(declaration: Declaration, state: str, actor: Actor) -> None:
    declaration.state = state
    declaration.decided_by_id = actor.account_id
    declaration.decided_at = clock.now()


def _write_entries(session: Session, declaration: Declaration) -> None:
    """Let the agreed amounts of one employment and code say what its accepted declarations say.

    Months that are paid stay. From the first open month that this declaration speaks of to the year's
    end each month is the sum of the accepted ones; next January it is 0 unless the next year's speak
    for it.
    """
    session.flush()
    employment_id, code = declaration.employment_id, declaration.code
    scope = Scope.company(declaration.company_id)
    cycles = PayCycles.read(session, declaration.company_id)
    paid = max((one.whole for one in cycles.binding(employment_id)), default=None)
    start = PayPeriod.parse(declaration.first_month)
    start = start if paid is None else max(start, paid.next())
    months = [month for month in _months_of(declaration.tax_year) if month >= start]
    rows = session.scalars(
        select(Declaration).where(
            Declaration.employment_id == employment_id,
            Declaration.code == code,
            Declaration.state == "accepted",
            Declaration.tax_year.in_((declaration.tax_year, declaration.tax_year + 1)),
        )
    ).all()
    wanted = {
        month: sum(one.amount for one in rows if one.first_month <= str(month) <= one.last_month)
        for month in (*months, PayPeriod(declaration.tax_year + 1, 1))
    }
    known = {
        row.period_from
        for row in session.execute(stored_entries(scope))
        if row.employment_id == employment_id and row.kind == _KIND and row.code == code
    }
    facts = [
        EntryFact(
            employment_id=employment_id,
            kind=_KIND,
            code=code,
            period_from=month,
            period_to=None,
            amount=wanted[month],
        )
        for month in _turns(wanted, known)
        if month >= start
    ]
    plan = plan_entries(session, declaration.company_id, facts)
    for fault in plan.faults.values():
        raise fault
    store_entries(session, plan)


def _months_of(year: int) -> list[PayPeriod]:
    return [PayPeriod(year, month) for month in range(1, _DECEMBER + 1)]


def _turns(wanted: dict[PayPeriod, int], known: set[str]) -> list[PayPeriod]:
    """Return the months at which the amount begins, changes, or at which a stored one begins."""
    months = sorted(wanted)
    return [
        *(month for month in months[:1] if wanted[month] or known),
        *(
            month
            for before, month in pairwise(months)
            if wanted[month] != wanted[before] or str(month) in known
        ),
    ]


def _record(
    session: Session,
    declaration: Declaration,
    verb: str,
    actor: Actor,
    before: str | None,
    *,
    reason: str | None = None,
) -> None:
    """Record the act; whom the deduction is for stays out of the audit."""
    audit.record(
        session,
        actor,
        f"declaration.{verb}",
        "declaration",
        declaration.id,
        company_id=declaration.company_id,
        before=None if before is None else {"state": before},
        after={
            "state": declaration.state,
            "code": declaration.code,
            "tax_year": declaration.tax_year,
            "amount": declaration.amount,
            "months": f"{declaration.first_month}…{declaration.last_month}",
            "is_ended": declaration.is_ended,
        },
        reason=reason,
    )
