"""Employed persons and total wages, laid out after the form of the wage statistics."""

from __future__ import annotations

from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.layout import Line, lines_of
from workforce.bureau.report import Column, Report, Row, Section, Table
from workforce.bureau.writing import Writer, change
from workforce.core.report_period import Span
from workforce.core.text import Text
from workforce.statistics.measure import Unit

CODES: Final = ("jobs_end", "average_headcount", "total_wages", "average_wage")


def _fill(filling: Filling) -> Report:
    writer = Writer(FORM, filling, CODES)
    period = filling.period
    table = Table(
        code="wages",
        title=FORM.title,
        head=words.INDICATOR,
        columns=(
            Column(words.THIS[period.span], words.period(period)),
            Column(words.YEAR_BEFORE, words.period(period.year_ago)),
            Column(words.CHANGE, Unit.PERCENT.label),
        ),
        rows=tuple(_row(writer, line) for line in lines_of("wages")),
        has_codes=True,
    )
    return writer.report(
        [Section("wages", FORM.title, (table,))],
        sheet="form",
        unit=Text("人、千元、元", "persons, thousand yuan, yuan"),
        notes=(
            Text(
                "按劳动工资统计以单位计数：一人在两家企业任职的，两家各计一人。"
                "期末人数是最后一日 24 时的人数；季度、年度平均人数是各月平均人数的平均数，工资总额是各月之和，平均工资是全季、全年的合计，不是每月的。",
                "Counted by unit, as the wage statistics do: who works for two companies counts in both. "
                "The number at the end is that at 24:00 of the last day; the average of a quarter or year is "
                "the mean of its months, total wages are their sum, and the average wage is that of the whole "
                "quarter or year, not of a month.",
            ),
            Text(
                "工资总额以千元为单位四舍五入，分项之和可能与合计略有出入；增减由未舍入的数计算。"
                "代码栏留空：国家统计报表的行代码以正式印发的表为准。",
                "Total wages are rounded half up to thousand yuan: parts may not add up exactly; the change "
                "is that of the unrounded figures. Codes are left open: the printed state form has them.",
            ),
        ),
    )


def _row(writer: Writer, line: Line) -> Row:
    if line.ref is None:
        return Row(line.label, (), level=line.level)
    now, year_ago = (one.figure(line.ref) for one in (writer.filling.now, writer.filling.year_ago))
    return Row(
        label=line.label,
        figures=(line.written(now), line.written(year_ago), change(now, year_ago)),
        definition=writer.definitions[line.ref.measure],
        level=line.level,
        code=line.code,
    )


FORM: Final = ReportForm(
    code="wages",
    numbers={
        Span.MONTH: Text("基劳月 3 表", "BE-M 3"),
        Span.QUARTER: Text("基劳季 3 表", "BE-Q 3"),
        Span.YEAR: Text("基劳年 3 表", "BE-Y 3"),
    },
    title=Text("从业人员及工资总额", "Employed persons and total wages"),
    summary=Text(
        "按劳动工资统计的表样：期末人数、平均人数、工资总额，分女性、人员类型和职业类型，与上年同期并列。",
        "After the wage statistics: number at the end, average number and total wages, by women, kind "
        "of staff and occupation, beside the same period of the year before.",
    ),
    fill=_fill,
    compares=("year_ago",),
)
