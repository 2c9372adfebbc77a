"""Named registers of one company: who was hired, who left, and whose key group lacks its paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.core.terms import term
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.subsidies.evidence_queries import people_rows
from workforce.subsidies.facts import company_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_ID_DIGIT_OF_SEX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One line of a register, in Chinese, as the bureau reads it."""

    employee_no: str
    name: str
    sex: str
    id_number: str
    education: str
    household: str
    township: str
    groups: str
    phone: str
    position: str
    employment_type: str
    hired_on: dt.date
    separated_on: dt.date | None
    separation_reason: str
    contract: str
    contract_until: dt.date | None


def hired(session: Session, scope: Scope, first_on: dt.date, last_on: dt.date) -> list[Registered]:
    """Return who was hired on a day of a range (both ends included), in the order of hiring."""
    return list(_registered(session, scope, "hired_on", first_on, last_on))


def left(session: Session, scope: Scope, first_on: dt.date, last_on: dt.date) -> list[Registered]:
    """Return who left on a day of a range (both ends included), in the order of leaving."""
    return list(_registered(session, scope, "separated_on", first_on, last_on))


def _registered(
    session: Session, scope: Scope, column: str, first_on: dt.date, last_on: dt.date
) -> Iterator[Registered]:
    """Yield the employments of a company of which a day lies in a range, in the order of that day.

    Raises:
        InputError: the scope is no company.
    """
    company_of(session, scope)
    groups: dict[int, list[str]] = defaultdict(list)
    for pair in session.execute(people.key_groups(scope)):
        groups[pair.person_id].append(term(f"key_group.{pair.key_group}").zh)
    everybody = people.register(scope).order_by(None).subquery()
    on = everybody.c[column]
    chosen = select(everybody).where(on.between(first_on, last_on))
    for row in session.execute(chosen.order_by(on, everybody.c.employee_no)):
        is_man = int(row.id_number[_ID_DIGIT_OF_SEX]) % 2
        contract = row.contract_kind
        yield Registered(
            employee_no=row.employee_no,
            name=row.name,
            sex=term("sex.1" if is_man else "sex.2").zh,
            id_number=row.id_number,
            education=term(f"education.{row.education}").zh,
            household=term(f"household_category.{row.household_category}").zh,
            township=_township(row.township),
            groups="、".join(sorted(groups.get(row.person_id, ()))),
            phone=row.phone or "",
            position=row.position or "",
            employment_type=term(f"employment_type.{row.employment_type}").zh,
            hired_on=row.hired_on,
            separated_on=row.separated_on,
            separation_reason=row.separation_reason or "",
            contract=term(f"contract_kind.{contract}").zh if contract else "",
            contract_until=row.contract_until,
        )


def _township(code: str) -> str:
    """Return the name of a township of this county; of another county its code."""
    try:
        return term(f"township.{code}").zh
    except LookupError:
        return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """Somebody of a key group without its paper."""

    employee_no: str
    name: str
    groups: str
    missing: str


def unproven(session: Session, scope: Scope, on: dt.date) -> list[Unproven]:
    """Return whose key group asks for a paper that is missing on a day, by employee number."""
    company_of(session, scope)
    return [
        Unproven(
            employee_no=row.employee_no,
            name=row.name,
            groups="、".join(term(f"key_group.{group}").zh for group in row.key_groups),
            missing="、".join(term(f"evidence_kind.{kind}").zh for kind in row.missing),
        )
        for row in people_rows(session, scope, on)
        if row.missing
    ]
