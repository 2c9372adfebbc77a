"""The pages: who may open them, what they show, and that page, PDF and table say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests import factories
from tests.documents.reading import text_of
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.payroll.models import PayslipLine
from workforce.people.models import Employment, Person
from workforce.platform.audit import AuditEntry
from workforce.production.models import OutputRecord

ClientAs = Callable[[Account], FormClient]


@pytest.fixture
def own(world: World, client_as: ClientAs) -> FormClient:
    """The browser of the person whose October was worked out by hand; the run is approved."""
    world.approve()
    world.publish()
    employment = world.session.get_one(Employment, world.slip("W1").employment_id)
    person = world.session.get_one(Person, employment.person_id)
    account = factories.create_account(world.session, Role.ANNOTATOR, world.company, person)
    world.session.commit()
    return client_as(account)


def words(response: TestResponse) -> str:
    """Return the words of a page, one blank between them."""
    assert response.status_code == 200, response.status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())


@pytest.mark.feature("ANN-20")
def test_the_list_leads_to_the_payslip(own: FormClient, world: World) -> None:
    page = own.get("/payslips")
    assert f'href="/payslips/{world.slip("W1").id}"' in page.get_data(as_text=True)
    assert re.search(r"2026年10月 .* 1,988\.18", words(page))


@pytest.mark.feature("ANN-3", "ANN-6")
def test_each_line_opens_to_why_it_is_so(own: FormClient, world: World) -> None:
    page = own.get(f"/payslips/{world.slip('W1').id}")
    text = words(page)
    assert "2026年10月 实发（元） 1,988.18" in text
    assert "2,600 × 0.125" in text
    assert "验收 2600 件 × 单价 0.125 元 = 325.00 元。依据：劳动法第三十七条。" in text
    assert "月最低工资 2200.00 元 × 计薪 21 天 ÷ 本月计薪日 21 天 = 2200.00 元" in text
    assert "补足 369.15 元" in text
    assert "缴费基数 4553.00 元 × 8% = 364.24 元" in text
    lines = len(world.lines("W1"))
    assert page.get_data(as_text=True).count("<details>") == lines


@pytest.mark.feature("ANN-4", "ANN-5")
def test_lines_open_to_what_they_counted(own: FormClient, world: World) -> None:
    slip_id = world.slip("W1").id
    text = words(own.get(f"/payslips/{slip_id}"))
    assert "2026-10-10 b1 1,000" in text
    assert "逐条查看计入的 4 条记录" in text
    assert "b1 2026-10-12 · 合格 抽检 200 · 错误 9 · 准确率 95.5% · 系数 0.95" in text
    records = words(own.get(f"/payslips/{slip_id}/lines/1"))
    assert re.search(r"2026-10-10 · 批次 b1 test output-\d+ 验收日期 2026-10-10 1,000 框", records)
    assert own.get(f"/payslips/{slip_id}/lines/3").status_code == 404


@pytest.mark.feature("SUP-12")
def test_a_record_says_where_its_evidence_is_weaker(own: FormClient, world: World) -> None:
    world.session.execute(update(OutputRecord).values(evidence="minimal"))
    world.session.commit()

    page = own.get(f"/payslips/{world.slip('W1').id}/lines/1")

    assert "证据较弱：导出文件不完整" in words(page)


@pytest.mark.feature("ANN-7", "ANN-8")
def test_year_to_date_and_the_way_to_the_tax(own: FormClient, world: World) -> None:
    text = words(own.get(f"/payslips/{world.slip('W1').id}"))
    assert "累计应发工资 2,471.25 累计计税收入 2,421.25 减除费用（1 个月） −5,000.00" in text
    assert "社保与公积金 −483.07 累计应纳税所得额 0.00 税率 / 速算扣除数 3% / 0.00" in text


@both_engines
@pytest.mark.poppler
@pytest.mark.feature("ANN-11")
def test_the_pdf_has_every_figure_of_the_page_and_of_the_tables(
    own: FormClient, world: World, tmp_path: Path
) -> None:
    slip = world.slip("W1")
    response = own.get(f"/payslips/{slip.id}/pdf")
    assert response.mimetype == "application/pdf"
    assert "attachment" in response.headers["Content-Disposition"]
    paper = text_of(response.data, tmp_path)
    page = words(own.get(f"/payslips/{slip.id}"))
    shown = {
        f"{fen // 100:,}.{fen % 100:02d}"
        for fen in (
            slip.gross_pay_amount,
            slip.net_pay_amount,
            slip.employer_cost_amount,
            *(line.amount for line in world.lines("W1")),
        )
    }
    for figure in shown:
        whole = rf"(?<![\d,.]){re.escape(figure)}(?![\d,])"
        assert re.search(whole, paper), figure
        assert re.search(whole, page), figure


@pytest.mark.feature("ANN-1")
@pytest.mark.parametrize("address", ["", "/pdf", "/lines/1"])
def test_another_persons_payslip_is_not_found(
    own: FormClient, world: World, client_as: ClientAs, address: str
) -> None:
    stranger = factories.create_account(
        world.session, Role.ANNOTATOR, world.company, factories.create_person(world.session)
    )
    world.session.commit()
    slip_id = world.slip("W1").id
    assert own.get(f"/payslips/{slip_id}{address}").status_code == 200
    assert client_as(stranger).get(f"/payslips/{slip_id}{address}").status_code == 404
    # Finance's own door reaches the own payslips only, too.
    assert client_as(world.approver).get(f"/payslips/{slip_id}{address}").status_code in {403, 404}


@pytest.mark.feature("ANN-21")
def test_the_id_number_is_masked(own: FormClient, world: World) -> None:
    employment = world.session.get_one(Employment, world.slip("W1").employment_id)
    person = world.session.get_one(Person, employment.person_id)
    page = own.get(f"/payslips/{world.slip('W1').id}").get_data(as_text=True)
    assert person.id_number not in page
    assert f"{person.id_number[:6]}********{person.id_number[-4:]}" in page


def test_reading_a_payslip_is_recorded(own: FormClient, world: World) -> None:
    slip_id = world.slip("W1").id
    own.get(f"/payslips/{slip_id}")
    own.get(f"/payslips/{slip_id}/pdf")
    world.session.rollback()
    entries = world.session.query(AuditEntry).filter_by(action="payslip.read").all()
    assert [entry.subject_id for entry in entries] == [str(slip_id)] * 2


def test_finance_looks_at_a_draft_and_takes_the_register(world: World, client_as: ClientAs) -> None:
    other = factories.create_company(world.session)
    stranger = factories.create_account(world.session, Role.FINANCE, other)
    world.session.commit()
    finance = client_as(world.maker)
    run_id = world.stored_run().id
    text = words(finance.get(f"/payroll/payslips/{world.slip('W1').id}"))
    assert "试算稿，未批准，不作为发放依据" in text
    assert finance.get(f"/payroll/payslips/{world.slip('W1').id}/pdf").status_code == 200
    assert finance.get(f"/payroll/runs/{run_id}/register.pdf").data.startswith(b"%PDF")
    sheet = finance.get(f"/payroll/runs/{run_id}/register.xlsx")
    assert any("W1" in row for row in _rows(sheet))
    assert finance.get(f"/payroll/runs/{run_id}/register.exe").status_code == 404
    for address in (
        f"/payroll/payslips/{world.slip('W1').id}",
        f"/payroll/runs/{run_id}/register.xlsx",
    ):
        assert client_as(stranger).get(address).status_code == 404


@pytest.mark.feature("ANN-3", "ANN-11")
@pytest.mark.parametrize("operands", ["{}", '{"income_fen":1,"taxable_fen":2}'])
def test_a_payslip_of_an_earlier_version_is_not_lost(
    world: World, client_as: ClientAs, operands: str
) -> None:
    """Its lines may lack the numbers that explanations and the tax table came to need later."""
    slip_id = world.slip("W1").id
    world.session.query(PayslipLine).update({"operands": operands})
    world.session.commit()
    finance = client_as(world.maker)
    text = words(finance.get(f"/payroll/payslips/{slip_id}"))
    assert "369.15" in text
    assert finance.get(f"/payroll/payslips/{slip_id}/pdf").data.startswith(b"%PDF")
    register = f"/payroll/runs/{world.stored_run().id}/register.pdf"
    assert finance.get(register).data.startswith(b"%PDF")


def _rows(response: TestResponse) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(response.data)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_the_public_check_shows_no_amount_and_no_full_name(
    world: World, client: FormClient
) -> None:
    slip = world.slip("W1")
    address = f"/v/{slip.public_id}"
    assert client.get(address).status_code == 404
    world.approve()
    response = client.get(address)
    text = words(response)
    assert world.company.name in text
    assert "2026年10月" in text
    assert "有效" in text
    assert not re.search(r"\d\.\d\d", text)
    employment = world.session.get_one(Employment, slip.employment_id)
    assert world.session.get_one(Person, employment.person_id).name not in text
    assert "测*" in text
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert client.get(f"/v/{'0' * 32}").status_code == 404


def test_the_fingerprint_on_the_paper_is_that_of_the_public_page(
    own: FormClient, world: World, client: FormClient, tmp_path: Path
) -> None:
    slip = world.slip("W1")
    public = client.get(f"/v/{slip.public_id}").get_data(as_text=True)
    fingerprint = re.search(r"(?:[0-9A-F]{4} ){4}[0-9A-F]{4}", public)
    assert fingerprint is not None
    assert fingerprint[0] in text_of(own.get(f"/payslips/{slip.id}/pdf").data, tmp_path)


def test_pages_are_small(own: FormClient, world: World) -> None:
    """At most 15 KB after the first visit: people read this over a slow network."""
    gzip = {"Accept-Encoding": "gzip"}
    for address in ("/payslips", f"/payslips/{world.slip('W1').id}"):
        assert len(own.get(address, headers=gzip).data) < 15_000


def test_english(own: FormClient, world: World) -> None:
    own.get("/language/en")
    text = words(own.get(f"/payslips/{world.slip('W1').id}"))
    assert "Net pay of October 2026 (yuan) 1,988.18" in text
    assert "2600 accepted × 0.125 yuan = 325.00 yuan" in text
