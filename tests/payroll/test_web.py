"""Finance's pages: what they show to whom, and that their buttons do what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient, without_tokens
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, WORKDAYS, World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db
from workforce.platform.job_runs import claim, execute

ClientAs = Callable[[Account], FormClient]


def do_jobs() -> None:
    """Do what is queued, as the worker does."""
    # What pages wrote meanwhile is seen by a new reading transaction only.
    db.session.rollback()
    while (progress := claim()) is not None:
        execute(progress)


@pytest.fixture
def ready(world: World) -> World:
    """A company whose October is calculated, with a name that would break a careless page."""
    fill(world)
    world.run()
    return world


def page(client: FormClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.text
    return response.text


def path_of(world: World) -> str:
    return f"/payroll/runs/{world.stored_run().id}"


@both_engines
@pytest.mark.feature("ALL-10")
def test_the_list_shows_month_state_totals_and_the_next_step(
    ready: World, client_as: ClientAs
) -> None:
    shown = page(client_as(ready.maker), "/payroll/runs")
    for words in ("2026-10", "已计算", "2,471.25", "1,988.18", "3,691.47", "待审核", "2026-11-13"):
        assert words in shown


def test_a_long_list_has_pages_and_knows_the_month_to_compute(
    ready: World, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.payroll.web._RUNS_PER_PAGE", 1)
    ready.run(OCTOBER.next().halves[0])
    client = client_as(ready.maker)
    first, second = (page(client, f"/payroll/runs?page={number}") for number in (1, 2))
    assert "2026-11 上半月" in first
    assert "2,471.25" not in first
    assert "2,471.25" in second
    assert 'href="/payroll/runs?page=2"' in first
    # The newest month that is still open, though a half of a later one is listed before it.
    assert 'value="2026-10"' in first


def test_an_empty_list_says_what_to_do(world: World, client_as: ClientAs) -> None:
    world.session.commit()
    assert "还没有工资批次" in page(client_as(world.maker), "/payroll/runs")


def test_a_run_shows_its_people_and_opens_to_their_payslips(
    ready: World, client_as: ClientAs
) -> None:
    client = client_as(ready.maker)
    shown = page(client, path_of(ready))
    assert "1,988.18" in shown
    slip = ready.slip("W1").id
    assert f'href="{path_of(ready)}/people"' in shown
    assert ready.stored_run().result_hash in shown
    assert "1,988.18" in page(client, f"/payroll/payslips/{slip}")
    ready.session.rollback()
    reads = ready.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "payroll_run.read")
    ).all()
    assert len(reads) == 1


def test_remarks_are_grouped_for_whoever_approves(ready: World, client_as: ClientAs) -> None:
    worker = ready.hire("W0", base_pay_amount=900_000)
    ready.attend(worker, WORKDAYS[1:])
    factories.create_adjustment(
        ready.session,
        worker,
        pay_period="2026-10",
        for_period="2026-09",
        amount=1_230,
        reason="<b>b9</b>",
    )
    ready.run()
    shown = page(client_as(ready.approver), path_of(ready))
    assert "批准前请看" in shown
    for label in ("损失赔偿未扣足", "有应出勤日没有记录"):
        assert label in shown
    assert "10-08" in shown[shown.index("有应出勤日没有记录") :]
    assert "未经核实" not in shown
    assert "&lt;b&gt;b9&lt;/b&gt;" in shown
    assert "2026-09" in shown


@pytest.mark.parametrize("order", ["number", "gross", "net", "change", "1; DROP TABLE payslip"])
def test_people_can_be_ordered_by_known_keys_only(
    ready: World, client_as: ClientAs, order: str
) -> None:
    worker = ready.hire("W0", base_pay_amount=900_000)
    ready.attend(worker)
    ready.run()
    shown = page(client_as(ready.maker), f"{path_of(ready)}/people?order={order}&down=1")
    assert 'aria-sort="descending"' in shown or order.startswith("1;")
    numbers = [shown.index(f">{number}<") for number in ("W0", "W1")]
    assert (numbers == sorted(numbers)) is (order in {"gross", "net", "change"})


def test_the_whole_way_by_buttons(ready: World, client_as: ClientAs) -> None:
    maker, approver = client_as(ready.maker), client_as(ready.approver)
    path = path_of(ready)
    today = clock.today().isoformat()
    paid = {"paid_on": today, "amount": "1,988.18", "reference": "ICBC 1"}
    for client, verb, form, status, state in (
        (approver, "review", {}, 302, "calculated"),  # refused: nobody has looked at the top-up
        (maker, "tick", {"kind": "floor"}, 302, "calculated"),  # refused: the own run
        (approver, "tick", {"kind": "floor"}, 302, "calculated"),
        (maker, "review", {}, 302, "calculated"),  # refused
        (approver, "review", {}, 302, "reviewed"),
        (maker, "approve", {"amount": "1988.18"}, 422, "reviewed"),  # refused
        (approver, "approve", {"amount": "1988.17"}, 422, "reviewed"),  # a slip of the hand
        (approver, "approve", {}, 422, "reviewed"),
        (approver, "approve", {"amount": "1988.18"}, 302, "approved"),
        (maker, "pay", paid | {"amount": "1988.19"}, 422, "approved"),
        (maker, "pay", paid | {"reference": ""}, 422, "approved"),
        (maker, "pay", paid, 302, "paid"),
        (approver, "close", {}, 302, "closed"),
    ):
        response = client.post_form(f"{path}/{verb}", form)
        assert response.status_code == status, (verb, response.text)
        assert ready.stored_run().state == state
        if status == 302:
            shown = page(client, path)
            assert client is not maker or state == "paid" or "制单人不能" in shown
    assert "已关账" in page(approver, path)
    refused = approver.post_form(f"{path}/return", {"reason": "late"})
    assert refused.status_code == 302
    assert ready.stored_run().state == "closed"


def test_a_run_is_returned_with_a_reason_and_calculated_again(
    ready: World, client_as: ClientAs
) -> None:
    approver, path = client_as(ready.approver), path_of(ready)
    approver.post_form(f"{path}/tick", {"kind": "floor"})
    approver.post_form(f"{path}/review")
    approver.post_form(f"{path}/return", {"reason": ""})
    assert ready.stored_run().state == "reviewed"
    approver.post_form(f"{path}/return", {"reason": "batch b9 <script>"})
    assert ready.stored_run().state == "calculated"
    reason = ready.session.scalar(
        select(AuditEntry.reason).where(AuditEntry.action == "payroll_run.return")
    )
    assert reason == "batch b9 <script>"


def test_calculating_from_the_page(world: World, client_as: ClientAs) -> None:
    fill(world)
    world.session.commit()
    company_id = world.company.id
    client = client_as(world.maker)
    for form, where in (
        ({"company_id": company_id, "period": "2026-10"}, "/jobs/1"),
        ({"company_id": company_id, "period": "2026-10"}, "/jobs/1"),  # asked for once
        ({"company_id": company_id, "period": "October"}, "/payroll/runs"),
    ):
        response = client.post_form("/payroll/runs", form)
        assert response.status_code == 302
        assert response.location.endswith(where)
    assert "October" in page(client, "/payroll/runs")
    assert "排队中" in page(client, "/jobs/1")
    do_jobs()
    assert 'href="/payroll/runs/1"' in page(client, "/jobs/1")
    assert world.stored_run().payslip_count == 1


def test_what_cannot_be_computed_is_said_where_one_waits(world: World, client_as: ClientAs) -> None:
    """The law data know no 2027 yet."""
    fill(world)
    world.session.commit()
    client = client_as(world.maker)
    client.post_form("/payroll/runs", {"company_id": world.company.id, "period": "2027-01"})
    do_jobs()
    assert "2027" in page(client, "/jobs/1")
    assert world.session.scalars(select(PayrollRun)).all() == []


@pytest.mark.feature("FIN-18")
def test_a_preview_shows_everything_and_writes_nothing(world: World, client_as: ClientAs) -> None:
    fill(world)
    factories.create_employment(
        world.session, world.company, employee_no="W2", hired_on=OCTOBER.first_on
    )
    world.session.commit()
    client = client_as(world.maker)
    form = {"company_id": world.company.id, "period": "2026-10"}
    assert client.post_form("/payroll/previews", form).location.endswith("/jobs/1")
    page(client, "/payroll/previews/1", 404)
    do_jobs()
    assert 'href="/payroll/previews/1"' in page(client, "/jobs/1")
    shown = page(client, "/payroll/previews/1")
    for words in ("2,471.25", "1,988.18", "没有写入任何内容", "W2", "补上薪资档案"):
        assert words in shown
    world.session.rollback()
    assert world.session.scalars(select(PayrollRun)).all() == []


def test_faults_are_named_with_their_remedy(world: World, client_as: ClientAs) -> None:
    fill(world)
    factories.create_employment(
        world.session, world.company, employee_no="W2", hired_on=OCTOBER.first_on
    )
    world.run()
    shown = page(client_as(world.maker), path_of(world))
    assert "没有覆盖 2026-10 整月的薪资档案" in shown
    assert "补上薪资档案" in shown
    assert "/review" not in shown


def test_verify_says_same_and_finds_an_edited_line(ready: World, client_as: ClientAs) -> None:
    client, path = client_as(ready.maker), path_of(ready)
    client.post_form(f"{path}/verify")
    assert "逐位相同" in page(client, path)
    ready.session.commit()
    ready.session.execute(text("UPDATE payslip_line SET amount = amount + 7 WHERE seq = 1"))
    ready.session.commit()
    client.post_form(f"{path}/verify")
    assert "重算不一致" in page(client, path)


def test_a_run_of_another_company_is_not_found(
    ready: World, book: LawBook, client_as: ClientAs
) -> None:
    other = create_world(ready.session, book, "KZ")
    ready.session.commit()
    path, company_id = path_of(ready), ready.company.id
    client = client_as(other.maker)
    page(client, path, 404)
    for verb in ("review", "approve", "pay", "close", "return", "verify", "tick"):
        form = {"reason": "x", "kind": "floor"}
        assert client.post_form(f"{path}/{verb}", form).status_code == 404
    for part in ("people", "people.xlsx", "variances", "changes", "people/1"):
        page(client, f"{path}/{part}", 404)
    other_form = {"company_id": str(company_id), "period": "2026-10"}
    assert client.post_form("/payroll/runs", other_form).status_code == 404
    assert client.post_form("/payroll/runs", {"company_id": "x"}).status_code == 404
    assert "2,471.25" not in page(client, "/payroll/runs")


def test_the_base_administrator_sees_totals_and_nobody_s_pay(
    ready: World, client_as: ClientAs
) -> None:
    admin = factories.create_account(ready.session, Role.BASE_ADMIN)
    ready.session.execute(text("UPDATE payslip_line SET amount = amount + 7 WHERE seq = 1"))
    ready.session.commit()
    client, path = client_as(admin), path_of(ready)
    assert ready.company.name in page(client, "/payroll/runs")
    client.post_form(f"{path}/verify")
    shown = page(client, path)
    assert "2,471.25" in shown
    assert "W1" not in without_tokens(shown)
    assert "/payroll/payslips/" not in shown
    assert client.post_form(f"{path}/review").status_code == 403


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANNOTATOR, Role.OFFICIAL])
def test_others_have_no_pages_of_finance(ready: World, client_as: ClientAs, role: Role) -> None:
    person = factories.create_person(ready.session)
    account = factories.create_account(ready.session, role, ready.company, person)
    ready.session.commit()
    client, path = client_as(account), path_of(ready)
    page(client, "/payroll/runs", 403)
    page(client, path, 403)
    assert client.post_form(f"{path}/approve").status_code == 403


def test_a_form_without_its_token_does_nothing(ready: World, client_as: ClientAs) -> None:
    response = client_as(ready.approver).post(f"{path_of(ready)}/review")
    assert response.status_code == 400
    assert ready.session.scalar(select(PayrollRun.state)) == "calculated"


def test_the_pages_speak_english(ready: World, client_as: ClientAs) -> None:
    ready.maker.locale = "en"
    ready.session.commit()
    client = client_as(ready.maker)
    assert "Calculate again" in page(client, path_of(ready))
    assert "to be reviewed" in page(client, "/payroll/runs")
