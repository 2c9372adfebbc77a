"""How many seats are in use in each hour: counted from attendance and assignments, never typed.

A seat is *in use* in an hour if somebody whom it was assigned to is on a shift at half past it, the
seat is usable that day and the person's company rents its area. Who is on a shift then and has no such
seat is counted apart. Nothing here reads the database (``reading.py`` does): columns of integers in,
one table of seats × hours out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY_HOURS: Final = 24
_HOUR: Final = 60
_HALF: Final = 30
_NONE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDays:
    """The seats of some days.

    ``ids`` int64[s], ascending; ``floors`` and ``sites`` int64[s]: where they are; ``built`` and
    ``usable`` bool[s, d]; ``tenants`` int64[s, d]: the id of the company that rents the seat's area,
    0: none.
    """

    ids: Ints
    floors: Ints
    sites: Ints
    built: Bools
    usable: Bools
    tenants: Ints

    def only(self, chosen: Bools) -> SeatDays:
        """Return those seats that are chosen: bool[s]."""
        return SeatDays(
            ids=self.ids[chosen],
            floors=self.floors[chosen],
            sites=self.sites[chosen],
            built=self.built[chosen],
            usable=self.usable[chosen],
            tenants=self.tenants[chosen],
        )

    def rented_by(self, company_id: int) -> SeatDays:
        """Return the seats that a company rents on some of the days, and only these days of theirs."""
        rented = self.tenants == company_id
        own = replace(
            self,
            built=self.built & rented,
            usable=self.usable & rented,
            tenants=np.where(rented, self.tenants, 0),
        )
        return own.only(rented.any(axis=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """Shifts that people were on: columns int64[n].

    ``companies``: whose. ``seats``: ids of the assigned seats, 0: none. ``kinds``: numbers of the kinds
    of shift that they were assigned for, -1: none. ``starts`` and ``ends``: minutes since the first
    day's midnight, negative for a night that began before.
    """

    companies: Ints
    seats: Ints
    kinds: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """Which seats were in use in which hour.

    ``used``: bool[s, d, 24] of the seats; ``unseated``: int64[c, d, 24], people on a shift without a
    seat, in the order of ``companies`` (int64[c], ids of all that have any shift, ascending); ``came``:
    int64[k, d], seats that were in use for each kind of shift, by the day on which the shift began.
    """

    seats: SeatDays
    used: Bools
    companies: Ints
    unseated: Ints
    came: Ints

    def of(self, chosen: Bools) -> Ints:
        """Count the seats in use: int64[d, 24], of the seats and days that are ``chosen`` (bool[s, d])."""
        some = chosen.any(axis=1)
        cells = self.used[some] & chosen[some][:, :, None]
        counted: Ints = cells.sum(axis=0, dtype=np.int64)
        return counted


def occupancy(seats: SeatDays, stays: Stays) -> Occupancy:
    """Say which seats are in use in which hour of the days of ``seats``."""
    days = seats.usable.shape[1]
    slots = days * DAY_HOURS
    # Hour h holds the moment h:30: the first one at or after the start, up to the last before the end.
    first = np.clip(-((_HALF - stays.starts) // _HOUR), 0, slots)
    end = np.clip(-((_HALF - stays.ends) // _HOUR), 0, slots)
    lengths = np.maximum(end - first, 0)
    stay = np.repeat(np.arange(lengths.size), lengths)
    slot = np.arange(stay.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[stay]
    seat = _places(seats.ids, stays.seats)[stay]
    day = slot // DAY_HOURS
    is_seated = seat != _NONE
    # Index 0 stands in for those without a seat; it is not looked at.
    at = np.where(is_seated, seat, 0)
    if seats.ids.size:
        is_seated &= seats.usable[at, day] & (seats.tenants[at, day] == stays.companies[stay])
    used = np.zeros(seats.ids.size * slots, np.bool_)
    used[(at * slots + slot)[is_seated]] = True
    companies = np.unique(stays.companies)
    place = np.searchsorted(companies, stays.companies[stay])
    unseated = np.bincount(
        (place * slots + slot)[~is_seated], minlength=companies.size * slots
    ).reshape(companies.size, days, DAY_HOURS)
    return Occupancy(
        seats=seats,
        used=used.reshape(seats.ids.size, days, DAY_HOURS),
        companies=companies,
        unseated=unseated,
        came=_came(stays, np.bincount(stay[is_seated], minlength=lengths.size) > 0, days),
    )


def _came(stays: Stays, is_seated: Bools, days: int) -> Ints:
    """Count the different seats of each kind of shift and day: int64[kinds, d]."""
    kinds = int(stays.kinds.max(initial=_NONE)) + 1
    day = stays.starts // (DAY_HOURS * _HOUR)
    counted = is_seated & (day >= 0)
    size = int(stays.seats.max(initial=0)) + 1
    cell = stays.kinds[counted] * days + day[counted]
    cells = np.unique(cell * size + stays.seats[counted]) // size
    return np.bincount(cells, minlength=kinds * days).reshape(kinds, days)


def _places(known: Ints, wanted: Ints) -> Ints:
    """Return where each wanted id stands among the known ones, ascending; -1: nowhere."""
    if not known.size:
        return np.full(wanted.size, _NONE, np.int64)
    place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[place] == wanted, place, _NONE)
