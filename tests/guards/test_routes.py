"""Every route of the app: who may come in, and what a stranger gets; whose objects: test_matrix.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import create_account, create_company, create_person
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Role
from workforce.platform.web import PUBLIC_ENDPOINTS, SIGN_IN_ENDPOINT, permission_of

# One made-up value for each kind of placeholder in an address.
_VALUES = {"int": "1", "path": "x", "string": "x", "uuid": "00000000-0000-4000-8000-000000000000"}


def _address(rule: Rule) -> str:
    return re.sub(
        r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: _VALUES[found[1] or "string"], rule.rule
    )


def _requests(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            if method in {"GET", "POST"}:
                yield rule, method


def _send(client: FormClient, rule: Rule, method: str) -> int:
    address = _address(rule)
    answer = client.get(address) if method == "GET" else client.post_form(address)
    return answer.status_code


@pytest.mark.feature("ALL-1")
def test_every_route_declares_a_permission_or_is_listed_as_public(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        is_public = rule.endpoint in PUBLIC_ENDPOINTS
        assert is_public == (permission_of(app, rule.endpoint) is None), rule


def test_what_is_listed_as_public_exists(app: Flask) -> None:
    assert set(app.view_functions) >= PUBLIC_ENDPOINTS


def test_a_stranger_is_sent_to_the_sign_in_page_from_every_route(
    app: Flask, client: FormClient
) -> None:
    for rule, method in _requests(app):
        if rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        address = _address(rule)
        answer = client.get(address) if method == "GET" else client.post_form(address)
        assert answer.status_code == 302, rule
        with app.test_request_context():
            assert (answer.location or "").startswith(app.url_for(SIGN_IN_ENDPOINT)), rule


@pytest.mark.parametrize("role", Role)
def test_no_page_fails_for_whoever_may_open_it(
    app: Flask, session: Session, client_as: Callable[[Account], FormClient], role: Role
) -> None:
    """On an empty database: a page shows its empty state, an unknown object is not found or refused."""
    account = create_account(session, role, create_company(session), create_person(session))
    session.commit()
    client = client_as(account)
    for rule, method in _requests(app):
        if method == "GET" and permission_of(app, rule.endpoint) in PERMISSIONS_BY_ROLE[role]:
            assert _send(client, rule, method) in {200, 302, 404, 422}, (role, rule)


def test_a_number_that_no_key_can_have_is_not_found(
    app: Flask, session: Session, client_as: Callable[[Account], FormClient]
) -> None:
    """The address itself is refused, before anybody's rights are asked."""
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    client = client_as(account)
    for rule, method in _requests(app):
        if "<int:" not in rule.rule:
            continue
        address = _address(rule).replace("/1", f"/{2**63}")
        answer = client.get(address) if method == "GET" else client.post_form(address)
        assert answer.status_code == 404, rule


def test_a_form_without_its_token_changes_nothing(
    app: Flask, session: Session, client_as: Callable[[Account], FormClient]
) -> None:
    """It is refused before the role is looked at: 400 also where the role may do nothing."""
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    client = client_as(account)
    for rule, method in _requests(app):
        if method == "POST":
            assert client.post(_address(rule)).status_code == 400, rule
