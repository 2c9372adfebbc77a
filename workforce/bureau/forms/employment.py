"""The monthly employment report: headcount, wages and insurance of a company or the whole base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workforce.bureau import words
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Card, Column, Figure, Report, Row, Section, Table, define
from workforce.core.chart import Chart, Series
from workforce.core.text import Text
from workforce.statistics.dimensions import COMPANY, DIMENSIONS, Dimension
from workforce.statistics.disclosure import THRESHOLD
from workforce.statistics.measures import measures
from workforce.statistics.population import WAGE_PARTS
from workforce.statistics.service import MonthFigures, PayrollCoverage
from workforce.statistics.tables import Breakdown, Cell

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

CHART_LIMIT: Final = 12
"""Categories of one chart at most; the table has all."""

TOTAL: Final = Text("合计", "Total")


class _Writer:
    """Fills one report: turns cells into figures, and gives everything its name and number."""

    def __init__(self, filling: Filling) -> None:
        self.filling = filling
        self.month = filling.month
        self.definitions = define([measures()[code] for code in SUMMARY])
        self.now = self.totals(filling.month)
        self.before = self.totals(filling.previous)

    def totals(self, month: MonthFigures) -> dict[str, Figure]:
        cells = {**month.totals(SUMMARY), **month.wage_parts()}
        return {code: Figure.of(cell, measures()[code].unit) for code, cell in cells.items()}

    def column(self, code: str) -> Column:
        measure = measures()[code]
        return Column(measure.label, measure.unit.label, self.definitions[code])

    def cards(self) -> list[Card]:
        return [Card(self.definitions[code], self.now[code], self.before[code]) for code in CARDS]

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
        return Section("summary", title, (table,), (_chart(parts, parts.title, (0,)),))

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
        return Section(dimension.code, by, tuple(tables), _charts(people, by, codes))

    def table(self, code: str, title: Text, breakdown: Breakdown) -> Table:
        units = [measure.unit for measure in breakdown.measures]

        def row(label: Text, cells: Sequence[Cell]) -> Row:
            pairs = zip(cells, units, strict=True)
            return Row(label, tuple(Figure.of(cell, unit) for cell, unit in pairs))

        return Table(
            code=code,
            title=title,
            head=breakdown.label,
            columns=tuple(self.column(measure.code) for measure in breakdown.measures),
            rows=tuple(
                row(label, cells)
                for label, cells in zip(breakdown.groups, breakdown.rows, strict=True)
            ),
            total=row(TOTAL, breakdown.total),
        )

    def notes(self) -> list[Text]:
        return [
            *_payroll_notes(self.month),
            *_uncounted_notes(self.month),
            *_protection_notes(self.month),
        ]


def _charts(table: Table, by: Text, codes: Sequence[str]) -> tuple[Chart, ...]:
    jobs, average, median = (
        codes.index(code) for code in ("jobs_end", "average_wage", "median_wage")
    )
    largest = _largest(table, jobs)
    limit = len(largest.rows)
    most = Text(f"（前 {limit} 位）", f" (largest {limit})")
    title = by if largest is table else Text(by.zh + most.zh, by.en.lower() + most.en)
    counted = Text(f"期末岗位数，{title.zh}", f"Jobs at end {title.en.lower()}")
    waged = Text(f"平均工资与中位工资，{title.zh}", f"Average and median wage {title.en.lower()}")
    return (_chart(largest, counted, (jobs,)), _chart(largest, waged, (average, median)))


def _largest(table: Table, column: int) -> Table:
    """Return the table, or its rows with the largest figures where it has too many for a chart."""
    told = [row for row in table.rows if row.figures[column].value is not None]
    if len(told) <= CHART_LIMIT:
        return table
    kept = sorted(told, key=lambda row: -(row.figures[column].value or 0))[:CHART_LIMIT]
    return replace(table, rows=tuple(kept))


def _chart(table: Table, title: Text, columns: Sequence[int]) -> Chart:
    """Draw columns of a table; rows without any figure to draw are left out."""
    rows = [row for row in table.rows if any(row.figures[at].value is not None for at in columns)]
    heads = [table.columns[at] for at in columns]
    defined = [head.definition.measure for head in heads if head.definition]
    return Chart(
        code=f"{table.code}_{defined[0].code}",
        title=title,
        kind="bar",
        categories=tuple(row.label for row in rows),
        series=tuple(
            Series(table.columns[at].label, tuple(row.figures[at].value for row in rows))
            for at in columns
        ),
        unit=defined[0].unit.label,
        definition=Text(
            "".join(measure.definition.zh for measure in defined),
            " ".join(measure.definition.en for measure in defined),
        ),
        decimals=defined[0].unit.decimals,
    )


def _payroll_notes(month: MonthFigures) -> list[Text]:
    payroll = month.payroll
    if payroll.companies == 1:
        return [_own_payroll_note(payroll)]
    notes = [
        Text(
            f"{payroll.companies} 家企业中 {payroll.with_result} 家有本月工资结果，"
            f"其中 {payroll.approved} 家已批准。",
            f"{payroll.with_result} of {payroll.companies} companies have a payroll result of the "
            f"month, {payroll.approved} of them approved.",
        )
    ]
    if payroll.with_result < payroll.companies:
        notes.append(
            Text(
                "没有工资结果的企业不计入工资和参保率。",
                "Companies without a result are left out of wages and coverage.",
            )
        )
    if payroll.approved < payroll.with_result:
        notes.append(
            Text(
                "工资数字为暂定数，批准前可能变化。",
                "Wage figures are provisional: they may change until they are approved.",
            )
        )
    return notes


def _own_payroll_note(payroll: PayrollCoverage) -> Text:
    """Say how sure the wages of one company are."""
    if payroll.approved:
        return Text("本月工资已批准。", "The month's payroll is approved.")
    if payroll.with_result:
        return Text(
            "本月工资尚未批准，工资数字为暂定数。",
            "The month's payroll is not approved: wage figures are provisional.",
        )
    return Text("本月还没有工资结果。", "There is no payroll result of the month yet.")


def _uncounted_notes(month: MonthFigures) -> list[Text]:
    count = month.uncounted_cell.value
    if not count:
        return []
    return [
        Text(
            f"另有实习生、学员和劳务提供者 {count} 人，不计入本表。",
            f"Interns, trainees and labour-service providers: {count}, not in this report.",
        )
    ]


def _protection_notes(month: MonthFigures) -> list[Text]:
    if not month.is_protected:
        return []
    return [
        Text(
            f"※ 表示不公布：涉及不足 {THRESHOLD} 个岗位或人的数，以及能由此推算出它的数；"
            "涉及的金额、平均数和中位数一并不公布。",
            f"※ means withheld: fewer than {THRESHOLD} jobs or persons stand behind the figure, or "
            "such a figure could be worked out from it; amounts, averages and medians go with it.",
        )
    ]


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
        cards=tuple(writer.cards()),
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
