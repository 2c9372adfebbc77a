"""Leave balances: annual leave of a year, and time in lieu, as a ledger that sums.

Annual leave: what the law grants by cumulative service, entries that people made (left before these
books, granted beyond the law, lapsed), less the workdays taken on annual leave and the days paid out.
The days taken are counted from the same leave records, and the days paid out are the same stated figure,
as pay reads; so the ledger cannot say something else than the payslips.

Where cumulative service is not known, what the law grants is not known either, and there is no balance:
it is never shown as 0.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.attendance import queries
from workforce.attendance.leave_rules import leave_steps
from workforce.attendance.lieu import KIND as LIEU
from workforce.attendance.lieu import LieuTime, read_lieu
from workforce.attendance.models import LeaveEntry, ServiceStart
from workforce.attendance.workdays import Workdays
from workforce.core.errors import InputError, NotFoundError
from workforce.core.rules.annual_leave import Granted, granted
from workforce.core.rules.leave import HALVES
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, clock, locks

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

ANNUAL: Final = "annual_leave"
ACTS: Final = ("opening", "granted", "lapsed", "correction")

_ASKED_BY: Final = "leave"
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLeave:
    """Annual leave over a range of days; ``half_days``: of the workdays of the year in it."""

    first_on: dt.date
    last_on: dt.date
    half_days: int
    half: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One employment's leave of one year as it stands on a day; in half days, lieu in minutes.

    ``lawful`` None: cumulative service is not known. ``taken`` and ``planned``: up to the day, and after
    it. ``paid_out``: pairs of pay period and whole days.
    """

    employment_id: int
    employee_no: str
    name: str
    hired_on: dt.date
    separated_on: dt.date | None
    counted_from: dt.date | None
    lawful: Granted | None
    entries: Sequence[LeaveEntry]
    taken: Sequence[TakenLeave]
    planned: Sequence[TakenLeave]
    paid_out: Sequence[tuple[str, int]]
    lieu: LieuTime
    lieu_entries: Sequence[LeaveEntry]

    @property
    def entered_half_days(self) -> int:
        """What people entered, lapsed leave negative."""
        return sum(entry.quantity for entry in self.entries)

    @property
    def taken_half_days(self) -> int:
        """What was taken of workdays up to the day."""
        return sum(leave.half_days for leave in self.taken)

    @property
    def planned_half_days(self) -> int:
        """What was granted of workdays later in the year."""
        return sum(leave.half_days for leave in self.planned)

    @property
    def paid_days(self) -> int:
        """Days paid out instead of taken."""
        return sum(days for _, days in self.paid_out)

    @property
    def left_half_days(self) -> int | None:
        """What is left, leave granted for later taken off; None: not known."""
        if self.lawful is None:
            return None
        return (
            HALVES * (self.lawful.days - self.paid_days)
            + self.entered_half_days
            - self.taken_half_days
            - self.planned_half_days
        )


