"""Tax openings as a table: what was paid and withheld this year before this system kept the books.

Without it the first month run here would begin the year's cumulative tax anew, so it is refused for
people employed earlier in the year. One row an employee and year; a second file replaces the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.exports import fen, yes_or_no
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile
from workforce.people import queries
from workforce.people import service as people
from workforce.people.service import OpeningFact

CODE: Final = "tax_openings"

_YUAN: Final = Text("元；没有填 0", "yuan; 0 if none")

COLUMNS: Final = (
    Column(
        name="employee_no",
        titles=("工号", "员工编号", "员工工号"),
        note=Text("企业内的工号", "the company's employee number"),
        example=("A0001", "A0002"),
        is_required=True,
    ),
    Column(
        name="name",
        titles=("姓名", "员工姓名"),
        note=Text("可不填；填写则必须与工号一致", "optional; must then be the number's"),
        example=("李晨", "王欣怡"),
    ),
    Column(
        name="through",
        titles=("截至月份", "累计至月份"),
        note=Text("累计到哪个月(含)", "the last month that the figures cover"),
        example=("2026-07", "2026-07"),
        is_required=True,
    ),
    Column(
        name="months",
        titles=("已计月数", "累计月数"),
        note=Text("当年在本单位已计税的月数", "months already taxed here this year"),
        example=(7, 3),
        is_required=True,
    ),
    Column(
        name="income_amount",
        titles=("累计收入", "累计收入额"),
        note=_YUAN,
        example=("24500.00", "9600.00"),
        is_required=True,
    ),
    Column(
        name="insurance_and_fund_amount",
        titles=("累计专项扣除", "累计社保公积金"),
        note=_YUAN,
        example=("3300.00", "1400.00"),
        is_required=True,
    ),
    Column(
        name="special_amount",
        titles=("累计专项附加扣除",),
        note=_YUAN,
        example=("14000.00", 0),
        is_required=True,
    ),
    Column(
        name="other_amount",
        titles=("累计其他扣除",),
        note=Text("含个人养老金；元", "personal pension included; yuan"),
        example=(0, 0),
        is_required=True,
    ),
    Column(
        name="personal_pension_amount",
        titles=("其中个人养老金", "累计个人养老金"),
        note=_YUAN,
        example=(0, 0),
        is_required=True,
    ),
    Column(
        name="certificate_amount",
        titles=("其中职业资格继续教育",),
        note=Text(
            "累计专项附加扣除中职业资格的部分(每年有限额)；没有可不填",
            "the part of special deductions for certificates, limited by year; blank if none",
        ),
        example=(0, None),
    ),
    Column(
        name="withheld_amount",
        titles=("累计已预扣税额", "累计已扣税额"),
        note=_YUAN,
        example=(0, 0),
        is_required=True,
    ),
    Column(
        name="is_separate_bonus_used",
        titles=("当年已单独计税年终奖",),
        note=Text("是、否", "yes or no"),
        example=("否", "否"),
    ),
)
_AMOUNTS: Final = tuple(column.name for column in COLUMNS if column.name.endswith("_amount"))
_OPTIONAL: Final = frozenset(column.name for column in COLUMNS if not column.is_required)


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    through: PayPeriod
    months: int
    amounts: Mapping[str, int]
    is_separate_bonus_used: bool


def _read(file: SourceFile, options: Options) -> Reading[OpeningRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _amount(row: Row, name: str) -> int:
    """Read an amount; only a blank that may be one is 0."""
    if name in _OPTIONAL:
        return row.get(name, values.amount) or 0
    return row.need(name, values.amount)


def _parse(row: Row) -> OpeningRow:
    return OpeningRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        through=row.need("through", values.month),
        months=row.need("months", values.quantity),
        amounts={name: _amount(row, name) for name in _AMOUNTS},
        is_separate_bonus_used=bool(row.get("is_separate_bonus_used", values.boolean)),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[OpeningRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = people.plan_openings(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    name: Any = naming(context.directory, "through_period")
    return Proposal(
        parts=[Part(Text("期初累计", "Tax openings"), plan.openings, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: people.store_openings(session, plan),
    )


def _fact(context: Context, row: OpeningRow) -> OpeningFact:
    employee = find_employee(context.directory, row.employee_no, row.name)
    return OpeningFact(
        employment_id=employee.employment_id,
        through_period=row.through,
        amounts=row.amounts,
        months=row.months,
        is_separate_bonus_used=row.is_separate_bonus_used,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.scalars(queries.all_tax_openings(extent.scope)):
        if extent.period is not None and row.year != extent.period.year:
            continue
        employee = extent.directory.names[row.employment_id]
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "through": row.through_period,
            "months": row.months,
            **{name: fen(getattr(row, name)) for name in _AMOUNTS},
            "is_separate_bonus_used": yes_or_no(row.is_separate_bonus_used),
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("期初累计个税", "Tax openings"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.EMPLOYEE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)
