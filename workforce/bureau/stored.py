"""A report as JSON and back, equal to the fen: what a snapshot keeps.

Dataclasses are written by name and field; a measure by its code, for its formula is code. A snapshot
of an older program that names what is no more is not read (`StoredReportError`) but filled anew.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, is_dataclass
from typing import Any, Final

from workforce.bureau.report import (
    Card,
    Column,
    Definition,
    Figure,
    Report,
    Row,
    Section,
    Table,
)
from workforce.core.chart import Chart, Series
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit
from workforce.statistics.measures import measures

_KINDS: Final[dict[str, Any]] = {
    kind.__name__: kind
    for kind in (
        Card,
        Chart,
        Column,
        Definition,
        Figure,
        Report,
        Row,
        Section,
        Series,
        Table,
        Text,
    )
}
_KIND: Final = "#"


class StoredReportError(Exception):
    """The text is not a report that this program can read."""


def to_json(report: Report) -> str:
    """Return a report as text."""
    return json.dumps(_plain(report), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Report:
    """Return the report that ``to_json`` wrote.

    Raises:
        StoredReportError: it is none, or one of another program.
    """
    try:
        report = _built(json.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise StoredReportError(str(error)) from error
    if not isinstance(report, Report):
        raise StoredReportError(type(report).__name__)
    return report


def _plain(value: Any) -> Any:
    if isinstance(value, Measure):
        return {_KIND: "Measure", "code": value.code}
    if isinstance(value, Unit):
        return {_KIND: "Unit", "code": value.name}
    if isinstance(value, PayPeriod):
        return {_KIND: "PayPeriod", "code": str(value)}
    if isinstance(value, Text):
        return {_KIND: "Text", "zh": value.zh, "en": value.en}
    if isinstance(value, dt.date):
        return {_KIND: "date", "code": value.isoformat()}
    if is_dataclass(value):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {_KIND: type(value).__name__, **named}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _built(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_built(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind = value[_KIND]
    if kind == "Measure":
        return measures()[value["code"]]
    if kind == "Unit":
        return Unit[value["code"]]
    if kind == "PayPeriod":
        return PayPeriod.parse(value["code"])
    if kind == "date":
        return dt.date.fromisoformat(value["code"])
    return _KINDS[kind](**{name: _built(one) for name, one in value.items() if name != _KIND})
