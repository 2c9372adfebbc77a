"""Groups that employment policy supports: how many work here, and what they earn."""

from __future__ import annotations

from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Column, Report, Row, Section, Table
from workforce.bureau.writing import Writer, change, share
from workforce.core.report_period import Span
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.cube import TOTAL, CellRef
from workforce.statistics.measure import Unit

CODES: Final = ("jobs_end", "average_headcount", "average_wage", "median_wage")
_WOMEN: Final = "2"


def _fill(filling: Filling) -> Report:
    writer = Writer(FORM, filling, CODES)
    table = Table(
        code="key_group",
        title=FORM.title,
        head=Text("重点群体", "Key group"),
        columns=_columns(writer),
        rows=tuple(_row(writer, label, code) for code, label in terms_of("key_group").items()),
        total=_row(writer, Text("全部从业人员", "All employed"), TOTAL),
    )
    return writer.report(
        [Section("key_group", FORM.title, (table,))],
        sheet="form",
        unit=Text("个岗位、元", "jobs, yuan"),
        notes=(
            Text(
                "一人可以同时属于几个重点群体，各行之和不等于全部从业人员。"
                "群体按人员登记的身份统计，证明材料由各企业保存。",
                "One person may be in several groups: the lines do not add up to all employed. Groups are "
                "those on record for the person; the companies keep the proof.",
            ),
        ),
    )


def _columns(writer: Writer) -> tuple[Column, ...]:
    period = writer.filling.period
    return (
        writer.column("jobs_end"),
        Column(Text("其中：女性", "of which women"), Unit.JOBS.label),
        Column(Text("占全部", "Share of all"), Unit.PERCENT.label),
        Column(words.BEFORE[writer.span], words.period(period.previous())),
        Column(words.CHANGE, Unit.PERCENT.label),
        *(writer.column(code) for code in writer.codes if code != "jobs_end"),
    )


def _row(writer: Writer, label: Text, group: str) -> Row:
    filling = writer.filling

    def ref(code: str) -> CellRef:
        return CellRef("key_group", code, (group,))

    now = filling.now.figure(ref("jobs_end"))
    before = filling.previous.figure(ref("jobs_end"))
    whole = filling.now.figure(ref("jobs_end")._replace(groups=(TOTAL,)))
    women = CellRef("key_group_sex", "jobs_end", (group, _WOMEN))
    return Row(
        label,
        (
            now,
            filling.now.figure(women),
            share(now, whole),
            before,
            change(now, before),
            *(filling.now.figure(ref(code)) for code in writer.codes if code != "jobs_end"),
        ),
    )


FORM: Final = ReportForm(
    code="key_groups",
    numbers={
        Span.MONTH: Text("基重月 5 表", "BE-M 5"),
        Span.QUARTER: Text("基重季 5 表", "BE-Q 5"),
        Span.YEAR: Text("基重年 5 表", "BE-Y 5"),
    },
    title=Text("重点群体就业情况", "Employment of key groups"),
    summary=Text(
        "农村劳动力、脱贫人口、毕业生、残疾人、退役军人等各群体的人数、占比、增减和工资。",
        "Number, share, change and wages of rural labour, formerly poor people, graduates, disabled "
        "people, veterans and others.",
    ),
    fill=_fill,
    compares=("previous",),
)
