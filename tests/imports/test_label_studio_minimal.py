"""Label Studio's tables: weaker evidence, which never adds to or changes what JSON told."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World
from workforce.core.errors import InputError
from workforce.imports.sources.label_studio import SOURCE
from workforce.production.models import OutputRecord, SourceUser

PROJECT = (SAMPLES / "label_studio_project.json").read_bytes()
TABLES = ("label_studio_min.csv", "label_studio_min.tsv", "label_studio_min.json")
OPTIONS: dict[str, Any] = {"task_type": "bbox_2d", "mapping": {"2": "A0001", "3": "A0002"}}
HEAD = ("annotation_id", "annotator", "created_at", "id", "label", "updated_at")
AT = "2026-10-08T02:00:00.000001Z"
BOX = {"x": 1.5, "y": 2, "width": 3, "height": 4, "rotation": 0, "rectanglelabels": ["车"]}
OTHER = {**BOX, "x": 9}

# Seen in the sample: annotations 4 and 34, two boxes each, are references, which only JSON tells;
# 31 (skipped) is in no table, and 32 (empty) is a row without labels.
REFERENCES = {"4": 2, "34": 2}


def table(*cells: Any, head: tuple[str, ...] = HEAD) -> str:
    """Write one row as Label Studio does: every text quoted."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(head)
    writer.writerow(
        [json.dumps(c, ensure_ascii=False) if isinstance(c, list) else c for c in cells]
    )
    return text.getvalue()


def row(*regions: Any, number: Any = 7, annotator: Any = "2", at: str = AT) -> str:
    """Write an annotation with these labels."""
    return table(number, annotator, AT, 1, list(regions) if regions else "", at)


def records(world: World) -> dict[str, tuple[str, int, str | None]]:
    """Say state, payable units and evidence of each record."""
    return {
        record.source_key: (record.state, record.accepted_qty, record.evidence)
        for record in world.rows(OutputRecord)
    }


def payable() -> dict[str, int]:
    """Count the distinct regions of each annotation of the complete export that may be paid."""
    return {
        str(each["id"]): len({item["id"] for item in each["result"]})
        for task in json.loads(PROJECT)
        for each in task["annotations"]
        if each["result"] and not each["ground_truth"]
    }


@both_engines
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.feature("SUP-12")
def test_the_table_then_the_complete_export_count_once(world: World, name: str) -> None:
    content = (SAMPLES / name).read_bytes()

    seen = world.apply("label_studio", name, content, **OPTIONS)

    assert seen.refusals == []
    assert records(world) == {
        key: ("accepted", units, "minimal") for key, units in (payable() | REFERENCES).items()
    }
    notices = " ".join(notice.text.zh for notice in seen.notices)
    assert "较弱的证据" in notices
    assert "计数的列：label" in notices

    world.apply("label_studio", "export.json", PROJECT, **OPTIONS)
    complete = {key: ("accepted", units, None) for key, units in payable().items()} | dict.fromkeys(
        REFERENCES, ("rejected", 0, None)
    )
    assert records(world) == complete

    # The table again changes nothing of what the complete export told.
    again = world.apply("label_studio", name, content, **OPTIONS)
    assert (again.refusals, again.counts[:2]) == ([], (0, 0))
    assert records(world) == complete


@both_engines
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.feature("SUP-12")
def test_after_the_complete_export_a_table_adds_nothing(world: World, name: str) -> None:
    world.apply("label_studio", "export.json", PROJECT, **OPTIONS)
    before = records(world)

    held = world.apply("label_studio", name, (SAMPLES / name).read_bytes(), keep=True, **OPTIONS)

    # The references, which the complete export left out.
    assert {refusal.error.code for refusal in held.refusals} == {"output.weaker_evidence"}
    assert len(held.refusals) == len(REFERENCES)
    assert held.counts[:2] == (0, 0)
    assert records(world) == before


def test_a_later_version_in_a_table_does_not_replace_a_complete_one(world: World) -> None:
    world.apply("label_studio", "export.json", PROJECT, **OPTIONS)

    later = row(BOX, number=1, at="2026-11-25T02:00:00Z")
    held = world.preview("label_studio", "b.csv", later, **OPTIONS)

    assert [refusal.error.code for refusal in held.refusals] == ["output.weaker_evidence"]
    assert "JSON" in str(held.refusals[0].error.hint("en"))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"label": [BOX, OTHER]}, 2),
        # Drawn twice at the same place: two regions.
        ({"label": [BOX, BOX]}, 2),
        # A box, its class and its text in columns of their own: one region.
        ({"box": [{"x": 1, "width": 3}], "class": [{"x": 1, "width": 3, "labels": ["车"]}]}, 1),
        ({"label": [BOX], "note": [{**BOX, "text": ["甲", "乙"]}]}, 1),
        ({"label": [BOX], "poly": [{"points": [[1, 2]], "polygonlabels": ["路"]}]}, 2),
        ({"ner": [{"start": 0, "end": 2, "text": "奉节", "labels": ["地名"]}]}, 1),
        ({"video": [{"sequence": [{"frame": 1}, {"frame": 2}], "labels": ["车"]}]}, 1),
        # A project's data beside its labels.
        ({"label": [BOX], "dialogue": [{"author": "甲", "text": "好"}], "size": "[1, 2]"}, 1),
        ({"label": [BOX], "title": "[未完"}, 1),
    ],
)
@pytest.mark.feature("SUP-12")
def test_units_of_a_row(world: World, columns: dict[str, Any], expected: int) -> None:
    content = table(7, "2", AT, AT, *columns.values(), head=(*HEAD[:3], "updated_at", *columns))

    world.apply("label_studio", "a.csv", content, **OPTIONS)

    assert records(world) == {"7": ("accepted", expected, "minimal")}


