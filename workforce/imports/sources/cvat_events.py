"""CVAT's events as CSV: who created and deleted which objects, and when. The best count of CVAT's work.

One output record for each job, user and day: the objects created there that still exist. Only what the
server itself noted counts; what browsers report does not, nor do seconds of working time, which are
shown for comparison. Columns are known by their names; newer versions of CVAT add some.

Key: job, user and day. Version: the last event that concerned it. A file that holds fewer creations
than are known begins too late and is refused. A job is counted by events or by its XML, not by both.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.planning import refusal
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.reading.text import iter_csv, read_json_text
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Options, Proposal, Source, SourceFile
from workforce.imports.sources._cvat_ledger import (
    CREATE,
    DELETE,
    UPDATE,
    Event,
    Ledger,
    Maker,
    Spot,
    Tally,
    balance,
    minutes_by_user,
)
from workforce.imports.sources._tool_work import (
    Work,
    check_units,
    plan_work,
    require_task_type,
    source_name,
    version_of,
    whole,
)
from workforce.platform import clock
from workforce.production import source_queries

CODE: Final = "cvat_events"
CVAT: Final = "cvat"
"""Under which name work of CVAT is kept, whichever file tells of it."""

_NEEDED: Final = ("scope", "source", "timestamp", "job_id", "user_id", "payload")
_CELL_LIMIT: Final = 10_000_000
_ACT: Final = re.compile(rf"({CREATE}|{UPDATE}|{DELETE}):(shapes|tracks|tags)")
_FOREIGN: Final = frozenset({"import:dataset", "call:function"})
_WORKING_TIME: Final = "send:working_time"
_VERSION: Final = re.compile(r"\S+ \+(\d+)-\d+")

Cells = Mapping[str, str]


@dataclass(slots=True)
class _Found:
    """What the lines of a file say."""

    events: list[Event] = field(default_factory=list)
    foreign_requests: set[str] = field(default_factory=set)
    names: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """How each user may be known: by id, by name, by mail address."""
    spots: dict[Spot, Spot] = field(default_factory=dict)
    """Each place once: there are far fewer of them than objects."""
    times: dict[tuple[str, str, int], None] = field(default_factory=dict)
    """When, which user, how many milliseconds; each once."""
    refusals: list[Refusal] = field(default_factory=list)


def _read(file: SourceFile, options: Options) -> Reading[Work]:
    require_task_type(CODE, options)
    source_name(CVAT, options)
    found = _found(file.content)
    if not found.events and not found.refusals:
        raise InputError("cvat.no_events")
    ledger = balance(found.events, frozenset(found.foreign_requests))
    reading: Reading[Work] = Reading([], found.refusals, list(_notices(ledger, found)))
    for maker, tally in ledger.tallies.items():
        place = Place(row=tally.row)
        try:
            reading.rows.append(Placed(place, _work(maker, tally, found.names[maker.user])))
        except DomainError as error:
            reading.refusals.append(Refusal(place, str(maker.job), error))
    return reading


def _found(content: bytes) -> _Found:
    lines = iter_csv(content, _CELL_LIMIT)
    _, titles = next(lines, (1, []))
    if any(name not in titles for name in _NEEDED):
        raise InputError("cvat.not_events", missing="、".join(set(_NEEDED) - set(titles)))
    found = _Found()
    for line, cells in lines:
        if not any(cells):
            continue
        named = dict(zip(titles, cells, strict=False))
        # Browsers send events too: they claim, the server knows.
        if named.get("source") != "server":
            continue
        try:
            _note(found, line, named)
        except DomainError as error:
            found.refusals.append(Refusal(Place(row=line), named.get("scope", ""), error))
    return found


def _note(found: _Found, line: int, cells: Cells) -> None:
    """Keep what one line of the server says, if it concerns work."""
    scope = cells["scope"]
    act = _ACT.fullmatch(scope)
    if act is None and scope not in _FOREIGN and scope != _WORKING_TIME:
        return
    payload = read_json_text(cells.get("payload") or "{}")
    if not isinstance(payload, dict):
        raise InputError("tool.field", field="payload")
    request = payload.get("request")
    request_id = request.get("id") if isinstance(request, dict) else None
    if act is None:
        if scope in _FOREIGN and request_id is not None:
            found.foreign_requests.add(str(request_id))
        milliseconds = payload.get("working_time")
        if scope == _WORKING_TIME and isinstance(milliseconds, int):
            who = cells.get("user_name") or cells["user_id"]
            found.times[cells["timestamp"], who, milliseconds] = None
        return
    user = _id(cells, "user_id")
    found.names[user] = tuple(
        name for name in (str(user), cells.get("user_name"), cells.get("user_email")) if name
    )
    at = _instant(cells["timestamp"])
    found.events.append(
        Event(
            at=at,
            on=clock.to_base(at).date(),
            row=line,
            verb=act[1],
            job=_id(cells, "job_id"),
            user=user,
            request=None if request_id is None else str(request_id),
            objects=_objects(found, payload.get(act[2]), act[2], cells),
        )
    )


def _objects(found: _Found, listed: Any, kind: str, cells: Cells) -> tuple[tuple[int, Spot], ...]:
    """Return the ids and places of the objects that a payload lists; tracks are one object each."""
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InputError("tool.field", field=f"payload.{kind}")
    count = cells.get("count") or str(len(listed))
    if count != str(len(listed)):
        raise InputError("tool.field", field="count")
    shape_type = cells.get("obj_name", "")
    objects = []
    for each in listed:
        spot = Spot(kind, shape_type, _number(each.get("frame")), _number(each.get("label_id")))
        objects.append((whole(each, "id"), found.spots.setdefault(spot, spot)))
    return tuple(objects)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else -1


def _id(cells: Cells, name: str) -> int:
    written = cells.get(name) or ""
    return whole({name: int(written) if re.fullmatch("[0-9]{1,18}", written) else None}, name)


def _instant(written: str) -> dt.datetime:
    """Read an instant; CVAT's database writes UTC without saying so."""
    try:
        found = dt.datetime.fromisoformat(written)
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("tool.field", field="timestamp") from error


