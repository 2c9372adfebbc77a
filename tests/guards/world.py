"""The world in which the guards meet every route: two companies, three teams, a visitor of each role."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import factories
from tests.guards import base_objects, training_objects  # noqa: F401 - register their builders
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
from workforce.people.models import Person
from workforce.platform.db import Base

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
                if LEVELS[argument] in {Level.COMPANY, Level.COMPANY_ALONE, Level.BASE}:
                    builder(self.session, elsewhere)
            # The visitor's own pages grow as well.
            for argument, builder in BUILDERS.items():
                if LEVELS[argument] is Level.PERSON:
                    builder(self.session, self.places[Whose.OWN])
        self.session.commit()


def create_world(session: Session, role: Role) -> World:
    """Make the world of a visitor of this role, with one object of each kind in each place."""
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
