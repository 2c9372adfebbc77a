"""Four years of the county demo: returns that hold together, and a base that grows like the older one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workforce.chain import queries as chain
from workforce.companies.queries import company_facts
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.demo import history, trade
from workforce.demo.bulk_story import BulkStory
from workforce.demo.bulk_world import SIZES, companies_of
from workforce.platform import clock
from workforce.platform.scope import Scope
from workforce.returns import queries
from workforce.returns.models import CompanyReturn, ReturnDecision

COUNTY = SIZES["county"]
MONTHS = 48


def test_the_base_grows_as_the_older_one_did() -> None:
    """Scaled by 10,000 ÷ 8,500: 800 become 941 after half a year, 2,000 become 2,353 after eleven months."""
    made = companies_of(COUNTY)
    filers = history.filers_of(COUNTY, made)
    assert sum(one.is_inside for one in filers) == 35
    # Two more outside are in every demo.
    assert sum(not one.is_inside for one in filers) == 58
    jobs = history.jobs_of(filers, MONTHS)
    inside = [sum(month[:35]) for month in jobs]
    whole = [sum(month) for month in jobs]
    assert (inside[6], inside[11]) == (940, 2_350)
    # After two years 4,118 inside and 10,000 together, less those outside of headcount.
    assert whole[24] == 9_900
    assert whole[-1] > 11_000
    assert all(before <= after for before, after in pairwise(whole))
    assert len({one.credit_code for one in filers}) == len({one.code for one in filers}) == 93


def test_a_return_holds_together() -> None:
    made = companies_of(COUNTY)
    filers = history.filers_of(COUNTY, made)
    jobs = history.jobs_of(filers, MONTHS)
    seller = next(one for one in filers if one.link == "trade")
    figures = history.figures_of(seller, 40, 100, 90)
    # 3 of 100 leave anyway, ten jobs are gone: 10 left more than joined.
    assert (figures["joined"], figures["left"]) == (0, 10)
    assert figures["jobs_start"] + figures["joined"] - figures["left"] == figures["jobs_end"]
    assert figures["average_headcount"] == 95_00
    parts = ("time", "piece", "bonus", "allowance", "overtime", "special")
    assert sum(figures[f"{part}_wages"] for part in parts) == figures["total_wages"]
    # 90 jobs × (4,700 + 40 × 100) yuan, of which 30 % were bought; 19,000 yuan of data a job were brokered.
    assert figures["output_trade"] == 90 * 870_000
    assert figures["chain_purchases"] == 90 * 261_000
    assert figures["data_trading"] == 90 * 1_900_000
    for at, one in enumerate(filers[::9]):
        number = one.start + 1
        place = at * 9
        told = history.figures_of(one, number, jobs[number - 1][place], jobs[number][place])
        assert all(value >= 0 for value in told.values())


def _company(key: int, link: str, since: dt.date) -> chain.ChainCompanyRow:
    nothing = dict.fromkeys(
        ("credit_code", "contact_name", "contact_phone", "lead_source", "referrer", "company_id")
    )
    return chain.ChainCompanyRow(
        chain_company_id=key,
        name=f"Company {key}",
        is_inside=False,
        link=link,
        company_code=None,
        stage="moved_in",
        since=since,
        visited_on=None,
        next_on=None,
        **nothing,
    )


def test_deals_come_to_what_was_bought() -> None:
    """Datasets are made of labels, split 5 : 3 : 2; who trains buys labels until somebody makes datasets."""
    early, late = dt.date(2026, 1, 1), dt.date(2026, 9, 1)
    rows = [_company(key, "label", early) for key in (1, 2, 3)]
    rows += [_company(6, "dataset", late), _company(7, "training", early)]
    august, september = PayPeriod(2026, 8), PayPeriod(2026, 9)
    bought = {(6, september): 1_001, (7, august): 10, (7, september): 30, (1, september): 0}
    found = trade.deals_of(bought, rows)
    of_datasets = [one for one in found if one.buyer_id == 6]
    # 6 + 9 = 15: of three sellers the first begins. 500.5 and 300.3 and 200.2: the half goes up.
    assert [(one.seller_id, one.amount) for one in of_datasets] == [(1, 501), (2, 300), (3, 200)]
    training = [
        (one.month, one.link, one.seller_id, one.amount) for one in found if one.buyer_id == 7
    ]
    assert training == [
        (august, "label", 1, 5),
        (august, "label", 2, 3),
        (august, "label", 3, 2),
        (september, "dataset", 6, 30),
    ]
    assert not [one for one in found if one.buyer_id == 1]
    # The last word about a fifth company's newest purchase is still to come.
    waiting = trade.deals_of({(5, september): 10}, [*rows, _company(5, "dataset", early)])
    assert [one.amount for one in waiting] == [5, 3]


def test_returns_are_told_once_and_are_accepted(session: Session, tmp_path: Path) -> None:
    """Two companies inside that are paid here from September, three outside that file on."""
    size = replace(COUNTY, inside=2, filing=3, jobs=20, first=PayPeriod(2026, 9))
    story = BulkStory(tmp_path, LawBook.load(), size)
    with clock.fixed(story.told_at):
        for step in story.steps():
            if step.label.zh in {"企业、单价与账号", "四年月报"}:
                step.run()
        story._history()
    months = [PayPeriod(2022, 11)]
    while months[-1] < PayPeriod(2026, 10):
        months.append(months[-1].next())
    found = {
        (one.company_id, one.month): one.figures["jobs_end"]
        for one in queries.accepted(session, months, ["jobs_end"])
    }
    codes = {
        row.company_id: row.company_code for row in session.execute(company_facts(Scope.base()))
    }
    first = {code: min(m for c, m in found if codes[c] == code) for code in codes.values()}
    last = {code: max(m for c, m in found if codes[c] == code) for code in codes.values()}
    assert first["N01"] == PayPeriod(2022, 11)
    # The last typed month is that before the first pay.
    assert last["N01"] == last["N02"] == PayPeriod(2026, 8)
    # Of October one outside is accepted, one waits, one is missing.
    october = {codes[c] for c, m in found if m == PayPeriod(2026, 10)}
    assert len(october) == 1
    waiting = session.scalar(
        select(func.count())
        .select_from(CompanyReturn)
        .where(CompanyReturn.id.not_in(select(ReturnDecision.return_id)))
    )
    assert waiting == 1
    reporters = {one.code: one.reports_by for one in queries.reporters(session, Scope.base())}
    assert reporters["N01"] == "system"
    assert reporters["W01"] == "return"
    stages = {row.name: row.stage for row in chain.chain_companies(session, Scope.base())}
    assert set(stages.values()) == {"moved_in"}
    assert len(stages) == 5
