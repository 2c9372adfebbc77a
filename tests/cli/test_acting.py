"""Who acts on the command line reaches as far as on the pages, and no further."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import create_account, create_company, create_leadership, create_team
from workforce.cli.acting import acting
from workforce.core.errors import ForbiddenError, InputError
from workforce.core.permissions import Permission, Role
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope


def test_a_supervisor_reaches_the_teams_led(session: Session) -> None:
    company = create_company(session)
    own, _other = create_team(session, company), create_team(session, company)
    leader = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, own, leader.id)
    actor, scope = acting(session, leader.login_name, Permission.ATTENDANCE_IMPORT)
    assert actor.account_id == leader.id
    assert scope == Scope.teams(company.id, frozenset({own.id}))
    with pytest.raises(ForbiddenError):
        acting(session, leader.login_name, Permission.PAYROLL_RUN_READ)


def test_nobody_named_is_the_operator(session: Session) -> None:
    assert acting(session, None, Permission.PAYROLL_RUN_READ) == (CLI, Scope.base())
    with pytest.raises(InputError):
        acting(session, "nobody")
