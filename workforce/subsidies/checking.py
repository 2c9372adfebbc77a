"""Assessing the people of a company under a scheme, and examining a claim: reading only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workforce.core.period import PayPeriod
from workforce.subsidies import facts, headcount, queries
from workforce.subsidies.models import SubsidyClaim, SubsidyClaimPerson
from workforce.subsidies.scheme import Assessed, Case, Claimant, PersonScheme, Verdict, assess
from workforce.subsidies.schemes import person_scheme

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.scope import Scope


def assess_people(
    session: Session,
    scope: Scope,
    scheme: PersonScheme,
    first: PayPeriod,
    last: PayPeriod,
    book: LawBook,
    *,
    with_work: bool = False,
) -> list[Assessed]:
    """Ask a scheme's rules about everybody of a company who was employed in some months.

    ``with_work``: for a headcount check, which looks at attendance and output besides.

    Raises:
        InputError: the scope is no company, or the months are not in order.
    """
    facts.check_months(first, last)
    region = facts.company_of(session, scope).region
    return [
        assess(scheme, Case(person=person, first=first, last=last, region=region, book=book))
        for person in facts.read_people(session, scope, first, last, with_work=with_work)
    ]


def verdict_counts(
    scheme: PersonScheme,
    everybody: Sequence[Claimant],
    first: PayPeriod,
    last: PayPeriod,
    region: str,
    book: LawBook,
) -> dict[str, int]:
    """Count how many people each verdict of a scheme is about."""
    found = dict.fromkeys((verdict.value for verdict in Verdict), 0)
    for person in everybody:
        case = Case(person=person, first=first, last=last, region=region, book=book)
        found[assess(scheme, case).verdict.value] += 1
    return found


def amount_of(one: Assessed) -> int | None:
    """Return what a person may bring, in fen; None: not known, or nothing is estimated."""
    return None if one.estimate is None else one.estimate.amount


def total_amount(people: Sequence[Assessed]) -> int | None:
    """Add up the estimates; one that is not known makes the sum unknown."""
    amounts = [amount_of(one) for one in people]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a check sees of a claim: its people anew, the findings, and a hash of both."""

    people: Sequence[Assessed]
    findings: Sequence[tuple[headcount.Kind, headcount.Found]]
    facts_hash: str

    @property
    def blocking(self) -> int:
        """How many findings stop the claim."""
        return sum(kind.is_blocking for kind, _ in self.findings)


def examine(session: Session, scope: Scope, claim: SubsidyClaim, book: LawBook) -> Examination:
    """Assess the people of a claim who are not left out, and check the headcount."""
    scheme = person_scheme(claim.scheme)
    first, last = PayPeriod.parse(claim.first_month), PayPeriod.parse(claim.last_month)
    wanted = set(
        session.scalars(
            select(SubsidyClaimPerson.employment_id).where(
                SubsidyClaimPerson.claim_id == claim.id,
                SubsidyClaimPerson.left_out_reason.is_(None),
            )
        )
    )
    everybody = assess_people(session, scope, scheme, first, last, book, with_work=True)
    chosen = [one for one in everybody if one.person.employment_id in wanted]
    accounts, phones = queries.marks(session, first, last)
    company = facts.company_of(session, scope)
    claimed = headcount.Claimed(
        company_id=company.company_id,
        first=first,
        last=last,
        is_once=scheme.is_once,
        people=chosen,
        accounts=accounts,
        phones=phones,
        others=queries.other_claims(session, claim, is_once=scheme.is_once),
        region=company.region,
        book=book,
    )
    findings = headcount.check(claimed)
    # Whose dates were corrected may no longer have worked in these months at all.
    gone = wanted - {one.person.employment_id for one in chosen}
    left = headcount.KINDS["left_before"]
    findings += [(left, headcount.Found(employment_id)) for employment_id in sorted(gone)]
    return Examination(people=chosen, findings=findings, facts_hash=_facts_hash(chosen, findings))


def _facts_hash(
    people: Sequence[Assessed], findings: Sequence[tuple[headcount.Kind, headcount.Found]]
) -> str:
    """Hash what decides: answers, months and estimates of everybody, and every finding."""
    said: list[Any] = [
        [
            one.person.employment_id,
            [(code, answer.verdict, answer.reason.zh) for code, answer in one.answers],
            [str(month) for month in one.months],
            one.estimate and (one.estimate.amount, one.estimate.formula.zh),
            [(proof.evidence_id, proof.has_file) for proof in one.person.proofs],
        ]
        for one in people
    ]
    found = [
        [kind.code, one.employment_id, [str(month) for month in one.months], one.others]
        for kind, one in findings
    ]
    return hash_of([said, found])


def hash_of(content: object) -> str:
    """Return the SHA-256 of something as canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
