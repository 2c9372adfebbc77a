"""What the forms share: cells into figures, lines, tables, charts and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.faces.notes import notes_of, sign_notes
from workforce.bureau.figures import PeriodFigures
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.issues.frozen import FrozenMeasure
from workforce.bureau.report import (
    NO_TEXT,
    Card,
    Column,
    Figure,
    Report,
    Row,
    Section,
    Sheet,
    Table,
    define,
)
from workforce.core.chart import Chart, Series
from workforce.core.money import round_half_up
from workforce.core.report_period import Span
from workforce.core.text import Text
from workforce.statistics.cube import TOTAL, CellRef
from workforce.statistics.measure import Unit
from workforce.statistics.measures import measures
from workforce.statistics.tables import Cell, CellState

CHART_LIMIT: Final = 12
"""Categories of one chart at most; the table has all."""

_HUNDREDTHS_OF_A_PERCENT: Final = 10_000


class Writer:
    """Fills one report; ``codes`` are its measures, in the order in which they are numbered.

    Of a quarter or year only those measures are told that its months make.
    """

    def __init__(self, form: ReportForm, filling: Filling, codes: Sequence[str]) -> None:
        """Number the measures."""
        self.form = form
        self.filling = filling
        self.span = filling.period.span
        self.codes = self.told(codes)
        self.definitions = define([self.meaning(code) for code in self.codes])

    def meaning(self, code: str) -> FrozenMeasure:
        """Return what a measure means, or meant when it was published."""
        return self.filling.definitions.get(code) or FrozenMeasure.of(measures()[code])

    def told(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Leave out what the period has no figure of."""
        known = measures()
        is_month = self.span is Span.MONTH
        return tuple(
            code for code in codes if code in known and (is_month or known[code].over is not None)
        )

    def column(self, code: str) -> Column:
        """Return the head of a measure's column."""
        measure = self.meaning(code)
        return Column(measure.label, measure.unit.label, self.definitions.get(code))

    def cards(self, codes: Sequence[str], cube: str) -> tuple[Card, ...]:
        """Return the figures that open the report."""
        refs = {code: CellRef(cube, code, ()) for code in self.told(codes)}
        return tuple(
            Card(
                self.definitions[code],
                self.filling.now.figure(ref),
                self.filling.previous.figure(ref),
                self.filling.year_ago.figure(ref),
            )
            for code, ref in refs.items()
        )

    # Lines that compare periods

    def comparison(self) -> tuple[Column, ...]:
        """Return the heads of what `compared` gives."""
        filling = self.filling
        heads = [
            Column(words.THIS[self.span], words.period(filling.period)),
            Column(words.BEFORE[self.span], words.period(filling.period.previous())),
            Column(words.CHANGE, Unit.PERCENT.label),
        ]
        if self.span is not Span.YEAR:
            heads += [
                Column(words.YEAR_BEFORE, words.period(filling.period.year_ago)),
                Column(words.CHANGE, Unit.PERCENT.label),
            ]
        if filling.targets:
            heads.append(Column(words.TARGET, words.IN_FORCE))
        return tuple(heads)

    def compared(self, ref: CellRef) -> tuple[Figure, ...]:
        """Return a cell beside the period before, the year before and its target."""
        filling = self.filling
        now, before = filling.now.figure(ref), filling.previous.figure(ref)
        figures = [now, before, change(now, before)]
        if self.span is not Span.YEAR:
            year_ago = filling.year_ago.figure(ref)
            figures += [year_ago, change(now, year_ago)]
        if filling.targets:
            is_whole = set(ref.groups) <= {TOTAL}
            target = filling.targets.get(ref.measure) if is_whole else None
            figures.append(Figure.of(Cell.of(target, is_withheld=False), now.unit))
        return tuple(figures)

    def indicators(
        self,
        code: str,
        title: Text,
        cube: str,
        *,
        codes: Sequence[str] | None = None,
        levels: Mapping[str, int] | None = None,
    ) -> Table:
        """Return the table of measures (by default all of the report), compared."""
        return Table(
            code=code,
            title=title,
            head=words.INDICATOR,
            columns=self.comparison(),
            rows=tuple(
                Row(
                    label=self.meaning(measure).label,
                    figures=self.compared(CellRef(cube, measure, ())),
                    definition=self.definitions[measure],
                    level=(levels or {}).get(measure, 0),
                    code=f"{self.definitions[measure].number:02d}",
                )
                for measure in (self.codes if codes is None else self.told(codes))
            ),
            has_codes=True,
        )

    # Tables of a cube

    def table(self, cube: str, codes: Sequence[str], title: Text) -> Table | None:
        """Return measures over the groups of a cube with one dimension, and their total.

        A measure that the cube does not have is left out; without any there is no table.
        """
        now = self.filling.now
        axis = now.axis(cube)
        columns = [code for code in self.told(codes) if _is_in(now, cube, code)]
        if axis is None or not columns:
            return None

        def row(label: Text, group: str) -> Row:
            refs = [CellRef(cube, code, (group,)) for code in columns]
            return Row(label, tuple(now.figure(ref) for ref in refs))

        return Table(
            code=cube,
            title=title,
            head=axis.label,
            columns=tuple(self.column(code) for code in columns),
            rows=tuple(row(group.label, group.code) for group in axis.groups),
            total=row(words.TOTAL, TOTAL),
        )

    def section(
        self, cube: str, codes: Sequence[str], drawn: Sequence[Sequence[str]]
    ) -> Section | None:
        """Return a cube as a section with its table and a chart of each ``drawn`` measures."""
        axis = self.filling.now.axis(cube)
        if axis is None:
            return None
        name = axis.label
        by = Text(f"按{name.zh}", f"By {name.en.lower()}")
        title = Text(f"{by.zh}：人数与工资", f"Headcount and wages {by.en.lower()}")
        table = self.table(cube, codes, title)
        if table is None:
            return None
        charts = [chart(table, by, list(one)) for one in drawn]
        return Section(cube, by, (table,), tuple(one for one in charts if one is not None))

    def report(
        self,
        sections: Sequence[Section | None],
        *,
        cards: Sequence[Card] = (),
        notes: Sequence[Text] = (),
        sheet: Sheet = "report",
        unit: Text = NO_TEXT,
    ) -> Report:
        """Return the report of these sections; the form's notes stand after those of all reports."""
        filling, form = self.filling, self.form
        told = tuple(section for section in sections if section is not None)
        tables = [table for section in told for table in section.tables]
        return Report(
            code=form.code,
            form_number=form.numbers[self.span],
            title=form.title,
            period=filling.period,
            reporter=filling.reporter,
            filled_on=filling.filled_on,
            is_protected=filling.is_protected,
            sheet=sheet,
            unit=unit,
            origin=filling.origin,
            cards=tuple(cards),
            sections=told,
            notes=(*notes_of(filling), *sign_notes(tables), *notes),
            definitions=tuple(self.definitions.values()),
        )


