"""The register as it is typed: one letter a cell, and which cells whoever sends it has changed. Reads no database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from workforce.core.errors import DomainError, InputError
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.training.cells import Cell
from workforce.training.passing import MARKS

MOST_CELLS: Final = 12_000
"""What one form may hold (500 people at 24 lessons); of more a server takes no form in one piece."""

_ALSO: Final = {"√": "present"}
"""The tick that Chinese keyboards have."""


@cache
def mark_of() -> Mapping[str, str]:
    """Return the mark that each text stands for: its letter in both languages, and its number in the legend."""
    letters = terms_of("lesson_letter")
    found = dict(_ALSO)
    for number, mark in enumerate(MARKS, start=1):
        found |= dict.fromkeys((str(number), *letters[mark]), mark)
    return found


def read_mark(text: str) -> str:
    """Read a cell of the register: wide or small letters, too; blank is no mark.

    Raises:
        InputError: it is none of the letters and numbers.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if not plain:
        return ""
    if plain not in mark_of():
        letters = terms_of("lesson_letter").values()
        known = Text("、".join(one.zh for one in letters), ", ".join(one.en for one in letters))
        raise InputError("training.mark_letter", text=text.strip(), known=known)
    return mark_of()[plain]


@dataclass(frozen=True, slots=True)
class SentMonth:
    """What a register sent. ``marks``: of the changed cells; ``shown``: what they were on the sender's page."""

    marks: dict[Cell, str] = field(default_factory=dict)
    shown: dict[Cell, str] = field(default_factory=dict)
    typed: dict[Cell, str] = field(default_factory=dict)
    """The texts of cells that were typed into, to be shown again."""
    faults: dict[Cell, DomainError] = field(default_factory=dict)


def read_month(
    sent: Mapping[str, str], enrolment_ids: Iterable[int], lesson_ids: Iterable[int]
) -> SentMonth:
    """Read what a register sent of some people and lessons. Cells that say what they showed are no change.

    ``rest``: the mark that all get whose cells are blank.
    """
    month, keys, rest = SentMonth(), list(lesson_ids), sent.get("rest", "")
    for person in enrolment_ids:
        seen = _seen(sent.get(f"shown-{person}", ""))
        for key in keys:
            cell, text = (person, key), sent.get(f"mark-{person}-{key}")
            if text is None:
                continue
            was = seen.get(key, "")
            try:
                own = read_mark(text)
            except InputError as error:
                month.faults[cell] = error
                own = None
            if own != was:
                month.typed[cell] = text.strip()
            mark = own if own is None else own or rest
            if mark is not None and mark != was:
                month.marks[cell], month.shown[cell] = mark, was
    return month


def _seen(text: str) -> dict[int, str]:
    """Read the marks that a person's row showed: lesson=number, with blanks between."""
    pairs = (part.partition("=") for part in text.split())
    return {int(key): mark_of().get(number, "") for key, _sign, number in pairs if key.isdecimal()}
