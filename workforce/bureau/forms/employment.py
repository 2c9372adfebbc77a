"""The monthly employment report: headcount, wages and insurance of a company or the whole base."""

from __future__ import annotations

from typing import Final

from workforce.bureau import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Column, Report, Row, Section, Table
from workforce.bureau.writing import Writer, chart, charts
from workforce.core.text import Text
from workforce.statistics.dimensions import COMPANY, DIMENSIONS, Dimension
from workforce.statistics.measures import measures
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
PROTECTED_DETAIL: Final = tuple(code for code in DETAIL if code != "persons_end")
"""Persons beside jobs would single out, group by group, the few people who hold two jobs."""


class _Writer(Writer):
    """Fills the employment report."""

    def __init__(self, filling: Filling) -> None:
        super().__init__(filling, SUMMARY)

    def sections(self) -> list[Section]:
        dimensions = [
            dimension
            for dimension in DIMENSIONS
            # One company alone is not divided by company.
            if dimension is not COMPANY or len(self.month.companies) > 1
        ]
        return [self.summary(), *(self.section(dimension) for dimension in dimensions)]

    def summary(self) -> Section:
        title = Text("基本情况", "Main figures")
        period = self.month.period
        rows = tuple(
            Row(
                label=measures()[code].label,
                figures=(self.now[code], self.before[code]),
                definition=self.definitions[code],
                is_part=code in _PARTS,
            )
            for code in SUMMARY
        )
        table = Table(
            code="summary",
            title=title,
            head=words.INDICATOR,
            columns=(
                Column(Text("本月", "This month"), Text(str(period), str(period))),
                Column(
                    words.MONTH_BEFORE,
                    Text(str(period.previous()), str(period.previous())),
                ),
            ),
            rows=rows,
        )
        parts = Table(
            code="wage_parts",
            title=Text("工资总额构成", "Total wages by part"),
            head=Text("组成部分", "Part"),
            columns=(self.column("total_wages"),),
            rows=tuple(row for row in rows if row.is_part),
        )
        return Section("summary", title, (table,), (chart(parts, parts.title, (0,)),))

    def section(self, dimension: Dimension) -> Section:
        name = dimension.label
        by = Text(f"按{name.zh}", f"By {name.en.lower()}")
        codes = PROTECTED_DETAIL if self.month.is_protected else DETAIL
        people = self.table(
            f"{dimension.code}_people",
            Text(f"{by.zh}：人数与工资", f"Headcount and wages by {name.en.lower()}"),
            self.month.breakdown(dimension, codes),
        )
        tables = [people]
        if not self.month.is_protected:
            wages = self.month.breakdown(dimension, (*_PARTS, "total_wages"))
            title = Text(f"{by.zh}：工资总额构成", f"Total wages by part and {name.en.lower()}")
            tables.append(self.table(f"{dimension.code}_wages", title, wages))
        return Section(dimension.code, by, tuple(tables), charts(people, by, codes))


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
    code="employment",
    number=Text("基就月 1 表", "BE-M 1"),
    title=Text("就业与工资统计月报表", "Monthly report on employment and wages"),
    fill=_fill,
)
