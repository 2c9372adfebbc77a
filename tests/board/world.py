"""Exhibits of the tests' own: one of each shape, with values that are told and such that are not."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.issues import create_next_issue
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.platform.exhibits import (
    Exhibit,
    ExhibitSource,
    Row,
    Shape,
    Told,
    Topic,
    Value,
    register_exhibits,
)

AUGUST, SEPTEMBER = PayPeriod(2026, 8), PayPeriod(2026, 9)
WITHHELD, UNKNOWN = Value(None, Told.WITHHELD), Value(None, Told.UNKNOWN)


def text(zh: str) -> Text:
    return Text(zh, f"English {zh}")


def row(label: str, *values: Value | int, is_reference: bool = False) -> Row:
    told = tuple(Value(one) if isinstance(one, int) else one for one in values)
    return Row(label=text(label), values=told, is_reference=is_reference)


def exhibit(
    title: str, shape: Shape, columns: tuple[str, ...], *rows: Row, decimals: int = 0
) -> Exhibit:
    return Exhibit(
        title=text(title),
        shape=shape,
        unit=text("单位"),
        decimals=decimals,
        columns=tuple(text(column) for column in columns),
        rows=rows,
        definition=text(f"{title}的口径。后一句"),
        source=text(f"{title}的来源"),
    )


NUMBERS = exhibit(
    "数字", Shape.NUMBERS, ("",), row("岗位", 1234567), row("人数", WITHHELD), row("企业", UNKNOWN)
)
CURVES = exhibit(
    "曲线",
    Shape.CURVES,
    ("2026-08", "2026-09"),
    row("平均", 400000, 453144),
    row("参照", 390000, WITHHELD, is_reference=True),
    decimals=2,
)
BARS = exhibit("乡镇", Shape.BARS, ("岗位",), row("平安乡", 10), row("<b>", WITHHELD))
PARTS = exhibit("男女", Shape.PARTS, ("岗位",), row("男", 53), row("女", 61))
PROGRESS = exhibit(
    "目标",
    Shape.PROGRESS,
    ("岗位（逾期未达到）", "企业"),
    row("完成", 700, UNKNOWN),
    row("目标", 1000, 35, is_reference=True),
)
UNTOLD = exhibit("全不公布", Shape.BARS, ("岗位",), row("甲", WITHHELD), row("乙", UNKNOWN))

KNOWN = {
    "numbers": (Topic.JOBS, NUMBERS),
    "curves": (Topic.GROWTH, CURVES),
    "bars": (Topic.ORIGIN, BARS),
    "parts": (Topic.JOBS, PARTS),
    "progress": (Topic.TARGETS, PROGRESS),
    "untold": (Topic.WAGES, UNTOLD),
}

asked: list[ReportPeriod] = []
"""The periods that builders were asked about, the last one last."""


def source(code: str, topic: Topic, found: Exhibit | None) -> ExhibitSource:
    def build(session: Session, period: ReportPeriod) -> Exhibit | None:
        del session
        asked.append(period)
        return found

    return ExhibitSource(code, topic, build)


def use_exhibits(app: Flask, *more: ExhibitSource) -> None:
    """Let an app know these exhibits alone; the shared app forgets them after the test."""
    known = [source(code, topic, found) for code, (topic, found) in KNOWN.items()]
    register_exhibits(app, [*known, source("nothing", Topic.SEATS, None), *more])


def publish_september(session: Session) -> None:
    """Publish August, then September: what is shown is of September."""
    create_next_issue(session, AUGUST)
    create_next_issue(session, SEPTEMBER)
    session.commit()
