"""Each role's first page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_job,
    create_leadership,
    create_membership,
    create_payslip,
    create_person,
    create_run,
    create_shift,
    create_team,
)
from tests.factories.seating import create_office
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.lifecycle import RunState
from workforce.core.permissions import Role
from workforce.core.terms import term
from workforce.home import service
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.jobs import JobState
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]


def test_an_annotator_goes_to_the_own_earnings(session: Session, client_as: ClientAs) -> None:
    account = create_account(session, Role.ANNOTATOR, person=create_person(session))
    session.commit()
    answer = client_as(account).get("/")
    assert (answer.status_code, answer.location) == (302, "/earnings")


@pytest.mark.feature("ANN-1")
def test_staff_who_are_paid_meet_the_own_newest_approved_pay(
    session: Session, client_as: ClientAs
) -> None:
    company, person = create_company(session), create_person(session)
    own = create_employment(session, company, person)
    other = create_employment(session, company)
    for period, state, fen in (
        ("2026-09", "closed", 111_11),
        ("2026-10", "approved", 3_862_50),
        ("2026-11", "calculated", 222_22),
    ):
        run = create_run(session, company, period=period, state=state)
        create_payslip(session, run, own, net_pay_amount=fen)
        create_payslip(session, run, other, net_pay_amount=999_99)
    account = create_account(session, Role.SUPERVISOR, company, person)
    session.commit()
    page = client_as(account).get("/").text
    assert "3,862.50" in page
    assert "2026-10 实发（元）" in page
    for hidden in ("111.11", "222.22", "999.99"):
        assert hidden not in page
    session.rollback()
    assert session.scalars(select(AuditEntry.action)).all() == ["payslip.read"]


@pytest.mark.parametrize("role", [Role.FINANCE, Role.COMPANY_ADMIN])
def test_finance_meets_the_runs_of_the_own_company(
    session: Session, client_as: ClientAs, role: Role
) -> None:
    company, rival = create_company(session), create_company(session)
    create_run(session, company, net_pay_amount=123_456_78, payslip_count=40, state="reviewed")
    create_run(session, rival, net_pay_amount=765_432_10)
    account = create_account(session, role, company)
    session.commit()
    page = client_as(account).get("/").text
    assert "123,456.78" in page
    assert "已审核" in page
    assert "765,432.10" not in page


def test_whoever_worked_for_two_companies_meets_both_of_the_month(
    session: Session, client_as: ClientAs
) -> None:
    person = create_person(session)
    for name, fen, earlier in (("甲公司", 1_234_56, 1_11), ("乙公司", 2_345_67, 2_22)):
        company = create_company(session, name=name)
        employment = create_employment(session, company, person)
        for period, amount in (("2026-09", earlier), ("2026-10", fen)):
            run = create_run(session, company, period=period)
            create_payslip(session, run, employment, net_pay_amount=amount)
    account = create_account(session, Role.SUPERVISOR, company, person)
    session.commit()
    page = client_as(account).get("/").text
    for shown in ("甲公司", "1,234.56", "乙公司", "2,345.67"):
        assert shown in page
    assert "1.11" not in page
    assert "2.22" not in page


def test_a_base_administrator_sees_whose_run_it_is(session: Session, client_as: ClientAs) -> None:
    runs = [
        create_run(session, create_company(session, name=name)) for name in ("甲公司", "乙公司")
    ]
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    page = client_as(account).get("/").text
    assert "甲公司" in page
    assert "乙公司" in page
    assert all(f"/payroll/runs/{run.id}" in page for run in runs)


def test_finance_without_a_run_is_told_what_comes_first(
    session: Session, client_as: ClientAs
) -> None:
    account = create_account(session, Role.FINANCE, create_company(session))
    session.commit()
    page = client_as(account).get("/").text
    assert "先导入考勤和产量" in page
    main = page.partition("<main")[2].partition("<nav")[0]
    assert 'href="/payroll/month"' in main


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_is_a_word_with_a_shape_and_a_colour(
    app: Flask, state: RunState
) -> None:
    with app.test_request_context():
        macros = app.jinja_env.get_template("components/page.html").module
        shown = str(macros.run_status(state.value))  # type: ignore[attr-defined]
    kind = re.search(r'class="status status-(\w+)"', shown)
    assert kind is not None, shown
    assert kind[1] in {"done", "going", "waiting", "refused", "locked"}
    assert re.search(r"icons\.svg[^#]*#\w", shown), shown
    assert term(f"run_state.{state.value}").zh in shown


def test_failed_jobs_are_counted_by_the_days_of_the_base(session: Session) -> None:
    """On 10 October the last seven days begin on the 3rd at midnight in China: 16:00 UTC of the 2nd."""
    company = create_company(session)
    account = create_account(session, Role.BASE_ADMIN)
    for hour, minute in ((15, 59), (16, 0)):
        create_job(
            session,
            company,
            account,
            state=JobState.FAILED,
            finished_at=dt.datetime(2026, 10, 2, hour, minute, tzinfo=dt.UTC),
        )
    today = dt.date(2026, 10, 10)
    found = service.counts(session, Role.BASE_ADMIN, Scope.base(), today, law_book().calendar())
    assert found.failed_jobs == 1


@pytest.mark.feature("SUP-24")
def test_a_supervisor_meets_the_own_teams_and_no_pay(session: Session, client_as: ClientAs) -> None:
    company = create_company(session)
    create_run(session, company, net_pay_amount=123_456_78)
    led, other = (
        create_team(session, company, name="甲班"),
        create_team(session, company, name="乙班"),
    )
    account = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, led, account.id)
    idle = create_account(session, Role.SUPERVISOR, company)
    session.commit()
    page = client_as(account).get("/").text
    assert "甲班" in page
    assert other.name not in page
    assert "123,456.78" not in page
    assert "今天没有分配给您的班组" in client_as(idle).get("/").text


def test_a_supervisor_meets_what_waits_for_the_teams(session: Session, client_as: ClientAs) -> None:
    """Two workdays of October 2026 before today are not confirmed; the third one is today."""
    company = create_company(session)
    team = create_team(session, company)
    create_membership(session, create_employment(session, company), team)
    account = create_account(session, Role.SUPERVISOR, company)
    create_leadership(session, team, account.id)
    session.commit()
    # The 1st to 7th are days off by the State Council's notice; the 8th and 9th are workdays.
    with clock.fixed(dt.datetime(2026, 10, 10, 4, tzinfo=dt.UTC)):
        page = client_as(account).get("/").text
    assert "<strong>2</strong> <span>本月还没确认的班组日</span>" in page
    assert "<strong>0</strong> <span>待审批的考勤申请</span>" in page


def test_a_new_company_s_administrator_is_led_to_the_next_step(
    session: Session, client_as: ClientAs
) -> None:
    account = create_account(session, Role.COMPANY_ADMIN, create_company(session))
    session.commit()
    page = client_as(account).get("/").text
    assert "下一步：薪酬约定" in page
    assert 'href="/start"' in page


@pytest.mark.feature("OFF-16")
def test_who_keeps_own_books_is_led_to_the_returns(session: Session, client_as: ClientAs) -> None:
    """A firm that pays elsewhere is not asked to set up a payroll here."""
    company = create_company(session, reports_by="return", returns_from="2026-10")
    account = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()
    page = client_as(account).get("/").text
    main = page.partition("<main")[2].partition("<nav")[0]
    assert "本企业自己记账，在这里每月报一份月报。" in main
    assert 'href="/returns"' in main
    for payroll in ("下一步", 'href="/start"', 'href="/payroll/month"', "先导入考勤和产量"):
        assert payroll not in main


def test_a_base_administrator_sees_failed_jobs_and_companies(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    create_employment(session, create_company(session, name="甲公司"))
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    client = client_as(account)
    page = client.get("/").text
    assert "近 7 天失败的后台任务" in page
    assert "甲公司" in page

    def more() -> None:
        session.rollback()
        for _ in range(5):
            create_run(session, create_company(session))
        session.commit()

    assert assert_same_queries(app, client, "/", more) <= 23


@pytest.mark.feature("SUP-20")
def test_a_base_administrator_sees_how_many_companies_lack_seats(
    session: Session, client_as: ClientAs
) -> None:
    """One seat, and two at work on Tuesday; last week there were two as well, which is over."""
    company = create_company(session)
    create_office(session, company, 1)
    for _ in range(2):
        who = create_employment(session, company)
        for work_on in (dt.date(2026, 10, 28), dt.date(2026, 11, 3)):
            create_shift(session, who, work_on)
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    told = r"<strong>(\d)</strong> <span>本周在班人数超过工位的企业"
    for day, count in ((3, "0"), (4, "1"), (9, "0")):
        # 9:00 in the base: on Tuesday itself half past nine is still to come.
        with clock.fixed(dt.datetime(2026, 11, day, 1, tzinfo=dt.UTC)):
            page = client_as(account).get("/").text
        found = re.search(told, page)
        assert found is not None
        assert found[1] == count


@pytest.mark.parametrize("role", [Role.FINANCE, Role.COMPANY_ADMIN, Role.SUPERVISOR])
def test_the_first_page_takes_as_many_statements_for_more_rows(
    app: Flask, session: Session, client_as: ClientAs, role: Role
) -> None:
    company = create_company(session)
    team = create_team(session, company)
    account = create_account(session, role, company)
    create_leadership(session, team, account.id)
    create_run(session, company)
    session.commit()

    def more() -> None:
        session.rollback()
        for number in range(5):
            create_membership(session, create_employment(session, company), team)
            create_run(session, company, period=f"2026-0{number + 1}")
        session.commit()

    assert assert_same_queries(app, client_as(account), "/", more) <= 31
