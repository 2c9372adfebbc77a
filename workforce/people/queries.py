"""Reading persons and employments: set-based Selects that other slices join.

A team scope reaches an employment over a range of dates if it belongs to one of the teams on any day
of that range; without dates, if it ever did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.people.models import (
    Employment,
    PayProfile,
    Person,
    PersonKeyGroup,
    TaxOpening,
    TeamMembership,
)
from workforce.platform.scope import Scope, ScopeKind


def in_scope(
    scope: Scope, first_on: dt.date | None = None, last_on: dt.date | None = None
) -> ColumnElement[bool]:
    """Limit employments to those in reach; the dates only sharpen a team scope."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.SELF:
        return Employment.person_id == scope.person_id
    if scope.kind is ScopeKind.EMPLOYEE:
        return (Employment.person_id == scope.person_id) & (
            Employment.company_id == scope.company_id
        )
    if scope.kind is ScopeKind.COMPANY:
        return Employment.company_id == scope.company_id
    membership = aliased(TeamMembership)
    members = select(membership.employment_id).where(membership.team_id.in_(scope.team_ids))
    if last_on is not None:
        members = members.where(membership.valid_from <= last_on)
    if first_on is not None:
        members = members.where(or_(membership.valid_to.is_(None), membership.valid_to > first_on))
    return and_(Employment.company_id == scope.company_id, Employment.id.in_(members))


def _active(first_on: dt.date, last_on: dt.date) -> ColumnElement[bool]:
    """Employed on at least one day of the range; both ends of an employment are employed days."""
    return and_(
        Employment.hired_on <= last_on,
        or_(Employment.separated_on.is_(None), Employment.separated_on >= first_on),
    )


def employment_ids(
    scope: Scope, first_on: dt.date | None = None, last_on: dt.date | None = None
) -> Select[int]:
    """Ids of all employments in scope, whether active or not: the filter of the slices above.

    The dates only sharpen a team scope.
    """
    return select(Employment.id).where(in_scope(scope, first_on, last_on))


def is_reached_on(
    scope: Scope,
    employment_id: ColumnElement[int] | InstrumentedAttribute[int],
    first_on: ColumnElement[dt.date] | InstrumentedAttribute[dt.date],
    last_on: ColumnElement[dt.date] | InstrumentedAttribute[dt.date],
) -> ColumnElement[bool]:
    """Tell of rows about days of an employment (both ends included) whether the scope reaches them.

    A team scope does so where the person was in the team on one of these days.
    """
    if scope.kind is not ScopeKind.TEAM:
        return employment_id.in_(employment_ids(scope))
    membership = aliased(TeamMembership)
    in_team = exists().where(
        membership.employment_id == employment_id,
        membership.team_id.in_(scope.team_ids),
        membership.valid_from <= last_on,
        or_(membership.valid_to.is_(None), membership.valid_to > first_on),
    )
    return and_(in_team, employment_id.in_(employment_ids(scope)))


def employment_ids_by_hours(scope: Scope, hours_system: str) -> Select[int]:
    """Ids of the employments in scope that have an hours system."""
    return employment_ids(scope).where(Employment.hours_system == hours_system)


def companies_of_employments(scope: Scope) -> Select[int, int]:
    """Pairs employment_id, company_id of all employments in scope, for joins above."""
    return select(Employment.id.label("employment_id"), Employment.company_id).where(
        in_scope(scope)
    )


def person_ids(scope: Scope) -> Select[int]:
    """Ids of the persons with an employment in scope: the filter of slices above that know persons."""
    return select(Employment.person_id).where(in_scope(scope))


def persons_of_company(company_id: int) -> Select[int, int]:
    """Pairs employment_id, person_id of everybody who ever worked for a company, in all companies.

    For one purpose: a person cannot be in two places at once. Nothing else of another company's
    employment is shown.
    """
    persons = select(Employment.person_id).where(Employment.company_id == company_id)
    return select(Employment.id, Employment.person_id).where(Employment.person_id.in_(persons))


