"""Reading claims: a company sees its own with names; the bureau sees sums of frozen ones without any."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, cast, false, func, select
from sqlalchemy.orm import aliased

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.people import claimants
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.statistics.disclosure.rules import RULES
from workforce.subsidies.headcount import KINDS, Kind, Mark, OtherClaim
from workforce.subsidies.models import SubsidyClaim, SubsidyClaimPerson, SubsidyFinding
from workforce.subsidies.scheme import employed_months

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit claims to a company's own."""
    if scope.kind is ScopeKind.COMPANY:
        return SubsidyClaim.company_id == scope.company_id
    return false()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """One claim with the names of who made and who froze it."""

    one: SubsidyClaim
    made_by: str | None
    frozen_by: str | None


def _rows(session: Session, *where: ColumnElement[bool]) -> list[ClaimRow]:
    maker, freezer = (accounts.display_names().subquery() for _ in range(2))
    rows = session.execute(
        select(
            SubsidyClaim,
            maker.c.display_name.label("made_by"),
            freezer.c.display_name.label("frozen_by"),
        )
        .outerjoin(maker, maker.c.account_id == SubsidyClaim.made_by_id)
        .outerjoin(freezer, freezer.c.account_id == SubsidyClaim.frozen_by_id)
        .where(*where)
        .order_by(SubsidyClaim.number.desc())
    )
    return [
        ClaimRow(one=row.SubsidyClaim, made_by=row.made_by, frozen_by=row.frozen_by) for row in rows
    ]


def claim_rows(session: Session, scope: Scope) -> list[ClaimRow]:
    """Return a company's claims, the newest first."""
    return _rows(session, in_scope(scope))


