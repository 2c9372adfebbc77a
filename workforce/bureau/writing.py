"""What the forms share: cells into figures, tables, charts and notes; each with name and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workforce.bureau.form import Filling
from workforce.bureau.report import Card, Column, Figure, Row, Table, define
from workforce.core.chart import Chart, Series
from workforce.core.text import Text
from workforce.statistics.disclosure import THRESHOLD
from workforce.statistics.measures import measures
from workforce.statistics.service import MonthFigures, PayrollCoverage
from workforce.statistics.tables import Breakdown, Cell

CHART_LIMIT: Final = 12
"""Categories of one chart at most; the table has all."""

TOTAL: Final = Text("合计", "Total")


class Writer:
    """Fills one report; ``codes`` are its measures, in the order in which they are numbered."""

    def __init__(self, filling: Filling, codes: Sequence[str]) -> None:
        """Number the measures, and take the totals of this month and of those beside it."""
        self.filling = filling
        self.month = filling.month
        self.codes = tuple(codes)
        self.definitions = define([measures()[code] for code in codes])
        self.now = self.totals(filling.month)
        self.before = self.totals(filling.previous)
        self.year_ago = self.totals(filling.year_ago) if filling.year_ago else None

    def totals(self, month: MonthFigures) -> dict[str, Figure]:
        """Return the figures over everybody, by code; the parts of wages as one table."""
        cells = {**month.totals(self.codes), **month.wage_parts()}
        return {code: Figure.of(cell, measures()[code].unit) for code, cell in cells.items()}

    def column(self, code: str) -> Column:
        """Return the head of a measure's column."""
        measure = measures()[code]
        return Column(measure.label, measure.unit.label, self.definitions[code])

    def cards(self, codes: Sequence[str]) -> list[Card]:
        """Return the figures that open the report."""
        return [
            Card(
                self.definitions[code],
                self.now[code],
                self.before[code],
                self.year_ago[code] if self.year_ago else None,
            )
            for code in codes
        ]

    def table(self, code: str, title: Text, breakdown: Breakdown) -> Table:
        """Return a breakdown as a table with its total."""
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
        """Return what must be known of the figures."""
        return [
            *_payroll_notes(self.month),
            *_uncounted_notes(self.month),
            *_protection_notes(self.month),
        ]


def charts(table: Table, by: Text, codes: Sequence[str]) -> tuple[Chart, ...]:
    """Draw jobs, and average beside median wages, of a table with these columns."""
    jobs, average, median = (
        codes.index(code) for code in ("jobs_end", "average_wage", "median_wage")
    )
    largest = _largest(table, jobs)
    limit = len(largest.rows)
    most = Text(f"（前 {limit} 位）", f" (largest {limit})")
    title = by if largest is table else Text(by.zh + most.zh, by.en.lower() + most.en)
    counted = Text(f"期末岗位数，{title.zh}", f"Jobs at end {title.en.lower()}")
    waged = Text(f"平均工资与中位工资，{title.zh}", f"Average and median wage {title.en.lower()}")
    return (chart(largest, counted, (jobs,)), chart(largest, waged, (average, median)))


def _largest(table: Table, column: int) -> Table:
    """Return the table, or its rows with the largest figures where it has too many for a chart."""
    told = [row for row in table.rows if row.figures[column].value is not None]
    if len(told) <= CHART_LIMIT:
        return table
    kept = sorted(told, key=lambda row: -(row.figures[column].value or 0))[:CHART_LIMIT]
    return replace(table, rows=tuple(kept))


def chart(table: Table, title: Text, columns: Sequence[int]) -> Chart:
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
