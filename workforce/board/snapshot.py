"""The files that outlive the server: what was gathered of the base, and what of it everybody sees.

Two files of the instance, each whole or absent: ``gathered.json`` has every exhibit of the newest
published month, ``board.json`` those that are marked public. The screen reads the second one alone.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.platform.exhibits import Exhibit, Row, Shape, Told, Topic, Value
from workforce.platform.files import write_bytes

_log = logging.getLogger(__name__)

_FORMAT: Final = 1
_FOLDER: Final = Path("produced") / "board"


@dataclass(frozen=True, slots=True)
class Shown:
    """One exhibit, as it was told when it was gathered."""

    code: str
    topic: Topic
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was gathered: of which published month, when, and what the base was called (None: unnamed)."""

    generated_at: dt.datetime
    period: ReportPeriod
    shown: tuple[Shown, ...]
    base: Text | None = None

    def only(self, codes: frozenset[str]) -> Snapshot:
        """Return the same with some of its exhibits."""
        return replace(self, shown=tuple(one for one in self.shown if one.code in codes))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is now: another content has another stamp."""

    path: Path
    changed_ns: int
    size: int


def gathered_path(instance: Path) -> Path:
    """Return where all exhibits lie, public or not."""
    return instance / _FOLDER / "gathered.json"


def public_path(instance: Path) -> Path:
    """Return where the public exhibits lie: all that the screen reads."""
    return instance / _FOLDER / "board.json"


def kept(path: Path) -> Kept | None:
    """Return a file's stamp, or None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Kept(path, found.st_mtime_ns, found.st_size)


def read(file: Kept | None) -> Snapshot | None:
    """Return what a file says; None where there is none, or none that this program can read."""
    return None if file is None else _read(file)


@lru_cache(maxsize=4)
def _read(file: Kept) -> Snapshot | None:
    try:
        return from_json(file.path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        # Written by another version, or damaged: the worker writes it anew in minutes.
        _log.exception("%s cannot be read", file.path)
        return None


def write(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot, whole or not at all."""
    write_bytes(path, to_json(snapshot).encode())


def to_json(snapshot: Snapshot) -> str:
    """Return a snapshot as JSON text; the same snapshot gives the same text."""
    told = {
        "format": _FORMAT,
        "generated_at": snapshot.generated_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "period": str(snapshot.period),
        "base": None if snapshot.base is None else snapshot.base._asdict(),
        "exhibits": [_told(one) for one in snapshot.shown],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Snapshot:
    """Read what `to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    told = json.loads(text)
    if told["format"] != _FORMAT:
        raise ValueError(f"format {told['format']!r}")
    return Snapshot(
        generated_at=dt.datetime.fromisoformat(told["generated_at"]),
        period=ReportPeriod.parse(told["period"]),
        shown=tuple(_shown(one) for one in told["exhibits"]),
        base=Text(**told["base"]) if told.get("base") else None,
    )


def _told(shown: Shown) -> dict[str, Any]:
    exhibit = shown.exhibit
    return {
        "code": shown.code,
        "topic": str(shown.topic),
        "title": exhibit.title._asdict(),
        "shape": str(exhibit.shape),
        "unit": exhibit.unit._asdict(),
        "decimals": exhibit.decimals,
        "columns": [column._asdict() for column in exhibit.columns],
        "rows": [
            {
                "label": row.label._asdict(),
                "is_reference": row.is_reference,
                "values": [_told_value(value) for value in row.values],
            }
            for row in exhibit.rows
        ],
        "definition": exhibit.definition._asdict(),
        "source": exhibit.source._asdict(),
        "note": None if exhibit.note is None else exhibit.note._asdict(),
    }


def _told_value(value: Value) -> int | str:
    """Return a number, or in words why there is none."""
    return str(value.told) if value.number is None else value.number


def _value(told: int | str) -> Value:
    return Value(None, Told(told)) if isinstance(told, str) else Value(told)


def _shown(told: dict[str, Any]) -> Shown:
    return Shown(
        code=told["code"],
        topic=Topic(told["topic"]),
        exhibit=Exhibit(
            title=Text(**told["title"]),
            shape=Shape(told["shape"]),
            unit=Text(**told["unit"]),
            decimals=told["decimals"],
            columns=tuple(Text(**column) for column in told["columns"]),
            rows=tuple(
                Row(
                    label=Text(**row["label"]),
                    is_reference=row["is_reference"],
                    values=tuple(_value(value) for value in row["values"]),
                )
                for row in told["rows"]
            ),
            definition=Text(**told["definition"]),
            source=Text(**told["source"]),
            note=None if told["note"] is None else Text(**told["note"]),
        ),
    )
