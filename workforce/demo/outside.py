"""Two companies outside of the base that file monthly returns, and the first company that confirms its own.

Of three months one return is in each state: accepted, corrected and accepted, given back, waiting for the
bureau, a draft, due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.accounts.queries import account_by_login, account_named
from workforce.accounts.service import actor_of
from workforce.companies import queries as companies
from workforce.companies import service as companies_service
from workforce.demo.telling import OFFICIAL, OUTSIDE, make_outside_account
from workforce.demo.world import REGION, credit_code
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope
from workforce.returns import queries, service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod

_FOUNDED_ON: Final = dt.date(2024, 5, 6)
_MORNING: Final = dt.time(10, 30)
_HUNDRED: Final = 100
_OUTPUT_OF_JOB: Final = 1_155_800
"""Fen a month: what the founding agreement hopes for, 138 700 yuan a job and year."""


@dataclass(frozen=True, slots=True)
class OutsideCompany:
    """A company that keeps its own books: people at start of the first month, women, wages a head in fen.

    ``output``: link → fen a month; ``purchases`` within the chain, and data ``trading``, in fen.
    """

    code: str
    name: str
    serial: int
    people: int
    women: int
    wage: int
    output: tuple[tuple[str, int], ...] = ()
    purchases: int = 0
    trading: int = 0
    is_inside: bool = False


COMPANIES: Final = (
    OutsideCompany(
        "WB", "宏远数据服务(奉节)有限公司", 90_001, 26, 15, 432_000, (("label", 28_000_000),)
    ),
    OutsideCompany(
        "YS",
        "云上标注(奉节)有限公司",
        90_002,
        18,
        11,
        405_000,
        (("label", 6_000_000), ("check", 8_000_000)),
    ),
)


def tell_returns(main_code: str, first: PayPeriod, last: PayPeriod) -> None:
    """Tell the returns of the last three months, in the months after them; once.

    The main company confirms those from its ``first`` paid month on.
    """
    months = (last.previous().previous(), last.previous(), last)
    paid = tuple(month for month in months if month >= first)
    for company in COMPANIES:
        found(company, months[0])
    with unit_of_work() as session:
        make_outside_account(session, COMPANIES[0].code)
        main = companies_service.company_named(session, Scope.base(), main_code)
        if main.returns_from is None:
            companies_service.set_reporting(
                session,
                audit.CLI,
                main,
                reports_by=companies_service.BY_SYSTEM,
                returns_from=paid[0],
                returns_mail=None,
            )
    _tell(COMPANIES[0].code, months, _file_all)
    _tell(COMPANIES[1].code, months, _stay_behind)
    _tell(main_code, paid, _confirm)


def found(company: OutsideCompany, first: PayPeriod) -> None:
    """Make a company that files returns from a month on, unless it is there."""
    with unit_of_work() as session:
        known = session.scalar(companies.company_by_code(Scope.base(), company.code))
        if known is not None:
            return
        made = companies_service.create_company(
            session,
            audit.CLI,
            code=company.code,
            name=company.name,
            credit_code=credit_code(company.serial),
            region=REGION,
            founded_on=_FOUNDED_ON,
            is_inside=company.is_inside,
            contact_name="郑会计",
        )
        companies_service.set_reporting(
            session,
            audit.CLI,
            made,
            reports_by=companies_service.BY_RETURN,
            returns_from=first,
            returns_mail=None,
        )


_Play = Callable[["_Stage", tuple["PayPeriod", ...]], None]


def _tell(code: str, months: tuple[PayPeriod, ...], play: _Play) -> None:
    """Let a company's returns happen, all of them or none, unless they have."""
    company_id = companies_service.company_named(db.session(), Scope.base(), code).id
    scope = Scope.company(company_id)
    if queries.newest(db.session(), scope, months[0]) is not None:
        return
    with unit_of_work() as session:
        play(_Stage(session, scope, code), months)


