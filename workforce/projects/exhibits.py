"""What the base shows of its production centre: the business of the year against its target.

The sum is shown where it is not the secret of few companies (``statistics/disclosure``), in whole millions:
contracts are recorded late and corrected, and two days' sums must not tell one contract's amount. How
much was accepted of which work is published in the issues and shown from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.exhibits import Exhibit, ExhibitSource, Row, Shape, Told, Topic, Value
from workforce.projects import queries
from workforce.projects.volume import months_of, standing_of
from workforce.statistics.disclosure.rules import RULES
from workforce.statistics.targets import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.core.report_period import ReportPeriod
    from workforce.projects.queries import ContractSum

_MILLION_FEN: Final = 100_000_000
_YEARS: Final = 4
"""So many years are shown side by side."""
_WITHHELD: Final = Value(None, Told.WITHHELD)
_UNIT: Final = Text("百万元", "million yuan")
_DEFINITION: Final = Text(
    "企业与客户签订的合同金额，按签订日期计入；四舍五入到百万元。",
    "Amounts of the contracts that companies signed with clients, by the day of signing, rounded to a million yuan.",
)
_SOURCE: Final = Text("企业登记的项目合同", "Contracts as companies recorded them")
_SAID: Final = {
    Standing.REACHED: Text("已达到目标。", "The target is reached."),
    Standing.OVERDUE: Text(
        "年份已过，没有达到目标。", "The year is over and the target was not reached."
    ),
}
_SECRET: Final = Text(
    "※ 不公布：签合同的企业太少，或者大部分是一两家的。",
    "※ withheld: of too few companies, or mostly of one or two.",
)


def protected_sum(sums: Sequence[ContractSum]) -> Value:
    """Return contract amounts together in whole millions of yuan, unless they are few companies' secret."""
    by_company: dict[int, int] = {}
    for one in sums:
        by_company[one.company_id] = by_company.get(one.company_id, 0) + one.amount
    amounts = np.array(list(by_company.values()), dtype=np.int64)
    if amounts.size and RULES.is_dominated(amounts):
        return _WITHHELD
    return Value(round_half_up(sum(by_company.values()), _MILLION_FEN))


def _volume(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Show the business of the period's year up to its end beside the year's target."""
    last = period.last
    target = queries.volume_targets(session).get(last.year)
    if target is None or target.amount is None:
        return None
    months = [month for month in months_of(last.year) if month <= last]
    sums = queries.contract_sums(session, months)
    reached = protected_sum(sums)
    notes = [_SECRET] if reached.told is Told.WITHHELD else []
    if reached.told is Told.SHOWN and last.month == len(months_of(last.year)):
        amount = sum(one.amount for one in sums)
        standing = standing_of(amount, target.amount, last.year, clock.today())
        notes += [_SAID[standing]] if standing in _SAID else []
    return Exhibit(
        title=Text(f"{last.year} 年引进业务量", f"Business brought in, {last.year}"),
        shape=Shape.PROGRESS,
        unit=_UNIT,
        columns=(Text("全基地", "Whole base"),),
        rows=(
            Row(
                label=Text(f"截至 {last} 签订", f"Signed up to {last}"),
                values=(reached,),
            ),
            Row(
                label=Text(f"{last.year} 年目标", f"Target of {last.year}"),
                values=(Value(round_half_up(target.amount, _MILLION_FEN)),),
                is_reference=True,
            ),
        ),
        definition=_DEFINITION,
        source=_SOURCE,
        note=notes[0] if notes else None,
    )


def _volume_by_year(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Show the business of the last years up to the period's end; None before anything was signed."""
    last = period.last
    years = range(last.year - _YEARS + 1, last.year + 1)
    everything = queries.contract_sums(
        session, [month for year in years for month in months_of(year) if month <= last]
    )
    if not everything:
        return None
    first = min(one.period.year for one in everything)
    shown = [year for year in years if year >= first]
    values = [
        protected_sum([one for one in everything if one.period.year == year]) for year in shown
    ]
    is_part = last != PayPeriod(last.year, 12)
    notes = [_SECRET] if _WITHHELD in values else []
    if is_part:
        notes.append(Text(f"{last.year} 年到 {last} 为止。", f"{last.year} is up to {last}."))
    return Exhibit(
        title=Text("历年引进业务量", "Business brought in by year"),
        shape=Shape.BARS,
        unit=_UNIT,
        columns=(Text("签订的合同金额", "Contracts signed"),),
        rows=tuple(
            Row(label=Text(f"{year} 年", str(year)), values=(value,))
            for year, value in zip(shown, values, strict=True)
        ),
        definition=_DEFINITION,
        source=_SOURCE,
        note=(
            Text("".join(one.zh for one in notes), " ".join(one.en for one in notes))
            if notes
            else None
        ),
    )


EXHIBITS: Final = (
    ExhibitSource("business_volume", Topic.PRODUCTION, _volume),
    ExhibitSource("business_volume_by_year", Topic.PRODUCTION, _volume_by_year),
)
