"""Facts that were found after their month was locked, and which old lines their payment corrects."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Fen, Id, Instant, Period, PrimaryKey, UtcDateTime
from workforce.platform.refusals import stand

if TYPE_CHECKING:
    from sqlalchemy import Table


class LateFact(Base):
    """What is true of a locked month and was not known then: entered by one, approved by another.

    The stored facts of the month never change; its shadow is computed from them and from the approved
    late facts. ``employment_id`` NULL: of everybody, such as a price. ``payload``: the values of the
    ``kind`` (`payroll.late_kinds.kinds`). ``pay_period``: the open period in which the differences are
    paid; NULL where a payslip is issued anew instead. ``answer``: why it was not approved.
    ``request_id``: the approved request for attendance that it carries out, if one.
    """

    __tablename__ = "late_fact"
    __table_args__ = (
        CheckConstraint(
            "is_approved IS NOT TRUE OR decided_by_id <> entered_by_id", name="two_people"
        ),
        CheckConstraint(
            "(is_approved IS NULL) = (decided_by_id IS NULL) "
            "AND (is_approved IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    for_period: Mapped[Period] = mapped_column(index=True)
    kind: Mapped[Code]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    entered_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    is_approved: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(String(400))
    pay_period: Mapped[str | None] = mapped_column(String(10))
    request_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("attendance_request.id"), index=True
    )


class AdjustmentLine(Base):
    """One old line that an adjustment corrects: what it was paid as before, and what it should be.

    Amounts in fen, as the line's own: ``before_amount`` with what earlier adjustments of the line
    paid. ``payslip_id`` NULL: there was no payslip, of somebody who joined earlier than was known.
    """

    __tablename__ = "adjustment_line"

    id: Mapped[PrimaryKey]
    adjustment_id: Mapped[int] = mapped_column(Id, ForeignKey("adjustment.id"), index=True)
    payslip_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payslip.id"), index=True)
    code: Mapped[Code]
    kind: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str | None] = mapped_column(String(200))
    before_amount: Mapped[Fen]
    after_amount: Mapped[Fen]


stand(cast("Table", LateFact.__table__), "OLD.is_approved IS NOT NULL")
