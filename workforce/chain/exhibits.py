"""What the chain shows of itself in the hall and in the county's book: sums that no company can be found from.

All of it is what was told of published months (`published`). Amounts of a month to which returns are
missing stay out: they would look like a fall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.chain import output, published, queries
from workforce.chain.consolidation import PLACES, Consolidated, Year
from workforce.chain.growth import DEFINITION as GROWTH_DEFINITION
from workforce.chain.growth import growth_of
from workforce.chain.reference import reference
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.exhibits import (
    Exhibit,
    ExhibitSource,
    Row,
    Shape,
    Told,
    Topic,
    Value,
    month_head,
)
from workforce.platform.scope import Scope
from workforce.statistics.tables import Cell, CellState
from workforce.statistics.targets import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.chain.queries import ChainTargetRow
    from workforce.core.report_period import ReportPeriod

_SOURCE: Final = Text("人社局已接收的企业月报", "Monthly returns that the bureau has accepted")
_JOBS: Final = Text("个岗位", "jobs")
_YUAN: Final = Text("元", "yuan")
_Build = Callable[["Session", "ReportPeriod"], Exhibit | None]
_UNKNOWN: Final = Value(None, Told.UNKNOWN)
_MONTHS: Final = 13
"""The last twelve months, and the one a year before."""


def _value(cell: Cell | None) -> Value:
    if cell is None or cell.state is CellState.UNDEFINED:
        return _UNKNOWN
    if cell.state is CellState.WITHHELD:
        return Value(None, Told.WITHHELD)
    return Value(cell.value)


def _number(value: int | None) -> Value:
    return _UNKNOWN if value is None else Value(value)


@dataclass(frozen=True, slots=True)
class _Read:
    """The years up to the period's last month, as they were told."""

    last: PayPeriod
    years: dict[int, Year]

    def cells(self, code: str, months: Sequence[PayPeriod]) -> tuple[Value, ...]:
        """Return a line of the table by month."""
        return tuple(_value(self._cell(code, month)) for month in months)

    def _cell(self, code: str, month: PayPeriod) -> Cell | None:
        if self.count_missing([month]):
            return None
        year = self.years.get(month.year)
        return None if year is None or month not in year.months else year.months[month].cells[code]

    def count_missing(self, months: Sequence[PayPeriod]) -> int:
        """Count the company months of which output, or what was bought for it, is not known."""
        found = [
            self.years[month.year].months[month].of
            for month in months
            if month.year in self.years and month in self.years[month.year].months
        ]
        return sum(max(one.missing, 0) + one.told - one.bought for one in found)

    def unfiled(self) -> int:
        """Count the companies whose jobs in the last month are not known, though a return is due."""
        year = self.years.get(self.last.year)
        if year is None or self.last not in year.months:
            return 0
        return year.months[self.last].of.unfiled

    @property
    def is_told(self) -> bool:
        """Whether anything is known."""
        return any(one.of.told or one.of.with_jobs for one in self._months())

    def _months(self) -> list[Consolidated]:
        return [one for year in self.years.values() for one in year.months.values()]

    def missing(self, months: Sequence[PayPeriod]) -> Text | None:
        """Say which months are not told yet, or of how many company months nothing is known; None where neither is."""
        count = self.count_missing(months)
        if not count:
            return self.untold()
        return Text(
            f"还缺 {count} 家次的产值或采购；没有报齐的月份不公布，缺的不当作 0。",
            f"Output or purchases of {count} company months are missing: months that are not whole are not told, "
            "and what is missing does not count as 0.",
        )

    def untold(self) -> Text | None:
        """Say that the newest months are not told yet; None where they are."""
        gaps = [str(month) for year in self.years.values() for month in year.untold]
        if not gaps:
            return None
        return Text(
            f"还没有公布：{'、'.join(gaps)}，月报还没有接收齐。",
            f"Not told yet, for returns are still missing: {', '.join(gaps)}.",
        )


