"""The ledger of wages due, paid and owed: what is asked of it, and its rows for pages and files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payments import queries
from workforce.payments.queries import OWED, Why
from workforce.payroll.selects import dues
from workforce.platform import clock
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from workforce.core.text import Locale
    from workforce.platform.scope import Scope

OPEN: Final = "open"
"""What somebody must see to: all that is not settled, but what is on its way or not due yet."""
EVERYTHING: Final = "all"
_OPEN: Final = (Why.HELD, Why.NO_ACCOUNT, Why.FAILED, Why.OVERDUE, Why.OVERPAID)
ALL_YEARS: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of the ledger: of a year or of one period, in which standings, of whom.

    ``span``: a year such as ``2026``, a period, or ``ALL_YEARS``. ``why``: a `Why`, ``OPEN`` or
    ``EVERYTHING``. ``words``: part of a name or employee number.
    """

    span: str
    why: str = OPEN
    words: str = ""

    def periods(self, known: Sequence[str]) -> Collection[str] | None:
        """Return the periods of the span among those that are known; None: all."""
        if self.span == ALL_YEARS:
            return None
        return [text for text in known if text == self.span or text[:4] == self.span]

    @property
    def standings(self) -> Collection[str] | None:
        """The standings that are wanted; None: all."""
        if self.why == EVERYTHING:
            return None
        return _OPEN if self.why == OPEN else [self.why]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums of some rows, in fen; ``overpaid`` is negative, ``overdue`` a part of ``owed``."""

    people: int = 0
    owed_people: int = 0
    due: int = 0
    paid: int = 0
    owed: int = 0
    overdue: int = 0
    overpaid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSums:
    """The sums of one period."""

    period: PayPeriod
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one person's pay of one payslip stands; amounts in fen.

    ``owed`` is 0 where too much was paid, which ``overpaid`` (negative) tells. ``overdue_days``: since
    the pay day, of what is owed. ``said``: why it is so, in a few words.
    """

    payslip_id: int
    run_id: int
    employment_id: int
    employee_no: str
    name: str
    period: PayPeriod
    run: Text
    pay_on: dt.date
    due: int
    paid: int
    owed: int
    overpaid: int
    why: Why
    overdue_days: int
    paid_on: dt.date | None
    said: Text | None


def decided_periods(session: Session, scope: Scope) -> list[str]:
    """Return the periods that have decided runs in reach, the newest first."""
    return list(session.scalars(dues.decided_periods(scope)))


def _chosen(
    scope: Scope, wanted: Wanted, known: Sequence[str], today: dt.date
) -> Select[*tuple[Any, ...]]:
    standings = wanted.standings
    is_open_only = standings is not None and Why.SETTLED not in standings
    rows = queries.arrears(scope, today, periods=wanted.periods(known), is_open_only=is_open_only)
    return queries.chosen_rows(rows, why=standings, words=wanted.words)


def month_sums(
    session: Session, scope: Scope, wanted: Wanted, known: Sequence[str], today: dt.date
) -> list[MonthSums]:
    """Return the sums of a span by period, the newest first, whatever the standings and words wanted.

    What was paid is what is due less what is open: only what is open is looked at one by one.
    """
    periods = wanted.periods(known)
    rows = queries.arrears(scope, today, periods=periods, is_open_only=True)
    not_settled = {
        row.period: _sums(row) for row in session.execute(queries.month_sums(rows, today))
    }
    found = []
    for row in session.execute(dues.due_sums(scope, periods)):
        part = not_settled.get(row.period, Sums())
        whole = replace(
            part,
            people=row.chains,
            due=row.due_amount,
            paid=row.due_amount - part.owed - part.overpaid,
        )
        found.append(MonthSums(period=PayPeriod.parse(row.period), sums=whole))
    return found


def wanted_sums(
    session: Session, scope: Scope, wanted: Wanted, known: Sequence[str], today: dt.date
) -> Sums:
    """Return the sums of the wanted rows."""
    rows = queries.month_sums(_chosen(scope, wanted, known, today), today)
    return _total([_sums(row) for row in session.execute(rows)])


def _sums(row: Any) -> Sums:
    return Sums(
        people=row.people,
        owed_people=row.owed_people,
        due=row.due_amount,
        paid=row.paid_amount,
        owed=row.owed_amount,
        overdue=row.overdue_amount,
        overpaid=row.overpaid_amount,
    )


def total(months: Sequence[MonthSums]) -> Sums:
    """Add up months."""
    return _total([one.sums for one in months])


