"""Four years of the county demo: what companies filed month by month, and how they joined the chain.

The base grows like the older one in Shanxi, scaled to the ten thousand jobs that Fengjie hopes for. The
companies of the base filed returns until their pay was computed here; those outside file on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import select

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.chain import queries as chain_queries
from workforce.chain import service as chain
from workforce.chain.service import CompanyFacts
from workforce.companies import queries as companies
from workforce.companies import service as companies_service
from workforce.core.money import largest_remainder
from workforce.core.period import PayPeriod
from workforce.demo.bulk_columns import put, repeat, table
from workforce.demo.bulk_world import filed_first
from workforce.demo.telling import OFFICIAL
from workforce.demo.world import REGION, SEED, credit_code
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope
from workforce.returns import queries as return_queries
from workforce.returns import service as returns
from workforce.statistics import targets
from workforce.statistics.targets import Bound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.demo.bulk_world import BulkCompany, BulkSize

_INSIDE: Final = ((0, 30), (6, 940), (11, 2_350), (24, 4_020), (42, 4_290))
_OUTSIDE: Final = ((8, 0), (11, 250), (24, 5_880), (48, 6_900))
"""Jobs by months since the agreement; straight lines between. Inside and outside of the base."""
_SPREAD_OUTSIDE: Final = (9, 36)
"""The months since the agreement over which companies outside begin."""

_LINKS_INSIDE: Final = ("label", "label", "collect", "label", "check", "label", "dataset")
_LINKS_OUTSIDE: Final = (
    "label", "label", "collect", "label", "dataset", "check", "label", "trade", "label", "application", "training",
)  # fmt: skip
_BUYERS: Final = frozenset({"dataset", "training", "trade", "application"})
_OUTPUT: Final = (470_000, 10_000)
"""Fen of output of a job and month: when the agreement was signed, and more in each month since."""
_BOUGHT_PERCENT: Final = 30
_TRADED_OF_JOB: Final = 1_900_000
"""Fen of data that a trading company brokers for each of its jobs in a month."""

_LEFT_PERCENT: Final = 3
_WOMEN_PERCENT: Final = 57
_GROUPS: Final = {"rural_labour": 82, "formerly_poor": 13, "graduate": 12, "returnee": 36}
"""Per cent of a company's people."""
_INSURED_PERCENT: Final = 94
_WAGE: Final = (372_000, 1_450)
_PARTS: Final = {"time": 42, "piece": 44, "allowance": 5, "overtime": 4}
_HUNDRED: Final = 100
_SERIAL: Final = 40_001
_FILED_ON, _DECIDED_ON = 6, 10
_WAITING, _MISSING = 1, 2
"""Of three companies outside one waits for the bureau with its last month, and one has not filed it."""

_NAMES: Final = (
    "巫山", "云阳", "万州", "开州", "巫溪", "城口", "忠县", "石柱", "恩施", "利川", "建始", "巴东",
)  # fmt: skip
_TRADES: Final = ("数据服务", "智能标注", "语料工程", "影像数据", "语音数据")
_OUTPUT_TARGET: Final = 138_700_000_000
_TRADING_TARGET: Final = 120_000_000_000
_JOBS_TARGET: Final = 10_000
_AGREED_IN: Final = 2024


@dataclass(frozen=True, slots=True)
class Filer:
    """A company that files returns: from month number ``start`` on, and before ``until``."""

    code: str
    name: str
    credit_code: str
    is_inside: bool
    link: str
    start: int
    until: int
    weight: int


def _start(index: int, count: int, spread: tuple[int, int]) -> int:
    return spread[0] + index * (spread[1] - spread[0]) // count


