"""How cells of published issues become exhibits: curves, bars, parts and single figures.

Nothing is computed here but what a longer period is made of (`figures.PeriodFigures`), and nothing is
read but issues: what is withheld there stays so, and what no issue tells is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from workforce.bureau.faces import words
from workforce.bureau.figures import PeriodFigures
from workforce.bureau.issues import issues
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text
from workforce.platform.exhibits import Exhibit, Row, Shape, Told, Value, month_head
from workforce.statistics.cube import CellRef
from workforce.statistics.dimensions import BY_CODE
from workforce.statistics.tables import Cell, CellState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.issues.frozen import FrozenMeasure
    from workforce.bureau.issues.issues import Issue
    from workforce.core.period import PayPeriod

Build = Callable[["Session", ReportPeriod], Exhibit | None]

MOST_MONTHS: Final = 48
"""As many months a curve has at most: four years, of which the newest are told."""

WITHHELD_NOTE: Final = Text(
    "※ 不公布：人数或企业太少，或者能由它推算出这样的数。",
    "※ withheld: of too few people or companies, or such a figure could be worked out from it.",
)
_PARTIAL_PAY: Final = Text(
    "还没有工资结果的企业不计入工资。", "Companies without a payroll result are not in the wages."
)
_LEAST_GROUPS: Final = 2
_UNKNOWN: Final = Value(None, Told.UNKNOWN)
_STATES: Final = {
    CellState.WITHHELD: Value(None, Told.WITHHELD),
    CellState.UNDEFINED: _UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Published:
    """The newest issues of the months up to the end of a period, by month; gaps are not in it."""

    period: ReportPeriod
    issues: Mapping[PayPeriod, Issue]

    @property
    def months(self) -> tuple[PayPeriod, ...]:
        """Every month from the first that is told to the last, those without an issue, too."""
        found = [min(self.issues)]
        while found[-1] < self.period.last:
            found.append(found[-1].next())
        return tuple(found)

    @property
    def missing(self) -> tuple[PayPeriod, ...]:
        """The months of the period of which nothing is published."""
        return tuple(month for month in self.period.months if month not in self.issues)

    @property
    def told_of(self) -> ReportPeriod:
        """What single figures are of: the period, or its last month where it is not whole."""
        return self.last_month if self.missing else self.period

    @property
    def last_month(self) -> ReportPeriod:
        """The last month of the period."""
        return ReportPeriod(self.period.last)

    def figures(self, of: ReportPeriod) -> PeriodFigures:
        """Return what is published of a period."""
        told = (self.issues.get(month) for month in of.months)
        return PeriodFigures(of, tuple(issue.cubes if issue else None for issue in told))

    def definitions(self, measures: Sequence[str]) -> list[FrozenMeasure]:
        """Return what measures meant when they were last published; without those that never were."""
        known: dict[str, FrozenMeasure] = {}
        for issue in self.issues.values():
            known |= issue.definitions
        return [known[code] for code in measures if code in known]

    def source(self, months: Sequence[PayPeriod]) -> Text:
        """Say from which issues the figures of months are."""
        told = [self.issues[month] for month in months if month in self.issues]
        if len(told) > Span.QUARTER.months:
            first, last = told[0].period, told[-1].period
            return Text(
                f"已发布统计 {first} 至 {last}，{len(told)} 个月的最新一期",
                f"Published statistics {first} to {last}, newest issues of {len(told)} months",
            )
        return Text(
            "已发布统计 " + "、".join(f"{one.period} 第 {one.number} 期" for one in told),
            "Published statistics " + ", ".join(f"{one.period} issue {one.number}" for one in told),
        )


def read(session: Session, period: ReportPeriod) -> Published | None:
    """Return what is published up to a period's end; None while its last month is not published."""
    months = [period.last]
    while len(months) < MOST_MONTHS:
        months.append(months[-1].previous())
    found = issues.newest(session, months)
    return Published(period, found) if period.last in found else None


def value_of(cell: Cell) -> Value:
    """Return a cell as the value of an exhibit."""
    return _STATES[cell.state] if cell.value is None else Value(cell.value)


def exhibit_of(
    told: Published,
    title: Text,
    shape: Shape,
    measures: Sequence[FrozenMeasure],
    table: tuple[Sequence[Text], Sequence[Row]],
    *,
    unit: Text | None = None,
    months: Sequence[PayPeriod],
    notes: Sequence[Text] = (),
) -> Exhibit | None:
    """Make an exhibit of columns and rows; None where it would tell nothing at all.

    The definitions, units and sources are those of its measures; ``unit`` names the common one where
    measures are counted in several.
    """
    columns, rows = table
    values = [value for row in rows for value in row.values]
    if not measures or all(value.told is Told.UNKNOWN for value in values):
        return None
    said = list(notes)
    if any(value.told is Told.WITHHELD for value in values):
        said.append(WITHHELD_NOTE)
    return Exhibit(
        title=title,
        shape=shape,
        unit=unit or measures[0].unit.label,
        decimals=measures[0].unit.decimals,
        columns=tuple(columns),
        rows=tuple(rows),
        definition=_definition(measures),
        source=joined([*by_instrument([one.source for one in measures]), told.source(months)]),
        note=_sentences(said) if said else None,
    )