def _read(session: Session, period: ReportPeriod, first: PayPeriod) -> _Read:
    return _Read(period.last, published.told_years(session, first, period.last))


def _recent(last: PayPeriod) -> list[PayPeriod]:
    months = [last]
    while len(months) < _MONTHS:
        months.append(months[-1].previous())
    return months[::-1]


def _growth(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Jobs since the agreement beside the reference curve."""
    signed = queries.agreement(session)
    if signed is None or signed > period.last:
        return None
    read = _read(session, period, PayPeriod(signed.year, 1))
    growth = growth_of(read.years, signed)
    if growth is None:
        return None
    target = next(
        (
            one
            for one in queries.targets(session)
            if one.figure == "jobs" and one.year >= signed.year
        ),
        None,
    )
    rows = [
        Row(label=term("chain_place.whole"), values=tuple(map(_value, growth.whole))),
        Row(label=term("chain_place.inside"), values=tuple(map(_value, growth.inside))),
        Row(
            label=reference().name,
            values=tuple(map(_number, growth.reference)),
            is_reference=True,
        ),
    ]
    if target is not None:
        label = Text(f"{target.year} 年目标", f"Target of {target.year}")
        values = (Value(target.value),) * len(growth.months)
        rows.append(Row(label=label, values=values, is_reference=True))
    source = Text(
        f"{_SOURCE.zh}；参照：{reference().source.zh}",
        f"{_SOURCE.en}; reference: {reference().source.en}",
    )
    return Exhibit(
        title=Text(
            "签约以来的就业岗位（全部企业的月报）",
            "Jobs since the agreement (returns of all companies)",
        ),
        shape=Shape.CURVES,
        unit=_JOBS,
        columns=tuple(Text(f"第 {n} 月", f"Month {n}") for n in growth.months),
        rows=tuple(rows),
        definition=GROWTH_DEFINITION,
        source=source,
        note=_unfiled_note(period.last, read.unfiled()) or read.untold(),
    )


def _unfiled_note(month: PayPeriod, count: int) -> Text | None:
    """Say that the end of the curve is not the whole; None where it is."""
    if not count:
        return None
    return Text(
        f"{month} 还有 {count} 家企业没有已接收的月报，没有算进去。",
        f"Companies without an accepted return of {month} are not in it: {count}.",
    )


def _output(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Chain output and data trading by month."""
    months = _recent(period.last)
    read = _read(session, period, PayPeriod(months[0].year, 1))
    lines = ("net", "trading")
    rows = tuple(
        Row(label=output.line_label(code), values=read.cells(code, months)) for code in lines
    )
    missing = read.missing(months)
    is_empty = all(value == _UNKNOWN for row in rows for value in row.values)
    if not read.is_told or (is_empty and missing is None):
        return None
    return Exhibit(
        title=Text("产业链产值和数据交易额", "Chain output and data trading"),
        shape=Shape.CURVES,
        unit=_YUAN,
        decimals=2,
        columns=tuple(map(month_head, months)),
        rows=rows,
        definition=Text(
            "产业链产值 = 园区内外全部企业各环节产值之和 − 链内采购；数据交易额是企业作为卖方成交的数据产品。不含增值税。",
            "Chain output is the output of all companies, inside and outside, less what they bought within the "
            "chain; data trading is data products that they sold. Without VAT.",
        ),
        source=_SOURCE,
        note=missing,
    )


def _targets(figures: frozenset[str], title: Text, unit: Text, decimals: int) -> _Build:
    """Make the targets of some figures, each year's beside what was reached."""

    def build(session: Session, period: ReportPeriod) -> Exhibit | None:
        wanted = [one for one in queries.targets(session) if one.figure in figures]
        if not wanted:
            return None
        read = _read(session, period, PayPeriod(min(one.year for one in wanted), 1))
        standings = output.target_standings(session, read.years, period.last.end_on)
        told = {(one.target.figure, one.target.year): one.progress for one in standings}
        reached, notes_zh, notes_en = [], [], []
        for one in wanted:
            progress = told[one.figure, one.year]
            is_hidden = progress.standing is Standing.UNKNOWN
            year = read.years.get(one.year)
            if one.figure != "jobs" and year and read.count_missing(list(year.months)):
                reached.append(_UNKNOWN)
                continue
            reached.append(Value(None, Told.WITHHELD) if is_hidden else _number(progress.value))
            standing, label = term(f"target_standing.{progress.standing}"), _target_label(one)
            if progress.standing in {Standing.REACHED, Standing.OVERDUE}:
                notes_zh.append(f"{label.zh}：{standing.zh}")
                notes_en.append(f"{label.en}: {standing.en}")
        return Exhibit(
            title=title,
            shape=Shape.PROGRESS,
            unit=unit,
            decimals=decimals,
            columns=tuple(_target_label(one) for one in wanted),
            rows=(
                Row(label=Text("完成", "Reached"), values=tuple(reached)),
                Row(
                    label=Text("目标", "Target"),
                    values=tuple(Value(one.value) for one in wanted),
                    is_reference=True,
                ),
            ),
            definition=Text(
                "产值和交易额是当年到这个月的合计，岗位是最近一个月的期末人数；年份过了，就看全年够不够。",
                "Output and trading are the sums of the year up to the month, jobs the people at the end of the newest "
                "month; once the year is over, the whole of it decides.",
            ),
            source=_SOURCE,
            note=Text("；".join(notes_zh), "; ".join(notes_en)) if notes_zh else None,
        )

    return build


def _target_label(one: ChainTargetRow) -> Text:
    label = term(f"chain_figure.{one.figure}")
    return Text(f"{label.zh}（{one.year}）", f"{label.en} ({one.year})")


def _stages(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Companies by stage, inside and outside: at the end of the period."""
    rows = queries.chain_companies(session, Scope.base(), period.last.last_on)
    known = [row for row in rows if row.stage is not None]
    if not known:
        return None
    counts = {
        (stage, place): sum(
            row.stage == stage and row.is_inside is (place == "inside") for row in known
        )
        for stage in queries.STAGES
        for place in PLACES
    }
    return Exhibit(
        title=Text("产业链企业（全部）", "Companies of the chain (all)"),
        shape=Shape.BARS,
        unit=Text("家", "companies"),
        columns=tuple(term(f"chain_place.{place}") for place in PLACES),
        rows=tuple(
            Row(
                label=term(f"chain_stage.{stage}"),
                values=tuple(Value(counts[stage, place]) for place in PLACES),
            )
            for stage in queries.STAGES
        ),
        definition=Text(
            "期末在各个进展的企业数，从线索到入驻、退出；园区内外分开。",
            "Companies at each stage at the end of the period, from leads to those that left, inside and outside.",
        ),
        source=Text("基地和县专班的登记", "Records of the base and the county's task force"),
    )


_YUAN_TARGETS: Final = frozenset({"output", "trading"})

EXHIBITS: Final = (
    ExhibitSource("chain_growth", Topic.GROWTH, _growth),
    ExhibitSource("chain_output", Topic.CHAIN, _output),
    ExhibitSource("chain_companies", Topic.CHAIN, _stages),
    ExhibitSource(
        "chain_targets_yuan",
        Topic.TARGETS,
        _targets(_YUAN_TARGETS, Text("产值和交易目标", "Targets of output and trading"), _YUAN, 2),
    ),
    ExhibitSource(
        "chain_targets_jobs",
        Topic.TARGETS,
        _targets(
            frozenset({"jobs"}),
            Text("岗位目标（全部企业的月报）", "Targets of jobs (returns of all companies)"),
            _JOBS,
            0,
        ),
    ),
)
