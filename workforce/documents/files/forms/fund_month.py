"""Housing fund of a month: base, rates and both shares of each person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce.core.money import format_micro
from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Row, Subject, total
from workforce.documents.files.forms._filing import borne, deducted, who
from workforce.documents.files.layout import read_layout

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData

_FUND = "housing_fund"


def _rows(data: FileData) -> list[Row]:
    return [
        {
            **who(person.person),
            "base": figures.base,
            "own_rate": _percent(figures.own_rate),
            "employer_rate": _percent(figures.employer_rate),
            "own": figures.own,
            "employer": figures.employer,
            "both": figures.own + figures.employer,
            "remark": "",
        }
        for person in data.filed.people
        for (scheme, _), figures in person.schemes.items()
        if scheme == _FUND
    ]


def _percent(rate_micro: int) -> str:
    return f"{format_micro(rate_micro * 100)}%"


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    return [
        Control(
            label=Text("个人缴存额", "Own share"),
            figure=total(rows, "own"),
            due=deducted(data, {"housing_fund"}),
        ),
        Control(
            label=Text("单位缴存额", "Employer's share"),
            figure=total(rows, "employer"),
            due=borne(data, {"employer_housing_fund"}),
        ),
    ]


FORM = FileForm(
    code="fund_month",
    label=Text("住房公积金汇缴清册", "Housing fund of the month"),
    group=Group.FUND,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
)
