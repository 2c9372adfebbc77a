"""The chain's figures as a spreadsheet: what the page shows, cell by cell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from workforce.chain.consolidation import line_codes
from workforce.chain.output import line_decimals, line_label
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.formatting import money
from workforce.platform.sheets import Cell, CellKind, Sheet, SheetColumn, Typed, Workbook
from workforce.statistics.disclosure.rules import RULES
from workforce.statistics.tables import CellState

if TYPE_CHECKING:
    from workforce.chain.consolidation import Year
    from workforce.chain.output import Contracts, PartTable
    from workforce.core.text import Locale
    from workforce.statistics.tables import Cell as Figure

WITHHELD: Final = "※"
TITLE: Final = Text("产业链产值", "Chain output")
_WIDE: Final = 30
_NARROW: Final = 16
FIGURE: Final = Text("指标", "Figure")
SO_FAR: Final = Text("年初以来", "Year so far")
_UNIT: Final = Text("单位：元；岗位为个", "In yuan; jobs are counted")


def write_output(year: Year, contracts: Contracts, author: str, locale: Locale) -> bytes:
    """Return the year's months, the year so far and the contracts as a workbook."""
    last = year.last
    created = dt.datetime.combine(last.last_on, dt.time(), clock.BASE_ZONE)
    book = Workbook(title=TITLE.in_locale(locale), author=author, created=created)
    sheet = book.sheet(TITLE.in_locale(locale))
    columns = [*(str(month) for month in year.months), SO_FAR.in_locale(locale)]
    sheet.line(f"{TITLE.in_locale(locale)} · {last}", "title", span=len(columns) + 1)
    sheet.line(_UNIT.in_locale(locale), "note", span=len(columns) + 1)
    sheet.table(
        [
            SheetColumn(FIGURE.in_locale(locale), width=_WIDE),
            *(SheetColumn(title, width=_NARROW) for title in columns),
        ],
        [[line_label(code).in_locale(locale), *_cells(year, code)] for code in line_codes()]
        + [_missing(year, locale)],
    )
    for title, table in (
        (Text("合同额：按环节", "Contracts by link"), contracts.by_link),
        (Text("合同额：按客户地区", "Contracts by client's region"), contracts.by_region),
    ):
        sheet.gap()
        _parts(sheet, title.in_locale(locale), table, str(last), locale)
    sheet.gap()
    sheet.line(RULES.statement.in_locale(locale), "note", span=len(columns) + 1)
    return book.finish()


def _cells(year: Year, code: str) -> list[Cell]:
    found = [*(one.cells[code] for one in year.months.values()), year.so_far.cells[code]]
    return [_figure(cell, line_decimals(code)) for cell in found]


def _missing(year: Year, locale: Locale) -> list[Cell]:
    label = Text("还没有接收到产值的企业（家次）", "Companies whose output is not known yet")
    found = [*year.months.values(), year.so_far]
    return [label.in_locale(locale), *(Typed(one.of.missing, CellKind.COUNT) for one in found)]


def written(cell: Figure, decimals: int) -> str:
    """Write a cell for people."""
    if cell.state is CellState.WITHHELD:
        return WITHHELD
    if cell.value is None:
        return "—"
    return money(cell.value) if decimals else f"{cell.value:,}"


def _figure(cell: Figure, decimals: int) -> Cell:
    if cell.state is CellState.WITHHELD:
        return WITHHELD
    if cell.value is None:
        return "—"
    return Typed(cell.value, CellKind.MONEY if decimals else CellKind.COUNT)


def _parts(sheet: Sheet, title: str, table: PartTable, month: str, locale: Locale) -> None:
    sheet.table(
        [
            SheetColumn(title, width=_WIDE),
            SheetColumn(month, width=_NARROW),
            SheetColumn(SO_FAR.in_locale(locale), width=_NARROW),
        ],
        [
            [row.label.in_locale(locale), _figure(row.month, 2), _figure(row.so_far, 2)]
            for row in table.rows
        ],
    )
