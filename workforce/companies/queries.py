"""Reading companies, their teams and pay policies: set-based Selects that other slices join."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, false, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from workforce.accounts import queries as accounts
from workforce.companies.models import Company, CompanyPayPolicy, Team, TeamLeadership
from workforce.core.period import PayPeriod
from workforce.platform.scope import Scope, ScopeKind


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit to companies that the scope reaches; a person's own scope reaches no company row."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.SELF:
        return false()
    return Company.id == scope.company_id


def companies(scope: Scope) -> Select[Company]:
    """Companies in order of their code."""
    return select(Company).where(_in_scope(scope)).order_by(Company.code)


def company_by_code(scope: Scope, code: str) -> Select[Company]:
    """The company with this code: one row or none."""
    return select(Company).where(_in_scope(scope), Company.code == code)


def company_facts(scope: Scope) -> Select[int, str, str, str, bool, dt.date]:
    """Company columns for joining.

    Columns: company_id, company_code, company_name, region, is_inside, founded_on.
    """
    return select(
        Company.id.label("company_id"),
        Company.code.label("company_code"),
        Company.name.label("company_name"),
        Company.region,
        Company.is_inside,
        Company.founded_on,
    ).where(_in_scope(scope))


def wage_publishers(scope: Scope) -> Select[int]:
    """The ids of companies that agree that their own wages are published."""
    return select(Company.id).where(_in_scope(scope), Company.publishes_wages).order_by(Company.id)


def reporters(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Companies as reporters to the bureau, in order of their code.

    Columns: company_id, company_code, company_name, credit_code, region, reports_by, returns_from,
    returns_mail.
    """
    return (
        select(
            Company.id.label("company_id"),
            Company.code.label("company_code"),
            Company.name.label("company_name"),
            Company.credit_code,
            Company.region,
            Company.reports_by,
            Company.returns_from,
            Company.returns_mail,
        )
        .where(_in_scope(scope))
        .order_by(Company.code)
    )


def contact_name(company_id: int) -> Select[str | None]:
    """Whom a company's people may turn to, as the company has named somebody; one row."""
    return select(Company.contact_name).where(Company.id == company_id)


def teams(scope: Scope) -> Select[Team]:
    """Teams in order of company and code; a team scope sees its own teams only."""
    chosen = select(Team).join(Company, Company.id == Team.company_id).where(_in_scope(scope))
    if scope.kind is ScopeKind.TEAM:
        chosen = chosen.where(Team.id.in_(scope.team_ids))
    return chosen.order_by(Team.company_id, Team.code)


def team_ids_led(account_id: int, on: dt.date) -> Select[int]:
    """Ids of the teams that an account leads on a day: what its team scope is made of."""
    return select(TeamLeadership.team_id).where(
        TeamLeadership.account_id == account_id,
        TeamLeadership.valid_from <= on,
        or_(TeamLeadership.valid_to.is_(None), TeamLeadership.valid_to > on),
    )


def team_leaders(scope: Scope, on: dt.date) -> Select[int, str]:
    """Who leads each team on a day: team_id, leader (the account's display name)."""
    names = accounts.display_names().subquery()
    return (
        select(TeamLeadership.team_id, names.c.display_name.label("leader"))
        .join(names, names.c[0] == TeamLeadership.account_id)
        .where(
            TeamLeadership.team_id.in_(teams(scope).order_by(None).with_only_columns(Team.id)),
            TeamLeadership.valid_from <= on,
            or_(TeamLeadership.valid_to.is_(None), TeamLeadership.valid_to > on),
        )
    )


def pay_policy(scope: Scope, period: PayPeriod) -> Select[CompanyPayPolicy]:
    """Pay policies that hold in a month, at most one for each company.

    A policy begins with a month, or with the company in the middle of one.
    """
    return (
        select(CompanyPayPolicy)
        .join(Company, Company.id == CompanyPayPolicy.company_id)
        .where(
            _in_scope(scope),
            CompanyPayPolicy.valid_from <= period.last_on,
            or_(
                CompanyPayPolicy.valid_to.is_(None),
                CompanyPayPolicy.valid_to > period.first_on,
            ),
        )
    )


def all_pay_policies(scope: Scope) -> Select[CompanyPayPolicy]:
    """Pay policies ever, company by company, oldest first."""
    return (
        select(CompanyPayPolicy)
        .join(Company, Company.id == CompanyPayPolicy.company_id)
        .where(_in_scope(scope))
        .order_by(CompanyPayPolicy.company_id, CompanyPayPolicy.valid_from)
    )
