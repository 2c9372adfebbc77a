"""Agreed monthly amounts as a table: allowances, deductions, tax deductions, bonus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import fen, first_names
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import (
    PeopleTable,
    months,
    who_cells,
    who_columns,
)
from workforce.payroll import entries
from workforce.payroll.entries import EntryFact
from workforce.platform.sheets import Cell

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
    *who_columns("A0001", "A0001", "A0002"),
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


def _item(value: Any) -> str:
    written = values.plain(value)
    code = ITEMS.get(written, written)
    if _ITEM.fullmatch(code) is None:
        raise InputError("cell.choice", value=written, choices="、".join(ITEMS))
    return code


def _fact(row: Row) -> partial[EntryFact]:
    kind = row.need("kind", lambda value: values.choice(value, KINDS))
    code = row.need("item", _item) if kind in _KINDS_WITH_ITEMS else kind
    first, last = months(row, "period_from", "period_last")
    return partial(
        EntryFact,
        kind=kind,
        code=code,
        period_from=first,
        period_to=last.next() if last else None,
        amount=row.need("amount", values.amount),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    kinds, items = first_names(KINDS), first_names(ITEMS)
    for row in session.execute(entries.stored_entries(extent.scope, extent.period)):
        last = PayPeriod.parse(row.period_to).previous() if row.period_to else None
        yield who_cells(extent, row.employment_id) | {
            "kind": kinds[row.kind],
            "item": items.get(row.code, row.code) if row.kind in _KINDS_WITH_ITEMS else None,
            "period_from": row.period_from,
            "period_last": str(last) if last else None,
            "amount": fen(row.amount),
        }


SOURCE: Final = PeopleTable(
    code="pay_entries",
    label=Text("工资项目表", "Agreed amounts"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    columns=COLUMNS,
    fact=_fact,
    compare=entries.plan_entries,
    store=lambda session, plan, _context: entries.store_entries(session, plan),
    changes=Text("工资项目", "Pay entries"),
    named_by=("kind", "code", "period_from"),
    export=_export,
).source()
