"""Orders: why a run beside the regular one is made, for whom, and with which amounts."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Fen, Id, Instant, Name, Period, PrimaryKey


class RunOrder(Base):
    """Why there is a run beside the regular one of a company's period; one run carries it out.

    ``purpose``: a `core.orders.Purpose`. ``number``: of the period, from 1, and of its run. A title
    stands once in a period: what is sent twice is one order.
    """

    __tablename__ = "run_order"
    __table_args__ = (
        UniqueConstraint("company_id", "period", "number"),
        UniqueConstraint("company_id", "period", "title"),
        CheckConstraint("purpose IN ('bonus', 'final_pay', 'reissue', 'other')", name="purpose"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    period: Mapped[Period]
    number: Mapped[int]
    purpose: Mapped[Code]
    title: Mapped[Name]
    pay_on: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(String(400))
    created_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    created_at: Mapped[Instant]


class RunOrderPerson(Base):
    """One employment that an order is for: nobody else is in its run."""

    __tablename__ = "run_order_person"

    order_id: Mapped[int] = mapped_column(Id, ForeignKey("run_order.id"), primary_key=True)
    employment_id: Mapped[int] = mapped_column(
        Id, ForeignKey("employment.id"), primary_key=True, index=True
    )


class RunOrderAmount(Base):
    """One amount (fen) that an order pays or takes; ``kind`` and ``code`` as in ``pay_entry``."""

    __tablename__ = "run_order_amount"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "employment_id"],
            ["run_order_person.order_id", "run_order_person.employment_id"],
            name="fk_run_order_amount_person",
        ),
        CheckConstraint("amount >= 0", name="amount"),
    )

    order_id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    amount: Mapped[Fen]
    sequence: Mapped[int]
