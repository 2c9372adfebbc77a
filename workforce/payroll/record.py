"""Results as rows, and rows as stored: the payslips and lines of one run, column by column."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from sqlalchemy import Table, select

from workforce.core.rules.leave import HALVES
from workforce.payroll.hashing import Fingerprint
from workforce.payroll.models import PayrollFault, Payslip, PayslipLine
from workforce.platform.bulk import Values, insert_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.core.money import Column
    from workforce.core.period import PayPeriod
    from workforce.core.results import LineBlock, NoteBlock, Results
    from workforce.payroll.facts.assemble import Assembled, PersonFault

_PUBLIC_ID_BYTES: Final = 16

# Column of the payslip → where the results have it.
_SLIP_COLUMNS: Final[Mapping[str, Callable[[Results], Column]]] = {
    "gross_pay_amount": lambda results: results.gross_pay_fen,
    "net_pay_amount": lambda results: results.net_pay_fen,
    "employer_cost_amount": lambda results: results.employer_cost_fen,
    "scheduled_days": lambda results: results.time.scheduled_days,
    "attended_days": lambda results: results.time.attended_half_days // HALVES,
    "paid_leave_days": lambda results: results.time.paid_leave_half_days // HALVES,
    "unpaid_days": lambda results: results.time.unpaid_half_days // HALVES,
    "holiday_days": lambda results: results.time.holiday_days,
    "normal_minutes": lambda results: results.time.normal_minutes,
    "weekday_overtime_minutes": lambda results: results.time.weekday_overtime_minutes,
    "rest_day_overtime_minutes": lambda results: results.time.rest_day_overtime_minutes,
    "holiday_overtime_minutes": lambda results: results.time.holiday_overtime_minutes,
    "night_shift_count": lambda results: results.time.night_shift_count,
    "late_count": lambda results: results.time.late_count,
    "counted_wage_amount": lambda results: results.counted_wage_fen,
    "floor_amount": lambda results: results.floor_fen,
    "tax_income_amount": lambda results: results.year_to_date.income_fen,
    "tax_insurance_and_fund_amount": lambda results: results.year_to_date.insurance_and_fund_fen,
    "tax_special_amount": lambda results: results.year_to_date.special_fen,
    "tax_other_amount": lambda results: results.year_to_date.other_fen,
    "tax_personal_pension_amount": lambda results: results.year_to_date.personal_pension_fen,
    "tax_certificate_amount": lambda results: results.year_to_date.certificate_fen,
    "tax_basic_amount": lambda results: results.tax.cumulative_basic_fen,
    "tax_taxable_amount": lambda results: results.tax.cumulative_taxable_fen,
    "tax_rate": lambda results: results.tax.rate_micro,
    "tax_quick_amount": lambda results: results.tax.quick_deduction_fen,
    "tax_withheld_amount": lambda results: results.year_to_date.withheld_fen,
    "tax_months": lambda results: results.year_to_date.months,
}
_SLIP_FLAGS: Final[Mapping[str, Callable[[Results], Any]]] = {
    "is_separate_bonus_used": lambda results: results.year_to_date.is_separate_bonus_used,
    "has_rent": lambda results: results.year_to_date.has_rent,
    "has_housing_loan": lambda results: results.year_to_date.has_housing_loan,
}
_SLIP_HALVES: Final[Mapping[str, Callable[[Results], Any]]] = {
    "has_attended_half": lambda results: results.time.attended_half_days % HALVES > 0,
    "has_paid_leave_half": lambda results: results.time.paid_leave_half_days % HALVES > 0,
    "has_unpaid_half": lambda results: results.time.unpaid_half_days % HALVES > 0,
}
"""Half a day more than the column of days says."""
SLIP_NUMBERS: Final = (*_SLIP_COLUMNS, *_SLIP_FLAGS, *_SLIP_HALVES)
SAID_IF_ANY: Final = tuple(_SLIP_HALVES)
"""Columns that a fingerprint leaves out where no payslip has them."""
LINE_TEXTS: Final = ("code", "kind", "wage_part", "detail", "reference", "operands")
LINE_NUMBERS: Final = ("seq", "quantity", "rate", "amount")

_slips = cast("Table", Payslip.__table__)
_lines = cast("Table", PayslipLine.__table__)
_faults = cast("Table", PayrollFault.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The payslips of one run, in order of employee number, and their lines in order of payslip.

    ``slips`` and ``lines`` have the columns of the tables, without keys; ``owner`` is the position of
    each line's payslip. ``notes`` is JSON text.
    """

    employee_nos: tuple[str, ...]
    employment_ids: tuple[int, ...]
    slips: Mapping[str, Values]
    owner: Values
    lines: Mapping[str, Values]

    @property
    def size(self) -> int:
        """Number of payslips."""
        return len(self.employee_nos)

    def total(self, name: str) -> int:
        """Return the sum of an amount over all payslips, in fen."""
        return int(np.sum(self.slips[name]))

    def hash(self) -> str:
        """Return the fingerprint of everything the payslips say."""
        print_ = Fingerprint()
        print_.add_texts("employee_no", self.employee_nos)
        for name in (*_SLIP_COLUMNS, *_SLIP_FLAGS):
            print_.add_numbers(name, self.slips[name])
        for name in _SLIP_HALVES:
            # Nothing is added where there are none: runs of before halves keep their fingerprint.
            if np.any(self.slips[name]):
                print_.add_numbers(name, self.slips[name])
        print_.add_texts("notes", self.slips["notes"])
        print_.add_numbers("owner", self.owner)
        for name in LINE_NUMBERS:
            print_.add_numbers(name, self.lines[name])
        for name in LINE_TEXTS:
            print_.add_texts(name, self.lines[name])
        return print_.text()