def employment_ids_of_persons_in(company_id: int) -> Select[int]:
    """The employment ids of ``persons_of_company``."""
    return persons_of_company(company_id).with_only_columns(Employment.id)


def persons_of(employment_ids: Collection[int]) -> Select[int, int]:
    """The same as ``persons_of_company`` of the persons behind a few employments."""
    persons = select(Employment.person_id).where(Employment.id.in_(sorted(employment_ids)))
    return select(Employment.id, Employment.person_id).where(Employment.person_id.in_(persons))


def employee_no(employment_id: int) -> Select[str]:
    """The employee number of one employment, for a message to its own company."""
    return select(Employment.employee_no).where(Employment.id == employment_id)


def person_of_employee(scope: Scope, employee_no: str) -> Select[int]:
    """The person behind an employee number of the company in scope: one row or none."""
    return select(Employment.person_id).where(
        in_scope(scope), Employment.employee_no == employee_no
    )


def employments(
    scope: Scope, period: PayPeriod, *, also: Select[int] | None = None
) -> Select[*tuple[Any, ...]]:
    """Employments active in a month, in order of company and employee number.

    ``also`` selects further employment ids to include though not active: a person who left in
    September can have output that is accepted, and so paid, in October.

    Columns: employment_id, company_id, company_code, company_name, region, person_id,
    employee_no, name, sex, born_on, education, township, household_category, position,
    employment_type, hours_system, rest_weekdays, hired_on, separated_on, separation_reason,
    bank_name. No encrypted column: decrypting costs more than the rest of a pay run's reading.
    """
    company = companies.company_facts(Scope.base()).subquery()
    wanted = _active(period.first_on, period.last_on)
    if also is not None:
        wanted = or_(wanted, Employment.id.in_(also))
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.company_id,
            company.c.company_code,
            company.c.company_name,
            company.c.region,
            Employment.person_id,
            Employment.employee_no,
            Person.name,
            Person.sex,
            Person.born_on,
            Person.education,
            Person.township,
            Person.household_category,
            Employment.position,
            Employment.employment_type,
            Employment.hours_system,
            Employment.rest_weekdays,
            Employment.hired_on,
            Employment.separated_on,
            Employment.separation_reason,
            Employment.bank_name,
        )
        .join(Person, Person.id == Employment.person_id)
        .join(company, company.c.company_id == Employment.company_id)
        .where(in_scope(scope, period.first_on, period.last_on), wanted)
        .order_by(company.c.company_code, Employment.employee_no)
    )


def all_employments(scope: Scope) -> Select[*tuple[Any, ...]]:
    """All employments ever, with the dates from which joiners and leavers are counted.

    Columns: employment_id, company_id, person_id, employee_no, employment_type, hired_on,
    separated_on, separation_reason.
    """
    return select(
        Employment.id.label("employment_id"),
        Employment.company_id,
        Employment.person_id,
        Employment.employee_no,
        Employment.employment_type,
        Employment.hired_on,
        Employment.separated_on,
        Employment.separation_reason,
    ).where(in_scope(scope))


def directory(scope: Scope) -> Select[int, str, str, dt.date, dt.date | None]:
    """Who is who: employment_id, employee_no, name, hired_on, separated_on of all employments."""
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.employee_no,
            Person.name,
            Employment.hired_on,
            Employment.separated_on,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope))
        .order_by(Employment.employee_no)
    )


def work_patterns(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Who is to work on which days of the week, of all employments, in order of employee number.

    Columns: employment_id, company_id, person_id, employee_no, name, employment_type, hours_system,
    rest_weekdays, hired_on, separated_on.
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.company_id,
            Employment.person_id,
            Employment.employee_no,
            Person.name,
            Employment.employment_type,
            Employment.hours_system,
            Employment.rest_weekdays,
            Employment.hired_on,
            Employment.separated_on,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope))
        .order_by(Employment.company_id, Employment.employee_no)
    )


