"""Files of other programs: they, and the tables that can be made of them, go in again without a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World
from tests.imports.formats import OPTIONS, PUNCHES, USERS, assert_unchanged, exported, stored
from tests.imports.sheets import workbook
from workforce.attendance.models import Absence, Leave, Shift
from workforce.imports.reading.text import read_csv
from workforce.imports.reading.workbook import read_workbook


@dataclass(frozen=True)
class Sample:
    """A file of another program."""

    source: str
    name: str
    content: bytes = field(repr=False)
    refused: int = 0


def sheets(*names: str) -> bytes:
    """Keep some sheets of DingTalk's report: each is also exported alone."""
    whole = read_workbook((SAMPLES / "dingtalk_202610.xlsx").read_bytes())
    return workbook({sheet.name: sheet.rows for sheet in whole if sheet.name in names})


def sample(source: str, name: str, refused: int = 0) -> Sample:
    """Return a sample of the folder."""
    return Sample(source, name, (SAMPLES / name).read_bytes(), refused)


# 王欣怡 forgot to punch out on one day, in each of these months.
PROGRAMS: Mapping[str, Sample] = {
    "dingtalk": sample("dingtalk", "dingtalk_202610.xlsx", 1),
    "dingtalk, daily": Sample("dingtalk", "a.xlsx", sheets("每日统计"), 1),
    "dingtalk, punches": Sample("dingtalk", "a.xlsx", sheets("原始记录"), 1),
    "dingtalk, month": Sample("dingtalk", "a.xlsx", sheets("月度汇总"), 1),
    "dingtalk, times": Sample("dingtalk", "a.xlsx", sheets("打卡时间"), 1),
    "wecom": sample("wecom", "wecom_202610.xlsx", 1),
    "zkteco": sample("zkteco", "1_attlog.dat", 1),
    "label_studio": sample("label_studio", "label_studio_project.json"),
    "label_studio, snapshot": sample("label_studio", "label_studio_snapshot.json"),
    "label_studio, CSV": sample("label_studio", "label_studio_min.csv"),
    "label_studio, TSV": sample("label_studio", "label_studio_min.tsv"),
    "label_studio, JSON-MIN": sample("label_studio", "label_studio_min.json"),
    "cvat_events": sample("cvat_events", "cvat_events.csv"),
    "cvat_xml": sample("cvat_xml", "cvat_images.xml"),
}


@both_engines
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.feature("SUP-5")
def test_another_programs_file_and_the_tables_made_of_it_change_nothing(
    world: World, name: str
) -> None:
    """Its facts can be exported as the program's own tables only: these, and it again, are no news."""
    file = PROGRAMS[name]
    first = world.apply(file.source, file.name, file.content, keep=True, **OPTIONS)
    before = stored(world)
    assert len(first.refusals) == file.refused
    assert first.counts.added > len(USERS)

    tables = {code: exported(world, code, ".csv") for code in ("shifts", "leave", "output")}
    for code, content in tables.items():
        if len(read_csv(content)[0].rows) > 1:
            again = world.apply(code, "导出.csv", content)
            assert (again.refusals, again.notices) == ([], [])
            assert_unchanged(again)
    again = world.apply(file.source, file.name, file.content, keep=True, **OPTIONS)

    assert_unchanged(again)
    assert len(again.refusals) == file.refused
    assert stored(world) == before
    # What a tool told is not in the table of output: it would be paid a second time.
    assert len(read_csv(tables["output"])[0].rows) == 1


@both_engines
@pytest.mark.parametrize("name", [name for name in PROGRAMS if PROGRAMS[name].source in PUNCHES])
@pytest.mark.feature("SUP-5")
def test_the_tables_hold_all_that_a_program_told(world: World, name: str) -> None:
    file = PROGRAMS[name]
    world.apply(file.source, file.name, file.content, keep=True, **OPTIONS)
    before = stored(world)
    assert len(before["Shift"]) > 80
    tables = {code: exported(world, code, ".xlsx") for code in ("shifts", "leave")}
    for model in (Shift, Leave, Absence):
        for row in world.rows(model):
            world.session.delete(row)
    world.session.commit()

    for code, content in tables.items():
        if len(read_workbook(content)[0].rows) > 1:
            assert world.apply(code, "导出.xlsx", content).refusals == []

    assert stored(world) == before
