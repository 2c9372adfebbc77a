"""The made-up company of the bench: one base-sized company, every pay item at work, written by bulk.

Nothing is drawn at random: everything follows from a person's number, so that two databases of the
same size hold the same facts. Everybody works on the month's workdays, five records or more a day in
two batches; some work nights, evenings, Saturdays or holidays, some take leave, some are not insured.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.facts import day_number
from workforce.core.work_calendar import DayClass
from workforce.platform.bulk import insert_columns
from workforce.platform.crypto import encrypt
from workforce.platform.db import Base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from workforce.core.facts import Mask
    from workforce.core.money import Column
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar

VERSION: Final = 3
"""Counts up when the made-up data change: older databases of the bench are then not used."""

COMPANY_ID: Final = 1
COMPANY_CODE: Final = "BENCH"
REGION: Final = "500236"

_HIRED_ON: Final = dt.date(2025, 6, 1)
_TASK_TYPES: Final = 10
_TASKS_EACH: Final = 5
_RECORDS_A_BATCH: Final = 3
_TEAM: Final = 50
_HALF_MONTH: Final = 15
_ROWS_A_STATEMENT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much a month holds."""

    people: int
    records: int

    @property
    def records_each(self) -> int:
        """Records of one person in a month."""
        return self.records // self.people


def table(name: str) -> Table:
    """Return a table by name: the bench writes rows of every slice, and knows none of their classes."""
    return Base.metadata.tables[name]


def make_company(session: Session, size: Size, name: str) -> None:
    """Insert the company, its rules, its prices and its people; the tables must be empty."""
    put(
        session,
        "company",
        1,
        id=COMPANY_ID,
        code=COMPANY_CODE,
        name=name,
        credit_code="91500236MA0000001X",
        region=REGION,
        is_inside=True,
        founded_on=_HIRED_ON,
    )
    put(
        session,
        "company_pay_policy",
        1,
        company_id=COMPANY_ID,
        valid_from=_HIRED_ON,
        quality_basis="price",
        quality_tiers=json.dumps(
            [
                {"accuracy_from_rate": 980_000, "factor_rate": 1_000_000},
                {"accuracy_from_rate": 950_000, "factor_rate": 950_000},
                {"accuracy_from_rate": 0, "factor_rate": 900_000},
            ]
        ),
        night_allowance_amount=2_000,
        attendance_bonus_amount=10_000,
        holiday_day_wage_amount=10_000,
        has_irregular_holiday_pay=False,
        work_injury_rate=2_000,
        acceptance="by_inspection",
        late_grace_minutes=5,
        pay_day=15,
    )
    _make_work(session)
    _make_people(session, size)


def _make_work(session: Session) -> None:
    number = np.arange(_TASK_TYPES)
    names = [f"标注{index}" for index in range(_TASK_TYPES)]
    put(
        session,
        "task_type",
        _TASK_TYPES,
        id=number + 1,
        code=[f"task_{index}" for index in range(_TASK_TYPES)],
        name_zh=names,
        name_en=names,
        unit_zh="框",
        unit_en="box",
    )
    put(
        session,
        "piece_price",
        _TASK_TYPES,
        company_id=COMPANY_ID,
        task_type_id=number + 1,
        valid_from=_HIRED_ON,
        unit_price=200_000 + 12_500 * number,
    )


def _make_people(session: Session, size: Size) -> None:
    people = np.arange(size.people)
    put(
        session,
        "person",
        size.people,
        id=people + 1,
        id_number_hash=[f"{index:064d}" for index in people.tolist()],
        id_number=[encrypt(f"50023619900101{index % 10_000:04d}") for index in people.tolist()],
        name=[f"人员{index}" for index in people.tolist()],
        sex="1",
        born_on=dt.date(1990, 1, 1),
        education="30",
        township="500236100",
        household_category="rural",
    )
    part_time, service = _part_time(people), _labor_service(people)
    put(
        session,
        "employment",
        size.people,
        id=people + 1,
        company_id=COMPANY_ID,
        person_id=people + 1,
        employee_no=[f"B{index:06d}" for index in people.tolist()],
        employment_type=_texts("full_time", (part_time, "part_time"), (service, "labor_service")),
        hours_system="standard",
        rest_weekdays="67",
        hired_on=_HIRED_ON,
    )
    is_insured = ~(part_time | service)
    has_fund = is_insured & (people % 4 == 0)
    has_base = is_insured & (people % 3 == 0)
    put(
        session,
        "pay_profile",
        size.people,
        employment_id=people + 1,
        valid_from=_HIRED_ON,
        base_pay_amount=np.where(has_base, 260_000, 0),
        contribution_base_amount=_known(450_000 + people % 300 * 1_000, is_insured),
        fund_base_amount=_known(500_000 + people % 100 * 1_000, has_fund),
        fund_employee_rate=_known(np.full(size.people, 50_000), has_fund),
        fund_employer_rate=_known(np.full(size.people, 50_000), has_fund),
        average_monthly_wage_amount=400_000 + people % 200 * 1_000,
        tax_method=_texts("cumulative", (service, "labor_service")),
        is_deduct_60000=False,
        is_first_wage_of_year=False,
    )
    _make_entries(session, people, is_insured)