def make_sheet(assembled: Assembled, results: Results) -> Sheet:
    """Turn results into payslips; people with a fault have none."""
    faulty = {fault.employee for fault in results.faults}
    rows = [row for row in range(results.size) if row not in faulty]
    position = np.full(results.size, -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))
    columns = {**_SLIP_COLUMNS, **_SLIP_FLAGS, **_SLIP_HALVES}
    slips: dict[str, Values] = {name: column(results)[rows] for name, column in columns.items()}
    notes = _notes(results.notes)
    slips["notes"] = [canonical_json(notes.get(row, [])) for row in rows]
    owner, lines = _line_columns(results.lines, position)
    return Sheet(
        employee_nos=tuple(assembled.employee_nos[row] for row in rows),
        employment_ids=tuple(assembled.employment_ids[row] for row in rows),
        slips=slips,
        owner=owner,
        lines=lines,
    )


def canonical_json(value: Any) -> str:
    """Write JSON in the one form that is stored and hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _notes(blocks: Sequence[NoteBlock]) -> dict[int, list[dict[str, Any]]]:
    """Return each employee's notes in the order of the blocks."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for block in blocks:
        for row, employee in enumerate(block.employee.tolist()):
            note: dict[str, Any] = {
                "code": block.code,
                "params": {name: int(column[row]) for name, column in block.params.items()},
            }
            if block.detail is not None:
                note["detail"] = block.details[int(block.detail[row])]
            if block.blocks_approval:
                note["blocks"] = True
            found[employee].append(note)
    return dict(found)


def _line_columns(
    blocks: Sequence[LineBlock], position: Column
) -> tuple[Column, dict[str, Values]]:
    """Line up all blocks by payslip; within one, the order of the blocks is the order of the lines."""
    if not blocks:
        return np.zeros(0, np.int64), {name: [] for name in (*LINE_NUMBERS, *LINE_TEXTS)}
    owner = position[np.concatenate([block.employee for block in blocks])]
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    starts = np.searchsorted(owner, owner, side="left")
    columns: dict[str, Values] = {
        "seq": np.arange(owner.size) - starts + 1,
        "amount": np.concatenate([block.amount_fen for block in blocks])[order],
    }
    for name, values in _BLOCK_VALUES.items():
        joined = [value for block in blocks for value in values(block)]
        columns[name] = np.array([*joined, None], dtype=object)[order].tolist()
    return owner, columns


def _repeat(block: LineBlock, value: str | None) -> list[str | None]:
    return [value] * block.employee.size


def _optional(block: LineBlock, column: Column | None) -> Sequence[int | None]:
    return [None] * block.employee.size if column is None else column.tolist()


def _details(block: LineBlock) -> Sequence[str | None]:
    if block.detail is None:
        return _repeat(block, None)
    return [block.details[index] for index in block.detail.tolist()]


_HALF_DAYS: Final = "_half_days"


def _operands(block: LineBlock) -> Iterator[str]:
    """Write each row's operands as JSON, keys sorted.

    Half days that come to whole ones are stored as days: lines without a half stay what they were
    before there were halves.
    """
    columns = block.operands
    if not columns:
        return iter(["{}"] * block.employee.size)
    halves = [name for name in columns if name.endswith(_HALF_DAYS)]
    if any((columns[name] % HALVES).any() for name in halves):
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return (
            json.dumps(_in_days(dict(zip(columns, row, strict=True))), separators=(",", ":"))
            for row in rows
        )
    columns = _in_days(columns)
    template = "{" + ",".join(f"{json.dumps(name)}:%d" for name in columns) + "}"
    return (template % row for row in zip(*(one.tolist() for one in columns.values()), strict=True))


