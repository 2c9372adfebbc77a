"""Social insurance: who is newly insured from this month on, and who is insured in it for the last time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Row, Subject
from workforce.documents.files.forms._filing import who
from workforce.documents.files.layout import read_layout

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData

_ADDITION, _REMOVAL = "增员", "减员"


def _rows(data: FileData) -> list[Row]:
    month = data.filed
    return [
        {
            **who(change.person),
            "change": _ADDITION if change.is_addition else _REMOVAL,
            "month": str(month.period),
            "base": change.base,
            "hired_on": change.person.hired_on,
            "separated_on": change.person.separated_on,
            "phone": change.person.phone,
            "remark": "" if change.is_addition else "本月为最后缴费月",
        }
        for change in month.facts.changes
    ]


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    facts = data.filed.facts
    added = sum(row["change"] == _ADDITION for row in rows)
    return [
        Control(
            label=Text("本月参保人数", "People insured in the month"),
            figure=facts.insured_before - facts.ended_before + added,
            due=facts.insured_now,
            is_count=True,
        )
    ]


FORM = FileForm(
    code="insurance_changes",
    label=Text("社会保险增减员", "Social insurance: joiners and leavers"),
    group=Group.INSURANCE,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
)
