"""Ordering a run apart and settling with a leaver on pages: what was typed stays, and says what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories.web import FormClient, without_tokens
from tests.payroll.test_orders import bonus, order, pay_order, through_november
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.core.facts import AmountKind
from workforce.core.orders import Purpose
from workforce.payroll import jobs
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.order_models import RunOrder, RunOrderAmount
from workforce.payroll.orders import lines as order_lines
from workforce.payroll.orders.lines import Defaults
from workforce.platform.audit import AuditEntry
from workforce.platform.jobs import Job, Progress, task_of

ClientAs = Callable[[Account], FormClient]
NEW = "/payroll/orders/new"


def said(**changes: str) -> dict[str, str]:
    return {
        "purpose": "bonus",
        "title": "年终奖",
        "period": "2026-12",
        "pay_on": "2026-12-25",
        "reason": "董事会决定",
        "item": "annual_bonus_merged:annual_bonus_merged",
        "each": "",
        "whom": "",
        "lines": "",
    } | changes


@pytest.mark.parametrize(
    "line",
    [
        "W1\t绩效奖金\t1,200.50",
        "W1,绩效奖金,1200.50",
        "W1，performance_bonus，1 200.50 元",
        "W1 Performance bonus ¥1200.50",
        "Ｗ１、应发项 · 绩效奖金、１２００．５０",
    ],
)
def test_a_line_is_read_as_people_write_it(world: World, line: str) -> None:
    worker = world.hire("W1")
    world.session.commit()
    found = order_lines.read_lines(
        world.session, world.company.id, Purpose.BONUS, f"工号\t项目\t金额\n{line}\n", Defaults()
    )
    assert found == ((worker.id, AmountKind.EARNING, "performance_bonus", 120_050),)


def test_a_bonus_is_ordered_calculated_and_withdrawn(world: World, client_as: ClientAs) -> None:
    workers = [through_november(world, number) for number in ("W1", "W2", "W3")]
    world.session.commit()
    client = client_as(world.maker)
    # Everybody gets 1,000.00; W2 2,000.00 as the list says.
    answer = client.post_form(NEW, said(each="1000", whom="everybody", lines="W2 2000"))
    assert answer.status_code == 302, answer.text
    world.session.rollback()
    order_id = world.session.scalars(select(RunOrder.id)).one()
    amounts = {
        row.employment_id: row.amount for row in world.session.scalars(select(RunOrderAmount))
    }
    assert amounts == {
        workers[0].id: 100_000,
        workers[1].id: 200_000,
        workers[2].id: 100_000,
    }
    shown = without_tokens(client.get(f"/payroll/orders/{order_id}").text)
    assert "董事会决定" in shown
    assert "4,000.00" in shown
    assert "2,000.00" in shown

    assert client.post_form(f"/payroll/orders/{order_id}/calculate", {}).status_code == 302
    world.session.rollback()
    job = world.session.scalars(select(Job)).one()
    job.state, job.attempt = "running", 1
    progress = Progress(task_of(job))
    world.session.commit()
    jobs.CALCULATE.run(progress.task, progress)
    world.session.rollback()
    run = world.session.scalars(select(PayrollRun)).one()
    assert (run.kind, run.order_id, run.gross_pay_amount) == ("off_cycle", order_id, 400_000)
    page = client.get(f"/payroll/runs/{run.id}").text
    assert "年终奖" in page
    # A list of bonuses is held against no month: nobody is new or gone.
    assert "与上月的差异" not in page
    assert "年终奖" in client.get("/payroll/month/2026-12").text
    assert "年终奖" in client.get("/payroll/runs").text

    client.post_form(f"/payroll/orders/{order_id}/withdraw", {"reason": ""})
    world.session.rollback()
    assert world.session.scalar(select(RunOrder.id)) == order_id
    client.post_form(f"/payroll/orders/{order_id}/withdraw", {"reason": "金额写错"})
    world.session.rollback()
    for model in (RunOrder, RunOrderAmount, PayrollRun, Payslip):
        assert world.session.scalars(select(model)).all() == []
    acts = world.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("run_order.")] == [
        "run_order.create",
        "run_order.read",
        "run_order.withdraw",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lines": "W9 100"}, "第 1 行：本公司没有工号 W9"),
        ({"lines": "W1 100\nW1 200"}, "第 2 行：W1 的同一项目写了两次"),
        ({"lines": "W1 奖品 100"}, "第 1 行看不懂"),
        ({"lines": ""}, "名单是空的"),
        ({"lines": "W1 0"}, "必须大于 0"),
        ({"lines": "W1 100", "period": "2026-13"}, "2026-13"),
        ({"lines": "W1 100", "period": "2026-12-H2"}, "不按这种周期发工资"),
        ({"lines": "W1 100", "pay_on": "2026-11-30"}, "发放日期早于"),
        ({"whom": "everybody"}, "每人金额"),
        ({"lines": "S1 100"}, "不能单独发一批"),
    ],
)
def test_what_cannot_be_ordered_is_said_at_its_place(
    world: World, client_as: ClientAs, changes: dict[str, str], words: str
) -> None:
    through_november(world, "W1")
    world.hire("S1", employment_type="labor_service", tax_method="labor_service", base_pay_amount=0)
    world.session.commit()
    answer = client_as(world.maker).post_form(NEW, said(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    # What was typed stays.
    assert changes.get("lines", "").split("\n")[0] in answer.text
    assert world.session.scalars(select(RunOrder)).all() == []


def test_a_leaver_is_settled_from_the_own_page(world: World, client_as: ClientAs) -> None:
    worker = through_november(world, "W1")
    worker.separated_on = dt.date(2026, 12, 11)
    stayer = world.hire("W2")
    factories.create_adjustment(
        world.session, worker, for_period="2026-10", pay_period="2027-01", amount=12_300
    )
    world.session.commit()
    client = client_as(world.maker)
    assert "离职结算" in client.get(f"/people/{worker.id}").text
    path = f"/payroll/final-pay/{worker.id}"
    shown = without_tokens(client.get(path).text)
    assert "123.00" in shown
    assert client.get(f"/payroll/final-pay/{stayer.id}").status_code == 422
    answer = client.post_form(
        path,
        {"leave_days": "3", "pay_on": "2026-12-11", "reason": "协商解除", "average_wage": "10000"},
    )
    assert answer.status_code == 302, answer.text
    world.session.rollback()
    order = world.session.scalars(select(RunOrder)).one()
    assert (order.purpose, order.period) == ("final_pay", "2026-12")
    # Without the tick no severance is asked for, whatever stands beside it.
    assert world.session.scalars(select(RunOrderAmount)).all() == []


def test_a_payslip_apart_says_what_it_is_for_and_nothing_of_days(
    world: World, client_as: ClientAs
) -> None:
    worker = through_november(world, "W1")
    run_id = pay_order(world, order(world, bonus(worker, 2_000_000), title="2026 年度年终奖"))
    slip = world.session.scalars(select(Payslip.id).where(Payslip.run_id == run_id)).one()
    shown = client_as(world.maker).get(f"/payroll/payslips/{slip}").text
    assert "2026 年度年终奖" in shown
    assert "出勤与工时" not in shown
    assert "18,500.00" in shown
