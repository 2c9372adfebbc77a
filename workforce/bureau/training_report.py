"""A year of training in the whole base as officials read it: one value, from which page and file are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.core.chart import Chart, Series
from workforce.core.period import PayPeriod
from workforce.core.text import Locale, Text
from workforce.platform import clock
from workforce.platform.formatting import count as shown_count
from workforce.platform.formatting import money, percent
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Typed, Workbook
from workforce.subsidies.queries import Counts, frozen_counts
from workforce.subsidies.schemes import schemes
from workforce.training import figures
from workforce.training.figures import WITHHELD, Line, Month, Told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MARK: Final = "※"
UNKNOWN: Final = "—"
TITLE: Final = Text("培训统计", "Training figures")
_MONTHS: Final = 12
_ROUND: Final = 10_000
"""Rates are told in whole per cent: a rounded one tells less of few people."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: its name, what it counts, and whether it is a share."""

    code: str
    label: Text
    definition: Text
    read: Callable[[Month], Told]
    is_rate: bool = False


_LINE: Final = (
    (
        "results",
        Text("培训人次", "People-times trained"),
        Text(
            "当月得到培训结果（合格或未合格）的人次；补考得出的新结果另算一次。",
            "People-times with a result (passed or not) in the month; a retake with a new result counts again.",
        ),
    ),
    (
        "passed",
        Text("合格并发证", "Passed, with a certificate"),
        Text(
            "当月合格的人次；每个都发了一张证书。",
            "People-times who passed in the month; each has a certificate.",
        ),
    ),
    (
        "failed",
        Text("未合格", "Not passed"),
        Text("当月结果为未合格的人次。", "People-times whose result of the month is not a pass."),
    ),
)


def _of_line(name: str) -> Callable[[Month], Told]:
    return lambda month: getattr(month.whole, name)


def _of_placed(name: str) -> Callable[[Month], Told]:
    return lambda month: month.placed[name]


