"""Tax client, 正常工资薪金所得: wages of the month, deductions of the year so far.

What is no income for the tax (误餐补助, 差旅费津贴) is in neither 本期收入 nor 本期免税收入.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError
from workforce.core.money import format_fen
from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Remark, Row, Subject
from workforce.documents.files.forms._filing import tax_controls, who
from workforce.documents.files.layout import read_layout
from workforce.documents.filing_facts import GIVEN_TOTAL
from workforce.documents.filing_month import WAGES

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData
    from workforce.documents.filing_month import FiledPerson, TaxFigures

_SPECIAL: Final = (
    "child_education",
    "housing_loan_interest",
    "rent",
    "elderly_support",
    "infant_care",
)


def _rows(data: FileData) -> list[Row]:
    return [_row(person, figures) for person, figures in data.filed.of_item(WAGES)]


def _row(person: FiledPerson, figures: TaxFigures) -> Row:
    special, month = person.special(), person.claims.month
    given = figures.own[GIVEN_TOTAL]
    return {
        **who(person.person),
        "income": figures.income,
        "exempt": 0,
        "pension": figures.own["pension"],
        # The client has no column for large-sum medical aid, which is part of medical insurance.
        "medical": figures.own["medical"] + figures.own["large_medical"],
        "unemployment": figures.own["unemployment"],
        "fund": figures.own["housing_fund"],
        **{code: special.get(code, 0) for code in _SPECIAL},
        "continuing_education": special.get("continuing_education", 0)
        + special.get("professional_certificate", 0),
        "personal_pension": figures.personal_pension,
        "annuity": month.get("annuity", 0),
        "commercial_health": month.get("commercial_health", 0),
        "other": given,
        "remark": "社保公积金个人合计，未分险种" if given else "",
        "own": figures.own_total,
        "tax": figures.tax,
    }


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    month = data.filed
    return [
        Control(
            label=Text("人数", "People"),
            figure=len({row["id_number"] for row in rows}),
            due=len(rows),
            is_count=True,
        ),
        *tax_controls(data, month, rows, WAGES),
    ]


def _remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    del rows
    for person, figures in data.filed.of_item(WAGES):
        who_is = {"employee_no": person.person.employee_no, "name": person.person.name}
        if figures.own[GIVEN_TOTAL]:
            amount = format_fen(figures.own[GIVEN_TOTAL])
            yield Remark(error=InputError("filing.given_total", amount=amount), **who_is)
        if person.unsplit_special:
            amount = format_fen(person.unsplit_special)
            yield Remark(error=InputError("filing.unsplit_special", amount=amount), **who_is)


FORM = FileForm(
    code="tax_wages",
    position=-1,
    label=Text("扣缴端：正常工资薪金所得", "Tax client: wages"),
    group=Group.TAX,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
    remarks=_remarks,
)
