"""Whom a month's checks look for: part of ``queries``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Select, or_, select

from workforce.people.models import Employment, Person
from workforce.people.queries import in_scope
from workforce.platform.scope import Scope


def employments_without_phone(scope: Scope) -> Select[int]:
    """Ids of employments of persons whose phone number is not known."""
    return (
        select(Employment.id)
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope), Person.phone.is_(None))
    )


def employments_born_after(scope: Scope, day: dt.date) -> Select[int]:
    """Ids of employments of persons born after a day."""
    return (
        select(Employment.id)
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope), Person.born_on > day)
    )


def birthdays(scope: Scope, employment_ids: Collection[int]) -> Select[int, dt.date]:
    """Pairs employment_id, born_on of some employments."""
    return (
        select(Employment.id.label("employment_id"), Person.born_on)
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope), Employment.id.in_(employment_ids))
    )


def dispatched_by_unknown(scope: Scope) -> Select[int]:
    """Ids of employments of dispatched people of whom nobody has recorded who sends them."""
    return select(Employment.id).where(
        in_scope(scope),
        Employment.employment_type == "dispatched",
        or_(Employment.dispatched_by.is_(None), Employment.dispatched_by_code.is_(None)),
    )


def employments_with_ended_contract(scope: Scope, day: dt.date) -> Select[int]:
    """Ids of employments whose contract ends on or before a day, though the employment goes on."""
    return select(Employment.id).where(
        in_scope(scope),
        Employment.contract_until <= day,
        or_(Employment.separated_on.is_(None), Employment.separated_on > Employment.contract_until),
    )