def _total(parts: Sequence[Sums]) -> Sums:
    names = Sums.__dataclass_fields__
    return Sums(**{name: sum(getattr(one, name) for one in parts) for name in names})


def ledger_rows(
    session: Session,
    scope: Scope,
    wanted: Wanted,
    known: Sequence[str],
    today: dt.date,
    rows: slice = slice(None),
) -> list[Row]:
    """Return the wanted rows, or some of them: the newest period first, then by employee number."""
    chosen = _chosen(scope, wanted, known, today)
    columns = chosen.selected_columns
    chosen = chosen.order_by(
        columns.period.desc(), columns.employee_no, columns.run_kind.desc(), columns.run_number
    )
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    return [row_of(found, today) for found in session.execute(chosen)]


def row_of(found: Any, today: dt.date) -> Row:
    """Return a row of ``queries.arrears`` as it is shown."""
    why = Why(found.why)
    late = (today - found.pay_on).days if why in OWED else 0
    kind = term(f"run_kind.{found.run_kind}")
    number = f" {found.run_number}" if found.run_kind == "off_cycle" else ""
    return Row(
        payslip_id=found.payslip_id,
        run_id=found.run_id,
        employment_id=found.employment_id,
        employee_no=found.employee_no,
        name=found.name,
        period=PayPeriod.parse(found.period),
        run=Text(kind.zh + number, kind.en + number),
        pay_on=found.pay_on,
        due=found.due_amount,
        paid=found.paid_amount,
        owed=max(found.outstanding_amount, 0),
        overpaid=min(found.outstanding_amount, 0),
        why=why,
        overdue_days=max(late, 0),
        paid_on=found.paid_on,
        said=_said(found, why),
    )


def _said(found: Any, why: Why) -> Text | None:
    if why is Why.HELD:
        since = clock.to_base(found.held_at).date()
        return Text(f"{since} 起：{found.hold_reason}", f"since {since}: {found.hold_reason}")
    if why is Why.FAILED:
        return Text(
            f"{found.failed_on}：{found.fail_reason}", f"{found.failed_on}: {found.fail_reason}"
        )
    return None


_COLUMNS: Final = (
    ("employee_no", CellKind.TEXT),
    ("name", CellKind.TEXT),
    ("period", CellKind.TEXT),
    ("run", CellKind.TEXT),
    ("pay_on", CellKind.DATE),
    ("due", CellKind.MONEY),
    ("paid", CellKind.MONEY),
    ("owed", CellKind.MONEY),
    ("overpaid", CellKind.MONEY),
    ("standing", CellKind.TEXT),
    ("overdue_days", CellKind.COUNT),
    ("reason", CellKind.TEXT),
)


def labels() -> dict[str, Text]:
    """Return what the columns of the ledger are called, by name."""
    return {name: term(f"arrears_field.{name}") for name, _ in _COLUMNS}


def cells(row: Row, locale: Locale) -> dict[str, Cell]:
    """Return a row as cells of its columns, by name."""
    return {
        "employee_no": row.employee_no,
        "name": row.name,
        "period": str(row.period),
        "run": row.run.in_locale(locale),
        "pay_on": row.pay_on,
        "due": row.due,
        "paid": row.paid,
        "owed": row.owed,
        "overpaid": row.overpaid,
        "standing": term(f"pay_standing.{row.why}").in_locale(locale),
        "overdue_days": row.overdue_days or None,
        "reason": row.said.in_locale(locale) if row.said else None,
    }


def workbook(
    rows: Sequence[Row], sums: Sums, *, company: str, created: dt.datetime, locale: Locale
) -> bytes:
    """Return the ledger as a spreadsheet: rows, and the sums under them."""
    title = term("arrears_field.title").in_locale(locale)
    book = Workbook(title=title, author=company, created=created, is_streamed=True)
    sheet = book.sheet(title)
    sheet.line(title, "title", span=len(_COLUMNS))
    sheet.line(company, "note", span=len(_COLUMNS))
    heads = labels()
    figures: dict[str, Cell] = {
        "employee_no": term("arrears_field.total").in_locale(locale),
        "due": sums.due,
        "paid": sums.paid,
        "owed": sums.owed,
        "overpaid": sums.overpaid,
    }
    sheet.table(
        [SheetColumn(heads[name].in_locale(locale), kind) for name, kind in _COLUMNS],
        (list(cells(row, locale).values()) for row in rows),
        total=[figures.get(name) for name, _ in _COLUMNS],
        freeze_columns=2,
    )
    return book.finish()
