"""Entering and correcting one person by hand: the rules and the writing are those of a whole register.

The slice's face is ``service``; the caller's unit of work commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.core.errors import InputError, NotFoundError
from workforce.core.identity import IdNumber, parse_id_number
from workforce.people.account_holders import persons_only_of
from workforce.people.models import Employment, Person, TeamMembership
from workforce.people.queries import in_scope
from workforce.people.recording import record
from workforce.people.register import EmployeeFact, RegisterPlan, plan_register, store_register
from workforce.platform import audit
from workforce.platform.crypto import lookup_hash
from workforce.platform.formatting import masked

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_SECRET: Final = frozenset({"phone", "bank_account"})
"""What the record of who did what never shows whole."""


def enter_person(session: Session, actor: Actor, company_id: int, fact: EmployeeFact) -> int:
    """Begin an employment, of a person known or new; return its id.

    Raises:
        InputError: the number is taken, or a fact cannot be.
    """
    numbered = select(Employment.id).where(
        Employment.company_id == company_id, Employment.employee_no == fact.employee_no
    )
    if session.scalar(numbered) is not None:
        raise InputError("employment.number_taken", employee_no=fact.employee_no)
    plan = _planned(session, company_id, fact)
    is_new = bool(plan.persons.added)
    store_register(session, company_id, plan)
    employment = session.scalars(
        select(Employment).where(
            Employment.company_id == company_id, Employment.employee_no == fact.employee_no
        )
    ).one()
    if is_new:
        audit.record(
            session,
            actor,
            "person.register",
            "person",
            employment.person_id,
            after={"name": fact.name},
        )
    record(
        session,
        actor,
        "employment.begin",
        employment,
        after={
            "employee_no": fact.employee_no,
            "hired_on": employment.hired_on,
            "type": employment.employment_type,
            "team": fact.team,
        },
    )
    return employment.id


def correct_person(
    session: Session,
    actor: Actor,
    scope: Scope,
    employment_id: int,
    *,
    person: Mapping[str, Any] | None = None,
    employment: Mapping[str, Any] | None = None,
    key_groups: frozenset[str] | None = None,
    team: str | None = None,
    team_from: dt.date | None = None,
) -> bool:
    """Give columns of a person or an employment other values; tell whether anything changed.

    ``team`` is for whoever is in none yet: the others are moved with their team.

    Raises:
        NotFoundError: no such employment is in reach.
        InputError: the values do not fit.
        ClosedError: a first or last day would move over days of a closed month.
    """
    found, owner = _found(session, scope, employment_id)
    if team is not None and _has_team(session, found.id):
        raise InputError("employment.in_team", place="team")
    given = dict(employment or {})
    if given.get("employment_type", found.employment_type) != "dispatched":
        # Who is no longer sent has nobody who sends.
        given |= {"dispatched_by": None, "dispatched_by_code": None}
    fact = EmployeeFact(
        employee_no=found.employee_no,
        identity=parse_id_number(owner.id_number),
        name=owner.name,
        person=dict(person or {}),
        employment={
            "employment_type": found.employment_type,
            "hired_on": found.hired_on,
            **given,
        },
        key_groups=key_groups,
        team=team,
        team_from=team_from,
    )
    return _change(session, actor, found, fact, "employment.correct")


def set_last_day(
    session: Session,
    actor: Actor,
    scope: Scope,
    employment_id: int,
    *,
    separated_on: dt.date | None,
    reason: str,
) -> bool:
    """State the last employed day, or take it back with None; tell whether anything changed.

    Raises:
        NotFoundError: no such employment is in reach.
        InputError: the day is before the hiring.
        ClosedError: the last day would move over days of a closed month.
    """
    found, owner = _found(session, scope, employment_id)
    fact = EmployeeFact(
        employee_no=found.employee_no,
        identity=parse_id_number(owner.id_number),
        name=owner.name,
        person={},
        employment={
            "employment_type": found.employment_type,
            "hired_on": found.hired_on,
            "separated_on": separated_on,
            "separation_reason": reason if separated_on else None,
        },
    )
    action = "employment.end" if separated_on else "employment.go_on"
    return _change(session, actor, found, fact, action, reason)


def correct_identity(
    session: Session,
    actor: Actor,
    scope: Scope,
    employment_id: int,
    *,
    name: str,
    id_number: str,
    reason: str,
) -> bool:
    """Correct a mistyped name or ID number; tell whether anything changed.

    Sex and birthday follow the number. Of whoever has worked for another company too only the name
    can be corrected here: the number is how that company knows the person.

    Raises:
        NotFoundError: no such employment is in reach.
        InputError: the number is none, another person's, or not this company's alone to change.
    """
    found, owner = _found(session, scope, employment_id)
    person = session.get_one(Person, owner.id, with_for_update=True)
    number = parse_id_number(id_number)
    if number.text != person.id_number:
        _refuse_number(session, found, number)
    before = {"name": person.name, "id_number": masked(person.id_number)}
    after = {"name": name, "id_number": masked(number.text)}
    if (name, number.text) == (person.name, person.id_number):
        return False
    person.name = name
    person.id_number = number.text
    person.id_number_hash = lookup_hash(number.text)
    person.sex = number.sex
    person.born_on = number.born_on
    session.flush()
    record(session, actor, "person.correct", found, before=before, after=after, reason=reason)
    return True


def _refuse_number(session: Session, employment: Employment, number: IdNumber) -> None:
    known = select(Person.id).where(Person.id_number_hash == lookup_hash(number.text))
    if session.scalar(known) is not None:
        raise InputError("person.number_known", place="id_number")
    own = persons_only_of(employment.company_id).subquery()
    if session.scalar(select(own).where(own.c.person_id == employment.person_id)) is None:
        raise InputError("person.number_elsewhere", place="id_number")


def _change(
    session: Session,
    actor: Actor,
    employment: Employment,
    fact: EmployeeFact,
    action: str,
    reason: str | None = None,
) -> bool:
    plan = _planned(session, employment.company_id, fact)
    before, after = _differences(plan)
    if plan.memberships.added:
        after |= {"team": fact.team, "valid_from": fact.team_from}
    if not (before or after):
        return False
    store_register(session, employment.company_id, plan)
    record(session, actor, action, employment, before=before, after=after, reason=reason)
    return True


def _planned(session: Session, company_id: int, fact: EmployeeFact) -> RegisterPlan:
    plan = plan_register(session, company_id, [fact])
    for fault in plan.faults.values():
        raise fault
    return plan


def _found(session: Session, scope: Scope, employment_id: int) -> tuple[Employment, Person]:
    chosen = select(Employment).where(Employment.id == employment_id, in_scope(scope))
    employment = session.scalar(chosen.with_for_update())
    if employment is None:
        raise NotFoundError("web.not_found")
    return employment, session.get_one(Person, employment.person_id)


def _has_team(session: Session, employment_id: int) -> bool:
    chosen = select(TeamMembership.id).where(TeamMembership.employment_id == employment_id)
    return session.scalar(chosen.limit(1)) is not None


def _differences(plan: RegisterPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the record shows of a correction: before and after, secrets by their last signs."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in (*plan.persons.changed, *plan.employments.changed):
        for shown, values in ((before, change.before), (after, change.after)):
            shown.update(
                {
                    name: masked(value) if name in _SECRET and value else value
                    for name, value in values.items()
                }
            )
    for shown, rows in ((before, plan.key_groups.removed), (after, plan.key_groups.added)):
        if rows:
            shown["key_groups"] = sorted(row["key_group"] for row in rows)
    return before, after
