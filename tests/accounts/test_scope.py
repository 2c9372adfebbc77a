"""How far each role's queries reach."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_leadership,
    create_person,
    create_team,
)
from workforce.accounts.service import require, scope_of
from workforce.accounts.session import SignedIn
from workforce.core.errors import ForbiddenError
from workforce.core.permissions import Permission, Role
from workforce.platform import clock
from workforce.platform.scope import Scope


def test_each_role_has_its_reach(session: Session) -> None:
    company, person = create_company(session), create_person(session)
    reach = {
        role: scope_of(create_account(session, role, company, person), frozenset({7}))
        for role in Role
    }
    assert reach == {
        Role.ANNOTATOR: Scope.own(person.id),
        Role.SUPERVISOR: Scope.teams(company.id, frozenset({7})),
        Role.FINANCE: Scope.company(company.id),
        Role.COMPANY_ADMIN: Scope.company(company.id),
        Role.BASE_ADMIN: Scope.base(),
        Role.OFFICIAL: Scope.base(),
    }


def test_a_supervisor_reaches_the_teams_led_today(app: Flask, session: Session) -> None:
    company = create_company(session)
    account = create_account(session, Role.SUPERVISOR, company)
    handed_over, led = create_team(session, company), create_team(session, company)
    november = dt.date(2026, 11, 1)
    create_leadership(session, handed_over, account.id, valid_to=november)
    create_leadership(session, led, account.id, valid_from=november)
    another = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, create_team(session, company), another.id)
    assert app.testing
    for day, teams in (
        (dt.date(2026, 10, 31), {handed_over.id}),
        (november, {led.id}),
    ):
        noon = dt.datetime.combine(day, dt.time(12), clock.BASE_ZONE)
        with clock.fixed(noon):
            assert SignedIn(account).scope() == Scope.teams(company.id, frozenset(teams))


def test_a_supervisor_without_a_team_sees_nobody(session: Session) -> None:
    company = create_company(session)
    account = create_account(session, Role.SUPERVISOR, company)
    assert SignedIn(account).scope() == Scope.teams(company.id, frozenset())


def test_an_account_without_its_company_has_no_scope(session: Session) -> None:
    account = create_account(session, Role.BASE_ADMIN)
    account.role = Role.FINANCE
    with pytest.raises(ValueError, match="lacks"):
        scope_of(account)


def test_a_named_account_needs_the_permission(session: Session) -> None:
    account = create_account(session, Role.OFFICIAL)
    require(account, Permission.STATISTICS_READ_PROTECTED)
    with pytest.raises(ForbiddenError):
        require(account, Permission.PAYROLL_RUN_APPROVE)
