"""The spreadsheet of a return: laid out like the form, filled with what is known, read back by imports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from workforce.core.text import Locale, Text
from workforce.platform import clock
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Typed, Workbook
from workforce.returns.items import ItemUnit, grouped

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod
    from workforce.returns.checks import Figures
    from workforce.returns.queries import Reporter

TITLE: Final = Text("企业用工与工资月报", "Monthly return of people and wages")
CREDIT_CODE: Final = Text("统一社会信用代码", "Credit code")
MONTH: Final = Text("所属月份", "Month")
REMARK: Final = Text("说明", "Remark")
"""What stands above the table, each beside its value."""

CODE: Final = Text("代码", "Code")
LABEL: Final = Text("指标", "Figure")
UNIT: Final = Text("计量单位", "Unit")
VALUE: Final = Text("本月数", "This month")
FORMER: Final = Text("上月数", "Last month")
DEFINITION: Final = Text("口径", "Definition")
COLUMNS: Final = (CODE, LABEL, UNIT, VALUE, FORMER, DEFINITION)
_WIDTHS: Final = (26, 22, 10, 18, 18, 80)
_HINT: Final = Text(
    "只填“本月数”一列；没有的填 0，不掌握的留空。不要改代码、月份和信用代码，不要写公式。说明写在上面的“说明”右边。",
    "Fill in the column “This month” only: 0 where there is none, blank where it is not known. Leave codes, "
    "month and credit code as they are, and write no formulas. A remark goes beside “Remark” above.",
)


def write_template(
    reporter: Reporter,
    month: PayPeriod,
    figures: Figures,
    former: Figures,
    locale: Locale,
    remark: str = "",
) -> bytes:
    """Return the form as a workbook: figures that are known, and last month's beside them."""
    created = dt.datetime.combine(month.last_on, dt.time(), clock.BASE_ZONE)
    book = Workbook(title=TITLE.in_locale(locale), author=reporter.name, created=created)
    sheet = book.sheet(f"{month}")
    sheet.line(f"{TITLE.in_locale(locale)} · {reporter.name}", "title", span=len(COLUMNS))
    for label, value in (
        (CREDIT_CODE, reporter.credit_code),
        (MONTH, str(month)),
        (REMARK, remark),
    ):
        sheet.data([(label.in_locale(locale), CellKind.TEXT), (value or None, CellKind.TEXT)])
    sheet.line(_HINT.in_locale(locale), "note", span=len(COLUMNS))
    sheet.gap()
    sheet.table(
        [
            SheetColumn(title.in_locale(locale), width=width)
            for title, width in zip(COLUMNS, _WIDTHS, strict=True)
        ],
        _rows(figures, former, locale),
    )
    return book.finish()


def _rows(figures: Figures, former: Figures, locale: Locale) -> Iterator[list[Cell]]:
    for _label, group in grouped():
        for item in group:
            yield [
                item.code,
                item.label.in_locale(locale),
                item.unit.label.in_locale(locale),
                _number(item.unit, figures.get(item.code)),
                _number(item.unit, former.get(item.code)),
                item.definition.in_locale(locale),
            ]


def _number(unit: ItemUnit, value: int | None) -> Cell:
    if value is None:
        return None
    return Typed(value, CellKind.MONEY if unit.decimals else CellKind.COUNT)