def filers_of(size: BulkSize, made: Sequence[BulkCompany]) -> tuple[Filer, ...]:
    """Return every company that files: those of the base until their first pay here, then the others."""
    if size.filed_from is None:
        return ()
    months = filed_months(size)
    inside = [
        Filer(
            code=one.code,
            name=one.company.name,
            credit_code=one.company.credit_code,
            is_inside=True,
            link=_LINKS_INSIDE[at % len(_LINKS_INSIDE)],
            start=months.index(filed_first(size, at)),
            until=months.index(one.first),
            weight=one.jobs,
        )
        for at, one in enumerate(made)
    ]
    weights = np.random.default_rng([SEED, 7]).lognormal(0, 0.6, size.filing)
    outside = [
        Filer(
            code=f"W{at + 1:02d}",
            name=f"{_NAMES[at % len(_NAMES)]}{_TRADES[at // len(_NAMES)]}有限公司",
            credit_code=credit_code(_SERIAL + at),
            is_inside=False,
            link=_LINKS_OUTSIDE[at % len(_LINKS_OUTSIDE)],
            start=_start(at, size.filing, _SPREAD_OUTSIDE),
            until=len(months),
            weight=int(weight * _HUNDRED) + 20,
        )
        for at, weight in enumerate(weights.tolist())
    ]
    return (*inside, *outside)


def filed_months(size: BulkSize) -> list[PayPeriod]:
    """Return the months from the agreement to the last one."""
    months = [size.filed_from or size.first]
    while months[-1] < size.last:
        months.append(months[-1].next())
    return months


def jobs_of(filers: Sequence[Filer], count: int) -> list[list[int]]:
    """Return the jobs of each company at the end of each of so many months; 0 before it begins."""
    found = []
    for month in range(count):
        jobs = [0] * len(filers)
        for is_inside, curve in ((True, _INSIDE), (False, _OUTSIDE)):
            active = [
                at
                for at, one in enumerate(filers)
                if one.is_inside is is_inside and one.start <= month
            ]
            if active:
                shares = largest_remainder(_at(curve, month), [filers[at].weight for at in active])
                for at, share in zip(active, shares, strict=True):
                    jobs[at] = share
        found.append(jobs)
    return found


def _at(curve: Sequence[tuple[int, int]], month: int) -> int:
    numbers, values = zip(*curve, strict=True)
    return int(np.interp(month, numbers, values))


