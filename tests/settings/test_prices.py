"""Prices on pages: dated, with their effect first, never in a closed month, each company's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import OCTOBER, World
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform import locks
from workforce.platform.audit import AuditEntry
from workforce.production.models import PiecePrice

ClientAs = Callable[[Account], FormClient]
NEW = {"unit_price": "0.11", "valid_from": "2026-12-01", "reason": "甲方调价"}


def path(world: World) -> str:
    return f"/settings/prices/{world.task_types['bbox_2d'].id}"


def prices(world: World) -> list[tuple[int, str, str | None]]:
    world.session.rollback()
    rows = world.session.scalars(select(PiecePrice).order_by(PiecePrice.valid_from))
    return [
        (row.unit_price, str(row.valid_from), str(row.valid_to) if row.valid_to else None)
        for row in rows
    ]


def test_a_first_price_is_proposed_from_the_first_month_that_can_still_be_paid(
    session: Session, client_as: ClientAs
) -> None:
    """A price from next month on would leave the work of this one without any."""
    company = factories.create_company(session)
    factories.create_pay_policy(session, company, valid_from=dt.date(2026, 10, 1))
    account = factories.create_account(session, Role.FINANCE, company)
    session.commit()
    client = client_as(account)
    assert "先添加一种" in client.get("/settings/prices").text
    kind = factories.create_task_type(session)
    session.commit()
    page = f"/settings/prices/{kind.id}"
    assert 'value="2026-10-01"' in client.get(page).text

    locks.lock(session, company.id, OCTOBER, reason="test", account_id=account.id)
    session.commit()
    assert 'value="2026-11-01"' in client.get(page).text


@pytest.mark.feature("FIN-2")
@both_engines
def test_a_price_is_shown_with_its_effect_and_then_saved(world: World, client_as: ClientAs) -> None:
    world.run()
    world.approve()
    client = client_as(world.maker)

    asked = client.post_form(path(world), NEW)

    # 0.10 × 3,000 × 18 days = 5,400.00 → 5,940.00; tax 12.00 → 28.20.
    assert asked.status_code == 200
    for shown in ("0.1", "0.11", "+540.00", "+523.80", "2026-10"):
        assert shown in asked.text
    assert prices(world) == [(100_000, "2026-01-01", None)]

    saved = client.post_form(path(world), NEW | {"step": "save"})

    assert saved.status_code == 302
    assert prices(world) == [(100_000, "2026-01-01", "2026-12-01"), (110_000, "2026-12-01", None)]
    entry = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "piece_price.set")
    ).one()
    assert entry.reason == "甲方调价"
    assert entry.before == '{"unit_price":100000}'


def test_without_a_decided_month_it_says_so(world: World, client_as: ClientAs) -> None:
    asked = client_as(world.maker).post_form(path(world), NEW)
    assert "还没有批准过的月份" in asked.text


@pytest.mark.feature("FIN-23")
def test_a_closed_month_keeps_its_price(world: World, client_as: ClientAs) -> None:
    locks.lock(world.session, world.company.id, OCTOBER, reason="test", account_id=None)
    world.session.commit()
    early = NEW | {"valid_from": "2026-10-16"}
    client = client_as(world.maker)
    for step in ("preview", "save"):
        answer = client.post_form(path(world), early | {"step": step})
        assert answer.status_code == 422
        assert "2026-10" in answer.text
        # What was typed is still there.
        assert 'value="0.11"' in answer.text
    assert prices(world) == [(100_000, "2026-01-01", None)]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("unit_price", ""),
        ("unit_price", "-1"),
        ("unit_price", "0.1234567"),
        ("valid_from", "soon"),
        ("reason", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, client_as: ClientAs, field: str, typed: str
) -> None:
    answer = client_as(world.maker).post_form(path(world), NEW | {field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


def test_the_way_back_keeps_what_was_typed(world: World, client_as: ClientAs) -> None:
    answer = client_as(world.maker).post_form(path(world), NEW | {"step": "edit"})
    assert answer.status_code == 200
    assert 'value="0.11"' in answer.text
    assert "甲方调价" in answer.text


@pytest.mark.feature("FIN-35")
def test_another_companys_prices_are_not_shown(
    world: World, client_as: ClientAs, session: Session
) -> None:
    other = factories.create_company(session)
    factories.create_piece_price(session, other, world.task_types["bbox_2d"], 987_654)
    account = factories.create_account(session, Role.COMPANY_ADMIN, other)
    session.commit()
    mine, theirs = client_as(world.maker), client_as(account)
    for address in ("/settings/prices", path(world)):
        assert "0.987654" not in mine.get(address).text
        assert "0.987654" in theirs.get(address).text


def test_the_list_of_a_day(world: World, client_as: ClientAs) -> None:
    client = client_as(world.maker)
    client.post_form(path(world), NEW | {"step": "save"})
    assert "2026-12-01" in client.get("/settings/prices").text
    assert "0.11" in client.get("/settings/prices?on=2026-12-01").text
    assert "没有单价" in client.get("/settings/prices?on=2025-12-31").text


def test_more_prices_take_no_more_statements(
    app: Flask, world: World, client_as: ClientAs, session: Session
) -> None:
    def more() -> None:
        for _ in range(5):
            kind = factories.create_task_type(session)
            factories.create_piece_price(session, world.company, kind)
        session.commit()

    assert_same_queries(app, client_as(world.maker), "/settings/prices", more)
