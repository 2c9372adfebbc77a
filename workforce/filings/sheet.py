"""The differences of a result as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.filings.figures import FIGURES
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Workbook

if TYPE_CHECKING:
    from workforce.filings.models import FilingResult
    from workforce.filings.queries import DifferenceRow

_OURS = Text("本系统", "ours")
_THEIRS = Text("对方", "theirs")
_HEADS = (
    Text("工号", "Number"),
    Text("姓名", "Name"),
    Text("证件号码", "ID number"),
    Text("项目", "Item"),
    Text("差异来源", "Cause"),
)
_AMOUNT = Text("差额", "Difference")
_TAIL = (
    Text("状态", "State"),
    Text("原因", "Reason"),
    Text("说明", "Words"),
    Text("负责人", "Task of"),
    Text("期限", "Until"),
    Text("处理人", "Answered by"),
)


def write_differences(
    result: FilingResult, company_name: str, rows: Sequence[DifferenceRow], locale: Locale
) -> bytes:
    """Return a result's differences as xlsx: both sides of each figure, and what was said to it."""
    kind = term(f"file_group.{result.kind}").in_locale(locale)
    title = f"{result.period} {kind}"
    book = Workbook(title=title, author=company_name, created=result.compared_at)
    sheet = book.sheet(title)
    sheet.line(f"{company_name} · {title}", "title")
    figures = FIGURES[result.kind]
    columns = [
        *(SheetColumn(text.in_locale(locale)) for text in _HEADS),
        *(
            SheetColumn(
                f"{term(f'filing_figure.{figure}').in_locale(locale)} · {side.in_locale(locale)}",
                CellKind.RATE if figure == "rate" else CellKind.MONEY,
            )
            for figure in figures
            for side in (_OURS, _THEIRS)
        ),
        SheetColumn(_AMOUNT.in_locale(locale), CellKind.MONEY),
        *(SheetColumn(text.in_locale(locale)) for text in _TAIL),
    ]
    sheet.table(columns, [_cells(row, figures, locale) for row in rows], freeze_columns=2)
    return book.finish()


def _cells(row: DifferenceRow, figures: Sequence[str], locale: Locale) -> list[Cell]:
    one = row.one
    said = one.reason and term(f"filing_reason.{one.reason}").in_locale(locale)
    return [
        one.employee_no,
        one.name,
        one.masked_id_number,
        term(f"filing_item.{one.item}").in_locale(locale),
        term(f"filing_cause.{one.cause}").in_locale(locale),
        *(value for figure in figures for value in one.figures.get(figure, (None, None))),
        one.amount,
        term(f"filing_state.{one.state}").in_locale(locale),
        said or "",
        one.note or "",
        row.assignee or "",
        one.due_on.isoformat() if one.due_on else "",
        row.answered_by or "",
    ]
