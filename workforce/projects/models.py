"""Clients, projects with what they buy, which batches belong to them, what the client accepted, and targets."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Fen, Id, Instant, Micro, Name, PrimaryKey
from workforce.platform.refusals import stand


class Client(Base):
    """Who gives a company its work; ``code`` is unique in the company.

    ``credit_code``: unified social credit code, check digit verified; NULL: not known, or none.
    ``region``: the GB/T 2260 code of its county.
    """

    __tablename__ = "client"
    __table_args__ = (UniqueConstraint("company_id", "code"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    credit_code: Mapped[str | None] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    contact: Mapped[str | None] = mapped_column(String(120))


class Project(Base):
    """A contract of a company with a client; ``code`` is unique in the company.

    ``contract_amount``: fen, booked as business of the day on which it was signed. ``due_on``: the last
    day on which all is to be done. ``finished_on``: no more work from that day on, done or given up;
    NULL: in hand.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("company_id", "code"),
        Index("ix_project_signed_on", "signed_on"),
        Index("ix_project_client_id", "client_id"),
        CheckConstraint("contract_amount >= 0", name="contract_amount"),
        CheckConstraint("due_on >= starts_on", name="range"),
        CheckConstraint("finished_on IS NULL OR finished_on >= signed_on", name="finished"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    client_id: Mapped[int] = mapped_column(Id, ForeignKey("client.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    contract_amount: Mapped[Fen]
    signed_on: Mapped[dt.date]
    starts_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    finished_on: Mapped[dt.date | None]


class ProjectTask(Base):
    """How many units of a task type a project is to deliver, and what the client pays for one.

    ``unit_price``: millionths of a yuan.
    """

    __tablename__ = "project_task"
    __table_args__ = (
        UniqueConstraint("project_id", "task_type_id"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint("contracted_qty > 0", name="contracted_qty"),
    )

    id: Mapped[PrimaryKey]
    project_id: Mapped[int] = mapped_column(Id, ForeignKey("project.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))
    unit_price: Mapped[Micro]
    contracted_qty: Mapped[int] = mapped_column(BigInteger)


class ProjectBatch(Base):
    """Which project a batch of work belongs to: one at most."""

    __tablename__ = "project_batch"
    __table_args__ = (
        UniqueConstraint("batch_id"),
        Index("ix_project_batch_project_id", "project_id"),
    )

    id: Mapped[PrimaryKey]
    project_id: Mapped[int] = mapped_column(Id, ForeignKey("project.id"))
    batch_id: Mapped[int] = mapped_column(Id, ForeignKey("batch.id"))


class ClientAcceptance(Base):
    """How many units of a batch the client accepted; the newest of a batch counts, all stay.

    ``reason``: why the client did not accept all, or why an earlier figure is corrected.
    """

    __tablename__ = "client_acceptance"
    __table_args__ = (
        Index("ix_client_acceptance_batch_id", "batch_id"),
        CheckConstraint("accepted_qty >= 0", name="accepted_qty"),
    )

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(Id, ForeignKey("batch.id"))
    accepted_on: Mapped[dt.date]
    accepted_qty: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(400))
    recorded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    recorded_at: Mapped[Instant]


class VolumeTarget(Base):
    """What the base's business of a year is to come to, in fen; the newest of a year counts, all stay.

    ``amount`` NULL: withdrawn. ``reason``: the paper that sets it.
    """

    __tablename__ = "volume_target"
    __table_args__ = (
        Index("ix_volume_target_year", "year"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    )

    id: Mapped[PrimaryKey]
    year: Mapped[int]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    set_at: Mapped[Instant]


for _model in (ClientAcceptance, VolumeTarget):
    stand(cast("Table", _model.__table__), "OLD.id IS NOT NULL")
