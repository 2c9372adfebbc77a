"""The bill of social insurance or the housing fund of a month: read back to be compared.

Bills differ from province to province: columns are known by their titles. Both shares may stand in two
columns or, as in the tax bureau's lists, in rows of their own (个人缴纳, 单位缴纳). Confidence: low.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.filings.figures import FUND, FUND_ITEM, INSURANCE
from workforce.imports.reading import values
from workforce.imports.reading.tables import Placed, Reading, Row
from workforce.imports.source import Context, Options, Proposal, Source, SourceFile
from workforce.imports.sources._filing_results import (
    ResultRow,
    column,
    money,
    propose,
    read_results,
    who_columns,
)
from workforce.imports.sources._sample import sample_workbook

CODE: Final = "insurance_bill"

COLUMNS: Final = (
    *who_columns("费款所属期", "费款所属期起", "所属期", "缴费年月", "汇缴年月", "所属月份"),
    column("scheme", "险种", "险种类型", "征收项目"),
    column("part", "征收品目", "征收子目"),
    column("base", "缴费基数", "缴费工资", "月缴费工资", "缴存基数"),
    column("own", "个人应缴", "个人应缴金额", "个人缴费", "个人缴费金额", "个人缴纳", "个人缴存额"),
    column(
        "employer", "单位应缴", "单位应缴金额", "单位缴费", "单位缴费金额", "单位缴纳", "单位缴存额"
    ),
    column("amount", "应缴费额", "应缴金额", "本期应缴费额"),
)
_SCHEMES: Final = (
    ("公积金", FUND_ITEM),
    ("大额", "large_medical"),
    ("工伤", "work_injury"),
    ("失业", "unemployment"),
    ("生育", "medical"),
    ("医疗", "medical"),
    ("养老", "pension"),
)
"""What a scheme's name contains → the scheme, the first that fits."""


def _read(file: SourceFile, _options: Options) -> Reading[ResultRow]:
    return read_results(file, COLUMNS, CODE, _parse)


def _parse(row: Row) -> tuple[str, dict[str, int]]:
    written = " ".join(
        words for name in ("scheme", "part") if (words := row.get(name, values.text)) is not None
    )
    figures = _figures(row, written)
    base = row.get("base", money)
    if base is not None:
        figures["base"] = base
    for part, scheme in _SCHEMES:
        if part in written:
            return scheme, figures
    place = "scheme" if row.has_column("scheme") or not row.has_column("part") else "part"
    raise row.fault(place, InputError("filing.unknown_scheme", value=written or "-"))


def _figures(row: Row, written: str) -> dict[str, int]:
    """Read both shares; a blank share in a column that the bill has is none to be paid."""
    sides = [name for name in ("own", "employer") if row.has_column(name)]
    if sides:
        return {name: row.get(name, money) or 0 for name in sides}
    is_own, is_employers = "个人" in written, "单位" in written
    if is_own == is_employers:
        raise row.fault("own", InputError("filing.no_share"))
    amount = row.need("amount", money)
    return {"own": amount if is_own else 0, "employer": 0 if is_own else amount}


def _joined(figure: str, former: int, more: int) -> int:
    """Join two rows of a person and scheme: amounts add up, the base is one."""
    return max(former, more) if figure == "base" else former + more


def _plan(session: Session, context: Context, rows: Sequence[Placed[ResultRow]]) -> Proposal:
    return propose(
        session,
        context,
        rows,
        lambda row: FUND if row.item == FUND_ITEM else INSURANCE,
        merge=_joined,
    )


def _sample() -> bytes:
    titles = [
        "姓名",
        "证件类型",
        "证件号码",
        "费款所属期",
        "险种",
        "缴费基数",
        "单位应缴",
        "个人应缴",
    ]
    first = ("李晨", "居民身份证", "500236199503120110", "2026-10")
    return sample_workbook(
        "社会保险费明细",
        [
            titles,
            [*first, "企业职工基本养老保险费", "4553.00", "728.48", "364.24"],
            [*first, "职工基本医疗保险费", "4553.00", "387.01", "91.06"],
            [*first, "失业保险费", "4553.00", "22.77", "22.77"],
        ],
    )


SOURCE: Final = Source(
    code=CODE,
    label=Text("社保、公积金账单", "Bill of insurance and housing fund"),
    suffixes=(".xlsx", ".csv"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    sample=_sample,
)
