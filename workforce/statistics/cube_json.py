"""A cube set as JSON text and back, equal; canonical, so that the same set is the same bytes.

A cell is its value, ``null`` where there is nothing to measure, and ``"w"`` where it is withheld.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from math import prod
from typing import Any, Final

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.cube import Axis, CubeSet, CubeTable, Group, PayrollCoverage
from workforce.statistics.lazy import Lazy
from workforce.statistics.tables import Cell, CellState

_FORMAT: Final = 1
_WITHHELD_MARK: Final = "w"
_WITHHELD: Final = Cell(CellState.WITHHELD)
_UNDEFINED: Final = Cell(CellState.UNDEFINED)
_SMALL: Final = tuple(Cell(CellState.SHOWN, value) for value in range(1024))
"""Cells never change: the many small counts of a month are one object each."""


class CubeJsonError(Exception):
    """The text is no cube set, or one of a program that wrote them in another way."""


def canonical(value: Any) -> str:
    """Return JSON in its one form: keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """Return the SHA-256 (hex) of a text's UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(cubes: CubeSet) -> str:
    """Return a cube set as canonical text."""
    return canonical(to_plain(cubes))


def to_plain(cubes: CubeSet) -> dict[str, Any]:
    """Return a cube set as values of JSON; tables and measures keep their order."""
    return {
        "format": _FORMAT,
        "period": str(cubes.period),
        "is_protected": cubes.is_protected,
        "payroll": {
            "companies": cubes.payroll.companies,
            "with_result": cubes.payroll.with_result,
            "approved": cubes.payroll.approved,
        },
        "uncounted": cell_to_plain(cubes.uncounted),
        "tables": [_table_to_plain(table) for table in cubes.tables.values()],
    }


def from_json(text: str) -> CubeSet:
    """Return the cube set that ``to_json`` wrote.

    Raises:
        CubeJsonError: it is none.
    """
    try:
        plain = json.loads(text)
        if plain["format"] != _FORMAT:
            raise CubeJsonError(f"format {plain['format']}")
        tables = [_table_of(one) for one in plain["tables"]]
        return CubeSet(
            period=PayPeriod.parse_month(plain["period"]),
            is_protected=plain["is_protected"],
            payroll=PayrollCoverage(**plain["payroll"]),
            uncounted=cell_of(plain["uncounted"]),
            tables={table.code: table for table in tables},
        )
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise CubeJsonError(str(error)) from error


def cell_to_plain(cell: Cell) -> int | str | None:
    """Return a cell as a value of JSON."""
    return _WITHHELD_MARK if cell.state is CellState.WITHHELD else cell.value


def cell_of(plain: int | str | None) -> Cell:
    """Return the cell that ``cell_to_plain`` wrote."""
    if plain is None:
        return _UNDEFINED
    if isinstance(plain, int):
        return _SMALL[plain] if 0 <= plain < len(_SMALL) else Cell(CellState.SHOWN, plain)
    if plain != _WITHHELD_MARK:
        raise ValueError(f"no cell: {plain!r}")
    return _WITHHELD


def _table_to_plain(table: CubeTable) -> dict[str, Any]:
    return {
        "code": table.code,
        "title": list(table.title),
        "axes": [
            {
                "code": axis.code,
                "label": list(axis.label),
                "groups": [[group.code, *group.label] for group in axis.groups],
            }
            for axis in table.axes
        ],
        "figures": [
            [measure, [cell_to_plain(cell) for cell in cells]]
            for measure, cells in table.figures.items()
        ],
    }


def _table_of(plain: Mapping[str, Any]) -> CubeTable:
    """Return a table; all of it is checked now, its cells are made when they are asked for."""
    axes = tuple(
        Axis(
            one["code"],
            Text(*one["label"]),
            tuple(Group(code, Text(zh, en)) for code, zh, en in one["groups"]),
        )
        for one in plain["axes"]
    )
    wanted = prod(len(axis.codes) for axis in axes)
    for _measure, cells in plain["figures"]:
        if len(cells) != wanted:
            raise ValueError(f"{plain['code']}: not {wanted} cells of each measure")
        for one in set(cells):
            cell_of(one)
    return CubeTable(
        code=plain["code"],
        title=Text(*plain["title"]),
        axes=axes,
        figures=Lazy({measure: partial(_cells_of, cells) for measure, cells in plain["figures"]}),
    )


def _cells_of(cells: Sequence[int | str | None]) -> tuple[Cell, ...]:
    return tuple(map(cell_of, cells))
