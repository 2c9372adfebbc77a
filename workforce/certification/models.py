"""Skill certificates, the work that each opens, which work asks for one, and exceptions from it.

``skill_`` because ``certificate`` is the paper about income and employment (``documents/``).
"""

from __future__ import annotations

import datetime as dt
from typing import Final, cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey, UtcDateTime
from workforce.platform.refusals import Refusal, differs, refuse

_IS_VALID: Final = text("withdrawn_on IS NULL")


class SkillCertificate(Base):
    """What somebody has shown to be able to do, over dates; a person's, in whatever company.

    ``level``: of the occupation 人工智能训练师 (4-04-05-05), 1 the highest to 5; NULL: a course's own
    certificate without a level. ``issued_on`` and ``valid_until`` are valid days, the latter NULL: no end;
    ``withdrawn_on`` is the first day on which it no longer holds. ``kept_by_id``: the company that keeps
    the record, NULL: the base. ``public_id``: the opaque id of the QR code of one that is issued here,
    whose ``number`` counts by year; NULL: somebody else's paper, entered here.
    """

    __tablename__ = "skill_certificate"
    __table_args__ = (
        Index("ix_skill_certificate_person_id", "person_id"),
        Index(
            "uq_skill_certificate_valid",
            "issuer",
            "number",
            unique=True,
            sqlite_where=_IS_VALID,
            postgresql_where=_IS_VALID,
        ),
        UniqueConstraint("year", "serial"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("valid_until IS NULL OR valid_until >= issued_on", name="dates"),
        CheckConstraint(
            "(public_id IS NULL) = (serial IS NULL) AND (serial IS NULL) = (year IS NULL)",
            name="issued_here",
        ),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdraw_reason IS NULL) "
            "AND (withdrawn_on IS NULL) = (withdrawn_at IS NULL)",
            name="withdrawn",
        ),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    kept_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    issuer: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(60))
    level: Mapped[int | None]
    course: Mapped[str | None] = mapped_column(String(80))
    issued_on: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    year: Mapped[int | None]
    serial: Mapped[int | None]
    public_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    entered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    entered_at: Mapped[Instant]
    withdrawn_on: Mapped[dt.date | None]
    withdraw_reason: Mapped[str | None] = mapped_column(String(200))
    withdrawn_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SkillCertificateTaskType(Base):
    """A task type that a certificate opens."""

    __tablename__ = "skill_certificate_task_type"
    __table_args__ = (UniqueConstraint("certificate_id", "task_type_id"),)

    id: Mapped[PrimaryKey]
    certificate_id: Mapped[int] = mapped_column(Id, ForeignKey("skill_certificate.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"), index=True)


class SkillRequirement(Base):
    """A company's rule that work of a task type needs a certificate that opens it, over work days.

    ``effect``: blocks (output without one is refused) | warns (the month's checks name it).
    """

    __tablename__ = "skill_requirement"
    __table_args__ = (
        UniqueConstraint("company_id", "task_type_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint("effect IN ('blocks', 'warns')", name="effect"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    effect: Mapped[Code]


class SkillException(Base):
    """Leave for one employment to do a task type without a certificate, from ``valid_from`` up to ``valid_to``.

    ``valid_to`` is the first day without it, put earlier where it is ended. ``state``: asked | approved |
    declined; whoever asked never decides.
    """

    __tablename__ = "skill_exception"
    __table_args__ = (
        Index("ix_skill_exception_employment_id", "employment_id", "task_type_id"),
        Index("ix_skill_exception_company_id", "company_id", "state"),
        CheckConstraint("valid_to >= valid_from", name="range"),
        CheckConstraint("state IN ('asked', 'approved', 'declined')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("state <> 'declined' OR answer IS NOT NULL", name="answer"),
        CheckConstraint("decided_by_id <> asked_by_id", name="another"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[Code]
    asked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    asked_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(String(200))


_SAID: Final = (
    "person_id",
    "issuer",
    "number",
    "level",
    "course",
    "issued_on",
    "valid_until",
    "public_id",
)

refuse(
    cast("Table", SkillCertificate.__table__),
    [
        Refusal(
            table="skill_certificate",
            name="issued",
            verb="UPDATE",
            when=f"OLD.public_id IS NOT NULL AND ({differs(*_SAID)})",
            says="what was issued stands",
        ),
        Refusal(
            table="skill_certificate",
            name="withdrawn",
            verb="UPDATE",
            when="OLD.withdrawn_on IS NOT NULL",
            says="it stands",
        ),
        Refusal(table="skill_certificate", name="kept", verb="DELETE", when=None, says="it stands"),
    ],
)
