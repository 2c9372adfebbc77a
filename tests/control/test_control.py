"""The controls of a month: they hold for a month by hand, and each finds what was edited past the program."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.test_web import ClientAs
from tests.payroll.world import OCTOBER, World, create_world
from workforce.control.service import check_month, months_of
from workforce.control.tie import Asked
from workforce.control.ties import controls
from workforce.core.law import LawBook


def broken(world: World) -> list[str]:
    """Return the codes of the controls that find a difference in October."""
    world.session.commit()
    asked = Asked(
        session=world.session, company_id=world.company.id, month=OCTOBER, book=world.book
    )
    return [one.control.code for one in check_month(asked) if not one.holds]


_LOCK = (
    "INSERT INTO month_lock (company_id, period, reason, locked_at) "
    "SELECT company_id, period, 'by hand', prepared_at FROM payroll_run"
)


@pytest.fixture
def calculated(world: World) -> World:
    """October by hand, calculated."""
    fill(world)
    world.run()
    return world


@both_engines
def test_every_figure_of_a_paid_month_ties(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    assert broken(world) == []
    world.close()
    asked = Asked(session=session, company_id=world.company.id, month=OCTOBER, book=book)
    found = {one.control.code: one.ties for one in check_month(asked)}
    assert list(found) == list(controls())
    # 400 + 1000 + 300 + 900 boxes and 1200 polygons; 2471.25 gross, 1988.18 net (the month by hand).
    (qty,) = found["records_and_lines"]
    assert (qty.expected, qty.found) == (3_800_000_000, 3_800_000_000)
    assert [tie.found for tie in found["runs_and_slips"]] == [1, 247_125, 198_818, 369_147]
    assert {tie.expected for tie in found["payments_and_slips"]} == {198_818}
    assert months_of(session, world.company.id) == [OCTOBER]


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (
            "UPDATE payslip_line SET amount = amount + 1 WHERE code = 'piecework_pay' AND seq = 1",
            {"slips_and_lines", "stored_results"},
        ),
        (
            "UPDATE payslip SET net_pay_amount = net_pay_amount + 1",
            {"slips_and_lines", "runs_and_slips", "stored_results"},
        ),
        (
            "UPDATE payroll_run SET net_pay_amount = net_pay_amount - 1",
            {"slips_and_lines", "runs_and_slips", "stored_results"},
        ),
        (
            _LOCK,
            {"locked_months"},
        ),
    ],
)
def test_an_edit_past_the_program_is_found(calculated: World, edit: str, found: set[str]) -> None:
    calculated.session.execute(text(edit))
    assert set(broken(calculated)) == found


def test_a_unit_that_nobody_paid_is_found(calculated: World) -> None:
    calculated.approve()
    calculated.session.execute(
        text("UPDATE output_record SET accepted_qty = 399 WHERE accepted_qty = 400")
    )
    assert broken(calculated) == ["records_and_lines"]


def test_the_page_shows_what_ties_and_what_does_not(calculated: World, client_as: ClientAs) -> None:
    client = client_as(calculated.maker)
    path = "/payroll/month/2026-10/control"
    assert "全部相符" in client.get(path).text
    calculated.session.execute(text("UPDATE payslip_line SET amount = amount + 1 WHERE seq = 1"))
    calculated.session.commit()
    shown = client.get(path).text
    assert "不符" in shown
    assert "请不要发放或报送" in shown
    assert "本月还没有工资批次" in client.get("/payroll/month/2026-01/control").text