def _work(maker: Maker, tally: Tally, users: tuple[str, ...]) -> Work:
    units = check_units(max(tally.created - tally.deleted, 0))
    return Work(
        key=f"job-{maker.job}/user-{maker.user}/{maker.on}",
        users=users,
        work_on=maker.on,
        version=f"{version_of(tally.last_at)} +{tally.created}-{tally.deleted}",
        units=units,
        void=None if units else "empty",
    )


def _notices(ledger: Ledger, found: _Found) -> Iterator[Notice]:
    if ledger.not_made:
        yield Notice(
            Text(
                f"导入、模型预标或整体另存的对象 {ledger.not_made} 个，不计给任何人",
                f"{ledger.not_made} objects came by an import, a model or a job saved anew: nobody's",
            )
        )
    if ledger.older:
        yield Notice(
            Text(
                f"删除了 {ledger.older} 个在本文件之前创建的对象，没有扣减；需要时从更早的时间导出",
                f"{ledger.older} objects deleted were created before this file and are not taken off; "
                "export from an earlier time if that matters",
            )
        )
    if ledger.unclear:
        yield Notice(
            Text(
                f"删除了 {ledger.unclear} 个改动过的对象，分不清是谁的，没有扣减，请复核",
                f"{ledger.unclear} changed objects were deleted and may be one of several people's: "
                "not taken off; review them",
            )
        )
    for user, minutes in minutes_by_user((who, ms) for _, who, ms in found.times).items():
        yield Notice(
            Text(
                f"CVAT 记录的工时，只供核对：{user} {minutes} 分钟",
                f"Working time as CVAT tells it, for comparison only: {user} {minutes} minutes",
            )
        )


def _plan(session: Session, context: Context, rows: Sequence[Placed[Work]]) -> Proposal:
    stored = _stored_creations(session, context)
    good: list[Placed[Work]] = []
    refusals: list[Refusal] = []
    for placed in rows:
        key = placed.row.key
        job = key.partition("/")[0]
        known, told = stored.get(key, 0), _creations(placed.row.version)
        if job in stored:
            error = InputError("cvat.counted_by_xml", job=job.removeprefix("job-"))
            refusals.append(refusal(placed.place, error))
        elif told < known:
            error = InputError("cvat.begins_late", key=key, told=told, known=known)
            refusals.append(refusal(placed.place, error))
        else:
            good.append(placed)
    proposal = plan_work(session, context, CVAT, good)
    proposal.refusals.extend(refusals)
    return proposal


def _stored_creations(session: Session, context: Context) -> dict[str, int]:
    """Return how many creations are known of each stored record; 0 for those of XML files."""
    source = source_name(CVAT, context.options)
    records = session.execute(source_queries.versions_of_source(context.company_id, source))
    return {row.source_key: _creations(row.source_version) for row in records}


def _creations(version: str) -> int:
    match = _VERSION.fullmatch(version)
    return int(match[1]) if match else 0


def _sample() -> bytes:
    """Write three objects made by an annotator, one of which a reviewer deleted."""

    def line(scope: str, at: str, user: str, ids: Sequence[int]) -> dict[str, object]:
        shapes = [{"id": n, "frame": 0, "attributes": [], "label_id": 3} for n in ids]
        return {
            "scope": scope,
            "obj_name": "rectangle",
            "source": "server",
            "timestamp": f"2026-10-08 {at}",
            "count": len(ids),
            "project_id": 7,
            "task_id": 15,
            "job_id": 41,
            "user_id": user[-1],
            "user_name": user,
            "payload": json.dumps({"shapes": shapes}),
        }

    lines = [
        line("create:shapes", "01:15:00.000", "annotator5", [901, 902, 903]),
        line("delete:shapes", "03:20:00.000", "reviewer6", [903]),
    ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


SOURCE: Final = Source(
    code=CODE,
    label=Text("CVAT 事件", "CVAT events"),
    suffixes=(".csv",),
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
    sample=_sample,
)
