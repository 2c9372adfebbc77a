"""Finance's pages: what they show to whom, and that their buttons do what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, WORKDAYS, World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]


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
    assert f'href="/payroll/payslips/{slip}"' in shown
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
    shown = page(client_as(ready.maker), f"{path_of(ready)}?order={order}")
    assert ("descending" in shown) is (order in {"gross", "net", "change"})
    assert shown.index(">W0<") < shown.index(">W1<")


def test_the_whole_way_by_buttons(ready: World, client_as: ClientAs) -> None:
    maker, approver = client_as(ready.maker), client_as(ready.approver)
    path = path_of(ready)
    for client, verb, state in (
        (maker, "review", "calculated"),  # refused: the own run
        (approver, "review", "reviewed"),
        (maker, "approve", "reviewed"),  # refused
        (approver, "approve", "approved"),
        (approver, "close", "closed"),
    ):
        response = client.post_form(f"{path}/{verb}")
        assert response.status_code == 302
        assert ready.stored_run().state == state
        shown = page(client, path)
        if client is maker:
            assert "制单人不能" in shown or "whoever made" in shown
    assert "已关账" in page(approver, path)
    refused = approver.post_form(f"{path}/return", {"reason": "late"})
    assert refused.status_code == 302
    assert ready.stored_run().state == "closed"


def test_a_run_is_returned_with_a_reason_and_calculated_again(
    ready: World, client_as: ClientAs
) -> None:
    approver, path = client_as(ready.approver), path_of(ready)
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
        ({"company_id": company_id, "period": "2026-10"}, "/payroll/runs/1"),
        ({"company_id": company_id, "period": "October"}, "/payroll/runs"),
        ({"company_id": company_id, "period": "2027-01"}, "/payroll/runs"),
    ):
        response = client.post_form("/payroll/runs", form)
        assert response.status_code == 302
        assert response.location.endswith(where)
    assert "2027" in page(client, "/payroll/runs")
    assert world.stored_run().payslip_count == 1


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
    for verb in ("review", "approve", "close", "return", "verify"):
        assert client.post_form(f"{path}/{verb}", {"reason": "x"}).status_code == 404
    form = {"company_id": company_id, "period": "2026-10"}
    assert client.post_form("/payroll/runs", form).status_code == 404
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
    assert "W1" not in shown
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
