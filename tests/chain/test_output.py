"""The chain's figures: whole for the base, protected for officials, the hall and the book."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from http import HTTPStatus

import openpyxl
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.chain.world import accept
from tests.engines import both_engines
from tests.factories.chain import chain_company_of, create_chain_company, create_deal
from tests.factories.returns import create_return
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.chain import deals, exhibits, output, published, service
from workforce.chain.models import ChainCompany, PublishedChain
from workforce.chain.queries import DealRow
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
    years = output.read_years(session, PayPeriod(2025, 1), SEPTEMBER)
    whole = years[2026]
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
    # One has not told yet: September waits for it until November is published.
    published.keep(session, PayPeriod(2026, 10))
    assert published.months(session) == []
    published.keep(session, PayPeriod(2026, 11))
    told = published.told_years(session, PayPeriod(2025, 1), PayPeriod(2026, 11))
    protected = told[2026].so_far.cells
    assert told[2026].untold == (PayPeriod(2026, 10), PayPeriod(2026, 11))
    shown = {code for code in expected if protected[code].value is not None}
    # Trade is one company's, labels would tell it; what was bought is one's; inside are but two.
    assert shown == {"output", "jobs"}

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
    # One has not told: what is missing would look like a fall.
    assert {value.told for row in money.rows for value in row.values} == {Told.UNKNOWN}
    assert money.note is not None
    aims = shows["chain_targets_yuan"]
    assert aims is not None
    assert aims.rows[0].values[1].told is Told.UNKNOWN


@pytest.mark.feature("OFF-12", "OFF-15")
@both_engines
def test_what_was_told_of_a_month_stands_whatever_is_corrected(
    session: Session, market: list[Company]
) -> None:
    """The third corrects 300 yuan of labels to 999: the base sees it, nobody else ever does."""
    late = session.scalars(select(Company).order_by(Company.id.desc())).first()
    assert late is not None
    figures = {"output_label": 60_000, "chain_purchases": 0, "data_trading": 0}
    accept(session, create_return(session, late, period="2026-09", figures=figures).id)
    for seller in session.scalars(select(ChainCompany).limit(3)).all():
        create_deal(session, seller)
    # All have told: September is told with its own issue.
    published.keep(session, SEPTEMBER)
    session.commit()

    def read() -> tuple[object, ...]:
        months = published.told_months(session, SEPTEMBER, PayPeriod(2026, 12))
        return (*months, *(one.build(session, YEAR) for one in exhibits.EXHIBITS))

    before = read()
    (told,) = published.told_months(session, SEPTEMBER, SEPTEMBER)
    # 1 500 + 600 labels + 900 trade.
    assert told.figures.cells["output"].value == 300_000
    corrected = create_return(
        session, market[2], period="2026-09", version=2, figures={**figures, "output_label": 99_900}
    )
    accept(session, corrected.id)
    published.keep(session, PayPeriod(2026, 12))
    session.commit()
    assert read() == before
    full = output.read_years(session, PayPeriod(2026, 1), SEPTEMBER)
    assert full[2026].so_far.cells["output"].value == 369_900
    for statement in (update(PublishedChain).values(content="x"), delete(PublishedChain)):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(statement)
        session.rollback()


@pytest.mark.feature("OFF-12")
def test_the_page_and_its_file_say_the_same_to_each(
    session: Session, market: list[Company], client_as: ClientAs
) -> None:
    del market
    official = client_as(factories.create_account(session, Role.OFFICIAL))
    assert "2026 年的产业链数字还没有公布" in official.get("/chain/output?period=2026-09").text
    nothing = official.get("/chain/output.xlsx?period=2026-09")
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    published.keep(session, PayPeriod(2026, 11))
    session.commit()
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
    assert "还没有公布的：2026-10、2026-11" in official.get("/chain/output?period=2026-11").text
    assert official.get("/chain/output?period=never").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


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
def test_a_year_of_deals_is_one_picture_that_is_told_once(
    session: Session, client_as: ClientAs
) -> None:
    """Three sell to three alike in August; the last of them sells more once 2026 was told with December's issue."""
    sellers, buyers = (
        [create_chain_company(session, link="label") for _ in range(4)] for _ in range(2)
    )
    for seller, buyer in zip(sellers, buyers, strict=True):
        create_deal(session, seller, buyer_id=buyer.id, period="2026-08")
    company = factories.create_company(session, reports_by="return", returns_from="2026-12")
    accept(session, create_return(session, company, period="2026-12").id)
    official, admin = (
        client_as(factories.create_account(session, role))
        for role in (Role.OFFICIAL, Role.BASE_ADMIN)
    )
    session.commit()
    assert "还没有公布" in official.get("/chain/picture").text
    assert "4,000.00" in admin.get("/chain/picture?period=2026-08").text
    # Output of December is missing: it is told two months later, and its deals with it.
    published.keep(session, PayPeriod(2027, 2))
    create_deal(session, sellers[3], buyer_id=buyers[2].id, period="2026-09", amount=50_000)
    published.keep(session, PayPeriod(2027, 3))
    session.commit()
    assert "4,000.00" in official.get("/chain/picture").text
    assert "4,000.00" in official.get("/chain/picture?period=2026-01").text
    assert "4,500.00" in admin.get("/chain/picture?period=2026-09").text


def test_a_party_of_deals_does_not_see_through_a_sum() -> None:
    """1 sells 70 of 100, and 2 and 3 sell 15 each to one buyer, who is what 1 has no part in."""

    def row(seller: int, buyer: int, amount: int) -> DealRow:
        values = dict.fromkeys(DealRow.__dataclass_fields__, None) | {
            "seller_id": seller, "buyer_id": buyer, "amount": amount, "link": "label", "answer": "confirmed",
        }  # fmt: skip
        return DealRow(**values)  # type: ignore[arg-type]

    rows = [row(1, 7, 30), row(1, 8, 30), row(1, 9, 10), row(2, 9, 15), row(3, 9, 15)]
    links = {7: "check", 8: "check", 9: "check"}
    assert deals.flows_of(rows, links, is_protected=True).total is None
    assert deals.flows_of(rows, links).total == 100
    # Where all three buy from both of the others, no buyer is the rest.
    rows += [row(seller, buyer, 15) for seller in (2, 3) for buyer in (7, 8)]
    assert deals.flows_of(rows, links, is_protected=True).total == 160
