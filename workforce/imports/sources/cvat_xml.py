"""CVAT's annotations as XML 1.1 (“CVAT for images” and “for video”): the objects of a job.

One output record for each job: its objects, drawn by hand or with a tool's help. A track is one object,
however many frames it has. The file does not say who drew an object, nor when: its payee is the job's
assignee, or whom the map names for ``job:41``; its day is the job's last change. That is weaker
evidence than the events, and marked so: where events are used it adds nothing.

It is read as a stream. A document type, which CVAT never writes, is refused: entities in it could
swell without end.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Options, Proposal, Source, SourceFile
from workforce.imports.sources._tool_work import (
    ASSIGNEE,
    Work,
    check_units,
    instant,
    plan_work,
    require_task_type,
    source_name,
    version_of,
)
from workforce.imports.sources.cvat_events import CVAT
from workforce.platform import clock

CODE: Final = "cvat_xml"

_OBJECTS: Final = frozenset(
    {
        "box",
        "cuboid",
        "ellipse",
        "mask",
        "points",
        "polygon",
        "polyline",
        "skeleton",
        "tag",
    }
)
_NOT_DRAWN: Final = frozenset({"auto", "file"})
"""Sources of objects that a model drew or a file brought."""
_DEEPEST: Final = 50
"""CVAT's own files have six levels; the way down to an element is looked at for each."""
_JOB_OF_URL: Final = re.compile(r"/jobs/(\d+)|[?&]id=(\d+)")


@dataclass(slots=True)
class _Segment:
    """A job's part of a task, frames ``start`` to ``stop``; ``counts`` by source of the objects."""

    job: str
    start: int
    stop: int
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Head:
    """What the file says of its job or task."""

    kind: str
    number: str
    updated_at: dt.datetime
    assignee: tuple[str, ...]
    segments: list[_Segment]


def _read(file: SourceFile, options: Options) -> Reading[Work]:
    require_task_type(CODE, options)
    source_name(CVAT, options)
    head = _Parser().parse(file.content)
    reading: Reading[Work] = Reading([], [], [])
    for segment in head.segments:
        place = Place(path=f"job {segment.job}")
        try:
            reading.rows.append(Placed(place, _work(head, segment)))
        except DomainError as error:
            reading.refusals.append(Refusal(place, segment.job, error))
    counts = sum((segment.counts for segment in head.segments), Counter[str]())
    not_drawn = sum(counts[source] for source in _NOT_DRAWN)
    if not_drawn:
        words = Text(
            f"模型或文件生成的对象 {not_drawn} 个，不计薪",
            f"{not_drawn} objects drawn by a model or brought by a file: not payable",
        )
        reading.notices.append(Notice(words))
    reading.notices.append(
        Notice(
            Text(
                "较弱的证据：此格式不说明每个对象由谁、何时完成，计给作业负责人、记在作业最后更新日",
                "Weaker evidence: this format does not tell who drew an object and when; the job's "
                "assignee is paid, on the day of the job's last change",
            )
        )
    )
    return reading


def _work(head: _Head, segment: _Segment) -> Work:
    drawn = sum(n for source, n in segment.counts.items() if source not in _NOT_DRAWN)
    units = check_units(drawn)
    # The assignee of a task of several jobs has not done them all.
    assignee = head.assignee if len(head.segments) == 1 else ()
    return Work(
        key=f"job-{segment.job}",
        users=(f"job:{segment.job}", *assignee),
        work_on=clock.to_base(head.updated_at).date(),
        version=version_of(head.updated_at),
        units=units,
        void=None if units else "empty",
        evidence=ASSIGNEE,
    )


