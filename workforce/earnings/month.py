"""An open month as a payslip would show it now: by the same engine, from the same facts, provisional."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.errors import DomainError
from workforce.core.facts import date_of
from workforce.core.results import LineKind
from workforce.core.rules import day_grid
from workforce.core.work_calendar import DayClass
from workforce.documents.assembly import line_view, note_views
from workforce.documents.views import LineView, NoteView, TimeView
from workforce.payroll.compute import CompanyKey, assemble_person, compute_assembled

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from workforce.core.facts import Facts
    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar
    from workforce.earnings.queries import Workplace
    from workforce.payroll.compute import Computed
    from workforce.payroll.facts.assemble import Assembled
    from workforce.payroll.record import Sheet

_MINUTES_IN_DAY: Final = 24 * 60
_OF_WHOLE_MONTHS: Final = frozenset({"days_without_record", "law_estimate", "net_pay_below_zero"})
"""Notes that only a finished month makes sense of.

Days to come look like days without a record, and a month's insurance is more than its first days earn.
"""
_TIMES: Final = tuple(TimeView.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one payslip would say; amounts in fen."""

    gross_pay: int
    net_pay: int
    lines: tuple[LineView, ...]
    time: TimeView
    notes: tuple[NoteView, ...] = ()

    def of_kind(self, *kinds: LineKind) -> tuple[LineView, ...]:
        """Return the lines of some kinds, in their order."""
        return tuple(line for line in self.lines if line.kind in kinds)

    @property
    def earned(self) -> tuple[LineView, ...]:
        """Lines that make gross pay."""
        return self.of_kind(LineKind.EARNING, LineKind.REDUCTION)

    @property
    def deductions(self) -> tuple[LineView, ...]:
        """Lines between gross and net pay."""
        return self.of_kind(LineKind.DEDUCTION)


LineKey = tuple[str, str, str | None, int | None]
"""What tells the lines of two payslips of one person apart: code, kind, detail and rate."""


def lines_by_key(lines: Iterable[LineView]) -> dict[LineKey, LineView]:
    """Return lines by what they are, in their order; those that are alike are added up.

    Two corrections for one reason are alike, for example.
    """
    found: dict[LineKey, LineView] = {}
    for line in lines:
        key = (line.code, line.kind.value, line.detail_code, line.rate)
        known = found.get(key)
        if known is None:
            found[key] = line
            continue
        quantities = [one.quantity for one in (known, line) if one.quantity is not None]
        found[key] = replace(
            known,
            amount=known.amount + line.amount,
            quantity=sum(quantities) if quantities else None,
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMonth:
    """One employment's open period: its figures, or why it cannot be computed yet.

    ``days_to_come``: scheduled workdays after today of which nothing is recorded. ``assembled`` and
    ``row`` are what an estimate goes on from.
    """

    workplace: Workplace
    period: PayPeriod
    figures: Figures | None
    faults: tuple[DomainError, ...] = ()
    days_to_come: tuple[dt.date, ...] = ()
    assembled: Assembled | None = None
    row: int | None = None
    task_types: Mapping[str, Any] = field(default_factory=dict)


def company_key(workplace: Workplace) -> CompanyKey:
    """Return what a calculation needs to know of the company."""
    return CompanyKey(
        workplace.company_id,
        workplace.company_code,
        workplace.company_name,
        workplace.region,
    )


def read_open_month(
    session: Session,
    workplace: Workplace,
    period: PayPeriod,
    book: LawBook,
    task_types: Mapping[str, Any],
    today: dt.date,
) -> OpenMonth:
    """Compute one employment's open period from what is stored now. Writes nothing."""
    company = company_key(workplace)
    try:
        assembled = assemble_person(session, company, workplace.person_id, period, book)
        computed = compute_assembled(company, assembled, book)
        figures = figures_of(computed, workplace.employment_id, task_types)
    except DomainError as error:
        # No pay policy, no calendar: it keeps everybody of the company from being paid.
        return OpenMonth(workplace=workplace, period=period, figures=None, faults=(error,))
    if figures is None:
        mine = [
            fault.error
            for fault in computed.faults
            if fault.employment_id == workplace.employment_id
        ]
        return OpenMonth(workplace=workplace, period=period, figures=None, faults=tuple(mine))
    row = assembled.employment_ids.index(workplace.employment_id)
    to_come = days_to_come(assembled.facts, row, book.calendar(), today)
    return OpenMonth(
        workplace=workplace,
        period=period,
        figures=figures,
        days_to_come=to_come,
        assembled=assembled,
        row=row,
        task_types=task_types,
    )


def figures_of(
    computed: Computed, employment_id: int, task_types: Mapping[str, Any]
) -> Figures | None:
    """Return one employment's figures of a calculation, or None if it has no payslip."""
    sheet = computed.sheet
    if employment_id not in sheet.employment_ids:
        return None
    at = sheet.employment_ids.index(employment_id)
    notes = [
        note
        for note in json.loads(sheet.slips["notes"][at])
        if note["code"] not in _OF_WHOLE_MONTHS
    ]
    return Figures(
        gross_pay=int(sheet.slips["gross_pay_amount"][at]),
        net_pay=int(sheet.slips["net_pay_amount"][at]),
        lines=tuple(line_view(row, task_types) for row in line_rows(sheet, at)),
        time=TimeView(**{name: np.asarray(sheet.slips[name])[at].item() for name in _TIMES}),
        notes=tuple(note_views(notes, task_types)),
    )


def line_rows(sheet: Sheet, at: int) -> Iterable[Any]:
    """Go through the lines of one payslip of a sheet, as rows with the columns of a stored line."""
    for index in np.flatnonzero(np.asarray(sheet.owner) == at).tolist():
        values = {name: column[index] for name, column in sheet.lines.items()}
        for name in ("seq", "amount"):
            values[name] = int(values[name])
        yield SimpleNamespace(**values)


def days_to_come(
    facts: Facts, row: int, calendar: WorkCalendar, today: dt.date
) -> tuple[dt.date, ...]:
    """Return the scheduled workdays of the period, today's included, of which nothing is recorded yet."""
    grid = day_grid.build(facts, calendar)
    month = grid.month
    is_scheduled = (grid.classes[row, month] == DayClass.WORKDAY) & grid.employed[row, month]
    first = grid.first_day + (month.start or 0)
    days = [date_of(first + column) for column in np.flatnonzero(is_scheduled).tolist()]
    recorded = _recorded_days(facts, row)
    return tuple(day for day in days if day >= today and day not in recorded)


def _recorded_days(facts: Facts, row: int) -> set[dt.date]:
    """Return the days of which a shift, output or leave is recorded."""
    shifts, leaves = facts.shifts, facts.leaves
    owner, worked = facts.output_days
    days = set((shifts.start_minute[shifts.employee == row] // _MINUTES_IN_DAY).tolist())
    days |= set(worked[owner == row].tolist())
    for first, last in zip(
        leaves.first_day[leaves.employee == row].tolist(),
        leaves.last_day[leaves.employee == row].tolist(),
        strict=True,
    ):
        days |= set(range(first, last + 1))
    return {date_of(day) for day in days}
