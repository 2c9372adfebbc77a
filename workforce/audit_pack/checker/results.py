"""The stored payslips of a pack: their fingerprint, and what a calculation makes of them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .figures import format_fen
from .slip import Payslip

UNSTATED = -(2**63)
SEPARATOR = "\x1f"
WITH_PARTS = {"piecework_pay", "group_piecework_pay", "adjustment"}
"""Codes of which a payslip has several lines, told apart by what they are of."""


@dataclass(frozen=True)
class Difference:
    """One figure that is not as it is stored; figures are text."""

    person: str
    what: str
    stored: str
    worked_out: str


def fingerprint(results: Mapping[str, Any]) -> str:
    """Return SHA-256 of everything the payslips say, as the run keeps it."""
    slips: list[Mapping[str, Any]] = results["payslips"]
    digest = hashlib.sha256()

    def add(name: str, content: bytes) -> None:
        # The length keeps one column's end from being read as the next one's beginning.
        digest.update(f"{name}:{len(content)}:".encode())
        digest.update(content)

    def add_numbers(name: str, values: Sequence[int | None]) -> None:
        stated = [UNSTATED if value is None else value for value in values]
        add(name, struct.pack(f"<{len(stated)}q", *stated))

    def add_texts(name: str, values: Iterable[str | None]) -> None:
        add(name, SEPARATOR.join([value or "" for value in values]).encode())

    add_texts("employee_no", [slip["person"] for slip in slips])
    for place, name in enumerate(results["slip_numbers"]):
        values = [slip["numbers"][place] for slip in slips]
        if name not in results["said_if_any"] or any(values):
            add_numbers(name, values)
    add_texts("notes", [slip["notes"] for slip in slips])
    add_numbers("owner", [owner for owner, slip in enumerate(slips) for _ in slip["lines"]])
    names = results["line_columns"]
    for place, name in enumerate(names):
        values = [line[place] for slip in slips for line in slip["lines"]]
        if name in results["line_numbers"]:
            add_numbers(name, values)
        else:
            add_texts(name, values)
    return digest.hexdigest()


def differences(
    person: str, slip: Payslip, stored: Mapping[str, Any], results: Mapping[str, Any]
) -> Iterator[Difference]:
    """Compare a payslip with the stored one, line by line and figure by figure."""
    lines, parts = _stored_lines(stored["lines"], results["line_columns"])
    for key in sorted(lines.keys() | slip.lines.keys()):
        old, new = lines.get(key, 0), slip.lines.get(key, 0)
        if old != new:
            yield Difference(person, " ".join(key), format_fen(old), format_fen(new))
    for part in sorted(parts.keys() | slip.parts.keys()):
        old, new = parts.get(part, 0), slip.parts.get(part, 0)
        # Where the sum of the code differs too, it has been told already.
        if old != new and lines.get(part[:2]) == slip.lines.get(part[:2]):
            yield Difference(person, " ".join(part), format_fen(old), format_fen(new))
    for name, old in zip(results["slip_numbers"], stored["numbers"]):
        if name in slip.figures and slip.figures[name] != old:
            write = format_fen if name.endswith("_amount") else str
            yield Difference(person, name, write(old), write(slip.figures[name]))


Lines = dict[tuple[str, str], int]
Parts = dict[tuple[str, str, str], int]


def _stored_lines(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> tuple[Lines, Parts]:
    lines: Lines = {}
    parts: Parts = {}
    for row in rows:
        line = dict(zip(names, row))
        key = (line["kind"], line["code"])
        lines[key] = lines.get(key, 0) + line["amount"]
        if line["code"] in WITH_PARTS:
            is_priced = line["code"] == "piecework_pay"
            what = f"{line['detail']} {line['rate']}" if is_priced else line["detail"]
            parts[(*key, what)] = parts.get((*key, what), 0) + line["amount"]
    return lines, parts
