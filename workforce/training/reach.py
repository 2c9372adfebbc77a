"""Whose classes, courses and people whoever asks may see, mark and keep: part of ``queries``.

The base's administrator keeps the base's own classes, a company's its own; who *teaches* a class keeps its
lessons, register and scores, and knows everybody in it; a team's leader *marks* the own people in the
company's classes. Those rights go by the day of acting: who has left teaches and leads nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, false, or_, select, true

from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.scope import Scope, ScopeKind
from workforce.training.models import (
    TrainingClass,
    TrainingCourse,
    TrainingEnrolment,
    TrainingTeacher,
)

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.sql.elements import ColumnElement


def is_kept(scope: Scope, rows: type[TrainingClass | TrainingCourse]) -> ColumnElement[bool]:
    """Limit classes or courses to those that whoever has this scope keeps: may change."""
    if scope.kind is ScopeKind.BASE:
        return rows.company_id.is_(None)
    if scope.kind is ScopeKind.COMPANY:
        return rows.company_id == scope.company_id
    return false()


def is_seen(scope: Scope, rows: type[TrainingClass | TrainingCourse]) -> ColumnElement[bool]:
    """Limit classes or courses to those that lists tell of: for the base all, else the open ones."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return or_(rows.company_id.is_(None), rows.company_id == scope.company_id)
    if scope.kind is ScopeKind.SELF:
        mine = people.all_employments(scope).subquery()
        return or_(rows.company_id.is_(None), rows.company_id.in_(select(mine.c.company_id)))
    return false()


def is_open_to(scope: Scope, rows: type[TrainingClass | TrainingCourse]) -> ColumnElement[bool]:
    """Limit classes or courses to those that can be entered: the kept ones, and the base's."""
    return is_kept(scope, rows) if scope.kind is ScopeKind.BASE else is_seen(scope, rows)


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit enrolments to people in reach: for the base those of its own classes."""
    if scope.kind is ScopeKind.BASE:
        own = select(TrainingClass.id).where(TrainingClass.company_id.is_(None))
        return TrainingEnrolment.class_id.in_(own)
    if scope.kind is ScopeKind.COMPANY:
        return TrainingEnrolment.company_id == scope.company_id
    if scope.kind is ScopeKind.SELF:
        return TrainingEnrolment.person_id == scope.person_id
    return false()


def is_taught(scope: Scope) -> ColumnElement[bool]:
    """Limit classes to those whose lessons, register and scores whoever asks keeps: kept ones, and taught ones.

    A team's scope may have its leader's person beside it (``routes.reach``).
    """
    kept = is_kept(scope, TrainingClass)
    if scope.person_id is None:
        return kept
    job = people.all_employments(Scope.own(scope.person_id)).subquery()
    today = clock.today()
    employed = and_(
        job.c.hired_on <= today, or_(job.c.separated_on.is_(None), job.c.separated_on >= today)
    )
    mine = select(TrainingTeacher.class_id).where(TrainingTeacher.person_id == scope.person_id)
    in_company = TrainingClass.company_id.in_(select(job.c.company_id).where(employed))
    of_base = and_(
        TrainingClass.company_id.is_(None), exists(select(job.c.employment_id).where(employed))
    )
    return or_(kept, and_(TrainingClass.id.in_(mine), or_(in_company, of_base)))


def is_marked(scope: Scope) -> ColumnElement[bool]:
    """Limit classes to those in whose register whoever asks marks people: in taught ones all, a leader the own."""
    if scope.kind is not ScopeKind.TEAM:
        return is_taught(scope)
    return or_(is_taught(scope), TrainingClass.company_id == scope.company_id)


def is_entered(scope: Scope) -> ColumnElement[bool]:
    """Limit classes to those whose page whoever asks may open."""
    if scope.kind in {ScopeKind.BASE, ScopeKind.COMPANY}:
        return is_open_to(scope, TrainingClass)
    if scope.kind is not ScopeKind.TEAM:
        return is_taught(scope)
    sent = select(TrainingEnrolment.class_id).where(_is_led(scope))
    return or_(is_marked(scope), TrainingClass.id.in_(sent))


def is_listed(scope: Scope) -> ColumnElement[bool]:
    """Limit classes to those that lists tell of."""
    return or_(is_seen(scope, TrainingClass), is_entered(scope))


def in_class(scope: Scope) -> ColumnElement[bool]:
    """Limit enrolments to those that a class's pages show: people in reach, and all of a taught class."""
    if scope.kind in {ScopeKind.BASE, ScopeKind.COMPANY}:
        return in_scope(scope)
    taught = TrainingEnrolment.class_id.in_(select(TrainingClass.id).where(is_taught(scope)))
    return or_(_is_led(scope), taught) if scope.kind is ScopeKind.TEAM else taught


def _is_led(scope: Scope) -> ColumnElement[bool]:
    today = clock.today()
    led: Select[int] = people.employment_ids(scope, today, today)
    return TrainingEnrolment.employment_id.in_(led)
