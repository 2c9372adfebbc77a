"""The way to the first paid month: every step follows from the data and names what it waits for."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.web import FormClient
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.terms import terms_of
from workforce.home.start_steps import NEEDS, Facts, StepState, facts, steps
from workforce.home.web import STEP_PAGES
from workforce.people.service import set_tax_opening
from workforce.platform import clock
from workforce.platform.audit import CLI

ClientAs = Callable[[Account], FormClient]

NOTHING = Facts(
    policies=0,
    administrators=0,
    pay_accounts=0,
    teams=0,
    led_teams=0,
    people=0,
    people_in_teams=0,
    people_with_profile=0,
    without_opening=0,
    prices=0,
    has_attendance=False,
    has_output=False,
    run_states=frozenset(),
)
EVERYTHING = Facts(
    policies=1,
    administrators=1,
    pay_accounts=2,
    teams=2,
    led_teams=2,
    people=3,
    people_in_teams=3,
    people_with_profile=3,
    without_opening=0,
    prices=1,
    has_attendance=True,
    has_output=True,
    run_states=frozenset({RunState.CLOSED}),
)


def _states(found: Facts) -> dict[str, StepState]:
    return {step.code: step.state for step in steps(found)}


def test_a_new_company_begins_with_what_needs_nothing_else() -> None:
    states = _states(NOTHING)
    assert states["company"] is StepState.DONE
    now = {code for code, state in states.items() if state is StepState.NOW}
    assert now == {"policy", "administrator", "teams", "prices"}
    waiting = next(step for step in steps(NOTHING) if step.code == "calculate")
    assert waiting.needs == ("policy", "profiles", "openings", "attendance")


def test_with_everything_done_nothing_waits() -> None:
    assert set(_states(EVERYTHING).values()) == {StepState.DONE}
    assert all(step.needs == () for step in steps(EVERYTHING))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"policies": 0}, "policy"),
        ({"administrators": 0}, "administrator"),
        ({"pay_accounts": 1}, "accounts"),
        ({"teams": 0}, "teams"),
        ({"led_teams": 1}, "leaders"),
        ({"people_in_teams": 2}, "people"),
        ({"people": 0}, "people"),
        ({"people_with_profile": 2}, "profiles"),
        ({"without_opening": 1, "run_states": frozenset({RunState.CALCULATED})}, "openings"),
        ({"prices": 0}, "prices"),
        ({"has_attendance": False}, "attendance"),
        ({"has_output": False}, "output"),
        ({"run_states": frozenset()}, "calculate"),
        ({"run_states": frozenset({RunState.REVIEWED})}, "approve"),
        ({"run_states": frozenset({RunState.APPROVED})}, "pay"),
        ({"run_states": frozenset({RunState.PAID})}, "close"),
    ],
)
def test_what_is_missing_is_the_step_to_do(change: dict[str, object], code: str) -> None:
    found = dataclasses.replace(EVERYTHING, **change)  # type: ignore[arg-type]
    assert _states(found)[code] is not StepState.DONE


def test_every_step_has_its_words_and_needs_only_earlier_ones() -> None:
    for kind in ("start_step", "start_note", "start_who"):
        assert list(terms_of(kind)) == list(NEEDS)
    before: set[str] = set()
    for code, needs in NEEDS.items():
        assert set(needs) <= before
        before.add(code)


def test_every_step_has_a_page_that_exists(app: Flask) -> None:
    assert set(STEP_PAGES) == set(NEEDS) - {"company"}
    missing = {endpoint for endpoint, _ in STEP_PAGES.values()} - set(app.view_functions)
    assert not missing


def test_facts_are_read_from_the_company_alone(session: Session) -> None:
    today = clock.today()
    company, other = factories.create_company(session), factories.create_company(session)
    for each in (company, other):
        factories.create_pay_policy(session, each)
        admin = factories.create_account(session, Role.COMPANY_ADMIN, each)
        factories.create_account(session, Role.FINANCE, each, is_active=False)
        team = factories.create_team(session, each)
        factories.create_leadership(session, team, admin.id)
        worker = factories.create_employment(session, each)
        factories.create_membership(session, worker, team)
        factories.create_pay_profile(session, worker)
        factories.create_employment(session, each, separated_on=today - dt.timedelta(days=1))
        task_type = factories.create_task_type(session)
        factories.create_piece_price(session, each, task_type)
        factories.create_shift(session, worker, dt.date(2026, 10, 8))
        factories.create_output(session, worker, task_type, dt.date(2026, 10, 8))
        factories.create_run(session, each, state="approved")
    # The approver and reviewer of the run are accounts of the company, too.
    found = facts(session, company.id, today)
    assert found == Facts(
        policies=1,
        administrators=2,
        pay_accounts=3,
        teams=1,
        led_teams=1,
        people=1,
        people_in_teams=1,
        people_with_profile=1,
        without_opening=0,
        prices=1,
        has_attendance=True,
        has_output=True,
        run_states=frozenset({RunState.APPROVED}),
    )


def test_whoever_comes_from_earlier_months_of_the_year_needs_an_opening(session: Session) -> None:
    company = factories.create_company(session)
    factories.create_pay_policy(session, company, valid_from=dt.date(2026, 10, 1))
    hires = {"old": dt.date(2026, 3, 2), "known": dt.date(2025, 6, 1), "new": dt.date(2026, 10, 1)}
    people = {
        name: factories.create_employment(session, company, employee_no=name, hired_on=on)
        for name, on in hires.items()
    }
    services = factories.create_employment(session, company, hired_on=dt.date(2026, 5, 1))
    factories.create_pay_profile(session, services, tax_method="labor_service")
    set_tax_opening(
        session, CLI, people["known"], through_period=PayPeriod(2026, 9), income_amount=1, months=9
    )
    assert facts(session, company.id, dt.date(2026, 11, 30)).without_opening == 1
    # From January on nobody has earlier months.
    later = factories.create_company(session)
    factories.create_pay_policy(session, later, valid_from=dt.date(2026, 1, 1))
    factories.create_employment(session, later, hired_on=dt.date(2025, 3, 2))
    assert facts(session, later.id, dt.date(2026, 11, 30)).without_opening == 0


def test_the_page_of_a_base_administrator_without_any_company(
    session: Session, client_as: ClientAs
) -> None:
    account = factories.create_account(session, Role.BASE_ADMIN)
    session.commit()
    page = client_as(account).get("/start").text
    assert "/companies/new" in page


def test_a_base_administrator_chooses_the_company(session: Session, client_as: ClientAs) -> None:
    first = factories.create_company(session, name="甲公司")
    second = factories.create_company(session, name="乙公司")
    account = factories.create_account(session, Role.BASE_ADMIN)
    session.commit()
    client = client_as(account)
    assert f"/companies/{first.id}" in client.get("/start").text
    assert f"/companies/{second.id}" in client.get(f"/start?company={second.id}").text
    for wrong in ("x", "999999"):
        assert client.get(f"/start?company={wrong}").status_code == HTTPStatus.NOT_FOUND


def test_a_company_administrator_sees_the_own_company_only(
    session: Session, client_as: ClientAs
) -> None:
    own = factories.create_company(session, name="甲公司")
    other = factories.create_company(session, name="乙公司")
    account = factories.create_account(session, Role.COMPANY_ADMIN, own)
    session.commit()
    client = client_as(account)
    page = client.get("/start").text
    assert "甲公司" in page
    assert "乙公司" not in page
    assert "/people/teams" in page
    # Pages of the base are named, but lead nowhere.
    assert "/companies/" not in page
    assert client.get(f"/start?company={other.id}").status_code == HTTPStatus.NOT_FOUND


def test_the_page_takes_as_many_statements_for_more_rows(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    company = factories.create_company(session)
    account = factories.create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()

    def more() -> None:
        session.rollback()
        for _ in range(5):
            team = factories.create_team(session, company)
            worker = factories.create_employment(session, company)
            factories.create_membership(session, worker, team)
            factories.create_pay_profile(session, worker)
            factories.create_shift(session, worker, dt.date(2026, 10, 8))
        session.commit()

    assert assert_same_queries(app, client_as(account), "/start", more) <= 17


def test_a_profile_of_somebody_who_left_counts_for_nobody(session: Session) -> None:
    """Two people of today, one of them agreed on; whoever left this month was agreed on, too."""
    today = dt.date(2026, 10, 20)
    company = factories.create_company(session)
    agreed = factories.create_employment(session, company)
    factories.create_employment(session, company)
    left = factories.create_employment(session, company, separated_on=dt.date(2026, 10, 9))
    for employment in (agreed, left):
        factories.create_pay_profile(session, employment)
    found = facts(session, company.id, today)
    assert (found.people, found.people_with_profile) == (2, 1)
