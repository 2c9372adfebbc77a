"""What is agreed from month to month, and corrections, on pages: audited, refused where a month is approved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.engines import both_engines
from tests.factories.web import FormClient, without_tokens
from tests.payroll.world import OCTOBER, World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.payroll.models import Adjustment, PayEntry
from workforce.platform.audit import AuditEntry
from workforce.platform.clock import today

ClientAs = Callable[[Account], FormClient]
NOVEMBER = OCTOBER.next()


@pytest.fixture
def approved(world: World) -> World:
    """One person whose October is approved."""
    worker = world.hire("W1", base_pay_amount=800_000)
    world.attend(worker)
    world.run()
    world.approve()
    return world


def path_of(world: World) -> str:
    return f"/payroll/entries/{world.slip('W1').employment_id}"


def stored(world: World) -> list[tuple[str, str, str | None, int]]:
    world.session.rollback()
    rows = world.session.scalars(select(PayEntry).order_by(PayEntry.period_from))
    return [(row.code, row.period_from, row.period_to, row.amount) for row in rows]


def entry(**changes: str) -> dict[str, str]:
    said = {"item": "earning:skill_allowance", "amount": "300", "period_from": "2026-11"}
    return said | changes


@both_engines
def test_an_item_is_agreed_taken_over_and_ended(approved: World, client_as: ClientAs) -> None:
    client, path = client_as(approved.maker), path_of(approved)
    assert client.post_form(path, entry()).status_code == 302
    assert (
        client.post_form(path, entry(amount="1,350.50", period_from="2027-01")).status_code == 302
    )
    assert stored(approved) == [
        ("skill_allowance", "2026-11", "2027-01", 30_000),
        ("skill_allowance", "2027-01", None, 135_050),
    ]
    shown = client.get(path).text
    assert "应发项 · 技能津贴" in shown
    assert "1,350.50" in shown

    ending = {"kind": "earning", "code": "skill_allowance", "period_from": "2027-01"}
    client.post_form(f"{path}/end", ending | {"last": "2027-03"})

    assert stored(approved)[1] == ("skill_allowance", "2027-01", "2027-04", 135_050)
    acts = approved.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.like("pay_entry.%"), AuditEntry.action != "pay_entry.read")
        .order_by(AuditEntry.id)
    ).all()
    assert acts == ["pay_entry.set", "pay_entry.set", "pay_entry.end"]
    unknown = ending | {"code": "commission", "last": "2027-03"}
    assert client.post_form(f"{path}/end", unknown).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"period_from": "2026-10"}, "已批准或关账"),
        ({"period_from": "2026-10", "period_to": "2026-09"}, "2026-09"),
        ({"amount": "12.345"}, "12.345"),
        ({"amount": "-5"}, "-5"),
        ({"amount": ""}, "请填写金额"),
        ({"item": "earning:bribe"}, ""),
        ({"period_from": "soon"}, "soon"),
    ],
)
def test_what_cannot_be_agreed_is_said_and_what_was_typed_stays(
    approved: World, client_as: ClientAs, changes: dict[str, str], said: str
) -> None:
    response = client_as(approved.maker).post_form(path_of(approved), entry(**changes))
    assert response.status_code == 422
    assert 'id="errors"' in response.text
    assert said in response.text
    assert stored(approved) == []


def correction(**changes: str) -> dict[str, str]:
    said = {"for_period": "2026-10", "pay_period": "2026-11", "amount": "-12.30", "reason": "复核"}
    return {f"adjust-{name}": value for name, value in (said | changes).items()}


@both_engines
@pytest.mark.feature("FIN-25")
def test_a_correction_is_entered_with_its_payslip_and_taken_back(
    approved: World, client_as: ClientAs
) -> None:
    client, page = client_as(approved.maker), path_of(approved)
    path = page.replace("entries", "adjustments")
    assert client.post_form(path, correction()).status_code == 302
    approved.session.rollback()
    (row,) = approved.session.scalars(select(Adjustment))
    assert (row.amount, row.reason, row.created_by_id) == (-1_230, "复核", approved.maker.id)
    assert row.corrected_payslip_id == approved.slip("W1").id
    assert "−12.30" in client.get(page).text
    client.post_form(path, correction(amount="0"))
    approved.session.rollback()
    assert approved.session.scalars(select(Adjustment)).all() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"for_period": "2026-09", "pay_period": "2026-10"}, "2026-10"),
        ({"for_period": "2026-11"}, "2026-11"),
        ({"pay_period": f"{today().year + 3}-01"}, f"{today().year + 3}"),
        ({"for_period": "x"}, "x"),
        ({"reason": ""}, "请写明原因"),
    ],
)
def test_what_cannot_be_corrected_is_said(
    approved: World, client_as: ClientAs, changes: dict[str, str], said: str
) -> None:
    path = path_of(approved).replace("entries", "adjustments")
    response = client_as(approved.maker).post_form(path, correction(**changes))
    assert response.status_code == 422
    assert 'id="errors"' in response.text
    assert said in response.text
    approved.session.rollback()
    assert approved.session.scalars(select(Adjustment)).all() == []


def test_another_company_s_people_are_not_found(
    approved: World, book: LawBook, client_as: ClientAs
) -> None:
    path = path_of(approved)
    other = create_world(approved.session, book, "KZ")
    approved.session.commit()
    client = client_as(other.maker)
    assert client.get(path).status_code == 404
    assert client.post_form(path, entry()).status_code == 404
    assert client.post_form(path.replace("entries", "adjustments"), correction()).status_code == 404
    listed = client.get("/payroll/entries?period=2026-10").text
    assert "W1" not in without_tokens(listed)
