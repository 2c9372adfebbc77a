"""Every page opens on PostgreSQL: each once, as the first role that may open it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.web import FormClient
from tests.guards.objects import STATED, Whose
from tests.guards.test_matrix import SHOWN
from tests.guards.world import COMPANY_ROLES, address, create_world, pages
from workforce.accounts.models import Account
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Role
from workforce.platform.web import permission_of


def _read_only(app: Flask, _template: object, context: dict[str, Any]) -> str:
    """Read what a page would show beside its view's own, and draw nothing."""
    app.update_template_context(context)
    return ""


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_every_page_opens_on_postgresql(
    app: Flask,
    session: Session,
    client_as: Callable[[Account], FormClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What SQLite takes and PostgreSQL does not (a column beside a group, a text as a number) fails.

    Other guards look at what pages say; here they are not drawn, and one account takes each role in
    turn: else this would take three times as long.
    """
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", lambda _name: None)
    monkeypatch.setattr("flask.templating._render", _read_only)
    world = create_world(session, Role.SUPERVISOR)
    visitor, company_id = world.visitor, world.visitor.company_id
    client = client_as(visitor)
    waiting = {rule.endpoint: rule for rule in pages(app, "GET")}
    wrong = []
    for role in (Role.COMPANY_ADMIN, Role.BASE_ADMIN, *Role):
        visitor.role, visitor.company_id = role, company_id if role in COMPANY_ROLES else None
        session.commit()
        for endpoint, rule in list(waiting.items()):
            permission = permission_of(app, endpoint)
            if permission is not None and permission not in PERMISSIONS_BY_ROLE[role]:
                continue
            is_own = permission is not None and permission.name.endswith("_OWN")
            answer = client.get(address(rule, world, Whose.OWN if is_own else Whose.TEAM))
            if answer.status_code == HTTPStatus.NOT_FOUND and permission is not None:
                continue  # another role reaches it
            del waiting[endpoint]
            if permission is not None and answer.status_code not in {*SHOWN, STATED.get(endpoint)}:
                wrong.append(f"{endpoint} for {role}: {answer.status}")
    assert not waiting
    assert not wrong, "\n".join(wrong)
