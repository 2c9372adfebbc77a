"""Reading the chain: companies with their stage, visits, deals and their state, targets, the task force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from workforce.accounts import queries as accounts
from workforce.chain.models import (
    ChainAgreement,
    ChainCompany,
    ChainDeal,
    ChainDealAnswer,
    ChainStage,
    ChainTarget,
    ChainVisit,
    TaskForceSeat,
)
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.terms import terms_of
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

STAGES: Final = tuple(terms_of("chain_stage"))
"""From the lead to the one that has left."""
AT_WORK: Final = "moved_in"
ON_THE_WAY: Final = ("lead", "negotiating", "signed")
"""The stages before it."""


@dataclass(frozen=True, slots=True)
class ChainCompanyRow:
    """A company of the chain as it is known now; ``stage`` and ``since`` None: nothing is recorded."""

    chain_company_id: int
    name: str
    credit_code: str | None
    is_inside: bool
    link: str | None
    contact_name: str | None
    contact_phone: str | None
    lead_source: str | None
    referrer: str | None
    company_id: int | None
    company_code: str | None
    stage: str | None
    since: dt.date | None
    visited_on: dt.date | None
    next_on: dt.date | None

    @property
    def is_known(self) -> bool:
        """Whether other companies may learn that it is there: leads and talks are the task force's alone."""
        return self.company_id is not None or self.stage == AT_WORK


def chain_companies(
    session: Session, scope: Scope, on: dt.date | None = None, *, only: int | None = None
) -> list[ChainCompanyRow]:
    """Return the companies in reach by name: a company sees itself alone; in one statement.

    ``on``: their stage on that day; None: the newest one. ``only``: one of them.
    """
    reported = companies.reporters(Scope.base()).order_by(None).subquery()
    facts = companies.company_facts(Scope.base()).subquery()
    stage, visit = _newest_stage(on).subquery(), _newest_visit().subquery()
    chosen = (
        select(
            ChainCompany.id,
            func.coalesce(reported.c.company_name, ChainCompany.name).label("name"),
            func.coalesce(reported.c.credit_code, ChainCompany.credit_code),
            func.coalesce(facts.c.is_inside, ChainCompany.is_inside),
            ChainCompany.link,
            ChainCompany.contact_name,
            ChainCompany.contact_phone,
            ChainCompany.lead_source,
            ChainCompany.referrer,
            ChainCompany.company_id,
            reported.c.company_code,
            stage.c.stage,
            stage.c.since,
            visit.c.visited_on,
            visit.c.next_on,
        )
        .outerjoin(reported, reported.c.company_id == ChainCompany.company_id)
        .outerjoin(facts, facts.c.company_id == ChainCompany.company_id)
        .outerjoin(stage, stage.c.chain_company_id == ChainCompany.id)
        .outerjoin(visit, visit.c.chain_company_id == ChainCompany.id)
        .order_by("name", ChainCompany.id)
    )
    if only is not None:
        chosen = chosen.where(ChainCompany.id == only)
    if scope.kind is not ScopeKind.BASE:
        own = scope.company_id if scope.kind is ScopeKind.COMPANY else None
        chosen = chosen.where(ChainCompany.company_id == own)
    return [ChainCompanyRow(*row) for row in session.execute(chosen)]