@dataclass(frozen=True, slots=True)
class _Stage:
    """One company's returns, written in one transaction, each act on a day of its own."""

    session: Session
    scope: Scope
    code: str

    def file(self, month: PayPeriod, day: int, figures: Mapping[str, int], remark: str = "") -> int:
        with clock.fixed(_on(month, day)):
            account = account_by_login(self.session, OUTSIDE)
            actor = actor_of(account) if account and self.code == COMPANIES[0].code else audit.CLI
            return service.submit(self.session, self.scope, month, figures, remark, actor).id

    def confirm(self, month: PayPeriod, day: int) -> int:
        with clock.fixed(_on(month, day)):
            reporter = queries.reporter_of(self.session, self.scope)
            computed, digest = service.computed_return(self.session, reporter, month)
            typed = {
                "output_label": computed.figures["jobs_end"] * _OUTPUT_OF_JOB,
                "chain_purchases": 0,
                "data_trading": 0,
            }
            return service.confirm(self.session, self.scope, month, digest, "", audit.CLI, typed).id

    def decide(self, return_id: int, month: PayPeriod, day: int, reason: str = "") -> None:
        actor = actor_of(account_named(self.session, OFFICIAL))
        with clock.fixed(_on(month, day)):
            service.decide(
                self.session, Scope.base(), return_id, actor, is_accepted=not reason, reason=reason
            )


def _on(month: PayPeriod, day: int) -> dt.datetime:
    """Return the morning of a day of the month after."""
    on = month.next().first_on.replace(day=day)
    return dt.datetime.combine(on, _MORNING, tzinfo=clock.BASE_ZONE)


def _file_all(stage: _Stage, months: tuple[PayPeriod, ...]) -> None:
    """Filed in time; the second month was wrong, was given back and corrected; the last one waits."""
    first, second, last = months
    company = COMPANIES[0]
    stage.decide(stage.file(first, 5, figures_of(company, 0, 2, 1)), first, 8)
    wrong = figures_of(company, 1, 3, 1, insured=12)
    returned = stage.file(second, 7, wrong)
    stage.decide(returned, second, 8, "参保人数比上月少了一半，请核对是不是漏填")
    right = stage.file(second, 9, figures_of(company, 1, 3, 1))
    stage.decide(right, second, 10)
    stage.file(last, 6, figures_of(company, 3, 2, 0))


def tell_accepted(company: OutsideCompany, months: tuple[PayPeriod, ...]) -> None:
    """Let a company file every month in time, and the bureau accept each; once."""

    def play(stage: _Stage, wanted: tuple[PayPeriod, ...]) -> None:
        for number, month in enumerate(wanted):
            filed = stage.file(month, 5, figures_of(company, number, 2, 1))
            stage.decide(filed, month, 8)

    found(company, months[0])
    _tell(company.code, months, play)


def _stay_behind(stage: _Stage, months: tuple[PayPeriod, ...]) -> None:
    """The second month was given back and nobody has answered; of the last one there is a draft."""
    first, second, last = months
    company = COMPANIES[1]
    stage.decide(stage.file(first, 9, figures_of(company, 0, 1, 1)), first, 10)
    returned = stage.file(second, 10, figures_of(company, 0, 0, 2))
    stage.decide(returned, second, 12, "工资总额没有变而人数少了，请核对平均人数")
    begun = {"jobs_start": company.people - 2, "joined": 3, "left": 0}
    with clock.fixed(_on(last, 8)):
        service.save_draft(stage.session, stage.scope, last, begun, "", audit.CLI)


def _confirm(stage: _Stage, months: tuple[PayPeriod, ...]) -> None:
    """Computed and confirmed; the last month waits for its confirmation."""
    for month in months[:-1]:
        stage.decide(stage.confirm(month, 10), month, 11)


def figures_of(
    company: OutsideCompany, more: int, joined: int, left: int, insured: int | None = None
) -> dict[str, int]:
    """Return figures that hold together: ``more`` people at start than at first, then joined and left."""
    start = company.people + more
    end = start + joined - left
    average = (start + end) * _HUNDRED // 2
    total = average * company.wage // _HUNDRED
    parts = {"time": 45, "piece": 40, "allowance": 5, "overtime": 4}
    wages = {f"{part}_wages": total * share // _HUNDRED for part, share in parts.items()}
    return {
        "jobs_start": start,
        "joined": joined,
        "left": left,
        "jobs_end": end,
        "end_women": company.women,
        "end_rural_labour": end - 9,
        "average_headcount": average,
        "total_wages": total,
        **wages,
        "bonus_wages": total - sum(wages.values()),
        "special_wages": 0,
        "insured": end - 2 if insured is None else insured,
        "arrears_people": 0,
        "arrears_amount": 0,
        **{f"output_{link}": amount for link, amount in company.output},
        "chain_purchases": company.purchases,
        "data_trading": company.trading,
    }
