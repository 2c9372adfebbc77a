"""The review grid as a spreadsheet: the rows, columns and totals of the page, no more and no less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.platform.sheets import CellKind, SheetColumn, Workbook

if TYPE_CHECKING:
    from workforce.payroll.models import PayrollRun
    from workforce.payroll.review.grid import Column, Grid

_KINDS: Final = {
    "text": CellKind.TEXT,
    "money": CellKind.MONEY,
    "hours": CellKind.COUNT,
    "pieces": CellKind.MICRO,
}
_UNITS: Final = {
    "money": Text("（元）", " (yuan)"),
    "hours": Text("（分钟）", " (minutes)"),
}
_FROZEN: Final = 2


def write_grid(run: PayrollRun, grid: Grid, locale: Locale) -> bytes:
    """Return a grid as xlsx; hours are whole minutes, which add up exactly."""
    period = PayPeriod.parse(run.period)
    title = Text(f"{period} 工资审核", f"Pay review {period}").in_locale(locale)
    author = term(f"run_state.{run.state}").in_locale(locale)
    book = Workbook(title=title, author=author, created=run.prepared_at, is_streamed=True)
    sheet = book.sheet(title)
    sheet.table(
        [_head(column, locale) for column in grid.columns],
        ([_cell(column, row.values, locale) for column in grid.columns] for row in grid.rows),
        total=[
            term("pay_field.total").in_locale(locale),
            str(grid.size),
            *(grid.totals.get(column.key) for column in grid.columns[_FROZEN:]),
        ],
        freeze_columns=_FROZEN,
    )
    return book.finish()


def _head(column: Column, locale: Locale) -> SheetColumn:
    unit = _UNITS.get(column.kind, Text("", ""))
    title = column.label.in_locale(locale) + unit.in_locale(locale)
    return SheetColumn(title, _KINDS[column.kind])


def _cell(column: Column, values: Any, locale: Locale) -> Any:
    value = values[column.key]
    if column.key == "type" and value is not None:
        return term(f"employment_type.{value}").in_locale(locale)
    return value
