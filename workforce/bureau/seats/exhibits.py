"""How many of the base's seats are in use, month by month: an exhibit of published months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.bureau.seats import months as seat_months
from workforce.bureau.seats import seats
from workforce.bureau.seats.sheet import SOURCE
from workforce.core.text import Text
from workforce.platform.exhibits import (
    Exhibit,
    ExhibitSource,
    Row,
    Shape,
    Told,
    Topic,
    Value,
    month_head,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.seats.seats import ProtectedLine
    from workforce.core.report_period import ReportPeriod

MOST_MONTHS: Final = 12
"""As many months the curve has at most."""

_TITLE: Final = Text("工位使用", "Seats in use")
_LABELS: Final = (
    Text("可用", "Usable"),
    Text("最多同时使用", "In use at most"),
    Text("平均使用", "In use on average"),
)


def _seats_used(session: Session, period: ReportPeriod) -> Exhibit | None:
    tables = seat_months.newest_tables(session, period.last, MOST_MONTHS)[::-1]
    if not tables or tables[-1].period != period.last:
        return None
    told = [_values(table.places[0]) for table in tables]
    if all(value.told is Told.UNKNOWN for _usable, *used in told for value in used):
        return None
    is_withheld = any(value.told is Told.WITHHELD for values in told for value in values)
    return Exhibit(
        title=_TITLE,
        shape=Shape.CURVES,
        unit=Text("个", "seats"),
        columns=tuple(month_head(table.period) for table in tables),
        rows=tuple(
            Row(label=label, values=tuple(values[number] for values in told))
            for number, label in enumerate(_LABELS)
        ),
        definition=seats.DEFINITION,
        source=SOURCE,
        note=seats.STATEMENT if is_withheld else None,
    )


def _values(whole: ProtectedLine) -> tuple[Value, Value, Value]:
    """Return what is usable, and in use at most and on average."""
    gap = Value(None, Told.WITHHELD if whole.is_withheld else Told.UNKNOWN)
    peak = gap if whole.peak is None else Value(whole.peak)
    return Value(whole.usable), peak, gap if whole.average is None else Value(whole.average)


EXHIBITS: Final = (ExhibitSource("seats_used", Topic.SEATS, _seats_used),)
