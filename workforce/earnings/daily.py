"""How open months stood at the end of each day, and what has changed since."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from sqlalchemy import delete, select

from workforce.companies import queries as companies
from workforce.core.errors import DomainError
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.documents.assembly import line_view
from workforce.documents.views import PIECEWORK, LineView
from workforce.earnings.models import EarningsDay
from workforce.earnings.month import lines_by_key
from workforce.payroll.compute import CompanyKey, compute
from workforce.payroll.record import canonical_json
from workforce.people.service import PayCycles
from workforce.platform.bulk import insert_columns
from workforce.platform.scope import Scope
from workforce.quality import queries as quality

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.text import Text
    from workforce.earnings.month import OpenMonth
    from workforce.payroll.record import Sheet

KEPT: Final = dt.timedelta(days=10)
"""Only the last kept day is compared with; a few more bridge days on which no worker ran."""

_LINE: Final = ("code", "kind", "detail", "quantity", "rate", "amount")
_days = cast("Table", EarningsDay.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line that is new, gone or different since the kept day; amounts fen, signed as in gross pay.

    ``qty_change``: units more or fewer of a piecework line, in millionths.
    """

    label: Text
    detail: Text | None
    unit: Text | None
    amount: int
    qty_change: int | None
    is_piecework: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A quality check since the kept day."""

    batch: str | None
    inspected_on: dt.date
    sampled_qty: int
    error_qty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has changed since the end of a day."""

    since: dt.date
    gross_pay: int
    net_pay: int
    lines: tuple[Change, ...]
    checks: tuple[Check, ...]


def keep_company(session: Session, company: CompanyKey, today: dt.date, book: LawBook) -> list[Any]:
    """Compute a company's open periods of today; return what ``store`` keeps. Writes nothing.

    A company that cannot be computed at all (no policy) has nothing to keep.
    """
    kept = []
    for period in _open_periods(session, company.company_id, today):
        try:
            computed = compute(session, company, period, book)
        except DomainError:
            continue
        kept.append((period, computed.sheet))
    return kept


def _open_periods(session: Session, company_id: int, today: dt.date) -> list[PayPeriod]:
    """Return today's month and, where somebody is paid by halves, today's half, if they are open."""
    cycles = PayCycles.read(session, company_id)
    month, half = PayPeriod.of(today), PayPeriod.half_of(today)
    found = [month] if month not in cycles.locked else []
    if cycles.has_halves(month) and half not in cycles.locked:
        found.append(half)
    return found


def store(session: Session, as_of: dt.date, kept: Iterable[tuple[PayPeriod, Sheet]]) -> int:
    """Keep how periods stand at the end of a day, once however often it is asked; return how many."""
    count = 0
    for period, sheet in kept:
        session.execute(
            delete(EarningsDay).where(
                EarningsDay.as_of == as_of,
                EarningsDay.period == str(period),
                EarningsDay.employment_id.in_(sheet.employment_ids),
            )
        )
        insert_columns(
            session,
            _days,
            {
                "employment_id": sheet.employment_ids,
                "period": [str(period)] * sheet.size,
                "as_of": [as_of] * sheet.size,
                "gross_pay_amount": sheet.slips["gross_pay_amount"],
                "net_pay_amount": sheet.slips["net_pay_amount"],
                "lines": _lines(sheet),
            },
        )
        count += sheet.size
    session.execute(delete(EarningsDay).where(EarningsDay.as_of < as_of - KEPT))
    return count


def _lines(sheet: Sheet) -> list[str]:
    """Return the lines of each payslip of a sheet as JSON."""
    found: list[list[list[Any]]] = [[] for _ in range(sheet.size)]
    columns = [_plain(sheet.lines[name]) for name in _LINE]
    for owner, *line in zip(np.asarray(sheet.owner).tolist(), *columns, strict=True):
        found[owner].append(line)
    return [canonical_json(lines) for lines in found]


def _plain(column: Any) -> Sequence[Any]:
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def companies_of_base(session: Session) -> list[CompanyKey]:
    """Return every company."""
    rows = session.execute(companies.company_facts(Scope.base()))
    return [
        CompanyKey(row.company_id, row.company_code, row.company_name, row.region) for row in rows
    ]


def changes_since(
    session: Session, scope: Scope, month: OpenMonth, kept: EarningsDay | None
) -> Changes | None:
    """Say what has changed since a kept day; None where none is kept or there are no figures now."""
    if kept is None or month.figures is None:
        return None
    before = lines_by_key(_kept_lines(kept, month))
    now = lines_by_key(month.figures.lines)
    lines = [
        change
        for key in [*now, *(key for key in before if key not in now)]
        if (change := _change(before.get(key), now.get(key))) is not None
    ]
    return Changes(
        since=kept.as_of,
        gross_pay=month.figures.gross_pay - kept.gross_pay_amount,
        net_pay=month.figures.net_pay - kept.net_pay_amount,
        lines=tuple(lines),
        checks=tuple(_checks(session, scope, month, kept.as_of)),
    )


def _kept_lines(kept: EarningsDay, month: OpenMonth) -> Iterable[LineView]:
    """Return the kept lines as they are shown; what explains them is not kept."""
    for line in json.loads(kept.lines):
        said = dict(zip(_LINE, line, strict=True))
        row = SimpleNamespace(seq=0, reference="", operands="{}", **said)
        yield line_view(row, month.task_types)


def _change(before: LineView | None, now: LineView | None) -> Change | None:
    """Return how a line differs; None on a side: it is not there. Employer's lines are left out."""
    line = now or before
    if line is None or line.kind is LineKind.EMPLOYER:
        return None
    amount = sum(one.signed_amount * sign for one, sign in ((now, 1), (before, -1)) if one)
    quantity = sum((one.quantity or 0) * sign for one, sign in ((now, 1), (before, -1)) if one)
    if not amount and not quantity and now and before:
        return None
    is_piecework = line.code == PIECEWORK
    return Change(
        label=line.label,
        detail=line.detail,
        unit=line.unit,
        amount=amount,
        qty_change=quantity if is_piecework else None,
        is_piecework=is_piecework,
    )


def _checks(session: Session, scope: Scope, month: OpenMonth, since: dt.date) -> Iterable[Check]:
    rows = quality.inspections(scope, month.period).order_by(None).subquery()
    chosen = (
        select(rows)
        .where(rows.c.inspected_on > since, rows.c.company_id == month.workplace.company_id)
        .order_by(rows.c.inspected_on, rows.c.inspection_id)
    )
    for row in session.execute(chosen):
        yield Check(
            batch=row.batch_code,
            inspected_on=row.inspected_on,
            sampled_qty=row.sampled_qty,
            error_qty=row.error_qty,
        )
