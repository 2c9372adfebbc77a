"""Reading certificates: finance those of the company, a person the own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, false, func, select, true
from sqlalchemy.sql.elements import ColumnElement

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.documents.certificate_facts import Figures, Kind, fingerprint
from workforce.documents.models import Certificate
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """One certificate, or the wish for one, with the names that a page shows.

    ``state``: asked | issued | declined | withdrawn. ``figures`` is None before it is issued.
    """

    certificate_id: int
    company_id: int
    employment_id: int
    company_name: str
    person_name: str
    employee_no: str
    kind: Kind
    period_from: PayPeriod | None
    period_to: PayPeriod | None
    language: Locale
    purpose: str | None
    state: str
    number: str | None
    public_id: str | None
    fingerprint: str | None
    asked_at: dt.datetime | None
    issued_at: dt.datetime | None
    issued_by: str | None
    ended_at: dt.datetime | None
    reason: str | None


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit certificates to those in reach; a team's leader reaches none: they tell pay."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return Certificate.company_id == scope.company_id
    if scope.kind is ScopeKind.SELF:
        return Certificate.employment_id.in_(people.employment_ids(scope))
    return false()


def certificate(scope: Scope, certificate_id: int) -> Select[Certificate]:
    """The certificate with this key: one row or none."""
    return select(Certificate).where(Certificate.id == certificate_id, in_scope(scope))


def certificates(
    scope: Scope, *, employment_id: int | None = None, is_open: bool | None = None
) -> Select[*tuple[Any, ...]]:
    """Certificates in reach with the names to show, the newest first; what waits for an answer or not."""
    person = people.directory(Scope.base()).subquery()
    company = companies.company_facts(Scope.base()).subquery()
    chosen = (
        select(
            Certificate,
            person.c.name.label("person_name"),
            person.c.employee_no,
            company.c.company_name,
        )
        .join(person, person.c.employment_id == Certificate.employment_id)
        .join(company, company.c.company_id == Certificate.company_id)
        .where(in_scope(scope))
    )
    if employment_id is not None:
        chosen = chosen.where(Certificate.employment_id == employment_id)
    if is_open is not None:
        waits = Certificate.issued_at.is_(None) & Certificate.declined_at.is_(None)
        chosen = chosen.where(waits if is_open else ~waits)
    return chosen.order_by(Certificate.id.desc())


def views(session: Session, chosen: Select[*tuple[Any, ...]]) -> list[CertificateView]:
    """Return certificates as pages show them."""
    names = {row.account_id: row.display_name for row in session.execute(accounts.display_names())}
    return [_view(row, names) for row in session.execute(chosen)]


def view(session: Session, scope: Scope, certificate_id: int) -> CertificateView:
    """Return one certificate.

    Raises:
        NotFoundError: there is none in reach.

    """
    found = views(session, certificates(scope).where(Certificate.id == certificate_id))
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def figures(session: Session, scope: Scope, certificate_id: int) -> tuple[Certificate, Figures]:
    """Return an issued certificate and all that it says.

    Raises:
        NotFoundError: there is none in reach, or it has not been issued.

    """
    found = session.scalars(certificate(scope, certificate_id)).one_or_none()
    if found is None or found.figures is None:
        raise NotFoundError("web.not_found")
    return found, Figures.from_json(found.figures)


def by_public_id(session: Session, public_id: str) -> tuple[Certificate, Figures]:
    """Return the certificate that a QR code names; whoever holds the paper knows the id.

    Raises:
        NotFoundError: there is none.

    """
    found = session.scalars(
        select(Certificate).where(Certificate.public_id == public_id)
    ).one_or_none()
    if found is None or found.figures is None:
        raise NotFoundError("web.not_found")
    return found, Figures.from_json(found.figures)


def last_serial(session: Session, company_id: int, year: int) -> int:
    """Return the last number that a company gave in a year, 0 before the first."""
    newest = select(func.max(Certificate.serial)).where(
        Certificate.company_id == company_id, Certificate.year == year
    )
    return session.scalar(newest) or 0


def number_of(year: int | None, serial: int | None) -> str | None:
    """Return a certificate's number as it is written: ``2026-0012``."""
    return None if serial is None else f"{year}-{serial:04d}"


def employment(session: Session, scope: Scope, employment_id: int, today: dt.date) -> Row[Any]:
    """Return who is certified, with the columns of ``people.employments``.

    Raises:
        NotFoundError: the employment is not in reach.

    """
    everybody = people.employments(
        scope, PayPeriod.of(today), also=people.employment_ids(scope)
    ).subquery()
    found = session.execute(
        select(everybody).where(everybody.c.employment_id == employment_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def own_employments(session: Session, scope: Scope, today: dt.date) -> list[Row[Any]]:
    """Return the visitor's own employments, the newest first."""
    chosen = people.employments(scope, PayPeriod.of(today), also=people.employment_ids(scope))
    return sorted(session.execute(chosen), key=lambda row: row.hired_on, reverse=True)


def _view(row: Row[Any], names: dict[int, str]) -> CertificateView:
    found: Certificate = row[0]
    return CertificateView(
        certificate_id=found.id,
        company_id=found.company_id,
        employment_id=found.employment_id,
        company_name=row.company_name,
        person_name=row.person_name,
        employee_no=row.employee_no,
        kind=Kind(found.kind),
        period_from=PayPeriod.parse(found.period_from) if found.period_from else None,
        period_to=PayPeriod.parse(found.period_to) if found.period_to else None,
        language="en" if found.language == "en" else "zh",
        purpose=found.purpose,
        state=_state(found),
        number=number_of(found.year, found.serial),
        public_id=found.public_id,
        fingerprint=fingerprint(found.figures_hash) if found.figures_hash else None,
        asked_at=found.asked_at,
        issued_at=found.issued_at,
        issued_by=names.get(found.issued_by_id) if found.issued_by_id else None,
        ended_at=found.withdrawn_at or found.declined_at,
        reason=found.reason,
    )


def _state(found: Certificate) -> str:
    if found.withdrawn_at is not None:
        return "withdrawn"
    if found.issued_at is not None:
        return "issued"
    return "asked" if found.declined_at is None else "declined"
