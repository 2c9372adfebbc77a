"""The industry chain of the demo: companies that file output, leads with visits, deals, targets, the task force."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from workforce.accounts.queries import account_named
from workforce.chain import deals, queries, service
from workforce.chain.service import CompanyFacts
from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.demo.outside import OutsideCompany, tell_accepted
from workforce.demo.telling import OFFICIAL
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COMPANIES: Final = (
    OutsideCompany(
        "SX",
        "三峡语料科技(奉节)有限公司",
        90_003,
        30,
        17,
        468_000,
        (("dataset", 52_000_000), ("check", 6_000_000)),
        purchases=18_000_000,
        trading=30_000_000,
        is_inside=True,
    ),
    OutsideCompany(
        "TK",
        "天坑质检服务(奉节)有限公司",
        90_004,
        22,
        14,
        421_000,
        (("check", 24_000_000), ("label", 12_000_000)),
        is_inside=True,
    ),
    OutsideCompany(
        "DH",
        "大河数据交易(重庆)有限公司",
        90_005,
        12,
        5,
        560_000,
        (("trade", 16_000_000), ("dataset", 16_000_000)),
        purchases=9_000_000,
        trading=90_000_000,
    ),
    OutsideCompany(
        "XZ",
        "小寨模型科技(万州)有限公司",
        90_006,
        16,
        6,
        590_000,
        (("training", 31_000_000), ("dataset", 15_000_000)),
        purchases=12_000_000,
        trading=25_000_000,
    ),
)
"""They keep their own books, file in time, and are accepted."""

_LINKS: Final = {
    "KM": "label",
    "BD": "label",
    "YA": "collect",
    "WB": "label",
    "YS": "label",
    "SX": "dataset",
    "TK": "check",
    "DH": "trade",
    "XZ": "training",
}
_DEALS: Final = (
    # XZ and DH say what they bought; of DH's purchases a seller has told less.
    ("WB", "SX", "label", 8_000_000),
    ("KM", "SX", "label", 10_000_000),
    ("SX", "XZ", "dataset", 12_000_000),
    ("SX", "DH", "dataset", 7_000_000),
)
_LEADS: Final = (
    ("云帆智能科技(深圳)有限公司", "label", "hometown", "乡友 向师傅", "negotiating", 40),
    ("巴渝语音数据有限公司", "collect", "referral", "夔门数据标注", "lead", 25),
    ("江城视觉(武汉)有限公司", "check", "fair", None, "signed", 12),
    ("蜀道自动驾驶数据有限公司", "label", "approach", None, "lead", 70),
    ("星火文本服务有限公司", None, "hometown", "乡友 冉女士", "lead", 8),
    ("旧梦数据有限公司", "label", "enquiry", None, "left", 90),
)
"""Name, link, source, referrer, stage, so many days before the demo's own now."""
_TARGETS: Final = (
    ("output", 2024, 138_700_000_000),
    ("trading", 2024, 120_000_000_000),
    ("jobs", 2024, 10_000),
    ("output", 2026, 2_000_000_000),
    ("jobs", 2026, 150),
)
_SIGNED: Final = PayPeriod(2025, 3)
_VISIT: Final = "介绍了场地、招工和培训；对方关心工位租金和宿舍。"
_DAY: Final = dt.timedelta(days=1)


def tell_chain(months: tuple[PayPeriod, ...], told_at: dt.datetime) -> None:
    """Tell it all, once."""
    for company in COMPANIES:
        tell_accepted(company, months)
    tell_leads(told_at)
    if queries.deals(db.session(), Scope.base()):
        return
    with clock.fixed(told_at), unit_of_work() as session:
        _deals(session, months)
        for figure, year, value in _TARGETS:
            reason = "基地建设协议" if year == _TARGETS[0][1] else "年度工作安排"
            service.set_target(session, audit.CLI, figure, year, value, reason)
        service.set_agreement(session, audit.CLI, _SIGNED)


def tell_leads(told_at: dt.datetime) -> None:
    """Tell of every company here that the chain does not know, of leads with visits, and the task force; once."""
    with clock.fixed(told_at), unit_of_work() as session:
        known = queries.chain_companies(session, Scope.base())
        if any(row.name == _LEADS[0][0] for row in known):
            return
        _companies(session, {row.company_id for row in known})
        _leads(session)
        official = account_named(session, OFFICIAL)
        service.seat(session, audit.CLI, official.id, "investment", _SIGNED.first_on)


def _companies(session: Session, known: set[int | None]) -> None:
    for row in session.execute(companies.company_facts(Scope.base())).all():
        if row.company_id in known:
            continue
        facts = CompanyFacts(
            name=row.company_name,
            is_inside=row.is_inside,
            link=_LINKS.get(row.company_code),
            company_id=row.company_id,
        )
        service.add_company(session, audit.CLI, facts, stage=queries.AT_WORK, since=row.founded_on)


def _leads(session: Session) -> None:
    today = clock.today()
    for name, link, source, referrer, stage, days in _LEADS:
        first_on = today - days * _DAY
        facts = CompanyFacts(
            name=name,
            link=link,
            contact_name="王经理",
            contact_phone="023-56550000",
            lead_source=source,
            referrer=referrer,
        )
        one = service.add_company(session, audit.CLI, facts, stage="lead", since=first_on)
        if stage == "lead":
            continue
        visited_on = first_on + (days // 3) * _DAY
        service.add_visit(
            session,
            audit.CLI,
            one,
            visited_on=visited_on,
            visitors="投促专员、基地运营；见王经理",
            notes=_VISIT,
            next_on=today - _DAY if stage == "negotiating" else None,
        )
        service.add_stage(session, audit.CLI, one, stage=stage, since=visited_on)


def _deals(session: Session, months: tuple[PayPeriod, ...]) -> None:
    known = {row.company_code: row for row in queries.chain_companies(session, Scope.base())}
    for month in months:
        for seller, buyer, link, amount in _DEALS:
            sells, buys = known[seller], known[buyer]
            deal = deals.report_deal(
                session,
                Scope.company(sells.company_id or 0),
                audit.CLI,
                seller_id=sells.chain_company_id,
                buyer_id=buys.chain_company_id,
                month=month,
                link=link,
                amount=amount,
            )
            if month != months[-1]:
                scope = Scope.company(buys.company_id or 0)
                deals.answer_deal(session, scope, audit.CLI, deal.id, "confirmed")
