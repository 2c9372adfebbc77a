"""The base at a glance, for officials: headline figures and a fixed list of one-way tables.

Always protected: no combination of criteria, no name of a person, and no company is named where its
own cell is withheld.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workforce.bureau import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import WITHHELD, Column, Figure, Report, Row, Section, Table
from workforce.bureau.writing import Writer, chart, charts
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.statistics.dimensions import (
    AGE,
    COMPANY,
    EDUCATION,
    HOUSEHOLD,
    PLACE,
    SEX,
    TOWNSHIP,
    Dimension,
    by_task_type,
)
from workforce.statistics.measure import Unit
from workforce.statistics.measures import measures
from workforce.statistics.service import MonthFigures

SUMMARY: Final = (
    "persons_end",
    "jobs_end",
    "average_headcount",
    "joined",
    "left",
    "net_change",
    "turnover",
    "total_wages",
    "piece_wages",
    "average_wage",
    "lower_quartile_wage",
    "median_wage",
    "upper_quartile_wage",
    "insurance_coverage",
)
"""The lines of the first table, and the order in which definitions are numbered."""

CARDS: Final = (
    "persons_end",
    "average_headcount",
    "net_change",
    "total_wages",
    "average_wage",
    "insurance_coverage",
)

PEOPLE: Final = (
    "jobs_end",
    "average_headcount",
    "joined",
    "left",
    "total_wages",
    "average_wage",
    "median_wage",
    "insurance_coverage",
)
WAGES: Final = (
    "jobs_end",
    "total_wages",
    "average_wage",
    "lower_quartile_wage",
    "median_wage",
    "upper_quartile_wage",
)
"""Of companies and task types: how wages are spread."""

DIMENSIONS: Final = (PLACE, TOWNSHIP, SEX, AGE, EDUCATION, HOUSEHOLD)

_SPREAD: Final = ("lower_quartile_wage", "median_wage", "upper_quartile_wage", "average_wage")
_JOBS_AT: Final = 0


class _Writer(Writer):
    """Fills the overview."""

    def __init__(self, filling: Filling) -> None:
        super().__init__(filling, SUMMARY)

    def sections(self) -> list[Section]:
        names = {task.code: task.name for task in self.filling.output}
        return [
            self.summary(),
            self.companies(),
            *(self.section(dimension) for dimension in DIMENSIONS),
            self.key_groups(),
            self.section(by_task_type(names), WAGES),
            *([self.output()] if self.filling.output else []),
        ]

    def summary(self) -> Section:
        title = Text("基本情况", "Main figures")
        period = self.month.period
        months = (period, period.previous(), _year_before(self.month))
        labels = (Text("本月", "This month"), words.MONTH_BEFORE, words.YEAR_BEFORE)
        year_ago = self.year_ago or self.before
        table = Table(
            code="summary",
            title=title,
            head=words.INDICATOR,
            columns=tuple(
                Column(label, Text(str(month), str(month)))
                for label, month in zip(labels, months, strict=True)
            ),
            rows=tuple(
                Row(
                    label=measures()[code].label,
                    figures=(self.now[code], self.before[code], year_ago[code]),
                    definition=self.definitions[code],
                )
                for code in SUMMARY
            ),
        )
        spread = Table(
            code="spread",
            title=Text("工资的分布", "How wages are spread"),
            head=words.INDICATOR,
            columns=(self.column("average_wage"),),
            rows=tuple(
                Row(label=measures()[code].label, figures=(self.now[code],)) for code in _SPREAD
            ),
        )
        meanings = [measures()[code].definition for code in _SPREAD]
        drawing = replace(
            chart(spread, spread.title, (0,)),
            definition=Text(
                "".join(one.zh for one in meanings), " ".join(one.en for one in meanings)
            ),
        )
        return Section("summary", title, (table,), (drawing,) if drawing.categories else ())

    def section(self, dimension: Dimension, codes: tuple[str, ...] = PEOPLE) -> Section:
        name = dimension.label
        by = Text(f"按{name.zh}", f"By {name.en.lower()}")
        title = Text(f"{by.zh}：人数与工资", f"Headcount and wages {by.en.lower()}")
        table = self.table(dimension.code, title, self.month.breakdown(dimension, codes))
        return Section(dimension.code, by, (table,), charts(table, by, codes))

    def companies(self) -> Section:
        section = self.section(COMPANY, (*WAGES, "joined", "left", "insurance_coverage"))
        (table,) = section.tables
        return replace(section, tables=(_without_names(table),))

    def key_groups(self) -> Section:
        by = Text("按重点群体", "By key group")
        title = Text(f"{by.zh}：人数与工资", f"Headcount and wages {by.en.lower()}")
        table = self.table("key_group", title, self.month.group_memberships(PEOPLE))
        return Section("key_group", by, (table,), charts(table, by, PEOPLE))

    def output(self) -> Section:
        title = Text("产量（按任务类型）", "Output by task type")
        unit = Unit.UNITS
        rows = tuple(
            Row(
                Text(f"{task.name.zh}（{task.unit.zh}）", f"{task.name.en} ({task.unit.en})"),
                (Figure.of(task.accepted, unit), Figure.of(task.workers, Unit.JOBS)),
            )
            for task in self.filling.output
        )
        table = Table(
            code="output",
            title=Text("本月计薪的验收合格产量", "Accepted output paid in the month"),
            head=Text("任务类型（单位）", "Task type (unit)"),
            columns=(
                Column(Text("验收合格产量", "Accepted output"), unit.label),
                Column(Text("参与的岗位", "Jobs that made it"), Unit.JOBS.label),
            ),
            rows=rows,
        )
        return Section("output", title, (table,), ())

    def notes(self) -> list[Text]:
        groups = "、".join(label.zh for label in terms_of("key_group").values())
        return [
            *super().notes(),
            Text(
                "只统计工资已批准的企业；单元格不足 5 的企业不列名，合为一行。",
                "Only companies whose payroll is approved; a company whose own cells are small is "
                "not named but joined with others in one line.",
            ),
            Text(
                f"一人可以属于几个重点群体（{groups}），各行之和不等于合计。",
                "One person may be in several key groups: the lines do not add up to the total.",
            ),
            Text(
                "产量是本月计薪的验收合格数量，各任务类型单位不同，不相加。",
                "Output is what was accepted and paid in the month; units differ and are not added.",
            ),
        ]


def _year_before(month: MonthFigures) -> PayPeriod:
    return PayPeriod(month.period.year - 1, month.period.month)


def _without_names(table: Table) -> Table:
    """Join the companies whose jobs are withheld in one line without a name or figure."""
    hidden = [row for row in table.rows if row.figures[_JOBS_AT].text == WITHHELD]
    if not hidden:
        return table
    shown = [row for row in table.rows if row.figures[_JOBS_AT].text != WITHHELD]
    count = len(hidden)
    joined = Row(
        Text(f"其他 {count} 家企业", f"{count} other companies"),
        tuple(Figure(WITHHELD, figure.unit) for figure in hidden[0].figures),
    )
    return replace(table, rows=(*shown, joined))


def _fill(filling: Filling) -> Report:
    writer = _Writer(filling)
    return Report(
        code=FORM.code,
        form_number=FORM.number,
        title=FORM.title,
        period=filling.month.period,
        reporter=filling.reporter,
        filled_on=filling.filled_on,
        is_protected=filling.month.is_protected,
        cards=tuple(writer.cards(CARDS)),
        sections=tuple(writer.sections()),
        notes=tuple(writer.notes()),
        definitions=tuple(writer.definitions.values()),
    )


FORM: Final = ReportForm(
    code="overview",
    number=Text("基总月 2 表", "BE-M 2"),
    title=Text("基地总览", "Overview of the base"),
    fill=_fill,
    compares_year=True,
)
