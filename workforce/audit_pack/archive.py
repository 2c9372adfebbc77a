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
from workforce.payroll.assemble import Assembled
from workforce.payroll.record import LINE_NUMBERS, LINE_TEXTS, SAID_IF_ANY, SLIP_NUMBERS, Sheet
from workforce.platform.files import safe_name

FORMAT: Final = 1
_HERE: Final = Path(__file__).parent
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644
_LEVEL: Final = 6
_LINE_COLUMNS: Final = (*LINE_NUMBERS, *LINE_TEXTS)
_REASON: Final = "adjustment"

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

    ``about``: company, run, hashes and totals for the manifest.
    """

    assembled: Assembled
    sheet: Sheet
    book: LawBook
    identity: Identity
    named: Mapping[int, Named]
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
    keyed = without_reasons(content.assembled.facts.reasons)
    is_keyed = content.identity is Identity.KEYED

    def reason_of(reason: str) -> str:
        return keyed[reason] if is_keyed else reason

    words = FactWords(content.assembled, reason_of)
    position_of = {each: at for at, each in enumerate(content.assembled.employment_ids)}
    run = content.about["run"]
    lines = _lines(content.sheet, reason_of)
    slips = []
    for at, employment_id in enumerate(content.sheet.employment_ids):
        named = content.named[employment_id]
        name = f"facts/{at + 1:05d}_{safe_name(named.number)}.json"
        told = " ".join((run["period"], named.number, *named.words.values()))
        pack.add(name, _pretty(words.person(position_of[employment_id], told)))
        slips.append(
            {
                "person": named.number,
                **named.words,
                "facts": name,
                "numbers": [int(content.sheet.slips[each][at]) for each in SLIP_NUMBERS],
                "notes": content.sheet.slips["notes"][at],
                "lines": next(lines),
            }
        )
        advance(1)
    head = {
        "slip_numbers": SLIP_NUMBERS,
        "said_if_any": SAID_IF_ANY,
        "line_columns": _LINE_COLUMNS,
        "line_numbers": LINE_NUMBERS,
    }
    # One payslip a line: a person can look for one, and a program reads it whole.
    said = ",\n".join(_compact(slip) for slip in slips)
    text = f'{_compact(head)[:-1]},"payslips":[\n{said}\n]}}\n'
    return text.encode()


def _lines(sheet: Sheet, reason_of: Callable[[str], str]) -> Iterator[list[list[Any]]]:
    """Go through the payslips' lines; amounts and the like are numbers, all else text or null."""
    columns = [list(sheet.lines[name]) for name in _LINE_COLUMNS]
    code, detail = _LINE_COLUMNS.index("code"), _LINE_COLUMNS.index("detail")
    mine: list[list[list[Any]]] = [[] for _ in range(sheet.size)]
    for owner, *values in zip(sheet.owner, *columns, strict=True):
        if values[code] == _REASON:
            values[detail] = reason_of(values[detail])
        mine[owner].append(
            [
                int(value) if name in LINE_NUMBERS and value is not None else value
                for name, value in zip(_LINE_COLUMNS, values, strict=True)
            ]
        )
    return iter(mine)


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