@pytest.mark.parametrize("value", ["正面", '["正面", "长"]', '{"choices": ["正面", "长"]}'])
def test_a_classification_is_one_unit_where_its_column_is_named(world: World, value: str) -> None:
    content = table(7, "2", AT, AT, value, head=(*HEAD[:3], "updated_at", "sentiment"))
    with pytest.raises(InputError) as caught:
        world.preview("label_studio", "a.csv", content, **OPTIONS)
    assert caught.value.code == "tool.no_regions"

    world.apply("label_studio", "a.csv", content, controls=("sentiment",), **OPTIONS)

    assert records(world) == {"7": ("accepted", 1, "minimal")}
    with pytest.raises(InputError) as unknown:
        world.preview("label_studio", "a.csv", content, controls=("心情",), **OPTIONS)
    assert unknown.value.code == "tool.no_control"
    assert "sentiment" in str(unknown.value.hint("en"))


def test_an_empty_submission_and_a_task_without_labels_are_not_paid(world: World) -> None:
    rows = [
        row(BOX),
        row(number=8).splitlines(keepends=True)[1],
        '"","","",4,"",""\r\n',
    ]

    seen = world.apply("label_studio", "a.csv", "".join(rows), **OPTIONS)

    assert set(records(world)) == {"7"}
    notices = " ".join(notice.text.en for notice in seen.notices)
    assert "1 empty" in notices
    assert "1 tasks without labels" in notices


@pytest.mark.parametrize(
    "content",
    [
        row(BOX, number="x"),
        row(BOX, number="-7"),
        row(BOX, number="9" * 30),
        row(BOX, annotator=""),
        row(BOX, annotator="li@example.test"),
        row(BOX, at="yesterday"),
        row(BOX, at="2026-10-08T02:00:00"),
    ],
)
def test_a_spoilt_row_is_refused_at_its_line(world: World, content: str) -> None:
    (refusal,) = world.preview("label_studio", "a.csv", content, **OPTIONS).refusals

    assert refusal.error.code == "tool.field"
    assert refusal.place.row == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("工号,日期\nA0001,2026-10-08\n", "tool.not_export"),
        ("annotation_id,annotator,created_at\n1,2,3\n", "tool.not_export"),
        ('"annotation_id","annotator","created_at","updated_at"\n"1', "file.csv"),
        ("annotation_id,annotator,created_at,updated_at\n", "table.no_rows"),
    ],
)
def test_a_table_that_is_no_export_is_refused_whole(
    world: World, content: bytes | str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("label_studio", "a.csv", content, **OPTIONS)
    assert caught.value.code == code


def test_a_file_saved_by_excel_in_china_is_read(world: World) -> None:
    seen = world.apply("label_studio", "a.csv", row(BOX).encode("gb18030"), **OPTIONS)

    assert seen.refusals == []
    assert records(world) == {"7": ("accepted", 1, "minimal")}


def test_masks_may_be_long(world: World) -> None:
    mask = {"format": "rle", "rle": list(range(40_000)), "brushlabels": ["路"]}

    world.apply("label_studio", "a.csv", row(mask), **OPTIONS)

    assert records(world) == {"7": ("accepted", 1, "minimal")}


@both_engines
@pytest.mark.feature("SUP-12")
def test_two_servers_have_ids_and_users_of_their_own(world: World) -> None:
    world.apply("label_studio", "a.csv", row(BOX), **OPTIONS)
    other: dict[str, Any] = {"task_type": "bbox_2d", "mapping": {"2": "A0003"}, "server": "ls2"}

    seen = world.apply("label_studio", "b.csv", row(BOX, OTHER), **other)

    assert seen.refusals == []
    found = {(r.source, r.employment_id): r.accepted_qty for r in world.rows(OutputRecord)}
    assert found == {
        ("label_studio", world.employments["A0001"].id): 1,
        ("label_studio@ls2", world.employments["A0003"].id): 2,
    }
    assert {user.source for user in world.rows(SourceUser)} == {
        "label_studio",
        "label_studio@ls2",
    }
    again = world.apply("label_studio", "b.csv", row(BOX, OTHER), **other)
    assert again.counts[:2] == (0, 0)


@pytest.mark.parametrize("server", ["", "LS2", "a b", "../x", "x" * 21])
def test_a_servers_name_is_short_and_plain(world: World, server: str) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("label_studio", "a.csv", row(BOX), server=server, **OPTIONS)
    assert caught.value.code == "option.server"


def test_it_reads_the_three_endings() -> None:
    assert SOURCE.suffixes == (".json", ".csv", ".tsv")
