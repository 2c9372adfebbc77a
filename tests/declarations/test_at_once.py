"""Two declarations of one person that are sent at the same moment."""

from __future__ import annotations

from flask import Flask

from tests.declarations.test_declarations import declare, own, wish_of
from tests.engines import both_engines
from tests.payroll.world import World, actor
from tests.together import Other
from workforce.accounts.models import Account
from workforce.core.errors import StateError
from workforce.declarations import service
from workforce.declarations.models import Declaration
from workforce.people.models import Employment
from workforce.platform import locks
from workforce.platform.db import unit_of_work


@both_engines
def test_the_same_child_declared_twice_at_once_is_declared_once(
    app: Flask, world: World, worker: Employment, account: Account
) -> None:
    scope, company, who = own(worker), world.company.id, actor(account)
    first = declare(world, worker, account)
    wish = wish_of(worker)
    values = {
        column.name: getattr(world.session.get_one(Declaration, first), column.name)
        for column in Declaration.__table__.columns
        if column.name != "id"
    }
    service.withdraw(scope, first, who)
    world.session.commit()

    other = Other(app, lambda: service.declare(scope, wish, None, who, world.book))
    with unit_of_work() as session:
        locks.hold_declarations(session, company)
        session.add(Declaration(**values))
        session.flush()
        assert other.has_to_wait()
    other.join()

    assert isinstance(other.error, StateError)
    assert other.error.code == "declaration.twice"
