"""What became of decided payslips: shown to their people, opened by them, signed for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant
from workforce.platform.refusals import stand

if TYPE_CHECKING:
    from sqlalchemy import Table


class Publication(Base):
    """That a decided run's payslips are shown to their people: once, and never taken back.

    ``published_by_id`` NULL: the command line without a name, or a run that was decided before
    publishing was a step of its own.
    """

    __tablename__ = "publication"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"), primary_key=True)
    published_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    published_at: Mapped[Instant]


class PayslipReading(Base):
    """When the person paid opened a payslip for the first and for the last time, as page or PDF."""

    __tablename__ = "payslip_reading"

    payslip_id: Mapped[int] = mapped_column(Id, ForeignKey("payslip.id"), primary_key=True)
    first_at: Mapped[Instant]
    last_at: Mapped[Instant]


class PayslipAcknowledgement(Base):
    """That a person has signed for a payslip; at most once, and never changed.

    ``way``: page (the person, on the own payslip) | paper (entered by finance, ``note`` says where the
    signed paper is). ``fingerprint`` is the payslip's, as it stands on page and paper: what was signed.
    """

    __tablename__ = "payslip_acknowledgement"
    __table_args__ = (
        CheckConstraint("way IN ('page', 'paper')", name="way"),
        CheckConstraint("(way = 'paper') = (note IS NOT NULL)", name="note"),
    )

    payslip_id: Mapped[int] = mapped_column(Id, ForeignKey("payslip.id"), primary_key=True)
    at: Mapped[Instant]
    way: Mapped[Code]
    fingerprint: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    note: Mapped[str | None] = mapped_column(String(400))


stand(cast("Table", Publication.__table__), "OLD.run_id IS NOT NULL")
stand(cast("Table", PayslipAcknowledgement.__table__), "OLD.payslip_id IS NOT NULL")
