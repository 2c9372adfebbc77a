"""Label Studio's exports: one output record for each annotation.

JSON and the snapshot say all that decides on pay. CSV, TSV and JSON_MIN are read as weaker evidence: what
JSON told stands, and JSON may follow them and correct them (``_label_studio_minimal``).

Units: distinct regions; per-region choices, texts and numbers share their region's id and relations
have none, so neither adds. An annotation without regions (a classification) is one unit.

Key: the annotation's id. Version: when it was last written; an older export changes nothing. Day: that
of its submission, at the base. Payee: the mapped user at first sight; a different one later is refused.
Skipped, empty, reference and imported annotations are not payable. The tool's lead time is what a
browser claims: it is compared with the shifts and not kept (``_tool_time``). What else the file carries (tokens, passwords) is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.reading.text import read_json
from workforce.imports.refusals import Place, Refusal
from workforce.imports.source import Context, Options, Proposal, Source, SourceFile
from workforce.imports.sources._label_studio_minimal import read_minimal_json, read_minimal_table
from workforce.imports.sources._tool_time import seconds_of
from workforce.imports.sources._tool_work import (
    Work,
    check_units,
    instant,
    plan_work,
    require_task_type,
    source_name,
    version_of,
    whole,
)
from workforce.platform import clock

CODE: Final = "label_studio"

ATTRIBUTE_TYPES: Final = frozenset(
    {
        "choices",
        "datetime",
        "number",
        "pairwise",
        "ranker",
        "rating",
        "reactcode",
        "taxonomy",
        "textarea",
    }
)
"""Result types that describe a region or a task; every other type with an id is a region."""


def _read(file: SourceFile, options: Options) -> Reading[Work]:
    require_task_type(CODE, options)
    source_name(CODE, options)
    if file.suffix != ".json":
        return read_minimal_table(file.content, options.controls)
    data = read_json(file.content)
    tasks = data.get("tasks") if isinstance(data, dict) else data
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise InputError("tool.not_export")
    if any("annotation_id" in task for task in tasks):
        return read_minimal_json(tasks, options.controls)
    return _read_complete(tasks)


def _read_complete(tasks: Sequence[Mapping[str, Any]]) -> Reading[Work]:
    reading: Reading[Work] = Reading([], [], [])
    for place, task, annotation in _annotations(tasks):
        try:
            reading.rows.append(Placed(place, _work(task, annotation)))
        except DomainError as error:
            reading.refusals.append(Refusal(place, str(annotation.get("id", "")), error))
    return reading


def _annotations(
    tasks: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Place, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each annotation with its task and its path in the file."""
    for n, task in enumerate(tasks):
        found = task.get("annotations")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise InputError("tool.not_export", place=f"[{n}].annotations")
        for m, annotation in enumerate(found):
            yield Place(path=f"[{n}].annotations[{m}]"), task, annotation


def _work(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Work:
    result = annotation.get("result")
    if not isinstance(result, list) or not all(isinstance(item, dict) for item in result):
        raise InputError("tool.field", field="result")
    users = _users(annotation.get("completed_by"))
    units = check_units(count_units(result))
    writer = annotation.get("updated_by")
    return Work(
        key=str(whole(annotation, "id")),
        users=users,
        work_on=clock.to_base(instant(annotation, "created_at")).date(),
        version=version_of(instant(annotation, "updated_at")),
        units=units,
        void=_void(annotation, units),
        batch=_batch(task.get("meta")),
        is_rewritten=writer is not None and str(writer) != users[0],
        claimed_seconds=seconds_of(annotation.get("lead_time")),
    )


def count_units(result: Sequence[Mapping[str, Any]]) -> int:
    """Count the units of an annotation's result."""
    regions = {
        item["id"]
        for item in result
        if isinstance(item.get("id"), str)
        and str(item.get("type", "")).lower() not in ATTRIBUTE_TYPES
    }
    if regions:
        return len(regions)
    return int(any(str(item.get("type", "")).lower() in ATTRIBUTE_TYPES for item in result))


def _void(annotation: Mapping[str, Any], units: int) -> str | None:
    """Say why an annotation is not payable, None if it is."""
    if annotation.get("was_cancelled") is True:
        return "skipped"
    if annotation.get("import_id") is not None or (
        "updated_by" in annotation and annotation["updated_by"] is None
    ):
        # Nobody has ever written it in the tool.
        return "imported"
    if annotation.get("ground_truth") is True:
        return "reference"
    return None if units else "empty"


def _users(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        named = [str(value[name]) for name in ("id", "email") if value.get(name)]
        if named:
            return tuple(named)
    elif isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    raise InputError("tool.field", field="completed_by")


def _batch(meta: Any) -> str | None:
    batch = meta.get("batch") if isinstance(meta, dict) else None
    return batch.strip()[:60] or None if isinstance(batch, str) else None


def _plan(session: Session, context: Context, rows: Sequence[Placed[Work]]) -> Proposal:
    return plan_work(session, context, CODE, rows)


def _sample() -> bytes:
    """Write an export of one task: two boxes, of which one has a choice, and a skipped annotation."""

    def box(number: str, left: int) -> dict[str, Any]:
        value = {"x": left, "y": 20, "width": 10, "height": 5, "rotation": 0}
        return {
            "id": number,
            "type": "rectanglelabels",
            "from_name": "label",
            "to_name": "image",
            "origin": "manual",
            "value": value | {"rectanglelabels": ["车辆"]},
        }

    made = {
        "id": 101,
        "completed_by": 2,
        "updated_by": 2,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-10-08T01:15:00.000000Z",
        "updated_at": "2026-10-08T01:18:30.000000Z",
        "import_id": None,
        "result": [
            box("a1", 10),
            {"id": "a1", "type": "choices", "from_name": "occluded", "value": {"choices": ["否"]}},
            box("a2", 40),
        ],
    }
    skipped = made | {"id": 102, "completed_by": 3, "was_cancelled": True, "result": []}
    tasks = [{"id": 1, "data": {"image": "1.jpg"}, "meta": {}, "annotations": [made, skipped]}]
    return json.dumps(tasks, ensure_ascii=False, indent=1).encode()


SOURCE: Final = Source(
    code=CODE,
    label=Text("Label Studio 导出", "Label Studio export"),
    suffixes=(".json", ".csv", ".tsv"),
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
    sample=_sample,
)
