"""Shifts, leave, absences, rosters and agreements about hours: who worked when, and by which rule."""

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

from workforce.platform.db import Base, Code, Id, Month, Period, PrimaryKey


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
    """Leave over whole days, both ends included, as forms and scenarios write it.

    ``kind``: annual_leave, sick_leave, maternity_leave, marriage_leave, paternity_leave,
    bereavement_leave, work_injury_leave, in_lieu_off, personal_leave (unpaid). ``approval_no`` is the
    number of the form that granted it, in the company's own files.
    """

    __tablename__ = "leave"
    __table_args__ = (
        UniqueConstraint("employment_id", "first_on", "kind"),
        Index("ix_leave_employment_days", "employment_id", "first_on", "last_on"),
        CheckConstraint("last_on >= first_on", name="range"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date]
    source: Mapped[Code]
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))
    approval_no: Mapped[str | None] = mapped_column(String(40))


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
