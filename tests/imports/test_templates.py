"""Templates: each source's own example goes in by its own door."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.factories import create_team
from tests.factories.premises import create_example_hall
from tests.factories.seating import create_example_seats
from tests.factories.training import create_example_class
from tests.imports.conftest import World
from workforce.attendance.models import Shift
from workforce.core.errors import InputError
from workforce.imports import service
from workforce.imports.reading.workbook import read_workbook
from workforce.imports.stated_shift import planned_shift
from workforce.imports.templates import template
from workforce.production.models import OutputRecord

WITH_SAMPLE = ("cvat_events", "cvat_xml", "label_studio")
USERS = ("2", "5", "annotator5")
WITH_TABLE = [code for code, source in service.all_sources().items() if source.columns]


@pytest.mark.parametrize("code", WITH_TABLE)
def test_an_example_can_be_read_back(world: World, code: str) -> None:
    for name in ("标注一组", "标注二组"):
        create_team(world.session, world.company, name=name)
    if code in {"exam_results", "practice_work"}:
        create_example_class(world.session, world.company, list(world.employments.values()))
    if code == "seat_assignments":
        create_example_seats(world.session, world.company)
    if code in {"areas", "seats"}:
        create_example_hall(world.session, is_empty=code == "areas")
    world.session.commit()
    source = service.source_named(code)
    world.apply(
        "output",
        "批次.csv",
        "工号,日期,任务类型,批次,合格数量\nA0001,2026-10-01,bbox_2d,B2026-10-A,1\n",
    )

    content = template(source)
    seen = world.preview(code, "模板.xlsx", content)

    # The example's people are those of the world, except that the register must not take over
    # numbers that belong to others.
    expected = {"employment.number_taken"} if code == "employees" else set()
    assert {refusal.error.code for refusal in seen.refusals} == expected
    assert [sheet.name for sheet in read_workbook(content)] == [source.label.zh, "填写说明"]


@pytest.mark.parametrize("code", WITH_TABLE)
def test_every_column_is_explained_and_has_an_example_of_one_length(code: str) -> None:
    columns = service.source_named(code).columns

    assert len({len(column.example) for column in columns}) == 1
    for column in columns:
        assert column.note.zh
        assert column.note.en


@pytest.mark.parametrize("code", WITH_SAMPLE)
def test_an_example_of_another_programs_file_can_be_read_back(world: World, code: str) -> None:
    source = service.source_named(code)
    options: dict[str, Any] = {"task_type": "bbox_2d", "mapping": dict.fromkeys(USERS, "A0001")}

    seen = world.apply(code, f"样例{source.suffixes[0]}", template(source), **options)

    assert (seen.refusals, seen.is_applied) == ([], True)
    # Each example holds two units that count.
    assert [record.accepted_qty for record in world.rows(OutputRecord)] == [2]


@pytest.mark.parametrize("code", ["dingtalk", "wecom", "zkteco"])
def test_an_example_of_a_months_punches_can_be_read_back(world: World, code: str) -> None:
    source = service.source_named(code)
    options: dict[str, Any] = {
        "mapping": {"lichen01": "A0001", "1": "A0001", "zhanghong3": "A0003", "3": "A0003"},
        "planned": (planned_shift("09:00-18:00/60"), planned_shift("22:00-06:00")),
    }

    seen = world.apply(code, f"样例{source.suffixes[0]}", template(source), **options)

    assert (seen.refusals, seen.is_applied) == ([], True)
    # 09:17 to 18:05 with an hour's break, and a night from 21:55 to 06:02 without one.
    assert sorted(
        (f"{shift.starts_at:%H:%M}", f"{shift.ends_at:%H:%M}", shift.break_minutes)
        for shift in world.rows(Shift)
    ) == [("09:17", "18:05", 60), ("21:55", "06:02", 0)]


def test_a_source_without_either_says_so() -> None:
    bare = replace(service.source_named("cvat_xml"), sample=None)
    with pytest.raises(InputError):
        template(bare)


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="label_studio"):
        service.source_named("钉钉")
