"""Social insurance of a month: a row for each person, scheme and month that is paid for, both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workforce.core.errors import InputError
from workforce.core.money import format_fen
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Remark, Row, Subject, total
from workforce.documents.files.forms._filing import borne, deducted, who
from workforce.documents.files.layout import read_layout
from workforce.documents.filing_facts import EMPLOYER_CODES, GIVEN_TOTAL, OWN_CODES

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData

_FUND = "housing_fund"
_FUND_CODES = ("housing_fund", "employer_housing_fund")


def _rows(data: FileData) -> list[Row]:
    month = data.filed
    return [
        {
            **who(person.person),
            "scheme": term(f"filing_item.{scheme}").zh,
            "base": figures.base or None,
            "from_month": paid_for,
            "own": figures.own,
            "employer": figures.employer,
            "both": figures.own + figures.employer,
            "remark": "" if paid_for == str(month.period) else "补差",
        }
        for person in month.people
        for (scheme, paid_for), figures in person.schemes.items()
        if scheme != _FUND
    ]


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    own = [code for code in OWN_CODES if code not in {*_FUND_CODES, GIVEN_TOTAL}]
    employer = [code for code in EMPLOYER_CODES if code not in _FUND_CODES]
    return [
        Control(
            label=Text("个人应缴", "Own share"),
            figure=total(rows, "own"),
            due=deducted(data, own),
        ),
        Control(
            label=Text("单位应缴", "Employer's share"),
            figure=total(rows, "employer"),
            due=borne(data, employer),
        ),
    ]


def _remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    del rows
    for person in data.filed.people:
        given = sum(figures.own.get(GIVEN_TOTAL, 0) for figures in person.taxed.values())
        if given:
            yield Remark(
                error=InputError("filing.given_total_left_out", amount=format_fen(given)),
                employee_no=person.person.employee_no,
                name=person.person.name,
            )


FORM = FileForm(
    code="insurance_month",
    position=-1,
    label=Text("社会保险费申报", "Social insurance of the month"),
    group=Group.INSURANCE,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
    remarks=_remarks,
)
