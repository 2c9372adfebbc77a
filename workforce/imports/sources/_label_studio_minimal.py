"""Label Studio's CSV, TSV and JSON_MIN: one row an annotation, as far as these say anything.

They leave out whether an annotation is a reference or was imported, who changed it last, and the ids of
its regions; what was skipped is missing. So they are weaker evidence, marked as such.

Columns are the data's and the labels', by the names of each project. A column of labels is known by
its regions, or by ``--control``. Regions have no ids here: several columns that describe the same place
(a box, its class, its text) describe one region.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from workforce.core.errors import DomainError, InputError
from workforce.core.text import Text
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.reading.text import iter_csv, read_json_text
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.sources._tool_work import (
    MINIMAL,
    Work,
    check_units,
    instant,
    version_of,
    whole,
)
from workforce.platform import clock

_OWN: Final = ("annotation_id", "annotator", "created_at", "updated_at")
_NOT_LABELS: Final = frozenset({*_OWN, "id", "lead_time", "agreement", "predictions"})
_CELL_LIMIT: Final = 10_000_000
"""Characters of a cell: the masks of one image are long."""

_SHAPES: Final = frozenset(
    {"x", "points", "vertices", "rle", "start", "startOffset", "sequence", "ranges"}
)
"""What an entry has one of if it is a region."""
_ATTRIBUTES: Final = frozenset(
    {"choices", "datetime", "number", "rating", "taxonomy", "text", "pairwise", "ranker"}
)

Record = Mapping[str, Any]


def read_minimal_table(content: bytes, controls: Sequence[str]) -> Reading[Work]:
    """Read a CSV or TSV export.

    Raises:
        InputError: it is no such export, or holds no labels.

    """
    lines = iter_csv(content, _CELL_LIMIT)
    _, titles = next(lines, (1, []))
    missing = [name for name in _OWN if name not in titles]
    if missing:
        raise InputError("tool.not_export")
    # A task's data may bear the name of a column of the tool: the last one of a name is the tool's.
    positions = {title: n for n, title in enumerate(titles)}
    records = (
        (
            Place(row=line),
            {name: cells[n] for name, n in positions.items() if n < len(cells)},
        )
        for line, cells in lines
        if any(cells)
    )
    return _read(((place, _typed(record)) for place, record in records), controls, positions)


def read_minimal_json(tasks: Sequence[Record], controls: Sequence[str]) -> Reading[Work]:
    """Read a JSON_MIN export.

    Raises:
        InputError: it holds no labels.

    """
    records = ((Place(path=f"[{n}]"), task) for n, task in enumerate(tasks))
    names = {name: None for task in tasks for name in task}
    return _read(records, controls, names)


def _typed(record: dict[str, Any]) -> Record:
    """Give the tool's own cells of a CSV the types that JSON gives them."""
    for name in ("annotation_id", "annotator"):
        written = record.get(name, "").strip()
        record[name] = (
            int(written)
            if written.isdecimal() and len(written) < len("9" * 18)
            else (written or None)
        )
    return record


def _read(
    records: Iterator[tuple[Place, Record]], controls: Sequence[str], names: Mapping[str, Any]
) -> Reading[Work]:
    for control in controls:
        if control not in names:
            raise InputError("tool.no_control", control=control, columns="、".join(names))
    reading: Reading[Work] = Reading([], [], [])
    counted: Counter[str] = Counter()
    unlabelled = 0
    for place, record in records:
        if record.get("annotation_id") is None:
            unlabelled += 1
            continue
        try:
            reading.rows.append(Placed(place, _work(record, controls, counted)))
        except DomainError as error:
            value = str(record.get("annotation_id", ""))
            reading.refusals.append(Refusal(place, value, error))
    if not (reading.rows or reading.refusals or unlabelled):
        raise InputError("table.no_rows")
    if reading.rows and not counted and not controls:
        raise InputError("tool.no_regions")
    reading.notices.extend(_notices(counted or Counter(controls), unlabelled))
    return reading


def _notices(counted: Counter[str], unlabelled: int) -> Iterator[Notice]:
    yield Notice(
        Text(
            "较弱的证据：此格式不说明跳过、参考答案、导入的标注和复核人，记录会如此标明",
            "Weaker evidence: this format does not tell what was skipped, a reference, imported or "
            "changed by others; the records are marked so",
        ),
    )
    if counted:
        names = "、".join(sorted(counted))
        yield Notice(Text(f"计数的列：{names}", f"Columns counted: {names}"))
    if unlabelled:
        yield Notice(Text(f"未标注的任务 {unlabelled} 个", f"{unlabelled} tasks without labels"))


def _work(record: Record, controls: Sequence[str], counted: Counter[str]) -> Work:
    key = str(whole(record, "annotation_id"))
    annotator = str(whole(record, "annotator"))
    created_at, updated_at = instant(record, "created_at"), instant(record, "updated_at")
    units = check_units(_units(record, controls, counted))
    return Work(
        key=key,
        users=(annotator,),
        work_on=clock.to_base(created_at).date(),
        version=version_of(updated_at),
        units=units,
        void=None if units else "empty",
        evidence=MINIMAL,
    )


def _units(record: Record, controls: Sequence[str], counted: Counter[str]) -> int:
    """Count the regions of a row; labels without regions (a classification) are one unit."""
    regions: Counter[str] = Counter()
    has_labels = False
    for name in controls or record:
        if name in _NOT_LABELS:
            continue
        entries = _entries(record.get(name))
        has_labels = has_labels or (bool(controls) and bool(entries))
        found = Counter(shape for shape in map(_shape, entries) if shape is not None)
        if found:
            counted[name] += 1
            # The same place twice in one column is two regions; in two columns it is one.
            regions |= found
    return sum(regions.values()) or int(has_labels)


def _entries(value: Any) -> Sequence[Any]:
    """Return what a cell of labels holds: its entries, or one plain word."""
    if isinstance(value, str):
        if not value.startswith(("[", "{")):
            return [value] if value else []
        try:
            value = read_json_text(value)
        except InputError:
            return [value]  # a sentence that begins with a bracket
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _shape(entry: Any) -> str | None:
    """Return what tells one region from another: where it is, not what is said of it."""
    if not isinstance(entry, dict) or not _SHAPES & entry.keys():
        return None
    return repr(
        sorted(
            (name, value)
            for name, value in entry.items()
            if name not in _ATTRIBUTES and not name.lower().endswith("labels")
        )
    )
