"""What the base shows of its rooms: their size by use, and how many seats were built and can be used.

Rooms and seats are about no person, and no company is named.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.exhibits import (
    Exhibit,
    ExhibitSource,
    Row,
    Shape,
    Topic,
    Value,
    month_head,
)
from workforce.platform.scope import Scope
from workforce.premises import queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sqlalchemy.orm import Session

    from workforce.core.report_period import ReportPeriod

MOST_MONTHS: Final = 48
_HUNDREDTHS: Final = 100
_SOURCE: Final = Text("基地场地与工位台账", "The base's register of premises and seats")
_BUILT: Final = Text("已建成工位", "Seats built")
_USABLE: Final = Text("可用工位", "Seats usable")
_SEATS: Final = Text("个", "seats")
_SEATS_DEFINITION: Final = Text(
    "已建成：当天还在的工位，不论状态；可用：其中当天状态为“可用”的。",
    "Built: seats that stand on the day, in whatever state. Usable: those of them that can be worked at "
    "on that day.",
)


def _day(period: ReportPeriod) -> dt.date:
    """Return the last day of a period, or today while it goes on."""
    return min(period.last.last_on, clock.today())


def _on(day: dt.date) -> Text:
    return Text(f"{day} 当天", f"On {day}")


def _area_by_use(session: Session, period: ReportPeriod) -> Exhibit | None:
    sizes: dict[str, int] = {}
    for row in session.execute(queries.areas_on(Scope.base(), _day(period))):
        sizes[row.use] = sizes.get(row.use, 0) + row.area
    if not sizes:
        return None
    return Exhibit(
        title=Text("场地面积，按用途", "Size of the premises by use"),
        shape=Shape.PARTS,
        unit=Text("平方米", "m²"),
        columns=(_on(_day(period)),),
        rows=tuple(
            Row(label=words, values=(Value((sizes[use] + _HUNDREDTHS // 2) // _HUNDREDTHS),))
            for use, words in terms_of("area_use").items()
            if use in sizes
        ),
        definition=Text(
            "当天各区域登记的面积，按用途相加，四舍五入到平方米；走廊、楼梯等没有画成区域的不在内。",
            "The stated sizes of the areas of the day, added up by use and rounded to square metres; "
            "corridors and stairs are not in it.",
        ),
        source=_SOURCE,
    )


def _counts(spans: Iterable[Any], days: list[dt.date]) -> list[tuple[int, int]]:
    """Return how many seats stand, and can be used, on each of some days."""
    rows = list(spans)
    found = []
    for day in days:
        states = [
            row.state
            for row in rows
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
        ]
        found.append((len(states), states.count(queries.USABLE)))
    return found


def _seats(session: Session, period: ReportPeriod) -> Exhibit | None:
    day = _day(period)
    ((built, usable),) = _counts(session.execute(queries.seat_spans(day, day)), [day])
    if not built:
        return None
    return Exhibit(
        title=Text("工位", "Seats"),
        shape=Shape.NUMBERS,
        unit=_SEATS,
        columns=(_on(day),),
        rows=(
            Row(label=_BUILT, values=(Value(built),)),
            Row(label=_USABLE, values=(Value(usable),)),
        ),
        definition=_SEATS_DEFINITION,
        source=_SOURCE,
    )


def _seats_by_month(session: Session, period: ReportPeriod) -> Exhibit | None:
    spans = session.execute(queries.seat_spans(dt.date.min, _day(period))).all()
    if not spans:
        return None
    first = PayPeriod.of(min(row.valid_from for row in spans))
    months = [period.last]
    while months[0] > first and len(months) < MOST_MONTHS:
        months.insert(0, months[0].previous())
    counts = _counts(spans, [min(month.last_on, clock.today()) for month in months])
    return Exhibit(
        title=Text("工位，按月", "Seats by month"),
        shape=Shape.CURVES,
        unit=_SEATS,
        columns=tuple(map(month_head, months)),
        rows=(
            Row(label=_BUILT, values=tuple(Value(built) for built, _ in counts)),
            Row(label=_USABLE, values=tuple(Value(usable) for _, usable in counts)),
        ),
        definition=Text(
            f"各月最后一天。{_SEATS_DEFINITION.zh}",
            f"On the last day of each month. {_SEATS_DEFINITION.en}",
        ),
        source=_SOURCE,
    )


EXHIBITS: Final = (
    ExhibitSource("area_by_use", Topic.SEATS, _area_by_use),
    ExhibitSource("seats", Topic.SEATS, _seats),
    ExhibitSource("seats_by_month", Topic.SEATS, _seats_by_month),
)