class _Parser:
    """Counts objects while the file goes by; holds its head only."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._text: list[str] = []
        self._meta: dict[str, str] = {}
        self._segments: list[dict[str, str]] = []
        self._head: _Head | None = None
        self._frame = -1
        self._track: str | None = None
        """The source of the track that is open, until its first frame is known."""

    def parse(self, content: bytes) -> _Head:
        """Read a whole file.

        Raises:
            InputError: it is no such file, or not well formed.

        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword
        except expat.ExpatError as error:
            raise InputError("file.xml", place=f"{error.lineno}:{error.offset}") from error
        if self._head is None:
            raise InputError("cvat.not_xml")
        return self._head

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._path)
        if depth >= _DEEPEST:
            raise InputError("file.xml_deep", limit=_DEEPEST)
        if depth == 0 and name != "annotations":
            raise InputError("cvat.not_xml")
        if depth == 1 and name in {"image", "track"} and self._head is None:
            raise InputError("cvat.not_xml")
        self._text.clear()
        if self._path[1:] == ["image"] and name in _OBJECTS:
            self._count(attributes.get("source", ""))
        elif self._path[1:] == ["track"] and self._track is not None:
            self._frame = _frame(attributes.get("frame"))
            self._count(self._track)
            self._track = None
        elif depth == 1 and name == "image":
            self._frame = _frame(attributes.get("id"))
        elif depth == 1 and name == "track":
            self._track = attributes.get("source", "")
        elif self._path[-1:] == ["segments"] and name == "segment":
            self._segments.append({})
        self._path.append(name)

    def _end(self, name: str) -> None:
        if self._path[1:2] == ["meta"]:
            text = "".join(self._text).strip()
            if "segment" in self._path[:-1]:
                self._segments[-1][name] = text
            elif text:
                self._meta["/".join(self._path[2:])] = text
            if name == "meta":
                self._head = self._read_head()
        self._text.clear()
        self._path.pop()

    def _read_head(self) -> _Head:
        kind = next((kind for kind in ("job", "task") if f"{kind}/id" in self._meta), None)
        if kind is None:
            raise InputError("cvat.not_job")
        number = self._meta[f"{kind}/id"]
        people = (self._meta.get(f"{kind}/assignee/{name}") for name in ("username", "email"))
        segments = [_segment(fields) for fields in self._segments]
        if kind == "job":
            segments = [_Segment(number, 0, segments[-1].stop if segments else 0)]
        if not segments:
            raise InputError("cvat.not_job")
        return _Head(
            kind=kind,
            number=number,
            updated_at=instant(self._meta, f"{kind}/updated"),
            assignee=tuple(name for name in people if name),
            segments=segments,
        )

    def _count(self, source: str) -> None:
        """Count an object for the job that has its frame."""
        head = self._head
        if head is None:
            return
        if len(head.segments) == 1:
            head.segments[0].counts[source] += 1
            return
        having = [each for each in head.segments if each.start <= self._frame <= each.stop]
        if len(having) != 1:
            raise InputError("cvat.overlap", frame=self._frame)
        having[0].counts[source] += 1


def _segment(fields: dict[str, str]) -> _Segment:
    match = _JOB_OF_URL.search(fields.get("url", ""))
    job = (match[1] or match[2]) if match else fields.get("id", "")
    return _Segment(job, _frame(fields.get("start")), _frame(fields.get("stop")))


def _frame(written: str | None) -> int:
    if written is None or re.fullmatch("[0-9]{1,9}", written) is None:
        raise InputError("tool.field", field="frame")
    return int(written)


def _refuse_doctype(*_names: Any) -> None:
    raise InputError("file.xml_doctype")


def _plan(session: Session, context: Context, rows: Sequence[Placed[Work]]) -> Proposal:
    return plan_work(session, context, CVAT, rows)


_SAMPLE: Final = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <job>
      <id>41</id>
      <updated>2026-10-08 03:12:44.120000+00:00</updated>
      <assignee><username>annotator5</username></assignee>
    </job>
  </meta>
  <image id="0" name="0001.jpg" width="1920" height="1080">
    <box label="车辆" source="manual" xtl="100.00" ytl="120.50" xbr="140.25" ybr="180.00"></box>
    <polygon label="车道" source="semi-auto" points="1.0,2.0;3.0,4.0;5.0,2.0"></polygon>
    <box label="车辆" source="auto" xtl="150.00" ytl="120.50" xbr="190.25" ybr="180.00"></box>
  </image>
</annotations>
"""


SOURCE: Final = Source(
    code=CODE,
    label=Text("CVAT 标注 XML", "CVAT annotations XML"),
    suffixes=(".xml",),
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
    sample=_SAMPLE.encode,
)
