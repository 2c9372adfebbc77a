"""Whose key group is on record without the paper that shows it; for the company alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.bureau.form import ReportForm
from workforce.bureau.forms._register import register
from workforce.bureau.report import ListColumn, Report
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text
from workforce.subsidies import registers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_COLUMNS: Final = (
    ListColumn(Text("工号", "Number"), width=10),
    ListColumn(Text("姓名", "Name"), width=10),
    ListColumn(Text("登记的身份", "Key groups"), width=30),
    ListColumn(Text("缺少的材料", "Missing"), width=30),
)


def _fill(session: Session, scope: Scope, period: ReportPeriod) -> Report:
    rows = [
        (one.employee_no, one.name, one.groups, one.missing)
        for one in registers.unproven(session, scope, period.last.last_on)
    ]
    return register(session, FORM, scope, period, _COLUMNS, rows)


FORM: Final = ReportForm(
    code="register_unproven",
    numbers={Span.MONTH: Text("企花月 3 表", "CO-M 3")},
    title=Text("重点群体缺材料名单", "Key groups without evidence"),
    summary=Text(
        "月末在职、登记为重点群体但没有有效证明材料的人，催办材料用。",
        "Who is on record in a key group at the end of the month without valid evidence.",
    ),
    audience="company",
    fill_named=_fill,
)
