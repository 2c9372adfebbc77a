"""One month of a company of a large demo into the tables, through the driver's bulk path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.core.period import PayPeriod
from workforce.demo.bulk_columns import put, repeat
from workforce.demo.bulk_month import (
    LEAVE_KINDS,
    SHIFT_TYPES,
    Aways,
    Batches,
    Checks,
    Month,
    Records,
    Shifts,
    day_texts,
    minute_texts,
    minutes_of,
)
from workforce.demo.bulk_world import BulkCompany, Ints
from workforce.platform import audit
from workforce.platform.scope import Scope
from workforce.production import queries as production

_SOURCE: Final = "output"


def load_month(
    session: Session,
    company: BulkCompany,
    company_id: int,
    employed: Sequence[int],
    period: PayPeriod,
    month: Month,
    *,
    is_open: bool,
) -> None:
    """Insert one company's shifts, leave, output and sample checks of a month.

    In the open month what came in after its batch's inspection is still waiting.
    """
    loader = _MonthLoader(session, company, company_id, employed, period, is_open)
    loader.shifts(month.shifts)
    loader.aways(month.aways)
    batch_ids = loader.batches(month.batches)
    loader.records(month.records, month.batches, batch_ids)
    loader.checks(month.checks, month.batches, batch_ids)
    audit.record(
        session,
        audit.CLI,
        "demo.load_month",
        "company",
        company_id,
        company_id=company_id,
        after={
            "period": str(period),
            "shifts": int(month.shifts.who.size),
            "output_records": int(month.records.who.size),
        },
    )


class _MonthLoader:
    """One company's month; days and batches become keys and texts."""

    def __init__(
        self,
        session: Session,
        company: BulkCompany,
        company_id: int,
        employed: Sequence[int],
        period: PayPeriod,
        is_open: bool,  # noqa: FBT001 - private
    ) -> None:
        self._session = session
        self._company = company
        self._company_id = company_id
        self._employed = np.array(employed, np.int64)
        self._period = period
        self._is_open = is_open
        self._days = np.array(day_texts(period, period.days + 3), dtype=object)
        self._periods = np.array([str(period), str(period.next())], dtype=object)

    def shifts(self, rows: Shifts) -> None:
        types = np.array(SHIFT_TYPES, dtype=object)
        count = rows.who.size
        put(
            self._session,
            "shift",
            {
                "employment_id": self._employed[rows.who].tolist(),
                "work_on": self._days[rows.day].tolist(),
                "starts_at": minute_texts(self._period, minutes_of(rows, rows.start)),
                "ends_at": minute_texts(self._period, minutes_of(rows, rows.end)),
                "break_minutes": rows.break_minutes.tolist(),
                "shift_type": types[rows.kind].tolist(),
                "late_minutes": rows.late_minutes.tolist(),
                "early_minutes": repeat(0, count),
                "source": repeat("dingtalk", count),
            },
        )

    def aways(self, rows: Aways) -> None:
        leave, absence = np.flatnonzero(rows.kind >= 0), np.flatnonzero(rows.kind < 0)
        put(
            self._session,
            "leave",
            {
                "employment_id": self._employed[rows.who[leave]].tolist(),
                "kind": [LEAVE_KINDS[kind] for kind in rows.kind[leave].tolist()],
                "first_on": self._days[rows.first_day[leave]].tolist(),
                "last_on": self._days[rows.last_day[leave]].tolist(),
                "source": repeat("dingtalk", leave.size),
            },
        )
        put(
            self._session,
            "absence",
            {
                "employment_id": self._employed[rows.who[absence]].tolist(),
                "absent_on": self._days[rows.first_day[absence]].tolist(),
                "source": repeat("dingtalk", absence.size),
            },
        )

    def batches(self, rows: Batches) -> list[int]:
        """Insert the batches; return their keys in order."""
        types = {row.code: row.id for row in self._session.scalars(production.task_types())}
        kinds = [self._company.kinds[kind].code for kind in rows.kind.tolist()]
        teams = tuple(self._company.company.teams)
        halves = rows.is_second_half.tolist()
        month = f"{self._period.first_on:%y%m}"
        codes = [
            f"{self._company.code}-{kind}-{month}{'b' if half else 'a'}-{teams[team]}"
            for kind, team, half in zip(kinds, rows.team.tolist(), halves, strict=True)
        ]
        put(
            self._session,
            "batch",
            {
                "company_id": repeat(self._company_id, len(codes)),
                "code": codes,
                "task_type_id": [types[kind] for kind in kinds],
            },
        )
        made = production.batches(Scope.company(self._company_id)).subquery()
        found = self._session.execute(
            select(made.c.batch_code, made.c.batch_id, made.c.task_type_id).where(
                made.c.batch_code.in_(codes)
            )
        )
        id_of: dict[str, int] = {row.batch_code: row.batch_id for row in found}
        return [id_of[code] for code in codes]

    def _task_types(self, batches: Batches) -> Ints:
        """Return the key of the task type of each batch."""
        types = {row.code: row.id for row in self._session.scalars(production.task_types())}
        return np.array([types[kind.code] for kind in self._company.kinds])[batches.kind]

    def records(self, rows: Records, batches: Batches, batch_ids: Sequence[int]) -> None:
        count = rows.who.size
        is_next = (batches.decided_day >= self._period.days)[rows.batch]
        is_late = rows.day > batches.decided_day[rows.batch]
        is_waiting = is_late & (self._is_open and self._company.is_accepted_by_inspection)
        decided = np.where(
            self._company.is_accepted_by_inspection, batches.decided_day[rows.batch], rows.day
        )
        accepted_on, pay_period = self._days[decided], self._periods[is_next.astype(np.int64)]
        accepted_on[is_waiting] = pay_period[is_waiting] = None
        rejected = np.where(is_waiting, 0, rows.rejected)
        # Once: writing the month for every one of 26 million keys would take a quarter of a minute.
        month = str(self._period)
        put(
            self._session,
            "output_record",
            {
                "company_id": repeat(self._company_id, count),
                "employment_id": self._employed[rows.who].tolist(),
                "task_type_id": self._task_types(batches)[rows.batch].tolist(),
                "batch_id": np.array(batch_ids)[rows.batch].tolist(),
                "work_on": self._days[rows.day].tolist(),
                "state": np.where(is_waiting, "submitted", "accepted").tolist(),
                "accepted_on": accepted_on.tolist(),
                "pay_period": pay_period.tolist(),
                "submitted_qty": rows.submitted.tolist(),
                "reviewed_qty": np.where(is_waiting, 0, rows.submitted).tolist(),
                "accepted_qty": np.where(is_waiting, 0, rows.submitted - rejected).tolist(),
                "rejected_qty": rejected.tolist(),
                "reworked_qty": rows.reworked.tolist(),
                "source": repeat(_SOURCE, count),
                "source_key": [f"{month}-{number:06d}" for number in range(count)],
            },
        )

    def checks(self, rows: Checks, batches: Batches, batch_ids: Sequence[int]) -> None:
        day, batch = batches.decided_day[rows.batch], rows.batch
        count = batch.size
        is_next = (day >= self._period.days).astype(np.int64)
        errors = rows.errors.tolist()
        put(
            self._session,
            "inspection",
            {
                "company_id": repeat(self._company_id, count),
                "employment_id": [
                    None if who < 0 else int(self._employed[who]) for who in rows.who.tolist()
                ],
                "batch_id": np.array(batch_ids)[batch].tolist(),
                "task_type_id": self._task_types(batches)[batch].tolist(),
                "inspected_on": self._days[day].tolist(),
                "pay_period": self._periods[is_next].tolist(),
                "sampled_qty": rows.sampled.tolist(),
                "error_qty": errors,
                "severity": ["minor" if error else None for error in errors],
                "result": repeat("pass", count),
                "inspector": repeat("质检组", count),
                "source": repeat("inspections", count),
                "source_key": [f"{self._period}-{number:06d}" for number in range(count)],
            },
        )
