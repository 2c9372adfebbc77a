"""Companies, teams, leaders, policies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import create_account, create_company, create_team, credit_code
from workforce.companies import queries, service
from workforce.companies.models import Company, CompanyPayPolicy
from workforce.core.errors import ClosedError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.platform import locks
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope

TIERS = [
    {"accuracy_from_rate": 980_000, "factor_rate": 1_000_000},
    {"accuracy_from_rate": 0, "factor_rate": 800_000},
]


def found(session: Session, **changes: Any) -> Company:
    """Found a company."""
    values: dict[str, Any] = {
        "code": "QZ",
        "name": "夔州标注有限公司",
        "credit_code": credit_code(9_000_001),
        "region": "500236",
        "founded_on": dt.date(2020, 1, 1),
    }
    return service.create_company(session, CLI, **(values | changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "Q Z"}, "company.code_shape"),
        ({"code": "../QZ"}, "company.code_shape"),
        ({"code": ""}, "company.code_shape"),
        ({}, "company.code_taken"),
        ({"code": "Q2"}, "company.credit_code_taken"),
        ({"code": "Q2", "credit_code": "91500236MA0000000X"}, "identity.credit_code"),
    ],
)
def test_what_a_company_may_not_be(session: Session, changes: dict[str, Any], code: str) -> None:
    found(session)

    with pytest.raises(InputError) as caught:
        found(session, **changes)
    assert caught.value.code == code


def test_another_companys_code_is_not_found(session: Session) -> None:
    company, other = found(session), create_company(session)

    assert service.company_named(session, Scope.company(company.id), "QZ").id == company.id
    with pytest.raises(NotFoundError):
        service.company_named(session, Scope.company(other.id), "QZ")


def test_team_codes_are_the_companys_own(session: Session) -> None:
    company, other = found(session), create_company(session)
    service.add_team(session, CLI, company_id=company.id, code="T1", name="一组")
    service.add_team(session, CLI, company_id=other.id, code="T1", name="一组")

    with pytest.raises(InputError):
        service.add_team(session, CLI, company_id=company.id, code="T1", name="二组")


def test_a_team_is_led_by_one_after_the_other(session: Session) -> None:
    company = found(session)
    team = create_team(session, company)
    first, second = (create_account(session, Role.SUPERVISOR, company) for _ in range(2))
    for account, day in ((first, 1), (second, 16)):
        service.set_leader(
            session, CLI, team=team, account_id=account.id, valid_from=dt.date(2026, 10, day)
        )

    def led(account_id: int, day: int) -> list[int]:
        return list(session.scalars(queries.team_ids_led(account_id, dt.date(2026, 10, day))))

    assert (led(first.id, 15), led(first.id, 16)) == ([team.id], [])
    assert (led(second.id, 15), led(second.id, 16)) == ([], [team.id])


def set_policy(session: Session, company: Company, first: dt.date, **changes: Any) -> None:
    """Set a policy."""
    values: dict[str, Any] = {
        "work_injury_rate": 3_000,
        "acceptance": "at_once",
        "quality_tiers": TIERS,
    }
    service.set_pay_policy(
        session, CLI, company_id=company.id, valid_from=first, **(values | changes)
    )


def test_policies_follow_one_another_by_month(session: Session) -> None:
    company = found(session)
    set_policy(session, company, dt.date(2026, 8, 1))
    set_policy(session, company, dt.date(2026, 11, 1), acceptance="by_person")
    set_policy(session, company, dt.date(2026, 8, 1), night_allowance_amount=1_500)

    def of(month: int) -> CompanyPayPolicy:
        query = queries.pay_policy(Scope.company(company.id), PayPeriod(2026, month))
        return session.scalars(query).one()

    assert (of(10).acceptance, of(10).night_allowance_amount) == ("at_once", 1_500)
    assert of(11).acceptance == "by_person"
    assert len(session.scalars(select(CompanyPayPolicy)).all()) == 2


@pytest.mark.parametrize(
    "tiers",
    [
        TIERS[:1],
        [*reversed(TIERS)],
        [TIERS[0], TIERS[0], TIERS[1]],
        [{"accuracy_from_rate": 0, "factor_rate": 1_000_001}],
        [{"accuracy_from_rate": 0, "factor_rate": -1}],
    ],
)
def test_tiers_leave_no_accuracy_without_a_factor(
    session: Session, tiers: list[dict[str, int]]
) -> None:
    company = found(session)

    with pytest.raises(InputError) as caught:
        set_policy(session, company, dt.date(2026, 8, 1), quality_tiers=tiers)
    assert caught.value.code == "company.tiers"


def test_a_policy_keeps_to_months_and_to_open_ones(session: Session) -> None:
    company = found(session)
    with pytest.raises(InputError) as caught:
        set_policy(session, company, dt.date(2026, 8, 2))
    assert caught.value.code == "dated.not_first"

    locks.lock(session, company.id, PayPeriod(2026, 10), reason="closed", account_id=None)
    session.flush()
    with pytest.raises(ClosedError):
        set_policy(session, company, dt.date(2026, 8, 1))
    set_policy(session, company, dt.date(2026, 11, 1))
