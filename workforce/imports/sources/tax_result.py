"""The tax client's result of a month (自然人电子税务局扣缴端, 综合所得申报 → 导出): read back to be compared.

No export was at hand: columns are known by their titles, as the client and its declaration name them,
and may stand in any order. What the file does not state is not compared. Confidence: medium.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.filing_month import (
    BONUS_ITEM,
    CONTINUOUS,
    LABOR,
    SEVERANCE_ITEM,
    WAGES,
)
from workforce.filings.figures import TAX
from workforce.imports.reading import values
from workforce.imports.reading.tables import Placed, Reading, Row
from workforce.imports.source import Context, Options, Proposal, Source, SourceFile
from workforce.imports.sources._filing_results import (
    ResultRow,
    column,
    money,
    propose,
    rate,
    read_results,
    who_columns,
)
from workforce.imports.sources._sample import sample_workbook

CODE: Final = "tax_result"

COLUMNS: Final = (
    *who_columns("税款所属期", "税款所属期起", "所属期", "所属月份"),
    column("item", "所得项目", "所得项目名称", "收入类型"),
    column("income", "本期收入", "收入"),
    column("cumulative_income", "累计收入额", "累计收入"),
    column("taxable", "累计应纳税所得额"),
    column("payment_taxable", "应纳税所得额"),
    column("rate", "税率", "税率/预扣率", "预扣率", "税率(%)"),
    column("due", "累计应纳税额", "累计应扣缴税额"),
    column("payment_due", "应纳税额"),
    column("before", "累计已缴税额", "已缴税额", "累计已预缴税额", "已预缴税额", "已扣缴税额"),
    column(
        "tax",
        "应补(退)税额",
        "应补退税额",
        "应补/退税额",
        "本期应补(退)税额",
        is_required=True,
    ),
)
_AMOUNTS: Final = ("income", "cumulative_income", "taxable", "due", "before")
_ITEMS: Final = (
    ("奖金", BONUS_ITEM),
    ("补偿", SEVERANCE_ITEM),
    ("一般劳务", LABOR),
    ("连续", CONTINUOUS),
    ("实习", CONTINUOUS),
    ("劳务", LABOR),
    ("工资", WAGES),
)
"""What an item's name contains → the item, the first that fits."""


def _read(file: SourceFile, _options: Options) -> Reading[ResultRow]:
    return read_results(file, COLUMNS, CODE, _parse)


def _parse(row: Row) -> tuple[str, dict[str, int]]:
    figures = {"tax": row.need("tax", money)}
    for name in _AMOUNTS:
        said = row.get(name, money)
        if said is None and row.has_column(f"payment_{name}"):
            said = row.get(f"payment_{name}", money)
        if said is not None:
            figures[name] = said
    share = row.get("rate", rate)
    if share is not None:
        figures["rate"] = share
    return _item(row), figures


def _item(row: Row) -> str:
    written = row.get("item", values.text)
    if written is None:
        return WAGES
    for part, item in _ITEMS:
        if part in written:
            return item
    raise row.fault("item", InputError("filing.unknown_item", value=written))


def _plan(session: Session, context: Context, rows: Sequence[Placed[ResultRow]]) -> Proposal:
    return propose(session, context, rows, lambda _row: TAX)


def _sample() -> bytes:
    titles = [
        "序号",
        "姓名",
        "证件类型",
        "证件号码",
        "税款所属期",
        "所得项目",
        "本期收入",
        "累计收入额",
        "累计应纳税所得额",
        "税率",
        "累计应纳税额",
        "累计已缴税额",
        "应补(退)税额",
    ]
    first = [
        "李晨",
        "居民身份证",
        "500236199503120110",
        "2026-10",
        "正常工资薪金",
        "7132.80",
        "7132.80",
        "1512.30",
        "3%",
    ]
    second = [
        "王欣怡",
        "居民身份证",
        "500236199811050149",
        "2026-10",
        "正常工资薪金",
        "6508.50",
        "6508.50",
        "888.00",
        "3%",
    ]
    return sample_workbook(
        "综合所得申报",
        [
            titles,
            ["1", *first, "45.37", "0.00", "45.37"],
            ["2", *second, "26.64", "0.00", "26.64"],
        ],
    )


SOURCE: Final = Source(
    code=CODE,
    label=Text("扣缴端申报结果", "Result of the tax client"),
    suffixes=(".xlsx", ".csv"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    sample=_sample,
)