def claim_row(session: Session, scope: Scope, claim_id: int) -> ClaimRow:
    """Return one claim.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    found = _rows(session, in_scope(scope), SubsidyClaim.id == claim_id)
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def claim_id_numbered(session: Session, scope: Scope, number: int) -> int:
    """Return the key of a company's claim by its number.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(
        select(SubsidyClaim.id).where(in_scope(scope), SubsidyClaim.number == number)
    )
    if found is None:
        raise NotFoundError("subsidy.no_claim", number=number)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding about one person."""

    kind: Kind
    employment_id: int
    employee_no: str
    name: str
    months: tuple[str, ...]
    others: tuple[str, ...]
    is_elsewhere: bool


def finding_rows(session: Session, scope: Scope, claim_id: int) -> list[FindingRow]:
    """Return what the last check of a claim in reach found, what stops it first."""
    who = people.directory(scope).order_by(None).subquery()
    rows = session.execute(
        select(SubsidyFinding, who.c.employee_no, who.c.name)
        .join(who, who.c.employment_id == SubsidyFinding.employment_id)
        .where(SubsidyFinding.claim_id == claim_id)
        .order_by(SubsidyFinding.is_blocking.desc(), who.c.employee_no, SubsidyFinding.kind)
    )
    found = []
    for row in rows:
        others = _split(row.SubsidyFinding.others)
        found.append(
            FindingRow(
                kind=KINDS[row.SubsidyFinding.kind],
                employment_id=row.SubsidyFinding.employment_id,
                employee_no=row.employee_no,
                name=row.name,
                months=_split(row.SubsidyFinding.months),
                others=tuple(other for other in others if other != "*"),
                is_elsewhere="*" in others,
            )
        )
    return found


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person of a claim, with what the last check found."""

    one: SubsidyClaimPerson
    employee_no: str
    name: str
    findings: tuple[FindingRow, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a finding stops the claim."""
        return any(finding.kind.is_blocking for finding in self.findings)


def person_rows(session: Session, scope: Scope, claim_id: int) -> list[PersonRow]:
    """Return the people of a claim in reach: whom a finding stops, whom one warns of, the others, the left out."""
    who = people.directory(scope).order_by(None).subquery()
    found: dict[int, list[FindingRow]] = defaultdict(list)
    for finding in finding_rows(session, scope, claim_id):
        found[finding.employment_id].append(finding)
    rows = [
        PersonRow(
            one=row.SubsidyClaimPerson,
            employee_no=row.employee_no,
            name=row.name,
            findings=tuple(found.get(row.SubsidyClaimPerson.employment_id, ())),
        )
        for row in session.execute(
            select(SubsidyClaimPerson, who.c.employee_no, who.c.name)
            .join(who, who.c.employment_id == SubsidyClaimPerson.employment_id)
            .where(SubsidyClaimPerson.claim_id == claim_id)
        )
    ]
    return sorted(
        rows,
        key=lambda row: (
            row.one.left_out_reason is not None,
            not row.is_blocked,
            not row.findings,
            row.employee_no,
        ),
    )


def frozen_contents(session: Session, claim_id: int) -> list[dict[str, Any]]:
    """Return what a frozen claim says of its people, in the order of their employee numbers.

    The caller has checked that the claim is in reach.
    """
    rows = session.scalars(
        select(SubsidyClaimPerson.content).where(
            SubsidyClaimPerson.claim_id == claim_id, SubsidyClaimPerson.content.is_not(None)
        )
    )
    contents = [json.loads(content) for content in rows if content is not None]
    return sorted(contents, key=lambda one: (one["employee_no"], one["hired_on"]))


def other_claims(session: Session, claim: SubsidyClaim, *, is_once: bool) -> list[OtherClaim]:
    """Return claims of anybody under the same scheme for people of a claim: months overlap, or once.

    It compares keys inside the database. The months are those in which the person was employed for the
    other claim; nothing of them, or of who made it, may be shown.
    """
    own, other = aliased(SubsidyClaimPerson), aliased(SubsidyClaimPerson)
    held = aliased(SubsidyClaim)
    overlaps = and_(held.first_month <= claim.last_month, held.last_month >= claim.first_month)
    job = people.all_employments(Scope.base()).subquery()
    rows = session.execute(
        select(
            own.person_id,
            held.company_id,
            held.state,
            held.first_month,
            held.last_month,
            job.c.hired_on,
            job.c.separated_on,
        )
        .join(other, other.person_id == own.person_id)
        .join(held, held.id == other.claim_id)
        .join(job, job.c.employment_id == other.employment_id)
        .where(
            own.claim_id == claim.id,
            held.id != claim.id,
            held.scheme == claim.scheme,
            held.state != "withdrawn",
            other.left_out_reason.is_(None),
            *(() if is_once else (overlaps,)),
        )
        .distinct()
    )
    return [
        OtherClaim(
            row.person_id,
            row.company_id == claim.company_id,
            row.state == "frozen",
            frozenset(
                employed_months(
                    row.hired_on,
                    row.separated_on,
                    PayPeriod.parse(row.first_month),
                    PayPeriod.parse(row.last_month),
                )
            ),
        )
        for row in rows
    ]


def marks(
    session: Session, first: PayPeriod, last: PayPeriod
) -> tuple[Sequence[Mark], Sequence[Mark]]:
    """Return the bank accounts and the telephones of everybody employed in some months, base-wide."""
    found: tuple[list[Mark], list[Mark]] = ([], [])
    for row in session.execute(claimants.accounts_and_phones(first.first_on, last.last_on)):
        for into, value in zip(found, (row.bank_account, row.phone), strict=True):
            if value:
                plain = "".join(value.split())
                into.append(Mark(row.person_id, row.company_id, row.employee_no, plain))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """What a company has claimed under a scheme in a year: people, and fen where they are known."""

    scheme: str
    company_name: str
    claims: int
    people: int
    amount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Frozen claims of a year without a name; ``small``: how many claims are for too few people."""

    rows: tuple[CountRow, ...]
    totals: Mapping[str, CountRow]
    small: int


def frozen_counts(session: Session, first_at: dt.datetime, before: dt.datetime) -> Counts:
    """Add up the frozen claims of a span of time by scheme and company.

    Whole claims come and go, and those for fewer than ``RULES.least`` people are in no figure, nor in a
    total: so no difference of two figures is about fewer people.
    """
    company = companies.company_facts(Scope.base()).subquery()
    is_of_year = and_(
        SubsidyClaim.state == "frozen",
        SubsidyClaim.frozen_at >= first_at,
        SubsidyClaim.frozen_at < before,
    )
    is_large = SubsidyClaim.people >= RULES.least
    rows = session.execute(
        select(
            SubsidyClaim.scheme,
            company.c.company_name,
            func.count().label("claims"),
            cast(func.sum(SubsidyClaim.people), BigInteger).label("people"),
            cast(func.sum(SubsidyClaim.amount), BigInteger).label("amount"),
            func.count(SubsidyClaim.amount).label("known"),
        )
        .join(company, company.c.company_id == SubsidyClaim.company_id)
        .where(is_of_year, is_large)
        .group_by(SubsidyClaim.scheme, company.c.company_code, company.c.company_name)
        .order_by(SubsidyClaim.scheme, company.c.company_code)
    )
    found = tuple(
        CountRow(
            scheme=row.scheme,
            company_name=row.company_name,
            claims=row.claims,
            people=row.people,
            amount=row.amount if row.known == row.claims else None,
        )
        for row in rows
    )
    small = session.scalar(select(func.count()).where(is_of_year, ~is_large))
    return Counts(rows=found, totals=_totals(found), small=small or 0)


def _totals(rows: Sequence[CountRow]) -> Mapping[str, CountRow]:
    totals: dict[str, CountRow] = {}
    for row in rows:
        so_far = totals.get(row.scheme)
        if so_far is None:
            totals[row.scheme] = row
            continue
        is_known = row.amount is not None and so_far.amount is not None
        totals[row.scheme] = CountRow(
            scheme=row.scheme,
            company_name="",
            claims=row.claims + so_far.claims,
            people=row.people + so_far.people,
            amount=(row.amount or 0) + (so_far.amount or 0) if is_known else None,
        )
    return totals