def _make_entries(session: Session, people: Column, is_insured: Mask) -> None:
    for kind, code, amount, share in (
        ("earning", "skill_allowance", 30_000, 3),
        ("special_additional_deduction", "child_education", 200_000, 4),
        ("other_deduction", "dormitory", 15_000, 7),
    ):
        who = people[is_insured & (people % share == 0)]
        put(
            session,
            "pay_entry",
            who.size,
            employment_id=who + 1,
            kind=kind,
            code=code,
            period_from="2026-01",
            amount=amount,
            sequence=0,
        )


def make_month(session: Session, size: Size, period: PayPeriod, calendar: WorkCalendar) -> None:
    """Insert a month's shifts, leave, output and sample checks."""
    days = [period.first_on + dt.timedelta(days=offset) for offset in range(period.days)]
    of_class = {
        day_class: [on for on in days if calendar.day_class(on) is day_class]
        for day_class in DayClass
    }
    workdays = of_class[DayClass.WORKDAY]
    _make_shifts(session, size, of_class)
    on_leave = _on_leave(np.arange(size.people)).nonzero()[0]
    put(
        session,
        "leave",
        on_leave.size,
        employment_id=on_leave + 1,
        kind="sick_leave",
        first_on=workdays[0],
        last_on=workdays[0],
        source="bench",
    )
    batches = _make_batches(session, size, period)
    for first in range(0, size.records, _ROWS_A_STATEMENT):
        rows = np.arange(first, min(first + _ROWS_A_STATEMENT, size.records))
        _make_output(session, size, period, workdays, batches, rows)
    _make_checks(session, size, period, workdays[-1], batches)


def _make_shifts(
    session: Session, size: Size, of_class: Mapping[DayClass, Sequence[dt.date]]
) -> None:
    people = np.arange(size.people)
    with_shifts, part_time = ~_labor_service(people), _part_time(people)
    days = [
        (on, ~_on_leave(people) if number == 0 else np.ones(size.people, np.bool_))
        for number, on in enumerate(of_class[DayClass.WORKDAY])
    ]
    days += [(on, people % 7 == 0) for on in of_class[DayClass.REST_DAY][:1]]
    days += [(on, people % 11 == 0) for on in of_class[DayClass.HOLIDAY]]
    for on, who in days:
        there = people[who & with_shifts]
        # A night that reaches into a year without a calendar could not be paid.
        ends_year = on == dt.date(on.year, 12, 31)
        is_night, is_short = (there % 10 == 0) & (not ends_year), part_time[there]
        has_break = ~(is_night | is_short)
        evening = np.where((there % 4 == 1) & (on.isoweekday() % 2 == 0), 120, 0)
        start = day_number(on) * 24 * 60 + np.where(is_night, 22 * 60, 9 * 60)
        end = start + np.where(is_short, 4 * 60, np.where(is_night, 8 * 60, 9 * 60 + evening))
        put(
            session,
            "shift",
            there.size,
            employment_id=there + 1,
            work_on=on,
            starts_at=_times(start),
            ends_at=_times(end),
            break_minutes=np.where(has_break, 60, 0),
            is_in_lieu=False,
            late_minutes=np.where(there % 97 == 0, 10, 0),
            early_minutes=0,
            source="bench",
        )


