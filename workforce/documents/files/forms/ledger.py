"""农民工工资支付台账: what 《保障农民工工资支付条例》 art 15 wants written down of each person and month.

To be kept three years; it is made anew from the stored results at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from workforce.core.errors import InputError
from workforce.core.money import MICRO, round_half_up
from workforce.core.results import LineKind, WagePart
from workforce.core.text import Text
from workforce.documents.files.form import (
    Control,
    FileForm,
    Group,
    Remark,
    Row,
    Subject,
    remark_on,
    total,
)
from workforce.documents.files.layout import read_layout
from workforce.documents.files.reading import FileData, PersonPay
from workforce.payroll.queries import INCOME_TAXES, OWN_CONTRIBUTIONS
from workforce.platform.formatting import moment

_FUND: Final = "housing_fund"
_MINUTES_PER_HOUR: Final = 60
_HUNDREDTHS: Final = 100
_PARTS: Final = {
    WagePart.PIECE: "piece",
    WagePart.TIME: "time",
    WagePart.OVERTIME: "overtime",
    WagePart.BONUS: "bonus_allowance",
    WagePart.ALLOWANCE: "bonus_allowance",
}
_OTHER: Final = "special"
_MINUTES: Final = (
    "normal_minutes",
    "weekday_overtime_minutes",
    "rest_day_overtime_minutes",
    "holiday_overtime_minutes",
)


def _rows(data: FileData) -> list[Row]:
    return [_row(data, one) for one in data.people]


def _row(data: FileData, one: PersonPay) -> Row:
    earned = dict.fromkeys((*_PARTS.values(), _OTHER), 0)
    for line in one.lines():
        if line.kind in {LineKind.EARNING, LineKind.REDUCTION}:
            part = _PARTS.get(line.wage_part, _OTHER) if line.wage_part else _OTHER
            earned[part] += line.signed
    insurance = [code for code in OWN_CONTRIBUTIONS if code != _FUND]
    deducted = one.amount(LineKind.DEDUCTION)
    known = {
        "insurance": one.amount(LineKind.DEDUCTION, *insurance),
        "fund": one.amount(LineKind.DEDUCTION, _FUND),
        "tax": one.amount(LineKind.DEDUCTION, *INCOME_TAXES),
    }
    half_days = 2 * one.total("attended_days") + one.total("has_attended_half")
    minutes = sum(one.total(name) for name in _MINUTES)
    paid_on = [paid.on for paid in one.paid if paid.on]
    references = dict.fromkeys(paid.reference for paid in one.paid if paid.reference)
    return {
        "employee_no": one.person.employee_no,
        "company_name": data.company.name,
        "period": f"{data.period.first_on} 至 {data.period.last_on}",
        "paid_on": max(paid_on, default=None),
        "name": one.person.name,
        "id_number": one.person.id_number,
        "phone": one.person.phone,
        "days": half_days * MICRO // 2,
        "hours": round_half_up(minutes * _HUNDREDTHS, _MINUTES_PER_HOUR) * (MICRO // _HUNDREDTHS),
        **earned,
        "gross": one.total("gross_pay_amount"),
        **known,
        "other": deducted - sum(known.values()),
        "deducted": deducted,
        "net": one.total("net_pay_amount"),
        "reference": "、".join(references),
        "signed": moment(one.signed_at) if one.signed_at else "",
        "unpaid": one.total("net_pay_amount") - sum(paid.amount for paid in one.paid),
    }


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    totals, earned = data.run_totals, (*dict.fromkeys(_PARTS.values()), _OTHER)
    return [
        Control(
            label=Text("人数", "People"),
            figure=len(rows),
            due=len({slip.row.employment_id for one in data.people for slip in one.slips}),
            is_count=True,
        ),
        Control(
            label=Text("应发各项之和", "Sum of the earnings"),
            figure=sum(total(rows, field) for field in earned),
            due=totals.gross_pay,
        ),
        Control(
            label=Text("应发减扣除", "Gross less deductions"),
            figure=total(rows, "gross") - total(rows, "deducted"),
            due=totals.net_pay,
        ),
        Control(label=Text("实发合计", "Net pay"), figure=total(rows, "net"), due=totals.net_pay),
    ]


def _remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    """Name whose entry the inspectors would find incomplete: no phone, not paid yet."""
    del data
    for row in rows:
        if not row["phone"]:
            yield remark_on(row, InputError("file.ledger_no_phone"))
        if row["unpaid"]:
            yield remark_on(row, InputError("file.ledger_unpaid"))


def _heads(data: FileData, rows: Sequence[Row]) -> Row:
    month = f"{data.period.year}年{data.period.month}月"
    return {"title": f"{data.company.name} {month} 农民工工资支付台账", "count": len(rows)}


FORM = FileForm(
    code="ledger",
    label=Text("农民工工资支付台账", "Wage payment ledger"),
    group=Group.LEDGER,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
    heads=_heads,
    remarks=_remarks,
)
