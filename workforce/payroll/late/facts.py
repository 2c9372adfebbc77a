"""Late facts: entered by one person, approved by another, paid as linked adjustments.

Approving says that the facts are true, and writes in the same transaction what they make due into
the next open period of each person. Doing it again finds nothing left to pay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, func, select

from workforce.attendance import requests_reading as requests
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll.compute import company_in
from workforce.payroll.correction_models import AdjustmentLine, LateFact
from workforce.payroll.late.settling import paid_in, settle
from workforce.payroll.late.shadow import Shadow, shadow
from workforce.payroll.late_kinds.kinds import kind_of, stored
from workforce.payroll.models import SlipReversal
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, clock, locks
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import service as production

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.payroll.compute import CompanyKey
    from workforce.payroll.late_kinds.kind import LateKind
    from workforce.platform.audit import Actor
    from workforce.platform.jobs import Progress

SUBJECT: Final = "late_fact"
_REASON_LENGTH: Final = 200
_ANSWER_LENGTH: Final = 400


def late_facts(scope: Scope, period: PayPeriod | None = None) -> Select[LateFact]:
    """Late facts in reach, of one period or of all, the newest period first, in order of entering."""
    chosen = select(LateFact).where(_in_reach(scope))
    if period is not None:
        chosen = chosen.where(LateFact.for_period == str(period))
    return chosen.order_by(LateFact.for_period.desc(), LateFact.id)


def _in_reach(scope: Scope) -> Any:
    if scope.kind is ScopeKind.COMPANY:
        return LateFact.company_id == scope.company_id
    return LateFact.id.is_(None)


def described(fact: LateFact) -> LateKind:
    """Return what a stored fact says."""
    return stored(fact.kind, fact.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A late fact as somebody types it. ``employment_id`` None: of everybody.

    ``request_id``: the approved request about a locked month that it carries out.
    """

    kind: str
    employment_id: int | None
    said: Mapping[str, str]
    reason: str
    request_id: int | None = None


