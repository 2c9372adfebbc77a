"""Shifts, leave, absences, rosters and agreements about hours: who worked when, and by which rule.

Besides the facts: the kinds of shift that a company plans with, who has which, the days that a person
corrected by hand, and the days of a team that its leader has confirmed.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, Month, Period, PrimaryKey, UtcDateTime


class Shift(Base):
    """A worked shift; the row owns both ends, and belongs to the day on which it starts.

    ``starts_at``/``ends_at`` are local wall-clock times of the base (Asia/Shanghai, no daylight
    saving). Worked minutes = ends − starts − break. Client-measured tool time is never stored here.
    """

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("employment_id", "starts_at"),
        Index("ix_shift_employment_day", "employment_id", "work_on"),
        Index("ix_shift_day", "work_on", "employment_id"),
        CheckConstraint("ends_at > starts_at", name="range"),
        CheckConstraint("break_minutes >= 0", name="break"),
        CheckConstraint("late_minutes >= 0 AND early_minutes >= 0", name="late_early"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    work_on: Mapped[dt.date]
    starts_at: Mapped[dt.datetime] = mapped_column(DateTime)
    ends_at: Mapped[dt.datetime] = mapped_column(DateTime)
    break_minutes: Mapped[int] = mapped_column(default=0)
    is_in_lieu: Mapped[bool] = mapped_column(default=False)
    shift_type: Mapped[str | None] = mapped_column(String(40))
    late_minutes: Mapped[int] = mapped_column(default=0)
    early_minutes: Mapped[int] = mapped_column(default=0)
    source: Mapped[Code]
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))


class Leave(Base):
    """Leave over whole days, both ends included, as forms and scenarios write it, or of half a day.

    ``kind``: annual_leave, sick_leave, maternity_leave, marriage_leave, paternity_leave,
    bereavement_leave, work_injury_leave, in_lieu_off, personal_leave (unpaid). ``approval_no`` is the
    number of the form that granted it, in the company's own files. ``half``: morning | afternoon of the
    one day; NULL: whole days.
    """

    __tablename__ = "leave"
    __table_args__ = (
        UniqueConstraint("employment_id", "first_on", "kind"),
        Index("ix_leave_employment_days", "employment_id", "first_on", "last_on"),
        CheckConstraint("last_on >= first_on", name="range"),
        CheckConstraint(
            "half IS NULL OR (half IN ('morning', 'afternoon') AND first_on = last_on)",
            name="half",
        ),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    source: Mapped[Code]
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))
    approval_no: Mapped[str | None] = mapped_column(String(40))
    half: Mapped[str | None] = mapped_column(String(10))


class Absence(Base):
    """A day known not to have been worked without leave (旷工): stated, not guessed."""

    __tablename__ = "absence"
    __table_args__ = (UniqueConstraint("employment_id", "absent_on"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    absent_on: Mapped[dt.date]
    source: Mapped[Code]
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))


class Roster(Base):
    """One employment's rest days of one month, where a roster and not the weekday decides.

    ``rest_day_bits``: bit 0 is the 1st of the month. Statutory holidays stay holidays.
    """

    __tablename__ = "roster"
    __table_args__ = (
        UniqueConstraint("employment_id", "period"),
        CheckConstraint("rest_day_bits >= 0", name="rest_days"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    period: Mapped[Month]
    rest_day_bits: Mapped[int] = mapped_column(BigInteger)


class LieuDay(Base):
    """A rest day on which work is balanced by time off (调休) instead of overtime pay."""

    __tablename__ = "lieu_day"
    __table_args__ = (UniqueConstraint("employment_id", "work_on"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    work_on: Mapped[dt.date]


class HoursCycle(Base):
    """The period over which comprehensive hours are counted (综合计算工时制), as approved.

    ``kind``: month | quarter | half_year | year; periods follow one another from ``valid_from``, the
    first day of a month. Of the whole company, or of one employment (``employment_id``), which goes
    before the company's.
    """

    __tablename__ = "hours_cycle"
    __table_args__ = (
        UniqueConstraint("company_id", "employment_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint("kind IN ('month', 'quarter', 'half_year', 'year')", name="kind"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class MonthFigures(Base):
    """What is known of an employment's pay period without records of days.

    ``worked_minutes``: of part-time people whose shifts are not recorded. ``unused_leave_days``:
    annual leave that is paid out in the period.
    """

    __tablename__ = "month_figures"
    __table_args__ = (
        UniqueConstraint("employment_id", "period"),
        CheckConstraint("worked_minutes >= 0", name="worked_minutes"),
        CheckConstraint("unused_leave_days >= 0", name="unused_leave_days"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    period: Mapped[Period]
    worked_minutes: Mapped[int | None]
    unused_leave_days: Mapped[int | None]


class ShiftType(Base):
    """A kind of shift of a company: when it begins and ends, and its break.

    ``ends`` at or before ``starts`` is on the next day. ``name`` is what shifts carry, as files do
    (``Shift.shift_type``). Lateness counts beyond ``late_grace_minutes`` after the start, early leaving
    beyond ``early_grace_minutes`` before the end. Versions of one code follow one another by their dates.
    """

    __tablename__ = "shift_type"
    __table_args__ = (
        UniqueConstraint("company_id", "code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint(
            "break_minutes >= 0 AND late_grace_minutes >= 0 AND early_grace_minutes >= 0",
            name="minutes",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    code: Mapped[Code]
    name: Mapped[str] = mapped_column(String(40))
    starts: Mapped[dt.time]
    ends: Mapped[dt.time]
    break_minutes: Mapped[int]
    late_grace_minutes: Mapped[int] = mapped_column(default=0)
    early_grace_minutes: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class ShiftAssignment(Base):
    """Who has which kind of shift, and when: a person, else the team, else the whole company.

    Neither ``team_id`` nor ``employment_id``: everybody of the company without one of their own.
    """

    __tablename__ = "shift_assignment"
    __table_args__ = (
        UniqueConstraint("company_id", "team_id", "employment_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint("team_id IS NULL OR employment_id IS NULL", name="subject"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    team_id: Mapped[int | None] = mapped_column(Id, ForeignKey("team.id"), index=True)
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    shift_type_code: Mapped[Code]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class DayCorrection(Base):
    """A person's whole day that somebody settled by hand: no machine's file changes it any more."""

    __tablename__ = "day_correction"
    __table_args__ = (UniqueConstraint("employment_id", "work_on"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    work_on: Mapped[dt.date]
    source: Mapped[Code]
    corrected_at: Mapped[Instant]


class TeamDayConfirmation(Base):
    """A team's day of which its leader has said that it is complete and right.

    A later change of the day withdraws it (``withdrawn_at``) until somebody confirms again.
    """

    __tablename__ = "team_day_confirmation"
    __table_args__ = (
        UniqueConstraint("team_id", "work_on"),
        Index("ix_team_day_confirmation_day", "work_on", "team_id"),
    )

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id"))
    work_on: Mapped[dt.date]
    confirmed_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    confirmed_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]
    withdrawn_source: Mapped[Code | None]


class AttendanceRequest(Base):
    """What somebody asks to be recorded: a shift that is missing or wrong, or leave.

    ``kind``: shift | leave. A shift request is about one day (``first_on`` = ``last_on``) and says what the
    shift should be; ``corrects_starts_at`` names the recorded one that it replaces, NULL: it is
    missing. ``half``: leave of the morning or the afternoon of one day, NULL: of whole days. ``state``: submitted → approved | rejected | withdrawn. ``person_id`` is whose days they are;
    nobody decides on what they asked for, or on their own days.

    Approving writes the days. Those of closed months (``queued_first_on`` to ``queued_last_on``) are not
    touched: they go with the open month ``pay_period`` as a late correction.
    """

    __tablename__ = "attendance_request"
    __table_args__ = (
        Index("ix_attendance_request_employment", "employment_id", "first_on"),
        Index("ix_attendance_request_state", "state", "due_on"),
        CheckConstraint("last_on >= first_on", name="range"),
        CheckConstraint(
            "(kind = 'leave' AND leave_kind IS NOT NULL AND starts_at IS NULL AND ends_at IS NULL "
            "AND break_minutes IS NULL AND corrects_starts_at IS NULL) OR (kind = 'shift' "
            "AND leave_kind IS NULL AND starts_at IS NOT NULL AND ends_at > starts_at "
            "AND break_minutes >= 0 AND first_on = last_on)",
            name="kind",
        ),
        CheckConstraint(
            "state IN ('submitted', 'approved', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint(
            "(state IN ('approved', 'rejected')) = (decided_by_id IS NOT NULL)", name="decided"
        ),
        CheckConstraint("decided_by_id <> asked_by_id", name="two_accounts"),
        CheckConstraint("decided_by_person_id <> person_id", name="not_own"),
        CheckConstraint(
            "(pay_period IS NULL) = (queued_first_on IS NULL) "
            "AND (pay_period IS NULL) = (queued_last_on IS NULL)",
            name="queued",
        ),
        CheckConstraint(
            "half IS NULL OR (half IN ('morning', 'afternoon') AND first_on = last_on "
            "AND kind = 'leave')",
            name="half",
        ),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    kind: Mapped[Code]
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    leave_kind: Mapped[str | None] = mapped_column(String(40))
    corrects_starts_at: Mapped[dt.datetime | None] = mapped_column(DateTime)
    starts_at: Mapped[dt.datetime | None] = mapped_column(DateTime)
    ends_at: Mapped[dt.datetime | None] = mapped_column(DateTime)
    break_minutes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(400))
    upload_id: Mapped[int | None] = mapped_column(Id, ForeignKey("upload.id"))
    state: Mapped[Code]
    asked_by_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    asked_at: Mapped[Instant]
    due_on: Mapped[dt.date]
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(String(400))
    pay_period: Mapped[str | None] = mapped_column(String(10))
    queued_first_on: Mapped[dt.date | None]
    queued_last_on: Mapped[dt.date | None]
    half: Mapped[str | None] = mapped_column(String(10))


class AttendancePolicy(Base):
    """How a company deals with requests and missing records; without a row: ``answer_days`` 3, no marks.

    ``absence_after_days``: a workday without any record is marked as absence that many days later;
    NULL: never, it is only shown as having no record. ``absence_from``: days before it are never marked,
    because nobody knew the rule then.
    """

    __tablename__ = "attendance_policy"
    __table_args__ = (
        UniqueConstraint("company_id"),
        CheckConstraint("answer_days BETWEEN 1 AND 30", name="answer_days"),
        CheckConstraint("absence_after_days BETWEEN 1 AND 60", name="absence_after_days"),
        CheckConstraint(
            "(absence_after_days IS NULL) = (absence_from IS NULL)", name="absence_from"
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    answer_days: Mapped[int]
    absence_after_days: Mapped[int | None]
    absence_from: Mapped[dt.date | None]


class ServiceStart(Base):
    """From which day on a person's cumulative service counts (累计工作时间), as proven to the company.

    Gaps between jobs are taken off by setting the day later. Annual leave rests on it.
    """

    __tablename__ = "service_start"
    __table_args__ = (UniqueConstraint("employment_id"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    counted_from: Mapped[dt.date]


class LeaveEntry(Base):
    """An entry that a person makes in the leave ledger; what the law grants and what was taken is computed.

    ``kind``: annual_leave (``quantity`` half days, of the year ``year``) or in_lieu_off (minutes).
    ``act``: opening (what was left before these books begin), granted (by the company, beyond the law), lapsed
    (negative), correction. An entry is never changed: a wrong one is corrected by another.
    """

    __tablename__ = "leave_entry"
    __table_args__ = (
        Index("ix_leave_entry_employment", "employment_id", "kind", "year"),
        CheckConstraint("kind IN ('annual_leave', 'in_lieu_off')", name="kind"),
        CheckConstraint("act IN ('opening', 'granted', 'lapsed', 'correction')", name="act"),
        CheckConstraint(
            "quantity <> 0 AND (act <> 'lapsed' OR quantity < 0) "
            "AND (act <> 'granted' OR quantity > 0)",
            name="quantity",
        ),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    act: Mapped[Code]
    year: Mapped[int]
    entered_on: Mapped[dt.date]
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    entered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
