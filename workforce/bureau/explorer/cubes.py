"""All cubes of a month for another program: as JSON with what everything means, or as CSV.

Cells are as everywhere: a withheld one says so and carries no value.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from workforce.bureau.explorer.choice import Editions, Values
from workforce.bureau.explorer.months import Months, months_of
from workforce.bureau.explorer.view import Source
from workforce.core.chart import decimal_text
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform.sheets import as_plain_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.statistics.cube import CubeTable

_COLUMNS: Final = ("period", "cube", "measure", "group_1", "group_2", "value", "state")
_FORMAT: Final = 1


def write_cubes(
    session: Session, scope: Scope, ending: str, values: Values
) -> tuple[bytes, PayPeriod]:
    """Return every cube of the month that an address asks for, and the month.

    Raises:
        InputError: no file of this ending, or nothing is published.
        NotFoundError: there are no figures of the month, or no issue of the number.
    """
    check_ending(ending)
    months = months_of(session, scope)
    if not months.known:
        raise InputError("explorer.nothing_published")
    asked = next((text for text in values("period") if text), None)
    period = PayPeriod.parse_month(asked) if asked else months.known[0]
    if period not in months.known:
        raise NotFoundError("explorer.no_month", period=period)
    editions = Editions.parse([text for text in values("issue") if text])
    return _WRITERS[ending](months, months.read([period], editions)[period]), period


def check_ending(ending: str) -> None:
    """Refuse what cubes cannot be written as.

    Raises:
        InputError: names the endings that there are.
    """
    if ending not in _WRITERS:
        raise InputError("report.ending", ending=ending, known=", ".join(_WRITERS))


def _cells(
    table: CubeTable, source: Source
) -> Iterator[tuple[str, tuple[str, ...], str | None, str]]:
    """Yield measure, groups, value as decimal text, and state of each cell."""
    for code, cells in table.figures.items():
        decimals = source.measures[code].unit.decimals
        for groups, cell in zip(table.keys(), cells, strict=True):
            value = None if cell.value is None else decimal_text(cell.value, decimals)
            yield code, groups, value, cell.state.value


def _as_json(months: Months, source: Source) -> bytes:
    cubes = source.cubes
    content: dict[str, Any] = {
        "format": _FORMAT,
        "period": str(cubes.period),
        "reporter": _both(months.reporter),
        "is_protected": cubes.is_protected,
        "issue": source.number,
        "published_at": source.published_at.isoformat() if source.published_at else None,
        "companies": {
            "employing": cubes.payroll.companies,
            "with_payroll_result": cubes.payroll.with_result,
            "approved": cubes.payroll.approved,
        },
        "measures": [
            {
                "code": one.code,
                "label": _both(one.label),
                "unit": {"code": one.unit.code, "label": _both(one.unit.label)},
                "definition": _both(one.definition),
                "denominator": _both(one.denominator) if one.denominator else None,
                "source": _both(one.source),
            }
            for one in source.measures.values()
        ],
        "cubes": [
            {
                "code": table.code,
                "title": _both(table.title),
                "axes": [
                    {
                        "code": axis.code,
                        "label": _both(axis.label),
                        "groups": [
                            {"code": group.code, "label": _both(group.label)}
                            for group in axis.groups
                        ],
                    }
                    for axis in table.axes
                ],
                "cells": [
                    {"measure": measure, "groups": groups, "value": value, "state": state}
                    for measure, groups, value, state in _cells(table, source)
                ],
            }
            for table in cubes.tables.values()
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _both(text: Text) -> dict[str, str]:
    return text._asdict()


def _as_csv(months: Months, source: Source) -> bytes:
    del months
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    period = str(source.cubes.period)
    for table in source.cubes.tables.values():
        for measure, groups, value, state in _cells(table, source):
            codes = [as_plain_text(code) for code in (*groups, "", "")[:2]]
            writer.writerow([period, table.code, measure, *codes, value, state])
    return out.getvalue().encode("utf-8-sig")


_WRITERS: Final[Mapping[str, Callable[[Months, Source], bytes]]] = {
    "json": _as_json,
    "csv": _as_csv,
}
