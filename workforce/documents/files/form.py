"""What a file that leaves the house is made of, and what it must tie to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workforce.core.terms import term

if TYPE_CHECKING:
    from workforce.core.errors import DomainError
    from workforce.core.text import Text
    from workforce.documents.files.layout import Layout
    from workforce.documents.files.reading import FileData

Value = str | int | dt.date | None
Row = Mapping[str, Value]
"""One row of a file by field: text, fen, a count or a day. ``employee_no`` and ``name`` say whose it is."""


class Group(StrEnum):
    """To whom a file goes; labels are the terms ``file_group.*``."""

    BANK = "bank"
    TAX = "tax"
    INSURANCE = "insurance"
    FUND = "fund"
    LEDGER = "ledger"
    VOUCHER = "voucher"

    @property
    def label(self) -> Text:
        """Return what it is called."""
        return term(f"file_group.{self}")


FILED: Final = frozenset({Group.TAX, Group.INSURANCE, Group.FUND})
"""Groups whose files need what ``FileData.filing`` holds."""


class Subject(StrEnum):
    """What a file is about: all decided pay of a month, or one payment batch."""

    MONTH = "month"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A total of a file and what it must equal; fen, or a count of rows or people.

    ``figure`` is summed over the rows that are written, ``due`` is read from the run or the batch
    itself: a figure that is only compared with itself controls nothing.
    """

    label: Text
    figure: int
    due: int
    is_count: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the file ties."""
        return self.figure == self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something to know of a file before it is handed in; a fault keeps it from being made.

    ``employee_no`` and ``name`` are empty where it is about no single person.
    """

    error: DomainError
    is_fault: bool = False
    employee_no: str = ""
    name: str = ""


def remark_on(row: Row, error: DomainError, *, is_fault: bool = False) -> Remark:
    """Return a remark about the person of a row."""
    return Remark(
        error=error,
        is_fault=is_fault,
        employee_no=str(row.get("employee_no") or ""),
        name=str(row.get("name") or ""),
    )


def no_heads(data: FileData, rows: Sequence[Row]) -> Row:
    """Return nothing for a file without lines above its titles."""
    del data, rows
    return {}


def no_remarks(data: FileData, rows: Sequence[Row]) -> Iterable[Remark]:
    """Return nothing for a file of which nothing more is to be said."""
    del data, rows
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """A file that is handed in.

    Args:
        code: its name in addresses and on the command line; the module's name.
        label: its name for people.
        group: to whom it goes.
        subject: what it is about.
        layout: how it looks: ``read_layout(__file__)``.
        rows: makes its rows from what was read, in the order of the file.
        controls: sums the rows and says what the sums must equal.
        heads: values of the lines above and below the rows, by name.
        remarks: faults and warnings beyond those of the layout (what a column needs, lengths).
        position: its place in its group; alike, forms stand by their code.
        is_own: a form without a usual layout: the company uploads its template first.

    """

    code: str
    label: Text
    group: Group
    subject: Subject
    layout: Layout
    rows: Callable[[FileData], Sequence[Row]]
    controls: Callable[[FileData, Sequence[Row]], Sequence[Control]]
    heads: Callable[[FileData, Sequence[Row]], Row] = no_heads
    remarks: Callable[[FileData, Sequence[Row]], Iterable[Remark]] = no_remarks
    position: int = 0
    is_own: bool = False


def total(rows: Sequence[Row], field: str) -> int:
    """Return the sum of a field over the rows of a file, in fen or as a count.

    Raises:
        TypeError: a row has text there, or nothing.
    """
    summed = 0
    for row in rows:
        value = row[field]
        if not isinstance(value, int):
            message = f"{field} of {row.get('employee_no')} is {value!r}, not a number"
            raise TypeError(message)
        summed += value
    return summed