def curves(title: Text, measures: Sequence[str], *, unit: Text | None = None) -> Build:
    """Make a line for each measure of the whole base, month by month."""

    def build(session: Session, period: ReportPeriod) -> Exhibit | None:
        told = read(session, period)
        if told is None:
            return None
        months = told.months
        figures = [told.figures(ReportPeriod(month)) for month in months]
        known = told.definitions(measures)
        rows = [
            Row(
                label=one.label,
                values=tuple(value_of(of.cell(CellRef("whole", one.code, ()))) for of in figures),
            )
            for one in known
        ]
        columns = list(map(month_head, months))
        return exhibit_of(
            told, title, Shape.CURVES, known, (columns, rows), unit=unit, months=months
        )

    return build


def single(
    title: Text,
    shape: Shape,
    measures: Sequence[str],
    *,
    unit: Text | None = None,
    is_of_month: bool = False,
) -> Build:
    """Make a value for each measure of the whole base.

    A period of which a month is missing is told by its last month, as the head of the column says.
    ``is_of_month``: of the last month of the period, for what months do not make together (a median).
    """

    def build(session: Session, period: ReportPeriod) -> Exhibit | None:
        told = read(session, period)
        if told is None:
            return None
        of = told.last_month if is_of_month else told.told_of
        figures, known = told.figures(of), told.definitions(measures)
        rows = [
            Row(label=one.label, values=(value_of(figures.cell(CellRef("whole", one.code, ()))),))
            for one in known
        ]
        table = ([words.period(of)], rows)
        return exhibit_of(told, title, shape, known, table, unit=unit, months=of.months)

    return build


def groups(
    title: Text,
    shape: Shape,
    cube: str,
    measure: str,
    *,
    most: int | None = None,
    is_ranked: bool = False,
    is_of_month: bool = False,
) -> Build:
    """Make a value for each group of a cube; ``most``: the largest so many of them.

    None for one group alone: it says again what the whole says.
    ``is_of_month``: of the last month. ``is_ranked``: the largest first, then what is withheld; else in the natural order of the groups.
    """

    def build(session: Session, period: ReportPeriod) -> Exhibit | None:
        told = read(session, period)
        if told is None:
            return None
        of = told.last_month if is_of_month else told.told_of
        known = told.definitions([measure])
        figures = told.figures(of)
        axis = figures.axis(cube)
        if axis is None or len(axis.groups) < _LEAST_GROUPS:
            return None
        rows = [
            Row(
                label=group.label,
                values=(value_of(figures.cell(CellRef(cube, measure, (group.code,)))),),
            )
            for group in axis.groups
        ]
        if is_ranked:
            rows.sort(key=_rank)
        notes = [note] if (note := BY_CODE[axis.code].note) else []
        if most is not None and len(rows) > most:
            notes.append(
                Text(
                    f"共 {len(rows)} 项，列出最大的 {most} 项。",
                    f"The {most} largest of {len(rows)}.",
                )
            )
            rows = rows[:most]
        table = ([words.period(of)], rows)
        return exhibit_of(told, title, shape, known, table, months=of.months, notes=notes)

    return build


def paid(build: Build) -> Build:
    """Say beside figures of pay where companies are missing from them."""

    def told(session: Session, period: ReportPeriod) -> Exhibit | None:
        found, published = build(session, period), read(session, period)
        if found is None or published is None:
            return found
        coverages = [
            published.issues[month].cubes.payroll
            for month in period.months
            if month in published.issues
        ]
        if all(one.with_result == one.companies for one in coverages):
            return found
        return noted(found, _PARTIAL_PAY)

    return told


def noted(exhibit: Exhibit, note: Text) -> Exhibit:
    """Return an exhibit with one more thing to know of it."""
    said = [note] if exhibit.note is None else [exhibit.note, note]
    return replace(exhibit, note=_sentences(said))


def joined(texts: Sequence[Text]) -> Text:
    """Join texts that are no sentences."""
    return Text("；".join(one.zh for one in texts), "; ".join(one.en for one in texts))


def by_instrument(sources: Sequence[Text]) -> list[Text]:
    """Name each source once, and an instrument once for several of its articles."""
    articles: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in dict.fromkeys(sources):
        zh, _, zh_article = one.zh.rpartition("第")
        en, _, en_article = one.en.rpartition("article ")
        is_article = zh_article.endswith("条") and en_article.isdigit()
        own = articles.setdefault((zh, en) if is_article else (one.zh, one.en), [])
        own += [(zh_article, en_article)] if is_article else []
    return [
        Text(
            zh + "、".join(f"第{article}" for article, _ in of),
            en
            + ("articles " if len(of) > 1 else "article ")
            + ", ".join(number for _, number in of),
        )
        if of
        else Text(zh, en)
        for (zh, en), of in articles.items()
    ]


def _sentences(texts: Sequence[Text]) -> Text:
    return Text("".join(one.zh for one in texts), " ".join(one.en for one in texts))


def _definition(measures: Sequence[FrozenMeasure]) -> Text:
    if len(measures) == 1:
        return measures[0].definition
    return _sentences(
        [
            Text(f"{one.label.zh}：{one.definition.zh}", f"{one.label.en}: {one.definition.en}")
            for one in measures
        ]
    )


def _rank(row: Row) -> tuple[int, int]:
    """Order what is told by size, then what is withheld; groups of nobody come last."""
    number = row.values[0].number
    if number is None:
        return 1, 0
    return (0, -number) if number else (2, 0)
