"""Named registers of one company: who was hired, who left, and whose key group lacks its paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    found = [one for one in _everybody(session, scope) if first_on <= one.hired_on <= last_on]
    return sorted(found, key=lambda one: (one.hired_on, one.employee_no))


def left(session: Session, scope: Scope, first_on: dt.date, last_on: dt.date) -> list[Registered]:
    """Return who left on a day of a range (both ends included), in the order of leaving."""
    found = [
        (one.separated_on, one.employee_no, one)
        for one in _everybody(session, scope)
        if one.separated_on is not None and first_on <= one.separated_on <= last_on
    ]
    return [one for _, _, one in sorted(found, key=lambda item: item[:2])]


def _everybody(session: Session, scope: Scope) -> Iterator[Registered]:
    """Yield all employments of a company.

    Raises:
        InputError: the scope is no company.
    """
    company_of(session, scope)
    groups: dict[int, list[str]] = defaultdict(list)
    for pair in session.execute(people.key_groups(scope)):
        groups[pair.person_id].append(term(f"key_group.{pair.key_group}").zh)
    for row in session.execute(people.register(scope)):
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
