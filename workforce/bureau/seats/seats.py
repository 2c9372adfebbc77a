"""The use of seats in a published month as officials see it: by site, floor and company, protected.

Seats are no persons; but that one to four of a floor's or company's seats are in use tells of those who
sit there. So the use of a line is withheld where so few were at work at once, or the line has so few usable
seats; and further lines are, until what is withheld cannot be worked out from the total: of each set
of lines that adds up the withheld ones together have at least k. A floor is withheld, too, where what the
withheld companies have on it is that little. What is built and what is usable is told of every line.

What is told of a month is kept when its first issue is published (``seat_months.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.seating.figures import Figures, Line, SeatUse, read_figures, rounded
from workforce.statistics.disclosure.rules import RULES

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar

STATEMENT: Final = Text(
    f"※ 不公布：同时在用的工位不到 {RULES.least} 个，或者能由合计推算出这样的数。",
    f"※ withheld: fewer than {RULES.least} seats were in use at once, or such a figure could be worked out.",
)
DEFINITION: Final = Text(
    "在用：工位安排给了某人、他在那一小时的 30 分有班、工位当天可用、企业租用那个区域。"
    "平均：工作日 9:00 到 18:00 各小时在用工位的平均数，取整；使用率：它占可用工位的份额，取整百分比；"
    "最多：一小时里在用最多的工位数。可用和已建按月末。没有考勤记录或没有安排工位的企业不详，不算在使用率里。",
    "In use: the seat is given to somebody who is on a shift at half past the hour, it is usable that day, "
    "and the company rents the area. Average: of the hours from 9:00 to 18:00 of workdays, as a whole "
    "number; share: of the usable seats, in whole per cent; most: in use in one hour. Built and usable: at the "
    "end of the month. Companies without attendance or assigned seats are unknown and left out of shares.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedLine:
    """A line as officials see it; whole numbers. ``average``, ``percent`` and ``peak``: None: not told.

    ``level`` 0 for the base, 1 for sites and companies, 2 for floors; ``is_withheld``: else unknown.
    """

    code: str
    name: str
    level: int
    built: int
    usable: int
    average: int | None
    percent: int | None
    peak: int | None
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class SeatTable:
    """A month's seats: the base, then its sites with their floors; and its companies."""

    period: PayPeriod
    places: Sequence[ProtectedLine]
    companies: Sequence[ProtectedLine]
    silent: int


def month_figures(
    session: Session, scope: Scope, period: PayPeriod, now: dt.datetime, calendar: WorkCalendar
) -> Figures:
    """Return a month's use of seats in full; ``now``: local wall-clock time (naive)."""
    return read_figures(session, scope, period.first_on, period.last_on, now=now, calendar=calendar)


def protected(period: PayPeriod, figures: Figures) -> SeatTable:
    """Return a month's use of seats as officials see it."""
    companies = hidden(figures.companies)
    sites, floors = _hidden_places(figures, companies)
    # A company less its told floors would be what it has on the withheld ones; and so on, the other way round.
    while more := {
        line.place.id
        for line in figures.companies
        if line.place.id not in companies
        and _tells(
            {floor: use for (floor, one), use in figures.shared.items() if one == line.place.id},
            floors,
        )
    }:
        companies |= more
        companies |= hidden(figures.companies, companies)
        sites, floors = _hidden_places(figures, companies)
    is_hidden = is_sensitive(figures.whole)
    places = [_line("", "", 0, figures.whole, is_withheld=is_hidden)]
    for site in figures.sites:
        places.append(_shown(site, 1, is_withheld=is_hidden or site.place.id in sites))
        places += [
            _shown(line, 2, is_withheld=is_hidden or line.place.id in floors)
            for line in figures.floors
            if line.within == site.place.id
        ]
    return SeatTable(
        period,
        places,
        [
            _shown(line, 1, is_withheld=is_hidden or line.place.id in companies)
            for line in figures.companies
        ],
        figures.whole.silent,
    )


