"""Agreed monthly amounts as a table: allowances, deductions, tax deductions, bonus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.exports import fen, first_names
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile
from workforce.payroll import entries
from workforce.payroll.entries import EntryFact

CODE: Final = "pay_entries"

KINDS: Final = {
    "应发项": "earning",
    "不计税应发项": "untaxed_earning",
    "法院扣划": "court_order",
    "其他扣款": "other_deduction",
    "专项附加扣除": "special_additional_deduction",
    "其他税前扣除": "other_tax_deduction",
    "损失赔偿": "damages",
    "年终奖(单独计税)": "annual_bonus_separate",
    "年终奖(并入综合所得)": "annual_bonus_merged",
    "劳务报酬": "labor_service_income",
    "学员津贴": "trainee_allowance",
    "离职前月平均工资": "severance_wage",
    "约定离职补偿": "severance_agreed",
    "残疾人就业保障金": "disabled_levy",
    "个人社保公积金合计": "employee_insurance",
    **{kind: kind for kind in entries.KINDS},
}
_KINDS_WITH_ITEMS: Final = frozenset(
    {
        "earning",
        "untaxed_earning",
        "court_order",
        "other_deduction",
        "special_additional_deduction",
        "other_tax_deduction",
    },
)
ITEMS: Final = {
    "技能津贴": "skill_allowance",
    "误餐补助": "missed_meal_subsidy",
    "工会会费": "union_fee",
    "子女教育": "child_education",
    "继续教育": "continuing_education",
    "职业资格": "professional_certificate",
    "住房贷款利息": "housing_loan_interest",
    "住房租金": "rent",
    "赡养老人": "elderly_support",
    "3岁以下婴幼儿照护": "infant_care",
    "婴幼儿照护": "infant_care",
    "个人养老金": "personal_pension",
    "商业健康保险": "commercial_health",
    "企业年金": "annuity",
}
_ITEM: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

COLUMNS: Final = (
    Column(
        name="employee_no",
        titles=("工号", "员工编号"),
        note=Text("企业内的工号", "the company's employee number"),
        example=("A0001", "A0001", "A0002"),
        is_required=True,
    ),
    Column(
        name="name",
        titles=("姓名",),
        note=Text("可不填；填写则必须与工号一致", "optional; must then be the number's"),
        example=("李晨", "李晨", "王欣怡"),
    ),
    Column(
        name="kind",
        titles=("类别",),
        note=Text("、".join(k for k in KINDS if k not in entries.KINDS), ", ".join(entries.KINDS)),
        example=("应发项", "专项附加扣除", "损失赔偿"),
        is_required=True,
    ),
    Column(
        name="item",
        titles=("项目",),
        note=Text("、".join(ITEMS) + ",或小写英文代码", "a code in small letters"),
        example=("技能津贴", "子女教育", None),
    ),
    Column(
        name="period_from",
        titles=("起始月份", "月份"),
        note=Text("工资月份", "the pay month"),
        example=("2026-10", "2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="period_last",
        titles=("终止月份",),
        note=Text("最后一个月；长期留空", "the last month; blank: until further notice"),
        example=("2026-10", None, "2026-10"),
    ),
    Column(
        name="amount",
        titles=("金额(元)", "金额"),
        note=Text("元，每月", "yuan, each month"),
        example=("100.00", "2000.00", "300.00"),
        is_required=True,
    ),
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    kind: str
    code: str
    period_from: PayPeriod
    period_last: PayPeriod | None
    amount: int


def _item(value: Any) -> str:
    written = values.plain(value)
    code = ITEMS.get(written, written)
    if _ITEM.fullmatch(code) is None:
        raise InputError("cell.choice", value=written, choices="、".join(ITEMS))
    return code


def _read(file: SourceFile, options: Options) -> Reading[EntryRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> EntryRow:
    kind = row.need("kind", lambda value: values.choice(value, KINDS))
    code = row.need("item", _item) if kind in _KINDS_WITH_ITEMS else kind
    period_from = row.need("period_from", values.month)
    period_last = row.get("period_last", values.month)
    if period_last is not None and period_last < period_from:
        empty = InputError("dated.empty", valid_from=period_from, valid_to=period_last)
        raise row.fault("period_last", empty)
    return EntryRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        kind=kind,
        code=code,
        period_from=period_from,
        period_last=period_last,
        amount=row.need("amount", values.amount),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[EntryRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = entries.plan_entries(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    name = naming(context.directory, "kind", "code", "period_from")
    return Proposal(
        parts=[Part(Text("工资项目", "Pay entries"), plan.entries, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: entries.store_entries(session, plan),
    )


def _fact(context: Context, row: EntryRow) -> EntryFact:
    employee = find_employee(context.directory, row.employee_no, row.name)
    return EntryFact(
        employment_id=employee.employment_id,
        kind=row.kind,
        code=row.code,
        period_from=row.period_from,
        period_to=row.period_last.next() if row.period_last else None,
        amount=row.amount,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    kinds, items = first_names(KINDS), first_names(ITEMS)
    for row in session.execute(entries.stored_entries(extent.scope, extent.period)):
        employee = extent.directory.names[row.employment_id]
        last = PayPeriod.parse(row.period_to).previous() if row.period_to else None
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "kind": kinds[row.kind],
            "item": items.get(row.code, row.code) if row.kind in _KINDS_WITH_ITEMS else None,
            "period_from": row.period_from,
            "period_last": str(last) if last else None,
            "amount": fen(row.amount),
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("工资项目表", "Agreed amounts"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)
