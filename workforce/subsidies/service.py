"""Making, checking, freezing and withdrawing claims.

A claim is made of who is eligible, then checked: every person is assessed anew and the headcount check
runs. What stops it must be solved, by correcting the facts or leaving people out. Another person than
its maker freezes it: then the facts are read once more, and must be those that were checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Table, delete, func, select

import workforce
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.bulk import insert_columns
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope
from workforce.subsidies import evidence_queries, facts, queries
from workforce.subsidies.checking import (
    Examination,
    amount_of,
    assess_people,
    examine,
    hash_of,
    total_amount,
)
from workforce.subsidies.models import SubsidyClaim, SubsidyClaimPerson, SubsidyFinding
from workforce.subsidies.scheme import (
    Assessed,
    Verdict,
    months_between,
)
from workforce.subsidies.schemes import person_scheme

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor

MOST_REASON: Final = 200
MOST_NOTE: Final = 400
_OPEN: Final = ("draft", "checked")


def make(
    scope: Scope, code: str, first: PayPeriod, last: PayPeriod, actor: Actor, book: LawBook
) -> int:
    """Make a claim for everybody who is eligible; return its key.

    Raises:
        NotFoundError: there is no such scheme for people.
        InputError: the scope is no company, the months are not in order, or nobody is eligible.
        StateError: the pay of a month is not decided, or an open claim overlaps.
    """
    scheme = person_scheme(code)
    with unit_of_work() as session:
        locks.hold_claims(session)
        company = facts.company_of(session, scope)
        facts.check_months(first, last)
        decided = facts.decided_months(session, scope, first, last)
        undecided = [month for month in months_between(first, last) if month not in decided]
        if undecided:
            raise StateError("subsidy.month_open", months="、".join(map(str, undecided)))
        _check_no_open(session, scope, code, first, last)
        everybody = assess_people(session, scope, scheme, first, last, book)
        chosen = [one for one in everybody if one.verdict is Verdict.ELIGIBLE]
        if not chosen:
            raise InputError("subsidy.nobody", first=first, last=last)
        number = session.scalar(
            select(func.max(SubsidyClaim.number)).where(SubsidyClaim.company_id == scope.company_id)
        )
        claim = SubsidyClaim(
            company_id=company.company_id,
            number=(number or 0) + 1,
            scheme=code,
            first_month=str(first),
            last_month=str(last),
            state="draft",
            people=len(chosen),
            amount=total_amount(chosen),
            made_by_id=actor.account_id,
            made_at=clock.now(),
        )
        session.add(claim)
        session.flush()
        insert_columns(
            session,
            cast("Table", SubsidyClaimPerson.__table__),
            {
                "claim_id": [claim.id] * len(chosen),
                "employment_id": [one.person.employment_id for one in chosen],
                "person_id": [one.person.person_id for one in chosen],
                "amount": [amount_of(one) for one in chosen],
            },
        )
        _record(session, actor, claim, "make", after=_figures(claim))
        return claim.id


def _check_no_open(
    session: Session, scope: Scope, code: str, first: PayPeriod, last: PayPeriod
) -> None:
    number = session.scalar(
        select(SubsidyClaim.number).where(
            queries.in_scope(scope),
            SubsidyClaim.scheme == code,
            SubsidyClaim.state.in_(_OPEN),
            SubsidyClaim.first_month <= str(last),
            SubsidyClaim.last_month >= str(first),
        )
    )
    if number is not None:
        raise StateError("subsidy.open_claim", number=number)


def check(scope: Scope, claim_id: int, actor: Actor, book: LawBook) -> Examination:
    """Run the check of a claim and keep what it found; return it.

    The facts are read before the write lock is taken: reading ten thousand people takes its time.

    Raises:
        NotFoundError: there is no such claim in reach.
        StateError: it is frozen or withdrawn, or its people changed meanwhile.
    """
    session = db.session()
    before = queries.claim_row(session, scope, claim_id).one
    _check_state(before, *_OPEN)
    seen = _left_out(session, claim_id)
    examination = examine(session, scope, before, book)
    with unit_of_work() as writing:
        claim = _found(writing, scope, claim_id)
        _check_state(claim, *_OPEN)
        if _left_out(writing, claim_id) != seen:
            raise StateError("subsidy.stale")
        _keep(writing, claim, examination)
        _record(writing, actor, claim, "check", after=_figures(claim))
    return examination


def _left_out(session: Session, claim_id: int) -> set[int]:
    return set(
        session.scalars(
            select(SubsidyClaimPerson.employment_id).where(
                SubsidyClaimPerson.claim_id == claim_id,
                SubsidyClaimPerson.left_out_reason.is_not(None),
            )
        )
    )


def _keep(session: Session, claim: SubsidyClaim, examination: Examination) -> None:
    """Write the findings and the amounts of a check."""
    session.execute(delete(SubsidyFinding).where(SubsidyFinding.claim_id == claim.id))
    rows = examination.findings
    insert_columns(
        session,
        cast("Table", SubsidyFinding.__table__),
        {
            "claim_id": [claim.id] * len(rows),
            "employment_id": [found.employment_id for _, found in rows],
            "kind": [kind.code for kind, _ in rows],
            "is_blocking": [kind.is_blocking for kind, _ in rows],
            "months": [",".join(map(str, found.months)) for _, found in rows],
            "others": [",".join(found.others)[:MOST_REASON] for _, found in rows],
        },
    )
    amounts = {one.person.employment_id: amount_of(one) for one in examination.people}
    for person in _people_of(session, claim.id):
        if person.left_out_reason is None:
            person.amount = amounts.get(person.employment_id)
    claim.state = "checked"
    claim.amount = total_amount(examination.people)
    claim.checked_at = clock.now()
    claim.checked_hash = examination.facts_hash
    claim.blocking_count = examination.blocking
    claim.warning_count = len(rows) - examination.blocking


def _people_of(session: Session, claim_id: int) -> Sequence[SubsidyClaimPerson]:
    chosen = select(SubsidyClaimPerson).where(SubsidyClaimPerson.claim_id == claim_id)
    return session.scalars(chosen.order_by(SubsidyClaimPerson.id)).all()


def leave_out(scope: Scope, claim_id: int, employment_id: int, reason: str, actor: Actor) -> None:
    """Claim nothing for one person, and say why; the claim must be checked again.

    Raises:
        NotFoundError: there is no such claim or person in reach.
        InputError: the reason is missing.
        StateError: the claim is frozen or withdrawn.
    """
    if not reason.strip():
        raise InputError("subsidy.reason_missing", place="reason")
    _change(scope, claim_id, employment_id, reason.strip()[:MOST_REASON], actor)


def take_in(scope: Scope, claim_id: int, employment_id: int, actor: Actor) -> None:
    """Claim for a person again who was left out; the claim must be checked again.

    Raises:
        NotFoundError: there is no such claim or person in reach.
        StateError: the claim is frozen or withdrawn.
    """
    _change(scope, claim_id, employment_id, None, actor)


def _change(
    scope: Scope, claim_id: int, employment_id: int, reason: str | None, actor: Actor
) -> None:
    with unit_of_work() as session:
        claim = _found(session, scope, claim_id)
        _check_state(claim, *_OPEN)
        people_of_claim = _people_of(session, claim_id)
        person = next((one for one in people_of_claim if one.employment_id == employment_id), None)
        if person is None:
            raise NotFoundError("web.not_found")
        person.left_out_reason = reason
        claimed = [one for one in people_of_claim if one.left_out_reason is None]
        amounts = [one.amount for one in claimed if one.amount is not None]
        claim.state = "draft"
        claim.people = len(claimed)
        claim.amount = sum(amounts) if len(amounts) == len(claimed) else None
        _record(
            session,
            actor,
            claim,
            "take_in" if reason is None else "leave_out",
            after={"employment_id": employment_id, **_figures(claim)},
            reason=reason,
        )


def freeze(scope: Scope, claim_id: int, note: str, actor: Actor, book: LawBook) -> None:
    """Make a checked claim final: what it says of everybody is kept, and hashed.

    Raises:
        NotFoundError: there is no such claim in reach.
        ForbiddenError: the actor made it.
        StateError: it is not checked, something stops it, facts have changed since, or it is empty.
        InputError: there are warnings and no note.
    """
    with unit_of_work() as session:
        locks.hold_claims(session)
        claim = _found(session, scope, claim_id)
        _check_state(claim, "checked")
        if actor.account_id is not None and actor.account_id == claim.made_by_id:
            raise ForbiddenError("subsidy.same_person")
        if not claim.people:
            raise StateError("subsidy.empty")
        if claim.blocking_count:
            raise StateError("subsidy.blocked", count=claim.blocking_count)
        if claim.warning_count and not note.strip():
            raise InputError("subsidy.note_missing", place="note", count=claim.warning_count)
        examination = examine(session, scope, claim, book)
        if examination.facts_hash != claim.checked_hash:
            raise StateError("subsidy.stale")
        contents = _contents(session, scope, examination.people)
        for person in _people_of(session, claim_id):
            content = contents.get(person.employment_id)
            person.content = None if content is None else json.dumps(content, ensure_ascii=False)
        # The people's rows are closed as soon as the claim is: they go first.
        session.flush()
        claim.state = "frozen"
        claim.note = note.strip()[:MOST_NOTE] or None
        claim.frozen_by_id = actor.account_id
        claim.frozen_at = clock.now()
        claim.law_hash = book.hash
        claim.code_version = workforce.__version__
        claim.content_hash = content_hash(claim, list(contents.values()))
        _record(
            session,
            actor,
            claim,
            "freeze",
            after={**_figures(claim), "content_hash": claim.content_hash},
            reason=claim.note,
        )


def content_hash(claim: SubsidyClaim, contents: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what a claim says: its head, and everybody by employee number."""
    head = [claim.company_id, claim.number, claim.scheme, claim.first_month, claim.last_month]
    people_of_claim = sorted(contents, key=lambda one: (one["employee_no"], one["hired_on"]))
    return hash_of([*head, claim.people, claim.amount, people_of_claim])


