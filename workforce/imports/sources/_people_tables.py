"""Tables whose every row is one fact about one person, and the columns that name people.

A source says its columns, what a row tells, and which service compares and stores it; whose row it is,
the way from file to plan, and the cells of an exported person are here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import (
    TABLE_SUFFIXES,
    Context,
    Export,
    Extent,
    Options,
    Part,
    Proposal,
    Source,
    SourceFile,
)
from workforce.platform.changes import Plan
from workforce.platform.sheets import Cell

_PEOPLE: Final = {"A0001": "李晨", "A0002": "王欣怡", "A0003": "张𬭎", "A0004": "欧阳㛃"}
_NUMBER_NOTE: Final = Text("企业内的工号", "the company's employee number")


def who_columns(
    *examples: str | None, note: Text = _NUMBER_NOTE, is_required: bool = True
) -> tuple[Column, Column]:
    """Return the columns 工号 and 姓名, with the numbers of the template's rows."""
    return (
        Column(
            name="employee_no",
            titles=("工号", "员工编号", "员工工号"),
            note=note,
            example=examples,
            is_required=is_required,
        ),
        Column(
            name="name",
            titles=("姓名", "员工姓名"),
            note=Text("可不填；填写则必须与工号一致", "optional; must then be the number's"),
            example=tuple(number and _PEOPLE[number] for number in examples),
        ),
    )


def who_cells(extent: Extent, employment_id: int | None) -> dict[str, Cell]:
    """Return the cells of these columns; of everybody (None) they are blank."""
    if employment_id is None:
        return {}
    employee = extent.directory.names[employment_id]
    return {"employee_no": employee.employee_no, "name": employee.name}


def months(row: Row, first: str, last: str) -> tuple[PayPeriod, PayPeriod | None]:
    """Read a span of months, both ends included, from two columns; a blank end leaves it open.

    Raises:
        CellError: a month cannot be read, or the end lies before the beginning.

    """
    begin, end = row.need(first, values.near_month), row.get(last, values.month)
    if end is not None and end < begin:
        raise row.fault(last, InputError("dated.empty", valid_from=begin, valid_to=end))
    return begin, end


class _Keyed(Protocol):
    @property
    def key(self) -> Hashable:
        """What tells one fact from another."""


class _Found(Protocol):
    """What a service says that storing facts would change."""

    @property
    def rows(self) -> Plan:
        """The changes."""

    @property
    def faults(self) -> Mapping[Any, DomainError]:
        """By their keys, the facts that cannot be stored."""


Fact = TypeVar("Fact", bound=_Keyed)
Found = TypeVar("Found", bound=_Found)


@dataclass(frozen=True, slots=True)
class PersonRow(Generic[Fact]):
    """One row as it was read: whom it names, and its fact, which only lacks the ``employment_id``."""

    employee_no: str | None
    name: str | None
    on: dt.date | None
    fact: partial[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTable(Generic[Fact, Found]):
    """A source of one fact a row.

    ``columns`` begin with ``who_columns``; where the number is not required, a blank one means everybody.
    ``fact``: what a row tells, still without the employment. ``employed_on``: the column whose day must be
    an employed one. ``changes``: what the changed rows are called, ``named_by`` which of their columns
    name one.
    """

    code: str
    label: Text
    permission: Permission
    columns: tuple[Column, ...]
    fact: Callable[[Row], partial[Fact]]
    employed_on: str | None = None
    compare: Callable[[Session, int, Sequence[Fact]], Found]
    store: Callable[[Session, Found, Context], None]
    changes: Text
    named_by: tuple[str, ...]
    export: Export

    def source(self) -> Source:
        """Return it in the form that every source has."""
        return Source(
            code=self.code,
            label=self.label,
            suffixes=TABLE_SUFFIXES,
            permission=self.permission,
            read=self._read,
            plan=self._plan,
            columns=self.columns,
            export=self.export,
        )

    def _read(self, file: SourceFile, _options: Options) -> Reading[PersonRow[Fact]]:
        return read_table(file.sheets(), self.columns, self.code, self._parse)

    def _parse(self, row: Row) -> PersonRow[Fact]:
        get_number = row.need if self.columns[0].is_required else row.get
        return PersonRow(
            employee_no=get_number("employee_no", values.text),
            name=row.get("name", values.text),
            on=row.need(self.employed_on, values.date) if self.employed_on else None,
            fact=self.fact(row),
        )

    def _plan(
        self, session: Session, context: Context, rows: Sequence[Placed[PersonRow[Fact]]]
    ) -> Proposal:
        facts, refusals = to_facts(rows, partial(_whole, context), lambda fact: fact.key)
        found = self.compare(session, context.company_id, [fact for _, fact in facts.values()])
        refusals += refuse_faults(facts, found.faults)
        return Proposal(
            parts=[
                Part(
                    self.changes,
                    found.rows,
                    naming(context.directory, *self.named_by),
                    words=context.directory.words,
                )
            ],
            refusals=refusals,
            good_count=len(rows) - len(refusals),
            store=lambda session, _batch_id: self.store(session, found, context),
        )


def _whole(context: Context, row: PersonRow[Fact]) -> Fact:
    """Give a fact the employment that its row names."""
    if row.employee_no is None:
        return row.fact(employment_id=None)
    employee = find_employee(context.directory, row.employee_no, row.name, row.on)
    return row.fact(employment_id=employee.employment_id)
