"""Who acts on the command line, and in which company. Loads the database: import it when needed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of, require, scope_of
from workforce.companies.queries import team_ids_led
from workforce.core.permissions import Permission
from workforce.platform import audit, clock
from workforce.platform.audit import Actor
from workforce.platform.scope import Scope


def acting(session: Session, by: str | None, *permissions: Permission) -> tuple[Actor, Scope]:
    """Return the account named and its scope today; nobody named is the operator, who may do all.

    Raises:
        InputError: there is no such account.
        ForbiddenError: it lacks one of the permissions.

    """
    if by is None:
        return audit.CLI, Scope.base()
    account = account_named(session, by)
    for permission in permissions:
        require(account, permission)
    led = frozenset(session.scalars(team_ids_led(account.id, clock.today())))
    return actor_of(account), scope_of(account, led)
