"""Results of filing that were read back, and where they differ from what was paid."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Fen, Id, Instant, Month, Name, PrimaryKey, UtcDateTime


class FilingResult(Base):
    """One file of results of a company's month, read back; of each kind the newest counts.

    ``kind``: tax | insurance | fund. ``compared_mark``: the payslips that it was compared with, as
    ``payroll.filed.mark`` tells them apart; another mark now: they have changed since. ``totals``:
    figure → ``[ours, theirs]`` over everybody, in fen.
    """

    __tablename__ = "filing_result"
    __table_args__ = (
        Index("ix_filing_result_company_id_period_kind", "company_id", "period", "kind"),
        CheckConstraint("kind IN ('tax', 'insurance', 'fund')", name="kind"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    period: Mapped[Month]
    kind: Mapped[Code]
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))
    row_count: Mapped[int]
    applied_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    applied_at: Mapped[Instant]
    compared_at: Mapped[Instant]
    compared_mark: Mapped[str] = mapped_column(String(120))
    people_here: Mapped[int]
    people_there: Mapped[int]
    people_equal: Mapped[int]
    totals: Mapped[dict[str, list[int]]] = mapped_column(JSON)


class FilingRow(Base):
    """What a result says of one person and item, never changed.

    ``item``: wages | labor | bonus | severance, or the scheme of an insurance bill. ``figures``: name of
    a figure → fen, of ``rate`` millionths; what the file does not say is not in it.
    """

    __tablename__ = "filing_row"
    __table_args__ = (UniqueConstraint("result_id", "id_number_hash", "item"),)

    id: Mapped[PrimaryKey]
    result_id: Mapped[int] = mapped_column(Id, ForeignKey("filing_result.id"))
    id_number_hash: Mapped[str] = mapped_column(String(64))
    id_number: Mapped[str] = mapped_column(Encrypted)
    name: Mapped[Name]
    item: Mapped[Code]
    figures: Mapped[dict[str, int]] = mapped_column(JSON)


class FilingDifference(Base):
    """Where a result and the month's payslips differ about one person and item, and what was said to it.

    ``figures``: name of a figure → ``[ours, theirs]``, only those that differ; None: one side has none.
    ``amount``: theirs less ours of what is to be paid, in fen. ``state``: open | task | settled. A task
    has somebody who answers for it and a day; when it is done, ``outcome`` says with which result.
    """

    __tablename__ = "filing_difference"
    __table_args__ = (
        UniqueConstraint("result_id", "id_number_hash", "item"),
        Index("ix_filing_difference_result_id_state", "result_id", "state"),
        CheckConstraint("state IN ('open', 'task', 'settled')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint(
            "state <> 'task' OR (assignee_id IS NOT NULL AND due_on IS NOT NULL)", name="task"
        ),
        CheckConstraint("state <> 'settled' OR reason IS NOT NULL", name="settled"),
    )

    id: Mapped[PrimaryKey]
    result_id: Mapped[int] = mapped_column(Id, ForeignKey("filing_result.id"))
    id_number_hash: Mapped[str] = mapped_column(String(64))
    masked_id_number: Mapped[str] = mapped_column(String(24))
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("employment.id"))
    employee_no: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[Name]
    item: Mapped[Code]
    cause: Mapped[Code]
    figures: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    amount: Mapped[Fen]
    state: Mapped[Code] = mapped_column(default="open")
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(400))
    assignee_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    due_on: Mapped[dt.date | None]
    answered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
