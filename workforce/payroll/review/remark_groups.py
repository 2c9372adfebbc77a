"""The remarks on a run's payslips by what they say: what somebody must have seen before approving.

Remarks on unverified law data are nearly everybody's and change nothing that a person could act on:
they are told apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workforce.core import explain
from workforce.core.terms import term, terms
from workforce.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workforce.payroll.record import Sheet

ESTIMATES: Final = frozenset({"law_estimate", "calendar_estimate"})
"""Codes of remarks about data that nobody has verified."""


class Person(NamedTuple):
    """Whom a payslip is for; the name is empty where only the number is known."""

    employee_no: str
    name: str


class Remark(NamedTuple):
    """One remark of one person. ``payslip_id`` is None where nothing is stored."""

    person: Person
    payslip_id: int | None
    text: Text


@dataclass(frozen=True, slots=True)
class RemarkGroup:
    """All remarks of one kind, in order of employee number."""

    code: str
    label: Text
    remarks: tuple[Remark, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Who has such a remark, each once."""
        return tuple(dict.fromkeys(remark.person for remark in self.remarks))


Noted = tuple[Person, int | None, "Sequence[Mapping[str, Any]]"]
"""A person, the key of the payslip, and its notes as they are stored."""


def remark_groups(noted: Iterable[Noted]) -> tuple[RemarkGroup, ...]:
    """Group what payslips remark; what most people have comes last."""
    found: defaultdict[str, list[Remark]] = defaultdict(list)
    for person, payslip_id, notes in noted:
        for note in notes:
            if note["code"] not in ESTIMATES:
                found[note["code"]].append(Remark(person, payslip_id, _text(note)))
    groups = (
        RemarkGroup(code, term(f"note.{code}"), tuple(sorted(remarks)))
        for code, remarks in found.items()
    )
    return tuple(sorted(groups, key=lambda group: (len(group.people), group.code)))


def count_notes(notes: Iterable[Mapping[str, Any]]) -> int:
    """Count the notes that are this person's own."""
    return sum(note["code"] not in ESTIMATES for note in notes)


def noted_in(sheet: Sheet) -> Iterable[Noted]:
    """Return the people of a sheet that is not stored, with their notes."""
    for number, notes in zip(sheet.employee_nos, sheet.slips["notes"], strict=True):
        yield Person(number, ""), None, json.loads(notes)


def _text(note: Mapping[str, Any]) -> Text:
    detail = note.get("detail")
    named = None if detail is None else terms().get(f"pay_code.{detail}", Text(detail, detail))
    said = explain.note(note["code"], note["params"], named)
    return Text(said["zh"], said["en"])
