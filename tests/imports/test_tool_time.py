"""What a tool's page claims of time: compared with the shifts, kept nowhere, paid by nowhere."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import create_shift
from tests.imports.conftest import World
from tests.imports.test_label_studio import OPTIONS, annotation, export
from workforce.imports.sources._tool_time import seconds_of
from workforce.platform.db import Base
from workforce.platform.scope import Scope
from workforce.production.models import OutputRecord

DAY = dt.date(2026, 10, 8)


def notices(world: World, *seconds: object) -> list[str]:
    made = [annotation(id=n, lead_time=each) for n, each in enumerate(seconds, 1)]
    preview = world.preview("label_studio", "a.json", export(*made), **OPTIONS)
    return [notice.text.zh for notice in preview.notices if "工具" in notice.text.zh]


@pytest.mark.feature("SUP-16")
def test_more_than_the_shift_holds_is_named_for_checking(world: World) -> None:
    # Nine hours with an hour's break are eight hours: 28 800 seconds.
    create_shift(world.session, world.employments["A0001"], DAY)
    assert notices(world, 28_000, 800) == []
    (over,) = notices(world, 28_000, 801)
    assert "1 个人日超过" in over
    assert "A0001 2026-10-08" in over
    assert "不作计薪依据" in over


@pytest.mark.feature("SUP-16")
def test_time_without_a_shift_is_named(world: World) -> None:
    (without,) = notices(world, 60)
    assert "没有班次的有 1 个人日" in without
    assert notices(world, None, "nonsense", -5, 10**12, 0) == []


@pytest.mark.feature("SUP-16")
def test_a_leader_is_told_of_no_day_of_another_team(world: World) -> None:
    world.apply("label_studio", "a.json", export(annotation()), **OPTIONS)
    known = {"task_type": OPTIONS["task_type"]}
    content = export(annotation(id=2, lead_time=60))
    nobody = Scope.teams(world.company.id, frozenset())
    seen = world.preview("label_studio", "b.json", content, reach=nobody, **known)
    assert [refusal.error.code for refusal in seen.refusals] == ["employment.other_team"]
    assert not [notice for notice in seen.notices if "工具" in notice.text.zh]


@pytest.mark.feature("SUP-16")
def test_no_table_has_a_place_for_it_and_no_record_differs(world: World) -> None:
    world.apply("label_studio", "a.json", export(annotation(lead_time=86_000)), **OPTIONS)
    (record,) = world.rows(OutputRecord)
    stored = {name: value for name, value in vars(record).items() if not name.startswith("_")}
    assert 86_000 not in stored.values()
    columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
    assert not {name for name in columns if "lead_time" in name or "tool_time" in name}


@pytest.mark.parametrize(
    ("claimed", "seconds"),
    [("33.5", 33), (33, 33), ("-1", 0), ("1e3", 0), (None, 0), ("86400", 86_400), ("86401", 0)],
)
def test_seconds_are_read_as_a_tool_writes_them(claimed: object, seconds: int) -> None:
    assert seconds_of(claimed) == seconds
