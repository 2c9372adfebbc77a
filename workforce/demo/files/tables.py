"""The plain lists that companies keep themselves: people, output, sample checks, prices.

Heads are the ordinary words of such lists, not this program's; the imports find them by text.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

import xlsxwriter

from workforce.core.money import MICRO, format_fen, format_micro
from workforce.core.terms import term
from workforce.demo.month import Checked, Produced
from workforce.demo.world import (
    FIRST_DAY,
    PRICE_CHANGE_ON,
    TASK_KINDS,
    DemoCompany,
    DemoPerson,
)

Value = str | int | dt.date | None
_FUND_RATE: Final = MICRO * 5 // 100
_CHANGED_TASK_TYPE: Final = "bbox_2d"
_CHANGED_PRICE: Final = 125_000


def write_table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a list by the file's suffix: a workbook, or CSV in GB18030 as old office software does."""
    if path.suffix == ".csv":
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(heads)
        writer.writerows(rows)
        path.write_bytes(text.getvalue().encode("gb18030"))
        return
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, date)
                elif value is not None:
                    sheet.write(number, column, value)
        sheet.autofit()


def write_output(path: Path, produced: Sequence[Produced]) -> None:
    """Write the output list of a month."""
    heads = ("工号", "姓名", "日期", "任务类型", "批次", "提交数量", "合格数量", "不合格数量", "返工数量")
    write_table(
        path,
        heads,
        (
            (
                row.person.employee_no,
                row.person.name,
                row.on,
                row.task_type,
                row.batch,
                row.submitted_qty,
                row.accepted_qty,
                row.rejected_qty,
                row.reworked_qty,
            )
            for row in produced
        ),
    )


def write_inspections(path: Path, checked: Sequence[Checked], inspector: str) -> None:
    """Write the sample checks of a month."""
    heads = ("批次", "任务类型", "工号", "检查日期", "抽检数", "错误数", "严重度", "结果", "检查人")
    write_table(
        path,
        heads,
        (
            (
                check.batch,
                check.task_type,
                check.person.employee_no,
                check.on,
                check.sampled_qty,
                check.error_qty,
                "轻微" if check.error_qty else None,
                "合格",
                inspector,
            )
            for check in checked
        ),
    )


def write_prices(path: Path, company: DemoCompany) -> None:
    """Write the price list; boxes cost more from mid-October on."""
    kinds = {kind.code: kind for kind in TASK_KINDS}
    rows: list[tuple[Value, ...]] = [
        (code, kinds[code].name_zh, format_micro(kinds[code].price_micro), FIRST_DAY)
        for code in company.task_types
    ]
    if _CHANGED_TASK_TYPE in company.task_types:
        changed = kinds[_CHANGED_TASK_TYPE]
        rows.append((changed.code, changed.name_zh, format_micro(_CHANGED_PRICE), PRICE_CHANGE_ON))
    write_table(path, ("任务类型代码", "任务类型", "单价(元)", "生效日期"), rows)
