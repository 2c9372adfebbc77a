"""What the tables say of a month besides days: hours and leave days as figures, settled bases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from workforce.attendance import queries as attendance
from workforce.core.facts import BaseDifferences, month_number
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.payroll.columns import read

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.facts import Attendances, Facts
    from workforce.payroll.columns import Positions
    from workforce.platform.scope import Scope


def with_month_figures(
    session: Session, scope: Scope, period: PayPeriod, facts: Facts, positions: Positions
) -> Facts:
    """Return the facts with what is stated of the month without records of days."""
    return replace(
        facts,
        attendances=_attendances(session, scope, period, facts, positions),
        base_differences=_base_differences(session, scope, period, positions),
    )


def _attendances(
    session: Session, scope: Scope, period: PayPeriod, facts: Facts, positions: Positions
) -> Attendances:
    rows = read(
        session,
        attendance.month_figures(scope, period).order_by(None),
        "employment_id",
        "worked_minutes",
        "unused_leave_days",
    )
    who = positions.of(rows.ints("employment_id"))
    here = who >= 0
    has_hours = np.zeros(facts.size, dtype=np.bool_)
    minutes = np.zeros(facts.size, dtype=np.int64)
    unused = np.zeros(facts.size, dtype=np.int64)
    has_hours[who[here]] = rows.is_known("worked_minutes")[here]
    minutes[who[here]] = rows.ints("worked_minutes")[here]
    unused[who[here]] = rows.ints("unused_leave_days")[here]
    return replace(
        facts.attendances,
        has_hours_worked=has_hours,
        hours_worked_minutes=minutes,
        unused_leave_days=unused,
    )


def _base_differences(
    session: Session, scope: Scope, period: PayPeriod, positions: Positions
) -> BaseDifferences:
    """Return the bases that the month settles; of half months the last one does."""
    settled = period.whole if period.ends_month else period
    rows = read(
        session,
        payroll.base_differences(scope, settled).order_by(None),
        "employment_id",
        "for_period",
        "charged_base_amount",
        "owed_base_amount",
    )
    who = positions.of(rows.ints("employment_id"))
    here = who >= 0
    months = [month_number(PayPeriod.parse(text)) for text in rows.values["for_period"]]
    return BaseDifferences(
        employee=who[here],
        for_month=np.array(months, np.int64)[here],
        charged_base_fen=rows.ints("charged_base_amount")[here],
        has_owed_base=rows.is_known("owed_base_amount")[here],
        owed_base_fen=rows.ints("owed_base_amount")[here],
    )
