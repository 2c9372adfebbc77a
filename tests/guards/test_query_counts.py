"""How many statements each page takes: no more than its stated ceiling, and no more with more rows.

The ceilings stand in ``query_counts.toml``, one line a page: the most that any role's reading takes.
A new page needs a line, which the failing test names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Final

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
    app: Flask, world: World, client: FormClient, before: dict[str, list[str]] | None = None
) -> dict[str, list[str]]:
    """Return the statements of each page that this visitor may open, once read to fill what is kept.

    What took no more than before the rows grew needs no second reading.
    """
    role = Role(world.visitor.role)
    found = {}
    for rule in pages(app, "GET"):
        permission = permission_of(app, rule.endpoint)
        if permission is not None and permission not in PERMISSIONS_BY_ROLE[role]:
            continue
        if role is Role.FINANCE and permission in PERMISSIONS_BY_ROLE[Role.COMPANY_ADMIN]:
            continue  # its reach is the same: measured once
        if before is not None and rule.endpoint not in before:
            continue
        is_own = permission is not None and permission.name.endswith("_OWN")
        path = address(rule, world, Whose.OWN if is_own else Whose.TEAM)
        with counted(app) as statements:
            answer = client.get(path)
        if before is None or len(statements) > len(before[rule.endpoint]):
            with counted(app) as statements:
                answer = client.get(path)
        if answer.status_code < 400:
            found[rule.endpoint] = statements
    return found


def test_pages_keep_to_their_numbers_of_statements(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    """All roles at once: a ceiling is held against the role whose reading takes the most."""
    most: dict[str, int] = {}
    growing = {}
    for role in Role:
        session.rollback()
        world = create_world(session, role)
        client = client_as(world.visitor)
        before = measured(app, world, client)
        world.grow(MORE)
        after = measured(app, world, client, before)
        for endpoint, statements in after.items():
            most[endpoint] = max(most.get(endpoint, 0), len(statements))
            if len(statements) > len(before[endpoint]):
                change = f"{len(before[endpoint])} became {len(statements)}"
                growing[f"{endpoint} for {role}"] = f"{change}: {_repeated(statements)}"
    assert not growing, f"statements that grow with the rows: {growing}"
    missing = [f'"{one}" = {most[one]}' for one in sorted(set(most) - set(CEILINGS))]
    assert not missing, "add to tests/guards/query_counts.toml:\n" + "\n".join(missing)
    gone = sorted(set(CEILINGS) - set(app.view_functions))
    assert not gone, f"pages that do not exist: {gone}"
    wrong = {
        endpoint: (count, CEILINGS[endpoint])
        for endpoint, count in most.items()
        if not count <= CEILINGS[endpoint] <= count + SLACK
    }
    assert not wrong, f"(statements, ceiling too low or far above): {wrong}"


def _repeated(statements: list[str]) -> list[str]:
    return sorted({one for one in statements if statements.count(one) > 1})
