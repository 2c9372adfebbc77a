"""What training shows of the base: figures of months that are over, protected as officials read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from workforce.core.money import round_half_up
from workforce.core.text import Text
from workforce.platform import clock
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
from workforce.training import figures
from workforce.training.figures import Line, Month

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.report_period import ReportPeriod

_MONTHS: Final = 12
_PER_CENT: Final = 10_000
"""Millionths of it."""
_MOST_COURSES: Final = 10
_DAY: Final = dt.timedelta(days=1)
_PEOPLE: Final = Text("人次", "people-times")
_SOURCE: Final = Text(
    "培训中心登记的培训结果（确定以后不再更改）",
    "Results of the training centre, which never change",
)
_DEFINITION: Final = Text(
    "培训：当月得到结果的人次，补考得出的新结果另算一次。合格：其中合格并发证的。"
    "三个月后在岗：合格满三个月那天在基地任一企业有正式工作的，全月都满三个月才列出。",
    "Trained: people-times with a result in the month, a retake with a new result counted again. Passed: "
    "those of them with a certificate. At work: those who passed and have ordinary work in a company of the "
    "base three months later, told once that is so for the whole month.",
)
_RATE: Final = Text(
    "当月合格的人次 ÷ 当月得到培训结果的人次。",
    "People-times who passed in the month ÷ people-times with a result in the month.",
)


def _value(told: figures.Told) -> Value:
    if told is None:
        return Value(None, Told.UNKNOWN)
    return Value(None, Told.WITHHELD) if isinstance(told, str) else Value(told)


def _as_of(period: ReportPeriod) -> dt.date:
    """Return the day on which a period is told: a book of an old quarter is the same today."""
    return min(clock.today(), period.last.last_on + _DAY)


def _last_months(session: Session, period: ReportPeriod) -> tuple[Month, ...]:
    """Return the year of months up to the period's end that are over, from the first with a result on."""
    first = period.last
    for _ in range(_MONTHS - 1):
        first = first.previous()
    months = figures.months_of(session, first, period.last, _as_of(period))
    begun = next(
        (number for number, month in enumerate(months) if month.whole.results != 0), len(months)
    )
    return months[begun:]


def _heads(months: tuple[Month, ...]) -> tuple[Text, ...]:
    return tuple(month_head(month.period) for month in months)


def _row(label: Text, months: tuple[Month, ...], read: Callable[[Month], figures.Told]) -> Row:
    return Row(label=label, values=tuple(_value(read(month)) for month in months))


def _by_month(session: Session, period: ReportPeriod) -> Exhibit | None:
    months = _last_months(session, period)
    if not months:
        return None
    return Exhibit(
        title=Text("培训、合格和就业", "Trained, passed, at work"),
        shape=Shape.CURVES,
        unit=_PEOPLE,
        columns=_heads(months),
        rows=(
            _row(Text("培训", "Trained"), months, lambda month: month.whole.results),
            _row(Text("合格", "Passed"), months, lambda month: month.whole.passed),
            _row(
                Text("三个月后在岗", "At work after 3 months"),
                months,
                lambda month: month.placed["placed_3"],
            ),
        ),
        definition=_DEFINITION,
        source=_SOURCE,
        note=figures.STATEMENT,
    )


def _pass_rate(session: Session, period: ReportPeriod) -> Exhibit | None:
    months = _last_months(session, period)
    if not months:
        return None

    def rate(month: Month) -> figures.Told:
        told = month.whole.pass_rate
        return round_half_up(told, _PER_CENT) if isinstance(told, int) else told

    return Exhibit(
        title=Text("培训合格率", "Pass rate of training"),
        shape=Shape.CURVES,
        unit=Text("%", "%"),
        columns=_heads(months),
        rows=(_row(Text("合格率", "Pass rate"), months, rate),),
        definition=_RATE,
        source=_SOURCE,
        note=figures.STATEMENT,
    )


def _by_course(session: Session, period: ReportPeriod) -> Exhibit | None:
    months = figures.months_of(session, period.first, period.last, _as_of(period))
    titles = figures.course_titles(session)
    courses = sorted(
        {key for month in months for key in month.courses}, key=lambda key: titles[key]
    )
    if not courses:
        return None
    sums: list[tuple[str, Line]] = [
        (
            titles[key],
            figures.sum_of([month.courses[key] for month in months if key in month.courses]),
        )
        for key in courses
    ]
    shown = sorted(sums, key=lambda one: -one[1].passed if isinstance(one[1].passed, int) else 1)[
        :_MOST_COURSES
    ]
    return Exhibit(
        title=Text("各课程合格人次", "Passed by course"),
        shape=Shape.BARS,
        unit=_PEOPLE,
        columns=(Text("合格", "Passed"),),
        rows=tuple(
            Row(label=Text(title, title), values=(_value(line.passed),)) for title, line in shown
        ),
        definition=_DEFINITION,
        source=_SOURCE,
        note=figures.STATEMENT,
    )


EXHIBITS: Final[tuple[ExhibitSource, ...]] = (
    ExhibitSource("training_by_month", Topic.TRAINING, _by_month),
    ExhibitSource("training_pass_rate", Topic.TRAINING, _pass_rate),
    ExhibitSource("training_by_course", Topic.TRAINING, _by_course),
)
