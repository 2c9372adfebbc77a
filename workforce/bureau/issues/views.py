"""What the pages of publishing show: how far each month is, and a table of an issue as rows of text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from workforce.bureau.issues import issues, kept, publishing
from workforce.bureau.report import UNDEFINED, WITHHELD, plain
from workforce.companies import queries as companies
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.statistics.cube import TOTAL, CellRef
from workforce.statistics.tables import CellState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.issues.differences import Difference
    from workforce.bureau.issues.frozen import FrozenMeasure, FrozenUnit
    from workforce.bureau.issues.issues import Issue
    from workforce.bureau.issues.kept import Months
    from workforce.core.period import PayPeriod
    from workforce.statistics.cube import CubeSet, CubeTable
    from workforce.statistics.tables import Cell

ALL: Final = Text("合计", "Total")

MonthKind = Literal["published", "revised", "waiting", "computing", "open", "passed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthState:
    """How far a month is on its way to being published.

    ``kind``: published; revised: published, and corrections may be told; waiting: closed and computed;
    computing: closed, not computed yet; open: not closed by ``open_count`` companies; passed: never
    published, and later months are.
    """

    period: PayPeriod
    kind: MonthKind
    number: int | None
    changed_count: int
    made_at: dt.datetime | None
    open_count: int


def month_states(session: Session, months: Months) -> list[MonthState]:
    """Return the months that are published or have any regular pay, the newest first."""
    numbers, snapshots = issues.newest_numbers(session), kept.states(session)
    can_follow = set(publishing.waiting(months, list(numbers)))
    found = []
    for period in sorted({*months.known, *numbers}, reverse=True):
        state = snapshots.get(period)
        changed = (state.changed_count or 0) if state else 0
        kind: MonthKind
        if period in numbers:
            kind = "revised" if changed else "published"
        elif period in can_follow:
            kind = "waiting" if state else "computing"
        else:
            kind = "open" if period in months.open_companies else "passed"
        found.append(
            MonthState(
                period=period,
                kind=kind,
                number=numbers.get(period),
                changed_count=changed,
                made_at=state.made_at if state else None,
                open_count=len(months.open_companies.get(period, ())),
            )
        )
    return found


def waiting_months(session: Session) -> list[MonthState]:
    """Return the months that wait to be published, for the first time or again, the newest first."""
    states = month_states(session, kept.Months(session))
    return [one for one in states if one.kind in {"waiting", "computing", "revised"}]


def open_companies(session: Session, months: Months, period: PayPeriod) -> list[str]:
    """Return the names of the companies that have not closed their regular pay of a month."""
    wanted = months.open_companies.get(period, set())
    facts = session.execute(companies.company_facts(Scope.base()))
    return sorted(one.company_name for one in facts if one.company_id in wanted)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as text; ``ref`` names it."""

    text: str
    is_withheld: bool
    ref: CellRef


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A cube as a table: a line for each combination of groups, a column for each measure."""

    title: Text
    axes: tuple[Text, ...]
    measures: tuple[FrozenMeasure, ...]
    lines: tuple[tuple[tuple[Text, ...], tuple[ShownCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Withholding:
    """How many cells a cube has, and how many of them are withheld."""

    code: str
    title: Text
    cells: int
    withheld: int

    @property
    def percent(self) -> int:
        """Share of withheld cells, rounded."""
        return round(100 * self.withheld / self.cells) if self.cells else 0


def withholdings(cubes: CubeSet) -> list[Withholding]:
    """Return for each cube how much of it is withheld."""
    found = []
    for code, table in cubes.tables.items():
        states = [cell.state for cells in table.figures.values() for cell in cells]
        found.append(Withholding(code, table.title, len(states), states.count(CellState.WITHHELD)))
    return found


def shown_table(table: CubeTable, definitions: Mapping[str, FrozenMeasure]) -> ShownTable:
    """Return a cube as text."""
    codes = list(table.figures)
    lines = tuple(
        (
            labels_of(table, groups),
            tuple(
                ShownCell(
                    shown(table.figures[code][at], definitions[code].unit),
                    table.figures[code][at].state is CellState.WITHHELD,
                    CellRef(table.code, code, groups),
                )
                for code in codes
            ),
        )
        for at, groups in enumerate(table.keys())
    )
    measures = tuple(definitions[code] for code in codes)
    return ShownTable(table.title, tuple(axis.label for axis in table.axes), measures, lines)


def labels_of(table: CubeTable, groups: Sequence[str]) -> tuple[Text, ...]:
    """Return what the groups of a cell are called, one for each axis."""
    found = []
    for axis, code in zip(table.axes, groups, strict=True):
        names = {group.code: group.label for group in axis.groups} | {TOTAL: ALL}
        found.append(names.get(code, Text(code, code)))
    return tuple(found)


def shown(cell: Cell, unit: FrozenUnit) -> str:
    """Return a cell as text."""
    if cell.value is None:
        return WITHHELD if cell.state is CellState.WITHHELD else UNDEFINED
    return plain(cell.value, unit.decimals)


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A changed cell in words: of which table and groups, what it said and says."""

    table: Text
    groups: tuple[Text, ...]
    measure: FrozenMeasure
    old: str
    new: str
    ref: CellRef


def shown_differences(
    changes: Sequence[Difference],
    sets: Sequence[CubeSet],
    definitions: Mapping[str, FrozenMeasure],
) -> list[ShownDifference]:
    """Return changed cells in words; ``sets`` are those in which their groups are named."""
    found = []
    for one in changes:
        tables = [cubes.tables[one.ref.cube] for cubes in sets if one.ref.cube in cubes.tables]
        named = next((table for table in tables if _has(table, one.ref.groups)), tables[0])
        measure = definitions[one.ref.measure]
        found.append(
            ShownDifference(
                named.title,
                labels_of(named, one.ref.groups),
                measure,
                shown(one.old, measure.unit),
                shown(one.new, measure.unit),
                one.ref,
            )
        )
    return found


def _has(table: CubeTable, groups: Sequence[str]) -> bool:
    return all(code in axis.codes for axis, code in zip(table.axes, groups, strict=True))


def kept_back(
    columns: Sequence[tuple[str, str]], cubes: CubeSet, definitions: Mapping[str, FrozenMeasure]
) -> list[tuple[Text, list[Text]]]:
    """Return the columns that stay as they were: title of the table, labels of its measures."""
    found: dict[str, list[Text]] = {}
    for cube, measure in columns:
        found.setdefault(cube, []).append(definitions[measure].label)
    return [(cubes.tables[cube].title, labels) for cube, labels in found.items()]


def definitions_with(
    newest: Issue | None, now: Mapping[str, FrozenMeasure]
) -> dict[str, FrozenMeasure]:
    """Return what measures mean now, and what those meant that are no more."""
    return {**(newest.definitions if newest else {}), **now}