def _contents(
    session: Session, scope: Scope, chosen: Sequence[Assessed]
) -> dict[int, dict[str, Any]]:
    """Return what is frozen of each person, by employment: readable without any other table."""
    identity = {row.employment_id: row for row in session.execute(people.identities(scope))}
    papers = {proof.evidence_id for one in chosen for proof in one.person.proofs}
    number = evidence_queries.numbers(session, scope, papers)
    return {
        one.person.employment_id: _content(one, identity[one.person.employment_id], number)
        for one in chosen
    }


def _content(one: Assessed, identity: Any, number: Mapping[int, str]) -> dict[str, Any]:
    person, estimate = one.person, one.estimate
    return {
        "employee_no": person.employee_no,
        "name": person.name,
        "sex": person.sex,
        "id_number": identity.id_number,
        "phone": identity.phone,
        "bank_name": identity.bank_name,
        "bank_account": identity.bank_account,
        "hired_on": person.hired_on.isoformat(),
        "contract_kind": person.contract_kind,
        "contract_until": person.contract_until.isoformat() if person.contract_until else None,
        "months": [str(month) for month in one.months],
        "amount": amount_of(one),
        "formula": list(estimate.formula) if estimate else None,
        "reasons": [list(answer.reason) for _, answer in one.answers],
        "papers": [
            {
                "kind": proof.kind,
                "number": number[proof.evidence_id],
                "issued_on": proof.issued_on.isoformat(),
                "valid_until": proof.valid_until.isoformat() if proof.valid_until else None,
                "level": proof.level,
                "has_file": proof.has_file,
            }
            for proof in person.proofs
        ],
    }