def recorded(session: Session) -> list[tuple[ChainCompany, str | None, dt.date | None]]:
    """Return every company as it was recorded, whatever it has become since, with its newest stage."""
    stage = _newest_stage(None).subquery()
    chosen = (
        select(ChainCompany, stage.c.stage, stage.c.since)
        .outerjoin(stage, stage.c.chain_company_id == ChainCompany.id)
        .order_by(ChainCompany.name, ChainCompany.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(chosen)]


def _newest_stage(on: dt.date | None) -> Select[int, str, dt.date]:
    place = func.row_number().over(
        partition_by=ChainStage.chain_company_id,
        order_by=(ChainStage.since.desc(), ChainStage.id.desc()),
    )
    chosen = select(
        ChainStage.chain_company_id, ChainStage.stage, ChainStage.since, place.label("n")
    )
    if on is not None:
        chosen = chosen.where(ChainStage.since <= on)
    ranked = chosen.subquery()
    return select(ranked.c.chain_company_id, ranked.c.stage, ranked.c.since).where(ranked.c.n == 1)


def _newest_visit() -> Select[int, dt.date, dt.date | None]:
    place = func.row_number().over(
        partition_by=ChainVisit.chain_company_id,
        order_by=(ChainVisit.visited_on.desc(), ChainVisit.id.desc()),
    )
    ranked = select(
        ChainVisit.chain_company_id, ChainVisit.visited_on, ChainVisit.next_on, place.label("n")
    ).subquery()
    return select(ranked.c.chain_company_id, ranked.c.visited_on, ranked.c.next_on).where(
        ranked.c.n == 1
    )


def chain_company(session: Session, scope: Scope, chain_company_id: int) -> ChainCompany:
    """Return one company that the scope reaches.

    Raises:
        NotFoundError: it does not.
    """
    chosen = select(ChainCompany).where(ChainCompany.id == chain_company_id)
    if scope.kind is not ScopeKind.BASE:
        own = scope.company_id if scope.kind is ScopeKind.COMPANY else None
        chosen = chosen.where(ChainCompany.company_id == own)
    found = session.scalar(chosen)
    if found is None:
        raise NotFoundError("web.not_found")
    return found


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of a company's history, and who recorded it when."""

    stage: str
    since: dt.date
    note: str
    recorded_by: str | None
    recorded_at: dt.datetime


def stages(session: Session, chain_company_id: int) -> list[StageRow]:
    """Return a company's history, the newest first."""
    names = accounts.display_names().subquery()
    chosen = (
        select(
            ChainStage.stage,
            ChainStage.since,
            ChainStage.note,
            names.c.display_name,
            ChainStage.recorded_at,
        )
        .outerjoin(names, names.c.account_id == ChainStage.recorded_by_id)
        .where(ChainStage.chain_company_id == chain_company_id)
        .order_by(ChainStage.since.desc(), ChainStage.id.desc())
    )
    return [StageRow(*row) for row in session.execute(chosen)]


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit, and who recorded it."""

    visited_on: dt.date
    visitors: str
    notes: str
    next_on: dt.date | None
    recorded_by: str | None


def visits(session: Session, chain_company_id: int) -> list[VisitRow]:
    """Return a company's visits, the newest first."""
    names = accounts.display_names().subquery()
    chosen = (
        select(
            ChainVisit.visited_on,
            ChainVisit.visitors,
            ChainVisit.notes,
            ChainVisit.next_on,
            names.c.display_name,
        )
        .outerjoin(names, names.c.account_id == ChainVisit.recorded_by_id)
        .where(ChainVisit.chain_company_id == chain_company_id)
        .order_by(ChainVisit.visited_on.desc(), ChainVisit.id.desc())
    )
    return [VisitRow(*row) for row in session.execute(chosen)]


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal and what became of it; ``state``: a term ``chain_deal_state``; ``amount``: fen.

    A seller's word counts until the buyer says otherwise: ``counts`` tells whether it is in sums.
    """

    deal_id: int
    period: str
    link: str
    amount: int
    seller_id: int
    seller: str
    seller_company_id: int | None
    buyer_id: int
    buyer: str
    buyer_company_id: int | None
    answer: str | None
    reason: str | None
    reported_at: dt.datetime

    @property
    def state(self) -> str:
        """How far it is."""
        if self.answer is not None:
            return self.answer
        return "reported" if self.buyer_company_id is not None else "unanswerable"

    @property
    def counts(self) -> bool:
        """Whether it stands: neither refused nor withdrawn."""
        return self.answer not in {"refused", "withdrawn"}


def deals(
    session: Session,
    scope: Scope,
    months: Sequence[PayPeriod] | None = None,
    deal_id: int | None = None,
) -> list[DealRow]:
    """Return the deals in reach, the newest month first; a company those that it is a party of."""
    seller, buyer = _party().subquery(), _party().subquery()
    number = (
        select(ChainDealAnswer.deal_id, func.max(ChainDealAnswer.number).label("number"))
        .group_by(ChainDealAnswer.deal_id)
        .subquery()
    )
    chosen = (
        select(
            ChainDeal.id,
            ChainDeal.period,
            ChainDeal.link,
            ChainDeal.amount,
            seller.c.id,
            seller.c.name,
            seller.c.company_id,
            buyer.c.id,
            buyer.c.name,
            buyer.c.company_id,
            ChainDealAnswer.answer,
            ChainDealAnswer.reason,
            ChainDeal.reported_at,
        )
        .join(seller, seller.c.id == ChainDeal.seller_id)
        .join(buyer, buyer.c.id == ChainDeal.buyer_id)
        .outerjoin(number, number.c.deal_id == ChainDeal.id)
        .outerjoin(
            ChainDealAnswer,
            (ChainDealAnswer.deal_id == ChainDeal.id) & (ChainDealAnswer.number == number.c.number),
        )
        .order_by(ChainDeal.period.desc(), seller.c.name, buyer.c.name, ChainDeal.id)
    )
    if scope.kind is not ScopeKind.BASE:
        own = scope.company_id if scope.kind is ScopeKind.COMPANY else None
        chosen = chosen.where(or_(seller.c.company_id == own, buyer.c.company_id == own))
    if months is not None:
        chosen = chosen.where(ChainDeal.period.in_([str(month) for month in months]))
    if deal_id is not None:
        chosen = chosen.where(ChainDeal.id == deal_id)
    return [DealRow(*row) for row in session.execute(chosen)]


def _party() -> Select[int, str, int | None]:
    facts = companies.company_facts(Scope.base()).subquery()
    return select(
        ChainCompany.id.label("id"),
        func.coalesce(facts.c.company_name, ChainCompany.name).label("name"),
        ChainCompany.company_id.label("company_id"),
    ).outerjoin(facts, facts.c.company_id == ChainCompany.company_id)


def deal(session: Session, scope: Scope, deal_id: int) -> DealRow:
    """Return one deal in reach.

    Raises:
        NotFoundError: there is none.
    """
    found = deals(session, scope, deal_id=deal_id)
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


@dataclass(frozen=True, slots=True)
class ChainTargetRow:
    """What a figure is to reach in a year: fen, or jobs."""

    figure: str
    year: int
    value: int
    reason: str
    set_at: dt.datetime


def targets(session: Session) -> list[ChainTargetRow]:
    """Return the targets that were not withdrawn, by year, then in the order of the figures."""
    newest = select(func.max(ChainTarget.id)).group_by(ChainTarget.figure, ChainTarget.year)
    chosen = select(
        ChainTarget.figure,
        ChainTarget.year,
        ChainTarget.value,
        ChainTarget.reason,
        ChainTarget.set_at,
    ).where(ChainTarget.id.in_(newest), ChainTarget.value.is_not(None))
    order = list(terms_of("chain_figure"))
    found = [
        ChainTargetRow(figure, year, value or 0, reason, set_at)
        for figure, year, value, reason, set_at in session.execute(chosen)
    ]
    return sorted(found, key=lambda one: (one.year, order.index(one.figure)))


def agreement(session: Session) -> PayPeriod | None:
    """Return the month in which the base was agreed upon; None: nobody has said it."""
    newest = select(ChainAgreement.signed).order_by(ChainAgreement.id.desc()).limit(1)
    text = session.scalar(newest)
    return None if text is None else PayPeriod.parse_month(text)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """An official and the bureau that it sits in the task force for; None: for none."""

    account_id: int
    name: str
    bureau: str | None
    valid_from: dt.date | None


def seats(session: Session, on: dt.date) -> list[SeatRow]:
    """Return the active officials by name, with where each sits on a day."""
    known = accounts.accounts().order_by(None).subquery()
    chosen = (
        select(known.c.id, known.c.display_name, TaskForceSeat.bureau, TaskForceSeat.valid_from)
        .outerjoin(
            TaskForceSeat,
            (TaskForceSeat.account_id == known.c.id)
            & (TaskForceSeat.valid_from <= on)
            & or_(TaskForceSeat.valid_to.is_(None), TaskForceSeat.valid_to > on),
        )
        .where(known.c.role == Role.OFFICIAL)
        .order_by(known.c.display_name, known.c.id)
    )
    return [SeatRow(*row) for row in session.execute(chosen)]


def bureau_of(session: Session, account_id: int, on: dt.date) -> str | None:
    """Return the bureau for which an account sits in the task force on a day."""
    return session.scalar(
        select(TaskForceSeat.bureau).where(
            TaskForceSeat.account_id == account_id,
            TaskForceSeat.valid_from <= on,
            or_(TaskForceSeat.valid_to.is_(None), TaskForceSeat.valid_to > on),
        )
    )
