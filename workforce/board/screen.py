"""A snapshot as the screen shows it: panels of one language, two large ones at most side by side.

Whoever stands five metres away reads one thing at a time: each scene has one topic, a row of single
figures and at most two drawings. Nothing is computed here but what drawing needs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from workforce.core.chart import decimal_text
from workforce.core.terms import term
from workforce.platform.charts import chart_figure
from workforce.platform.exhibits import Shape, Told, readable
from workforce.platform.i18n import current_locale, gettext, in_current

if TYPE_CHECKING:
    from workforce.board.snapshot import Shown, Snapshot
    from workforce.core.text import Text
    from workforce.platform.exhibits import Exhibit, Row, Value

STALE_AFTER: Final = dt.timedelta(minutes=30)
"""The worker refreshes every five minutes: after so long something has stopped, and the screen says so."""
COPY_STALE_AFTER: Final = dt.timedelta(days=35)
"""A copy without a network is as good as its month: the next one is published within so long."""
_BETWEEN_SENTENCES: Final = re.compile(r"[。；;]|\.\s|\.$")
_BESIDE: Final = 2
"""So many drawings stand side by side."""
_BULLETS: Final = 2
"""Targets with so few bars each stand two above two."""
_NARROWEST: Final = 25
"""The least part of a ring is so many times in the whole."""
_CROWDED: Final = 28
"""Characters of single figures that stand in one row at full size."""
_LONGEST: Final = 1000
"""The width of the bullet bars' own scale."""
_ROOM: Final = 950
"""Of it, where the largest value ends."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a panel's table."""

    label: str
    figures: tuple[str, ...]
    is_reference: bool = False
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Bullet:
    """What was reached beside its target; widths of 1000, None where a value is not told."""

    label: str
    reached: str
    target: str
    reached_width: int | None
    target_width: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One exhibit in one language.

    ``columns`` and ``lines`` are its table, months going down. ``drawing`` is what static/js/board.js
    draws; None for what is drawn without a script (single figures and targets). ``brief`` is the first
    sentence of the definition: more nobody reads at a distance. ``is_told``: whether any value is shown.
    """

    code: str
    shape: Shape
    title: str
    unit: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    bullets: tuple[Bullet, ...]
    drawing: dict[str, Any] | None
    brief: str
    definition: str
    source: str
    note: str
    is_told: bool

    @property
    def is_crowded(self) -> bool:
        """Whether its single figures need more than a row, or smaller ones."""
        longest = max((len(line.figures[0]) for line in self.lines), default=0)
        return longest * len(self.lines) > _CROWDED


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands on the screen at one time."""

    id: str
    topic: str
    numbers: tuple[Panel, ...]
    drawings: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything on the screen: whose it is, its scenes, and for each topic its name and its first scene."""

    base: str
    """What the base is called; empty before it was named."""
    period: str
    generated_at: dt.datetime
    scenes: tuple[Scene, ...]
    topics: tuple[tuple[str, str], ...] = field(default=())


def screen_of(snapshot: Snapshot) -> Screen:
    """Return what the screen shows of a snapshot, in the current language.

    An exhibit of which no value can be told gets no place: the hall would look at an empty chart.
    """
    scenes: list[Scene] = []
    topics = []
    for topic, found in groupby(snapshot.shown, lambda one: one.topic):
        panels = [panel for panel in map(panel_of, found) if panel.is_told]
        if panels:
            name = in_current(term(f"exhibit_topic.{topic}"))
            topics.append((name, f"{topic}-1"))
            scenes += _scenes(str(topic), name, panels)
    return Screen(
        base="" if snapshot.base is None else in_current(snapshot.base),
        period=str(snapshot.period),
        generated_at=snapshot.generated_at,
        scenes=tuple(scenes),
        topics=tuple(topics),
    )


def _scenes(topic: str, name: str, panels: Sequence[Panel]) -> Iterator[Scene]:
    numbers = [panel for panel in panels if panel.shape is Shape.NUMBERS]
    drawings = [panel for panel in panels if panel.shape is not Shape.NUMBERS]
    is_short = all(0 < len(panel.bullets) <= _BULLETS for panel in drawings)
    beside = 2 * _BESIDE if is_short else _BESIDE
    count = max(-(-len(drawings) // beside), len(numbers))
    # As many on each: three and two look better than four and one.
    each = -(-len(drawings) // count)
    for index in range(count):
        yield Scene(
            id=f"{topic}-{index + 1}",
            topic=name,
            numbers=tuple(numbers[index : index + 1]),
            drawings=tuple(drawings[index * each : (index + 1) * each]),
        )


def panel_of(shown: Shown) -> Panel:
    """Return one exhibit in the current language."""
    exhibit = readable(shown.exhibit)
    columns = tuple(in_current(column) for column in exhibit.columns)
    lines = tuple(_line(row, exhibit) for row in exhibit.rows)
    if exhibit.shape is Shape.CURVES:
        columns, lines = _turned(columns, lines)
    return Panel(
        code=shown.code,
        shape=exhibit.shape,
        title=in_current(exhibit.title),
        unit=in_current(exhibit.unit),
        columns=columns,
        lines=lines,
        bullets=tuple(_bullets(exhibit)) if exhibit.shape is Shape.PROGRESS else (),
        drawing=_drawing(exhibit),
        brief=_BETWEEN_SENTENCES.split(in_current(exhibit.definition), maxsplit=1)[0],
        definition=in_current(exhibit.definition),
        source=in_current(exhibit.source),
        note="" if exhibit.note is None else in_current(exhibit.note),
        is_told=any(
            value.told is Told.SHOWN
            for row in exhibit.rows
            if not row.is_reference
            for value in row.values
        ),
    )


def figure_of(value: Value, decimals: int) -> str:
    """Return a value as everybody reads it; one that is not told says why."""
    if value.told is Told.WITHHELD:
        return str(gettext("※ 不公布"))
    if value.told is Told.UNKNOWN:
        return "—"
    return chart_figure(value.number, decimals)


def _line(row: Row, exhibit: Exhibit) -> Line:
    figures = tuple(figure_of(value, exhibit.decimals) for value in row.values)
    is_told = any(value.told is Told.SHOWN for value in row.values)
    return Line(in_current(row.label), figures, is_reference=row.is_reference, is_told=is_told)


def _turned(
    columns: tuple[str, ...], lines: tuple[Line, ...]
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Let months go down, the newest first: four years of them side by side fit no page."""
    turned = tuple(
        Line(column, tuple(line.figures[index] for line in lines))
        for index, column in enumerate(columns)
    )
    return tuple(line.label for line in lines), turned[::-1]


