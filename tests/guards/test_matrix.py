"""Every route × role × object of the own person, own team, other team, other company, and none.

What is expected follows from the permission that the route declares and from the place of the object:
403 without the permission, 404 out of reach, an answer otherwise; and what is refused changes nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.web import FormClient
from tests.guards.objects import FORMS, LEVELS, REASON, STATED, Whose, is_reached
from tests.guards.world import (
    World,
    address,
    create_world,
    digest,
    owned_arguments,
    pages,
    rest,
)
from workforce.accounts.models import Account
from workforce.accounts.session import SignedIn
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Permission, Role
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.platform.web import PUBLIC_ENDPOINTS, permission_of

ClientAs = Callable[[Account], FormClient]

SHOWN = {200, 302, 303}
"""What whoever may see a thing meets."""
ANSWERS = SHOWN | {403, 409, 422}
"""What whoever may do a thing meets: done, or a fault of the form or of the thing's state.

403: an act may be refused to one person, by a pair of duties that one person never does both of.
"""


def _scope(app: Flask, world: World, permission: Permission) -> Scope | None:
    """Return how far the visitor reaches with a permission; None: nowhere."""
    visitor = world.visitor
    if permission.name.endswith("_OWN"):
        return None if visitor.person_id is None else Scope.own(visitor.person_id)
    with app.test_request_context():
        return SignedIn(visitor).scope()


def _reached(scope: Scope, rule: Rule, whose: Whose) -> bool:
    return all(is_reached(scope, LEVELS[name], whose) for name in owned_arguments(rule))


def _places(rule: Rule) -> list[Whose]:
    return list(Whose) if owned_arguments(rule) else [Whose.OWN]


def _send(client: FormClient, method: str, rule: Rule, path: str) -> int:
    if method == "GET":
        return client.get(path).status_code
    return client.post_form(path, REASON | FORMS.get(rule.endpoint, {})).status_code


@pytest.mark.feature("ALL-1")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", Role)
def test_what_is_refused_is_refused_alike_and_changes_nothing(
    app: Flask, session: Session, client_as: ClientAs, role: Role, method: str
) -> None:
    world = create_world(session, role)
    client = client_as(world.visitor)
    before = digest(session)
    wrong = []
    for rule in pages(app, method):
        permission = permission_of(app, rule.endpoint)
        if permission is None:
            continue
        scope = _scope(app, world, permission)
        for whose in _places(rule):
            if permission not in PERMISSIONS_BY_ROLE[role] or scope is None:
                expected = 403
            elif not _reached(scope, rule, whose):
                expected = 404
            else:
                continue
            answer = _send(client, method, rule, address(rule, world, whose))
            if answer != expected:
                wrong.append(f"{rule.endpoint}, {whose}: {answer} instead of {expected}")
    after = digest(session)
    assert not wrong, "\n".join(wrong)
    assert after == before, [name for name in after if after[name] != before[name]]


@pytest.mark.feature("ALL-1")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", Role)
def test_what_is_in_reach_answers(
    app: Flask,
    session: Session,
    client_as: ClientAs,
    role: Role,
    method: str,
) -> None:
    """Each act meets the same world again: what one has changed does not hide another's answer."""
    world = create_world(session, role)
    client = client_as(world.visitor)
    kept = _Kept(session)
    wrong = []
    for rule in pages(app, method):
        permission = permission_of(app, rule.endpoint)
        if permission is None or permission not in PERMISSIONS_BY_ROLE[role]:
            continue
        scope = _scope(app, world, permission)
        for whose in _places(rule):
            if scope is None or not _reached(scope, rule, whose):
                continue
            answer = _send(client, method, rule, address(rule, world, whose))
            if method == "POST":
                kept.restore()
            shown = {STATED[rule.endpoint]} if rule.endpoint in STATED else set()
            if answer not in (SHOWN | shown if method == "GET" else ANSWERS):
                wrong.append(f"{rule.endpoint}, {whose}: {answer}")
    assert not wrong, "\n".join(wrong)


class _Kept:
    """A database file that is put back as it was."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._path = Path(str(db.engine.url.database))
        rest(session)
        self._bytes = self._path.read_bytes()

    def restore(self) -> None:
        """Put the file back."""
        rest(self._session)
        self._path.write_bytes(self._bytes)


@pytest.mark.feature("ALL-1")
def test_every_route_has_a_permission_a_scope_and_known_arguments(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        assert permission_of(app, rule.endpoint) is not None, rule
        first = next(iter(inspect.signature(app.view_functions[rule.endpoint]).parameters))
        assert first in {"scope", "_scope"}, (
            f"{rule.endpoint}: the scope is a view's first argument"
        )
        owned_arguments(rule)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_digest_sees_one_changed_letter(session: Session) -> None:
    world = create_world(session, Role.FINANCE)
    before = digest(session)
    world.visitor.display_name = "另一个名字"
    session.commit()
    after = digest(session)
    assert [name for name in after if after[name] != before[name]] == ["account"]


def test_a_restored_world_is_the_same(session: Session) -> None:
    world = create_world(session, Role.FINANCE)
    before = digest(session)
    kept = _Kept(session)
    world.visitor.display_name = "另一个名字"
    session.commit()
    kept.restore()
    assert digest(session) == before
