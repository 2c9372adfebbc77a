"""The world in which the guards meet every route: two companies, three teams, a visitor of each role."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import factories
from tests.guards import (  # noqa: F401 - register their builders
    after_pay_objects,
    base_objects,
    training_objects,
)
from tests.guards.objects import (
    BUILDERS,
    CONSTANTS,
    LEVELS,
    OF_BASE_ADMIN,
    OF_ENDPOINTS,
    SPECIAL,
    Level,
    Place,
    Whose,
)
from workforce.accounts.models import Account
from workforce.companies.models import Company, Team
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform.db import Base, db
from workforce.platform.installation import installation

NO_KEY = 987_654_321
WORK_DAY = dt.date(2026, 10, 8)
COMPANY_ROLES = frozenset({Role.SUPERVISOR, Role.FINANCE, Role.COMPANY_ADMIN})


@dataclass
class World:
    """A visitor and the places around; ``keys`` are made when first asked for."""

    session: Session
    visitor: Account
    places: dict[Whose, Place]
    keys: dict[tuple[str, str, Whose], int | str] = field(default_factory=dict)

    def key(self, argument: str, whose: Whose, endpoint: str = "") -> int | str:
        """Return what stands in an address for an argument."""
        if (endpoint, argument) in SPECIAL:
            return SPECIAL[endpoint, argument]
        if self.visitor.role == Role.BASE_ADMIN and argument in OF_BASE_ADMIN:
            return OF_BASE_ADMIN[argument]
        if argument in CONSTANTS:
            return CONSTANTS[argument]
        if whose is Whose.MISSING:
            return NO_KEY
        of = endpoint if (endpoint, argument) in OF_ENDPOINTS else ""
        if (of, argument, whose) not in self.keys:
            builder = OF_ENDPOINTS[of, argument] if of else BUILDERS[argument]
            self.keys[of, argument, whose] = builder(self.session, self.places[whose])
        return self.keys[of, argument, whose]

    def grow(self, times: int) -> None:
        """Make more of everything: people of the own team with an object of each kind."""
        # What requests have written since is not in this session's view yet.
        self.session.rollback()
        own = self.places[Whose.TEAM]
        for _ in range(times):
            more = place(self.session, own.company, own.team, own.leader)
            elsewhere = company_place(self.session)
            for argument, builder in BUILDERS.items():
                builder(self.session, more)
                if LEVELS[argument] in {
                    Level.COMPANY,
                    Level.COMPANY_ALONE,
                    Level.KEPT,
                    Level.BASE,
                }:
                    builder(self.session, elsewhere)
            # The visitor's own pages grow as well.
            for argument, builder in BUILDERS.items():
                if LEVELS[argument] is Level.PERSON:
                    builder(self.session, self.places[Whose.OWN])
        self.session.commit()


@dataclass(frozen=True)
class _Made:
    """A world that was made before in this process: its files, and where its objects stand."""

    files: dict[Path, bytes]
    visitor_id: int
    places: dict[Whose, tuple[int, int, int, int]]
    keys: dict[tuple[str, str, Whose], int | str]


_MADE: dict[Role, _Made] = {}


def create_world(session: Session, role: Role) -> World:
    """Make the world of a visitor of this role, with one object of each kind in each place.

    To make it takes a second: in an empty installation, whose database is a file, it is laid down as
    it was made before.
    """
    is_empty = session.scalar(select(Account.id).limit(1)) is None
    is_empty_file = is_empty and session.get_bind().dialect.name == "sqlite"
    session.rollback()
    if is_empty_file and role in _MADE:
        return _lay_down(session, _MADE[role])
    world = _make_world(session, role)
    if is_empty_file:
        _MADE[role] = _keep(session, world)
    return world


def _keep(session: Session, world: World) -> _Made:
    rest(session)
    folder = installation().instance
    places = {
        whose: (place.company.id, place.team.id, place.employment.id, place.leader.id)
        for whose, place in world.places.items()
    }
    kept = _Made(
        {
            path.relative_to(folder): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        world.visitor.id,
        places,
        dict(world.keys),
    )
    session.rollback()
    return kept


def _lay_down(session: Session, kept: _Made) -> World:
    rest(session)
    for path, content in kept.files.items():
        file = installation().instance / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    places = {
        whose: Place(
            session.get_one(Company, company),
            session.get_one(Team, team),
            session.get_one(Employment, employment),
            session.get_one(Account, leader),
        )
        for whose, (company, team, employment, leader) in kept.places.items()
    }
    world = World(session, session.get_one(Account, kept.visitor_id), places, dict(kept.keys))
    session.commit()
    return world


def rest(session: Session) -> None:
    """Let everything be in the database's file: the last connection that closes moves it there."""
    session.rollback()
    session.connection().exec_driver_sql("SELECT 1")
    session.rollback()
    db.engine.dispose()


