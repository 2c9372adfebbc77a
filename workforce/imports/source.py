"""What a source format is: the one shape that every file under ``sources/`` fills.

A source reads a file into rows without the database (``read``), and compares rows with what is stored
without writing (``plan``). What it plans it can also ``store``. Preview and import run the same plan.
A source with ``export`` can also write what is stored as the table that it reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.rules.punch_pairing import PlannedShift
from workforce.core.text import Text
from workforce.imports.directory import Directory
from workforce.imports.reading.tables import Column, Reading
from workforce.imports.reading.text import read_csv
from workforce.imports.reading.workbook import Sheet, read_workbook
from workforce.imports.refusals import Notice, Refusal
from workforce.platform.audit import Actor
from workforce.platform.changes import Plan
from workforce.platform.scope import Scope
from workforce.platform.sheets import Cell

TABLE_SUFFIXES: Final = (".xlsx", ".csv", ".tsv")
"""How the names of people's own tables may end."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was given: its name says only which reader is tried."""

    name: str
    content: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """The name's ending in small letters, with its dot."""
        return PurePath(self.name).suffix.lower()

    def sheets(self) -> list[Sheet]:
        """Read it as a workbook or as CSV.

        Raises:
            InputError: it cannot be read.

        """
        return read_workbook(self.content) if self.suffix == ".xlsx" else read_csv(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may say besides the file; a source ignores what does not concern it."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """User of the tool or device → employee number."""
    task_type: str | None = None
    batch: str | None = None
    is_accepted: bool = False
    """The file's output counts as accepted on the day it was made."""
    whole_from: dt.date | None = None
    """The file is the whole list from this day on: what it does not name ends."""
    server: str | None = None
    """Which of several servers of the same tool the file is from: their ids are not the same."""
    controls: tuple[str, ...] = ()
    """The file's columns that hold labels, where they cannot be told from the data."""
    break_minutes: int | None = None
    """The break of every shift, for files that do not tell the hours worked."""
    planned: tuple[PlannedShift, ...] = ()
    """The firm's shifts, for files that only tell who punched when."""
    longest_minutes: int | None = None
    """The longest shift that is believed of such a file, from in to out."""
    period: PayPeriod | None = None
    """The month of the file, where its rows do not say it or belong to several."""
    users: Mapping[str, str] = field(default_factory=dict)
    """User of the device → the name that the device has for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """For whom and by whom a file is imported; ``today`` is the base's date.

    ``company_id`` is 0 for what is of the base and of no company.
    """

    company_id: int
    actor: Actor
    today: dt.date
    options: Options
    directory: Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Which records are exported: of a company (0: of the base), those in scope, all or of one month."""

    company_id: int
    period: PayPeriod | None
    directory: Directory
    scope: Scope


Export = Callable[[Session, Extent], Iterable[Mapping[str, Cell]]]
"""Yields a source's table row by row: the names of its columns → cells that its reader reads back.

Amounts are ``fen(…)``, prices and factors ``micro(…)``, rates ``rate(…)`` of ``imports/exports.py``.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """The changes of one table: what its rows are called, and how one of them is named."""

    label: Text
    plan: Plan
    name: Callable[[Mapping[str, Any]], str]
    secret: frozenset[str] = frozenset()
    """Columns whose values are never shown."""
    words: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = field(default_factory=dict)
    """Columns that hold keys → what people call a value, given the value and its row."""

    def shown(self, column: str, value: Any, row: Mapping[str, Any]) -> Any:
        """Return a column's value of a row as it is told: never a secret, never a bare key."""
        if column in self.secret:
            return "…"
        if value is None or column not in self.words:
            return value
        return self.words[column](value, row)


@dataclass(slots=True)
class Proposal:
    """What importing the good rows would change."""

    parts: Sequence[Part] = ()
    refusals: list[Refusal] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    good_count: int = 0
    store: Callable[[Session, int], None] = lambda _session, _batch_id: None
    """Carries the plan out in a unit of work, given the id of the import's receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source format.

    ``columns``: what the template shows; empty for formats of other programs, which have none.
    ``sample``: an example of another program's file, with the source's first suffix.
    ``export``: writes what is stored as that table; importing it again changes nothing.
    ``is_of_base``: what it tells is of the base and of no company.
    """

    code: str
    label: Text
    suffixes: tuple[str, ...]
    permission: Permission
    read: Callable[[SourceFile, Options], Reading[Any]]
    plan: Callable[[Session, Context, Sequence[Any]], Proposal]
    columns: tuple[Column, ...] = ()
    sample: Callable[[], bytes] | None = None
    export: Export | None = None
    is_of_base: bool = False
