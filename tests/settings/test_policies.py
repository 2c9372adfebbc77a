"""The pay policy on pages: a whole version from a month on, with its effect first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.companies.models import CompanyPayPolicy
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]
PAGE = "/settings/policy/new"
NEW = {
    "valid_from": "2026-12",
    "quality_basis": "price",
    "quality_tiers-0-accuracy_from_rate": "98",
    "quality_tiers-0-factor_rate": "100",
    "quality_tiers-1-accuracy_from_rate": "0",
    "quality_tiers-1-factor_rate": "80",
    "night_allowance_amount": "15",
    "attendance_bonus_amount": "200",
    "holiday_day_wage_amount": "0",
    "work_injury_rate": "0.3",
    "acceptance": "at_once",
    "late_grace_minutes": "5",
    "pay_day": "15",
    "reason": "职工代表大会通过",
}


def policies(world: World) -> list[CompanyPayPolicy]:
    world.session.rollback()
    chosen = select(CompanyPayPolicy).order_by(CompanyPayPolicy.valid_from)
    return list(world.session.scalars(chosen))


@pytest.mark.feature("FIN-10")
def test_a_policy_is_shown_with_its_effect_and_then_saved(
    world: World, client_as: ClientAs
) -> None:
    world.run()
    world.approve()
    client = client_as(world.maker)

    asked = client.post_form(PAGE, NEW)

    # The attendance bonus of 200.00 for the one who was there on all days; tax 3 % of it.
    assert asked.status_code == 200
    for shown in ("+200.00", "+194.00", "准确率 98% 起按 100%", "职工代表大会通过"):
        assert shown in asked.text
    assert len(policies(world)) == 1

    saved = client.post_form(PAGE, NEW | {"step": "save"})

    assert saved.status_code == 302
    old, new = policies(world)
    assert str(old.valid_to) == str(new.valid_from) == "2026-12-01"
    assert new.attendance_bonus_amount == 20_000
    assert new.work_injury_rate == 3_000
    assert new.quality_tiers == [
        {"accuracy_from_rate": 980_000, "factor_rate": 1_000_000},
        {"accuracy_from_rate": 0, "factor_rate": 800_000},
    ]
    entry = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "company.set_pay_policy")
    ).one()
    assert entry.reason == "职工代表大会通过"
    assert '"attendance_bonus_amount":0' in str(entry.before)


def test_the_form_starts_from_the_policy_in_force(world: World, client_as: ClientAs) -> None:
    page = client_as(world.maker).get(PAGE).text
    for value in ("98", "95", "15.00", "2026-12", "0.3"):
        assert f'value="{value}"' in page


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"quality_tiers-1-accuracy_from_rate": "5"}, 422),
        ({"quality_tiers-0-factor_rate": "101"}, 422),
        ({"quality_tiers-0-factor_rate": ""}, 422),
        ({"pay_day": "29"}, 422),
        ({"late_grace_minutes": "-1"}, 422),
        ({"work_injury_rate": ""}, 422),
        ({"night_allowance_amount": ""}, 422),
        ({"valid_from": "2026-13"}, 422),
        ({"reason": " "}, 422),
        ({"quality_basis": "anything"}, 422),
    ],
)
def test_what_contradicts_is_refused_before_it_is_saved(
    world: World, client_as: ClientAs, changes: dict[str, str], status: int
) -> None:
    client = client_as(world.maker)
    for step in ("preview", "save"):
        answer = client.post_form(PAGE, NEW | changes | {"step": step})
        assert answer.status_code == status
        assert 'id="errors"' in answer.text
        assert "职工代表大会通过" in answer.text or "reason" in changes
    assert len(policies(world)) == 1


def test_every_version_can_be_read(world: World, client_as: ClientAs) -> None:
    client = client_as(world.maker)
    client.post_form(PAGE, NEW | {"step": "save"})
    page = client.get("/settings/policy").text
    assert page.count('<details class="card version"') == 2
    assert "将执行" in page
    assert "现行" in page