def withdraw(scope: Scope, claim_id: int, reason: str, actor: Actor) -> None:
    """Take a claim back, with a reason; its people may be claimed for again.

    Raises:
        NotFoundError: there is no such claim in reach.
        InputError: the reason is missing.
        StateError: it is withdrawn already.
    """
    if not reason.strip():
        raise InputError("subsidy.reason_missing", place="reason")
    with unit_of_work() as session:
        claim = _found(session, scope, claim_id)
        _check_state(claim, *_OPEN, "frozen")
        before = claim.state
        claim.state = "withdrawn"
        claim.withdrawn_by_id = actor.account_id
        claim.withdrawn_at = clock.now()
        claim.withdraw_reason = reason.strip()[:MOST_REASON]
        _record(
            session, actor, claim, "withdraw", after={"state": before}, reason=claim.withdraw_reason
        )


def _found(session: Session, scope: Scope, claim_id: int) -> SubsidyClaim:
    claim = session.scalar(
        select(SubsidyClaim)
        .where(SubsidyClaim.id == claim_id, queries.in_scope(scope))
        .with_for_update()
    )
    if claim is None:
        raise NotFoundError("web.not_found")
    return claim


def _check_state(claim: SubsidyClaim, *wanted: str) -> None:
    if claim.state not in wanted:
        raise StateError("subsidy.wrong_state", state=term(f"subsidy_claim_state.{claim.state}"))


def _figures(claim: SubsidyClaim) -> dict[str, Any]:
    return {
        "scheme": claim.scheme,
        "first_month": claim.first_month,
        "last_month": claim.last_month,
        "state": claim.state,
        "people": claim.people,
        "amount": claim.amount,
        "blocking_count": claim.blocking_count,
        "warning_count": claim.warning_count,
    }


def _record(
    session: Session,
    actor: Actor,
    claim: SubsidyClaim,
    act: str,
    *,
    after: Mapping[str, Any],
    reason: str | None = None,
) -> None:
    audit.record(
        session,
        actor,
        f"subsidy_claim.{act}",
        "subsidy_claim",
        claim.id,
        company_id=claim.company_id,
        after=after,
        reason=reason,
    )
