"""Leave balances: they sum, they tie to leave records and to payslips, and what is unknown is not 0."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
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
from tests.factories.hours import create_lieu_day
from tests.factories.requests import create_leave_entry, create_service_start
from tests.factories.rows import add
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.attendance import balances as service
from workforce.attendance.balances import Balance, read_balances
from workforce.attendance.models import LeaveEntry, MonthFigures, Roster
from workforce.companies.models import Company
from workforce.core.errors import ClosedError, InputError, NotFoundError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock, locks
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.scope import Scope

BOOK = LawBook.load()
TODAY = dt.date(2026, 10, 14)
NOW = dt.datetime(2026, 10, 14, 2, tzinfo=dt.UTC)


@pytest.fixture
def company(session: Session) -> Iterator[Company]:
    company = create_company(session)
    with clock.fixed(NOW):
        yield company


@pytest.fixture
def worker(session: Session, company: Company) -> Employment:
    """Somebody with six years of service: five days a year."""
    worker = create_employment(session, company)
    create_service_start(session, worker, dt.date(2020, 1, 1))
    return worker


def balance_of(session: Session, worker: Employment, year: int = 2026) -> Balance:
    (found,) = read_balances(
        session,
        Scope.company(worker.company_id),
        year,
        TODAY,
        BOOK,
        "500236",
        employment_ids=[worker.id],
    )
    return found


@both_engines
@pytest.mark.feature("FIN-38")
def test_the_ledger_sums_what_was_granted_taken_lapsed_and_paid(
    session: Session, worker: Employment
) -> None:
    create_leave_entry(session, worker, quantity=4)
    create_leave_entry(session, worker, act="lapsed", quantity=-2, reason="本人书面放弃")
    # Thursday 8 October to Monday the 12th: Saturday the 10th is worked, Sunday is not: 4 workdays.
    create_leave(session, worker, dt.date(2026, 10, 8), dt.date(2026, 10, 12))
    create_leave(session, worker, dt.date(2026, 10, 13), kind="sick_leave")
    create_leave(session, worker, dt.date(2026, 12, 1))
    add(session, MonthFigures(employment_id=worker.id, period="2026-09", unused_leave_days=1))
    add(session, MonthFigures(employment_id=worker.id, period="2025-12", unused_leave_days=3))
    found = balance_of(session, worker)
    assert found.lawful is not None
    parts = (
        found.lawful.days,
        found.entered_half_days,
        found.taken_half_days,
        found.planned_half_days,
        found.paid_days,
    )
    assert parts == (5, 2, 8, 2, 1)
    assert found.left_half_days == 2 * (5 + 2 - 1 - 4 - 1 - 1)


@pytest.mark.feature("FIN-38")
def test_leave_over_new_year_counts_in_the_year_of_each_day(
    session: Session, worker: Employment
) -> None:
    # 31 December 2025 is a Wednesday; 1 to 3 January are a break, the 4th is worked.
    create_leave(session, worker, dt.date(2025, 12, 31), dt.date(2026, 1, 4))
    assert balance_of(session, worker, 2025).planned_half_days == 0
    assert balance_of(session, worker, 2025).taken_half_days == 2
    assert balance_of(session, worker, 2026).taken_half_days == 2


def test_a_roster_decides_which_days_of_leave_count(session: Session, worker: Employment) -> None:
    create_leave(session, worker, dt.date(2026, 9, 7), dt.date(2026, 9, 9))
    add(session, Roster(employment_id=worker.id, period="2026-09", rest_day_bits=1 << 7))
    assert balance_of(session, worker).taken_half_days == 4


@both_engines
@pytest.mark.feature("FIN-38")
def test_without_known_service_there_is_no_balance_and_never_a_zero(
    session: Session, company: Company, client_as: Callable[[Account], FormClient]
) -> None:
    worker = create_employment(session, company)
    found = balance_of(session, worker)
    assert (found.lawful, found.left_half_days) == (None, None)
    finance = create_account(session, Role.FINANCE, company)
    session.commit()
    client = client_as(finance)
    assert "未知" in client.get("/attendance/balances").text
    page = client.get(f"/attendance/balances/{worker.id}").text
    assert page.count("未知") >= 2
    assert "0 天" not in page


@both_engines
@pytest.mark.feature("FIN-38")
def test_time_in_lieu_is_a_ledger_too(session: Session, worker: Employment) -> None:
    sunday = dt.date(2026, 10, 11)
    create_shift(session, worker, sunday, ends_at=dt.datetime(2026, 10, 11, 21))
    create_lieu_day(session, worker, sunday)
    create_leave(session, worker, dt.date(2026, 10, 13), kind="in_lieu_off")
    create_leave_entry(session, worker, kind="in_lieu_off", quantity=120, reason="旧账结余")
    lieu = balance_of(session, worker).lieu
    # Eleven hours were worked, eight of them are for time off; more is overtime.
    assert (lieu.earned_minutes, lieu.taken_minutes, lieu.entered_minutes) == (480, 480, 120)
    assert lieu.left_minutes == 120


@both_engines
@pytest.mark.feature("SUP-22")
def test_an_entry_is_added_with_who_and_why_and_never_changed(
    session: Session, worker: Employment
) -> None:
    scope = Scope.company(worker.company_id)
    values: dict[str, Any] = {"kind": "annual_leave", "act": "granted", "year": 2026}
    for wrong in (0, -2):
        with pytest.raises(InputError):
            service.add_entry(
                session, scope, CLI, worker.id, **values, quantity=wrong, reason="司龄奖励"
            )
    service.add_entry(session, scope, CLI, worker.id, **values, quantity=2, reason="司龄奖励")
    (entry,) = session.scalars(select(LeaveEntry))
    assert (entry.quantity, entry.entered_on) == (2, TODAY)
    (audit,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "leave.enter"))
    assert audit.reason == "司龄奖励"
    other = create_company(session)
    with pytest.raises(NotFoundError):
        service.add_entry(
            session,
            Scope.company(other.id),
            CLI,
            worker.id,
            **values,
            quantity=2,
            reason="司龄奖励",
        )


@both_engines
def test_time_in_lieu_of_a_closed_month_is_not_entered(
    session: Session, worker: Employment
) -> None:
    locks.lock(session, worker.company_id, PayPeriod(2026, 10), reason="t", account_id=None)
    session.flush()
    with pytest.raises(ClosedError):
        service.add_entry(
            session,
            Scope.company(worker.company_id),
            CLI,
            worker.id,
            kind="in_lieu_off",
            act="opening",
            year=2026,
            quantity=60,
            reason="旧账",
        )


def test_an_earlier_year_s_time_in_lieu_sums(session: Session, worker: Employment) -> None:
    """What was entered later is no line of a ledger that ends before."""
    for on, minutes in ((dt.date(2025, 6, 1), 480), (dt.date(2026, 6, 1), 60)):
        create_leave_entry(
            session, worker, kind="in_lieu_off", act="opening", entered_on=on, quantity=minutes
        )

    def ledger(year: int) -> tuple[list[int], int]:
        on = min(TODAY, dt.date(year, 12, 31))
        scope = Scope.company(worker.company_id)
        (found,) = read_balances(session, scope, year, on, BOOK, "500236")
        return [entry.quantity for entry in found.lieu_entries], found.lieu.left_minutes

    assert ledger(2025) == ([480], 480)
    assert ledger(2026) == ([480, 60], 540)


def test_service_counts_at_least_from_the_hiring(session: Session, worker: Employment) -> None:
    scope = Scope.company(worker.company_id)
    with pytest.raises(InputError) as refused:
        service.state_service(session, scope, CLI, worker.id, dt.date(2020, 1, 2))
    assert refused.value.place == "counted_from"
    service.state_service(session, scope, CLI, worker.id, dt.date(2015, 3, 1))
    assert balance_of(session, worker).lawful.days == 10  # type: ignore[union-attr]


def test_who_sees_and_who_enters(
    session: Session,
    company: Company,
    worker: Employment,
    client_as: Callable[[Account], FormClient],
) -> None:
    team, other = create_team(session, company), create_team(session, company)
    create_membership(session, worker, team)
    stranger = create_employment(session, company)
    create_membership(session, stranger, other)
    leader = create_account(session, Role.SUPERVISOR, company, create_person(session))
    create_leadership(session, team, leader.id)
    finance = create_account(session, Role.FINANCE, company)
    own = create_account(
        session, Role.ANNOTATOR, company, session.get_one(Person, worker.person_id)
    )
    session.commit()
    desk, office, phone = client_as(leader), client_as(finance), client_as(own)
    assert worker.employee_no in desk.get("/attendance/balances").text
    assert desk.get(f"/attendance/balances/{stranger.id}").status_code == 404
    assert desk.get(f"/attendance/balances?team={other.id}").status_code == 404
    page = desk.get(f"/attendance/balances/{worker.id}").text
    assert "记一笔" not in page
    form = {"kind": "annual_leave", "act": "opening", "quantity": "2", "reason": "上年结余"}
    address = f"/attendance/balances/{worker.id}/entries"
    assert desk.post_form(address, form).status_code == 403
    assert office.post_form(address, form).status_code == 302
    assert "+2 天" in office.get(f"/attendance/balances/{worker.id}").text
    assert "+2 天" in phone.get("/attendance/balances/mine").text
    assert office.post_form(address, form | {"quantity": "1.5"}).status_code == 302
    assert "+1.5 天" in office.get(f"/attendance/balances/{worker.id}").text
    for slip in ("1.25", "NaN", "Infinity", "1E+99999", "5001", "-5001"):
        wrong = office.post_form(address, form | {"quantity": slip})
        assert wrong.status_code == 422, slip
        assert 'id="quantity-error"' in wrong.text
    lieu = form | {"kind": "in_lieu_off", "quantity": "1.5"}
    assert office.post_form(address, lieu).status_code == 302
    served = f"/attendance/balances/{worker.id}/service"
    assert office.post_form(served, {"service-counted_from": "2010-01-01"}).status_code == 302
    assert office.post_form(served, {"service-counted_from": "2021-01-01"}).status_code == 422


def test_a_list_needs_as_many_queries_for_one_as_for_many(
    app: Flask,
    session: Session,
    company: Company,
    worker: Employment,
    client_as: Callable[[Account], FormClient],
) -> None:
    finance = create_account(session, Role.FINANCE, company)
    create_leave(session, worker, dt.date(2026, 10, 8), kind="in_lieu_off")
    session.commit()

    def make_more() -> None:
        for _ in range(6):
            more = create_employment(session, company)
            create_service_start(session, more, dt.date(2020, 1, 1))
            create_leave(session, more, dt.date(2026, 10, 8), kind="in_lieu_off")
            create_leave_entry(session, more)
        session.commit()

    assert_same_queries(app, client_as(finance), "/attendance/balances", make_more)
