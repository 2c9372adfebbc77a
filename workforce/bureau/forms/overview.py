"""The base at a glance, for officials: headline figures and a fixed list of tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Report, Row, Section, Table
from workforce.bureau.writing import Writer, chart_of
from workforce.core.chart import Chart
from workforce.core.report_period import Span
from workforce.core.text import Text, plural

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
    "below_floor_share",
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

COLUMNS: Final = (
    "jobs_end",
    "average_headcount",
    "joined",
    "left",
    "total_wages",
    "average_wage",
    "lower_quartile_wage",
    "median_wage",
    "upper_quartile_wage",
    "insurance_coverage",
)
"""The columns of every table by groups, as far as its cube has them."""

OUTPUT: Final = ("accepted_output", "output_jobs")

CUBES: Final = ("company", "place", "township", "sex", "age", "education", "household", "task_type")

_SPREAD: Final = ("lower_quartile_wage", "median_wage", "upper_quartile_wage", "average_wage")


def _fill(filling: Filling) -> Report:
    writer = Writer(FORM, filling, (*SUMMARY, *OUTPUT))
    drawn = (("jobs_end",), ("average_wage", "median_wage"))
    sections = [
        _summary(writer),
        *(writer.section(cube, COLUMNS, drawn) for cube in CUBES),
        _output(writer),
    ]
    return writer.report(
        [_without_unnamed(section) for section in sections if section is not None],
        cards=writer.cards(CARDS, "whole"),
        notes=(
            Text(
                "各列都不公布的企业不列名，合为一行。",
                "Companies all of whose figures are withheld are not named but joined in one line.",
            ),
            Text(
                "各任务类型的产量单位不同，不相加。",
                "Output of task types is in units of their own and is not added up.",
            ),
        ),
    )


def _summary(writer: Writer) -> Section:
    title = Text("基本情况", "Main figures")
    table = writer.indicators("summary", title, "whole", codes=SUMMARY)
    drawing = _spread(table)
    return Section("summary", title, (table,), (drawing,) if drawing.categories else ())


def _output(writer: Writer) -> Section | None:
    """Return what was made; task types have units of their own, so that there is no total."""
    title = Text("验收合格产量", "Accepted output")
    table = writer.table("output", OUTPUT, title)
    return Section("output", title, (replace(table, total=None),)) if table else None


def _spread(table: Table) -> Chart:
    rows = {row.definition.measure.code: row for row in table.rows if row.definition}
    spread = Table(
        code="spread",
        title=Text("工资的分布", "How wages are spread"),
        head=words.INDICATOR,
        columns=table.columns[:1],
        rows=tuple(rows[code] for code in _SPREAD),
    )
    return chart_of(spread, spread.title, [0])


def _without_unnamed(section: Section) -> Section:
    """Join the companies of which nothing is told in one line without a name."""
    if section.code != "company":
        return section
    (table,) = section.tables
    hidden = [row for row in table.rows if all(figure.is_withheld for figure in row.figures)]
    if not hidden:
        return section
    count = len(hidden)
    joined = Row(
        Text(f"其他 {count} 家企业", f"{count} other {plural(count, 'company', 'companies')}"),
        tuple(replace(figure, ref=None, month=None) for figure in hidden[0].figures),
    )
    shown = [row for row in table.rows if row not in hidden]
    return replace(section, tables=(replace(table, rows=(*shown, joined)),))


FORM: Final = ReportForm(
    code="overview",
    numbers={Span.MONTH: Text("基总月 2 表", "BE-M 2")},
    title=Text("基地总览", "Overview of the base"),
    summary=Text(
        "全基地一页看完：六个大数，与上月、上年同期和目标比较，各分组的人数和工资。",
        "The base on one page: six figures beside last month, a year ago and their targets, and "
        "headcount and wages by groups.",
    ),
    fill=_fill,
)
