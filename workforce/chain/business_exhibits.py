"""What the base shows of its production centre: the business of the year against its target.

The sum is shown as far as neither it nor what it grew by since is the secret of few companies
(``statistics/disclosure``), as it was told with months of the chain (`business`). A year of which no month
has been told is shown as it is known, in whole millions: contracts are recorded late, and two days' sums
tell of one what they are rounded to. How much was accepted of which work is published in the issues and shown from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.chain import published
from workforce.chain.protection import is_secret
from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.exhibits import Exhibit, ExhibitSource, Row, Shape, Told, Topic, Value
from workforce.projects import queries
from workforce.projects.volume import months_of, standing_of
from workforce.statistics.targets import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.core.report_period import ReportPeriod
    from workforce.projects.queries import ContractSum

_MILLION_FEN: Final = 100_000_000
_ALONE: Final = Text("引进业务量", "Business brought in")
_BY_YEAR: Final = Text("历年引进业务量", "Business brought in by year")
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
_WAITING: Final = Text(
    "以后几个月签合同的企业太少，等够了一起公布。",
    "Too few companies signed since: that is shown once there are more.",
)
_SECRET: Final = Text(
    "※ 不公布：签合同的企业太少，或者大部分是一两家的。",
    "※ withheld: of too few companies, or mostly of one or two.",
)


@dataclass(frozen=True, slots=True)
class ToldSum:
    """What was signed in a year up to the end of a month, in fen; None: not told."""

    month: PayPeriod
    amount: int | None

    @property
    def shown(self) -> Value:
        """The sum as it is shown, in whole millions of yuan."""
        if self.amount is None:
            return _WITHHELD
        return Value(round_half_up(self.amount, _MILLION_FEN))


def told_sum(sums: Sequence[ContractSum], months: Sequence[PayPeriod]) -> ToldSum:
    """Return how far a year's running sum may be told; ``months``: of the year, the first one first.

    Each month shows its running sum, and of two of them one can be taken from the other. So it goes on
    only with a month by whose end what was signed since it last did is no secret of few companies.
    """
    nothing = told = ToldSum(months[-1], None)
    amount, waiting = 0, dict[int, int]()
    for month in months:
        for one in sums:
            if one.period == month:
                waiting[one.company_id] = waiting.get(one.company_id, 0) + one.amount
        if is_secret(waiting):
            continue
        amount += sum(waiting.values())
        waiting.clear()
        told = ToldSum(month, amount)
    # That nothing was signed at first is no news of a year of which the rest is a secret.
    return told if amount or not waiting else nothing


def _read(session: Session, years: Sequence[int], last: PayPeriod) -> dict[int, ToldSum]:
    """Return how far the sums of years up to a month are told, from the first one with a contract on."""
    told = published.told_months(session, PayPeriod(min(years), 1), last)
    months = {year: [month for month in months_of(year) if month <= last] for year in years}
    sums = queries.contract_sums(session, [month for year in years for month in months[year]])
    first = min((one.period.year for one in sums), default=last.year + 1)
    found = {}
    for year in (one for one in years if one >= first):
        of_year = [one for one in told if one.period.year == year]
        kept = published.business_of(of_year, year, last)
        if not of_year:
            found[year] = told_sum(sums, months[year])
        elif kept is None or not (kept.amount or kept.up_to >= of_year[-1].period):
            # That nothing was signed at first is no news of a year of which the rest is a secret.
            found[year] = ToldSum(months[year][-1], None)
        else:
            found[year] = ToldSum(kept.up_to, kept.amount)
    return found


def _volume(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Show the business of the period's year up to its end beside the year's target."""
    last = period.last
    target = queries.volume_targets(session).get(last.year)
    if target is None or target.amount is None:
        return None
    reached = _read(session, [last.year], last).get(last.year, ToldSum(last, None))
    note = None
    if reached.amount is None:
        note = _SECRET
    elif reached.month != last:
        note = _WAITING
    elif last.month == len(months_of(last.year)):
        note = _SAID.get(standing_of(reached.amount, target.amount, last.year, clock.today()))
    return Exhibit(
        title=Text(f"{last.year} 年引进业务量", f"Business brought in, {last.year}"),
        shape=Shape.PROGRESS,
        unit=_UNIT,
        columns=(Text("全基地", "Whole base"),),
        rows=(
            Row(
                label=Text(f"截至 {reached.month} 签订", f"Signed up to {reached.month}"),
                values=(reached.shown,),
            ),
            Row(
                label=Text(f"{last.year} 年目标", f"Target of {last.year}"),
                values=(Value(round_half_up(target.amount, _MILLION_FEN)),),
                is_reference=True,
            ),
        ),
        definition=_DEFINITION,
        source=_SOURCE,
        note=note,
    )


def _volume_by_year(session: Session, period: ReportPeriod) -> Exhibit | None:
    """Show the business of the last years up to the period's end; None before anything was signed.

    A year alone is no row of years: it is its figure, and stands beside its target where it has one.
    """
    last = period.last
    years = range(last.year - _YEARS + 1, last.year + 1)
    told = _read(session, years, last)
    if not told:
        return None
    is_alone = len(told) == 1
    if is_alone and _volume(session, period) is not None:
        return None
    return Exhibit(
        title=_ALONE if is_alone else _BY_YEAR,
        shape=Shape.NUMBERS if is_alone else Shape.BARS,
        unit=_UNIT,
        columns=(Text("签订的合同金额", "Contracts signed"),),
        rows=tuple(
            Row(label=_year_label(year, one.month), values=(one.shown,))
            for year, one in told.items()
        ),
        definition=_DEFINITION,
        source=_SOURCE,
        note=_SECRET if any(one.amount is None for one in told.values()) else None,
    )


def _year_label(year: int, up_to: PayPeriod) -> Text:
    if up_to.month == len(months_of(year)):
        return Text(f"{year} 年", str(year))
    return Text(f"{year} 年到 {up_to.month} 月", f"{year} up to month {up_to.month}")


EXHIBITS: Final = (
    ExhibitSource("business_volume", Topic.PRODUCTION, _volume),
    ExhibitSource("business_volume_by_year", Topic.PRODUCTION, _volume_by_year),
)
