"""Reading certificates, what they open, which work asks for one, and who holds it: set-based Selects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Date, Select, and_, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from workforce.certification.models import (
    SkillCertificate,
    SkillCertificateTaskType,
    SkillException,
    SkillRequirement,
)
from workforce.people import queries as people
from workforce.platform.listed import listed_days
from workforce.platform.scope import Scope, ScopeKind

NOTICE_DAYS: Final = 60
"""How long before its end a certificate is announced as running out."""

Day = ColumnElement[dt.date] | InstrumentedAttribute[dt.date]
Key = ColumnElement[int] | InstrumentedAttribute[int]


def _day(on: dt.date) -> ColumnElement[dt.date]:
    return literal(on, Date())


def holds(on: Day) -> ColumnElement[bool]:
    """Tell of certificates whether they hold on a day; both ends are valid days."""
    return and_(
        SkillCertificate.issued_on <= on,
        or_(SkillCertificate.valid_until.is_(None), SkillCertificate.valid_until >= on),
        or_(SkillCertificate.withdrawn_on.is_(None), SkillCertificate.withdrawn_on > on),
    )


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit certificates to those in reach.

    A company sees what its people hold, whoever issued it, but not what they got elsewhere after they left;
    the base, which knows no company's people by name, what it issued itself.
    """
    if scope.kind is ScopeKind.BASE:
        return SkillCertificate.kept_by_id.is_(None)
    if scope.person_id is not None:
        return SkillCertificate.person_id == scope.person_id
    known = people.all_employments(scope).subquery()
    return exists().where(
        known.c.person_id == SkillCertificate.person_id,
        or_(
            known.c.separated_on.is_(None),
            known.c.separated_on >= SkillCertificate.issued_on,
            known.c.company_id == SkillCertificate.kept_by_id,
        ),
    )


def certificate(scope: Scope, certificate_id: int) -> Select[SkillCertificate]:
    """The certificate with this key: one row or none."""
    return select(SkillCertificate).where(SkillCertificate.id == certificate_id, in_scope(scope))


def by_public_id(public_id: str) -> Select[SkillCertificate]:
    """The certificate that a QR code names: one row or none."""
    return select(SkillCertificate).where(SkillCertificate.public_id == public_id)


def certificates(
    scope: Scope, person_ids: Collection[int] | None = None
) -> Select[*tuple[Any, ...]]:
    """Certificates in reach, of some persons. Columns as in the table, ``certificate_id`` for its key."""
    row = SkillCertificate
    whose = true() if person_ids is None else row.person_id.in_(person_ids)
    return select(
        row.id.label("certificate_id"),
        row.person_id,
        row.kept_by_id,
        row.issuer,
        row.number,
        row.level,
        row.course,
        row.issued_on,
        row.valid_until,
        row.public_id,
        row.withdrawn_on,
        row.withdraw_reason,
    ).where(in_scope(scope), whose)


def valid_on(scope: Scope, on: dt.date) -> Select[*tuple[Any, ...]]:
    """Those of ``certificates`` that hold on a day."""
    return certificates(scope).where(holds(_day(on)))


def state_of(
    issued_on: dt.date, valid_until: dt.date | None, withdrawn_on: dt.date | None, on: dt.date
) -> str:
    """Say what a certificate is on a day: a term of ``skill_state``."""
    if withdrawn_on is not None and withdrawn_on <= on:
        return "withdrawn"
    if valid_until is not None and valid_until < on:
        return "expired"
    if issued_on > on:
        return "to_come"
    ends_soon = valid_until is not None and valid_until <= on + dt.timedelta(days=NOTICE_DAYS)
    return "expiring" if ends_soon else "valid"


def opened(certificate_ids: Collection[int]) -> Select[int, int]:
    """Pairs certificate_id, task_type_id of some certificates."""
    return select(
        SkillCertificateTaskType.certificate_id, SkillCertificateTaskType.task_type_id
    ).where(SkillCertificateTaskType.certificate_id.in_(certificate_ids))