def identities(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What identifies people, decrypted on reading: for bank files, tax files and payslips only.

    Columns: employment_id, id_number, bank_name, bank_account, phone, email.
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Person.id_number,
            Employment.bank_name,
            Employment.bank_account,
            Person.phone,
            Person.email,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope))
    )


def payees(scope: Scope) -> Select[*tuple[Any, ...]]:
    """To whom and where pay goes, of all employments; an account that is only copied stays encrypted.

    Columns: employment_id, employee_no, name, bank_name, bank_account (NULL: unknown).
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.employee_no,
            Person.name,
            Employment.bank_name,
            Employment.bank_account,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope))
    )


def register(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Everything undated that is known of employments, decrypted, in order of employee number.

    Columns: employment_id, person_id, employee_no, name, id_number, education, township,
    household_category, phone, email, employment_type, hired_on, separated_on, separation_reason, position,
    hours_system, rest_weekdays, bank_name, bank_account, contract_kind, contract_until, occupation,
    dispatched_by, dispatched_by_code.
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.person_id,
            Employment.employee_no,
            Person.name,
            Person.id_number,
            Person.education,
            Person.township,
            Person.household_category,
            Person.phone,
            Person.email,
            Employment.employment_type,
            Employment.hired_on,
            Employment.separated_on,
            Employment.separation_reason,
            Employment.position,
            Employment.hours_system,
            Employment.rest_weekdays,
            Employment.bank_name,
            Employment.bank_account,
            Employment.contract_kind,
            Employment.contract_until,
            Employment.occupation,
            Employment.dispatched_by,
            Employment.dispatched_by_code,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope))
        .order_by(Employment.employee_no)
    )


def all_memberships(scope: Scope) -> Select[int, str, dt.date, dt.date | None]:
    """Memberships ever: employment_id, team_code, valid_from, valid_to (exclusive), oldest first."""
    team = companies.teams(Scope.base()).order_by(None).subquery()
    return (
        select(
            TeamMembership.employment_id,
            team.c.code.label("team_code"),
            TeamMembership.valid_from,
            TeamMembership.valid_to,
        )
        .join(Employment, Employment.id == TeamMembership.employment_id)
        .join(team, team.c.id == TeamMembership.team_id)
        .where(in_scope(scope))
        .order_by(TeamMembership.employment_id, TeamMembership.valid_from)
    )


def all_pay_profiles(scope: Scope, employment_id: int | None = None) -> Select[PayProfile]:
    """Pay profiles ever, of everybody or of one, employment by employment, oldest first."""
    chosen = (
        select(PayProfile)
        .join(Employment, Employment.id == PayProfile.employment_id)
        .where(in_scope(scope))
    )
    if employment_id is not None:
        chosen = chosen.where(PayProfile.employment_id == employment_id)
    return chosen.order_by(PayProfile.employment_id, PayProfile.valid_from)


def employments_without_bank_account(scope: Scope) -> Select[int]:
    """Ids of employments to which no bank transfer can be made."""
    return select(Employment.id).where(in_scope(scope), Employment.bank_account.is_(None))


def team_members(
    scope: Scope, first_on: dt.date, last_on: dt.date
) -> Select[int, int, str, str, dt.date, dt.date | None]:
    """Memberships that overlap a range of days (both ends included).

    Columns: employment_id, team_id, team_code, team_name, valid_from, valid_to (exclusive).
    """
    team = companies.teams(Scope.base()).order_by(None).subquery()
    chosen = (
        select(
            TeamMembership.employment_id,
            TeamMembership.team_id,
            team.c.code.label("team_code"),
            team.c.name.label("team_name"),
            TeamMembership.valid_from,
            TeamMembership.valid_to,
        )
        .join(Employment, Employment.id == TeamMembership.employment_id)
        .join(team, team.c.id == TeamMembership.team_id)
        .where(
            in_scope(scope, first_on, last_on),
            TeamMembership.valid_from <= last_on,
            or_(TeamMembership.valid_to.is_(None), TeamMembership.valid_to > first_on),
        )
    )
    if scope.kind is ScopeKind.TEAM:
        chosen = chosen.where(TeamMembership.team_id.in_(scope.team_ids))
    return chosen.order_by(TeamMembership.employment_id, TeamMembership.valid_from)


def latest_teams(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, int, str, str]:
    """The last team of each employment in a range of days: one row or none for each.

    Columns: employment_id, team_id, team_code, team_name.
    """
    member = team_members(scope, first_on, last_on).order_by(None).subquery()
    last = (
        select(member.c.employment_id, func.max(member.c.valid_from).label("valid_from"))
        .group_by(member.c.employment_id)
        .subquery()
    )
    return select(
        member.c.employment_id, member.c.team_id, member.c.team_code, member.c.team_name
    ).join(
        last,
        and_(
            last.c.employment_id == member.c.employment_id,
            last.c.valid_from == member.c.valid_from,
        ),
    )


def pay_profiles(scope: Scope, period: PayPeriod) -> Select[PayProfile]:
    """Pay profiles that hold in a month, at most one for each employment.

    A profile begins with a month, or with the employment in the middle of one.
    """
    return (
        select(PayProfile)
        .join(Employment, Employment.id == PayProfile.employment_id)
        .where(
            in_scope(scope, period.first_on, period.last_on),
            PayProfile.valid_from <= period.last_on,
            or_(PayProfile.valid_to.is_(None), PayProfile.valid_to > period.first_on),
        )
    )


def half_month_employments(scope: Scope, period: PayPeriod) -> Select[int]:
    """Ids of the employments that are paid by the halves of a month, ``period`` or the one around it."""
    month = period.whole
    return (
        select(PayProfile.employment_id)
        .join(Employment, Employment.id == PayProfile.employment_id)
        .where(
            in_scope(scope),
            PayProfile.pay_cycle == "half_month",
            PayProfile.valid_from <= month.last_on,
            or_(PayProfile.valid_to.is_(None), PayProfile.valid_to > month.first_on),
        )
    )


def of_cycle(
    scope: Scope, period: PayPeriod, employment_id: ColumnElement[int]
) -> ColumnElement[bool]:
    """Tell whether an employment in scope is paid by periods of the length of this one."""
    halves = half_month_employments(scope, period)
    return employment_id.in_(halves) if period.half else employment_id.not_in(halves)


def paid_by(scope: Scope, period: PayPeriod) -> Select[int]:
    """Ids of the employments that a period may pay: hired by its end, and of its cycle."""
    return select(Employment.id).where(
        in_scope(scope),
        Employment.hired_on <= period.last_on,
        of_cycle(scope, period, Employment.id),  # type: ignore[arg-type]  # a column of the mapping
    )


def assigned_to(period: PayPeriod) -> tuple[str, ...]:
    """Return the texts of the periods whose work a period pays, to the people of its own cycle.

    A cycle may change after work was assigned: a month pays what was given to its halves, and its
    second half what was given to the month.
    """
    first, second = period.halves
    if not period.half:
        return str(period), str(first), str(second)
    return (str(second), str(period.whole)) if period == second else (str(first),)


def tax_openings(scope: Scope, year: int) -> Select[TaxOpening]:
    """What was paid and withheld in a year before this system kept the books."""
    return (
        select(TaxOpening)
        .join(Employment, Employment.id == TaxOpening.employment_id)
        .where(in_scope(scope), TaxOpening.year == year)
    )


def all_tax_openings(scope: Scope) -> Select[TaxOpening]:
    """The same of every year, person by person."""
    return (
        select(TaxOpening)
        .join(Employment, Employment.id == TaxOpening.employment_id)
        .where(in_scope(scope))
        .order_by(TaxOpening.employment_id, TaxOpening.year)
    )


def key_groups(scope: Scope) -> Select[int, str]:
    """Pairs person_id, key_group of persons with an employment in scope."""
    return select(PersonKeyGroup.person_id, PersonKeyGroup.key_group).where(
        PersonKeyGroup.person_id.in_(person_ids(scope))
    )