def requests_to_pay(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Approved requests about locked months that no late fact carries out yet.

    Columns: those of attendance's ``late_corrections``.
    """
    rows = requests.late_corrections(scope).order_by(None).subquery()
    taken = exists().where(
        LateFact.request_id == rows.c.request_id, LateFact.is_approved.is_not(False)
    )
    return select(rows).where(~taken).order_by(rows.c.request_id)


def check_entry(scope: Scope, company_id: int, entry: Entry, actor: Actor) -> None:
    """Refuse what is wrong with a late fact as typed: before anybody waits for its months.

    Raises:
        ForbiddenError: nobody is named.
        InputError: a value is wrong, its period is still open, or the work asks for a certificate.
        NotFoundError: the company or the person is out of reach.
    """
    session = db.session()
    _parts(session, company_in(session, scope, company_id), entry, actor)


def enter(
    scope: Scope,
    company_id: int,
    entry: Entry,
    actor: Actor,
    book: LawBook,
    progress: Progress | None = None,
) -> list[int]:
    """Keep a late fact, one for each locked period that it concerns; return their keys.

    It is tried on the months at once, so that what does not fit is said to whoever types it. What is of
    everybody takes some seconds a month: a job's ``progress`` ends with what is written.

    Raises:
        InputError: a value is wrong, its period is still open, or it does not fit what is stored.
        NotFoundError: the company or the person is out of reach.
        DomainError: with it somebody's month could not be computed.
    """
    session = db.session()
    company = company_in(session, scope, company_id)
    parts = _parts(session, company, entry, actor)
    made = [
        LateFact(
            company_id=company.company_id,
            employment_id=entry.employment_id,
            for_period=str(period),
            kind=part.CODE,
            payload=part.payload(),
            reason=entry.reason.strip(),
            entered_by_id=actor.account_id,
            entered_at=clock.now(),
            request_id=entry.request_id,
        )
        for period, part in parts.items()
    ]
    if progress is not None:
        progress.step("late_try", len(made))
    for fact in made:
        _try(session, company, fact, book)
        if progress is not None:
            progress.advance()
    with unit_of_work() as writing:
        locks.hold(writing, company.company_id)
        if entry.request_id is not None:
            _check_request(writing, company, entry)
        writing.add_all(made)
        writing.flush()
        for fact in made:
            _record(writing, actor, "late_fact.enter", fact)
        ids = [fact.id for fact in made]
        if progress is not None:
            progress.complete(writing, {"count": len(ids)})
        return ids


def _parts(
    session: Session, company: CompanyKey, entry: Entry, actor: Actor
) -> Mapping[PayPeriod, LateKind]:
    """Return what an entry says of each locked period."""
    kind = kind_of(entry.kind)
    reason = entry.reason.strip()
    if not 0 < len(reason) <= _REASON_LENGTH:
        raise InputError("late.reason", place="reason", longest=_REASON_LENGTH)
    fits = kind.IS_OF_ALL if entry.employment_id is None else kind.IS_OF_ONE
    if not fits:
        raise InputError("late.whose", place="employee_no", kind=term(f"late_kind.{kind.CODE}"))
    if entry.employment_id is not None:
        _check_person(session, company, entry.employment_id)
    if actor.account_id is None:
        raise ForbiddenError("late.nameless")
    said = kind.parse(entry.said)
    more = said.new_work()
    if more is not None and entry.employment_id is not None:
        production.check_work(session, company.company_id, entry.employment_id, *more)
    return said.spread(_closed(session, company.company_id, entry.employment_id))


def _check_person(session: Session, company: CompanyKey, employment_id: int) -> None:
    known = people.employment_ids(Scope.company(company.company_id)).subquery()
    column = known.c[0]
    if session.scalar(select(column).where(column == employment_id)) is None:
        raise NotFoundError("web.not_found")


def _check_request(session: Session, company: CompanyKey, entry: Entry) -> None:
    """Refuse a request that is not the person's, or that a late fact carries out already."""
    rows = requests_to_pay(Scope.company(company.company_id)).order_by(None).subquery()
    found = session.scalar(
        select(rows.c.employment_id).where(rows.c.request_id == entry.request_id)
    )
    if found is None or found != entry.employment_id:
        raise InputError("late.request", place="employee_no")


def _closed(session: Session, company_id: int, employment_id: int | None) -> frozenset[PayPeriod]:
    """Return the locked periods of a person, or all of the company's."""
    cycles = PayCycles.read(session, company_id)
    return cycles.locked if employment_id is None else cycles.binding(employment_id)


def _try(session: Session, company: CompanyKey, fact: LateFact, book: LawBook) -> None:
    """Refuse a fact that does not fit the month and what is known late of it already."""
    period = PayPeriod.parse(fact.for_period)
    known = session.scalars(
        late_facts(Scope.company(company.company_id), period).where(
            LateFact.is_approved.is_not(False)
        )
    ).all()
    only = None if fact.employment_id is None else {fact.employment_id}
    for fault in shadow(session, company, period, book, [*known, fact], only).faults:
        raise fault.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a period's late facts make due.

    ``facts`` are those that nobody has refused; ``waiting`` those that nobody has decided on.
    ``pay_periods``: the open period in which each person of the shadow is paid, by employment.
    """

    period: PayPeriod
    facts: Sequence[LateFact]
    shadow: Shadow
    pay_periods: Mapping[int, PayPeriod]

    @property
    def waiting(self) -> list[LateFact]:
        """Facts that wait for a second person."""
        return [fact for fact in self.facts if fact.is_approved is None]

    @property
    def seen(self) -> str:
        """What an approval answers for: the differences, and the facts that make them."""
        ids = ",".join(str(fact.id) for fact in self.waiting)
        return f"{self.shadow.hash}:{ids}"


def preview(
    scope: Scope,
    company_id: int,
    period: PayPeriod,
    book: LawBook,
    *,
    is_approved_only: bool = False,
) -> Preview:
    """Compute what a period's late facts would pay, if all that wait were approved.

    Raises:
        NotFoundError: the company is out of reach.
    """
    session = db.session()
    company = company_in(session, scope, company_id)
    return _preview(session, company, period, book, is_approved_only=is_approved_only)


def _preview(
    session: Session,
    company: CompanyKey,
    period: PayPeriod,
    book: LawBook,
    *,
    is_approved_only: bool = False,
) -> Preview:
    chosen = late_facts(Scope.company(company.company_id), period)
    is_true = (
        LateFact.is_approved.is_(True) if is_approved_only else LateFact.is_approved.is_not(False)
    )
    facts = session.scalars(chosen.where(is_true)).all()
    found = shadow(session, company, period, book, facts)
    return Preview(
        period=period,
        facts=facts,
        shadow=found,
        pay_periods=_pay_periods(session, company.company_id, found),
    )


def _pay_periods(session: Session, company_id: int, found: Shadow) -> dict[int, PayPeriod]:
    """Return the open period in which each person of a shadow is paid, by employment."""
    cycles = PayCycles.read(session, company_id)
    return {
        one.employment_id: cycles.next_open(one.employment_id, found.period.end_on)
        for one in found.differences
    }


def is_long(scope: Scope, period: PayPeriod) -> bool:
    """Tell whether a period's late facts take its whole month to compute: not those of one person."""
    named = late_facts(scope, period).where(LateFact.is_approved.is_not(False))
    ids = db.session.scalars(
        named.with_only_columns(LateFact.employment_id).order_by(None).distinct().limit(2)
    ).all()
    return len(ids) > 1 or None in ids


def check_approval(scope: Scope, period: PayPeriod, actor: Actor) -> None:
    """Refuse an approval by whom it cannot be, or of nothing: before anybody waits for its month.

    Raises:
        ForbiddenError: the actor entered one of the facts, or nobody is named.
        StateError: nothing waits.
    """
    waits = late_facts(scope, period).where(LateFact.is_approved.is_(None))
    _check_signer(db.session.scalars(waits).all(), period, actor)


def approve(
    scope: Scope,
    company_id: int,
    period: PayPeriod,
    actor: Actor,
    book: LawBook,
    *,
    seen: str = "",
    progress: Progress | None = None,
) -> dict[int, int]:
    """Approve all facts of a period that wait, and write what they make due as adjustments.

    People whose payslip is reversed get nothing here: it is issued anew with these facts. A job's
    ``progress`` ends with what is written.

    Returns:
        The sum of what is due to each person (fen; negative: taken back), by employment.

    Raises:
        ForbiddenError: the actor entered one of them.
        NotFoundError: the company is out of reach.
        StateError: nothing waits, somebody's month cannot be computed, or it is not what was ``seen``.
    """
    session = db.session()
    company = company_in(session, scope, company_id)
    before = _mark(session, company.company_id, period)
    if progress is not None:
        progress.step("pay_calculate")
    found = _preview(session, company, period, book)
    _check_approvable(found, actor, seen)
    for fact in found.waiting:
        if period not in _closed(session, company.company_id, fact.employment_id):
            raise StateError("late.period_open", period=period)
    waiting = {fact.id for fact in found.waiting}
    with unit_of_work() as writing:
        locks.hold(writing, company.company_id)
        # Somebody's period may have been settled by a final pay since, or another one approved.
        periods = _pay_periods(writing, company.company_id, found.shadow)
        if _mark(writing, company.company_id, period) != before or periods != found.pay_periods:
            raise StateError("late.changed")
        known = late_facts(Scope.company(company.company_id), period).with_for_update()
        facts = [fact for fact in writing.scalars(known) if fact.id in waiting]
        due = settle(writing, found, facts, actor)
        pay_months = paid_in(found, facts)
        for fact in facts:
            fact.is_approved = True
            fact.decided_by_id, fact.decided_at = actor.account_id, clock.now()
            fact.pay_period = pay_months.get(fact.id)
            _record(writing, actor, "late_fact.approve", fact, pay_period=fact.pay_period)
        if progress is not None:
            said = {"period": str(period), "people": len(due), "amount": sum(due.values())}
            progress.complete(writing, said)
        return due


def _check_signer(waiting: Sequence[LateFact], period: PayPeriod, actor: Actor) -> None:
    if not waiting:
        raise StateError("late.nothing_waits", period=period)
    own = [fact for fact in waiting if fact.entered_by_id == actor.account_id]
    if actor.account_id is None or own:
        raise ForbiddenError("late.two_people", count=len(own))


def _check_approvable(found: Preview, actor: Actor, seen: str) -> None:
    _check_signer(found.waiting, found.period, actor)
    if found.shadow.faults:
        fault = found.shadow.faults[0]
        raise StateError(
            "late.not_computable",
            count=len(found.shadow.faults),
            first=Text(fault.error.message("zh"), fault.error.message("en")),
        ) from fault.error
    if seen and seen != found.seen:
        raise StateError("late.changed")


def _mark(session: Session, company_id: int, period: PayPeriod) -> tuple[Any, ...]:
    """Return what tells whether anything that a preview read has changed since.

    The facts of the locked month cannot; late facts, reversals, adjustments and locks can.
    """
    facts = session.execute(
        late_facts(Scope.company(company_id), period).with_only_columns(
            LateFact.id, LateFact.is_approved
        )
    ).all()
    newest = session.scalar(select(func.max(AdjustmentLine.id)))
    reversals = session.scalar(
        select(func.count(SlipReversal.id)).where(SlipReversal.approved_by_id.is_not(None))
    )
    cycles = PayCycles.read(session, company_id)
    return tuple(map(tuple, facts)), newest, reversals, cycles.locked


def reject(scope: Scope, fact_id: int, actor: Actor, answer: str) -> None:
    """Refuse a fact that waits, or take back the own one; it stays to be read with the answer.

    Raises:
        ForbiddenError: nobody is named.
        InputError: no answer is given.
        NotFoundError: it does not exist or is out of reach.
        StateError: it is decided already.
    """
    answer = answer.strip()
    if not 0 < len(answer) <= _ANSWER_LENGTH:
        raise InputError("late.answer", place="answer", longest=_ANSWER_LENGTH)
    if actor.account_id is None:
        raise ForbiddenError("late.nameless")
    with unit_of_work() as session:
        fact = session.scalar(late_facts(scope).where(LateFact.id == fact_id))
        if fact is None:
            raise NotFoundError("web.not_found")
        locks.hold(session, fact.company_id)
        session.refresh(fact)
        if fact.is_approved is not None:
            raise StateError("late.decided")
        fact.is_approved, fact.answer = False, answer
        fact.decided_by_id, fact.decided_at = actor.account_id, clock.now()
        _record(session, actor, "late_fact.reject", fact, answer=answer)


def _record(session: Session, actor: Actor, action: str, fact: LateFact, **said: object) -> None:
    audit.record(
        session,
        actor,
        action,
        SUBJECT,
        fact.id,
        company_id=fact.company_id,
        after={
            "employment_id": fact.employment_id,
            "for_period": fact.for_period,
            "kind": fact.kind,
            **fact.payload,
            **said,
        },
        reason=fact.reason,
    )
