"""People one at a time: persons once, employments without overlap, dated facts, closed months."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import create_company, create_team, id_number
from workforce.companies.models import Company
from workforce.core.errors import ClosedError, DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.people import service
from workforce.people.models import Employment, PayProfile, Person, TeamMembership
from workforce.platform import locks
from workforce.platform.audit import CLI, AuditEntry

ID = id_number(dt.date(1999, 3, 7), 1)


@pytest.fixture
def company(session: Session) -> Company:
    """A company."""
    return create_company(session)


def register(session: Session, name: str = "周明", number: str = ID) -> Person:
    """Register a person."""
    return service.register_person(
        session,
        CLI,
        id_number=number,
        name=name,
        education="30",
        township="500236117",
        household_category="rural",
        key_groups=["graduate", "graduate"],
    )


def employ(session: Session, company: Company, **changes: object) -> Employment:
    """Employ 周明 from 12 October 2026."""
    values: dict[str, object] = {
        "employee_no": "A1",
        "employment_type": "full_time",
        "hired_on": dt.date(2026, 10, 12),
    }
    return service.employ(
        session,
        CLI,
        company_id=company.id,
        person_id=register(session).id,
        **(values | changes),  # type: ignore[arg-type]
    )


def test_a_person_exists_once(session: Session) -> None:
    person = register(session)

    assert register(session, number=f" {ID.lower()} ").id == person.id
    assert (person.sex, person.born_on) == ("1", dt.date(1999, 3, 7))
    with pytest.raises(InputError) as caught:
        register(session, name="周亮")
    assert caught.value.code == "person.other_name"
    with pytest.raises(InputError):
        register(session, number=ID[:-1] + ("0" if ID[-1] != "0" else "1"))


def test_an_audit_entry_says_who_without_the_number(session: Session, company: Company) -> None:
    employ(session, company, bank_account="6228000011112222333")
    session.flush()

    entries = session.scalars(select(AuditEntry)).all()
    assert [entry.action for entry in entries] == ["person.register", "employment.begin"]
    told = "".join(f"{entry.before}{entry.after}" for entry in entries)
    assert ID not in told
    assert "6228" not in told


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "employment.number_taken"),
        ({"employee_no": "A2"}, "employment.overlap"),
        ({"employee_no": "A2", "separated_on": dt.date(2026, 10, 1)}, "employment.dates"),
        ({"employee_no": "A2", "rest_weekdays": "7"}, "employment.rest_weekdays"),
        ({"employee_no": "A2", "rest_weekdays": "77"}, "employment.rest_weekdays"),
        ({"employee_no": "A2", "rest_weekdays": "08"}, "employment.rest_weekdays"),
        (
            {"employee_no": "A2", "rest_weekdays": "1234567", "hours_system": "irregular"},
            "employment.rest_weekdays",
        ),
    ],
)
def test_what_an_employment_may_not_be(
    session: Session, company: Company, changes: dict[str, object], code: str
) -> None:
    employ(session, company)

    with pytest.raises(InputError) as caught:
        employ(session, company, **changes)
    assert caught.value.code == code


def test_a_rehire_after_leaving(session: Session, company: Company) -> None:
    first = employ(session, company)
    service.separate(session, CLI, first, separated_on=dt.date(2026, 10, 31), reason="resignation")

    second = employ(session, company, employee_no="A2", hired_on=dt.date(2026, 11, 1))

    assert second.person_id == first.person_id
    assert first.separation_reason == "resignation"


def test_a_pay_profile_holds_by_whole_months(session: Session, company: Company) -> None:
    employment = employ(session, company)
    service.set_pay_profile(
        session, CLI, employment, valid_from=dt.date(2026, 10, 1), base_pay_amount=150_000
    )
    service.set_pay_profile(
        session, CLI, employment, valid_from=dt.date(2026, 12, 1), base_pay_amount=180_000
    )

    profiles = session.scalars(select(PayProfile).order_by(PayProfile.valid_from)).all()
    assert [(p.valid_from.month, p.valid_to, p.base_pay_amount) for p in profiles] == [
        (10, dt.date(2026, 12, 1), 150_000),
        (12, None, 180_000),
    ]
    with pytest.raises(InputError) as caught:
        service.set_pay_profile(session, CLI, employment, valid_from=dt.date(2026, 12, 2))
    assert caught.value.code == "dated.not_first"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"base_pay_amount": -1}, "profile.negative"),
        ({"fund_base_amount": 480_000}, "profile.fund"),
        (
            {
                "fund_base_amount": 480_000,
                "fund_employee_rate": 1_000_001,
                "fund_employer_rate": 50_000,
            },
            "profile.rate",
        ),
        ({"is_deduct_60000": True, "is_first_wage_of_year": True}, "profile.tax"),
    ],
)
def test_pay_facts_that_contradict(
    session: Session, company: Company, values: dict[str, Any], code: str
) -> None:
    employment = employ(session, company)

    with pytest.raises(InputError) as caught:
        service.set_pay_profile(session, CLI, employment, valid_from=dt.date(2026, 10, 1), **values)
    assert caught.value.code == code


def test_closed_months_refuse(session: Session, company: Company) -> None:
    employment = employ(session, company)
    locks.lock(session, company.id, PayPeriod(2026, 10), reason="closed", account_id=None)
    session.flush()

    for act in (
        lambda: service.set_pay_profile(
            session, CLI, employment, valid_from=dt.date(2026, 10, 1), base_pay_amount=1
        ),
        lambda: service.separate(
            session, CLI, employment, separated_on=dt.date(2026, 10, 31), reason="x"
        ),
    ):
        with pytest.raises(ClosedError):
            act()


def test_teams_hand_over_on_a_day(session: Session, company: Company) -> None:
    employment = employ(session, company)
    one, two = create_team(session, company), create_team(session, company)
    for team, day in ((one, 12), (two, 20), (one, 12)):
        service.assign_team(
            session, CLI, employment, team_id=team.id, valid_from=dt.date(2026, 10, day)
        )

    rows = session.scalars(select(TeamMembership).order_by(TeamMembership.valid_from)).all()
    assert [(row.team_id, row.valid_from.day, row.valid_to) for row in rows] == [
        (one.id, 12, dt.date(2026, 10, 20)),
        (two.id, 20, None),
    ]


def test_errors_speak_both_languages(session: Session, company: Company) -> None:
    employ(session, company)
    with pytest.raises(DomainError) as caught:
        employ(session, company)
    assert "工号" in caught.value.message("zh")
    assert "A1" in caught.value.message("en")
