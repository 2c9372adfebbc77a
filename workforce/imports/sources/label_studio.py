"""Label Studio's JSON export and its snapshot: one output record for each annotation.

Units: distinct regions; per-region choices, texts and numbers share their region's id and relations
have none, so neither adds. An annotation without regions (a classification) is one unit.

Key: the annotation's id. Version: when it was last written; an older export changes nothing. Day: that
of its submission, at the base. Payee: the mapped user at first sight; a different one later is refused.
Skipped, empty, reference and imported annotations are not payable. The tool's lead time is what a
browser claims and is not read. What else the file carries (tokens, passwords) is not kept.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.planning import (
    map_users,
    naming,
    refuse_faults,
    refuse_future,
    to_facts,
)
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.reading.text import read_json
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Options, Part, Proposal, Source, SourceFile
from workforce.imports.sources.output import accepted_at_once, output_part
from workforce.platform import clock
from workforce.production import service as production
from workforce.production.service import OutputFact

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

VOID_REASONS: Final = {
    "skipped": Text("跳过的", "skipped"),
    "empty": Text("空的", "empty"),
    "reference": Text("参考答案", "reference answers"),
    "imported": Text("导入的", "imported"),
}
_UNIT_LIMIT: Final = 100_000


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation as it was read. ``void``: why it is not payable."""

    key: str
    users: tuple[str, ...]
    """How the annotator may be known: by id and, in snapshots, by mail address."""
    work_on: dt.date
    version: str
    units: int
    void: str | None
    batch: str | None
    is_rewritten: bool
    """The last writer is another than the annotator."""


def _read(file: SourceFile, options: Options) -> Reading[Annotation]:
    if options.task_type is None:
        raise InputError("option.missing", source=CODE, option="--task-type")
    reading: Reading[Annotation] = Reading([], [], [])
    for place, task, annotation in _annotations(read_json(file.content)):
        try:
            reading.rows.append(Placed(place, _parse(task, annotation)))
        except DomainError as error:
            reading.refusals.append(Refusal(place, str(annotation.get("id", "")), error))
    return reading


def _annotations(data: Any) -> Iterator[tuple[Place, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each annotation with its task and its path in the file."""
    tasks = data.get("tasks") if isinstance(data, dict) else data
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise InputError("tool.not_export")
    if any("annotation_id" in task for task in tasks):
        raise InputError("tool.minimal_export")
    for n, task in enumerate(tasks):
        found = task.get("annotations")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise InputError("tool.not_export", place=f"[{n}].annotations")
        for m, annotation in enumerate(found):
            yield Place(path=f"[{n}].annotations[{m}]"), task, annotation


def _parse(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Annotation:
    result = annotation.get("result")
    if not isinstance(result, list) or not all(isinstance(item, dict) for item in result):
        raise InputError("tool.field", field="result")
    users = _users(annotation.get("completed_by"))
    units = count_units(result)
    if units > _UNIT_LIMIT:
        raise InputError("cell.absurd", value=units, limit=_UNIT_LIMIT)
    writer = annotation.get("updated_by")
    return Annotation(
        key=str(_whole(annotation, "id")),
        users=users,
        work_on=clock.to_base(_instant(annotation, "created_at")).date(),
        version=_instant(annotation, "updated_at").isoformat(timespec="microseconds"),
        units=units,
        void=_void(annotation, units),
        batch=_batch(task.get("meta")),
        is_rewritten=writer is not None and str(writer) != users[0],
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


def _whole(annotation: Mapping[str, Any], name: str) -> int:
    value = annotation.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise InputError("tool.field", field=name)
    return value


def _instant(annotation: Mapping[str, Any], name: str) -> dt.datetime:
    value = annotation.get(name)
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is None or found.tzinfo is None:
            raise InputError("tool.field", field=name)
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("tool.field", field=name) from error


def _batch(meta: Any) -> str | None:
    batch = meta.get("batch") if isinstance(meta, dict) else None
    return batch.strip()[:60] or None if isinstance(batch, str) else None


def _plan(session: Session, context: Context, rows: Sequence[Placed[Annotation]]) -> Proposal:
    users_plan, users, refusals = map_users(session, context, CODE)
    task_type_id = context.directory.task_type(context.options.task_type or "")
    # What nobody is paid for needs no payee.
    concerned = [row for row in rows if not row.row.void or _payee(row.row, users) is not None]
    facts, faults = to_facts(
        concerned,
        lambda row: _fact(context, row, users, task_type_id),
        lambda fact: fact.source_key,
    )
    plan = production.plan_output(
        session,
        context.company_id,
        CODE,
        [fact for _, fact in facts.values()],
        has_ordered_versions=True,
    )
    refusals += [*faults, *refuse_faults(facts, plan.faults)]

    def store(session: Session, batch_id: int) -> None:
        production.store_source_users(session, context.company_id, CODE, users_plan)
        production.store_output(session, context.company_id, plan, batch_id)

    return Proposal(
        parts=[
            Part(
                Text("用户对照", "User map"), users_plan, naming(context.directory, "source_user")
            ),
            output_part(context, plan.records),
        ],
        refusals=refusals,
        notices=list(_notices([placed.row for placed in rows])),
        good_count=len(facts) - len(plan.faults),
        store=store,
    )


def _payee(row: Annotation, users: Mapping[str, int]) -> int | None:
    return next((users[user] for user in row.users if user in users), None)


def _fact(
    context: Context, row: Annotation, users: Mapping[str, int], task_type_id: int
) -> OutputFact:
    employment_id = _payee(row, users)
    if employment_id is None:
        raise InputError("tool.user_unmapped", user=" / ".join(row.users))
    employee = context.directory.names[employment_id]
    refuse_future(row.work_on, context.today, "created_at")
    context.directory.employee(employee.employee_no, row.work_on)
    return OutputFact(
        employment_id=employment_id,
        task_type_id=task_type_id,
        batch_code=context.options.batch or row.batch,
        work_on=row.work_on,
        submitted_qty=row.units,
        accepted_on=None if row.void else accepted_at_once(context, row.work_on),
        source_key=row.key,
        source_version=row.version,
        is_void=row.void is not None,
    )


def _notices(rows: Sequence[Annotation]) -> Iterator[Notice]:
    """Count what is not payable and why, and what others than the annotator wrote last."""
    counts = Counter(row.void for row in rows if row.void is not None)
    for reason, count in sorted(counts.items()):
        label = VOID_REASONS[reason]
        yield Notice(Text(f"不计薪：{label.zh} {count} 条", f"Not payable: {count} {label.en}"))
    rewritten = sum(row.is_rewritten and row.void is None for row in rows)
    if rewritten:
        yield Notice(
            Text(
                f"{rewritten} 条最后由他人修改，仍记在首位标注员名下，请复核",
                f"{rewritten} were last changed by somebody else and stay with the first annotator; review them",
            ),
        )


SOURCE: Final = Source(
    code=CODE,
    label=Text("Label Studio 导出", "Label Studio export"),
    suffixes=(".json",),
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
)
