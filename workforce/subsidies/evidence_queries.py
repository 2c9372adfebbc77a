"""Reading evidence about people: a company sees its own, nobody else any."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import false, select

from workforce.accounts import queries as accounts
from workforce.core.errors import NotFoundError
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import Upload
from workforce.subsidies.models import SubsidyEvidence
from workforce.subsidies.scheme import Proof

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

PROOF_OF_GROUP: Final[Mapping[str, str]] = {
    "disabled": "disability",
    "formerly_poor": "poverty_relief",
    "graduate": "graduation",
    "long_term_unemployed": "unemployment_registration",
    "veteran": "veteran",
}
"""Which kind of paper shows that somebody belongs to a key group; the others need none here."""


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit evidence to a company's own."""
    if scope.kind is ScopeKind.COMPANY:
        return SubsidyEvidence.company_id == scope.company_id
    return false()


def proofs(session: Session, scope: Scope) -> Mapping[int, tuple[Proof, ...]]:
    """Return what holds of everybody's papers, by employment, without their numbers."""
    rows = session.execute(
        select(
            SubsidyEvidence.id,
            SubsidyEvidence.employment_id,
            SubsidyEvidence.kind,
            SubsidyEvidence.issued_on,
            SubsidyEvidence.valid_until,
            SubsidyEvidence.level,
            SubsidyEvidence.upload_id,
        )
        .where(in_scope(scope), SubsidyEvidence.withdrawn_at.is_(None))
        .order_by(SubsidyEvidence.employment_id, SubsidyEvidence.issued_on, SubsidyEvidence.id)
    )
    found: dict[int, list[Proof]] = defaultdict(list)
    for row in rows:
        found[row.employment_id].append(
            Proof(
                evidence_id=row.id,
                kind=row.kind,
                issued_on=row.issued_on,
                valid_until=row.valid_until,
                level=row.level,
                has_file=row.upload_id is not None,
            )
        )
    return {key: tuple(papers) for key, papers in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One paper as the person's page shows it, its number in full."""

    one: SubsidyEvidence
    entered_by: str | None


def evidence_of(session: Session, scope: Scope, employment_id: int) -> list[EvidenceRow]:
    """Return everything recorded about one employment, withdrawn papers last."""
    name = accounts.display_names().subquery()
    rows = session.execute(
        select(SubsidyEvidence, name.c.display_name)
        .outerjoin(name, name.c.account_id == SubsidyEvidence.entered_by_id)
        .where(in_scope(scope), SubsidyEvidence.employment_id == employment_id)
        .order_by(SubsidyEvidence.withdrawn_at.is_not(None), SubsidyEvidence.id.desc())
    )
    return [EvidenceRow(one=row.SubsidyEvidence, entered_by=row.display_name) for row in rows]


def numbers(session: Session, scope: Scope, evidence_ids: set[int]) -> Mapping[int, str]:
    """Return the numbers of some papers, decrypted: for the frozen list of a claim."""
    rows = session.execute(
        select(SubsidyEvidence.id, SubsidyEvidence.number).where(
            in_scope(scope), SubsidyEvidence.withdrawn_at.is_(None)
        )
    )
    return {row.id: row.number for row in rows if row.id in evidence_ids}


def upload_of(session: Session, scope: Scope, evidence_id: int) -> Upload:
    """Return the file of a paper.

    Raises:
        NotFoundError: there is none, or the paper is out of reach.
    """
    upload = session.scalar(
        select(Upload)
        .join(SubsidyEvidence, SubsidyEvidence.upload_id == Upload.id)
        .where(in_scope(scope), SubsidyEvidence.id == evidence_id)
    )
    if upload is None:
        raise NotFoundError("web.not_found")
    return upload


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One employee, the kinds of paper recorded, and those that a key group asks for in vain."""

    employment_id: int
    employee_no: str
    name: str
    key_groups: tuple[str, ...]
    kinds: tuple[str, ...]
    missing: tuple[str, ...]


def person_named(session: Session, scope: Scope, employment_id: int) -> Any:
    """Return employee number, name and dates of one of the company's employments.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    who = people.directory(scope).order_by(None).subquery()
    found = session.execute(select(who).where(who.c.employment_id == employment_id)).one_or_none()
    if found is None or scope.kind is not ScopeKind.COMPANY:
        raise NotFoundError("web.not_found")
    return found


def people_rows(session: Session, scope: Scope, on: dt.date) -> list[PersonRow]:
    """Return everybody employed on a day who has a key group that needs a paper, or any paper.

    Whoever misses one comes first; then by employee number.
    """
    everybody = people.all_employments(scope).subquery()
    persons = {
        row.employment_id: row.person_id
        for row in session.execute(
            select(everybody.c.employment_id, everybody.c.person_id).where(
                everybody.c.hired_on <= on,
                everybody.c.separated_on.is_(None) | (everybody.c.separated_on >= on),
            )
        )
    }
    groups: dict[int, set[str]] = defaultdict(set)
    for pair in session.execute(people.key_groups(scope)):
        groups[pair.person_id].add(pair.key_group)
    held = proofs(session, scope)
    found = []
    for who in session.execute(people.directory(scope)):
        if who.employment_id not in persons:
            continue
        own = sorted(groups.get(persons[who.employment_id], ()))
        papers = held.get(who.employment_id, ())
        kinds = sorted({paper.kind for paper in papers if paper.holds_on(on)})
        wanted = {PROOF_OF_GROUP[group] for group in own if group in PROOF_OF_GROUP}
        if not (wanted or papers):
            continue
        found.append(
            PersonRow(
                employment_id=who.employment_id,
                employee_no=who.employee_no,
                name=who.name,
                key_groups=tuple(own),
                kinds=tuple(kinds),
                missing=tuple(sorted(wanted - set(kinds))),
            )
        )
    return sorted(found, key=lambda row: (not row.missing, row.employee_no))