def _make_world(session: Session, role: Role) -> World:
    company = factories.create_company(session)
    factories.create_pay_policy(session, company)
    team, other = factories.create_team(session, company), factories.create_team(session, company)
    person = factories.create_person(session)
    home = None if role in {Role.BASE_ADMIN, Role.OFFICIAL} else company
    visitor = factories.create_account(
        session,
        role,
        home if role in COMPANY_ROLES or home is None else None,
        None if home is None else person,
    )
    leader = visitor
    if role is not Role.SUPERVISOR:
        leader = factories.create_account(session, Role.SUPERVISOR, company)
    factories.create_leadership(session, team, leader.id)
    stranger = factories.create_account(session, Role.SUPERVISOR, company)
    factories.create_leadership(session, other, stranger.id)
    world = World(
        session,
        visitor,
        {
            Whose.OWN: place(session, company, team, leader, person),
            Whose.TEAM: place(session, company, team, leader),
            Whose.OTHER_TEAM: place(session, company, other, stranger),
            Whose.OTHER_COMPANY: company_place(session),
        },
    )
    for whose in world.places:
        for argument in BUILDERS:
            world.key(argument, whose)
        for endpoint, argument in OF_ENDPOINTS:
            world.key(argument, whose, endpoint)
    session.commit()
    return world


def company_place(session: Session) -> Place:
    """Make a whole other company with a team and a person."""
    company = factories.create_company(session)
    factories.create_pay_policy(session, company)
    team = factories.create_team(session, company)
    leader = factories.create_account(session, Role.SUPERVISOR, company)
    factories.create_leadership(session, team, leader.id)
    return place(session, company, team, leader)


def place(
    session: Session, company: Company, team: Team, leader: Account, person: Person | None = None
) -> Place:
    """Employ a person in a team, with a shift and accepted output."""
    employment = factories.create_employment(session, company, person)
    factories.create_membership(session, employment, team)
    factories.create_pay_profile(session, employment)
    factories.create_shift(session, employment, WORK_DAY)
    factories.create_output(session, employment, factories.create_task_type(session), WORK_DAY)
    return Place(company, team, employment, leader)


def address(rule: Rule, world: World, whose: Whose) -> str:
    """Return a route's address with an object of a place."""
    found = rule.rule
    for argument in rule.arguments:
        key = str(world.key(argument, whose, rule.endpoint))
        for start in ("<", "<int:", "<path:", "<string:", "<uuid:"):
            found = found.replace(f"{start}{argument}>", key)
    assert "<" not in found, f"{rule.rule}: an argument that tests/guards/world.py cannot fill"
    return found


def owned_arguments(rule: Rule) -> list[str]:
    """Return the arguments of a route that name an object with an owner."""
    unknown = rule.arguments - BUILDERS.keys() - CONSTANTS.keys()
    assert not unknown, f"{rule.rule}: give {sorted(unknown)} a builder in tests/guards/objects.py"
    return sorted(rule.arguments & BUILDERS.keys())


def digest(session: Session) -> dict[str, str]:
    """Return a fingerprint of every table's rows: equal before and after means that nothing changed."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    session.rollback()
    return found


def pages(app: Flask, method: str) -> list[Rule]:
    """Return the routes that answer a method, but for files of the style sheets.

    A route with an argument that has no builder fails a test of its own, and stands in no other's way.
    """
    known = BUILDERS.keys() | CONSTANTS.keys()
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint != "static" and rule.arguments <= known
    ]
