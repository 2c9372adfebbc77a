"""Evidence about people, claims for subsidies, whom they name, and what was found about them."""

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

from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Id, Instant, Month, PrimaryKey, UtcDateTime
from workforce.subsidies.immutable import protect


class SubsidyEvidence(Base):
    """A paper that shows that a person belongs to a group that is supported; never changed, only withdrawn.

    ``kind``: a term of ``evidence_kind``. ``number``: the paper's, encrypted. ``issued_on``: the day of
    graduation, registration or issue. ``valid_until``: the last day on which it holds, NULL: no end.
    ``level``: of a disability certificate, 1 (most severe) to 4.
    """

    __tablename__ = "subsidy_evidence"
    __table_args__ = (
        Index("ix_subsidy_evidence_employment_id", "employment_id"),
        Index("ix_subsidy_evidence_company_id", "company_id"),
        CheckConstraint("valid_until IS NULL OR valid_until >= issued_on", name="dates"),
        CheckConstraint("(kind = 'disability') = (level IS NOT NULL)", name="level"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdraw_reason IS NULL)", name="withdrawn"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    # 60 characters of up to four bytes, encrypted and as ASCII, take 360.
    number: Mapped[str] = mapped_column(Encrypted(400))
    issued_on: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    level: Mapped[int | None]
    upload_id: Mapped[int | None] = mapped_column(Id, ForeignKey("upload.id"))
    entered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    entered_at: Mapped[Instant]
    withdrawn_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdraw_reason: Mapped[str | None] = mapped_column(String(200))


class SubsidyClaim(Base):
    """A company's claim under a scheme for people over some months; ``number`` counts from 1.

    ``state``: draft → checked → frozen; withdrawn from any. ``people`` and ``amount`` (fen; NULL: not
    known here) are of those who are not left out. ``checked_hash``: the facts that the last check saw.
    ``content_hash``: SHA-256 of what was frozen, person by person.
    """

    __tablename__ = "subsidy_claim"
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        Index("ix_subsidy_claim_scheme_state", "scheme", "state"),
        CheckConstraint("last_month >= first_month", name="months"),
        CheckConstraint("state IN ('draft', 'checked', 'frozen', 'withdrawn')", name="state"),
        CheckConstraint("people >= 0 AND amount >= 0", name="totals"),
        CheckConstraint("state <> 'checked' OR checked_hash IS NOT NULL", name="checked"),
        CheckConstraint(
            "state <> 'frozen' OR (frozen_at IS NOT NULL AND content_hash IS NOT NULL "
            "AND law_hash IS NOT NULL AND blocking_count = 0)",
            name="frozen",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) "
            "AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL)",
            name="withdrawn",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    number: Mapped[int]
    scheme: Mapped[Code]
    first_month: Mapped[Month]
    last_month: Mapped[Month]
    state: Mapped[Code]
    people: Mapped[int]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    made_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    made_at: Mapped[Instant]
    checked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    checked_hash: Mapped[str | None] = mapped_column(String(64))
    blocking_count: Mapped[int] = mapped_column(default=0)
    warning_count: Mapped[int] = mapped_column(default=0)
    frozen_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    frozen_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(String(400))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    law_hash: Mapped[str | None] = mapped_column(String(64))
    code_version: Mapped[str | None] = mapped_column(String(40))
    withdrawn_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdraw_reason: Mapped[str | None] = mapped_column(String(200))


class SubsidyClaimPerson(Base):
    """One person of a claim; ``left_out_reason``: not claimed for, and why.

    ``person_id`` is there to find the same person in another claim, inside the database. ``content``:
    JSON of what the frozen claim says of the person, encrypted; NULL until then, or left out.
    """

    __tablename__ = "subsidy_claim_person"
    __table_args__ = (
        UniqueConstraint("claim_id", "employment_id"),
        Index("ix_subsidy_claim_person_person_id", "person_id"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[PrimaryKey]
    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("subsidy_claim.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    left_out_reason: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[str | None] = mapped_column(Encrypted(8000))


class SubsidyFinding(Base):
    """What the last check of a claim found about one of its people; ``kind``: a term of ``headcount_finding``.

    ``months``: of which months, joined by a comma, or empty. ``others``: own employee numbers that share
    the thing; nobody of another company is named.
    """

    __tablename__ = "subsidy_finding"
    __table_args__ = (UniqueConstraint("claim_id", "employment_id", "kind"),)

    id: Mapped[PrimaryKey]
    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("subsidy_claim.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    is_blocking: Mapped[bool]
    months: Mapped[str] = mapped_column(String(400))
    others: Mapped[str] = mapped_column(String(200))


for _model in (SubsidyEvidence, SubsidyClaim, SubsidyClaimPerson, SubsidyFinding):
    protect(cast("Table", _model.__table__))
