"""CVAT's XML: the objects of a job, paid to its assignee; safe against swelling files."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World
from workforce.core.errors import InputError
from workforce.production.models import OutputRecord

SAMPLE = (SAMPLES / "cvat_images.xml").read_bytes()
EVENTS = (SAMPLES / "cvat_events.csv").read_bytes()
OPTIONS: dict[str, Any] = {"task_type": "bbox_2d", "mapping": {"annotator01": "A0001"}}
BOX = '<box label="车" source="{}" xtl="1"></box>'

FRAMES = [f'<box frame="{n}"/>' for n in range(300)]


def job(body: str, *, meta: str = "", assignee: str = "annotator01") -> str:
    """Write the file of job 41 of version 1.1."""
    who = f"<assignee><username>{assignee}</username></assignee>" if assignee else ""
    inner = f"<id>41</id><updated>2026-11-02 03:12:44.120000+00:00</updated>{who}{meta}"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>'
        f"<meta><job>{inner}</job><dumped>2026-11-02</dumped></meta>{body}</annotations>"
    )


def task(body: str, *segments: tuple[int, int, int]) -> str:
    """Write the file of a task with jobs: number, first and last frame."""
    listed = "".join(
        f"<segment><id>{n}</id><start>{a}</start><stop>{b}</stop><url>http://c/api/jobs/{n}</url></segment>"
        for n, a, b in segments
    )
    return job(body, meta=f"<segments>{listed}</segments>").replace("job>", "task>")


def image(frame: int, *objects: str) -> str:
    """Write the objects of one picture."""
    return f'<image id="{frame}" name="{frame}.jpg">{"".join(objects)}</image>'


def counted(world: World) -> dict[str, tuple[str, int]]:
    """Say who is credited with how many objects of each job."""
    numbers = {employment.id: no for no, employment in world.employments.items()}
    return {
        record.source_key: (numbers[record.employment_id], record.accepted_qty)
        for record in world.rows(OutputRecord)
    }


@both_engines
@pytest.mark.feature("SUP-12")
def test_the_sample(world: World) -> None:
    seen = world.apply("cvat_xml", "annotations.xml", SAMPLE, **OPTIONS)

    assert seen.refusals == []
    # Five boxes, one of them drawn by a model.
    (record,) = world.rows(OutputRecord)
    assert counted(world) == {"job-41": ("A0001", 4)}
    assert (record.work_on, record.evidence) == (dt.date(2026, 11, 2), "assignee")
    words = " ".join(notice.text.zh for notice in seen.notices)
    assert "模型或文件生成的对象 1 个" in words
    assert "较弱的证据" in words

    again = world.apply("cvat_xml", "annotations.xml", SAMPLE, **OPTIONS)
    assert (again.refusals, again.counts[:2]) == ([], (0, 0))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (image(0, *(BOX.format(s) for s in ("manual", "semi-auto", "auto", "file"))), 2),
        (image(0, '<polygon source="manual"/>', "<tag/>", '<mask source="manual"/>'), 3),
        # Attributes and the points of a skeleton are parts of one object.
        (
            image(0, '<skeleton source="manual"><points/><points/></skeleton>')
            + image(1, '<cuboid><attribute name="颜色">红</attribute></cuboid>'),
            2,
        ),
        # A track of 300 frames.
        (
            '<track id="0" source="manual">' + "".join(FRAMES) + "</track>",
            1,
        ),
        ('<track id="0" source="auto"><box frame="0"/></track>' + image(0, "<box/>"), 1),
    ],
)
@pytest.mark.feature("SUP-12")
def test_what_is_an_object(world: World, body: str, expected: int) -> None:
    world.apply("cvat_xml", "a.xml", job(body), **OPTIONS)

    assert counted(world) == {"job-41": ("A0001", expected)}


def test_a_job_without_assignee_is_mapped_by_its_number(world: World) -> None:
    content = job(image(0, "<box/>"), assignee="")
    held = world.preview("cvat_xml", "a.xml", content, **OPTIONS)
    (refusal,) = held.refusals
    assert "job:41" in refusal.error.message("en")

    world.apply("cvat_xml", "a.xml", content, task_type="bbox_2d", mapping={"job:41": "A0002"})

    assert counted(world) == {"job-41": ("A0002", 1)}


def test_the_jobs_of_a_task_are_told_apart_by_their_frames(world: World) -> None:
    body = image(0, "<box/>") + image(9, "<box/>", "<box/>")
    body += '<track source="manual"><box frame="12"/></track>'
    mapping = {"job:41": "A0001", "job:42": "A0002"}

    world.apply(
        "cvat_xml",
        "a.xml",
        task(body, (41, 0, 4), (42, 5, 20)),
        task_type="bbox_2d",
        mapping=mapping,
    )

    assert counted(world) == {"job-41": ("A0001", 1), "job-42": ("A0002", 3)}
    with pytest.raises(InputError) as caught:
        world.preview("cvat_xml", "a.xml", task(body, (41, 0, 9), (42, 9, 20)), **OPTIONS)
    assert caught.value.code == "cvat.overlap"


@both_engines
@pytest.mark.feature("SUP-14")
def test_a_job_is_counted_by_events_or_by_xml_never_twice(world: World) -> None:
    events: dict[str, Any] = {"task_type": "bbox_2d", "mapping": {"5": "A0001"}}
    world.apply("cvat_xml", "a.xml", SAMPLE, **OPTIONS)
    held = world.apply("cvat_events", "e.csv", EVENTS, **events)
    assert [refusal.error.code for refusal in held.refusals] == ["cvat.counted_by_xml"]

    # Another server has jobs of its own.
    world.apply("cvat_events", "e.csv", EVENTS, **events, server="c2")
    second = world.apply("cvat_xml", "a.xml", SAMPLE, **OPTIONS, server="c2")
    assert [refusal.error.code for refusal in second.refusals] == ["output.weaker_evidence"]
    assert {(r.source, r.accepted_qty) for r in world.rows(OutputRecord)} == {
        ("cvat", 4),
        ("cvat@c2", 4),
    }


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(2, 10))
    + "]><annotations>&lol9;</annotations>"
).replace("&lol1;", "&lol;")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (LAUGHS, "file.xml_doctype"),
        (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotations>&x;</annotations>',
            "file.xml_doctype",
        ),
        ("<annotations>&x;</annotations>", "file.xml"),
        ("<annotations><meta>", "file.xml"),
        ("not xml", "file.xml"),
        ("<html></html>", "cvat.not_xml"),
        ("<annotations></annotations>", "cvat.not_xml"),
        ("<annotations><image id='0'/></annotations>", "cvat.not_xml"),
        (job("").replace("job>", "project>"), "cvat.not_job"),
        (task(""), "cvat.not_job"),
        (job("").replace("2026-11-02 03", "soon"), "tool.field"),
        (job(image(0)).replace('id="0"', 'id="x"'), "tool.field"),
        ("<annotations>" + "<a>" * 100_000, "file.xml_deep"),
    ],
)
@pytest.mark.feature("ALL-8")
def test_hostile_files_are_refused_whole(world: World, content: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("cvat_xml", "a.xml", content, **OPTIONS)
    assert caught.value.code == code
    assert caught.value.hint("zh")
