"""Companies of the chain on their way, visits, deals between them, and what is to be reached.

What people tell is only added: a stage, a visit, a deal, an answer, a target. The newest row counts.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.audit import append_only_statements
from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Fen, Id, Instant, Month, Name, PrimaryKey
from workforce.platform.refusals import after_create, stand

if TYPE_CHECKING:
    from sqlalchemy import Table


class ChainCompany(Base):
    """A company of the industry chain, also one that is not here yet.

    ``company_id``: the company in this service that it has become; its name, credit code and place are
    then read there. ``link``: a term ``chain_link``, NULL: not known yet. ``lead_source``: a term
    ``lead_source``; ``referrer``: who brought it.
    """

    __tablename__ = "chain_company"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    is_inside: Mapped[bool]
    link: Mapped[Code | None]
    contact_name: Mapped[str | None] = mapped_column(String(60))
    contact_phone: Mapped[str | None] = mapped_column(Encrypted)
    lead_source: Mapped[Code | None]
    referrer: Mapped[str | None] = mapped_column(String(60))
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"), unique=True)


class ChainStage(Base):
    """From which day a company is at a stage, a term ``chain_stage``; of one day the newest row counts."""

    __tablename__ = "chain_stage"
    __table_args__ = (Index("ix_chain_stage_chain_company_id", "chain_company_id", "since"),)

    id: Mapped[PrimaryKey]
    chain_company_id: Mapped[int] = mapped_column(Id, ForeignKey("chain_company.id"))
    stage: Mapped[Code]
    since: Mapped[dt.date]
    note: Mapped[str] = mapped_column(String(400))
    recorded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    recorded_at: Mapped[Instant]


class ChainVisit(Base):
    """Who met a company when, what was said, and by when somebody is to ask again (``next_on``)."""

    __tablename__ = "chain_visit"
    __table_args__ = (Index("ix_chain_visit_chain_company_id", "chain_company_id", "visited_on"),)

    id: Mapped[PrimaryKey]
    chain_company_id: Mapped[int] = mapped_column(Id, ForeignKey("chain_company.id"))
    visited_on: Mapped[dt.date]
    visitors: Mapped[str] = mapped_column(String(120))
    notes: Mapped[str] = mapped_column(String(1000))
    next_on: Mapped[dt.date | None]
    recorded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    recorded_at: Mapped[Instant]


class ChainDeal(Base):
    """What one company of the chain sold to another in a month: goods of a link, in fen, as the seller says."""

    __tablename__ = "chain_deal"
    __table_args__ = (
        Index("ix_chain_deal_period", "period"),
        Index("ix_chain_deal_buyer_id", "buyer_id"),
        UniqueConstraint("seller_id", "buyer_id", "period", "link", "number"),
        CheckConstraint("seller_id <> buyer_id", name="two_companies"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[PrimaryKey]
    seller_id: Mapped[int] = mapped_column(Id, ForeignKey("chain_company.id"))
    buyer_id: Mapped[int] = mapped_column(Id, ForeignKey("chain_company.id"))
    period: Mapped[Month]
    link: Mapped[Code]
    number: Mapped[int]
    """Of those of the same two, month and link: the next one, once the one before is withdrawn or refused."""
    amount: Mapped[Fen]
    reported_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    reported_at: Mapped[Instant]


class ChainDealAnswer(Base):
    """What became of a deal: ``confirmed`` or ``refused`` by the buyer, ``withdrawn`` by the seller; the newest counts."""

    __tablename__ = "chain_deal_answer"
    __table_args__ = (
        UniqueConstraint("deal_id", "number"),
        CheckConstraint("answer IN ('confirmed', 'refused', 'withdrawn')", name="answer"),
    )

    id: Mapped[PrimaryKey]
    deal_id: Mapped[int] = mapped_column(Id, ForeignKey("chain_deal.id"))
    number: Mapped[int]
    answer: Mapped[Code]
    reason: Mapped[str] = mapped_column(String(200))
    answered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    answered_at: Mapped[Instant]


class ChainTarget(Base):
    """What the chain is to reach in a year; the newest row of figure and year counts, NULL: withdrawn.

    ``figure``: ``output`` | ``trading`` (fen of the whole year) | ``jobs`` (at the end of December).
    Targets of ``statistics`` are about measures of the published cubes; what companies type into
    returns is in none of them.
    """

    __tablename__ = "chain_target"
    __table_args__ = (
        Index("ix_chain_target_figure", "figure", "year"),
        CheckConstraint("figure IN ('output', 'trading', 'jobs')", name="figure"),
    )

    id: Mapped[PrimaryKey]
    figure: Mapped[Code]
    year: Mapped[int]
    value: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    set_at: Mapped[Instant]


class ChainAgreement(Base):
    """In which month the base was agreed upon, from which its growth is counted; the newest row counts."""

    __tablename__ = "chain_agreement"

    id: Mapped[PrimaryKey]
    signed: Mapped[Month]
    set_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    set_at: Mapped[Instant]


class TaskForceSeat(Base):
    """For which bureau of the task force (a term ``task_force``) an official sits in it, and when.

    It gives no right; it decides what the official is reminded of.
    """

    __tablename__ = "task_force_seat"
    __table_args__ = (
        UniqueConstraint("account_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    bureau: Mapped[Code]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class PublishedChain(Base):
    """What officials and the hall were told of the chain in a month, once. Append-only.

    ``content``: a ``published.ToldMonth`` as JSON; what it withholds is not in it.
    """

    __tablename__ = "published_chain"

    id: Mapped[PrimaryKey]
    period: Mapped[Month] = mapped_column(unique=True)
    content: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[Instant]


after_create(
    cast("Table", PublishedChain.__table__), partial(append_only_statements, "published_chain")
)
for _table in (ChainStage, ChainVisit, ChainDeal, ChainDealAnswer, ChainTarget, ChainAgreement):
    stand(cast("Table", _table.__table__), "OLD.id IS NOT NULL")
