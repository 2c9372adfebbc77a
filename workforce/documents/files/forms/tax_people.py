"""Tax client, 人员信息采集: everybody who is filed. What nobody has said stays empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError
from workforce.core.identity import IdNumber, parse_id_number
from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Remark, Row, Subject
from workforce.documents.files.forms._filing import who
from workforce.documents.files.layout import read_layout

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData
    from workforce.documents.filing_month import FiledPerson

_EMPLOYED_AS: Final = {
    "cumulative": "雇员",
    "intern": "实习学生（全日制学历教育）",
    "platform": "平台内从业人员",
    "labor_service": "其他",
}
"""任职受雇从业类型 by the way of taxation: it says in which sheet the client looks for the person."""
_SEXES: Final = {"1": "男", "2": "女"}


def _rows(data: FileData) -> list[Row]:
    month = data.filed
    return [_row(person, month.facts.disabled) for person in month.people]


def _row(filed: FiledPerson, disabled: frozenset[int]) -> Row:
    person = filed.person
    identity = _identity(person.id_number)
    is_wage = filed.tax_method == "cumulative"
    return {
        **who(person),
        "sex": _SEXES[identity.sex] if identity else None,
        "born_on": identity.born_on if identity else None,
        "employed_as": _EMPLOYED_AS.get(filed.tax_method or "", ""),
        "first_year": "当年首次入职其他人员" if filed.is_first_wage_of_year else "",
        "phone": person.phone,
        "hired_on": person.hired_on,
        "separated_on": person.separated_on,
        "disabled": "是" if person.person_id in disabled else "",
        "basic": "是" if is_wage else "",
        "remark": "",
    }


def _identity(id_number: str) -> IdNumber | None:
    """Return what an ID number says; of one that is none nothing, and the columns ask for it."""
    try:
        return parse_id_number(id_number)
    except InputError:
        return None


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    return [
        Control(
            label=Text("人数", "People"),
            figure=len({row["id_number"] for row in rows}),
            due=len({pay.person.person_id for pay in data.people}),
            is_count=True,
        )
    ]


def _remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    del data
    for row in rows:
        number, name = str(row["employee_no"]), str(row["name"])
        if not row["phone"]:
            yield Remark(error=InputError("filing.no_phone"), employee_no=number, name=name)
        if row["disabled"]:
            error = InputError("filing.disabled_number")
            yield Remark(error=error, employee_no=number, name=name)


FORM = FileForm(
    code="tax_people",
    position=-2,
    label=Text("扣缴端：人员信息采集", "Tax client: people"),
    group=Group.TAX,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
    remarks=_remarks,
)
