"""Writes a pack: the same run and choices give the same bytes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from workforce.audit_pack.identity import Identity, Named
from workforce.audit_pack.law_words import law_words
from workforce.audit_pack.words import FactWords, without_reasons
from workforce.core.law import LawBook
from workforce.payroll.facts.assemble import Assembled
from workforce.payroll.record import LINE_NUMBERS, LINE_TEXTS, SAID_IF_ANY, SLIP_NUMBERS, Sheet
from workforce.platform.bulk import Values
from workforce.platform.files import safe_name

FORMAT: Final = 1
_HERE: Final = Path(__file__).parent
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644
_LEVEL: Final = 6
_LINE_COLUMNS: Final = (*LINE_NUMBERS, *LINE_TEXTS)
_CORRECTION: Final = "adjustment"
"""The code of lines whose detail is somebody's own words."""

HEAD: Final[Mapping[str, Any]] = {
    "slip_numbers": SLIP_NUMBERS,
    "said_if_any": SAID_IF_ANY,
    "line_columns": _LINE_COLUMNS,
    "line_numbers": LINE_NUMBERS,
}
"""What ``results.json`` says before the payslips: the names of their columns."""

_ENTRY: Final = '''"""Works every payslip of this pack out again: python3 check.py (see README.txt)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from checker.main import main  # noqa: E402

sys.exit(main(HERE))
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What goes into a pack: the run's facts and stored payslips, and how each employment is named.

    ``about``: company, run, hashes and totals for the manifest. ``reversed_ids``: whose payslip of
    this run was reversed since; it stays what it was, and the payslip issued anew counts.
    """

    assembled: Assembled
    sheet: Sheet
    book: LawBook
    identity: Identity
    named: Mapping[int, Named]
    reversed_ids: frozenset[int] = frozenset()
    about: Mapping[str, Any]


def write_archive(
    file: IO[bytes], content: Content, advance: Callable[[int], object] = lambda _count: None
) -> str:
    """Write a pack into an open file; ``advance`` is told how many people more are written.

    Returns the SHA-256 (hex) of the manifest, by which a receiver knows the pack again.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        pack = _Pack(archive)
        pack.add("README.txt", (_HERE / "readme.txt").read_bytes())
        pack.add("check.py", _ENTRY.encode())
        for path in sorted((_HERE / "checker").glob("*.py")):
            pack.add(f"checker/{path.name}", path.read_bytes())
        pack.add("law.json", _pretty(law_words(content.book)))
        pack.add("results.json", _results(content, pack, advance))
        manifest = _pretty(
            {
                "format": FORMAT,
                **content.about,
                "identity": content.identity.value,
                "is_keyed": content.identity is Identity.KEYED,
                "law_in_pack": content.book.hash,
                "files": pack.hashes,
            }
        )
        pack.add("manifest.json", manifest)
    return hashlib.sha256(manifest).hexdigest()


class _Pack:
    """The archive, and the fingerprint of every file in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """Write a file whose date and rights say nothing of this machine."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.create_system = 3
        info.external_attr = _READABLE << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(info, content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()


def _results(content: Content, pack: _Pack, advance: Callable[[int], object]) -> bytes:
    """Write everybody's facts and return the stored payslips."""
    numbered = without_reasons(content.assembled.facts.reasons)
    is_keyed = content.identity is Identity.KEYED

    def reason_of(reason: str) -> str:
        return numbered[reason] if is_keyed else reason

    words = FactWords(content.assembled, reason_of)
    position_of = {each: at for at, each in enumerate(content.assembled.employment_ids)}
    period = content.about["run"]["period"]
    slips = []
    for at, (employment_id, slip) in enumerate(stored_slips(content.sheet, reason_of), 1):
        named = content.named[employment_id]
        name = f"facts/{at:05d}_{safe_name(named.number)}.json"
        title = " ".join((period, named.number, *named.words.values()))
        pack.add(name, _pretty(words.person(position_of[employment_id], title)))
        told = {"person": named.number, **named.words, "facts": name, **slip}
        if employment_id in content.reversed_ids:
            told["is_reversed"] = True
        slips.append(_compact(told))
        advance(1)
    # One payslip a line: a person can look for one, and a program reads it whole.
    joined = ",\n".join(slips)
    text = f'{_compact(HEAD)[:-1]},"payslips":[\n{joined}\n]}}\n'
    return text.encode()


def stored_slips(
    sheet: Sheet, reason_of: Callable[[str], str] = lambda reason: reason
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Go through stored payslips: employment, and its numbers, notes and lines in the order of ``HEAD``."""
    numbers = zip(*(_whole(sheet.slips[name]) for name in SLIP_NUMBERS), strict=True)
    lines: list[list[list[Any]]] = [[] for _ in range(sheet.size)]
    columns = [
        _whole(sheet.lines[name]) if name in LINE_NUMBERS else sheet.lines[name]
        for name in _LINE_COLUMNS
    ]
    code, detail = _LINE_COLUMNS.index("code"), _LINE_COLUMNS.index("detail")
    for owner, *values in zip(sheet.owner, *columns, strict=True):
        if values[code] == _CORRECTION:
            values[detail] = reason_of(values[detail])
        lines[owner].append(values)
    for employment_id, said, notes, mine in zip(
        sheet.employment_ids, numbers, sheet.slips["notes"], lines, strict=True
    ):
        yield employment_id, {"numbers": said, "notes": notes, "lines": mine}


def _whole(values: Values) -> list[int | None]:
    """Return a column's numbers as Python's own; flags are 0 and 1."""
    return [None if value is None else int(value) for value in values]


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
