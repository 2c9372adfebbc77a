"""The picture of the chain: bands from who sells to who buys, drawn by the server, so that it needs no script.

All lengths are whole units of the drawing; a withheld flow is a thin broken band, whatever it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.chain.consolidation import LINKS, UNKNOWN_LINK
from workforce.chain.output import link_label

if TYPE_CHECKING:
    from workforce.chain.deals import Flow, Flows
    from workforce.core.text import Text

WIDTH: Final = 960
_LEFT, _RIGHT = 210, 750
"""Where the bands begin and end."""
_BAR: Final = 14
_TOP: Final = 20
_BETWEEN: Final = 18
_HEIGHT: Final = 320
"""What all that is known comes to."""
_THIN: Final = 3
_NAME: Final = 40
"""The least room of a bar, for its name and what it comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One link, as seller at the left or buyer at the right."""

    label: Text
    x: int
    y: int
    height: int
    amount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One flow: an SVG path along its middle, and how thick it is."""

    path: str
    thickness: int
    flow: Flow
    tone: int
    """Which colour: the number of the selling link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the template draws."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]


def draw(flows: Flows) -> Picture | None:
    """Lay out flows; None where there are none."""
    if not flows.flows:
        return None
    known = sum(flow.amount or 0 for flow in flows.flows)
    sizes = [
        max(_THIN, (flow.amount * _HEIGHT + known // 2) // known) if flow.amount else _THIN
        for flow in flows.flows
    ]
    left, left_at = _side(flows, sizes, "source", _LEFT - _BAR)
    right, right_at = _side(flows, sizes, "target", _RIGHT)
    order = list(dict.fromkeys(flow.source for flow in flows.flows))
    bands = tuple(
        Band(
            path=_curve(_LEFT, start, _RIGHT, end),
            thickness=size,
            flow=flow,
            tone=order.index(flow.source) + 1,
        )
        for flow, size, start, end in zip(flows.flows, sizes, left_at, right_at, strict=True)
    )
    bottom = max(bar.y + max(bar.height, _NAME) for bar in (*left, *right))
    return Picture(width=WIDTH, height=bottom + _TOP, bars=(*left, *right), bands=bands)


def _side(flows: Flows, sizes: list[int], side: str, x: int) -> tuple[list[Bar], list[int]]:
    """Return the bars of one side from top to bottom, and where each flow's middle meets them."""
    names = [getattr(flow, side) for flow in flows.flows]
    heights: Counter[str] = Counter()
    for name, size in zip(names, sizes, strict=True):
        heights[name] += size
    known = [*LINKS, UNKNOWN_LINK]
    tops: dict[str, int] = {}
    y = _TOP
    bars = []
    for name in sorted(heights, key=known.index):
        amounts = [flow.amount for flow in flows.flows if getattr(flow, side) == name]
        total = None if None in amounts else sum(amount or 0 for amount in amounts)
        bars.append(Bar(label=link_label(name), x=x, y=y, height=heights[name], amount=total))
        tops[name] = y
        y += max(heights[name], _NAME) + _BETWEEN
    middles = []
    for name, size in zip(names, sizes, strict=True):
        middles.append(tops[name] + size // 2)
        tops[name] += size
    return bars, middles


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"
