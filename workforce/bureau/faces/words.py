"""Words that the faces of a report share: paper, spreadsheet and page say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from workforce.bureau.report import Listing, ListKind, ListValue, Report, Row, Table, list_text
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.documents import labels

FORM_NUMBER: Final = Text("表号", "Form")
REPORTER: Final = Text("填报单位", "Reporting unit")
FILLED_ON: Final = Text("填报日期", "Filled on")
PUBLIC_VIEW: Final = Text("公开口径（小数已保护）", "Public view (small figures withheld)")
FULL_VIEW: Final = Text("内部口径（完整数据）", "Internal view (full figures)")
NAMED_VIEW: Final = Text(
    "含个人信息，仅限本单位使用", "Names people: for the company's own use only"
)

UNIT: Final = Text("计量单位", "Unit")
CODE: Final = Text("代码", "Code")
NUMBER: Final = Text("序号", "No.")
INDICATOR: Final = Text("指标名称", "Indicator")
OF_WHICH: Final = Text("其中：", "of which: ")
MONTH_BEFORE: Final = Text("上月", "Last month")
YEAR_BEFORE: Final = Text("上年同期", "A year ago")
CHANGE: Final = Text("增减", "Change")
TARGET: Final = Text("目标", "Target")
IN_FORCE: Final = Text("现行", "in force")
TOTAL: Final = term("pay_field.total")

THIS: Final = {
    Span.MONTH: Text("本月", "This month"),
    Span.QUARTER: Text("本季", "This quarter"),
    Span.YEAR: Text("本年", "This year"),
}
BEFORE: Final = {
    Span.MONTH: MONTH_BEFORE,
    Span.QUARTER: Text("上季", "Last quarter"),
    Span.YEAR: Text("上年", "Last year"),
}

SPANS: Final = {
    Span.MONTH: Text("月报", "Monthly"),
    Span.QUARTER: Text("季报", "Quarterly"),
    Span.YEAR: Text("年报", "Yearly"),
}

DEFINITIONS: Final = Text("指标解释", "Definitions")
DENOMINATOR: Final = Text("分母", "Denominator")
SOURCE: Final = Text("来源", "Source")

SIGNATURES: Final = (
    Text("单位负责人", "Head of unit"),
    Text("统计负责人", "Head of statistics"),
    Text("填表人", "Filled in by"),
    Text("联系电话", "Telephone"),
    Text("报出日期", "Reported on"),
)
SEAL: Final = Text("（单位盖章）", "(seal of the unit)")
NOBODY: Final = Text("本期没有", "Nobody in this period")
"""What an empty list says, so that nothing can be written into it once it is sealed."""
SHORT: Final = 18
"""Characters that stay in one line of a list on screen: an identity number has as many."""
_FIXED_HEADS: Final = 3
_ORDINALS: Final[dict[Locale, str]] = {"zh": "甲乙丙", "en": "ABC"}
_QUARTERS: Final = "一二三四"


def pair(label: Text, value: str, locale: Locale) -> str:
    """Write ``标签：值`` or ``label: value``."""
    return f"{label.en}: {value}" if locale == "en" else f"{label.zh}：{value}"


def period(of: ReportPeriod) -> Text:
    """Return a period as people say it: 2026年10月, 2026年三季度, 2026年."""
    if of.span is Span.MONTH:
        return labels.month(of.first)
    if of.span is Span.YEAR:
        return Text(f"{of.first.year}年", str(of.first.year))
    return Text(
        f"{of.first.year}年{_QUARTERS[of.quarter - 1]}季度", f"Q{of.quarter} {of.first.year}"
    )


def issue(month: PayPeriod, number: int) -> Text:
    """Name an issue of a month."""
    return Text(f"{month} 第 {number} 期", f"{month} issue {number}")


def view(report: Report) -> Text:
    """Return for whom a report is."""
    if report.is_named:
        return NAMED_VIEW
    return PUBLIC_VIEW if report.is_protected else FULL_VIEW


def list_row(listing: Listing, row: Sequence[ListValue]) -> Iterator[tuple[str, ListKind]]:
    """Yield the cells of a line of a named list as text, each with its kind."""
    for value, column in zip(row, listing.columns, strict=True):
        yield list_text(value, column.kind), column.kind


def list_rows(listing: Listing) -> Iterator[Iterator[tuple[str, ListKind]]]:
    """Yield the lines of a named list as `list_row` gives them."""
    return (list_row(listing, row) for row in listing.rows)


def marks(table: Table, locale: Locale) -> tuple[str, ...]:
    """Return the line of marks under the heads of a printed form: 甲 乙 丙 1 2, or A B C 1 2."""
    fixed = _FIXED_HEADS if table.has_codes else 1
    return (*_ORDINALS[locale][:fixed], *(str(at + 1) for at in range(len(table.columns))))


def leads(table: Table) -> Iterator[tuple[Row, bool]]:
    """Yield each line with whether it opens the parts of the figure before it (其中：)."""
    before: Row | None = None
    for row in table.lines:
        is_first = before is not None and bool(before.figures) and row.level > before.level
        yield row, is_first and bool(row.figures)
        before = row
