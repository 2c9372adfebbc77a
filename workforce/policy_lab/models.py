"""Saved studies, as they came out then; and all that officials may try of a published month."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Id, Instant, Month, PrimaryKey
from workforce.platform.refusals import stand


class PolicyStudy(Base):
    """A study with a name; nothing of it ever changes.

    ``company_id`` None: of the whole base. ``lever`` is the code of what was changed, ``present`` what
    held then and ``tried`` the value tried, in the lever's unit: fen or millionths. ``question`` keeps
    the lever's words and the sources, ``result`` the figures (``comparison.Result``) as they were
    published: where ``is_protected``, withheld ones are not in it. ``inputs_hash`` names the runs.
    """

    __tablename__ = "policy_study"
    __table_args__ = (
        Index("ix_policy_study_company_id", "company_id"),
        CheckConstraint("name <> ''", name="name"),
        # A company reads its own people's figures in full.
        CheckConstraint("company_id IS NULL OR NOT is_protected", name="protected"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    is_protected: Mapped[bool]
    name: Mapped[str] = mapped_column(String(80))
    period: Mapped[Month]
    lever: Mapped[str] = mapped_column(String(120))
    present: Mapped[int] = mapped_column(Id)
    tried: Mapped[int] = mapped_column(Id)
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    inputs_hash: Mapped[str] = mapped_column(String(64))
    law_hash: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    made_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    made_by_name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[Instant]


class PolicyLadder(Base):
    """All values of one lever that officials may try on a month; nothing of it ever changes.

    ``number`` orders a month's levers. ``question`` as of a study, ``results`` the figures as they may
    be shown, by the value tried, written as digits.
    """

    __tablename__ = "policy_ladder"
    __table_args__ = (UniqueConstraint("period", "lever"),)

    id: Mapped[PrimaryKey]
    period: Mapped[Month]
    number: Mapped[int]
    lever: Mapped[str] = mapped_column(String(120))
    present: Mapped[int] = mapped_column(Id)
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    results: Mapped[dict[str, Any]] = mapped_column(JSON)
    inputs_hash: Mapped[str] = mapped_column(String(64))
    law_hash: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[Instant]


for _table in (PolicyStudy.__table__, PolicyLadder.__table__):
    stand(cast("Table", _table), "OLD.id IS NOT NULL")
