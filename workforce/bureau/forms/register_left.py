"""The register of leaving (离职花名册): who left, by name and reason; for the company alone."""

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
    ListColumn(Text("人员类别", "Key groups"), width=14),
    ListColumn(Text("联系电话", "Telephone"), width=12),
    ListColumn(Text("岗位", "Position"), width=9),
    ListColumn(Text("用工形式", "Employment type"), width=9),
    ListColumn(Text("就业日期", "Hired on"), DATE, width=11),
    ListColumn(Text("离职日期", "Left on"), DATE, width=11),
    ListColumn(Text("离职原因", "Reason of leaving"), width=16),
    ListColumn(Text("劳动合同", "Contract"), width=12),
)


def _fill(session: Session, scope: Scope, period: ReportPeriod) -> Report:
    rows = [
        (
            one.name,
            one.sex,
            one.id_number,
            one.groups,
            one.phone,
            one.position,
            one.employment_type,
            one.hired_on,
            one.separated_on,
            one.separation_reason,
            one.contract,
        )
        for one in registers.left(session, scope, period.first.first_on, period.last.last_on)
    ]
    return register(session, FORM, scope, period, _COLUMNS, rows)


FORM: Final = ReportForm(
    code="register_left",
    numbers={
        Span.MONTH: Text("企花月 2 表", "CO-M 2"),
        Span.QUARTER: Text("企花季 2 表", "CO-Q 2"),
    },
    title=Text("离职人员花名册", "Register of leaving"),
    summary=Text(
        "本期离职的人，有姓名、证件号码、离职日期和原因；办理停保和失业登记用。",
        "Who left in the period, with name, ID number, day and reason of leaving.",
    ),
    audience="company",
    fill_named=_fill,
)