def figures_of(one: Filer, number: int, before: int, after: int) -> dict[str, int]:
    """Return a month's figures that hold together: from ``before`` jobs to ``after``."""
    left = min(before * _LEFT_PERCENT // _HUNDRED, before)
    joined = after - before + left
    if joined < 0:
        left, joined = left - joined, 0
    average = (before + after) * _HUNDRED // 2
    wage = _WAGE[0] + _WAGE[1] * number + (one.weight % 17) * 1_000
    total = average * wage // _HUNDRED
    wages = {f"{part}_wages": total * share // _HUNDRED for part, share in _PARTS.items()}
    output = after * (_OUTPUT[0] + _OUTPUT[1] * number)
    return {
        "jobs_start": before,
        "joined": joined,
        "left": left,
        "jobs_end": after,
        "end_women": after * _WOMEN_PERCENT // _HUNDRED,
        **{f"end_{code}": after * share // _HUNDRED for code, share in _GROUPS.items()},
        "average_headcount": average,
        "total_wages": total,
        **wages,
        "bonus_wages": total - sum(wages.values()),
        "special_wages": 0,
        "insured": after * _INSURED_PERCENT // _HUNDRED,
        "arrears_people": 0,
        "arrears_amount": 0,
        **typed_of(one.link, after, output),
    }


def typed_of(link: str, jobs: int, output: int) -> dict[str, int]:
    """Return what nothing here counts of a company's month."""
    return {
        f"output_{link}": output,
        "chain_purchases": output * _BOUGHT_PERCENT // _HUNDRED if link in _BUYERS else 0,
        "data_trading": jobs * _TRADED_OF_JOB if link == "trade" else 0,
    }


def tell_history(size: BulkSize, made: Sequence[BulkCompany]) -> None:
    """Tell the returns of all months before the base's own pay, and those of others until today; once."""
    filers, months = filers_of(size, made), filed_months(size)
    session = db.session()
    if session.scalar(companies.company_by_code(Scope.base(), filers[-1].code)) is not None:
        return
    with unit_of_work() as writing:
        for one in filers:
            _make_known(writing, one, months)
        _file(writing, filers, months)
        # Who is paid here is computed from now on.
        for company, one in zip(made, filers, strict=False):
            found = companies_service.company_named(writing, Scope.base(), one.code)
            companies_service.set_reporting(
                writing,
                audit.CLI,
                found,
                reports_by=companies_service.BY_SYSTEM,
                returns_from=filed_first(size, company.index),
                returns_mail=None,
            )
        _join_chain(writing, filers, months)
    _aim()


def _make_known(session: Session, one: Filer, months: Sequence[PayPeriod]) -> None:
    first = months[one.start]
    if not one.is_inside:
        companies_service.create_company(
            session,
            audit.CLI,
            code=one.code,
            name=one.name,
            credit_code=one.credit_code,
            region=REGION,
            founded_on=first.first_on,
            is_inside=False,
            contact_name="王会计",
        )
    found = companies_service.company_named(session, Scope.base(), one.code)
    companies_service.set_reporting(
        session,
        audit.CLI,
        found,
        reports_by=companies_service.BY_RETURN,
        returns_from=first,
        returns_mail=None,
    )


def _file(session: Session, filers: Sequence[Filer], months: Sequence[PayPeriod]) -> None:
    """Put the returns and what the bureau said to them into their tables."""
    facts = session.execute(companies.company_facts(Scope.base()))
    company_ids = {row.company_code: row.company_id for row in facts}
    jobs = jobs_of(filers, len(months))
    told = {
        (company_ids[one.code], str(months[number])): figures_of(
            one, number, jobs[number - 1][at] if number > one.start else 0, jobs[number][at]
        )
        for at, one in enumerate(filers)
        for number in range(one.start, one.until)
        if not _is_left_out(at, number, one, months)
    }
    credit = {company_ids[one.code]: one.credit_code for one in filers}
    filed = [in_next_month(PayPeriod.parse(period), _FILED_ON) for _, period in told]
    put(
        session,
        "company_return",
        {
            "company_id": [company_id for company_id, _ in told],
            "period": [period for _, period in told],
            "version": repeat(1, len(told)),
            "origin": repeat("typed", len(told)),
            "remark": repeat("", len(told)),
            "content_sha256": [
                returns.fingerprint(credit[company_id], PayPeriod.parse(period), figures)
                for (company_id, period), figures in told.items()
            ],
            "saved_at": filed,
            "submitted_at": filed,
        },
    )
    kept = table("company_return").c
    rows = session.execute(select(kept.id, kept.company_id, kept.period)).all()
    ids = {(row.company_id, row.period): row.id for row in rows}
    lines = [
        (ids[key], code, value) for key, figures in told.items() for code, value in figures.items()
    ]
    put(
        session,
        "return_figure",
        {
            "return_id": [line[0] for line in lines],
            "item": [line[1] for line in lines],
            "value": [line[2] for line in lines],
        },
    )
    waiting = {company_ids[one.code] for at, one in enumerate(filers) if _waits(at, one)}
    decided = [key for key in told if key[1] != str(months[-1]) or key[0] not in waiting]
    official = account_named(session, OFFICIAL)
    put(
        session,
        "return_decision",
        {
            "return_id": [ids[key] for key in decided],
            "number": repeat(1, len(decided)),
            "is_accepted": repeat(True, len(decided)),  # noqa: FBT003 - a column of it
            "decided_by_id": repeat(official.id, len(decided)),
            "decided_at": [
                in_next_month(PayPeriod.parse(period), _DECIDED_ON) for _, period in decided
            ],
        },
    )
    audit.record(
        session, audit.CLI, "demo.load_returns", "company_return", "*", after={"returns": len(told)}
    )


def _waits(at: int, one: Filer) -> bool:
    return not one.is_inside and at % 3 == _WAITING


def _is_left_out(at: int, number: int, one: Filer, months: Sequence[PayPeriod]) -> bool:
    return number == len(months) - 1 and not one.is_inside and at % 3 == _MISSING


def in_next_month(month: PayPeriod, day: int) -> dt.datetime:
    """Return the morning of a day of the month after one, when what it came to is told."""
    on = month.next().first_on.replace(day=day)
    return dt.datetime.combine(on, dt.time(10, 30), tzinfo=clock.BASE_ZONE)


def _join_chain(session: Session, filers: Sequence[Filer], months: Sequence[PayPeriod]) -> None:
    """Keep each company as a link of the chain, from a lead to moving in."""
    if chain_queries.agreement(session) != months[0]:
        chain.set_agreement(session, audit.CLI, months[0])
    facts = session.execute(companies.company_facts(Scope.base()))
    company_ids = {row.company_code: row.company_id for row in facts}
    for at, one in enumerate(filers):
        moved_in = months[one.start].first_on
        found = chain.add_company(
            session,
            audit.CLI,
            CompanyFacts(
                name=one.name,
                credit_code=one.credit_code,
                is_inside=one.is_inside,
                link=one.link,
                lead_source=("hometown", "fair", "enquiry")[at % 3],
                company_id=company_ids[one.code],
            ),
            stage="lead",
            since=moved_in - dt.timedelta(days=150 + at % 60),
        )
        for stage, days in (("negotiating", 90), ("signed", 30), ("moved_in", 0)):
            chain.add_stage(
                session, audit.CLI, found, stage=stage, since=moved_in - dt.timedelta(days=days)
            )


def _aim() -> None:
    """Set what the founding agreement hopes for, and what is worked towards now."""
    official = actor_of(account_named(db.session(), OFFICIAL))
    with unit_of_work() as session:
        for figure, value in (
            ("output", _OUTPUT_TARGET),
            ("trading", _TRADING_TARGET),
            ("jobs", _JOBS_TARGET),
        ):
            chain.set_target(session, audit.CLI, figure, _AGREED_IN, value, "建设协议")
    for set_in, measure, period, value in (
        (PayPeriod(2026, 5), "jobs_end", PayPeriod(2026, 9), 4_200),
        (PayPeriod(2026, 5), "average_wage", PayPeriod(2026, 9), 480_000),
        (PayPeriod(2026, 5), "jobs_end", PayPeriod(2026, 12), 4_600),
        (PayPeriod(2026, 5), "insurance_coverage", PayPeriod(2026, 12), 95_00),
    ):
        with clock.fixed(in_next_month(set_in.previous(), _FILED_ON)):
            targets.set_target(measure, period, Bound.AT_LEAST, value, "县就业工作要点", official)


def confirm_paid(size: BulkSize, company: BulkCompany) -> None:
    """Confirm the computed returns of a company's paid months but the last, and have them accepted; once."""
    link = _LINKS_INSIDE[company.index % len(_LINKS_INSIDE)]
    official = actor_of(account_named(db.session(), OFFICIAL))
    for month in size.periods[:-1]:
        if month >= company.first:
            _confirm_one(company.code, link, month, official, size)


def _confirm_one(
    code: str, link: str, month: PayPeriod, official: audit.Actor, size: BulkSize
) -> None:
    with unit_of_work() as session:
        company_id = companies_service.company_named(session, Scope.base(), code).id
        scope = Scope.company(company_id)
        if return_queries.newest(session, scope, month) is not None:
            return
        with clock.fixed(in_next_month(month, _FILED_ON)):
            reporter = return_queries.reporter_of(session, scope)
            computed, digest = returns.computed_return(session, reporter, month)
            jobs = computed.figures["jobs_end"]
            number = filed_months(size).index(month)
            typed: Mapping[str, int] = typed_of(
                link, jobs, jobs * (_OUTPUT[0] + _OUTPUT[1] * number)
            )
            made = returns.confirm(session, scope, month, digest, "", audit.CLI, typed)
        with clock.fixed(in_next_month(month, _DECIDED_ON)):
            returns.decide(session, Scope.base(), made.id, official, is_accepted=True, reason="")