def _make_batches(session: Session, size: Size, period: PayPeriod) -> Column:
    """Insert a batch for each team, task type and half of the month: int64[teams, types, halves]."""
    teams = -(-size.people // _TEAM)
    count = teams * _TASK_TYPES * 2
    months = (period.year - _HIRED_ON.year) * 12 + period.month
    first = 1 + months * count
    batch_ids = first + np.arange(count)
    put(
        session,
        "batch",
        count,
        id=batch_ids,
        company_id=COMPANY_ID,
        code=[f"{period}-{index:05d}" for index in range(count)],
        task_type_id=np.arange(count) // 2 % _TASK_TYPES + 1,
    )
    return batch_ids.reshape(teams, _TASK_TYPES, 2)


def _make_output(
    session: Session,
    size: Size,
    period: PayPeriod,
    workdays: Sequence[dt.date],
    batches: Column,
    rows: Column,
) -> None:
    """Insert records: 95 % accepted, 3 % still to be accepted, 2 % rejected."""
    person = np.minimum(rows // max(size.records_each, 1), size.people - 1)
    nth = rows - person * size.records_each
    # Who is on leave on the first workday has no output on it.
    skip = _on_leave(person).astype(np.int64)
    day = nth % (len(workdays) - skip) + skip
    task = (person + day + nth // len(workdays) // _RECORDS_A_BATCH) % _TASKS_EACH
    task_type = (person // _TEAM + task) % _TASK_TYPES
    dates = np.array(workdays, dtype=object)
    is_second_half = np.array([on.day > _HALF_MONTH for on in workdays], dtype=np.int64)
    is_open, is_rejected = rows % 100 < 3, rows % 100 >= 98  # noqa: PLR2004 - per cent
    is_accepted = ~(is_open | is_rejected)
    accepted_on = dates[day]
    accepted_on[~is_accepted] = None
    submitted = 130 + (person * 7 + nth * 13) % 120
    put(
        session,
        "output_record",
        rows.size,
        company_id=COMPANY_ID,
        employment_id=person + 1,
        task_type_id=task_type + 1,
        batch_id=batches[person // _TEAM, task_type, is_second_half[day]],
        work_on=dates[day],
        state=_texts("accepted", (is_open, "submitted"), (is_rejected, "rejected")),
        accepted_on=accepted_on,
        pay_period=_texts(None, (is_accepted, str(period))),
        submitted_qty=submitted,
        reviewed_qty=0,
        accepted_qty=np.where(is_accepted, submitted - nth % 3, 0),
        rejected_qty=np.where(is_rejected, submitted, 0),
        reworked_qty=0,
        source="bench",
        source_key=[f"{period}/{row:08d}" for row in rows.tolist()],
    )


def _make_checks(
    session: Session, size: Size, period: PayPeriod, on: dt.date, batches: Column
) -> None:
    """Insert two sample checks of everybody's work, one in each half of the month."""
    people = np.arange(size.people)
    for half in range(2):
        task_type = (people // _TEAM + (people + half) % _TASKS_EACH) % _TASK_TYPES
        errors = np.where(people % 9 == 0, 5, people % 3)
        put(
            session,
            "inspection",
            size.people,
            company_id=COMPANY_ID,
            employment_id=people + 1,
            batch_id=batches[people // _TEAM, task_type, half],
            task_type_id=task_type + 1,
            inspected_on=on,
            pay_period=str(period),
            sampled_qty=100,
            error_qty=errors,
            severity=_texts(None, (errors > 0, "minor")),
            result="pass",
            source="bench",
            source_key=[f"{period}/{half}/{index:06d}" for index in people.tolist()],
        )


def put(session: Session, name: str, size: int, /, **columns: Any) -> None:
    """Insert rows; a single value stands for a whole column."""
    insert_columns(
        session,
        table(name),
        {
            column: values if isinstance(values, np.ndarray | list) else [values] * size
            for column, values in columns.items()
        },
    )


def _part_time(people: Column) -> Mask:
    mask: Mask = people % 20 == 19  # noqa: PLR2004 - one in twenty
    return mask


def _labor_service(people: Column) -> Mask:
    mask: Mask = people % 50 == 17  # noqa: PLR2004 - one in fifty
    return mask


def _on_leave(people: Column) -> Mask:
    mask: Mask = people % 20 == 3  # noqa: PLR2004 - one in twenty
    return mask


def _texts(text: str | None, *others: tuple[Mask, str]) -> list[str | None]:
    """Return a column of a text, with other texts where their masks say so."""
    column = np.full(others[0][0].size, text, dtype=object)
    for mask, other in others:
        column[mask] = other
    texts: list[str | None] = column.tolist()
    return texts


def _known(values: Column, is_known: Mask) -> list[int | None]:
    column = values.astype(object)
    column[~is_known] = None
    numbers: list[int | None] = column.tolist()
    return numbers


def _times(minutes: Column) -> list[str]:
    """Write minutes since 1970 as SQLite keeps local times; PostgreSQL reads them too."""
    texts = np.datetime_as_string(minutes.astype("datetime64[m]").astype("datetime64[us]"))
    return [text.replace("T", " ") for text in texts.tolist()]