def _bullets(exhibit: Exhibit) -> Iterator[Bullet]:
    reached, target = exhibit.rows[0], exhibit.rows[1]
    for column, one, other in zip(exhibit.columns, reached.values, target.values, strict=True):
        most = max(one.number or 0, other.number or 0, 1)
        yield Bullet(
            label=in_current(column),
            reached=figure_of(one, exhibit.decimals),
            target=figure_of(other, exhibit.decimals),
            reached_width=_width(one, most),
            target_width=_width(other, most),
        )


def _width(value: Value, most: int) -> int | None:
    return None if value.number is None else max(value.number, 0) * _ROOM // most


def _drawing(exhibit: Exhibit) -> dict[str, Any] | None:
    if exhibit.shape in {Shape.NUMBERS, Shape.PROGRESS}:
        return None
    rows = exhibit.rows
    shape = exhibit.shape
    # A month alone is no line.
    if shape is Shape.CURVES and len(exhibit.columns) > 1:
        series = [(row.label, row.values, row.is_reference) for row in rows]
        return _drawn(exhibit, "curves", exhibit.columns, series)
    kind = "parts" if shape is Shape.PARTS and _is_ring(exhibit) else "bars"
    series = [
        (column, tuple(row.values[index] for row in rows), False)
        for index, column in enumerate(exhibit.columns)
    ]
    return _drawn(exhibit, kind, [row.label for row in rows], series)


def _is_ring(exhibit: Exhibit) -> bool:
    """Tell whether parts make a ring that can be read.

    With one left out it would say that the others are the whole, and names of narrow ones cover each other.
    """
    numbers = [row.values[0].number for row in exhibit.rows]
    parts = [number for number in numbers if number is not None]
    return (
        len(exhibit.columns) == 1
        and len(parts) == len(numbers)
        and min(parts) * _NARROWEST >= sum(parts) > 0
    )


def _drawn(
    exhibit: Exhibit,
    kind: str,
    categories: Sequence[Text],
    series: Sequence[tuple[Text, tuple[Value, ...], bool]],
) -> dict[str, Any]:
    return {
        "kind": kind,
        "unit": in_current(exhibit.unit),
        "locale": current_locale(),
        "decimals": exhibit.decimals,
        "categories": [in_current(category) for category in categories],
        "series": [
            {
                "name": in_current(name),
                "is_reference": is_reference,
                "values": [
                    None if one.number is None else decimal_text(one.number, exhibit.decimals)
                    for one in values
                ],
                "texts": [figure_of(one, exhibit.decimals) for one in values],
            }
            for name, values, is_reference in series
        ],
    }


def age_words() -> dict[str, str]:
    """Return the patterns of an age, ``{n}`` for the number: the script reads the same ones."""
    return {
        "now": gettext("刚刚"),
        "minutes": gettext("{n} 分钟前"),
        "hours": gettext("{n} 小时前"),
        "days": gettext("{n} 天前"),
    }


def age_text(age: dt.timedelta) -> str:
    """Say how old something is, in its largest unit."""
    minutes = max(int(age.total_seconds()) // 60, 0)
    words = age_words()
    if minutes < 1:
        return words["now"]
    if minutes < 2 * 60:
        return words["minutes"].format(n=minutes)
    if minutes < 2 * 24 * 60:
        return words["hours"].format(n=minutes // 60)
    return words["days"].format(n=minutes // (24 * 60))
