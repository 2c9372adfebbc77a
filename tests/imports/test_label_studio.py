"""Label Studio: what counts as a unit, who is paid for it, and what a later export may change."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.imports.models import ImportBatch
from workforce.imports.sources.label_studio import count_units
from workforce.platform import audit, locks
from workforce.platform.scope import Scope
from workforce.production import service as production
from workforce.production.models import OutputRecord, SourceUser
from workforce.production.service import Decider

PROJECT = (SAMPLES / "label_studio_project.json").read_bytes()
SNAPSHOT = (SAMPLES / "label_studio_snapshot.json").read_bytes()
MAPPING = {"2": "A0001", "3": "A0002"}
OPTIONS: dict[str, Any] = {"task_type": "bbox_2d", "mapping": MAPPING}


def annotation(**changes: Any) -> dict[str, Any]:
    """Make an annotation of user 2 with two boxes."""
    return {
        "id": 7,
        "completed_by": 2,
        "updated_by": 2,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-10-08T02:00:00.000001Z",
        "updated_at": "2026-10-08T02:00:00.000001Z",
        "lead_time": 33.5,
        "import_id": None,
        "result": [box("a"), box("b")],
    } | changes


def box(region: str) -> dict[str, Any]:
    """Make one region."""
    return {"id": region, "type": "rectanglelabels", "value": {"x": 1.5, "rectanglelabels": ["车"]}}


def export(*annotations: dict[str, Any], **task: Any) -> str:
    """Write an export with one task."""
    return json.dumps([{"id": 1, "annotations": list(annotations), "meta": {}, **task}])


def units(world: World) -> list[tuple[str, int]]:
    """Say state and payable units of each record."""
    return [(record.state, record.accepted_qty) for record in world.rows(OutputRecord)]


@both_engines
@pytest.mark.feature("SUP-12")
def test_the_sample_project_and_its_snapshot_are_the_same_work(world: World) -> None:
    seen = world.apply("label_studio", "export.json", PROJECT, **OPTIONS)
    assert seen.refusals == []
    assert seen.is_applied

    # Counted by hand in the file: distinct region ids of annotations that are neither skipped,
    # empty, reference nor imported.
    tasks = json.loads(PROJECT)
    payable = [
        a
        for task in tasks
        for a in task["annotations"]
        if not a["was_cancelled"] and not a["ground_truth"] and a["result"]
    ]
    expected = Counter[int]()
    for each in payable:
        expected[each["completed_by"]] += len({item["id"] for item in each["result"]})
    found = Counter[int]()
    by_id = {employment.id: no for no, employment in world.employments.items()}
    users = {no: int(user) for user, no in MAPPING.items()}
    for record in world.rows(OutputRecord):
        found[users[by_id[record.employment_id]]] += record.accepted_qty
    assert found == expected
    assert len(world.rows(OutputRecord)) == len(payable)
    # 13:45 UTC is 21:45 at the base, the same day.
    assert {record.work_on for record in world.rows(OutputRecord)} == {dt.date(2026, 11, 24)}

    again = world.apply("label_studio", "snapshot.json", SNAPSHOT, **OPTIONS)
    assert (again.counts.added, again.counts.changed, again.counts.refused) == (0, 0, 0)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        # Probe of the running program: 2 boxes, a choice and a text for one, and a relation.
        (
            [
                box("a"),
                {"id": "a", "type": "choices", "value": {}},
                {"id": "a", "type": "textarea", "value": {}},
                box("b"),
                {"type": "relation", "from_id": "a", "to_id": "b"},
            ],
            2,
        ),
        ([{"id": "c", "type": "choices", "value": {}}], 1),
        ([{"id": "c", "type": "choices"}, {"id": "n", "type": "number"}], 1),
        ([{"id": "r", "type": "rectangle"}, {"id": "r", "type": "labels"}], 1),
        ([{"id": "v", "type": "videorectangle", "value": {"sequence": [1, 2, 3]}}], 1),
        ([{"type": "relation"}], 0),
        ([], 0),
    ],
)
@pytest.mark.feature("SUP-12")
def test_units(result: list[dict[str, Any]], expected: int) -> None:
    assert count_units(result) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"was_cancelled": True}, "跳过"),
        ({"result": []}, "空"),
        ({"ground_truth": True}, "参考答案"),
        ({"updated_by": None}, "导入"),
        ({"import_id": 4}, "导入"),
    ],
)
def test_what_is_not_payable_is_counted_and_not_stored(
    world: World, changes: dict[str, Any], reason: str
) -> None:
    seen = world.apply("label_studio", "a.json", export(annotation(**changes)), **OPTIONS)

    assert seen.refusals == []
    assert reason in seen.notices[0].text.zh
    assert world.count(OutputRecord) == 0


def test_the_day_is_that_of_the_base(world: World) -> None:
    late = annotation(created_at="2026-10-31T16:30:00Z", updated_at="2026-10-31T16:30:00Z")

    world.apply("label_studio", "a.json", export(late), **OPTIONS)

    (record,) = world.rows(OutputRecord)
    assert (record.work_on, record.pay_period) == (dt.date(2026, 11, 1), "2026-11")


@pytest.mark.feature("SUP-16")
def test_what_the_browser_says_of_time_changes_nothing(world: World) -> None:
    world.apply("label_studio", "a.json", export(annotation()), **OPTIONS)

    for claimed in (None, 999_999.5, -1):
        again = world.apply(
            "label_studio", "a.json", export(annotation(lead_time=claimed)), **OPTIONS
        )
        assert (again.counts.changed, again.counts.refused) == (0, 0)
    assert units(world) == [("accepted", 2)]


def test_a_later_version_replaces_and_an_older_one_is_refused(world: World) -> None:
    world.apply("label_studio", "a.json", export(annotation()), **OPTIONS)
    newer = annotation(updated_at="2026-10-09T02:00:00Z", result=[box("a"), box("b"), box("c")])

    assert world.apply("label_studio", "b.json", export(newer), **OPTIONS).counts.changed == 1
    assert units(world) == [("accepted", 3)]

    held = world.apply("label_studio", "a.json", export(annotation()), **OPTIONS)
    assert [refusal.error.code for refusal in held.refusals] == ["output.older_version"]
    assert units(world) == [("accepted", 3)]


def test_the_payee_is_fixed_at_first_sight(world: World) -> None:
    world.apply("label_studio", "a.json", export(annotation()), **OPTIONS)
    moved = annotation(completed_by=3, updated_at="2026-10-09T02:00:00Z")

    held = world.apply("label_studio", "b.json", export(moved), **OPTIONS)

    (refusal,) = held.refusals
    assert refusal.error.code == "output.payee_changed"
    assert "A0001" in refusal.error.message("en")
    assert "A0002" in refusal.error.message("en")
    assert refusal.place.text() == "[0].annotations[0]"


def test_work_skipped_later_is_taken_back_while_its_month_is_open(world: World) -> None:
    world.apply("label_studio", "a.json", export(annotation()), **OPTIONS)
    skipped = annotation(updated_at="2026-10-09T02:00:00Z", was_cancelled=True)

    world.apply("label_studio", "b.json", export(skipped), **OPTIONS)
    assert units(world) == [("rejected", 0)]

    other = export(annotation(id=8))
    world.apply("label_studio", "c.json", other, **OPTIONS)
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()
    gone = export(annotation(id=8, was_cancelled=True, updated_at="2026-11-09T02:00:00Z"))
    held = world.apply("label_studio", "d.json", gone, **OPTIONS)
    assert [refusal.error.code for refusal in held.refusals] == ["output.paid"]


@pytest.mark.feature("SUP-14")
def test_rejected_then_reworked_then_accepted_is_paid_once(
    make_world: Callable[..., World],
) -> None:
    world = make_world("by_person")
    options = {**OPTIONS, "batch": "B1"}
    world.apply("label_studio", "a.json", export(annotation()), **options)
    assert units(world) == [("submitted", 0)]
    (record,) = world.rows(OutputRecord)

    def decide(action: str, day: int) -> None:
        decider = Decider(actor=audit.CLI, scope=Scope.company(world.company.id), person_id=None)
        production.decide_records(
            world.session,
            decider,
            action,
            on=dt.date(2026, 10, day),
            reason="x",
            record_ids=[record.id],
        )
        world.session.commit()

    decide("reject", 9)
    assert units(world) == [("rejected", 0)]
    # The same export again does not undo the rejection.
    assert world.apply("label_studio", "a.json", export(annotation()), **options).counts[:2] == (
        0,
        0,
    )

    redone = export(annotation(updated_at="2026-10-10T02:00:00Z"))
    world.apply("label_studio", "b.json", redone, **options)
    (record,) = world.rows(OutputRecord)
    assert (record.state, record.reworked_qty) == ("submitted", 2)

    decide("accept", 11)
    decide("accept", 12)
    (record,) = world.rows(OutputRecord)
    assert (record.state, record.accepted_qty, record.pay_period) == ("accepted", 2, "2026-10")
    assert record.accepted_on == dt.date(2026, 10, 11)
    assert (record.submitted_qty, record.rejected_qty, record.reworked_qty) == (2, 0, 2)


def test_an_unmapped_user_is_refused_and_the_map_is_kept(world: World) -> None:
    content = export(annotation())
    held = world.apply("label_studio", "a.json", content, task_type="bbox_2d")
    assert [refusal.error.code for refusal in held.refusals] == ["tool.user_unmapped"]

    world.apply("label_studio", "a.json", content, **OPTIONS)
    assert {user.source_user for user in world.rows(SourceUser)} == {"2", "3"}
    assert world.apply("label_studio", "a.json", content, task_type="bbox_2d").refusals == []


def test_a_snapshot_user_may_be_mapped_by_mail(world: World) -> None:
    who = {"id": 9, "email": "li@example.test", "first_name": "晨", "last_name": "李"}
    content = export(annotation(completed_by=who, updated_by=9))

    seen = world.apply(
        "label_studio", "a.json", content, task_type="bbox_2d", mapping={"li@example.test": "A0001"}
    )

    assert seen.refusals == []
    assert world.rows(OutputRecord)[0].employment_id == world.employments["A0001"].id


def test_tokens_and_passwords_of_the_project_are_not_kept(world: World) -> None:
    project = {"token": "s3cr3t-token", "task_data_password": "s3cr3t-password"}
    content = export(annotation(), project=project)

    world.apply("label_studio", "a.json", content, **OPTIONS)

    driver: Any = world.session.connection().connection.driver_connection
    dump = "".join(driver.iterdump())
    assert world.count(ImportBatch) == 1
    assert "s3cr3t" not in dump


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": True},
        {"created_at": "yesterday"},
        {"created_at": "2026-10-08T02:00:00"},
        {"updated_at": None},
        {"completed_by": "2"},
        {"completed_by": {}},
        {"result": {"id": 1}},
        {"result": [1]},
    ],
)
def test_a_spoilt_annotation_is_refused_at_its_path(world: World, changes: dict[str, Any]) -> None:
    seen = world.preview("label_studio", "a.json", export(annotation(**changes)), **OPTIONS)

    (refusal,) = seen.refusals
    assert refusal.error.code == "tool.field"
    assert refusal.place.text("en") == "[0].annotations[0]"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"a": 1}', "tool.not_export"),
        (b"[1, 2]", "tool.not_export"),
        (b'[{"id": 1}]', "tool.not_export"),
        (b"[{", "file.json"),
        (b"[" * 100_000, "file.json_deep"),
        (b"[NaN]", "file.json_constant"),
        (b"[" + b"9" * 5000 + b"]", "file.json"),
        (b'["\xff\xfe"]', "file.encoding"),
    ],
)
def test_a_file_that_is_no_export_is_refused_whole(world: World, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("label_studio", "a.json", content, **OPTIONS)
    assert caught.value.code == code


def test_the_task_type_must_be_said(world: World) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("label_studio", "a.json", export(annotation()))
    assert caught.value.code == "option.missing"
