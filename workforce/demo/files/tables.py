"""The plain lists that companies keep themselves: people, output, sample checks, prices.

Heads are the ordinary words of such lists, not this program's; the imports find them by text.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

import xlsxwriter

from workforce.core.money import MICRO, format_fen, format_micro
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.demo.month import Checked, Produced
from workforce.demo.world import (
    FIRST_DAY,
    FULL_TIME,
    LARGE_MEDICAL_AID,
    OWN_SHARE_MICRO,
    PRICE_CHANGE_ON,
    TASK_KINDS,
    DemoCompany,
    DemoPerson,
)

Value = str | int | dt.date | None
_LOWEST_BASE_2025: Final = 440_400
"""The least base of January to July, which the opening figures are of; the books begin in August."""
_DECLARED: Final = {
    "child_education": "子女教育",
    "elderly_support": "赡养老人",
    "infant_care": "3岁以下婴幼儿照护",
}
_DAMAGES_MONTH: Final = PayPeriod(2026, 10)
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


_EMPLOYEE_HEADS: Final = (
    "工号",
    "姓名",
    "身份证号码",
    "用工形式",
    "入职日期",
    "离职日期",
    "离职原因",
    "岗位",
    "学历",
    "户籍乡镇",
    "户籍类别",
    "重点群体",
    "手机号码",
    "班组",
    "开户银行",
    "银行账号",
    "合同类型",
    "合同到期日",
    "职业类别",
    "派遣单位",
    "派遣单位信用代码",
    "基本工资",
    "社保缴费基数",
    "公积金基数",
    "公积金个人比例",
    "公积金单位比例",
    "月平均工资",
    "计税方式",
    "结算周期",
)
_KEY_GROUPS: Final = {
    "rural_labour": "农村劳动力",
    "formerly_poor": "脱贫人口",
    "graduate": "高校毕业生",
    "returnee": "返乡人员",
    "disabled": "残疾人",
}


def write_employees(path: Path, company: DemoCompany, people: Sequence[DemoPerson]) -> None:
    """Write the employee register."""
    write_table(path, _EMPLOYEE_HEADS, (_employee_row(company, person) for person in people))


def _employee_row(company: DemoCompany, person: DemoPerson) -> tuple[Value, ...]:
    base = person.contribution_base_amount
    fund = base if person.has_fund else None
    is_labor_service = person.employment_type == "labor_service"
    sender, sender_code = person.dispatched_by or (None, None)
    return (
        person.employee_no,
        person.name,
        person.id_number,
        term(f"employment_type.{person.employment_type}").zh,
        person.hired_on,
        person.separated_on,
        "个人原因辞职" if person.separated_on else None,
        person.position,
        term(f"education.{person.education}").zh,
        term(f"township.{person.township}").zh,
        term(f"household_category.{person.household_category}").zh,
        "、".join(_KEY_GROUPS[group] for group in person.key_groups) or None,
        person.phone,
        company.teams[person.team],
        person.bank_name,
        person.bank_account,
        "固定期限" if person.contract_until else None,
        person.contract_until,
        term(f"occupation.{person.occupation}").zh,
        sender,
        sender_code,
        format_fen(person.base_pay_amount),
        None if base is None else format_fen(base),
        None if fund is None else format_fen(fund),
        None if fund is None else "5%",
        None if fund is None else "5%",
        format_fen(person.average_monthly_wage_amount),
        "劳务报酬" if is_labor_service else "累计预扣",
        "半月" if person.pay_cycle == "half_month" else "按月",
    )


def write_openings(path: Path, people: Sequence[DemoPerson]) -> None:
    """Write what was paid and withheld from January (or hiring) to July 2026."""
    heads = (
        "工号",
        "姓名",
        "截至月份",
        "已计月数",
        "累计收入",
        "累计专项扣除",
        "累计专项附加扣除",
        "累计其他扣除",
        "累计个人养老金",
        "累计已预扣税额",
    )
    earlier = [person for person in people if person.is_taxed_before_books]
    write_table(path, heads, (_opening_row(person) for person in earlier))


def _opening_row(person: DemoPerson) -> tuple[Value, ...]:
    last = PayPeriod.of(FIRST_DAY).previous()
    first_month = person.hired_on.month if person.hired_on.year == last.year else 1
    months = last.month - first_month + 1
    base = max(person.contribution_base_amount or 0, _LOWEST_BASE_2025)
    own_share = base * OWN_SHARE_MICRO // MICRO + LARGE_MEDICAL_AID
    special = sum(amount for _, amount in person.special_deductions)
    return (
        person.employee_no,
        person.name,
        str(last),
        months,
        format_fen(person.average_monthly_wage_amount * months),
        format_fen(own_share * months),
        format_fen(special * months),
        "0.00",
        "0.00",
        "0.00",
    )


def write_output(path: Path, produced: Sequence[Produced]) -> None:
    """Write the output list of a month."""
    heads = (
        "工号",
        "姓名",
        "日期",
        "任务类型",
        "批次",
        "提交数量",
        "合格数量",
        "不合格数量",
        "返工数量",
    )
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


def write_group_output(path: Path, company: DemoCompany, produced: Sequence[Produced]) -> None:
    """Write what a team made together in a month: one row a member, in whose points it is shared."""
    heads = (
        "日期",
        "小组",
        "任务类型",
        "批次",
        "提交数量",
        "合格数量",
        "不合格数量",
        "返工数量",
        "分配方式",
        "工号",
        "姓名",
        "工分",
    )
    works: dict[tuple[dt.date, str, str], list[Produced]] = {}
    for row in produced:
        works.setdefault((row.on, row.task_type, row.batch), []).append(row)
    write_table(
        path,
        heads,
        (
            (
                on,
                company.teams[row.person.team],
                task_type,
                batch,
                sum(each.submitted_qty for each in rows),
                sum(each.accepted_qty for each in rows),
                sum(each.rejected_qty for each in rows),
                sum(each.reworked_qty for each in rows),
                "工分",
                row.person.employee_no,
                row.person.name,
                _points(row.person),
            )
            for (on, task_type, batch), rows in sorted(works.items())
            for row in rows
        ),
    )


def _points(person: DemoPerson) -> str:
    """Return the points of a day's work by skill: 12.3 for a speed of 123 %."""
    return format_micro(person.speed * MICRO // 10)


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


def write_pay_entries(path: Path, people: Sequence[DemoPerson], period: PayPeriod) -> None:
    """Write what is agreed or declared beside output and time, from a month on."""
    heads = ("工号", "类别", "项目", "起始月份", "终止月份", "金额(元)")
    write_table(path, heads, (row for person in people for row in _entry_rows(person, period)))


def _entry_rows(person: DemoPerson, period: PayPeriod) -> Iterator[tuple[Value, ...]]:
    start = str(max(period, PayPeriod.of(person.hired_on)))
    only = str(_DAMAGES_MONTH)
    for code, amount in person.special_deductions:
        item = _DECLARED[code]
        yield person.employee_no, "专项附加扣除", item, start, None, format_fen(amount)
    if person.employment_type not in FULL_TIME:
        return
    yield person.employee_no, "不计税应发项", "误餐补助", start, None, "60.00"
    if person.base_pay_amount:
        yield person.employee_no, "应发项", "技能津贴", start, None, "300.00"
    if person.employee_no[-2:] == "15":
        yield person.employee_no, "损失赔偿", None, only, only, "900.00"


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
