"""The pages of seats: seating a team, the use of seats, the own seat."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.requests import create_shift_assignment, create_shift_type
from tests.factories.seating import create_office, create_seat_assignment
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.people.models import Person
from workforce.platform import clock
from workforce.premises.models import Site
from workforce.seating.models import SeatAssignment

_NOON: Final = dt.datetime(2026, 11, 4, 4, tzinfo=dt.UTC)
"""Noon of a Wednesday, in the base."""
_TODAY: Final = "2026-11-04"

SignIn = Callable[[Account], FormClient]


@dataclass(frozen=True)
class World:
    """A team of three without seats, its leader, one of its people's account; a colleague of no team.

    ``people``: employment ids and names, the colleague last. The colleague has the second of three
    ``seats`` (site/number). ``strange``: another company's assignment.
    """

    leader: Account
    annotator: Account
    team_id: int
    people: list[tuple[int, str]]
    seats: list[str]
    strange: int

    def pair(self, who: int, seat: int) -> str:
        return f"{self.people[who][0]}={self.seats[seat]}"


@pytest.fixture
def world(session: Session) -> Iterator[World]:
    company, other = (factories.create_company(session, code=code) for code in "AB")
    create_shift_type(session, company)
    create_shift_assignment(session, company)
    team = factories.create_team(session, company)
    leader = factories.create_account(session, Role.SUPERVISOR, company)
    factories.create_leadership(session, team, leader.id)
    people = [factories.create_employment(session, company) for _ in range(4)]
    for member in people[:3]:
        factories.create_membership(session, member, team)
    seats = create_office(session, company, 3)
    create_seat_assignment(session, people[3], seats[1])
    strange = create_seat_assignment(
        session, factories.create_employment(session, other), create_office(session, other, 1)[0]
    )
    factories.create_shift(session, people[0], dt.date(2026, 11, 3))
    persons = [session.get_one(Person, who.person_id) for who in people]
    site = session.get_one(Site, seats[0].site_id).code
    made = World(
        leader,
        factories.create_account(session, Role.ANNOTATOR, company, persons[0]),
        team.id,
        [(who.id, person.name) for who, person in zip(people, persons, strict=True)],
        [f"{site}/{seat.code}" for seat in seats],
        strange.id,
    )
    session.commit()
    with clock.fixed(_NOON):
        yield made


def _stored(session: Session) -> list[tuple[int, int]]:
    """Return who has which assignment, apart from the two that were there."""
    session.rollback()
    chosen = select(SeatAssignment.employment_id, SeatAssignment.id).order_by(SeatAssignment.id)
    return [(row.employment_id, row.id) for row in session.execute(chosen)][2:]


@pytest.mark.feature("SUP-19")
def test_a_leader_seats_a_team_along_a_row(
    session: Session, world: World, client_as: SignIn
) -> None:
    browser = client_as(world.leader)
    page = browser.get("/seats").text
    assert "其他班组的人" in page, "that a seat is taken is told, by whom is that team's matter"
    assert world.people[3][1] not in page
    assert all(name in page for _, name in world.people[:3]), "three wait for a seat"
    ahead = browser.get("/seats?on=2026-11-20").text
    links = {html.unescape(link) for link in re.findall(r'href="(/seats/assign[?][^"]*)"', ahead)}
    assert len(links) == 1 + 3 + 2, (
        "to the form; from whom has no seat, and from each seat that nobody has"
    )
    for link in links:
        asked = parse_qs(urlsplit(link).query)
        form = browser.get(link).text
        typed = [one for name in ("who", "first", "on") for one in asked.get(name, ())]
        assert all(f'value="{value}"' in form for value in typed), link

    query = {"team": str(world.team_id), "shift": "day", "valid_from": _TODAY}
    page = browser.get("/seats/assign", query_string=query).text
    pairs = [world.pair(0, 0), world.pair(1, 2)]
    assert all(f'value="{pair}" checked' in page for pair in pairs)
    assert "还有 1 人没有排上" in page
    assert _stored(session) == [], "looking stores nothing"
    wanted: dict[str, object] = {**query, "pair": pairs}
    assert browser.post_form("/seats/assign", wanted).status_code == 302
    given = _stored(session)
    assert [who for who, _ in given] == [world.people[0][0], world.people[1][0]]

    # All or nothing: the colleague's seat is not free, so nobody moves.
    refused = browser.post_form("/seats/assign", {**query, "pair": [world.pair(0, 1)]})
    assert refused.status_code == 422
    assert "时间有重叠" in refused.text
    assert world.people[3][1] not in refused.text
    assert _stored(session) == given


@pytest.mark.feature("SUP-19")
def test_a_team_leaves_its_seats_and_another_day_has_its_own_shifts(
    world: World, client_as: SignIn
) -> None:
    browser = client_as(world.leader)
    team = str(world.team_id)
    assert f'<option selected value="{team}">' in browser.get("/seats/assign").text
    query: dict[str, object] = {"team": team, "shift": "day", "valid_from": _TODAY}
    pairs = [world.pair(0, 0), world.pair(1, 2)]
    assert browser.post_form("/seats/assign", {**query, "pair": pairs}).status_code == 302
    leave = {"team-team": team, "team-valid_to": "2026-11-09"}

    refused = browser.post_form("/seats/end-team?shift=night", leave)
    assert (refused.status_code, "没有人有这个班次的工位" in refused.text) == (422, True)
    empty = browser.post_form("/seats/end-team?shift=day", leave | {"team-valid_to": ""})
    assert (empty.status_code, "请选择日期" in empty.text) == (422, True)
    strange = browser.post_form("/seats/end-team?shift=day", leave | {"team-team": "0"})
    assert strange.status_code == 422
    done = browser.post_form("/seats/end-team?shift=day", leave)
    assert (done.status_code, done.location) == (302, "/seats?shift=day&on=2026-11-09")
    after = browser.get(done.location).text
    assert "已结束 2 人的工位" in after
    assert world.people[0][1] not in after.split("seats-plan", 1)[1], "the seat is free again"

    unknown = browser.get("/seats?shift=night")
    assert unknown.status_code == 200
    assert "没有代码为“night”的班次；下面是白班。" in unknown.text
    before_all = browser.get("/seats?on=2019-01-01").text
    assert "还没有班次类型" in before_all
    assert 'name="on"' in before_all, "the way back to a day that has some"


def test_a_leader_reaches_the_own_team_alone(world: World, client_as: SignIn) -> None:
    browser = client_as(world.leader)
    query = {"team": "0", "shift": "day", "valid_from": _TODAY}
    colleague = {**query, "pair": [world.pair(3, 0)]}
    assert browser.post_form("/seats/assign", colleague).status_code == 404
    end = f"/seats/assignments/{world.strange}/end"
    theirs = {f"end-{world.strange}-valid_to": _TODAY}
    assert browser.post_form(end, theirs).status_code == 404
    nobody = browser.post_form("/seats/assign", query)
    assert (nobody.status_code, "没有选中要安排的人" in nobody.text) == (422, True)
    wrong = browser.get("/seats/assign", query_string=query | {"who": "Z9"})
    assert (wrong.status_code, "没有工号为“Z9”的在职的人" in wrong.text) == (422, True)
    assert client_as(world.annotator).get("/seats").status_code == 403
    for day in ("0001-01-01", "9999-12-31", "tomorrow"):
        assert browser.get("/seats/use", query_string={"on": day}).status_code == 422
        typed = query | {"team": str(world.team_id), "last_on": day}
        assert browser.get("/seats/assign", query_string=typed).status_code == 422
    late = browser.get(
        "/seats/assign",
        query_string=query | {"who": "", "team": str(world.team_id), "last_on": "2026-11-03"},
    )
    assert 'href="#last_on"' in late.text


@pytest.mark.feature("ANN-19", "SUP-20")
def test_everybody_finds_the_own_seat_until_it_ends(
    session: Session, world: World, client_as: SignIn
) -> None:
    leader, annotator = client_as(world.leader), client_as(world.annotator)
    assert "还没有给您安排工位" in annotator.get("/seats/mine").text
    query = {"team": "0", "shift": "day", "valid_from": _TODAY}
    leader.post_form("/seats/assign", {**query, "pair": [world.pair(0, 0)]})
    number = world.seats[0].partition("/")[2]
    page = annotator.get("/seats/mine").text
    assert f">{number}</strong>" in page
    assert "09:00–18:00" in page
    assert "seat-ring" in page, "the plan shows where"
    assert len(re.findall("seat-mine", page)) == 1
    assert number in annotator.get("/my-month").text

    # On Tuesday there was a shift and no seat yet.
    use = leader.get("/seats/use").text
    assert '0<span class="unit" title="在班但没有工位"> +1</span>' in use

    ((_, given),) = _stored(session)
    address = f"/seats/assignments/{given}/end"
    early = leader.post_form(address, {f"end-{given}-valid_to": "2026-11-03"})
    assert early.status_code == 422
    done = leader.post_form(address, {f"end-{given}-valid_to": _TODAY})
    assert done.status_code == 302
    assert "还没有给您安排工位" in annotator.get("/seats/mine").text


def test_companies_to_choose_from_stand_in_the_order_of_their_codes(
    session: Session, client_as: SignIn
) -> None:
    """The order of the rows changes on PostgreSQL with every company that is changed."""
    later, earlier = (factories.create_company(session, code=code) for code in ("ZZ", "YY"))
    admin = client_as(factories.create_account(session, Role.BASE_ADMIN))
    seat = create_office(session, None, 1)[0]
    session.commit()
    for path in ("/seats/use", f"/premises/areas/{seat.area_id}"):
        page = admin.get(path).text
        assert page.index(f'">{earlier.name}') < page.index(f'">{later.name}'), path
