"""A team of three in October 2026 with its leader, for the tests of the grid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_membership,
    create_person,
    create_team,
)
from workforce.accounts.models import Account
from workforce.attendance.grid import CellEdit, SaveReport, save_cells
from workforce.attendance.models import ShiftAssignment, ShiftType
from workforce.attendance.shift_types import add_first_shift_type
from workforce.attendance.team_days import Team as InReach
from workforce.companies.models import Company, Team
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import Employment
from workforce.platform.audit import Actor
from workforce.platform.db import unit_of_work

OCTOBER = PayPeriod(2026, 10)
TODAY = dt.date(2026, 10, 23)
CALENDAR = LawBook.load().calendar()


@dataclass(frozen=True)
class GridWorld:
    """One company, one team; ``leader`` leads it; ``people`` are in it since long ago."""

    session: Session
    company: Company
    team: Team
    leader: Account
    people: tuple[Employment, ...]

    @property
    def actor(self) -> Actor:
        return Actor(self.leader.id, self.leader.login_name)

    @property
    def in_reach(self) -> InReach:
        return InReach(self.team.id, self.company.id, self.team.code, self.team.name)

    def save(self, *edits: CellEdit, **how: Any) -> SaveReport:
        """Save in a unit of work of its own."""
        values: dict[str, Any] = {"today": TODAY, **how}
        team, actor = self.in_reach, self.actor
        with unit_of_work() as session:
            return save_cells(session, actor, team, OCTOBER, CALENDAR, edits, **values)

    def type(self, number: int, day: int, text: str, seen: str | None = None) -> CellEdit:
        """Make the entry of a text into a person's day of October."""
        return CellEdit((self.people[number].id, on(day)), text=text, seen=seen)


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def make_world(session: Session, *, people: int = 3) -> GridWorld:
    """Make it; committed."""
    company = create_company(session)
    team = create_team(session, company, name="三班组")
    leader = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, team, leader.id)
    staff = []
    for number in range(people):
        person = create_person(session, name=f"员工{number + 1}")
        employment = create_employment(session, company, person, employee_no=f"A{number + 1:03d}")
        create_membership(session, employment, team)
        staff.append(employment)
    add_first_shift_type(session, Actor(None, "cli"), company.id, company.founded_on)
    session.commit()
    return GridWorld(session, company, team, leader, tuple(staff))


def give_night_shift(world: GridWorld, employment: Employment) -> None:
    """Put somebody on nights: 22:00 to 06:00 with half an hour's break."""
    world.session.add(
        ShiftType(
            company_id=world.company.id,
            code="night",
            name="夜班",
            starts=dt.time(22),
            ends=dt.time(6),
            break_minutes=30,
            valid_from=dt.date(2020, 1, 1),
        )
    )
    world.session.add(
        ShiftAssignment(
            company_id=world.company.id,
            employment_id=employment.id,
            shift_type_code="night",
            valid_from=dt.date(2020, 1, 1),
        )
    )
    world.session.commit()
