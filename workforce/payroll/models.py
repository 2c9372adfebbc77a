"""Payroll runs, payslips and their lines, faults, agreed monthly entries and adjustments."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.payroll import (  # noqa: F401 - the slice's tables are found through here
    correction_models,
    receipt_models,
)
from workforce.payroll.immutable import protect
from workforce.platform.db import (
    Base,
    Code,
    Fen,
    Id,
    Instant,
    Micro,
    Month,
    Period,
    PrimaryKey,
    UtcDateTime,
)
from workforce.platform.refusals import stand


class PayEntry(Base):
    """A pay fact of one employment that is neither output nor time, in one month or from month to month.

    ``kind``: earning | untaxed_earning | other_deduction | court_order |
    special_additional_deduction | other_tax_deduction | damages | annual_bonus_separate |
    annual_bonus_merged | labor_service_income | trainee_allowance | employee_insurance.
    ``code`` names the agreed item (skill_allowance, child_education, …). Valid for pay months
    ``period_from`` ≤ month < ``period_to`` (NULL = until ended). Amount in fen.
    """

    __tablename__ = "pay_entry"
    __table_args__ = (
        UniqueConstraint("employment_id", "kind", "code", "period_from"),
        CheckConstraint("period_to IS NULL OR period_to > period_from", name="range"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    code: Mapped[Code]
    period_from: Mapped[Month]
    period_to: Mapped[str | None] = mapped_column(String(7))
    amount: Mapped[Fen]
    sequence: Mapped[int] = mapped_column(default=0)


class Adjustment(Base):
    """A correction of an earlier month, paid in a later open one; never an edit of the old slip.

    ``kind``: ``pay`` is taxed when it is paid, of either sign; ``return`` gives back, untaxed, what
    was deducted after tax; ``claim`` is taken as damages inside the limits of art 16.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        CheckConstraint("for_period < pay_period", name="later"),
        CheckConstraint(
            "kind = 'pay' OR (kind IN ('return', 'claim') AND amount > 0)", name="kind"
        ),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    pay_period: Mapped[Period] = mapped_column(index=True)
    for_period: Mapped[Period]
    amount: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(200))
    corrected_payslip_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payslip.id"))
    created_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    created_at: Mapped[Instant]
    kind: Mapped[Code] = mapped_column(default="pay", server_default="pay")


