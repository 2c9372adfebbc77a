"""How many statements each page takes: no more than its stated ceiling, and no more with more rows.

The ceilings stand in ``query_counts.toml``, one line a page: the most that any role's reading takes.
A new page needs a line, which the failing test names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Final

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.web import FormClient
from tests.guards.objects import Whose
from tests.guards.tree import text
from tests.guards.world import World, address, create_world, pages
from tests.queries import counted
from workforce.accounts.models import Account
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Role
from workforce.platform.web import permission_of

ClientAs = Callable[[Account], FormClient]

CEILINGS: Final[dict[str, int]] = tomllib.loads(text("tests/guards/query_counts.toml"))
SLACK: Final = 3
"""A ceiling further above what is measured than this would let a page grow unseen."""
MORE: Final = 4


def measured(
    app: Flask, world: World, client: FormClient, endpoints: set[str] | None = None
) -> dict[str, list[str]]:
    """Return the statements of each page that this visitor may open (once read, to fill the caches)."""
    role = Role(world.visitor.role)
    found = {}
    for rule in pages(app, "GET"):
        permission = permission_of(app, rule.endpoint)
        if permission is not None and permission not in PERMISSIONS_BY_ROLE[role]:
            continue
        if role is Role.FINANCE and permission in PERMISSIONS_BY_ROLE[Role.COMPANY_ADMIN]:
            continue  # its reach is the same: measured once
        if endpoints is not None and rule.endpoint not in endpoints:
            continue
        is_own = permission is not None and permission.name.endswith("_OWN")
        path = address(rule, world, Whose.OWN if is_own else Whose.TEAM)
        client.get(path)
        with counted(app) as statements:
            answer = client.get(path)
        if answer.status_code < 400:
            found[rule.endpoint] = statements
    return found


@pytest.mark.parametrize("role", Role)
def test_a_page_keeps_to_its_number_of_statements(
    app: Flask, session: Session, client_as: ClientAs, role: Role
) -> None:
    world = create_world(session, role)
    client = client_as(world.visitor)
    before = measured(app, world, client)
    world.grow(MORE)
    after = measured(app, world, client, set(before))
    growing = {
        endpoint: f"{len(before[endpoint])} became {len(after[endpoint])}: {_repeated(after[endpoint])}"
        for endpoint in before
        if len(after[endpoint]) > len(before[endpoint])
    }
    assert not growing, f"statements that grow with the rows: {growing}"
    missing = [f'"{one}" = {len(after[one])}' for one in sorted(set(before) - set(CEILINGS))]
    assert not missing, "add to tests/guards/query_counts.toml:\n" + "\n".join(missing)
    over = {
        endpoint: (len(statements), CEILINGS[endpoint])
        for endpoint, statements in after.items()
        if len(statements) > CEILINGS[endpoint]
    }
    assert not over, f"(statements, ceiling): {over}"


def test_no_ceiling_is_far_above_what_is_measured(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    most: dict[str, int] = {}
    for role in Role:
        session.rollback()
        world = create_world(session, role)
        for endpoint, statements in measured(app, world, client_as(world.visitor)).items():
            most[endpoint] = max(most.get(endpoint, 0), len(statements))
    gone = sorted(set(CEILINGS) - set(app.view_functions))
    assert not gone, f"pages that do not exist: {gone}"
    loose = {
        endpoint: (count, CEILINGS[endpoint])
        for endpoint, count in most.items()
        if endpoint in CEILINGS and CEILINGS[endpoint] > count + SLACK
    }
    assert not loose, f"(statements, ceiling): {loose}"


def _repeated(statements: list[str]) -> list[str]:
    return sorted({one for one in statements if statements.count(one) > 1})