def _in_days(operands: Mapping[str, Any]) -> dict[str, Any]:
    """Say half days as days where nothing is left over; names sorted. A value or a column each."""
    said = {}
    for name, value in operands.items():
        if name.endswith(_HALF_DAYS) and not np.any(value % HALVES):
            said[f"{name.removesuffix(_HALF_DAYS)}_days"] = value // HALVES
        else:
            said[name] = value
    return dict(sorted(said.items()))


_BLOCK_VALUES: Final[Mapping[str, Callable[[LineBlock], Any]]] = {
    "code": lambda block: _repeat(block, block.code),
    "kind": lambda block: _repeat(block, block.kind.value),
    "wage_part": lambda block: _repeat(block, block.wage_part and block.wage_part.value),
    "detail": _details,
    "quantity": lambda block: _optional(block, block.quantity_micro),
    "rate": lambda block: _optional(block, block.rate_micro),
    "reference": lambda block: _repeat(block, block.reference),
    "operands": _operands,
}


def write_sheet(session: Session, run_id: int, period: PayPeriod, sheet: Sheet) -> None:
    """Insert payslips and lines in the caller's unit of work, through the driver's bulk path."""
    size = sheet.size
    insert_columns(
        session,
        _slips,
        {
            "run_id": [run_id] * size,
            "employment_id": sheet.employment_ids,
            "period": [str(period)] * size,
            "public_id": [secrets.token_hex(_PUBLIC_ID_BYTES) for _ in range(size)],
            **sheet.slips,
        },
    )
    written = session.execute(
        select(Payslip.employment_id, Payslip.id).where(Payslip.run_id == run_id)
    )
    id_of = {row.employment_id: row.id for row in written}
    ids = np.array([id_of[employment] for employment in sheet.employment_ids], dtype=np.int64)
    owner = np.array(sheet.owner, dtype=np.int64)
    insert_columns(session, _lines, {"payslip_id": ids[owner], **sheet.lines})


def write_faults(session: Session, run_id: int, faults: Sequence[PersonFault]) -> None:
    """Insert the reasons why people have no payslip."""
    seqs: defaultdict[int, int] = defaultdict(int)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("run_id", "employment_id", "seq", "code", "params")
    }
    for fault in faults:
        seqs[fault.employment_id] += 1
        columns["run_id"].append(run_id)
        columns["employment_id"].append(fault.employment_id)
        columns["seq"].append(seqs[fault.employment_id])
        columns["code"].append(fault.error.code)
        columns["params"].append(canonical_json(_params(fault.error.params)))
    insert_columns(session, _faults, columns)


def _params(params: Mapping[str, object]) -> dict[str, object]:
    """Return what a message needs as JSON: words in two languages become a pair."""
    return {
        name: value if isinstance(value, int | tuple) else str(value)
        for name, value in params.items()
    }


def read_sheet(session: Session, run_id: int, numbers: Mapping[int, str]) -> Sheet:
    """Read the payslips of a run back as they are stored.

    Args:
        session: the session.
        run_id: key of the run.
        numbers: employment id → employee number.

    """
    names = (*_SLIP_COLUMNS, *_SLIP_FLAGS, *_SLIP_HALVES, "notes")
    stored = session.execute(
        select(_slips.c.id, _slips.c.employment_id, *(_slips.c[name] for name in names)).where(
            _slips.c.run_id == run_id
        )
    )
    slips = sorted(stored, key=lambda row: numbers[row[1]])
    position = {row[0]: index for index, row in enumerate(slips)}
    _, employments, *values = _transposed(slips, len(names) + 2)
    columns = dict(zip(names, values, strict=True))
    columns["notes"] = [canonical_json(value) for value in columns["notes"]]
    line_names = (*LINE_NUMBERS, *LINE_TEXTS)
    written = session.execute(
        select(_lines.c.payslip_id, *(_lines.c[name] for name in line_names))
        .join(_slips, _slips.c.id == _lines.c.payslip_id)
        .where(_slips.c.run_id == run_id)
    )
    # The sequence is the first of the line's columns.
    rows = sorted(written, key=lambda row: (position[row[0]], row[1]))
    owners, *line_values = _transposed(rows, len(line_names) + 1)
    return Sheet(
        employee_nos=tuple(numbers[employment] for employment in employments),
        employment_ids=tuple(employments),
        slips=columns,
        owner=[position[owner] for owner in owners],
        lines=dict(zip(line_names, line_values, strict=True)),
    )


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width