def certified(first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Who holds a certificate for which task type on some day of a range.

    Columns: person_id, task_type_id, issued_on, valid_until (a valid day, NULL: no end), withdrawn_on (the
    first day on which it does not hold, NULL: none).
    """
    row = SkillCertificate
    return (
        select(
            row.person_id,
            SkillCertificateTaskType.task_type_id,
            row.issued_on,
            row.valid_until,
            row.withdrawn_on,
        )
        .join(SkillCertificateTaskType, SkillCertificateTaskType.certificate_id == row.id)
        .where(
            row.issued_on <= last_on,
            or_(row.valid_until.is_(None), row.valid_until >= first_on),
            or_(row.withdrawn_on.is_(None), row.withdrawn_on > first_on),
        )
    )


def levels(scope: Scope, *days: dt.date) -> Select[int, dt.date, int | None]:
    """The highest level (the least number) of each person in scope on each of the days: person_id, on_day, level.

    Who holds none on a day has no row of it.
    """
    day = listed_days(days)
    return (
        select(
            SkillCertificate.person_id,
            day.c.on_day,
            func.min(SkillCertificate.level).label("level"),
        )
        .join(day, holds(day.c.on_day))
        .where(
            SkillCertificate.level.is_not(None),
            SkillCertificate.person_id.in_(people.person_ids(scope)),
        )
        .group_by(SkillCertificate.person_id, day.c.on_day)
    )


def expiring(scope: Scope, on: dt.date) -> Select[*tuple[Any, ...]]:
    """Certificates in reach that run out within the next days, those that run out first before others.

    Of a company or team those of whoever is employed on the day: nobody renews a leaver's. A certificate beside which the person holds another one that opens as much longer is not told.
    """
    later, opens = SkillCertificate.__table__.alias(), SkillCertificateTaskType
    soon = on + dt.timedelta(days=NOTICE_DAYS)
    own = opens.__table__.alias()
    other = opens.__table__.alias()
    goes_on = (
        exists()
        .where(
            later.c.person_id == SkillCertificate.person_id,
            later.c.id != SkillCertificate.id,
            later.c.withdrawn_on.is_(None),
            later.c.issued_on <= soon,
            or_(later.c.valid_until.is_(None), later.c.valid_until > soon),
            other.c.certificate_id == later.c.id,
            other.c.task_type_id == own.c.task_type_id,
        )
        # Two levels down: said here, else anybody's renewal would be this one's.
        .correlate(SkillCertificate, own)
    )
    is_renewed = and_(
        exists().where(own.c.certificate_id == SkillCertificate.id),
        ~exists().where(own.c.certificate_id == SkillCertificate.id, ~goes_on),
    )
    return (
        certificates(scope)
        .where(
            holds(_day(on)),
            SkillCertificate.valid_until <= soon,
            SkillCertificate.withdrawn_on.is_(None),
            ~is_renewed,
            _is_employed(scope, on),
        )
        .order_by(SkillCertificate.valid_until, SkillCertificate.id)
    )


def _is_employed(scope: Scope, on: dt.date) -> ColumnElement[bool]:
    if scope.kind is ScopeKind.BASE or scope.person_id is not None:
        return true()
    job = people.all_employments(scope).subquery()
    return exists().where(
        job.c.person_id == SkillCertificate.person_id,
        job.c.hired_on <= on,
        or_(job.c.separated_on.is_(None), job.c.separated_on >= on),
    )


def requirements(company_id: int) -> Select[SkillRequirement]:
    """A company's rules ever, task type by task type, oldest first."""
    return (
        select(SkillRequirement)
        .where(SkillRequirement.company_id == company_id)
        .order_by(SkillRequirement.task_type_id, SkillRequirement.valid_from)
    )


def required(company_id: int, on: dt.date) -> Select[int, str]:
    """Task types that ask for a certificate on a day: task_type_id, effect (blocks | warns)."""
    rules = required_in([company_id], on).subquery()
    return select(rules.c.task_type_id, rules.c.effect)


def required_in(company_ids: Collection[int], on: dt.date) -> Select[int, int, str]:
    """The same of some companies: company_id, task_type_id, effect."""
    rule = SkillRequirement
    return select(rule.company_id, rule.task_type_id, rule.effect).where(
        rule.company_id.in_(company_ids), _covers(rule, _day(on))
    )


def _covers(rows: Any, on: Day) -> ColumnElement[bool]:
    return and_(rows.valid_from <= on, or_(rows.valid_to.is_(None), rows.valid_to > on))


def is_required(company_id: Key, task_type_id: Key, on: Day, effect: str) -> ColumnElement[bool]:
    """Tell of work whether its company asks for a certificate on its day, to this effect."""
    return exists().where(
        SkillRequirement.company_id == company_id,
        SkillRequirement.task_type_id == task_type_id,
        SkillRequirement.effect == effect,
        _covers(SkillRequirement, on),
    )


def is_allowed(
    employment_id: Key, person_id: Key, task_type_id: Key, on: Day
) -> ColumnElement[bool]:
    """Tell of work whether a certificate of its person opens it on its day, or an exception does."""
    opens = SkillCertificateTaskType
    holds_one = exists().where(
        SkillCertificate.person_id == person_id,
        holds(on),
        opens.certificate_id == SkillCertificate.id,
        opens.task_type_id == task_type_id,
    )
    excepted = exists().where(
        SkillException.employment_id == employment_id,
        SkillException.task_type_id == task_type_id,
        SkillException.state == "approved",
        _covers(SkillException, on),
    )
    return or_(holds_one, excepted)


def exception_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit exceptions to those about employments in reach."""
    if scope.kind is ScopeKind.BASE:
        return false()
    return SkillException.employment_id.in_(people.employment_ids(scope))


def exceptions(scope: Scope, state: str | None = None) -> Select[*tuple[Any, ...]]:
    """Exceptions about people in reach. Columns are those of the table, ``exception_id`` for its key."""
    row = SkillException
    chosen = select(
        row.id.label("exception_id"),
        row.company_id,
        row.employment_id,
        row.task_type_id,
        row.valid_from,
        row.valid_to,
        row.reason,
        row.state,
        row.asked_by_id,
        row.asked_at,
        row.decided_by_id,
        row.decided_at,
        row.answer,
    ).where(exception_in_scope(scope))
    return chosen if state is None else chosen.where(row.state == state)
