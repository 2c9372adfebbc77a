"""Late facts and reversals on their pages, from typing to the payslips that show them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.factories.web import FormClient
from tests.payroll.test_late_facts import MISSED, NOVEMBER, NOVEMBER_WORKDAYS, paid
from tests.payroll.test_web import do_jobs
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.payroll.correction_models import LateFact
from workforce.payroll.models import SlipReversal
from workforce.people.models import Employment

ClientAs = Callable[[Account], FormClient]


@pytest.fixture
def salaried(world: World) -> Employment:
    """Somebody with 8000 a month, whose October is approved."""
    worker = world.hire("W1", base_pay_amount=800_000)
    world.attend(worker)
    world.attend(worker, NOVEMBER_WORKDAYS)
    world.run()
    world.approve()
    world.session.commit()
    return worker


@pytest.mark.feature("FIN-25")
def test_a_missed_shift_from_the_form_to_both_payslips(
    world: World, salaried: Employment, client_as: ClientAs
) -> None:
    maker, approver = client_as(world.maker), client_as(world.approver)
    said = {"employee_no": "W1", **MISSED, "reason": "漏记 17 日"}
    wrong = maker.post_form("/payroll/late/new?kind=shift", said | {"starts_at": "25:00"})
    assert wrong.status_code == 422
    assert "25:00" in wrong.text
    assert maker.post_form("/payroll/late/new?kind=shift", said).status_code == 302
    assert "漏记 17 日" in maker.get("/payroll/late").text

    # 8000 ÷ 21.75 × 2 = 735.63; see the test of the service.
    seen = approver.get("/payroll/late/2026-10")
    assert "735.63" in seen.text
    own = maker.get("/payroll/late/2026-10").text
    assert "批准这 1 条" not in own
    answer = approver.post_form("/payroll/late/2026-10/approve", {"seen": "something else"})
    assert answer.status_code == 302
    assert paid(world, salaried) == []
    found = world.session.scalars(select(LateFact)).one()
    token = seen.text.partition('name="seen" value="')[2].partition('"')[0]
    assert token.endswith(f":{found.id}")
    approver.post_form("/payroll/late/2026-10/approve", {"seen": token})
    assert paid(world, salaried) == [("pay", 73_563, "2026-11")]

    world.run(NOVEMBER)
    old = approver.get(f"/payroll/payslips/{world.slip('W1').id}").text
    assert "2026-11" in old
    assert "后来补差" in old
    new = approver.get(f"/payroll/payslips/{world.slip('W1', NOVEMBER).id}").text
    assert "更正 2026-10 的工资条" in new
    assert "735.63" in new


@pytest.mark.feature("FIN-25")
def test_what_is_of_everybody_is_tried_and_approved_by_jobs(
    world: World, client_as: ClientAs
) -> None:
    # 2000 units × (0.15 − 0.125) = 50.00; the piece wage is far above the minimum wage before.
    world.task_type("bbox", ("2026-01-01", 125_000))
    worker = world.hire("W1")
    world.attend(worker)
    world.output(worker, "bbox", 12, 2_000)
    world.output(worker, "bbox", 8, 40_000)
    world.run()
    world.approve()
    world.session.commit()
    maker, approver = client_as(world.maker), client_as(world.approver)
    said = {"task_type": "bbox", "on": "2026-10-12", "reason": "合同补涨"}
    path = "/payroll/late/new?kind=price"
    assert maker.post_form(path, said | {"unit_price": "0"}).status_code == 422

    low = maker.post_form(path, said | {"unit_price": "0.1"})
    do_jobs()
    assert "0.125" in maker.get(low.location).text
    entered = maker.post_form(path, said | {"unit_price": "0.15"})
    do_jobs()
    assert "已录入 1 条" in maker.get(entered.location).text

    seen = approver.get("/payroll/late/2026-10").text
    token = seen.partition('name="seen" value="')[2].partition('"')[0]
    approve = "/payroll/late/2026-10/approve"
    assert maker.post_form(approve, {"seen": token}).location == "/payroll/late/2026-10"
    done = approver.post_form(approve, {"seen": token})
    assert paid(world, worker) == []
    do_jobs()
    assert paid(world, worker) == [("pay", 5_000, "2026-11")]
    assert "1 人，合计 50.00 元" in approver.get(done.location).text


@pytest.mark.feature("FIN-26")
@pytest.mark.usefixtures("salaried")
def test_a_payslip_is_reversed_on_pages_and_shown_crossed_out(
    world: World, client_as: ClientAs
) -> None:
    maker, approver = client_as(world.maker), client_as(world.approver)
    slip_id = world.slip("W1").id
    path = f"/payroll/payslips/{slip_id}/reverse"
    assert maker.post_form(path, {"reason": ""}).status_code == 422
    assert maker.post_form(path, {"reason": "工资条发错人"}).status_code == 302
    world.session.commit()
    row = world.session.scalars(select(SlipReversal)).one()
    page = "/payroll/reversals"
    assert "批准冲销" not in maker.get(page).text
    approver.post_form(f"/payroll/reversals/{row.id}/approve", {})
    shown = maker.get(f"/payroll/payslips/{slip_id}").text
    assert "已冲销" in shown
    assert "工资条发错人" in shown
    maker.post_form(
        "/payroll/reversals/reissue",
        {"period": "2026-10", "p2026-10-pay_on": "2026-11-20", "p2026-10-reason": "重发"},
    )
    assert "已安排重发" in maker.get("/payroll/orders").text


@pytest.mark.usefixtures("salaried")
def test_what_waits_is_said_on_the_page_of_the_month_that_would_pay_it(
    world: World, client_as: ClientAs
) -> None:
    maker = client_as(world.maker)
    said = {"employee_no": "W1", **MISSED, "reason": "漏记 17 日"}
    words = "以前月份的补差待批准"
    assert words not in maker.get("/payroll/month/2026-11").text
    assert maker.post_form("/payroll/late/new?kind=shift", said).status_code == 302
    assert words in maker.get("/payroll/month/2026-11").text
