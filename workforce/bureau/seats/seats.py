"""The use of seats in a published month as officials see it: by site, floor and company, protected.

Seats are no persons; but that one to four of a floor's or company's seats are in use tells of those who
sit there. So the use of a line is withheld where so few were at work at once, or the line has so few usable
seats; and further lines are, until what is withheld cannot be worked out from the total: of each set
of lines that adds up the withheld ones together have at least k. A floor is withheld, too, where what the
withheld companies have on it is that little. What is built and what is usable is told of every line.

What is told of a month is kept when its first issue is published (``seat_months.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

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
    spread = _Spread.of(figures)
    companies = hidden(figures.companies, spread.companies)
    sites, floors = _hidden_places(figures, companies, spread)
    # A company less its told floors would be what it has on the withheld ones; and so on, the other way round.
    while more := {
        line.place.id
        for line in figures.companies
        if line.place.id not in companies and _tells(spread.of_company(line.place.id), floors)
    }:
        companies |= more
        companies |= hidden(figures.companies, spread.companies, companies)
        sites, floors = _hidden_places(figures, companies, spread)
    is_hidden = (
        is_sensitive(figures.whole)
        or _is_open(figures.companies, companies, spread.companies)
        or _is_open(figures.sites, sites, spread.sites)
    )
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


Shares = Mapping[int, tuple[int, int]]
"""What companies have on a line, or a company on floors: usable seats, most in use at once."""
Parts = Mapping[int, Shares]
"""Of each line what companies have on it."""


@dataclass(frozen=True, slots=True)
class _Spread:
    """What companies have on the lines of each kind."""

    companies: Parts
    floors: Parts
    sites: Parts

    @classmethod
    def of(cls, figures: Figures) -> _Spread:
        floors: defaultdict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        sites: defaultdict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        site_of = {line.place.id: line.within for line in figures.floors}
        for (floor, company), use in figures.shared.items():
            floors[floor][company] = (use.usable, use.peak)
            usable, peak = sites[site_of[floor]].get(company, (0, 0))
            sites[site_of[floor]][company] = (usable + use.usable, peak + use.peak)
        companies = {
            line.place.id: {line.place.id: (line.use.usable, line.use.peak)}
            for line in figures.companies
        }
        return cls(companies, floors, sites)

    def of_company(self, company: int) -> Shares:
        """Return what a company has on each floor."""
        return {floor: on[company] for floor, on in self.floors.items() if company in on}


def _hidden_places(
    figures: Figures, companies: Collection[int], spread: _Spread
) -> tuple[set[int], set[int]]:
    """Return the sites and floors that are withheld, where these companies are."""
    floors = {
        line.place.id
        for line in figures.floors
        if _tells(spread.floors.get(line.place.id, {}), companies, is_by_company=True)
    }
    alone = set()
    for site in figures.sites:
        own = [line for line in figures.floors if line.within == site.place.id]
        floors |= hidden(own, spread.floors, floors)
        on_it = spread.sites.get(site.place.id, {})
        if _is_open(own, floors, spread.floors) or _tells(on_it, companies, is_by_company=True):
            # The site's line would say what the floors' or the companies' do not.
            alone.add(site.place.id)
    sites = hidden(figures.sites, spread.sites, alone)
    # A withheld site whose floors are told would be their sum.
    return sites, floors | {line.place.id for line in figures.floors if line.within in sites}


def _tells(parts: Shares, withheld: Collection[int], *, is_by_company: bool = False) -> bool:
    """Tell whether the use of a whole would tell that of few of its withheld parts.

    That of all of them together is little, or of one of them is what the others have no room for.
    ``is_by_company``: to nobody who knows one part, that of the own company.
    """
    free = {key: max(usable - peak, 0) for key, (usable, peak) in parts.items()}
    for viewer in (None, *(parts if is_by_company else ())):
        peaks = {key: peak for key, (_, peak) in parts.items() if key in withheld and key != viewer}
        room = sum(one for key, one in free.items() if key != viewer)
        if RULES.is_small(sum(peaks.values())) or any(
            RULES.is_small(peak) and room - free[key] < peak for key, peak in peaks.items()
        ):
            return True
    return False


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


def hidden(lines: Sequence[Line], parts: Parts, also: Collection[int] = ()) -> set[int]:
    """Return the ids of lines that are withheld, of some that add up to a told total.

    Those that are about too few, and ``also``; then the least used others, until none of them follows from
    what all of them come to together, whoever of the companies looks (``parts``: what each has on them).
    """
    found = {line.place.id for line in lines if is_sensitive(line.use) or line.place.id in also}
    others = sorted(
        (line for line in lines if line.place.id not in found and line.use.peak),
        key=lambda line: (line.use.peak, line.place.code),
    )
    for line in others:
        if not found or not _is_open(lines, found, parts):
            break
        found.add(line.place.id)
    return found


def _is_open(lines: Sequence[Line], withheld: Collection[int], parts: Parts) -> bool:
    """Tell whether some withheld line of few follows from what the withheld ones come to together.

    They must be two at least and have k seats in use, each counted by its own fullest hour, and the
    others of them as many seats free as a line of few has in use: else it would be what they cannot hold. So
    it must be for everybody, and for each company less what it has on them itself.
    """
    used = [line for line in lines if line.place.id in withheld and line.use.peak]
    if not used:
        return False
    viewers = {company for line in used for company in parts.get(line.place.id, {})}
    return not _is_enough([_rest(line, parts, None) for line in used]) or any(
        not _is_enough_beside([_rest(line, parts, viewer) for line in used]) for viewer in viewers
    )


class _Rest(NamedTuple):
    """What others than who looks have on a line: most in use at once, seats free; whether it is a line of few, and not his."""

    peak: int
    free: int
    is_few: bool


def _rest(line: Line, parts: Parts, viewer: int | None) -> _Rest:
    there = parts.get(line.place.id, {})
    others = [own for company, own in there.items() if company != viewer]
    peak = min(line.use.peak, sum(peak for _, peak in others))
    free = max(sum(usable for usable, _ in others) - peak, 0)
    own_peak = there.get(viewer, (0, 0))[1] if viewer is not None else 0
    return _Rest(peak, free, is_few=is_sensitive(line.use) and not own_peak)


def _is_enough(rests: Sequence[_Rest]) -> bool:
    """Tell whether none of some withheld lines follows from what they come to together."""
    return (
        len(rests) > 1
        and not RULES.is_small(sum(one.peak for one in rests))
        and all(_has_room(one, rests) for one in rests if one.is_few)
    )


def _is_enough_beside(rests: Sequence[_Rest]) -> bool:
    """Tell the same for a company that knows its own part: of the lines of few that it has no part in."""
    others = [one for one in rests if one.peak]
    return not any(one.is_few for one in others) or _is_enough(others)


def _has_room(one: _Rest, rests: Sequence[_Rest]) -> bool:
    return sum(other.free for other in rests) - one.free >= one.peak


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
