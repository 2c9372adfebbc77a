"""Excel workbooks (.xlsx) from anywhere, read without harm.

A workbook is a ZIP archive of XML files, and either can be a trap. So the archive is unpacked here
first, counting, its sheets are measured, and what was counted is packed anew: the spreadsheet reader
only ever sees what was checked. Macros, encryption and other formats are refused by name.

A formula is never computed. A file holds the value that its last program computed, which may be
stale or absent (then it reads as 0): a cell with a formula is marked, and refused where it is used.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from workforce.core.errors import InputError

Grid = list[list[Any]]

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may grow to; far above any honest month of the largest company."""

    unpacked_bytes: int = 400 * MEBIBYTE
    members: int = 2_000
    rows: int = 300_000
    columns: int = 1_000
    cells: int = 5_000_000
    text_bytes: int = 1_024 * MEBIBYTE
    """Cells that share texts × the longest text: texts are stored once and read many times."""


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of raw cells from the first row and column on; CSV files have one, unnamed."""

    name: str
    rows: Grid
    formulas: frozenset[tuple[int, int]] = frozenset()
    """Row and column, from 0, of the cells that hold a formula."""
    line_numbers: tuple[int, ...] = ()
    """The line of each row, from 1, where it is not simply its place."""

    def row_number(self, index: int) -> int:
        """Return the number that a person sees beside a row."""
        return self.line_numbers[index] if self.line_numbers else index + 1


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_CHUNK: Final = MEBIBYTE
_USED_MEMBERS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels"
    r"|xl/(workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels",
    re.IGNORECASE,
)
_SHEET_MEMBER: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def read_workbook(content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """Read the visible sheets of an .xlsx file.

    Raises:
        InputError: it is not one, is encrypted, holds macros, or unpacks to more than the limits.

    """
    members = _unpack(content, limits)
    formulas = _inspect(members, limits)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    packed.seek(0)
    try:
        return _read(packed, formulas)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is not an Exception
        raise InputError("file.unreadable") from error


def _read(packed: io.BytesIO, formulas: Mapping[str, frozenset[tuple[int, int]]]) -> list[Sheet]:
    with CalamineWorkbook.from_filelike(packed) as workbook:
        return [
            Sheet(
                name=sheet.name,
                rows=workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False),
                formulas=formulas.get(sheet.name, frozenset()),
            )
            for sheet in workbook.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]


def _unpack(content: bytes, limits: Limits) -> dict[str, bytes]:
    """Unpack the members that are read, counting all of them."""
    if content.startswith(_OLE):
        raise InputError("file.encrypted_or_old")
    if not content.startswith(_ZIP):
        raise InputError("file.not_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive.infolist(), limits)
            members: dict[str, bytes] = {}
            room = limits.unpacked_bytes
            for info in archive.infolist():
                if _USED_MEMBERS.fullmatch(info.filename):
                    members[info.filename] = _inflate(archive, info, room)
                    room -= len(members[info.filename])
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise InputError("file.not_workbook") from error
    if "xl/workbook.xml" not in members:
        raise InputError("file.not_workbook")
    return members


def _check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Judge the archive by what it says of itself, before anything is unpacked."""
    names = [entry.filename for entry in entries]
    lower = {name.lower() for name in names}
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError("file.encrypted_or_old")
    if any(name.endswith("vbaproject.bin") for name in lower):
        raise InputError("file.macros")
    if len(entries) > limits.members or len(lower) != len(names):
        raise InputError("file.bomb")
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise InputError("file.bomb")


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    """Unpack one member; what it says of its size is not believed."""
    parts: list[bytes] = []
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            room -= len(chunk)
            if room < 0:
                raise InputError("file.bomb")
            parts.append(chunk)
    return b"".join(parts)


def _inspect(members: Mapping[str, bytes], limits: Limits) -> dict[str, frozenset[tuple[int, int]]]:
    """Measure the sheets and find their formulas, by sheet name.

    One cell in the last row and column would make a reader allocate 17 thousand million cells.
    """
    paths = _sheet_paths(members)
    longest = _longest_text(members)
    formulas: dict[str, frozenset[tuple[int, int]]] = {}
    cells = 0
    for path, data in members.items():
        if _SHEET_MEMBER.fullmatch(path):
            measured = _Measure(limits)
            measured.parse(data)
            cells += measured.cells
            formulas[paths.get(path, path)] = frozenset(measured.formulas)
    if cells > limits.cells or cells * longest > limits.text_bytes:
        raise InputError("file.bomb")
    return formulas


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise InputError("file.unreadable")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the C function knows no keywords
    except expat.ExpatError as error:
        raise InputError("file.unreadable") from error


@dataclass(slots=True)
class _Measure:
    """Counts the cells of one sheet, keeps its formulas, and stops at the limits."""

    limits: Limits
    cells: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    _row: int = -1
    _column: int = -1

    def parse(self, data: bytes) -> None:
        parser = _parser()
        parser.StartElementHandler = self._start
        _parse(parser, data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif tag == "c":
            self._cell(attributes.get("r"))
        elif tag == "f":
            self.formulas.add((self._row, self._column))

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = _position(reference)
        self.cells += 1
        too_far = self._row >= self.limits.rows or self._column >= self.limits.columns
        if too_far or self.cells > self.limits.cells:
            raise InputError("file.bomb")


def _position(reference: str) -> tuple[int, int]:
    """Turn ``B5`` into row 4, column 1."""
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if match is None:
        raise InputError("file.unreadable")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def column_letter(index: int) -> str:
    """Turn a column from 0 into the letters that a person sees: 0 → A, 27 → AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _longest_text(members: Mapping[str, bytes]) -> int:
    texts = members.get("xl/sharedStrings.xml", b"")
    return max(len(part) for part in re.split(rb"<(?:\w+:)?si\b", texts))


def _sheet_paths(members: Mapping[str, bytes]) -> dict[str, str]:
    """Map each sheet's member to the sheet's name; refuse workbooks that count days from 1904."""
    names: dict[str, str] = {}
    targets: dict[str, str] = {}

    def workbook(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            raise InputError("file.date_1904")
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            names[relation] = attributes.get("name", "")

    def relations(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship"):
            target = attributes.get("Target", "").removeprefix("/xl/")
            targets[attributes.get("Id", "")] = f"xl/{target}"

    for path, handler in (
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
    ):
        parser = _parser()
        parser.StartElementHandler = handler
        _parse(parser, members.get(path, b"<x/>"))
    return {targets[relation]: name for relation, name in names.items() if relation in targets}
