"""Pay profiles on pages: one person's, and a raise of many."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient, without_tokens
from tests.payroll.world import World
from tests.queries import assert_same_queries, counted
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.people.models import Employment, PayProfile
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]
NEW = {
    "valid_from": "2026-12",
    "base_pay_amount": "3000",
    "contribution_base_amount": "4000",
    "tax_method": "cumulative",
    "pay_cycle": "month",
    "reason": "转正",
}


def employee(world: World, number: str = "A1") -> Employment:
    chosen = select(Employment).where(Employment.employee_no == number)
    return world.session.scalars(chosen).one()


def profiles(world: World, number: str = "A1") -> list[PayProfile]:
    world.session.rollback()
    return list(
        world.session.scalars(
            select(PayProfile)
            .where(PayProfile.employment_id == employee(world, number).id)
            .order_by(PayProfile.valid_from)
        )
    )


@both_engines
def test_a_profile_is_shown_with_its_effect_and_then_saved(
    world: World, client_as: ClientAs
) -> None:
    world.run()
    world.approve()
    client, page = client_as(world.maker), f"/settings/profiles/{employee(world).id}"

    asked = client.post_form(page, NEW)
    assert asked.status_code == 200
    assert "3000.00" in asked.text
    assert len(profiles(world)) == 1
    back = client.post_form(page, NEW | {"step": "edit"}).text
    form = back[back.index('<details class="card version"') :]
    assert form.startswith('<details class="card version" open>'), "the way back shows the form"
    assert 'value="3000"' in form

    assert client.post_form(page, NEW | {"step": "save"}).status_code == 302
    old, new = profiles(world)
    assert str(old.valid_to) == str(new.valid_from) == "2026-12-01"
    assert (new.base_pay_amount, new.contribution_base_amount) == (300_000, 400_000)
    assert (new.fund_base_amount, new.overtime_base_amount) == (None, None)
    entry = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "employment.set_pay_profile")
    ).one()
    assert entry.reason == "转正"


@pytest.mark.parametrize(
    "changes",
    [
        {"fund_base_amount": "4000"},
        {"is_deduct_60000": "y", "is_first_wage_of_year": "y"},
        {"pay_cycle": "half_month"},
        {"base_pay_amount": "-1"},
        {"tax_method": "none"},
        {"reason": ""},
    ],
)
def test_what_contradicts_is_refused(
    world: World, client_as: ClientAs, changes: dict[str, str]
) -> None:
    page = f"/settings/profiles/{employee(world).id}"
    answer = client_as(world.maker).post_form(page, NEW | changes | {"step": "save"})
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert len(profiles(world)) == 1


def test_a_first_profile_begins_with_the_employment(
    world: World, client_as: ClientAs, session: Session
) -> None:
    hired_on = dt.date(2026, 11, 16)
    worker = factories.create_employment(
        session, world.company, employee_no="N1", hired_on=hired_on
    )
    session.commit()
    typed = NEW | {"valid_from": "2026-11", "step": "save"}
    answer = client_as(world.maker).post_form(f"/settings/profiles/{worker.id}", typed)
    assert answer.status_code == 302
    assert [row.valid_from for row in profiles(world, "N1")] == [hired_on]


def test_a_raise_of_many_is_rounded_by_person(
    world: World, client_as: ClientAs, session: Session
) -> None:
    for number, base in (("R1", 300_001), ("R2", 450_050), ("R3", 100_000)):
        world.hire(number, base_pay_amount=base)
    session.commit()
    who = [str(employee(world, number).id) for number in ("R1", "R2")]
    typed = {"valid_from": "2026-12", "kind": "percent", "value": "5", "reason": "调薪", "who": who}
    client = client_as(world.maker)

    asked = client.post_form("/settings/raise", typed)
    # 3000.01 × 1.05 = 3150.0105 → 3150.01; 4500.50 × 1.05 = 4725.525 → 4725.53 (half up).
    assert asked.status_code == 200
    for shown in ("3150.01", "4725.53"):
        assert shown in asked.text

    assert client.post_form("/settings/raise", typed | {"step": "save"}).status_code == 302
    assert [row.base_pay_amount for row in profiles(world, "R1")] == [300_001, 315_001]
    assert [row.base_pay_amount for row in profiles(world, "R2")] == [450_050, 472_553]
    assert [row.base_pay_amount for row in profiles(world, "R3")] == [100_000]


def test_a_raise_that_is_sent_twice_is_saved_once(
    world: World, client_as: ClientAs, session: Session
) -> None:
    world.hire("R1", base_pay_amount=300_000)
    session.commit()
    who = str(employee(world, "R1").id)
    typed = {"valid_from": "2026-12", "kind": "percent", "value": "5", "reason": "调薪", "who": who}
    client = client_as(world.maker)
    asked = client.post_form("/settings/raise", typed)
    (shown,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', asked.text)
    confirmed = typed | {"step": "save", "shown": shown}

    assert client.post_form("/settings/raise", confirmed).status_code == 302
    again = client.post_form("/settings/raise", confirmed)

    assert again.status_code == 409
    assert "还没有保存" in again.text
    assert "3307.50" in again.text
    assert [row.base_pay_amount for row in profiles(world, "R1")] == [300_000, 315_000]


def test_a_raise_of_nobody_is_refused(world: World, client_as: ClientAs) -> None:
    typed = {"valid_from": "2026-12", "kind": "amount", "value": "100", "reason": "调薪"}
    answer = client_as(world.maker).post_form("/settings/raise", typed)
    assert answer.status_code == 422
    assert "还没有选人" in answer.text


def test_whoever_is_chosen_from_elsewhere_is_not_raised(
    world: World, client_as: ClientAs, session: Session
) -> None:
    other = factories.create_company(session)
    stranger = factories.create_employment(session, other)
    factories.create_pay_profile(session, stranger, base_pay_amount=100_000)
    session.commit()
    typed = {
        "valid_from": "2026-12",
        "kind": "amount",
        "value": "100",
        "reason": "调薪",
        "who": str(stranger.id),
    }
    answer = client_as(world.maker).post_form("/settings/raise", typed | {"step": "save"})
    assert answer.status_code == 422


def test_as_many_statements_for_many_people(
    app: Flask, world: World, client_as: ClientAs, session: Session
) -> None:
    client = client_as(world.maker)

    def more() -> None:
        for number in range(30):
            world.hire(f"M{number:02d}", base_pay_amount=200_000)
        session.commit()

    assert_same_queries(app, client, "/settings/profiles", more)
    counts = []
    for numbers in (["M00", "M01"], [f"M{number:02d}" for number in range(30)]):
        who = [str(employee(world, number).id) for number in numbers]
        typed = {"valid_from": "2026-12", "kind": "amount", "value": "1", "reason": "x", "who": who}
        session.rollback()
        with counted(app) as statements:
            assert client.post_form("/settings/raise", typed | {"step": "save"}).status_code == 302
        counts.append(sum(one.startswith("SELECT") for one in statements))
    assert counts[0] == counts[1]


def test_the_list_finds_people_and_who_cannot_be_paid(
    world: World, client_as: ClientAs, session: Session
) -> None:
    factories.create_employment(session, world.company, employee_no="N9")
    session.commit()
    client = client_as(world.maker)
    assert "没有档案" in client.get("/settings/profiles").text
    missing = client.get("/settings/profiles?missing=1").text
    assert "N9" in missing
    assert "A1" not in without_tokens(missing)
    assert "没有符合的人" in client.get("/settings/profiles?q=nobody").text
    assert "1 人没有薪资档案" in client.get("/settings").text


def test_a_supervisor_sees_no_profile(world: World, client_as: ClientAs, session: Session) -> None:
    account = factories.create_account(session, Role.SUPERVISOR, world.company)
    session.commit()
    assert client_as(account).get("/settings/profiles").status_code == 403
