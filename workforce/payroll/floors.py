"""Who is paid at the legal floor or under it: the company's own list behind the share that all see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, case, cast, func, select

from workforce.core.terms import term
from workforce.payroll import queries
from workforce.people import queries as people
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.core.text import Locale
    from workforce.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorCheck:
    """A company's month held against the minimum wage.

    ``with_floor``, ``below``, ``topped_up``: people. ``rows``: the payslips below, then those topped up,
    with employee_no and name; missing_amount is what still lacks (fen).
    """

    with_floor: int
    below: int
    topped_up: int
    rows: Sequence[Row[Any]]


def floor_check(session: Session, scope: Scope, period: PayPeriod) -> FloorCheck:
    """Hold a month's payslips against the floor, those of runs not yet approved included."""
    facts = queries.payslip_facts(scope, period).order_by(None).subquery()

    def people_with(condition: Any) -> Any:
        return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), BigInteger)

    with_floor, below, topped_up = session.execute(
        select(
            people_with(facts.c.floor_amount > 0),
            people_with(facts.c.is_below_floor == 1),
            people_with(facts.c.is_topped_up == 1),
        )
    ).one()
    slip = queries.at_floor(scope, period).order_by(None).subquery()
    who = people.directory(scope).order_by(None).subquery()
    missing = slip.c.floor_amount - slip.c.counted_amount - slip.c.top_up_amount
    rows = session.execute(
        select(
            slip,
            who.c.employee_no,
            who.c.name,
            case((slip.c.is_below, missing), else_=0).label("missing_amount"),
        )
        .join(who, who.c.employment_id == slip.c.employment_id)
        .order_by(slip.c.is_below.desc(), who.c.employee_no, slip.c.period)
    ).all()
    return FloorCheck(with_floor=with_floor, below=below, topped_up=topped_up, rows=rows)


_COLUMNS: Final = (
    ("employee_no", CellKind.TEXT),
    ("name", CellKind.TEXT),
    ("period", CellKind.TEXT),
    ("floor_amount", CellKind.MONEY),
    ("counted_amount", CellKind.MONEY),
    ("top_up_amount", CellKind.MONEY),
    ("missing_amount", CellKind.MONEY),
    ("standing", CellKind.TEXT),
)


def workbook(
    check: FloorCheck, *, company: str, period: PayPeriod, created: dt.datetime, locale: Locale
) -> bytes:
    """Return the list as a spreadsheet."""
    title = term("floor_field.title").in_locale(locale)
    book = Workbook(title=title, author=company, created=created)
    sheet = book.sheet(title)
    sheet.line(f"{title} {period}", "title", span=len(_COLUMNS))
    sheet.line(company, "note", span=len(_COLUMNS))

    def cells(row: Row[Any]) -> list[Cell]:
        standing = term(f"floor_standing.{'below' if row.is_below else 'topped_up'}")
        return [
            *(getattr(row, name) for name, _ in _COLUMNS[:-1]),
            standing.in_locale(locale),
        ]

    sheet.table(
        [
            SheetColumn(term(f"floor_field.{name}").in_locale(locale), kind)
            for name, kind in _COLUMNS
        ],
        (cells(row) for row in check.rows),
        freeze_columns=2,
    )
    return book.finish()
