"""Questions that are asked often: one click each, and the first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from workforce.bureau.explorer.choice import (
    MEASURES,
    MONTHS,
    WHOLE,
    Choice,
    Compare,
    Kind,
    Order,
    measures_of,
)
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.cube import CubeSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A question without its month; ``measures`` are those that are shown where a cube has them."""

    label: Text
    rows: str
    columns: str = MEASURES
    measures: tuple[str, ...] = ("jobs_end",)
    compare: Compare = Compare.NONE
    kind: Kind = Kind.BAR
    order: Order = Order.GIVEN

    def choice(self, period: PayPeriod, cubes: CubeSet) -> Choice | None:
        """Ask it of a month; None where no cube answers."""
        asked = Choice(
            rows=self.rows,
            columns=self.columns,
            measures=self.measures,
            period=period,
            compare=self.compare,
            kind=self.kind,
            order=self.order,
        )
        offered = measures_of(cubes, asked.pair)
        known = tuple(code for code in self.measures if code in offered)
        return replace(asked, measures=known) if known else None


READY: Final = (
    Ready(label=Text("年龄与性别", "Age and sex"), rows="age", columns="sex"),
    Ready(
        label=Text("各企业用工", "Jobs by company"),
        rows="company",
        measures=("jobs_end",),
        order=Order.LARGEST,
    ),
    Ready(
        label=Text("用工走势", "Jobs over time"),
        rows=WHOLE,
        columns=MONTHS,
        measures=("jobs_end", "persons_end", "joined", "left"),
        kind=Kind.LINE,
    ),
    Ready(
        label=Text("平均工资走势", "Wages over time"),
        rows=WHOLE,
        columns=MONTHS,
        measures=("average_wage", "median_wage"),
        kind=Kind.LINE,
    ),
    Ready(
        label=Text("各乡镇用工，比上月", "Townships, against last month"),
        rows="township",
        compare=Compare.MONTH,
        kind=Kind.TABLE,
    ),
    Ready(label=Text("重点群体", "Key groups"), rows="key_group"),
    Ready(
        label=Text("文化程度与性别", "Education and sex"),
        rows="education",
        columns="sex",
        kind=Kind.HEAT,
    ),
    Ready(
        label=Text("工资，比上年同月", "Wages, against a year ago"),
        rows="place",
        measures=("average_wage", "median_wage"),
        compare=Compare.YEAR,
    ),
)


def ready(period: PayPeriod, cubes: CubeSet) -> Iterator[tuple[Text, Choice]]:
    """Yield the questions that the cubes of a month answer."""
    for one in READY:
        choice = one.choice(period, cubes)
        if choice is not None:
            yield one.label, choice


def first(period: PayPeriod, cubes: CubeSet) -> Choice:
    """Return what is shown to whoever has asked nothing yet."""
    found = next((choice for _label, choice in ready(period, cubes)), None)
    return found or Choice(
        rows=WHOLE,
        columns=MEASURES,
        measures=tuple(measures_of(cubes, ("", "")))[:1] or ("jobs_end",),
        period=period,
        kind=Kind.TABLE,
    )
