"""The employment report: headcount, wages and insurance of a company or the whole base."""

from __future__ import annotations

from typing import Final

from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Report, Section, Table
from workforce.bureau.writing import Writer, chart_of
from workforce.core.chart import Chart
from workforce.core.report_period import Span
from workforce.core.text import Text
from workforce.statistics.population import WAGE_PARTS

_PARTS: Final = tuple(f"{part}_wages" for part in WAGE_PARTS)

SUMMARY: Final = (
    "jobs_start",
    "joined",
    "left",
    "jobs_end",
    "persons_end",
    "average_headcount",
    "total_wages",
    *_PARTS,
    "average_wage",
    "median_wage",
    "insurance_coverage",
)
"""The lines of the first table, and the order in which definitions are numbered."""

CARDS: Final = (
    "persons_end",
    "jobs_end",
    "average_headcount",
    "total_wages",
    "average_wage",
    "insurance_coverage",
)

DETAIL: Final = (
    "persons_end",
    "jobs_end",
    "average_headcount",
    "joined",
    "left",
    "total_wages",
    "average_wage",
    "median_wage",
    "insurance_coverage",
)
"""The columns of every table by groups, as far as its cube has them."""

CUBES: Final = ("company", "sex", "age", "education", "township", "household")


def _fill(filling: Filling) -> Report:
    writer = Writer(FORM, filling, SUMMARY)
    drawn = (("jobs_end",), ("average_wage", "median_wage"))
    companies = filling.now.axis("company")
    cubes = [
        cube
        for cube in CUBES
        # One company alone is not divided by company.
        if cube != "company" or (companies is not None and len(companies.groups) > 1)
    ]
    sections = [_summary(writer), *(writer.section(cube, DETAIL, drawn) for cube in cubes)]
    return writer.report(sections, cards=writer.cards(CARDS, "whole"))


def _summary(writer: Writer) -> Section:
    title = Text("基本情况", "Main figures")
    levels = dict.fromkeys(_PARTS, 1)
    table = writer.indicators("summary", title, "whole", levels=levels)
    return Section("summary", title, (table,), (_wages_by_part(table),))


def _wages_by_part(table: Table) -> Chart:
    parts = Table(
        code="wage_parts",
        title=Text("工资总额构成", "Total wages by part"),
        head=table.head,
        columns=table.columns[:1],
        rows=tuple(row for row in table.rows if row.level),
    )
    return chart_of(parts, parts.title, [0])


FORM: Final = ReportForm(
    code="employment",
    numbers={
        Span.MONTH: Text("基就月 1 表", "BE-M 1"),
        Span.QUARTER: Text("基就季 1 表", "BE-Q 1"),
        Span.YEAR: Text("基就年 1 表", "BE-Y 1"),
    },
    title=Text("就业与工资统计报表", "Report on employment and wages"),
    summary=Text(
        "人数、工资总额及其构成、平均工资、参保率，按企业、性别、年龄、文化程度、乡镇和户籍分。",
        "Headcount, total wages by part, average wage and insurance coverage by company, sex, age, "
        "education, township and household.",
    ),
    fill=_fill,
)
