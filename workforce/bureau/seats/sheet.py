"""A month's use of seats as a spreadsheet: one sheet of places, one of companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.bureau.report import WITHHELD
from workforce.bureau.seats.seats import DEFINITION, STATEMENT, ProtectedLine, SeatTable
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.sheets import Cell, CellKind, Indented, SheetColumn, Workbook

if TYPE_CHECKING:
    import datetime as dt

    from workforce.core.text import Locale

WHOLE: Final = Text("全基地合计", "The whole base")
HEADS: Final = (
    Text("地点或企业", "Place or company"),
    Text("已建", "Built"),
    Text("可用", "Usable"),
    Text("平均使用", "In use on average"),
    Text("最多同时使用", "In use at most"),
    Text("使用率（%）", "Share (%)"),
)
SOURCE: Final = Text("园区工位、租用和考勤记录", "Seats, tenancies and attendance of the base")
_STANDS: Final = Text(
    "随本月统计的首期公布，以后不变", "told with the month's first issue, and never changed since"
)
_UNKNOWN: Final = Text("不详", "unknown")
_SHEETS: Final = (Text("按场地和楼层", "Sites and floors"), Text("按企业", "Companies"))
_WIDTH: Final = 14


def seat_sheet(table: SeatTable, locale: Locale, created: dt.datetime) -> bytes:
    """Return the file; ``created``: the instant that it is of."""
    title = term("nav.seat_figures").in_locale(locale)
    book = Workbook(title=title, author="", created=created)
    heads = [head.in_locale(locale) for head in HEADS]
    columns = [
        SheetColumn(heads[0]),
        *(SheetColumn(head, CellKind.COUNT, _WIDTH) for head in heads[1:]),
    ]
    for name, lines in zip(_SHEETS, (table.places, table.companies), strict=True):
        sheet = book.sheet(name.in_locale(locale))
        sheet.line(f"{title} {table.period}", "title")
        rows = [(_name(line, locale), *cells_of(line, locale)) for line in lines]
        sheet.table(columns, rows, freeze_columns=1)
        sheet.gap()
        for text in (DEFINITION, STATEMENT, origin()):
            sheet.line(text.in_locale(locale), "note", span=len(columns))
    return book.finish()


def origin() -> Text:
    """Say where the figures are from, and of when they are."""
    return Text(f"来源：{SOURCE.zh}；{_STANDS.zh}。", f"Source: {SOURCE.en}; {_STANDS.en}.")


def _name(line: ProtectedLine, locale: Locale) -> Cell:
    return Indented(line.name or WHOLE.in_locale(locale), line.level)


def cells_of(line: ProtectedLine, locale: Locale) -> list[int | str]:
    """Return the figures of a line in the order of ``HEADS``; a word or sign for what is not told."""
    gap = WITHHELD if line.is_withheld else _UNKNOWN.in_locale(locale)
    told = (line.average, line.peak, line.percent)
    return [line.built, line.usable, *(gap if value is None else value for value in told)]
