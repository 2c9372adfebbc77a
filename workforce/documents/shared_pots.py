"""What a group piecework line counted: each record of the group, its worth, and the own part of it.

Members are known by their number here and shown to nobody: a payslip says the own weight and the sum.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import Row

from workforce.attendance import queries as attendance
from workforce.core.group_shares import format_points, pot_value
from workforce.core.money import largest_remainder
from workforce.documents.views import GROUP_PIECEWORK
from workforce.platform.scope import Scope
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.documents.views import LineView, PayslipView

_MINUTE: Final = dt.timedelta(minutes=1)

Minutes = Mapping[tuple[int, dt.date], int]
"""Minutes worked by employment and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPot:
    """One record of a group; amounts in fen, weights as people write them (points, or h:mm)."""

    work_on: dt.date
    group: str
    batch: str | None
    accepted_qty: int
    unit_price: int
    is_by_hours: bool
    own_weight: str
    all_weights: str
    pot: int
    share: int


def shared_pots(
    session: Session, scope: Scope, view: PayslipView, line: LineView
) -> list[SharedPot]:
    """Return the records behind a line, oldest first; none for other lines."""
    if line.code != GROUP_PIECEWORK or line.detail_code is None:
        return []
    chosen = production.shares_in_records(scope, view.employment_id, view.period, line.detail_code)
    rows = session.execute(chosen).all()
    minutes = _minutes(session, Scope.company(view.company_id), rows)
    by_record = groupby(rows, key=lambda row: row.output_record_id)
    pots = (_pot(list(members), view.employment_id, minutes) for _, members in by_record)
    return [pot for pot in pots if pot.pot]


def _minutes(session: Session, company: Scope, rows: Sequence[Row[Any]]) -> Minutes:
    """Add up the shifts of members whose weight is theirs."""
    wanted = {(row.employment_id, row.work_on) for row in rows if row.share_weight is None}
    if not wanted:
        return {}
    days = [day for _, day in wanted]
    found: Counter[tuple[int, dt.date]] = Counter()
    for shift in session.execute(attendance.shifts(company, min(days), max(days))):
        key = (shift.employment_id, shift.starts_at.date())
        if key in wanted:
            span = (shift.ends_at - shift.starts_at) // _MINUTE
            found[key] += max(span - shift.break_minutes, 0)
    return found


def _pot(members: Sequence[Row[Any]], employment_id: int, minutes: Minutes) -> SharedPot:
    members = sorted(members, key=lambda row: str(row.employee_no))
    weights = [
        minutes.get((row.employment_id, row.work_on), 0)
        if row.share_weight is None
        else int(row.share_weight)
        for row in members
    ]
    own = next(n for n, row in enumerate(members) if row.employment_id == employment_id)
    record = members[own]
    worth = pot_value(np.array([record.accepted_qty]), np.array([record.unit_price]))
    pot = int(worth[0]) if any(weights) else 0
    is_by_hours = record.split_by == "hours"
    written = _clock if is_by_hours else format_points
    return SharedPot(
        work_on=record.work_on,
        group=record.group_name,
        batch=record.batch_code,
        accepted_qty=record.accepted_qty,
        unit_price=record.unit_price,
        is_by_hours=is_by_hours,
        own_weight=written(weights[own]),
        all_weights=written(sum(weights)),
        pot=pot,
        share=largest_remainder(pot, weights)[own],
    )


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}"
