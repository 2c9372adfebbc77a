"""A company's administrator agrees that its wages are published, and takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.factories.accounts import create_account
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.companies import queries
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]
PAGE = "/settings/publication"


@pytest.mark.feature("OFF-6")
def test_the_administrator_alone_agrees_and_it_is_on_record(
    world: World, client_as: ClientAs
) -> None:
    administrator = create_account(world.session, Role.COMPANY_ADMIN, world.company)
    finance = create_account(world.session, Role.FINANCE, world.company)
    world.session.commit()
    publishing = queries.wage_publishers(Scope.base())
    assert client_as(finance).get(PAGE).status_code == 403
    client = client_as(administrator)
    assert "不列出" in client.get(PAGE).text

    client.post_form(PAGE, {"agrees": "y"})
    world.session.rollback()
    assert world.session.scalars(publishing).all() == [world.company.id]
    client.post_form(PAGE, {})
    world.session.rollback()
    assert world.session.scalars(publishing).all() == []

    acts = select(AuditEntry).where(AuditEntry.action == "company.publish_wages")
    told = world.session.scalars(acts.order_by(AuditEntry.id)).all()
    assert len(told) == 2
