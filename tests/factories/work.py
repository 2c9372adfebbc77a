"""Shifts, leave, output, inspections and agreed pay entries for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.companies import LONG_AGO
from tests.factories.rows import add
from workforce.attendance.models import Absence, Leave, Shift
from workforce.companies.models import Company
from workforce.payroll.models import Adjustment, PayEntry
from workforce.people.models import Employment
from workforce.production.models import (
    Batch,
    GroupShare,
    OutputRecord,
    PiecePrice,
    SourceUser,
    TaskType,
)
from workforce.quality.models import Inspection

_numbers = count(1)
_MORNING = dt.time(9)
_EVENING = dt.time(18)


def create_shift(session: Session, employment: Employment, on: dt.date, **changes: Any) -> Shift:
    """Make an eight-hour day: 09:00 to 18:00 with an hour's break."""
    values = {
        "employment_id": employment.id,
        "work_on": on,
        "starts_at": dt.datetime.combine(on, _MORNING),
        "ends_at": dt.datetime.combine(on, _EVENING),
        "break_minutes": 60,
        "source": "test",
    }
    return add(session, Shift(**values | changes))


def create_leave(
    session: Session,
    employment: Employment,
    first_on: dt.date,
    last_on: dt.date | None = None,
    **changes: Any,
) -> Leave:
    """Grant annual leave for one day, or up to ``last_on``."""
    values = {
        "employment_id": employment.id,
        "kind": "annual_leave",
        "first_on": first_on,
        "last_on": last_on or first_on,
        "source": "test",
    }
    return add(session, Leave(**values | changes))


def create_absence(
    session: Session, employment: Employment, on: dt.date, *, source: str = "test"
) -> Absence:
    """State that a day was missed without leave."""
    return add(session, Absence(employment_id=employment.id, absent_on=on, source=source))


def create_task_type(session: Session, **changes: Any) -> TaskType:
    """Make a kind of task, counted in boxes, with a code of its own such as ``task1``."""
    number = next(_numbers)
    values = {
        "code": f"task{number}",
        "name_zh": f"标注任务{number}",
        "name_en": f"Task {number}",
        "unit_zh": "框",
        "unit_en": "boxes",
    }
    return add(session, TaskType(**values | changes))


def create_piece_price(
    session: Session,
    company: Company,
    task_type: TaskType,
    unit_price: int = 100_000,
    **changes: Any,
) -> PiecePrice:
    """Price a unit, in millionths of a yuan (0.10 yuan if not given), from long ago."""
    values = {
        "company_id": company.id,
        "task_type_id": task_type.id,
        "valid_from": LONG_AGO,
        "valid_to": None,
        "unit_price": unit_price,
    }
    return add(session, PiecePrice(**values | changes))


def create_batch(session: Session, company: Company, task_type: TaskType, **changes: Any) -> Batch:
    """Make a batch, with a code of its own such as ``B1``."""
    values = {
        "company_id": company.id,
        "code": f"B{next(_numbers)}",
        "task_type_id": task_type.id,
    }
    return add(session, Batch(**values | changes))


def create_output(
    session: Session,
    employment: Employment,
    task_type: TaskType,
    on: dt.date,
    quantity: int = 100,
    **changes: Any,
) -> OutputRecord:
    """Record accepted output of one day, paid in the month of that day."""
    values = {
        "company_id": employment.company_id,
        "employment_id": employment.id,
        "task_type_id": task_type.id,
        "work_on": on,
        "state": "accepted",
        "accepted_on": on,
        "pay_period": f"{on:%Y-%m}",
        "submitted_qty": quantity,
        "accepted_qty": quantity,
        "source": "test",
        "source_key": f"output-{next(_numbers)}",
    }
    return add(session, OutputRecord(**values | changes))


def create_group_output(
    session: Session,
    company: Company,
    task_type: TaskType,
    on: dt.date,
    quantity: int,
    weights: Mapping[Employment, int | None],
    **changes: Any,
) -> OutputRecord:
    """Record accepted output of a group, split by points in thousandths unless said otherwise."""
    values = {
        "company_id": company.id,
        "employment_id": None,
        "group_name": "一组",
        "split_by": "points",
        "task_type_id": task_type.id,
        "work_on": on,
        "state": "accepted",
        "accepted_on": on,
        "pay_period": f"{on:%Y-%m}",
        "submitted_qty": quantity,
        "accepted_qty": quantity,
        "source": "test",
        "source_key": f"group-{next(_numbers)}",
    }
    record = add(session, OutputRecord(**values | changes))
    for employment, weight in weights.items():
        add(
            session,
            GroupShare(
                output_record_id=record.id, employment_id=employment.id, share_weight=weight
            ),
        )
    return record


def create_source_user(
    session: Session,
    employment: Employment,
    source: str,
    source_user: str,
) -> SourceUser:
    """Map a tool's user to an employment."""
    row = SourceUser(
        company_id=employment.company_id,
        source=source,
        source_user=source_user,
        employment_id=employment.id,
    )
    return add(session, row)


def create_inspection(
    session: Session,
    company: Company,
    task_type: TaskType,
    on: dt.date,
    **changes: Any,
) -> Inspection:
    """Record a passed sample of 100 without an error, for everybody of the company."""
    values = {
        "company_id": company.id,
        "employment_id": None,
        "batch_id": None,
        "task_type_id": task_type.id,
        "inspected_on": on,
        "pay_period": f"{on:%Y-%m}",
        "sampled_qty": 100,
        "error_qty": 0,
        "result": "pass",
        "source": "test",
        "source_key": f"inspection-{next(_numbers)}",
    }
    return add(session, Inspection(**values | changes))


def create_pay_entry(
    session: Session,
    employment: Employment,
    kind: str,
    amount: int,
    period: str,
    **changes: Any,
) -> PayEntry:
    """Agree an amount in fen for one month, or from it on with ``period_to=None``."""
    year, month = int(period[:4]), int(period[5:])
    values = {
        "employment_id": employment.id,
        "kind": kind,
        "code": kind,
        "period_from": period,
        "period_to": f"{year + month // 12}-{month % 12 + 1:02d}",
        "amount": amount,
    }
    return add(session, PayEntry(**values | changes))


def create_adjustment(session: Session, employment: Employment, **changes: Any) -> Adjustment:
    """Correct September 2026 by 1.00 yuan in October."""
    values = {
        "employment_id": employment.id,
        "pay_period": "2026-10",
        "for_period": "2026-09",
        "amount": 100,
        "reason": "batch recounted",
        "created_at": dt.datetime(2026, 10, 20, tzinfo=dt.UTC),
    }
    return add(session, Adjustment(**values | changes))