MEASURES: Final = (
    *(Measure(code, label, text, _of_line(code)) for code, label, text in _LINE),
    Measure(
        "pass_rate",
        Text("合格率", "Pass rate"),
        Text("合格 ÷ 培训人次，取整。", "Passed ÷ people-times trained, in whole per cent."),
        lambda month: month.whole.pass_rate,
        is_rate=True,
    ),
    Measure(
        "attendance",
        Text("平均出勤率", "Mean attendance"),
        Text(
            "有结果的人次到课的课 ÷ 上过的课，按人次平均，取整；点名不全的不算。",
            "Lessons attended ÷ lessons held, the mean of people-times with a result, in whole per cent; "
            "without those whose marks are not complete.",
        ),
        lambda month: month.attendance,
        is_rate=True,
    ),
    Measure(
        "placed_3",
        Text("三个月后在岗", "At work after 3 months"),
        Text(
            "当月合格的人次里，合格满三个月那天在基地任一企业有正式工作的人次；"
            "学员、实习、劳务不算。全月都满三个月才列出。",
            "Of those who passed in the month, who has ordinary work in any company of the base three months "
            "later; trainees, interns and labour service do not count. Told once that is so for the whole month.",
        ),
        _of_placed("placed_3"),
    ),
    Measure(
        "placed_6",
        Text("六个月后在岗", "At work after 6 months"),
        Text("同上，满六个月那天。", "The same, six months later."),
        _of_placed("placed_6"),
    ),
)
"""Columns of the months, in their order."""
COURSE_HEADS: Final = tuple(label for _code, label, _text in _LINE)
RATE_HEAD: Final = Text("合格率", "Pass rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfTraining:
    """What is told of a year: its months that are over, courses over all of them, subsidies claimed."""

    year: int
    months: tuple[Month, ...]
    totals: tuple[Told, ...]
    courses: tuple[tuple[str, Line], ...]
    subsidies: Counts
    subsidy_labels: dict[str, Text]

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a reader must know."""
        return (
            figures.STATEMENT,
            Text(
                "只列已经过完的月份；结果一经确定不再更改。合计只在每个月都公布时列出。",
                "Only months that are over; a result never changes. A total is told where every month is.",
            ),
        )


def read_year(session: Session, year: int) -> YearOfTraining:
    """Read a year; a fixed number of statements."""
    zone = clock.BASE_ZONE
    months = figures.months_of(session, PayPeriod(year, 1), PayPeriod(year, _MONTHS), clock.today())
    titles = figures.course_titles(session)
    courses = sorted(
        {key for month in months for key in month.courses}, key=lambda key: titles[key]
    )
    by_course = [
        (
            titles[key],
            figures.sum_of([month.courses[key] for month in months if key in month.courses]),
        )
        for key in courses
    ]
    whole = figures.sum_of([month.whole for month in months])
    known = {"results": whole.results, "passed": whole.passed, "failed": whole.failed}
    totals = tuple(
        known[one.code]
        if one.code in known
        else whole.pass_rate
        if one.code == "pass_rate"
        else None
        if one.is_rate
        else figures.total(one.read(month) for month in months)
        for one in MEASURES
    )
    subsidies = frozen_counts(
        session,
        dt.datetime(year, 1, 1, tzinfo=zone),
        dt.datetime(year + 1, 1, 1, tzinfo=zone),
    )
    return YearOfTraining(
        year=year,
        months=months,
        totals=totals,
        courses=tuple(by_course),
        subsidies=subsidies,
        subsidy_labels={code: scheme.label for code, scheme in schemes().items()},
    )


def chart_of(found: YearOfTraining) -> Chart:
    """Return who was trained and who passed, from the first month with a result on; withheld figures are gaps."""
    drawn = MEASURES[:2]
    months = found.months
    while months and not months[0].whole.results:
        months = months[1:]
    return Chart(
        code="training",
        title=Text("各月培训和合格", "Trained and passed by month"),
        kind="bar",
        categories=tuple(Text(str(one.period), str(one.period)) for one in months),
        series=tuple(Series(one.label, _drawn(months, one)) for one in drawn),
        unit=Text("人次", "people-times"),
        definition=Text(
            "".join(one.definition.zh for one in drawn),
            " ".join(one.definition.en for one in drawn),
        ),
    )


def _drawn(months: tuple[Month, ...], measure: Measure) -> tuple[int | None, ...]:
    values = [measure.read(month) for month in months]
    return tuple(value if isinstance(value, int) else None for value in values)


def shown(value: Told, *, is_rate: bool = False) -> str:
    """Return a figure as page and print show it."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return MARK
    return percent(_whole_percent(value)) if is_rate else shown_count(value)


def _whole_percent(rate: int) -> int:
    return (rate + _ROUND // 2) // _ROUND * _ROUND


def _cell(value: Told, *, is_rate: bool = False) -> Cell:
    if not isinstance(value, int):
        return MARK if value == WITHHELD else None
    return Typed(_whole_percent(value), CellKind.RATE) if is_rate else value


def write_xlsx(found: YearOfTraining, locale: Locale, author: str) -> bytes:
    """Write a year as a spreadsheet of three sheets; the figures are those of the page."""

    def said(text: Text) -> str:
        return text.in_locale(locale)

    book = Workbook(
        title=f"{said(TITLE)} {found.year}",
        author=author,
        created=clock.now().replace(microsecond=0),
    )
    month_head, course_head = Text("月份", "Month"), Text("课程", "Course")
    total = Text("合计", "Total")
    sheet = book.sheet(said(Text("按月", "By month")))
    sheet.line(f"{said(TITLE)} {found.year}", "title")
    sheet.table(
        [
            SheetColumn(said(month_head)),
            *(SheetColumn(said(one.label), CellKind.COUNT) for one in MEASURES),
        ],
        [
            [
                str(month.period),
                *(_cell(one.read(month), is_rate=one.is_rate) for one in MEASURES),
            ]
            for month in found.months
        ],
        total=[
            said(total),
            *(
                _cell(value, is_rate=one.is_rate)
                for one, value in zip(MEASURES, found.totals, strict=True)
            ),
        ],
    )
    sheet.gap()
    for one in MEASURES:
        sheet.line(f"{said(one.label)}: {said(one.definition)}", "note", span=len(MEASURES) + 1)
    for note in found.notes:
        sheet.line(said(note), "note", span=len(MEASURES) + 1)
    sheet = book.sheet(said(Text("按课程", "By course")))
    sheet.table(
        [
            SheetColumn(said(course_head)),
            *(SheetColumn(said(label), CellKind.COUNT) for label in (*COURSE_HEADS, RATE_HEAD)),
        ],
        [
            [
                title,
                _cell(line.results),
                _cell(line.passed),
                _cell(line.failed),
                _cell(line.pass_rate, is_rate=True),
            ]
            for title, line in found.courses
        ],
    )
    sheet = book.sheet(said(Text("补贴申报", "Subsidies claimed")))
    sheet.table(
        [
            SheetColumn(said(Text("补贴", "Scheme"))),
            SheetColumn(said(Text("申报份数", "Claims")), CellKind.COUNT),
            SheetColumn(said(Text("人数", "People")), CellKind.COUNT),
            SheetColumn(said(Text("估算（元）", "Estimate (yuan)")), CellKind.MONEY),
        ],
        [
            [said(found.subsidy_labels[code]), row.claims, row.people, row.amount]
            for code, row in found.subsidies.totals.items()
        ],
    )
    return book.finish()


def shown_amount(amount: int | None) -> str:
    """Return an estimate as the page shows it."""
    return UNKNOWN if amount is None else money(amount)
