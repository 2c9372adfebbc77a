"""Persons and their employments: identity apart from employment.

One person (known by the keyed hash of the ID number) may have several employments, in different
companies, even in one month. ID number, bank account, phone and e-mail address are
encrypted by field.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Id, Month, Name, PrimaryKey


class Person(Base):
    """A human being, once.

    ``sex``: GB/T 2261.1 (1 male, 2 female). ``education``: GB/T 4658 code. ``township``: the
    9-digit code of the household's township (500236xxx) or of another county (6 digits).
    ``household_category``: ``rural`` or ``urban``; ``key_groups`` are separate rows.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("sex IN ('0', '1', '2', '9')", name="sex"),)

    id: Mapped[PrimaryKey]
    id_number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    id_number: Mapped[str] = mapped_column(Encrypted)
    name: Mapped[Name]
    sex: Mapped[str] = mapped_column(String(1))
    born_on: Mapped[dt.date]
    education: Mapped[str] = mapped_column(String(2))
    township: Mapped[str] = mapped_column(String(9))
    household_category: Mapped[Code]
    phone: Mapped[str | None] = mapped_column(Encrypted)
    email: Mapped[str | None] = mapped_column(Encrypted)


class PersonKeyGroup(Base):
    """A key group a person belongs to (rural_labour, formerly_poor, graduate, disabled, …)."""

    __tablename__ = "person_key_group"
    __table_args__ = (UniqueConstraint("person_id", "key_group"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    key_group: Mapped[Code]


class Employment(Base):
    """One person's work for one company.

    Both ``hired_on`` and ``separated_on`` are employed days (so this pair is inclusive, as in the
    scenario file). ``employment_type`` and ``hours_system`` use scenario.md's words.
    ``rest_weekdays``: ISO weekdays as digits, ``"67"``. ``tax_method``: cumulative | intern |
    labor_service | platform. ``occupation``: one of the five groups of the wage statistics
    (GB/T 6565 major groups). ``dispatched_by``: the name of the unit that sends somebody who is
    dispatched, ``dispatched_by_code`` its unified social credit code; NULL: not known, or not sent.
    """

    __tablename__ = "employment"
    __table_args__ = (
        UniqueConstraint("company_id", "employee_no"),
        Index("ix_employment_company_dates", "company_id", "hired_on", "separated_on"),
        CheckConstraint("separated_on IS NULL OR separated_on >= hired_on", name="range"),
        CheckConstraint(
            "employment_type IN ('full_time', 'part_time', 'dispatched', 'intern', "
            "'rehired_retiree', 'trainee', 'labor_service')",
            name="employment_type",
        ),
        CheckConstraint(
            "hours_system IN ('standard', 'comprehensive', 'irregular')", name="hours_system"
        ),
        CheckConstraint(
            "contract_kind IS NULL OR contract_kind IN ('fixed_term', 'open_ended', 'task')",
            name="contract_kind",
        ),
        CheckConstraint(
            "(contract_until IS NULL) OR (contract_kind = 'fixed_term' "
            "AND contract_until >= hired_on)",
            name="contract_until",
        ),
        CheckConstraint(
            "occupation IN ('manager', 'professional', 'clerical', 'service', 'production')",
            name="occupation",
        ),
        CheckConstraint(
            "dispatched_by IS NULL OR employment_type = 'dispatched'", name="dispatched_by"
        ),
        CheckConstraint(
            "dispatched_by_code IS NULL OR dispatched_by IS NOT NULL", name="dispatched_by_code"
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    employee_no: Mapped[str] = mapped_column(String(40))
    position: Mapped[str | None] = mapped_column(String(60))
    employment_type: Mapped[Code]
    hours_system: Mapped[Code] = mapped_column(default="standard")
    rest_weekdays: Mapped[str] = mapped_column(String(7), default="67")
    hired_on: Mapped[dt.date]
    separated_on: Mapped[dt.date | None]
    separation_reason: Mapped[str | None] = mapped_column(String(40))
    bank_name: Mapped[str | None] = mapped_column(String(60))
    bank_account: Mapped[str | None] = mapped_column(Encrypted)
    contract_kind: Mapped[str | None] = mapped_column(String(20))
    contract_until: Mapped[dt.date | None]
    occupation: Mapped[Code] = mapped_column(default="service", server_default="service")
    dispatched_by: Mapped[str | None] = mapped_column(String(120))
    dispatched_by_code: Mapped[str | None] = mapped_column(String(18))


class TeamMembership(Base):
    """The team an employment belongs to, over dates."""

    __tablename__ = "team_membership"
    __table_args__ = (
        UniqueConstraint("employment_id", "valid_from"),
        Index("ix_team_membership_team", "team_id", "valid_from", "valid_to"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class PayProfile(Base):
    """One employment's agreed pay facts over dates; one row covers a whole pay month.

    Amounts fen, rates millionths. ``contribution_base_amount`` NULL = not insured here;
    ``fund_base_amount`` NULL = no housing fund. ``average_monthly_wage_amount``: last 12 months
    without overtime, needed for leave pay of pieceworkers. ``pay_cycle``: part-time people may be
    paid by half months.
    """

    __tablename__ = "pay_profile"
    __table_args__ = (
        UniqueConstraint("employment_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint("base_pay_amount >= 0", name="base_pay"),
        CheckConstraint("NOT (is_deduct_60000 AND is_first_wage_of_year)", name="one_tax_rule"),
        CheckConstraint("pay_cycle IN ('month', 'half_month')", name="pay_cycle"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    base_pay_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    overtime_base_amount: Mapped[int | None] = mapped_column(BigInteger)
    contribution_base_amount: Mapped[int | None] = mapped_column(BigInteger)
    fund_base_amount: Mapped[int | None] = mapped_column(BigInteger)
    fund_employee_rate: Mapped[int | None] = mapped_column(BigInteger)
    fund_employer_rate: Mapped[int | None] = mapped_column(BigInteger)
    average_monthly_wage_amount: Mapped[int | None] = mapped_column(BigInteger)
    tax_method: Mapped[Code] = mapped_column(default="cumulative")
    is_deduct_60000: Mapped[bool] = mapped_column(default=False)
    is_first_wage_of_year: Mapped[bool] = mapped_column(default=False)
    pay_cycle: Mapped[Code] = mapped_column(default="month", server_default="month")


class TaxOpening(Base):
    """What was paid and withheld earlier in a year, before this system kept the books.

    Needed when the first month run here is not the employment's first month of the year. All
    amounts fen; ``months`` counts employed months already treated. ``certificate_amount`` is the part
    of ``special_amount`` that is for professional certificates, which have a yearly limit.
    """

    __tablename__ = "tax_opening"
    __table_args__ = (UniqueConstraint("employment_id", "year"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    year: Mapped[int]
    through_period: Mapped[Month]
    income_amount: Mapped[int] = mapped_column(BigInteger)
    insurance_and_fund_amount: Mapped[int] = mapped_column(BigInteger)
    special_amount: Mapped[int] = mapped_column(BigInteger)
    other_amount: Mapped[int] = mapped_column(BigInteger)
    personal_pension_amount: Mapped[int] = mapped_column(BigInteger)
    withheld_amount: Mapped[int] = mapped_column(BigInteger)
    months: Mapped[int]
    is_separate_bonus_used: Mapped[bool] = mapped_column(default=False)
    certificate_amount: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
