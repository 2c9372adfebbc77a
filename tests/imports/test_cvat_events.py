"""CVAT's events: whose objects they are, through deletions, changed ids, whole saves and imports."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World
from workforce.core.errors import InputError
from workforce.production.models import OutputRecord

SAMPLE = (SAMPLES / "cvat_events.csv").read_bytes()
OPTIONS: dict[str, Any] = {
    "task_type": "bbox_2d",
    "mapping": {"5": "A0001", "reviewer01": "A0002"},
}
HEAD = (
    "scope",
    "obj_name",
    "source",
    "timestamp",
    "count",
    "job_id",
    "user_id",
    "user_name",
    "payload",
)
USERS = {5: "annotator01", 6: "reviewer01"}


def event(
    scope: str,
    ids: Sequence[int] = (),
    *,
    user: int = 5,
    at: str = "2026-11-02 01:00:00.000",
    request: str | None = None,
    frame: int = 0,
    **also: Any,
) -> dict[str, Any]:
    """Make an event of the server on objects of job 41."""
    kind = scope.partition(":")[2]
    listed = [{"id": n, "frame": frame, "attributes": [], "label_id": 3} for n in ids]
    payload: dict[str, Any] = {kind: listed} if ids else {}
    if request is not None:
        payload["request"] = {"id": request}
    return {
        "scope": scope,
        "obj_name": "rectangle",
        "source": "server",
        "timestamp": at,
        "count": len(ids),
        "job_id": 41,
        "user_id": user,
        "user_name": USERS.get(user, ""),
        "payload": json.dumps(payload),
        **also,
    }


def events(*rows: dict[str, Any], head: Sequence[str] = HEAD) -> str:
    """Write events as CVAT does."""
    text = io.StringIO()
    writer = csv.DictWriter(text, head, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def counted(world: World) -> dict[tuple[str, int], int]:
    """Say what each employee is credited with, by day of the month."""
    numbers = {employment.id: no for no, employment in world.employments.items()}
    return {
        (numbers[record.employment_id], record.work_on.day): record.accepted_qty
        for record in world.rows(OutputRecord)
    }


@both_engines
@pytest.mark.feature("SUP-12", "SUP-16")
def test_the_sample(world: World) -> None:
    seen = world.apply("cvat_events", "events.csv", SAMPLE, **OPTIONS)

    assert seen.refusals == []
    # annotator01 created 901–905 on the morning of 2 November; reviewer01 deleted 905.
    (record,) = world.rows(OutputRecord)
    assert counted(world) == {("A0001", 2): 4}
    assert (record.source, record.source_key) == ("cvat", "job-41/user-5/2026-11-02")
    assert record.evidence is None
    # 1,893,000 ms of working time, for comparison only.
    assert "annotator01 31 分钟" in seen.notices[-1].text.zh

    again = world.apply("cvat_events", "events.csv", SAMPLE, **OPTIONS)
    assert (again.refusals, again.counts[:2]) == ([], (0, 0))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 16:30 UTC is half past midnight at the base.
        ([event("create:shapes", [1], at="2026-11-02 16:30:00")], {("A0001", 3): 1}),
        ([event("create:tags", [1]), event("create:shapes", [1])], {("A0001", 2): 2}),
        # Kept: what the reviewer adds is the reviewer's.
        (
            [event("create:shapes", [1]), event("create:shapes", [2], user=6)],
            {("A0001", 2): 1, ("A0002", 2): 1},
        ),
        # Written in disorder: the time decides.
        (
            [
                event("delete:shapes", [1], at="2026-11-02 02:00:00"),
                event("create:shapes", [1, 2], at="2026-11-02 01:00:00"),
            ],
            {("A0001", 2): 1},
        ),
        # Changed by the reviewer, which gives it a new id, and then deleted: it was the annotator's.
        (
            [
                event("create:shapes", [1, 2]),
                event("update:shapes", [1], user=6, at="2026-11-02 02:00:00"),
                event("delete:shapes", [77], user=6, at="2026-11-02 03:00:00"),
            ],
            {("A0001", 2): 1},
        ),
        # Changed by both at one place; a server that keeps the ids says whose it was.
        (
            [
                event("create:shapes", [1]),
                event("create:shapes", [2], user=6),
                event("update:shapes", [1, 2], at="2026-11-02 02:00:00"),
                event("delete:shapes", [1], at="2026-11-02 03:00:00"),
            ],
            {("A0002", 2): 1},
        ),
        # A whole job saved anew by the reviewer: still the annotator's, but for one object more.
        (
            [
                event("create:shapes", [1, 2]),
                event("delete:shapes", [1, 2], user=6, request="r", at="2026-11-03 02:00:00"),
                event("create:shapes", [7, 8, 9], user=6, request="r", at="2026-11-03 02:00:00"),
            ],
            {("A0001", 2): 2, ("A0002", 3): 1},
        ),
        # What an import or a model brings is nobody's.
        (
            [
                event("import:dataset", request="i"),
                event("create:shapes", [1, 2], request="i"),
                event("call:function", request="f"),
                event("create:shapes", [3], request="f"),
                event("create:shapes", [4], request="own"),
            ],
            {("A0001", 2): 1},
        ),
        # What a browser claims does not count.
        (
            [
                event("create:shapes", [1]),
                event("create:shapes", [2], source="client"),
                event("draw:object", [3], source="client"),
            ],
            {("A0001", 2): 1},
        ),
    ],
)
@pytest.mark.feature("SUP-12", "SUP-16")
def test_whose_objects_they_are(
    world: World, rows: list[dict[str, Any]], expected: dict[tuple[str, int], int]
) -> None:
    seen = world.apply("cvat_events", "a.csv", events(*rows), **OPTIONS)

    assert seen.refusals == []
    assert counted(world) == expected


def test_a_track_is_one_object(world: World) -> None:
    payload = {
        "tracks": [{"id": 9, "frame": 0, "label_id": 3, "shapes": [{"id": n} for n in range(50)]}]
    }
    track = event("create:tracks", payload=json.dumps(payload), count=1)

    world.apply("cvat_events", "a.csv", events(track), **OPTIONS)

    assert counted(world) == {("A0001", 2): 1}


def test_a_later_export_takes_off_what_was_deleted_since(world: World) -> None:
    made = event("create:shapes", [1, 2, 3])
    world.apply("cvat_events", "a.csv", events(made), **OPTIONS)
    gone = event("delete:shapes", [1, 2, 3], user=6, at="2026-11-05 01:00:00")

    later = events(made, gone)
    assert world.apply("cvat_events", "b.csv", later, **OPTIONS).counts.changed == 1
    (record,) = world.rows(OutputRecord)
    assert (record.state, record.accepted_qty) == ("rejected", 0)

    held = world.apply("cvat_events", "a.csv", events(made), **OPTIONS)
    assert [refusal.error.code for refusal in held.refusals] == ["output.older_version"]


@pytest.mark.feature("SUP-14")
def test_an_export_that_begins_too_late_is_refused(world: World) -> None:
    first = event("create:shapes", [1, 2], at="2026-11-02 01:00:00")
    second = event("create:shapes", [3], at="2026-11-02 05:00:00")
    world.apply("cvat_events", "a.csv", events(first, second), **OPTIONS)
    gone = event("delete:shapes", [3], at="2026-11-02 06:00:00")

    held = world.apply("cvat_events", "b.csv", events(second, gone), **OPTIONS)

    (refusal,) = held.refusals
    assert refusal.error.code == "cvat.begins_late"
    assert counted(world) == {("A0001", 2): 3}


def test_deletions_that_nobody_can_be_charged_with_are_told(world: World) -> None:
    rows = [
        event("create:shapes", [1]),
        event("create:shapes", [2], user=6),
        # Both changed at one place: the id that is deleted could be either's.
        event("update:shapes", [1, 2], at="2026-11-02 02:00:00"),
        event("delete:shapes", [88], at="2026-11-02 03:00:00"),
        # Created before the export began.
        event("delete:shapes", [12], frame=5, at="2026-11-02 03:00:00"),
    ]

    seen = world.apply("cvat_events", "a.csv", events(*rows), **OPTIONS)

    assert counted(world) == {("A0001", 2): 1, ("A0002", 2): 1}
    notices = " ".join(notice.text.en for notice in seen.notices)
    assert "1 changed objects were deleted" in notices
    assert "1 objects deleted were created before" in notices


@pytest.mark.parametrize(
    "changes",
    [
        {"job_id": ""},
        {"job_id": "x"},
        {"user_id": "0"},
        {"timestamp": "yesterday"},
        {"count": 2},
        {"payload": "{"},
        {"payload": "[]"},
        {"payload": '{"shapes": {"id": 1}}'},
        {"payload": '{"shapes": [{"id": true}]}'},
        {"payload": '{"shapes": [{"frame": 1}]}'},
    ],
)
def test_a_spoilt_line_is_refused_at_its_place(world: World, changes: dict[str, Any]) -> None:
    content = events(event("create:shapes", [1]), event("create:shapes", [2], **changes))

    held = world.preview("cvat_events", "a.csv", content, **OPTIONS)

    assert [refusal.place.row for refusal in held.refusals] == [3]
    assert all(refusal.error.hint("zh") for refusal in held.refusals)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("工号,日期\nA0001,2026-10-08\n", "cvat.not_events"),
        (events(event("draw:object", source="client")), "cvat.no_events"),
        (events(), "cvat.no_events"),
        ('scope,source,timestamp,job_id,user_id,payload\n"x', "file.csv"),
    ],
)
def test_a_file_without_such_events_is_refused_whole(
    world: World, content: bytes | str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("cvat_events", "a.csv", content, **OPTIONS)
    assert caught.value.code == code


def test_columns_are_known_by_name_and_users_by_the_map(world: World) -> None:
    content = events(event("create:shapes", [1]), head=("remote_addr", *reversed(HEAD)))
    held = world.preview("cvat_events", "a.csv", content, task_type="bbox_2d")
    assert [refusal.error.code for refusal in held.refusals] == ["tool.user_unmapped"]

    world.apply(
        "cvat_events", "a.csv", content, task_type="bbox_2d", mapping={"annotator01": "A0003"}
    )

    assert counted(world) == {("A0003", 2): 1}
    assert world.rows(OutputRecord)[0].work_on == dt.date(2026, 11, 2)
