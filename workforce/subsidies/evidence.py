"""Recording and withdrawing evidence about people; what is wrong is withdrawn and recorded anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.terms import terms_of
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import is_sent, store_upload
from workforce.subsidies.evidence_queries import in_scope
from workforce.subsidies.models import SubsidyEvidence

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from workforce.platform.audit import Actor

MOST_CHARACTERS: Final = 60
MOST_REASON: Final = 200
LEVELS: Final = (1, 2, 3, 4)
_DISABILITY: Final = "disability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is recorded of a paper; ``level`` of a disability certificate alone."""

    kind: str
    number: str
    issued_on: dt.date
    valid_until: dt.date | None
    level: int | None


def enter(
    scope: Scope, employment_id: int, paper: Paper, file: FileStorage | None, actor: Actor
) -> int:
    """Record a paper about an employee; return its key.

    Raises:
        NotFoundError: the employment is not the company's.
        InputError: a value is missing or cannot be; names the field.
        StateError: the same paper is recorded already.
    """
    checked = _checked(paper)
    with unit_of_work() as session:
        company_id = scope.company_id
        known = people.all_employments(scope).subquery()
        chosen = select(known.c.employment_id).where(known.c.employment_id == employment_id)
        if scope.kind is not ScopeKind.COMPANY or company_id is None or not session.scalar(chosen):
            raise NotFoundError("web.not_found")
        same = session.scalars(
            select(SubsidyEvidence).where(
                SubsidyEvidence.employment_id == employment_id,
                SubsidyEvidence.kind == checked.kind,
                SubsidyEvidence.withdrawn_at.is_(None),
            )
        )
        if any(one.number == checked.number for one in same):
            raise StateError("evidence.twice", place="number")
        upload = (
            store_upload(session, file, company_id=company_id, actor=actor)
            if file is not None and is_sent(file)
            else None
        )
        row = SubsidyEvidence(
            company_id=company_id,
            employment_id=employment_id,
            kind=checked.kind,
            number=checked.number,
            issued_on=checked.issued_on,
            valid_until=checked.valid_until,
            level=checked.level,
            upload_id=upload.id if upload else None,
            entered_by_id=actor.account_id,
            entered_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            actor,
            "subsidy_evidence.enter",
            "subsidy_evidence",
            row.id,
            company_id=company_id,
            after={
                "kind": row.kind,
                "employment_id": employment_id,
                "issued_on": row.issued_on,
                "valid_until": row.valid_until,
                "level": row.level,
            },
        )
        return row.id


def _checked(paper: Paper) -> Paper:
    if paper.kind not in terms_of("evidence_kind"):
        raise InputError("evidence.kind", place="kind", kind=paper.kind)
    number = paper.number.strip()
    if not number or len(number) > MOST_CHARACTERS:
        raise InputError("evidence.number", place="number")
    is_disability = paper.kind == _DISABILITY
    if is_disability and paper.level not in LEVELS:
        raise InputError("evidence.level", place="level")
    if paper.issued_on > clock.today():
        raise InputError("evidence.future", place="issued_on", issued_on=paper.issued_on)
    if paper.valid_until is not None and paper.valid_until < paper.issued_on:
        raise InputError(
            "evidence.dates",
            place="valid_until",
            until=paper.valid_until,
            issued_on=paper.issued_on,
        )
    return Paper(
        kind=paper.kind,
        number=number,
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
        level=paper.level if is_disability else None,
    )


def withdraw(scope: Scope, evidence_id: int, reason: str, actor: Actor) -> int:
    """Take a paper back, with a reason; return the employment that it was about.

    Raises:
        NotFoundError: there is no such paper in reach.
        InputError: the reason is missing.
        StateError: it is withdrawn already.
    """
    if not reason.strip():
        raise InputError("subsidy.reason_missing", place="reason")
    with unit_of_work() as session:
        row = session.scalar(
            select(SubsidyEvidence)
            .where(SubsidyEvidence.id == evidence_id, in_scope(scope))
            .with_for_update()
        )
        if row is None:
            raise NotFoundError("web.not_found")
        if row.withdrawn_at is not None:
            raise StateError("evidence.withdrawn")
        row.withdrawn_by_id = actor.account_id
        row.withdrawn_at = clock.now()
        row.withdraw_reason = reason.strip()[:MOST_REASON]
        audit.record(
            session,
            actor,
            "subsidy_evidence.withdraw",
            "subsidy_evidence",
            row.id,
            company_id=row.company_id,
            before={"kind": row.kind},
            reason=row.withdraw_reason,
        )
        return row.employment_id