def read_balances(
    session: Session,
    scope: Scope,
    year: int,
    on: dt.date,
    book: LawBook,
    region: str,
    *,
    employment_ids: Sequence[int] | None = None,
) -> list[Balance]:
    """Return the balances of who was employed in a year, in order of employee number.

    The number of queries does not depend on the number of people. ``employment_ids`` narrows them.

    Raises:
        LawMissingError: the law data do not know the steps of that year.
    """
    first_on, last_on = dt.date(year, 1, 1), dt.date(year, 12, 31)
    steps = leave_steps(book, region, year)
    calendar = book.calendar()
    patterns = people.work_patterns(scope)
    columns = patterns.selected_columns
    patterns = patterns.where(
        columns["hired_on"] <= last_on,
        columns["separated_on"].is_(None) | (columns["separated_on"] >= first_on),
    )

    def narrowed(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        if employment_ids is None:
            return chosen
        return chosen.where(chosen.selected_columns["employment_id"].in_(employment_ids))

    rows = session.execute(narrowed(patterns)).all()
    # Of some only those that the scope has let through.
    wanted: Any = people.employment_ids(scope)
    if employment_ids is not None:
        wanted = [row.employment_id for row in rows]
    starts = {
        row.employment_id: row.counted_from
        for row in session.scalars(
            select(ServiceStart).where(ServiceStart.employment_id.in_(wanted))
        )
    }
    entries: defaultdict[tuple[int, str], list[LeaveEntry]] = defaultdict(list)
    for entry in session.scalars(
        select(LeaveEntry)
        .where(
            LeaveEntry.employment_id.in_(wanted),
            # Time in lieu is one ledger over all years, up to the day on which it is looked at.
            ((LeaveEntry.kind == LIEU) & (LeaveEntry.entered_on <= on))
            | ((LeaveEntry.kind == ANNUAL) & (LeaveEntry.year == year)),
        )
        .order_by(LeaveEntry.entered_on, LeaveEntry.id)
    ):
        entries[entry.employment_id, entry.kind].append(entry)
    leaves: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for leave in session.execute(narrowed(queries.leaves(scope, first_on, last_on))):
        if leave.kind == ANNUAL:
            leaves[leave.employment_id].append(leave)
    paid: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for figures in session.execute(narrowed(queries.month_figures(scope))):
        if figures.unused_leave_days and figures.period[:4] == str(year):
            paid[figures.employment_id].append((figures.period, figures.unused_leave_days))
    workdays = Workdays.read(session, scope, first_on, last_on, calendar, employment_ids)
    daily = book.value("daily_work_minutes", region, on.replace(day=1), _ASKED_BY).integer
    lieu = read_lieu(session, scope, dt.date.min, on, calendar, daily)

    def balance(row: Row[Any]) -> Balance:
        counted_from = starts.get(row.employment_id)
        taken, planned = _taken(row, leaves[row.employment_id], workdays, year, on)
        return Balance(
            employment_id=row.employment_id,
            employee_no=row.employee_no,
            name=row.name,
            hired_on=row.hired_on,
            separated_on=row.separated_on,
            counted_from=counted_from,
            lawful=None
            if counted_from is None
            else granted(
                year,
                on,
                counted_from=counted_from,
                hired_on=row.hired_on,
                separated_on=row.separated_on,
                steps=steps,
            ),
            entries=entries[row.employment_id, ANNUAL],
            taken=taken,
            planned=planned,
            paid_out=paid[row.employment_id],
            lieu=lieu.get(row.employment_id, LieuTime()),
            lieu_entries=entries[row.employment_id, LIEU],
        )

    return [balance(row) for row in rows]


def _taken(
    row: Row[Any],
    leaves: Sequence[Row[Any]],
    workdays: Workdays,
    year: int,
    on: dt.date,
) -> tuple[list[TakenLeave], list[TakenLeave]]:
    """Cut leaves to the year, and into what is past and what is to come."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)

    def cut(start: dt.date, end: dt.date) -> list[TakenLeave]:
        found = []
        for leave in leaves:
            first_on, last_on = max(leave.first_on, start), min(leave.last_on, end)
            if first_on <= last_on:
                days = workdays.count(row.employment_id, row.rest_weekdays, first_on, last_on)
                found.append(
                    TakenLeave(
                        first_on=first_on,
                        last_on=last_on,
                        half_days=days if leave.half else HALVES * days,
                        half=leave.half,
                    )
                )
        return found

    return cut(first, min(last, on)), cut(max(first, on + _DAY), last)


def _employment(session: Session, scope: Scope, employment_id: int) -> Row[Any]:
    patterns = people.work_patterns(scope)
    found = session.execute(
        patterns.where(patterns.selected_columns["employment_id"] == employment_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def state_service(
    session: Session, scope: Scope, actor: Actor, employment_id: int, counted_from: dt.date
) -> None:
    """State from when somebody's cumulative service counts, in the caller's unit of work.

    Raises:
        NotFoundError: the employment is not in reach.
        InputError: the day is after the hiring.
    """
    row = _employment(session, scope, employment_id)
    if counted_from > row.hired_on:
        raise InputError(
            "balance.service_after_hire",
            place="counted_from",
            counted_from=counted_from,
            hired_on=row.hired_on,
        )
    stored = session.scalar(select(ServiceStart).where(ServiceStart.employment_id == employment_id))
    before = None if stored is None else {"counted_from": stored.counted_from}
    if stored is None:
        session.add(ServiceStart(employment_id=employment_id, counted_from=counted_from))
    else:
        stored.counted_from = counted_from
    audit.record(
        session,
        actor,
        "leave.state_service",
        "employment",
        employment_id,
        company_id=row.company_id,
        before=before,
        after={"counted_from": counted_from},
    )


def add_entry(
    session: Session,
    scope: Scope,
    actor: Actor,
    employment_id: int,
    *,
    kind: str,
    act: str,
    year: int,
    quantity: int,
    reason: str,
) -> LeaveEntry:
    """Enter half days of annual leave or minutes in lieu into somebody's ledger; never changed afterwards.

    Raises:
        NotFoundError: the employment is not in reach.
        InputError: the quantity has the wrong sign, or the reason is missing.
        ClosedError: time in lieu of a closed month would change what payslips have said.
    """
    row = _employment(session, scope, employment_id)
    if kind not in {ANNUAL, LIEU} or act not in ACTS:
        raise InputError("web.bad_request")
    is_wrong = (act == "lapsed" and quantity > 0) or (act == "granted" and quantity < 0)
    if quantity == 0 or is_wrong:
        raise InputError("balance.quantity", place="quantity")
    if not reason.strip():
        raise InputError("request.reason", place="reason")
    today = clock.today()
    if kind == LIEU:
        locked = PayCycles.read(session, row.company_id).binding(employment_id)
        locks.refuse_locked(locked, today, today + _DAY)
    entry = LeaveEntry(
        employment_id=employment_id,
        kind=kind,
        act=act,
        year=year,
        entered_on=today,
        quantity=quantity,
        reason=reason.strip(),
        entered_by_id=actor.account_id,
    )
    session.add(entry)
    session.flush()
    audit.record(
        session,
        actor,
        "leave.enter",
        "employment",
        employment_id,
        company_id=row.company_id,
        after={"kind": kind, "act": act, "year": year, "quantity": quantity},
        reason=reason.strip(),
    )
    return entry
