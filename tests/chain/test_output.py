"""The chain's figures: whole for the base, protected for officials, the hall and the book."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from http import HTTPStatus

import openpyxl
import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.chain.world import accept
from tests.engines import both_engines
from tests.factories.chain import chain_company_of, create_chain_company, create_deal
from tests.factories.returns import create_return
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.chain import exhibits, output, service
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.exhibits import Told

ClientAs = Callable[[Account], FormClient]
SEPTEMBER = PayPeriod(2026, 9)
YEAR = ReportPeriod.parse("2026-09")


@pytest.fixture
def market(session: Session) -> list[Company]:
    """Five companies that told September: labels of 100 to 500 yuan, and the last one trades for 900 besides.

    The second bought for 20.00. A sixth has not told. People: 41 each.
    """
    companies = []
    for number in range(1, 6):
        company = factories.create_company(
            session, is_inside=number < 3, reports_by="return", returns_from="2026-09"
        )
        figures = {
            "output_label": number * 10_000,
            "chain_purchases": 2_000 if number == 2 else 0,
            "data_trading": 0,
        }
        if number == 5:
            figures["output_trade"] = 90_000
        accept(session, create_return(session, company, period="2026-09", figures=figures).id)
        chain_company_of(session, company)
        companies.append(company)
    factories.create_company(session, reports_by="return", returns_from="2026-09")
    service.set_target(session, CLI, "output", 2025, 100_000, "协议")
    service.set_target(session, CLI, "output", 2026, 200_000, "协议")
    service.set_target(session, CLI, "jobs", 2026, 206, "协议")
    service.set_agreement(session, CLI, PayPeriod(2026, 3))
    session.commit()
    return companies


@pytest.mark.feature("OFF-12", "BASE-4")
@both_engines
def test_the_chains_figures_are_whole_for_the_base_and_protected_for_officials(
    session: Session, market: list[Company]
) -> None:
    """1 500 labels + 900 trade − 20 bought = 2 380 yuan by 5 × 41 = 205 jobs: 11.61 each."""
    del market
    whole = output.read_year(session, SEPTEMBER, is_protected=False)
    cells = whole.so_far.cells
    expected = {
        "link.label": 150_000,
        "link.trade": 90_000,
        "output": 240_000,
        "purchases": 2_000,
        "net": 238_000,
        "inside": 30_000,
        "jobs": 205,
        "per_job": 1_161,
    }
    assert {code: cells[code].value for code in expected} == expected
    assert (whole.so_far.of.expected, whole.so_far.of.missing) == (6, 1)
    protected = output.read_year(session, SEPTEMBER, is_protected=True).so_far.cells
    shown = {code for code in expected if protected[code].value is not None}
    # Trade is one company's, labels would tell it; what was bought is one's; inside are but two.
    assert shown == {"output", "jobs"}

    years = output.read_years(session, PayPeriod(2025, 1), SEPTEMBER, is_protected=False)
    standings = {
        (one.target.figure, one.target.year): str(one.progress.standing)
        for one in output.target_standings(session, years, dt.date(2026, 11, 5))
    }
    assert standings == {
        ("output", 2025): "awaited",
        ("output", 2026): "ahead",
        ("jobs", 2026): "open",
    }
    late = output.target_standings(session, years, dt.date(2027, 1, 1))
    assert [str(one.progress.standing) for one in late] == ["awaited", "reached", "awaited"]

    shows = {one.code: one.build(session, YEAR) for one in exhibits.EXHIBITS}
    growth = shows["chain_growth"]
    assert growth is not None
    # September is the sixth month since March: 205 jobs beside the reference's 800, inside is not told.
    at_six = [row.values[6] for row in growth.rows]
    assert [(value.number, value.told) for value in at_six] == [
        (205, Told.SHOWN),
        (None, Told.WITHHELD),
        (800, Told.SHOWN),
        (206, Told.SHOWN),
    ]
    assert growth.rows[0].values[5].told is Told.UNKNOWN
    assert growth.note is not None
    assert "还有 1 家企业" in growth.note.zh
    stages = shows["chain_companies"]
    assert stages is not None
    at_work = next(
        row for row in stages.rows if row.label == Text("已入驻（投产）", "Moved in, at work")
    )
    assert [value.number for value in at_work.values] == [2, 3]
    money = shows["chain_output"]
    assert money is not None
    # One has not told yet: a sum before and after it would tell what it tells.
    assert {value.told for row in money.rows for value in row.values} == {Told.UNKNOWN}
    assert money.note is not None
    aims = shows["chain_targets_yuan"]
    assert aims is not None
    assert aims.rows[0].values[1].told is Told.UNKNOWN


@pytest.mark.feature("OFF-12")
def test_the_page_and_its_file_say_the_same_to_each(
    session: Session, market: list[Company], client_as: ClientAs
) -> None:
    del market
    pages, sheets = {}, {}
    for role in (Role.BASE_ADMIN, Role.OFFICIAL):
        client = client_as(factories.create_account(session, role))
        pages[role] = client.get("/chain/output?period=2026-09").text
        content = client.get("/chain/output.xlsx?period=2026-09").data
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheets[role] = {row[0].value: row[-1].value for row in book.worksheets[0].iter_rows()}
    assert "2,380.00" in pages[Role.BASE_ADMIN]
    assert "2,380.00" not in pages[Role.OFFICIAL]
    assert "2,400.00" in pages[Role.OFFICIAL]
    net, label = "产业链产值（合并后）", "清洗标注"
    assert (sheets[Role.BASE_ADMIN][net], sheets[Role.BASE_ADMIN][label]) == (2380, 1500)
    assert (sheets[Role.OFFICIAL][net], sheets[Role.OFFICIAL][label]) == ("※", "※")
    assert "还缺 1 家次" in pages[Role.OFFICIAL]
    client = client_as(factories.create_account(session, Role.OFFICIAL))
    assert client.get("/chain/output?period=never").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.feature("BASE-4")
def test_a_year_is_judged_by_all_of_it_and_not_by_an_earlier_month(
    session: Session, market: list[Company], client_as: ClientAs
) -> None:
    """In January 2027 the target of 2026 is judged by December's returns, and nothing before they are in."""
    admin = factories.create_account(session, Role.BASE_ADMIN)
    session.commit()
    with clock.fixed(dt.datetime(2027, 1, 5, 4, tzinfo=dt.UTC)):
        client = client_as(admin)
        awaited = client.get("/chain/output?period=2026-12").text
        for company in market:
            figures = {"output_label": 0, "chain_purchases": 0, "data_trading": 0}
            made = create_return(session, company, period="2026-12", figures=figures)
            accept(session, made.id)
        session.commit()
        december = client.get("/chain/output?period=2026-12").text
        september = client.get("/chain/output?period=2026-09").text
    overdue = str(term("target_standing.overdue").zh)
    # Output is reached, jobs are not: 205 of 206, five of six companies have told.
    assert "月报还没报齐" in awaited
    assert overdue not in awaited
    assert overdue in december
    assert overdue not in september
    assert str(term("target_standing.ahead").zh) in september


@pytest.mark.feature("BASE-4")
def test_no_two_pictures_of_an_official_tell_of_one_month(
    session: Session, client_as: ClientAs
) -> None:
    """Three sell three alike until August, one sells in September: the year is one picture, whatever is asked."""
    sellers, buyers = (
        [create_chain_company(session, link="label") for _ in range(3)] for _ in range(2)
    )
    for seller, buyer in zip(sellers, buyers, strict=True):
        create_deal(session, seller, buyer_id=buyer.id, period="2026-08")
    create_deal(session, sellers[0], buyer_id=buyers[0].id, period="2026-09", amount=50_000)
    official, admin = (
        client_as(factories.create_account(session, role))
        for role in (Role.OFFICIAL, Role.BASE_ADMIN)
    )
    session.commit()
    told = {
        month: ["3,000.00" in client.get(f"/chain/picture?period={month}").text
                for client in (official, admin)]
        for month in ("2026-08", "2026-09")
    }  # fmt: skip
    assert told == {"2026-08": [False, True], "2026-09": [False, False]}
    assert "3,500.00" in official.get("/chain/picture?period=2026-08").text