def change(now: Figure, before: Figure) -> Figure:
    """Return by how much a figure rose, in per cent; a rate by how many points of a per cent."""
    unit = Unit.PERCENT
    if now.value is None or before.value is None:
        return Figure.of(_untold(now, before), unit)
    if now.unit is not unit and before.value <= 0:
        return Figure.of(Cell(CellState.UNDEFINED), unit)
    rise = now.value - before.value
    if now.unit is not unit:
        rise = round_half_up(rise * _HUNDREDTHS_OF_A_PERCENT, before.value)
    return _signed(rise, unit)


def difference(now: Figure, before: Figure) -> Figure:
    """Return how many more a figure is than another of its unit."""
    if now.value is None or before.value is None:
        return Figure.of(_untold(now, before), now.unit)
    return _signed(now.value - before.value, now.unit)


def _untold(now: Figure, before: Figure) -> Cell:
    """Say why two figures have no difference: one that is not there has none that could be withheld."""
    states = {now.state, before.state}
    is_there = CellState.UNDEFINED not in states
    return Cell(CellState.WITHHELD if is_there else CellState.UNDEFINED)


def _signed(value: int, unit: Unit) -> Figure:
    figure = Figure.of(Cell(CellState.SHOWN, value), unit)
    return replace(figure, text=f"+{figure.text}") if value > 0 else figure


def share(part: Figure, whole: Figure) -> Figure:
    """Return which part of a whole a figure is, in per cent."""
    unit = Unit.PERCENT
    for figure in (part, whole):
        if figure.value is None:
            return Figure.of(Cell(figure.state), unit)
    if part.value is None or not whole.value:
        return Figure.of(Cell(CellState.UNDEFINED), unit)
    value = round_half_up(part.value * _HUNDREDTHS_OF_A_PERCENT, whole.value)
    return Figure.of(Cell(CellState.SHOWN, value), unit)


def _is_in(now: PeriodFigures, cube: str, code: str) -> bool:
    return any(
        month is not None and cube in month.tables and code in month.tables[cube].figures
        for month in now.sets
    )


def chart(table: Table, by: Text, codes: Sequence[str]) -> Chart | None:
    """Draw measures of a table with these columns, the largest groups first where there are many."""
    at = [
        index
        for index, column in enumerate(table.columns)
        if column.definition and column.definition.measure.code in codes
    ]
    if not at:
        return None
    drawn = _largest(table, at[0])
    names = [table.columns[index].label for index in at]
    most = NO_TEXT
    if len(drawn.rows) < len(table.rows) and len(drawn.rows) == CHART_LIMIT:
        most = Text(f"（前 {CHART_LIMIT} 位）", f" (largest {CHART_LIMIT})")
    title = Text(
        f"{'与'.join(name.zh for name in names)}，{by.zh}{most.zh}",
        f"{' and '.join(name.en for name in names)} {by.en.lower()}{most.en}",
    )
    return chart_of(drawn, title, at)


def _largest(table: Table, column: int) -> Table:
    """Return the table, or its rows with the largest figures where it has too many for a chart."""
    told = [row for row in table.rows if row.figures[column].value is not None]
    if len(told) <= CHART_LIMIT:
        return table
    kept = sorted(told, key=lambda row: -(row.figures[column].value or 0))[:CHART_LIMIT]
    return replace(table, rows=tuple(kept))


def chart_of(table: Table, title: Text, columns: Sequence[int]) -> Chart:
    """Draw columns of a table; rows without any figure to draw are left out, all where all are 0."""
    rows = [
        row
        for row in table.rows
        if row.figures and any(row.figures[at].value is not None for at in columns)
    ]
    if not any(row.figures[at].value for row in rows for at in columns):
        rows = []  # Of nothing there is no picture; the table says that it is nothing.
    heads = [table.columns[at] for at in columns]
    meanings = {
        one.measure.code: one.measure.definition
        for one in (*(head.definition for head in heads), *(row.definition for row in rows))
        if one is not None
    }
    unit = next((row.figures[columns[0]].unit for row in rows), Unit.JOBS)
    return Chart(
        code=f"{table.code}_{'_'.join(str(at) for at in columns)}",
        title=title,
        kind="bar",
        categories=tuple(row.label for row in rows),
        series=tuple(
            Series(table.columns[at].label, tuple(row.figures[at].value for row in rows))
            for at in columns
        ),
        unit=unit.label,
        definition=Text(
            "".join(text.zh for text in meanings.values()),
            " ".join(text.en for text in meanings.values()),
        ),
        decimals=unit.decimals,
    )
