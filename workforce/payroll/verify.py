"""Whether a stored run still is what its inputs give: computed again and compared bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.payroll.compute import company_in, compute
from workforce.payroll.record import Sheet, read_sheet
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.payroll.compute import Computed
    from workforce.payroll.models import PayrollRun

_ABSENT: Final = "—"
_TOTALS: Final = ("gross_pay_amount", "net_pay_amount", "employer_cost_amount")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what was computed, or was not what is stored.

    ``where`` names the run, or an employee number and perhaps a line; ``what`` the column.
    """

    where: str
    what: str
    stored: object
    computed: object

    def text(self) -> Text:
        """Return it as one line."""
        return Text(
            f"{self.where} {self.what}：存储 {self.stored}，重算 {self.computed}",
            f"{self.where} {self.what}: stored {self.stored}, computed {self.computed}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """``remarks`` change no figure: law data or code that are not those of the run any more."""

    differences: tuple[Difference, ...]
    remarks: tuple[Difference, ...]
    payslip_count: int


def verify_stored(session: Session, scope: Scope, run: PayrollRun, book: LawBook) -> Verification:
    """Compute a run again from what is stored now and compare everything."""
    period = PayPeriod.parse(run.period)
    computed = compute(session, company_in(session, scope, run.company_id), period, book)
    stored = read_sheet(session, run.id, _numbers(session, run.company_id))
    return Verification(
        differences=tuple(_differences(run, stored, computed)),
        remarks=tuple(
            _unequal(
                "run",
                {"law_hash": run.law_hash, "code_version": run.code_version},
                {"law_hash": computed.hashes.law, "code_version": computed.hashes.code_version},
            )
        ),
        payslip_count=stored.size,
    )


def _numbers(session: Session, company_id: int) -> dict[int, str]:
    """Return employee numbers by employment, of everybody who ever worked for the company."""
    everybody = people.all_employments(Scope.company(company_id)).subquery()
    rows = session.execute(
        everybody.select().with_only_columns(everybody.c.employment_id, everybody.c.employee_no)
    )
    return {row.employment_id: row.employee_no for row in rows}


def _differences(run: PayrollRun, stored: Sheet, computed: Computed) -> Iterator[Difference]:
    sheet = computed.sheet
    wanted: dict[str, object] = {
        "input_hash": computed.hashes.inputs,
        "result_hash": computed.hashes.results,
        "payslip_count": sheet.size,
        "fault_count": len({fault.employment_id for fault in computed.faults}),
        **{name: sheet.total(name) for name in _TOTALS},
    }
    yield from _unequal("run", {name: getattr(run, name) for name in wanted}, wanted)
    if stored.hash() != sheet.hash():
        yield from _unequal_slips(stored, sheet)


def _unequal(
    where: str, stored: Mapping[str, object], computed: Mapping[str, object]
) -> Iterator[Difference]:
    for name, value in stored.items():
        if value != computed[name]:
            yield Difference(where, name, value, computed[name])


def _unequal_slips(stored: Sheet, computed: Sheet) -> Iterator[Difference]:
    """Compare payslip by payslip, line by line."""
    there, here = _by_number(stored), _by_number(computed)
    for number in sorted(there.keys() | here.keys()):
        if number not in there or number not in here:
            is_there = number in there
            yield Difference(
                number,
                "payslip",
                number if is_there else _ABSENT,
                _ABSENT if is_there else number,
            )
            continue
        yield from _unequal(number, there[number][0], here[number][0])
        yield from _unequal_lines(number, there[number][1], here[number][1])


def _unequal_lines(
    number: str, stored: Sequence[dict[str, Any]], computed: Sequence[dict[str, Any]]
) -> Iterator[Difference]:
    for position, (there, here) in enumerate(zip_longest(stored, computed), start=1):
        line = there or here
        where = f"{number} {line['code']} ({position})"
        if there is None or here is None:
            yield Difference(
                where,
                "line",
                there["amount"] if there else _ABSENT,
                here["amount"] if here else _ABSENT,
            )
        else:
            yield from _unequal(where, there, here)


def _by_number(sheet: Sheet) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return each payslip's columns and lines by employee number."""
    found: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
        number: ({name: values[row] for name, values in sheet.slips.items()}, [])
        for row, number in enumerate(sheet.employee_nos)
    }
    for row, owner in enumerate(sheet.owner):
        line = {name: values[row] for name, values in sheet.lines.items()}
        found[sheet.employee_nos[owner]][1].append(line)
    return found
