"""A team's month: what each day shows, and that it is nobody else's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import (
    create_absence,
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_leave,
    create_membership,
    create_person,
    create_shift,
    create_team,
)
from tests.factories.web import FormClient
from tests.statistics.seed import create_payslip, create_run
from workforce.accounts.models import Account
from workforce.attendance.models import Roster
from workforce.attendance.team_month import Cell, CellKind, Member, TeamMonth, read_team_month
from workforce.companies.models import Company, Team
from workforce.core.errors import NotFoundError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Permission, Role
from workforce.core.work_calendar import DayClass, WorkCalendar
from workforce.payroll import queries as payroll
from workforce.people.models import Employment
from workforce.platform.scope import Scope

SignIn = Callable[[Account], FormClient]

OCTOBER = PayPeriod(2026, 10)
TODAY = dt.date(2026, 11, 24)
PAGE = "/attendance/team-month"


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return LawBook.load().calendar()


def october(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, minute)


@pytest.fixture
def company(session: Session) -> Company:
    return create_company(session)


@pytest.fixture
def team(session: Session, company: Company) -> Team:
    return create_team(session, company, name="一班")


def employ(session: Session, team: Team, name: str, **changes: object) -> Employment:
    company = session.get_one(Company, team.company_id)
    employment = create_employment(session, company, create_person(session, name=name), **changes)
    create_membership(session, employment, team)
    return employment


def read(
    session: Session,
    calendar: WorkCalendar,
    scope: Scope,
    *,
    team_id: int | None = None,
    period: PayPeriod = OCTOBER,
    today: dt.date = TODAY,
) -> TeamMonth:
    grid = read_team_month(session, scope, period, calendar, team_id=team_id, today=today)
    assert grid is not None
    return grid


def only(session: Session, calendar: WorkCalendar, team: Team, **options: dt.date) -> Member:
    scope = Scope.teams(team.company_id, frozenset({team.id}))
    (member,) = read(session, calendar, scope, **options).members  # type: ignore[arg-type]
    return member


def day(member: Member, number: int) -> Cell:
    return member.cells[number - 1]


def test_each_kind_of_day(session: Session, calendar: WorkCalendar, team: Team) -> None:
    worker = employ(session, team, "甲")
    create_shift(session, worker, october(8))
    create_shift(session, worker, october(9), late_minutes=12)
    create_shift(session, worker, october(12), early_minutes=30, ends_at=at(12, 17, 30))
    create_shift(session, worker, october(13), ends_at=at(13, 20))
    create_shift(session, worker, october(17), ends_at=at(17, 13), break_minutes=0)
    create_shift(session, worker, october(19), starts_at=at(19, 20), ends_at=at(20, 6))
    create_leave(session, worker, october(21), october(25), kind="sick_leave")
    create_absence(session, worker, october(26))

    member = only(session, calendar, team)

    shown = {
        number: (cell.kind, cell.minutes)
        for number, cell in enumerate(member.cells, start=1)
        if cell.kind not in {CellKind.REST, CellKind.MISSING}
    }
    assert shown == {
        8: (CellKind.WORKED, 480),
        9: (CellKind.LATE, 480),
        12: (CellKind.EARLY, 450),
        13: (CellKind.OVERTIME, 600),
        17: (CellKind.OVERTIME, 240),  # a Saturday
        19: (CellKind.OVERTIME, 540),  # 20:00 to 06:00 less an hour, on the day it began
        21: (CellKind.LEAVE, 0),
        22: (CellKind.LEAVE, 0),
        23: (CellKind.LEAVE, 0),
        26: (CellKind.ABSENT, 0),
    }
    assert day(member, 9).note.zh == "09:00–18:00，迟到 12 分钟"
    assert day(member, 19).note.en == "20:00–06:00+1"
    assert day(member, 21).note.zh == "病假"
    # The rest days of the break and the weekend, also inside the leave; 10-10 is worked instead.
    rests = [
        number for number, cell in enumerate(member.cells, start=1) if cell.kind is CellKind.REST
    ]
    assert rests == [1, 2, 3, 4, 5, 6, 7, 11, 18, 24, 25, 31]
    assert day(member, 10).kind is CellKind.MISSING
    # 480 + 480 + 450 + 600 + 240 + 540
    assert (member.minutes, member.worked_days) == (2790, 6)
    kinds = (CellKind.LATE, CellKind.LEAVE, CellKind.ABSENT)
    assert [member.count(kind) for kind in kinds] == [1, 3, 1]


def test_the_head_names_the_statutory_holidays(
    session: Session, calendar: WorkCalendar, team: Team
) -> None:
    employ(session, team, "甲")

    days = read(session, calendar, Scope.company(team.company_id)).days

    named = {head.on.day: head.festivals[0].zh for head in days if head.festivals}
    assert named == {1: "国庆", 2: "国庆", 3: "国庆"}
    assert [head.on.day for head in days if head.is_adjusted] == [10]
    assert (days[0].weekday.zh, days[0].day_class) == ("四", DayClass.HOLIDAY)
    assert (days[3].weekday.zh, days[3].day_class) == ("日", DayClass.REST_DAY)


def test_a_person_s_own_rest_days(session: Session, calendar: WorkCalendar, team: Team) -> None:
    employ(session, team, "甲", rest_weekdays="12")

    member = only(session, calendar, team)

    assert day(member, 12).kind is CellKind.REST  # a Monday
    assert day(member, 17).kind is CellKind.MISSING  # a Saturday


def test_a_roster_goes_before_the_weekdays(
    session: Session, calendar: WorkCalendar, team: Team
) -> None:
    worker = employ(session, team, "甲")
    bits = sum(1 << (number - 1) for number in (1, 12, 13))
    session.add(Roster(employment_id=worker.id, period="2026-10", rest_day_bits=bits))
    session.flush()

    member = only(session, calendar, team)

    assert day(member, 12).kind is CellKind.REST  # a Monday
    assert day(member, 17).kind is CellKind.MISSING  # a Saturday
    assert day(member, 2).kind is CellKind.REST  # a statutory holiday stays one


def test_days_outside_the_employment_and_the_team(
    session: Session, calendar: WorkCalendar, company: Company, team: Team
) -> None:
    other = create_team(session, company)
    mover = create_employment(
        session, company, hired_on=october(12), separated_on=october(29), employee_no="M"
    )
    create_membership(session, mover, team, valid_to=october(20))
    create_membership(session, mover, other, valid_from=october(20))
    for number in (19, 20):
        create_shift(session, mover, october(number))

    member, elsewhere = (only(session, calendar, each) for each in (team, other))

    def inside(found: Member) -> list[int]:
        return [n for n, cell in enumerate(found.cells, 1) if cell.kind is not CellKind.OUT]

    assert inside(member) == list(range(12, 20))
    assert inside(elsewhere) == list(range(20, 30))
    # The shift of the 20th belongs to the other team.
    assert (member.minutes, elsewhere.minutes) == (480, 480)


def test_what_has_not_come_is_not_missing(
    session: Session, calendar: WorkCalendar, team: Team
) -> None:
    employ(session, team, "甲")

    member = only(session, calendar, team, today=october(13))

    assert day(member, 12).kind is CellKind.MISSING
    assert day(member, 13).kind is CellKind.AHEAD


def test_a_year_without_notice_tells_weekdays_only(
    session: Session, calendar: WorkCalendar, team: Team
) -> None:
    employ(session, team, "甲")

    grid = read(session, calendar, Scope.company(team.company_id), period=PayPeriod(2035, 10))

    assert not grid.has_calendar
    assert {head.day_class for head in grid.days} == {DayClass.WORKDAY, DayClass.REST_DAY}


def test_sums_of_the_team(session: Session, calendar: WorkCalendar, team: Team) -> None:
    first, second = (employ(session, team, name) for name in "甲乙")
    create_shift(session, first, october(8))
    create_shift(session, second, october(8), late_minutes=5)

    grid = read(session, calendar, Scope.company(team.company_id))

    assert grid.present[7] == 2
    assert (grid.minutes, grid.worked_days, grid.count(CellKind.LATE)) == (960, 2, 1)


@pytest.mark.feature("SUP-23")
def test_a_supervisor_sees_the_own_teams_only(
    session: Session, company: Company, team: Team, client_as: SignIn
) -> None:
    other = create_team(session, company, name="二班")
    foreign = create_team(session, create_company(session), name="三班")
    for each, name in ((team, "甲甲甲"), (other, "乙乙乙"), (foreign, "丙丙丙")):
        employ(session, each, name)
    account = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, team, account.id)
    session.commit()
    client = client_as(account)

    page = client.get(f"{PAGE}?period=2026-10").get_data(as_text=True)

    assert "甲甲甲" in page
    assert "乙乙乙" not in page
    assert "二班" not in page
    for hidden in (other.id, foreign.id, 999_999):
        assert client.get(f"{PAGE}?team={hidden}").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{PAGE}?team={team.id}").status_code == HTTPStatus.OK
    assert client.get(f"{PAGE}?team=1'").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.feature("SUP-24")
def test_a_supervisor_sees_no_pay(
    session: Session, company: Company, team: Team, client_as: SignIn
) -> None:
    worker = employ(session, team, "甲")
    create_payslip(session, create_run(session, company), worker, {"piece": 387654}, insured=True)
    account = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, team, account.id)
    session.commit()

    page = client_as(account).get(f"{PAGE}?period=2026-10").get_data(as_text=True)

    assert "3,876" not in page
    assert "3876" not in page
    assert "元" not in re.sub(r"<title>.*?</title>", "", page)
    pay = {Permission.PAYSLIP_READ, Permission.PAYROLL_RUN_READ, Permission.STATISTICS_READ}
    assert not PERMISSIONS_BY_ROLE[Role.SUPERVISOR] & pay
    scope = Scope.teams(company.id, frozenset({team.id}))
    assert not session.execute(payroll.payslips_for(scope)).all()
    assert not session.execute(payroll.payslip_facts(scope, OCTOBER)).all()


def test_the_page_of_a_supervisor_without_a_team(
    session: Session, company: Company, client_as: SignIn
) -> None:
    account = create_account(session, Role.SUPERVISOR, company)
    session.commit()

    answer = client_as(account).get(PAGE)

    assert answer.status_code == HTTPStatus.OK
    assert "没有带班组" in answer.get_data(as_text=True)


def test_the_page_opens_at_the_last_month_with_a_shift(
    session: Session, company: Company, team: Team, client_as: SignIn
) -> None:
    worker = employ(session, team, "<b>甲</b>")
    create_shift(session, worker, dt.date(2026, 8, 3), late_minutes=3)
    account = create_account(session, Role.FINANCE, company)
    session.commit()

    page = client_as(account).get(PAGE).get_data(as_text=True)

    assert 'value="2026-08"' in page
    assert "&lt;b&gt;甲&lt;/b&gt;" in page
    assert "迟到 3 分钟" in page


def test_another_team_is_not_found(
    session: Session, calendar: WorkCalendar, company: Company, team: Team
) -> None:
    other = create_team(session, company)
    scope = Scope.teams(company.id, frozenset({team.id}))
    with pytest.raises(NotFoundError):
        read(session, calendar, scope, team_id=other.id)


@pytest.mark.parametrize("people", [2, 20])
def test_the_number_of_queries_does_not_grow(
    session: Session, calendar: WorkCalendar, team: Team, people: int
) -> None:
    for number in range(people):
        create_shift(session, employ(session, team, f"人{number}"), october(8))
    session.commit()
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        read(session, calendar, Scope.company(team.company_id))
    finally:
        event.remove(engine, "before_cursor_execute", note)

    # Reading the fixture's own team again is one of them.
    assert len([text for text in statements if text.startswith("SELECT")]) == 12
