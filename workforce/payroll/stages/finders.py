"""What stands in a month's way, each found by one statement whatever the number of people.

A finder counts everything and names the first fifty, each with the page where it is settled.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, exists, func, or_, select, true

from workforce.attendance import queries as attendance
from workforce.core.text import Text, plural
from workforce.core.work_calendar import DayClass
from workforce.payroll import queries
from workforce.payroll.correction_models import LateFact
from workforce.payroll.models import Payslip
from workforce.people import queries as people
from workforce.platform import clock, locks
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.quality import queries as quality

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar
    from workforce.payroll.models import PayrollRun

MOST_NAMED: Final = 50


@dataclass(frozen=True, slots=True)
class Place:
    """The page where something is settled: an endpoint and the arguments of its address."""

    endpoint: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """One thing found: who or what, more about it, and where it is settled."""

    label: str
    detail: Text | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, and the first of them; ``place`` leads to all."""

    count: int
    named: tuple[Named, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which month of which company is looked at; ``run`` is its run, if there is one."""

    session: Session
    company_id: int
    period: PayPeriod
    book: LawBook
    run: PayrollRun | None

    @property
    def calendar(self) -> WorkCalendar:
        """The work calendar of the law."""
        return self.book.calendar()

    @property
    def scope(self) -> Scope:
        """The whole company."""
        return Scope.company(self.company_id)

    @property
    def last_on(self) -> dt.date:
        """The last day that has come: days to come have no records yet."""
        return min(self.period.last_on, clock.today() - dt.timedelta(days=1))


Finder = Callable[[Asked], Found]

NOTHING: Final = Found(0, ())


def find_people(
    asked: Asked, who: Select[Any], place: Place | None = None, *, employed: bool = True
) -> Found:
    """Name the people whose employment ids a statement gives, by employee number."""
    directory = people.directory(asked.scope).order_by(None).subquery()
    is_employed = directory.c.hired_on <= asked.period.last_on if employed else true()
    rows = asked.session.execute(
        select(
            directory.c.employment_id,
            directory.c.employee_no,
            directory.c.name,
            func.count().over().label("total"),
        )
        .where(directory.c.employment_id.in_(who), is_employed)
        .order_by(directory.c.employee_no)
        .limit(MOST_NAMED)
    ).all()
    if not rows:
        return NOTHING
    return Found(
        rows[0].total,
        tuple(Named(f"{row.employee_no} {row.name}", None, _person(row)) for row in rows),
        place,
    )


def _person(row: Any) -> Place:
    return Place("staff.person", {"employment_id": row.employment_id})


def paid_here(asked: Asked) -> Select[int]:
    """Ids of those whom the period pays and who were employed in it."""
    everybody = people.all_employments(asked.scope).subquery()
    return select(everybody.c.employment_id).where(
        everybody.c.employment_id.in_(people.paid_by(asked.scope, asked.period)),
        or_(everybody.c.separated_on.is_(None), everybody.c.separated_on >= asked.period.first_on),
    )


def unconfirmed_days(asked: Asked) -> Found:
    """Days of teams that nobody has confirmed; a line for each team."""
    is_to_come = asked.last_on < asked.period.first_on
    if is_to_come or not asked.calendar.has_year(asked.period.year):
        return NOTHING
    days = [
        asked.period.first_on + dt.timedelta(days=number)
        for number in range((asked.last_on - asked.period.first_on).days + 1)
    ]
    workdays = [day for day in days if asked.calendar.day_class(day) is DayClass.WORKDAY]
    chosen = attendance.unconfirmed_team_days(
        asked.scope, asked.period.first_on, asked.last_on, workdays
    )
    rows = asked.session.execute(chosen).all()
    counts = Counter((row.team_id, row.team_name) for row in rows)
    return Found(
        len(rows),
        tuple(
            Named(
                name,
                Text(f"{count} 天", f"{count} {plural(count, 'day', 'days')}"),
                _team_month(asked, team_id),
            )
            for (team_id, name), count in list(counts.items())[:MOST_NAMED]
        ),
    )


def _team_month(asked: Asked, team_id: int) -> Place:
    return Place("attendance.team_month", {"team": team_id, "period": str(asked.period.whole)})


def open_requests(asked: Asked) -> Found:
    """Requests about days of the month that nobody has decided."""
    waiting = attendance.open_requests(
        asked.scope, asked.period.first_on, asked.period.last_on
    ).subquery()
    directory = people.directory(asked.scope).order_by(None).subquery()
    rows = asked.session.execute(
        select(
            waiting.c.request_id,
            waiting.c.first_on,
            directory.c.employee_no,
            directory.c.name,
            func.count().over().label("total"),
        )
        .join(directory, directory.c.employment_id == waiting.c.employment_id)
        .order_by(waiting.c.first_on, waiting.c.request_id)
        .limit(MOST_NAMED)
    ).all()
    if not rows:
        return NOTHING
    return Found(
        rows[0].total,
        tuple(
            Named(
                f"{row.employee_no} {row.name}",
                Text(str(row.first_on), str(row.first_on)),
                Place("requests.one", {"request_id": row.request_id}),
            )
            for row in rows
        ),
        Place("requests.listing"),
    )


def no_records(asked: Asked) -> Found:
    """People of the month of whom there is neither a shift nor a leave, output or stated hours."""
    first_on, last_on = asked.period.first_on, asked.period.last_on
    shift = attendance.shifts(asked.scope, first_on, last_on).order_by(None).subquery()
    leave = attendance.leaves(asked.scope, first_on, last_on).order_by(None).subquery()
    output = production.output_days(asked.scope, first_on, last_on).order_by(None).subquery()
    stated = attendance.month_figures(asked.scope, asked.period).order_by(None).subquery()
    who = paid_here(asked).subquery()
    return find_people(
        asked,
        select(who.c.employment_id).where(
            *(
                who.c.employment_id.not_in(select(part.c.employment_id))
                for part in (shift, leave, output, stated)
            )
        ),
    )


def leavers(asked: Asked) -> Found:
    """People whose employment ends in the month, and who have not been paid finally."""
    everybody = people.all_employments(asked.scope).subquery()
    return find_people(
        asked,
        select(everybody.c.employment_id).where(
            everybody.c.separated_on.between(asked.period.first_on, asked.period.last_on),
            everybody.c.employment_id.in_(people.paid_by(asked.scope, asked.period)),
            everybody.c.employment_id.not_in(locks.settled_in(asked.session, asked.period)),
        ),
    )


def output_waiting(asked: Asked) -> Found:
    """People with output of the month that is not decided yet."""
    output = production.output_by_state(asked.scope, asked.period).order_by(None).subquery()
    return find_people(
        asked,
        select(output.c.employment_id).where(output.c.waiting_qty > 0),
        Place(
            "production.output",
            {"state": "submitted", "period": str(asked.period.whole)},
        ),
        employed=False,
    )


def output_unpriced(asked: Asked) -> Found:
    """Task types with accepted output on days without a price."""
    rows = asked.session.execute(production.unpriced_output(asked.scope, asked.period)).all()
    return Found(
        len(rows),
        tuple(
            Named(
                row.task_type_code,
                Text(f"{row.first_on} 至 {row.last_on}", f"{row.first_on} to {row.last_on}"),
            )
            for row in rows[:MOST_NAMED]
        ),
        Place("settings.prices"),
    )


def output_unattended(asked: Asked) -> Found:
    """People who have shifts in the month, but none on some day with output of theirs."""
    first_on, last_on = asked.period.first_on, asked.period.last_on
    output = production.output_days(asked.scope, first_on, last_on).order_by(None).subquery()
    shift = attendance.shifts(asked.scope, first_on, last_on).order_by(None).subquery()
    other = attendance.shifts(asked.scope, first_on, last_on).order_by(None).subquery()
    return find_people(
        asked,
        select(output.c.employment_id).where(
            output.c.employment_id.in_(select(other.c.employment_id)),
            ~exists().where(
                shift.c.employment_id == output.c.employment_id,
                shift.c.work_on == output.c.work_on,
            ),
        ),
        employed=False,
    )


def uninspected(asked: Asked) -> Found:
    """Batches with accepted output that the month pays, of which nothing was inspected."""
    output = production.output_sums(asked.scope, asked.period).order_by(None).subquery()
    seen = quality.inspections(asked.scope, asked.period).order_by(None).subquery()
    names = production.batch_names().subquery()
    rows = asked.session.execute(
        select(names.c.batch_id, names.c.batch_code, func.count().over().label("total"))
        .where(
            names.c.batch_id.in_(select(output.c.batch_id).where(output.c.accepted_qty > 0)),
            names.c.batch_id.not_in(select(seen.c.batch_id).where(seen.c.batch_id.is_not(None))),
        )
        .order_by(names.c.batch_code)
        .limit(MOST_NAMED)
    ).all()
    if not rows:
        return NOTHING
    return Found(
        rows[0].total,
        tuple(
            Named(row.batch_code, None, Place("production.batch", {"batch_id": row.batch_id}))
            for row in rows
        ),
        Place("quality.overview", {"period": str(asked.period.whole)}),
    )


def no_profile(asked: Asked) -> Found:
    """People of the month without a pay profile that holds in it."""
    held = people.pay_profiles(asked.scope, asked.period).order_by(None).subquery()
    who = paid_here(asked).subquery()
    return find_people(
        asked,
        select(who.c.employment_id).where(who.c.employment_id.not_in(select(held.c.employment_id))),
        Place("settings.profiles"),
    )


def faults(asked: Asked) -> Found:
    """People whom the last calculation could not pay."""
    if asked.run is None or not asked.run.fault_count:
        return NOTHING
    stored = queries.faults(asked.scope, asked.run.id).order_by(None).subquery()
    return find_people(asked, select(stored.c.employment_id), _run(asked), employed=False)


def negative(asked: Asked) -> Found:
    """People who would be paid less than nothing."""
    if asked.run is None:
        return NOTHING
    return find_people(
        asked,
        select(Payslip.employment_id).where(
            Payslip.run_id == asked.run.id, Payslip.net_pay_amount < 0
        ),
        _run(asked),
        employed=False,
    )


def _run(asked: Asked) -> Place | None:
    return None if asked.run is None else Place("payroll.run", {"run_id": asked.run.id})


def corrections_waiting(asked: Asked) -> Found:
    """Late facts of earlier months that nobody has decided on: what they pay goes with this month."""
    count = asked.session.scalar(
        select(func.count(LateFact.id)).where(
            LateFact.company_id == asked.company_id,
            LateFact.for_period < str(asked.period),
            LateFact.is_approved.is_(None),
        )
    )
    return Found(count or 0, (), Place("payroll.late_list", {}))


def no_bank(asked: Asked) -> Found:
    """People with something to be paid and no bank account."""
    if asked.run is None:
        return NOTHING
    without = people.employments_without_bank_account(asked.scope)
    return find_people(
        asked,
        select(Payslip.employment_id).where(
            Payslip.run_id == asked.run.id,
            Payslip.net_pay_amount > 0,
            Payslip.employment_id.in_(without),
        ),
        employed=False,
    )
