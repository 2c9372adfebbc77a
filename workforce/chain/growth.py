"""How jobs grew since the base was agreed upon, beside the reference curve: one value for page and hall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.chain.reference import months_between, reference
from workforce.core.chart import Chart, Series
from workforce.core.text import Text

if TYPE_CHECKING:
    from workforce.chain.consolidation import Consolidated, Year
    from workforce.core.period import PayPeriod
    from workforce.statistics.tables import Cell

DEFINITION = Text(
    "横轴是签约以后的月数（签约当月为 0）。岗位是人社局已接收的月报里的期末人数，园区内外合计，只算已报的企业；"
    "应报的企业报了不到八成的月份不画。参照线是公开报道的几个时点之间的直线。",
    "Months since signing, the month of signing being 0. Jobs are people at end in the returns that the bureau has "
    "accepted, inside and outside together, of the companies that have filed; months in which fewer than four in five "
    "have filed are left out. The reference is a straight line between the few months of which public reports tell.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Jobs by months since signing: ``inside`` and ``whole`` cells, None where nothing is known."""

    signed: PayPeriod
    months: range
    inside: tuple[Cell | None, ...]
    whole: tuple[Cell | None, ...]
    reference: tuple[int | None, ...]


def growth_of(years: Mapping[int, Year], signed: PayPeriod) -> Growth | None:
    """Return how jobs grew since a month; None where no month since then is known of nearly all companies."""
    found: dict[int, Consolidated] = {
        months_between(signed, month): one
        for year in years.values()
        for month, one in year.months.items()
        if month >= signed and one.of.has_jobs
    }
    if not found:
        return None
    months = range(max(*found, reference().last_month) + 1)
    return Growth(
        signed=signed,
        months=months,
        inside=tuple(found[n].cells["jobs.inside"] if n in found else None for n in months),
        whole=tuple(found[n].cells["jobs"] if n in found else None for n in months),
        reference=tuple(reference().jobs_at(n) for n in months),
    )


def growth_chart(growth: Growth) -> Chart:
    """Return the curves as a chart."""
    return Chart(
        code="chain_growth",
        title=Text("签约以来的就业岗位", "Jobs since the agreement"),
        kind="line",
        categories=tuple(Text(f"第 {n} 月", f"Month {n}") for n in growth.months),
        series=(
            Series(Text("内外合计", "Inside and outside"), tuple(map(_told, growth.whole))),
            Series(Text("园区内", "Inside"), tuple(map(_told, growth.inside))),
            Series(reference().name, growth.reference),
        ),
        unit=Text("个岗位", "jobs"),
        definition=DEFINITION,
    )


def _told(cell: Cell | None) -> int | None:
    return None if cell is None else cell.value
