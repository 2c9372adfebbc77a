"""How many of the base's seats are in use, month by month: an exhibit of published months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.bureau import issues, seats
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.exhibits import Exhibit, ExhibitSource, Row, Shape, Told, Topic, Value
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.core.report_period import ReportPeriod
    from workforce.seating.figures import SeatUse

MOST_MONTHS: Final = 6
"""As many months the curve has at most: each is counted from its shifts."""

_TITLE: Final = Text("工位使用", "Seats in use")
_LABELS: Final = (
    Text("可用", "Usable"),
    Text("最多同时使用", "In use at most"),
    Text("平均使用", "In use on average"),
)
_SOURCE: Final = Text("园区工位、租用和考勤记录", "Seats, tenancies and attendance of the base")


def _seats_used(session: Session, period: ReportPeriod) -> Exhibit | None:
    published = [month for month in issues.published_months(session) if month <= period.last]
    if period.last not in published:
        return None
    months = sorted(published[:MOST_MONTHS])
    uses = [_whole(session, month) for month in months]
    if not any(use.built for use in uses):
        return None
    told = [_values(use) for use in uses]
    is_withheld = any(value.told is Told.WITHHELD for values in told for value in values)
    return Exhibit(
        title=_TITLE,
        shape=Shape.CURVES,
        unit=Text("个", "seats"),
        columns=tuple(Text(str(month), str(month)) for month in months),
        rows=tuple(
            Row(label=label, values=tuple(values[number] for values in told))
            for number, label in enumerate(_LABELS)
        ),
        definition=seats.DEFINITION,
        source=_SOURCE,
        note=seats.STATEMENT if is_withheld else None,
    )


def _whole(session: Session, month: PayPeriod) -> SeatUse:
    now = clock.to_base(clock.now()).replace(tzinfo=None)
    figures = seats.month_figures(session, Scope.base(), month, now, law_book().calendar())
    return figures.whole


def _values(use: SeatUse) -> tuple[Value, Value, Value]:
    """Return what is usable, and in use at most and on average."""
    line = seats.told(use)
    gap = Value(None, Told.WITHHELD if line.is_withheld else Told.UNKNOWN)
    peak = gap if line.peak is None else Value(line.peak)
    return Value(line.usable), peak, gap if line.average is None else Value(line.average)


EXHIBITS: Final = (ExhibitSource("seats_used", Topic.SEATS, _seats_used),)
