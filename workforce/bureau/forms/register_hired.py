"""The register of employment (就业登记花名册): who was hired, by name; for the company alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.bureau.form import ReportForm
from workforce.bureau.forms._register import DATE, register
from workforce.bureau.report import ListColumn, Report
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text
from workforce.subsidies import registers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_COLUMNS: Final = (
    ListColumn(Text("姓名", "Name"), width=8),
    ListColumn(Text("性别", "Sex"), width=4),
    ListColumn(Text("公民身份号码", "ID number"), width=19),
    ListColumn(Text("文化程度", "Education"), width=9),
    ListColumn(Text("户口", "Household"), width=5),
    ListColumn(Text("户籍乡镇", "Township"), width=10),
    ListColumn(Text("人员类别", "Key groups"), width=12),
    ListColumn(Text("联系电话", "Telephone"), width=12),
    ListColumn(Text("岗位", "Position"), width=8),
    ListColumn(Text("用工形式", "Employment type"), width=9),
    ListColumn(Text("就业日期", "Hired on"), DATE, width=11),
    ListColumn(Text("劳动合同", "Contract"), width=10),
    ListColumn(Text("合同到期", "Contract until"), DATE, width=11),
)


def _fill(session: Session, scope: Scope, period: ReportPeriod) -> Report:
    rows = [
        (
            one.name,
            one.sex,
            one.id_number,
            one.education,
            one.household,
            one.township,
            one.groups,
            one.phone,
            one.position,
            one.employment_type,
            one.hired_on,
            one.contract,
            one.contract_until,
        )
        for one in registers.hired(session, scope, period.first.first_on, period.last.last_on)
    ]
    return register(session, FORM, scope, period, _COLUMNS, rows)


FORM: Final = ReportForm(
    code="register_hired",
    numbers={
        Span.MONTH: Text("企花月 1 表", "CO-M 1"),
        Span.QUARTER: Text("企花季 1 表", "CO-Q 1"),
    },
    title=Text("就业登记花名册", "Register of employment"),
    summary=Text(
        "本期新招用的人，有姓名、证件号码、人员类别和合同；办理就业登记用。",
        "Who was hired in the period, with name, ID number, key groups and contract.",
    ),
    audience="company",
    fill_named=_fill,
)