def _hidden_places(figures: Figures, companies: Collection[int]) -> tuple[set[int], set[int]]:
    """Return the sites and floors that are withheld, where these companies are."""
    floors = {
        line.place.id
        for line in figures.floors
        if _tells(
            {one: use for (floor, one), use in figures.shared.items() if floor == line.place.id},
            companies,
        )
    }
    alone = set()
    for site in figures.sites:
        own = [line for line in figures.floors if line.within == site.place.id]
        floors |= hidden(own, floors)
        used = [line.use for line in own if line.place.id in floors and line.use.peak]
        if used and not _is_enough(used):
            # The site's line would say what the floors' do not.
            alone.add(site.place.id)
    sites = hidden(figures.sites, alone)
    # A withheld site whose floors are told would be their sum.
    return sites, floors | {line.place.id for line in figures.floors if line.within in sites}


def _tells(parts: Mapping[int, SeatUse], withheld: Collection[int]) -> bool:
    """Tell whether the use of a whole would tell that of few of its withheld parts.

    That of all of them together is little, or of one of them is what the others have no room for.
    """
    free = {key: max(use.usable - use.peak, 0) for key, use in parts.items()}
    peaks = {key: use.peak for key, use in parts.items() if key in withheld}
    return RULES.is_small(sum(peaks.values())) or any(
        RULES.is_small(peak) and sum(free.values()) - free[key] < peak
        for key, peak in peaks.items()
    )


def full(period: PayPeriod, figures: Figures) -> SeatTable:
    """Return a month's use of seats as it is, for whoever may see all of it."""
    places = [_line("", "", 0, figures.whole, is_withheld=False)]
    for site in figures.sites:
        places.append(_shown(site, 1))
        places += [_shown(line, 2) for line in figures.floors if line.within == site.place.id]
    companies = [_shown(line, 1) for line in figures.companies]
    return SeatTable(period, places, companies, figures.whole.silent)


def is_sensitive(use: SeatUse) -> bool:
    """Tell whether the use of some seats is about too few."""
    return RULES.is_small(use.peak) or (use.peak > 0 and RULES.is_small(use.usable))


def hidden(lines: Sequence[Line], also: Collection[int] = ()) -> set[int]:
    """Return the ids of lines that are withheld, of some that add up to a told total.

    Those that are about too few, and ``also``; then the least used others, until all of them together
    had k seats in use at once, each counted by its own fullest hour, are two at least, and the others
    of them had as many seats free as one of few had in use: else it would be what they cannot hold.
    """
    found = {line.place.id for line in lines if is_sensitive(line.use) or line.place.id in also}
    others = sorted(
        (line for line in lines if line.place.id not in found and line.use.peak),
        key=lambda line: (line.use.peak, line.place.code),
    )
    uses = {line.place.id: line.use for line in lines}
    for line in others:
        if not found or _is_enough([uses[one] for one in found]):
            break
        found.add(line.place.id)
    return found


def _is_enough(withheld: Sequence[SeatUse]) -> bool:
    """Tell whether none of some withheld lines follows from what they come to together."""
    free = sum(max(one.usable - one.peak, 0) for one in withheld)
    return (
        len(withheld) > 1
        and not RULES.is_small(sum(one.peak for one in withheld))
        and all(
            free - max(one.usable - one.peak, 0) >= one.peak
            for one in withheld
            if is_sensitive(one)
        )
    )


def _shown(line: Line, level: int, *, is_withheld: bool = False) -> ProtectedLine:
    return _line(line.place.code, line.place.name, level, line.use, is_withheld=is_withheld)


def _line(code: str, name: str, level: int, use: SeatUse, *, is_withheld: bool) -> ProtectedLine:
    is_told = use.is_known and not is_withheld
    return ProtectedLine(
        code=code,
        name=name,
        level=level,
        built=use.built,
        usable=use.usable,
        average=_whole(use.average) if is_told else None,
        percent=_whole(None if use.share is None else use.share * 100) if is_told else None,
        peak=use.peak if is_told else None,
        is_withheld=is_withheld,
    )


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else rounded(value)