class BaseDifference(Base):
    """An earlier month that was charged on another contribution base than is owed: settled later.

    Amounts fen. ``owed_base_amount`` NULL: the base of the pay month.
    """

    __tablename__ = "base_difference"
    __table_args__ = (
        UniqueConstraint("employment_id", "pay_period", "for_period"),
        CheckConstraint("for_period < pay_period", name="later"),
        CheckConstraint("charged_base_amount >= 0 AND owed_base_amount >= 0", name="bases"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    pay_period: Mapped[Period]
    for_period: Mapped[Period]
    charged_base_amount: Mapped[Fen]
    owed_base_amount: Mapped[int | None] = mapped_column(BigInteger)


class PayrollRun(Base):
    """One calculation of one company's month; ``number`` 1 is the regular run.

    Hashes are SHA-256 hex: of the input columns, of the law data, of the results. ``state`` is a
    ``core.lifecycle.RunState``. Totals in fen are the sums of the payslips. ``prepared_by_id`` NULL:
    the command line made the run without naming an account. ``locked_at_output_id``: the newest
    output record when the month was locked by approval; what comes in later is no attendance of it.
    ``paid_*``: when the money left the bank, how much, by which reference, and who said so; NULL for
    a run closed before payments were recorded. ``order_id``: why there is a run beside the regular
    one. ``decided_number``: set by approval, one more than the company's last: it says what was decided
    before this run.
    """

    __tablename__ = "payroll_run"
    __table_args__ = (
        UniqueConstraint("company_id", "period", "kind", "number"),
        CheckConstraint("kind IN ('regular', 'off_cycle')", name="kind"),
        CheckConstraint("kind <> 'regular' OR number = 1", name="one_regular"),
        CheckConstraint("(kind = 'off_cycle') = (order_id IS NOT NULL)", name="ordered"),
        Index("uq_payroll_run_order_id", "order_id", unique=True),
        Index("uq_payroll_run_decided_number", "company_id", "decided_number", unique=True),
        # A run made on the command line without a name has no maker: two other people answer for it.
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> COALESCE(prepared_by_id, reviewed_by_id)",
            name="two_people",
        ),
        CheckConstraint(
            "reviewed_by_id IS NULL OR prepared_by_id IS NULL OR reviewed_by_id <> prepared_by_id",
            name="reviewer",
        ),
        CheckConstraint("state = 'draft' OR fault_count = 0", name="faults"),
        CheckConstraint(
            "(state IN ('reviewed', 'approved', 'paid', 'closed')) = (reviewed_by_id IS NOT NULL)",
            name="reviewed",
        ),
        CheckConstraint(
            "(state IN ('approved', 'paid', 'closed')) = (approved_by_id IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("state <> 'paid' OR paid_on IS NOT NULL", name="paid"),
        CheckConstraint(
            "paid_on IS NULL OR (state IN ('paid', 'closed') AND paid_amount IS NOT NULL "
            "AND paid_amount <= net_pay_amount AND paid_reference IS NOT NULL "
            "AND paid_by_id IS NOT NULL AND paid_at IS NOT NULL)",
            name="payment",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    period: Mapped[Period]
    kind: Mapped[Code] = mapped_column(default="regular")
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[Code]
    pay_on: Mapped[dt.date]
    payslip_count: Mapped[int]
    fault_count: Mapped[int]
    gross_pay_amount: Mapped[Fen]
    net_pay_amount: Mapped[Fen]
    employer_cost_amount: Mapped[Fen]
    input_hash: Mapped[str] = mapped_column(String(64))
    law_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    prepared_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    prepared_at: Mapped[Instant]
    reviewed_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    reviewed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    locked_at_output_id: Mapped[int | None] = mapped_column(Id)
    paid_on: Mapped[dt.date | None]
    paid_amount: Mapped[int | None] = mapped_column(BigInteger)
    paid_reference: Mapped[str | None] = mapped_column(String(200))
    paid_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    paid_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    order_id: Mapped[int | None] = mapped_column(Id, ForeignKey("run_order.id"))
    decided_number: Mapped[int | None]


class Payslip(Base):
    """One employment's pay in one run.

    All amounts fen, minutes whole. ``tax_*`` is the state after this month, with ``has_rent`` and
    ``has_housing_loan`` (declared in any month of the year): it is next month's year to date.
    ``days``/``minutes`` columns are what the slip shows; ``has_…_half``: half a day more. ``notes`` is a list of
    ``{"code", "params", "detail"}``, with ``"blocks": true`` where a person must act before approval;
    ``public_id`` is the opaque id in the QR code. ``origin_id``: the first payslip of its chain, of one
    that is issued anew in place of a reversed one; NULL: itself.
    """

    __tablename__ = "payslip"
    __table_args__ = (UniqueConstraint("run_id", "employment_id"),)

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    period: Mapped[Period]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    gross_pay_amount: Mapped[Fen]
    net_pay_amount: Mapped[Fen]
    employer_cost_amount: Mapped[Fen]
    scheduled_days: Mapped[int]
    attended_days: Mapped[int]
    paid_leave_days: Mapped[int]
    unpaid_days: Mapped[int]
    holiday_days: Mapped[int]
    normal_minutes: Mapped[int]
    weekday_overtime_minutes: Mapped[int]
    rest_day_overtime_minutes: Mapped[int]
    holiday_overtime_minutes: Mapped[int]
    night_shift_count: Mapped[int]
    late_count: Mapped[int]
    counted_wage_amount: Mapped[Fen]
    floor_amount: Mapped[Fen]
    tax_income_amount: Mapped[Fen]
    tax_insurance_and_fund_amount: Mapped[Fen]
    tax_special_amount: Mapped[Fen]
    tax_other_amount: Mapped[Fen]
    tax_personal_pension_amount: Mapped[Fen]
    tax_certificate_amount: Mapped[Fen]
    tax_basic_amount: Mapped[Fen]
    tax_taxable_amount: Mapped[Fen]
    tax_rate: Mapped[Micro]
    tax_quick_amount: Mapped[Fen]
    tax_withheld_amount: Mapped[Fen]
    tax_months: Mapped[int]
    is_separate_bonus_used: Mapped[bool]
    has_rent: Mapped[bool]
    has_housing_loan: Mapped[bool]
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    has_attended_half: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_paid_leave_half: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_unpaid_half: Mapped[bool] = mapped_column(default=False, server_default=false())
    origin_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payslip.id"))


class SlipReversal(Base):
    """That one payslip counts no more, and why: proposed by one person, in force by another.

    The payslip stays as it is. Without ``approved_by_id`` it is a proposal, which may be taken back;
    an approved one stands for ever.
    """

    __tablename__ = "slip_reversal"
    __table_args__ = (
        CheckConstraint("approved_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approved"),
    )

    id: Mapped[PrimaryKey]
    payslip_id: Mapped[int] = mapped_column(Id, ForeignKey("payslip.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(400))
    proposed_by_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    proposed_at: Mapped[Instant]
    approved_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class PayslipLine(Base):
    """One shown line. Keyed (payslip, seq): the bulk writer's fastest shape.

    ``kind``: earning | reduction | deduction | employer (it gives the sign; amounts are ≥ 0).
    ``wage_part``: the part of total wages that the line adds to (or, as a reduction, takes from), a
    ``core.results.WagePart`` or NULL. ``detail``: the task type of a piece line, the reason of an
    adjustment, else NULL. ``quantity`` and ``rate`` are millionths (NULL where a line has none).
    ``operands``: the integers of the explanation, as a JSON object; ``core.explain`` turns them into
    the sentence.
    """

    __tablename__ = "payslip_line"
    __table_args__ = (
        # Not IN (…): SQLite builds such a list anew for every row, which doubles a run's writing.
        CheckConstraint(
            "kind = 'earning' OR kind = 'reduction' OR kind = 'deduction' OR kind = 'employer'",
            name="kind",
        ),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint(
            "wage_part = 'time' OR wage_part = 'piece' OR wage_part = 'bonus' "
            "OR wage_part = 'allowance' OR wage_part = 'overtime' OR wage_part = 'special'",
            name="wage_part",
        ),
    )

    payslip_id: Mapped[int] = mapped_column(Id, ForeignKey("payslip.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[Code]
    kind: Mapped[str] = mapped_column(String(10))
    wage_part: Mapped[str | None] = mapped_column(String(10))
    detail: Mapped[str | None] = mapped_column(String(200))
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    rate: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[Fen]
    reference: Mapped[str] = mapped_column(String(200))
    operands: Mapped[str] = mapped_column(String)


UNTAXED: Final = '"is_untaxed":1'
"""What the operands of an agreed line say that is no wage for the tax; of a taxed one, 0 or nothing."""


class PayrollFault(Base):
    """Why one person has no payslip in a run: listed, blocks approval, loses nobody else's."""

    __tablename__ = "payroll_fault"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"), primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[Code]
    params: Mapped[dict[str, Any]] = mapped_column(JSON)


class RunCalculation(Base):
    """That a run was calculated, by whom, from what and with which totals (fen): one row each time."""

    __tablename__ = "run_calculation"

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"), index=True)
    calculated_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    calculated_at: Mapped[Instant]
    payslip_count: Mapped[int]
    fault_count: Mapped[int]
    gross_pay_amount: Mapped[Fen]
    net_pay_amount: Mapped[Fen]
    employer_cost_amount: Mapped[Fen]
    input_hash: Mapped[str] = mapped_column(String(64))
    law_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))


class FormerSlip(Base):
    """What a payslip said before the last calculation changed it: only of people whose pay changed.

    Amounts fen; NULL: the person had no payslip before. ``lines``: what the lines said, each
    ``[code, kind, detail, quantity, rate, amount]``.
    """

    __tablename__ = "former_slip"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"), primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), primary_key=True)
    gross_pay_amount: Mapped[int | None] = mapped_column(BigInteger)
    net_pay_amount: Mapped[int | None] = mapped_column(BigInteger)
    lines: Mapped[list[list[Any]]] = mapped_column(JSON)


class Variance(Base):
    """What is out of the ordinary about one person's pay in a run, until somebody has looked at it.

    ``kind``: a ``payroll.review.variances.VarianceKind``. ``before_value`` and ``after_value``: fen, or
    millionths of a yuan for a price; NULL where there is none. ``detail``: the task type of a price.
    ``slip_hash``: SHA-256 hex of what was looked at, so that a calculation voids only the ticks of
    what it changed.
    """

    __tablename__ = "variance"
    __table_args__ = (
        UniqueConstraint("run_id", "employment_id", "kind"),
        CheckConstraint("(ticked_by_id IS NULL) = (ticked_at IS NULL)", name="tick"),
    )

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    before_value: Mapped[int | None] = mapped_column(BigInteger)
    after_value: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[str | None] = mapped_column(String(200))
    slip_hash: Mapped[str] = mapped_column(String(64))
    ticked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    ticked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(String(400))


class RunReopening(Base):
    """That somebody asked to open an approved run again, why, and what a second person said to it.

    ``is_granted`` NULL: nobody has answered. Whoever asked may take it back (``is_granted`` false), and
    never grants it.
    """

    __tablename__ = "run_reopening"
    __table_args__ = (
        Index(
            "uq_run_reopening_open",
            "run_id",
            unique=True,
            sqlite_where=text("is_granted IS NULL"),
            postgresql_where=text("is_granted IS NULL"),
        ),
        CheckConstraint(
            "is_granted IS NOT TRUE OR answered_by_id <> asked_by_id", name="two_people"
        ),
        CheckConstraint(
            "(is_granted IS NULL) = (answered_by_id IS NULL) "
            "AND (is_granted IS NULL) = (answered_at IS NULL)",
            name="answer",
        ),
    )

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"))
    reason: Mapped[str] = mapped_column(String(400))
    asked_by_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    asked_at: Mapped[Instant]
    answered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    is_granted: Mapped[bool | None]


class ReviewRule(Base):
    """How a company reviews its runs; without a row the defaults of ``payroll.review.rules`` hold.

    ``change_rate`` (millionths) and ``change_amount`` (fen): gross pay that moves by more than both is
    a variance. ``severities``: code of a month's check → ``blocking`` | ``warning``, where the
    company departs from the default.
    """

    __tablename__ = "review_rule"
    __table_args__ = (
        CheckConstraint("change_rate >= 0 AND change_amount >= 0", name="thresholds"),
    )

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), primary_key=True)
    change_rate: Mapped[Micro]
    change_amount: Mapped[Fen]
    severities: Mapped[dict[str, str]] = mapped_column(JSON)


protect(cast("Table", PayslipLine.__table__))
stand(cast("Table", SlipReversal.__table__), "OLD.approved_by_id IS NOT NULL")
