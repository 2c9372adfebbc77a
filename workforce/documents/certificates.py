"""Asking for certificates, issuing, declining and withdrawing them.

The figures come from the sums over decided payslips that also make the year to date. A certificate
that is issued keeps what it says; what changes later is a reason to withdraw it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, select

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.documents import certificate_queries as queries
from workforce.documents.certificate_facts import Figures, Kind, MonthIncome, fingerprint
from workforce.documents.fonts import installed_fonts
from workforce.documents.layouts.employment_certificate import draw_employment_certificate
from workforce.documents.layouts.income_certificate import draw_income_certificate
from workforce.documents.models import Certificate
from workforce.documents.service import MEDIA_TYPES, Document
from workforce.payroll import queries as payroll
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.files import made_name
from workforce.platform.installation import installation
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Locale
    from workforce.platform.audit import Actor

MOST_MONTHS: Final = 36
LEAST_REASON: Final = 2
MOST_REASON: Final = 200
MOST_PURPOSE: Final = 100
_PUBLIC_ID_BYTES: Final = 16
_LABOUR_CONTRACT: Final = frozenset({"full_time", "part_time"})
"""Who has a labour contract with the company itself; dispatched people have theirs elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which certificate is wanted of an employment.

    ``first`` and ``last``: the months of an income certificate. ``contract_*``: the term of the labour
    contract, of a certificate of leaving; None is what the record says, and of the first day that of
    hiring.
    """

    employment_id: int
    kind: Kind
    language: Locale = "zh"
    first: PayPeriod | None = None
    last: PayPeriod | None = None
    purpose: str = ""
    contract_kind: str | None = None
    contract_from: dt.date | None = None
    contract_to: dt.date | None = None


def preview(session: Session, scope: Scope, wish: Wish) -> Figures:
    """Return what a certificate would say today; its number is not given yet.

    Raises:
        NotFoundError: the employment is not in reach.
        InputError: something that it must say is not known, or is not so.

    """
    today = clock.today()
    person = queries.employment(session, scope, wish.employment_id, today)
    company_scope = Scope.company(person.company_id)
    company = session.scalars(companies.companies(company_scope)).one()
    register = people.register(company_scope).order_by(None).subquery()
    record = session.execute(
        select(register).where(register.c.employment_id == wish.employment_id)
    ).one()
    if not person.position:
        raise InputError("certificate.no_position", name=person.name)
    has_left = person.separated_on is not None and person.separated_on < today
    figures = Figures(
        kind=wish.kind,
        language=wish.language,
        number="",
        company_name=company.name,
        credit_code=company.credit_code,
        person_name=person.name,
        id_number=record.id_number,
        employee_no=person.employee_no,
        position=person.position,
        employment_type=person.employment_type,
        hired_on=person.hired_on.isoformat(),
        separated_on=person.separated_on.isoformat() if has_left else None,
        issued_on=today.isoformat(),
        purpose=_purpose(wish),
    )
    match wish.kind:
        case Kind.INCOME:
            months = _months(session, person.company_id, wish, figures)
            return replace(figures, months=months)
        case Kind.EMPLOYMENT:
            if has_left or person.hired_on > today:
                raise InputError("certificate.not_employed", name=person.name)
            return figures
        case Kind.SEPARATION:
            return _of_leaving(figures, wish, record)


def _purpose(wish: Wish) -> str | None:
    purpose = " ".join(wish.purpose.split())
    if len(purpose) > MOST_PURPOSE:
        raise InputError("certificate.purpose_too_long", most=MOST_PURPOSE).at("purpose")
    return purpose or None


def _months(
    session: Session, company_id: int, wish: Wish, figures: Figures
) -> tuple[MonthIncome, ...]:
    """Return each month's income; a month that nobody has decided yet is an error, and no zero.

    So is a month of which a bonus or one half is decided and the rest is not.
    """
    first, last = _range(wish)
    sums: dict[str, MonthIncome] = {}
    # The company's books, whoever looks: as the year to date of a payslip.
    books = Scope.company(company_id)
    chosen = payroll.decided_by_period(books, wish.employment_id, first, last)
    for row in session.execute(chosen):
        month = str(PayPeriod.parse(row.period).whole)
        known = sums.get(month, MonthIncome(month, 0, 0, 0, 0))
        sums[month] = MonthIncome(
            month,
            known.gross_pay + row.gross_pay_amount,
            known.insurance_and_fund + row.insurance_and_fund_amount,
            known.income_tax + row.income_tax_amount,
            known.net_pay + row.net_pay_amount,
        )
    wanted = [first]
    while wanted[-1] < last:
        wanted.append(wanted[-1].next())
    whole = {
        PayPeriod.parse(text)
        for text in session.scalars(payroll.whole_periods(books, wish.employment_id, first, last))
    }
    missing = [
        str(month)
        for month in wanted
        if str(month) not in sums or not _is_whole(month, whole, figures)
    ]
    if missing:
        raise InputError(
            "certificate.months_missing", months="、".join(missing), hired_on=figures.hired_on
        ).at("first")
    return tuple(sums[str(month)] for month in wanted)


def _is_whole(month: PayPeriod, whole: set[PayPeriod], figures: Figures) -> bool:
    """Tell whether a month is decided for all the days of the employment in it."""
    hired_on, left_on = figures.hired_on, figures.separated_on
    return month in whole or all(
        half in whole
        for half in month.halves
        if hired_on <= half.last_on.isoformat()
        and (left_on is None or left_on >= half.first_on.isoformat())
    )


def _range(wish: Wish) -> tuple[PayPeriod, PayPeriod]:
    """Return the months of an income certificate.

    Raises:
        InputError: they are missing, turned round, or too many.

    """
    first, last = wish.first, wish.last
    if first is None or last is None:
        raise InputError("certificate.months_needed").at("first")
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= MOST_MONTHS:
        raise InputError("certificate.months_range", most=MOST_MONTHS).at("last")
    return first, last


def _of_leaving(figures: Figures, wish: Wish, record: Row[Any]) -> Figures:
    """Add the term of the contract, as art 50 wants it.

    Raises:
        InputError: the person has not left, has no labour contract here, or its term is not known or
            cannot be.

    """
    if figures.separated_on is None:
        raise InputError("certificate.not_left", name=figures.person_name)
    if figures.employment_type not in _LABOUR_CONTRACT:
        kind = term(f"employment_type.{figures.employment_type}")
        raise InputError("certificate.no_labour_contract", employment=kind)
    contract, ends_on = wish.contract_kind, wish.contract_to
    if contract is None:
        contract, ends_on = record.contract_kind, record.contract_until
    if contract is None:
        raise InputError("certificate.no_contract").at("contract_kind")
    if (contract == "fixed_term") != (ends_on is not None):
        raise InputError("certificate.contract_end").at("contract_to")
    begins = (wish.contract_from or dt.date.fromisoformat(figures.hired_on)).isoformat()
    if begins > figures.separated_on:
        raise InputError("certificate.contract_begins_late").at("contract_from")
    ends = ends_on.isoformat() if ends_on else None
    if ends is not None and ends < begins:
        raise InputError("certificate.contract_ends_early").at("contract_to")
    return replace(figures, contract_kind=contract, contract_from=begins, contract_to=ends)


def ask(session: Session, actor: Actor, scope: Scope, wish: Wish) -> int:
    """Write down that a person wants a certificate; return its key.

    Raises:
        NotFoundError: the employment is not the visitor's own.
        InputError: its months cannot be, or the same one waits already.

    """
    person = queries.employment(session, scope, wish.employment_id, clock.today())
    first, last = _range(wish) if wish.kind is Kind.INCOME else (None, None)
    open_ones = queries.views(
        session, queries.certificates(scope, employment_id=wish.employment_id, is_open=True)
    )
    if any(one.kind is wish.kind for one in open_ones):
        raise InputError("certificate.asked_already", kind=wish.kind.label).at("kind")
    asked = Certificate(
        company_id=person.company_id,
        employment_id=wish.employment_id,
        kind=wish.kind,
        period_from=str(first) if first else None,
        period_to=str(last) if last else None,
        language=wish.language,
        purpose=_purpose(wish),
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    _record(session, actor, "certificate.ask", asked)
    return asked.id


def issue(
    session: Session, actor: Actor, scope: Scope, wish: Wish, *, asked_id: int | None = None
) -> int:
    """Issue a certificate, in answer to a wish if ``asked_id`` names one; return its key.

    Raises:
        NotFoundError: the employment, or the wish, is not in reach.
        InputError: something that it must say is not known, or is not so; or it is about the issuer.
        StateError: the wish has been answered already.

    """
    person = queries.employment(session, scope, wish.employment_id, clock.today())
    own = accounts.person_of_account(actor.account_id) if actor.account_id else None
    if own is not None and session.scalar(own) == person.person_id:
        raise InputError("certificate.own")
    figures = preview(session, scope, wish)
    installed_fonts().require(figures.texts())
    # Two at once would take the same number.
    company = companies.companies(Scope.company(person.company_id)).with_for_update()
    session.scalars(company).one()
    year = clock.today().year
    serial = queries.last_serial(session, person.company_id, year) + 1
    figures = replace(figures, number=queries.number_of(year, serial) or "")
    found = _answered(session, scope, wish, asked_id)
    if found is None:
        found = Certificate(company_id=person.company_id, employment_id=wish.employment_id)
        session.add(found)
    found.kind, found.language, found.purpose = wish.kind, wish.language, figures.purpose
    found.period_from = figures.months[0].month if figures.months else None
    found.period_to = figures.months[-1].month if figures.months else None
    found.year, found.serial = year, serial
    found.public_id = secrets.token_hex(_PUBLIC_ID_BYTES)
    found.figures, found.figures_hash = figures.to_json(), figures.hash
    found.issued_by_id, found.issued_at = actor.account_id, clock.now()
    session.flush()
    _record(session, actor, "certificate.issue", found)
    return found.id


def _answered(
    session: Session, scope: Scope, wish: Wish, asked_id: int | None
) -> Certificate | None:
    """Return the wish that is answered, or None where nobody asked."""
    if asked_id is None:
        return None
    asked = session.scalars(queries.certificate(scope, asked_id).with_for_update()).one_or_none()
    if asked is None or asked.employment_id != wish.employment_id:
        raise NotFoundError("web.not_found")
    _refuse_answered(asked)
    return asked


def decline(session: Session, actor: Actor, scope: Scope, certificate_id: int, reason: str) -> None:
    """Say that a certificate that was asked for is not issued, and why.

    Raises:
        NotFoundError: there is no such wish in reach.
        StateError: it has been answered already.
        InputError: there is no reason.

    """
    asked = _found(session, scope, certificate_id)
    _refuse_answered(asked)
    asked.reason = _reason(reason)
    asked.declined_by_id, asked.declined_at = actor.account_id, clock.now()
    _record(session, actor, "certificate.decline", asked)


def withdraw(
    session: Session, actor: Actor, scope: Scope, certificate_id: int, reason: str
) -> None:
    """Withdraw an issued certificate: its check page says so from now on.

    Raises:
        NotFoundError: there is no such certificate in reach.
        StateError: it is withdrawn already, or was never issued.
        InputError: there is no reason.

    """
    issued = _found(session, scope, certificate_id)
    if issued.issued_at is None or issued.withdrawn_at is not None:
        raise StateError("certificate.not_valid")
    issued.reason = _reason(reason)
    issued.withdrawn_by_id, issued.withdrawn_at = actor.account_id, clock.now()
    _record(session, actor, "certificate.withdraw", issued)


def is_outdated(session: Session, scope: Scope, certificate_id: int) -> bool:
    """Tell whether the payslips say something else by now than a valid income certificate does."""
    found, figures = queries.figures(session, scope, certificate_id)
    if figures.kind is not Kind.INCOME or found.withdrawn_at is not None:
        return False
    wish = Wish(
        employment_id=found.employment_id,
        kind=Kind.INCOME,
        first=figures.first_month,
        last=figures.last_month,
    )
    try:
        months = _months(session, found.company_id, wish, figures)
    except InputError:
        return True
    return months != figures.months


def document(session: Session, scope: Scope, certificate_id: int) -> Document:
    """Return an issued certificate as PDF: what was issued, whatever has changed since.

    Raises:
        NotFoundError: there is none in reach, or it has not been issued.
        StateError: it is withdrawn.

    """
    found, figures = queries.figures(session, scope, certificate_id)
    if found.withdrawn_at is not None:
        raise StateError("certificate.not_valid")
    draw = draw_income_certificate if figures.kind is Kind.INCOME else draw_employment_certificate
    content = draw(
        figures,
        installed_fonts(),
        f"{installation().public_url}/c/{found.public_id}",
        fingerprint(found.figures_hash or ""),
    )
    name = made_name(
        figures.kind.label.in_locale(figures.language),
        figures.number,
        figures.person_name,
        ending="pdf",
    )
    return Document(name, MEDIA_TYPES["pdf"], content)


def _found(session: Session, scope: Scope, certificate_id: int) -> Certificate:
    chosen = queries.certificate(scope, certificate_id).with_for_update()
    found = session.scalars(chosen).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def _refuse_answered(asked: Certificate) -> None:
    if asked.issued_at is not None or asked.declined_at is not None:
        raise StateError("certificate.answered")


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise InputError("certificate.reason_needed", most=MOST_REASON).at("reason")
    return reason


def _record(session: Session, actor: Actor, action: str, found: Certificate) -> None:
    number = queries.number_of(found.year, found.serial)
    audit.record(
        session,
        actor,
        action,
        "certificate",
        found.id,
        company_id=found.company_id,
        after={
            "employment_id": found.employment_id,
            "kind": str(found.kind),
            "number": number,
        },
        reason=found.reason,
    )
