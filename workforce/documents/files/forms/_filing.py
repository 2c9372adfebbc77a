"""What the files of income tax and of insurance share: whose row it is, and the totals that must tie.

The sums of all tax files and of what is no income come to the gross pay of the runs: so nobody is
missing and nobody is told twice. The runs' own totals stand against the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from workforce.core.results import LineKind
from workforce.core.text import Text
from workforce.documents.files.form import Control, Row, total
from workforce.documents.filing_facts import OWN_CODES, TAX_CODES
from workforce.documents.filing_month import (
    BONUS_ITEM,
    CONTINUOUS,
    LABOR,
    SEVERANCE_ITEM,
    WAGES,
    FilingMonth,
)

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData

ITEMS: Final = (WAGES, LABOR, CONTINUOUS, BONUS_ITEM, SEVERANCE_ITEM)


def who(person: Any) -> dict[str, Any]:
    """Return the cells that name somebody; ``person`` is a row of people's ``register``."""
    return {
        "employee_no": person.employee_no,
        "name": person.name,
        "id_number": person.id_number,
        "nothing": 0,
    }


def tax_controls(
    data: FileData, month: FilingMonth, rows: Sequence[Row], *items: str
) -> list[Control]:
    """Compare the rows of one tax file with the month's runs, less what stands in the other files.

    ``rows`` have ``income`` (with what is free of tax), ``own`` and ``tax``.
    """
    others = [item for item in ITEMS if item not in items]
    elsewhere = month.income(*others) + month.not_income
    return [
        Control(
            label=Text("本期收入", "Income of the month"),
            figure=total(rows, "income"),
            due=data.run_totals.gross_pay - elsewhere,
        ),
        Control(
            label=Text("个人社保公积金", "Own insurance and fund"),
            figure=total(rows, "own"),
            due=deducted(data, OWN_CODES) - month.own(*others),
        ),
        Control(
            label=Text("本期应扣个税", "Tax withheld in the month"),
            figure=total(rows, "tax"),
            due=deducted(data, TAX_CODES) - month.tax(*others),
        ),
    ]


def deducted(data: FileData, codes: Collection[str]) -> int:
    """Return what the runs have deducted under some codes: gross less net less all other deductions."""
    totals = data.run_totals
    return totals.gross_pay - totals.net_pay - _others(data, LineKind.DEDUCTION, codes)


def borne(data: FileData, codes: Collection[str]) -> int:
    """Return what the employer bears under some codes, by the runs' own totals."""
    totals = data.run_totals
    return totals.employer_cost - totals.gross_pay - _others(data, LineKind.EMPLOYER, codes)


def _others(data: FileData, kind: LineKind, codes: Collection[str]) -> int:
    return sum(
        line.amount
        for person in data.people
        for line in person.lines()
        if line.kind is kind and line.code not in codes
    )
