"""Closed months: one row for each company and pay month whose facts are fixed.

Approving a month's payroll writes the row; returning it before it is paid takes the row away. Whoever
writes a fact (an import, a correction) asks here, so that no lower slice calls payroll: a late fact
is refused or goes to the next open month. No action on one month touches another's lock (lesson D23).

Who writes facts while a month is being closed waits for it, and the other way round: SQLite has one
writer at a time; on PostgreSQL a writer that asks for the closed months shares a lock of the company
until its transaction ends, and ``hold`` takes it alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, delete, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workforce.core.errors import ClosedError
from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.db import Base, Id, Instant, Period, PrimaryKey

_FACTS: Final = 1
_SHIFTS: Final = 2
_OUTPUT: Final = 3
_LAW: Final = 4
_DECLARATIONS: Final = 5
_CLAIMS: Final = 6
_SEATS: Final = 21
_PREMISES: Final = 22
_CERTIFICATES: Final = 7
_BOARD: Final = 20
_EVERYBODY: Final = 0


class MonthLock(Base):
    """One company's closed pay month; ``reason`` says in a word what closed it."""

    __tablename__ = "month_lock"
    __table_args__ = (UniqueConstraint("company_id", "period"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    period: Mapped[Period]
    reason: Mapped[str] = mapped_column(String(200))
    locked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    locked_at: Mapped[Instant]


class PersonLock(Base):
    """One employment's closed pay period, whoever else's is open: who leaves is paid at once."""

    __tablename__ = "person_lock"
    __table_args__ = (UniqueConstraint("employment_id", "period"),)

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    period: Mapped[Period]
    reason: Mapped[str] = mapped_column(String(200))
    locked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    locked_at: Mapped[Instant]


def is_locked(session: Session, company_id: int, period: PayPeriod) -> bool:
    """Tell whether the company's month is closed."""
    row = exists().where(MonthLock.company_id == company_id, MonthLock.period == str(period))
    return bool(session.scalar(select(row)))


def locked_periods(session: Session, company_id: int) -> frozenset[PayPeriod]:
    """Return all closed months of a company: one query, however many facts are being checked.

    Inside a writing transaction the answer holds until its end.
    """
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock_shared(_FACTS, company_id)))
    rows = session.scalars(select(MonthLock.period).where(MonthLock.company_id == company_id))
    return frozenset(PayPeriod.parse(text) for text in rows)


def hold(session: Session, company_id: int) -> None:
    """Keep others from writing facts of a company until this writing transaction ends.

    What they are writing now is waited for; it is seen by what is read after this call.
    """
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_FACTS, company_id)))


def hold_shifts(session: Session) -> None:
    """Let writers of shifts wait for one another, in whatever company: one person may work in two."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_SHIFTS, _EVERYBODY)))


def hold_output(session: Session, company_id: int) -> None:
    """Let writers of a company's output and inspections wait for one another, before they read it.

    A decision that another one overtook would else be overwritten by what was true before it.
    """
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_OUTPUT, company_id)))


def hold_law(session: Session) -> None:
    """Let those who add to the law wait for one another: each file is checked with all before it."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_LAW, _EVERYBODY)))


def hold_declarations(session: Session, company_id: int) -> None:
    """Let writers of a company's declarations wait for one another: some exclude others."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_DECLARATIONS, company_id)))


def hold_claims(session: Session) -> None:
    """Let writers of claims for subsidies, of whatever company, wait for one another.

    A person is claimed for once: two companies that freeze at the same moment must see each other.
    """
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_CLAIMS, _EVERYBODY)))


def hold_certificates(session: Session) -> None:
    """Let writers of skill certificates, rules and exceptions wait for one another: numbers count by year."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_CERTIFICATES, _EVERYBODY)))


def hold_board(session: Session) -> None:
    """Let those who decide or write what the public screen shows wait for one another."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_BOARD, _EVERYBODY)))


def hold_seats(session: Session) -> None:
    """Let those who give people seats wait for one another, in whatever company: a seat holds one."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_SEATS, _EVERYBODY)))


def hold_premises(session: Session) -> None:
    """Let those who keep areas, seats and tenancies wait for one another: two could find a place free."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_PREMISES, _EVERYBODY)))


def _is_shared(session: Session) -> bool:
    """Tell whether this is a writing transaction beside which others may write."""
    connection = session.connection()
    is_writing = connection.get_execution_options().get("writing", False)
    return bool(is_writing) and connection.dialect.name == "postgresql"


def next_open(period: PayPeriod, locked: frozenset[PayPeriod]) -> PayPeriod:
    """Return ``period``, or the first month after it that is not closed."""
    while period in locked:
        period = period.next()
    return period


def refuse_locked(
    locked: frozenset[PayPeriod],
    start: dt.date,
    end: dt.date | None,
) -> None:
    """Refuse a fact about the days from ``start`` up to, not including, ``end`` (None: for ever).

    Raises:
        ClosedError: a closed month has one of these days.

    """
    for period in sorted(locked):
        if period.end_on > start and (end is None or period.first_on < end):
            raise ClosedError("month.closed", period=period)


def lock(
    session: Session,
    company_id: int,
    period: PayPeriod,
    *,
    reason: str,
    account_id: int | None,
) -> None:
    """Close a month; the caller's unit of work commits it. Closing it twice breaks the unique key."""
    session.add(
        MonthLock(
            company_id=company_id,
            period=str(period),
            reason=reason,
            locked_by_id=account_id,
            locked_at=clock.now(),
        ),
    )


def locked_people(
    session: Session, employment_ids: Collection[int], period: PayPeriod
) -> frozenset[int]:
    """Return those of some employments whose period is closed before the others'."""
    chosen = select(PersonLock.employment_id).where(
        PersonLock.employment_id.in_(employment_ids), PersonLock.period == str(period)
    )
    return frozenset(session.scalars(chosen))


def settled_in(session: Session, period: PayPeriod) -> frozenset[int]:
    """Return the employments whose period is closed before the others', of whatever company."""
    return frozenset(
        session.scalars(select(PersonLock.employment_id).where(PersonLock.period == str(period)))
    )


def settled_people(session: Session, employments: Select[int]) -> dict[int, frozenset[PayPeriod]]:
    """Return the periods that are closed for single ones of some employments, by employment."""
    found: defaultdict[int, set[PayPeriod]] = defaultdict(set)
    for one, text in session.execute(
        select(PersonLock.employment_id, PersonLock.period).where(
            PersonLock.employment_id.in_(employments)
        )
    ):
        found[one].add(PayPeriod.parse(text))
    return {one: frozenset(periods) for one, periods in found.items()}


def lock_people(
    session: Session,
    employment_ids: Collection[int],
    period: PayPeriod,
    *,
    reason: str,
    account_id: int | None,
) -> None:
    """Close the period of some employments; closing one twice breaks the unique key."""
    made = {"reason": reason, "locked_by_id": account_id, "locked_at": clock.now()}
    session.add_all(
        PersonLock(employment_id=one, period=str(period), **made) for one in sorted(employment_ids)
    )


def unlock_people(session: Session, employment_ids: Collection[int], period: PayPeriod) -> None:
    """Open the period of some employments again."""
    session.execute(
        delete(PersonLock).where(
            PersonLock.employment_id.in_(employment_ids), PersonLock.period == str(period)
        )
    )


def unlock(session: Session, company_id: int, period: PayPeriod) -> None:
    """Open a month again; the caller's unit of work commits it."""
    session.execute(
        delete(MonthLock).where(MonthLock.company_id == company_id, MonthLock.period == str(period))
    )
