"""Finding people, and what is known of one: read in a fixed number of statements.

A team scope reaches whoever is in one of its teams today; a company's reaches everybody it ever
employed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, and_, func, literal, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.people import queries
from workforce.people.models import Employment, PayProfile, Person, TaxOpening, TeamMembership
from workforce.platform.scope import Scope

STATES: Final = ("employed", "coming", "left", "all")
"""Of whom: employed today, hired for a later day, no longer here, everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom a visitor looks for: words of a name or number, a team, a state, a kind of employment."""

    words: str = ""
    team_id: int | None = None
    state: str = "employed"
    employment_type: str = ""


@dataclass(frozen=True, slots=True)
class PersonView:
    """One employment with its person, and all of its history that the scope reaches.

    ``person`` has the columns of ``_one``; ``memberships`` rows of team_code, team_name, valid_from,
    valid_to; ``employments`` the person's other employments in this company; ``profiles`` the pay
    profiles, the newest first, where the visitor may know pay.
    """

    person: Row[Any]
    memberships: list[Row[Any]]
    employments: list[Row[Any]]
    profiles: list[PayProfile]


def people(scope: Scope, wanted: Wanted, today: dt.date) -> Select[*tuple[Any, ...]]:
    """People in order of their number.

    Columns: employment_id, employee_no, name, team_code, team_name, position, employment_type,
    hired_on, separated_on.
    """
    team = companies.teams(Scope.base()).order_by(None).subquery()
    in_team = and_(
        TeamMembership.employment_id == Employment.id,
        TeamMembership.valid_from <= today,
        or_(TeamMembership.valid_to.is_(None), TeamMembership.valid_to > today),
    )
    chosen = (
        select(
            Employment.id.label("employment_id"),
            Employment.employee_no,
            Person.name,
            team.c.code.label("team_code"),
            team.c.name.label("team_name"),
            Employment.position,
            Employment.employment_type,
            Employment.hired_on,
            Employment.separated_on,
        )
        .join(Person, Person.id == Employment.person_id)
        .outerjoin(TeamMembership, in_team)
        .outerjoin(team, team.c.id == TeamMembership.team_id)
        .where(Employment.id.in_(queries.employment_ids(scope, today, today)))
        .where(_has_state(wanted.state, today))
        .order_by(Employment.employee_no, Employment.id)
    )
    if wanted.words:
        chosen = chosen.where(
            or_(
                Person.name.contains(wanted.words, autoescape=True),
                Employment.employee_no.icontains(wanted.words, autoescape=True),
            )
        )
    if wanted.team_id is not None:
        chosen = chosen.where(TeamMembership.team_id == wanted.team_id)
    if wanted.employment_type:
        chosen = chosen.where(Employment.employment_type == wanted.employment_type)
    return chosen


def _has_state(state: str, today: dt.date) -> ColumnElement[bool]:
    if state == "coming":
        return Employment.hired_on > today
    if state == "left":
        return Employment.separated_on < today
    if state == "employed":
        return and_(
            Employment.hired_on <= today,
            or_(Employment.separated_on.is_(None), Employment.separated_on >= today),
        )
    return true()


def employed_ids(scope: Scope, today: dt.date) -> Select[int]:
    """Ids of the employments of today, with people on notice and without those to come."""
    return select(Employment.id).where(
        Employment.id.in_(queries.employment_ids(scope)), _has_state("employed", today)
    )


def without_opening(scope: Scope, begins: PayPeriod) -> Select[int]:
    """Ids of employments that go on into the first month paid here, with nothing known of their year.

    Labour service is taxed by payment and needs none.
    """
    stated = select(TaxOpening.employment_id).where(TaxOpening.year == begins.year)
    is_mid_year = begins.first_on > dt.date(begins.year, 1, 1)
    return select(Employment.id).where(
        queries.in_scope(scope),
        literal(is_mid_year),
        Employment.hired_on < begins.first_on,
        or_(Employment.separated_on.is_(None), Employment.separated_on >= begins.first_on),
        Employment.id.not_in(stated),
        Employment.id.not_in(
            select(PayProfile.employment_id).where(PayProfile.tax_method == "labor_service")
        ),
    )


def head_counts(scope: Scope, today: dt.date) -> Select[int, int]:
    """How many people each company employs today: company_id, people."""
    return (
        select(Employment.company_id, func.count().label("people"))
        .where(
            Employment.id.in_(queries.employment_ids(scope)),
            _has_state("employed", today),
        )
        .group_by(Employment.company_id)
    )


def team_sizes(scope: Scope, today: dt.date) -> Select[int, int]:
    """How many people employed today are in each team: team_id, people."""
    return (
        select(TeamMembership.team_id, func.count().label("people"))
        .join(Employment, Employment.id == TeamMembership.employment_id)
        .where(
            Employment.id.in_(queries.employment_ids(scope)),
            _has_state("employed", today),
            TeamMembership.valid_from <= today,
            or_(TeamMembership.valid_to.is_(None), TeamMembership.valid_to > today),
        )
        .group_by(TeamMembership.team_id)
    )


def view(
    session: Session, scope: Scope, employment_id: int, today: dt.date, *, with_pay: bool
) -> PersonView:
    """Return what is known of one employment.

    Raises:
        NotFoundError: the scope does not reach it.
    """
    person = session.execute(_one(scope, employment_id, today)).one_or_none()
    if person is None:
        raise NotFoundError("web.not_found")
    own = Scope.company(person.company_id)
    team = companies.teams(own).order_by(None).subquery()
    memberships = (
        select(
            team.c.code.label("team_code"),
            team.c.name.label("team_name"),
            TeamMembership.valid_from,
            TeamMembership.valid_to,
        )
        .join(team, team.c.id == TeamMembership.team_id)
        .where(TeamMembership.employment_id == employment_id)
        .order_by(TeamMembership.valid_from.desc())
    )
    others = (
        select(
            Employment.id.label("employment_id"),
            Employment.employee_no,
            Employment.employment_type,
            Employment.hired_on,
            Employment.separated_on,
            Employment.separation_reason,
        )
        .where(
            Employment.person_id == person.person_id,
            Employment.id != employment_id,
            Employment.id.in_(queries.employment_ids(scope, today, today)),
        )
        .order_by(Employment.hired_on.desc())
    )
    profiles = queries.all_pay_profiles(own, employment_id)
    return PersonView(
        person,
        list(session.execute(memberships)),
        list(session.execute(others)),
        list(session.scalars(profiles))[::-1] if with_pay else [],
    )


def _one(scope: Scope, employment_id: int, today: dt.date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.company_id,
            Employment.person_id,
            Employment.employee_no,
            Employment.position,
            Employment.employment_type,
            Employment.hours_system,
            Employment.rest_weekdays,
            Employment.hired_on,
            Employment.separated_on,
            Employment.separation_reason,
            Employment.bank_name,
            Employment.bank_account,
            Employment.contract_kind,
            Employment.contract_until,
            Employment.occupation,
            Employment.dispatched_by,
            Employment.dispatched_by_code,
            Person.name,
            Person.sex,
            Person.born_on,
            Person.education,
            Person.township,
            Person.household_category,
            Person.id_number,
            Person.phone,
            Person.email,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(
            Employment.id == employment_id,
            Employment.id.in_(queries.employment_ids(scope, today, today)),
        )
    )
