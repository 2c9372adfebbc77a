"""The base's name, its companies, their teams, and their dated pay policies."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Table, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.audit import append_only_statements
from workforce.platform.db import Base, Code, Fen, Id, Instant, Micro, Month, Name, PrimaryKey
from workforce.platform.refusals import after_create


class BaseName(Base):
    """What the base itself was called from ``named_at`` on. Append-only: the newest row holds.

    ``name_en`` NULL: the Chinese name stands in English, too. ``named_by_id`` NULL: the command line.
    """

    __tablename__ = "base_name"

    id: Mapped[PrimaryKey]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str | None] = mapped_column(String(80))
    named_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    named_at: Mapped[Instant]


after_create(
    cast("Table", BaseName.__table__),
    lambda dialect: append_only_statements(BaseName.__tablename__, dialect),
)


class Company(Base):
    """An annotation company of the base, or outside it (``is_inside``).

    ``code`` is short and chosen by people (it names the company on the command line and in file
    names); ``credit_code`` is the 18-character unified social credit code, check digit verified.
    ``region`` is a GB/T 2260 code: law data is looked up there. ``slip_password_rule``: what opens a
    payslip that is sent as a locked PDF, a ``core.rules.slip_password.PasswordRule``.

    ``reports_by``: where its figures for the bureau come from: ``system`` (computed from its own
    payroll here) or ``return`` (it keeps its books elsewhere and files a monthly return).
    ``returns_from``: the first month of which the bureau expects one; NULL: of none. ``returns_mail``:
    where reminders of returns go. ``publishes_wages``: it agrees that its own wages stand in the
    published table of companies.
    """

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("reports_by IN ('system', 'return')", name="reports_by"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    region: Mapped[str] = mapped_column(String(6))
    is_inside: Mapped[bool] = mapped_column(default=True)
    founded_on: Mapped[dt.date]
    contact_name: Mapped[str | None] = mapped_column(String(60))
    slip_password_rule: Mapped[Code] = mapped_column(
        default="id_last_six", server_default="id_last_six"
    )
    reports_by: Mapped[Code] = mapped_column(default="system", server_default="system")
    returns_from: Mapped[Month | None]
    returns_mail: Mapped[str | None] = mapped_column(String(120))
    publishes_wages: Mapped[bool] = mapped_column(default=False, server_default=false())


class Team(Base):
    """A 班组 of one company; ``code`` is unique within the company."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("company_id", "code"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), index=True)
    code: Mapped[Code]
    name: Mapped[Name]


class TeamLeadership(Base):
    """Which account leads a team, and when: a hand-over ends one row and begins another."""

    __tablename__ = "team_leadership"
    __table_args__ = (
        UniqueConstraint("team_id", "account_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
    )

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id"), index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class CompanyPayPolicy(Base):
    """What a company agreed with its people, valid over dates; one row covers a whole pay month.

    ``quality_basis``: ``price`` or ``deduction``. ``quality_tiers``: a list of
    ``{"accuracy_from_rate": micro, "factor_rate": micro}`` from best to worst, or empty for no
    quality rule. ``acceptance``: ``at_once``, ``by_inspection`` or ``by_person`` (how imported
    output becomes payable). Amounts in fen, rates in millionths. ``has_union_fund``: the company pays
    the trade union its part of total wages.
    """

    __tablename__ = "company_pay_policy"
    __table_args__ = (
        UniqueConstraint("company_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint("quality_basis IN ('price', 'deduction')", name="quality_basis"),
        CheckConstraint(
            "acceptance IN ('at_once', 'by_inspection', 'by_person')", name="acceptance"
        ),
        CheckConstraint("pay_day BETWEEN 1 AND 28", name="pay_day"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    quality_basis: Mapped[Code]
    quality_tiers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    night_allowance_amount: Mapped[Fen]
    attendance_bonus_amount: Mapped[Fen]
    holiday_day_wage_amount: Mapped[Fen]
    has_irregular_holiday_pay: Mapped[bool] = mapped_column(default=False)
    work_injury_rate: Mapped[Micro]
    acceptance: Mapped[Code]
    late_grace_minutes: Mapped[int] = mapped_column(default=0)
    pay_day: Mapped[int]
    has_union_fund: Mapped[bool] = mapped_column(default=False, server_default=false())
