"""From the bare times of a punch clock to stretches of work, by the firm's stated shifts.

A clock that can be trusted only for *who* and *when* does not say which punch is an arrival. The rule:

1. Punches within a few minutes are one: its first moment counts for an arrival, its last for a leaving.
2. Neighbouring punches may be arrival and leaving of a stretch no longer than ``longest_minutes``. Of all
   ways to pair them, the one is taken that lies nearest to the stated shifts: minutes late, left early
   and stayed late count once, minutes early at arrival four times (nobody comes hours before the
   shift), and a punch left single ten hours.
3. Where another way is worse by no more than two hours, the punches are unclear, not guessed.

So a missing punch leaves its neighbour single and does not disturb other days. A stretch shorter than
half of its shift has no break, a longer one at most the stated break; time away between two
stretches of one shift counts as break.

Times are whole minutes from any midnight on. Everything here is exact and knows no dates.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

DAY_MINUTES: Final = 24 * 60
REPEAT_MINUTES: Final = 5
SINGLE_COST: Final = 10 * 60
EARLY_FACTOR: Final = 4
CLEAR_BY: Final = 2 * 60
LONGEST_MINUTES: Final = 16 * 60

_IMPOSSIBLE: Final = 10**12


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """A shift as the firm states it: minutes after the midnight of its day, ``ends`` maybe over 1440."""

    starts: int
    ends: int
    break_minutes: int

    @property
    def half(self) -> int:
        """Half of its length in minutes, rounded down."""
        return (self.ends - self.starts) // 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of work: its first and last minute, the planned day and shift, its break."""

    start: int
    end: int
    day: int
    """The day of the planned start, counted from day 0."""
    shift: int
    break_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Loose:
    """A punch that is part of no stretch: the day whose shift it is near, and what it seems to lack."""

    at: int
    day: int
    lacks_end: bool
    is_unclear: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """All punches of one person, each in one stretch or loose."""

    stretches: tuple[Stretch, ...]
    loose: tuple[Loose, ...]


@dataclass(frozen=True, slots=True)
class _Punch:
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well two punches fit a planned shift: the cost in minutes."""

    cost: int
    day: int = 0
    shift: int = 0


def pair_punches(
    minutes: Iterable[int],
    shifts: Sequence[PlannedShift],
    longest_minutes: int = LONGEST_MINUTES,
) -> Pairing:
    """Pair one person's punches, in whatever order and however often they are given."""
    punches = _punches(sorted(set(minutes)))
    fits = [_fit(one, other, shifts, longest_minutes) for one, other in pairwise(punches)]
    before, after = _costs(len(punches), fits)
    stretches: list[Stretch] = []
    loose: list[Loose] = []
    n = 0
    while n < len(punches):
        is_pair, is_clear = _decision(n, fits, before, after)
        if is_pair:
            clear = is_clear and _decision(n + 1, fits, before, after)[1]
            one, other, fit = punches[n], punches[n + 1], fits[n]
            if clear:
                stretches.append(Stretch(one.first, other.last, fit.day, fit.shift))
            else:
                loose += [_loose(punch, shifts, is_unclear=True) for punch in (one, other)]
            n += 2
        else:
            loose.append(_loose(punches[n], shifts, is_unclear=not is_clear))
            n += 1
    return Pairing(_with_breaks(stretches, shifts), tuple(loose))


def _punches(times: Sequence[int]) -> list[_Punch]:
    """Take repeated punches for one."""
    punches: list[_Punch] = []
    n = 0
    while n < len(times):
        end = bisect_left(times, times[n] + REPEAT_MINUTES + 1, n)
        punches.append(_Punch(times[n], times[end - 1]))
        n = end
    return punches


def _fit(one: _Punch, other: _Punch, shifts: Sequence[PlannedShift], longest: int) -> _Fit:
    """Find the shift and day that two punches fit best; the earlier stated shift wins a tie."""
    if other.last - one.first > longest:
        return _Fit(_IMPOSSIBLE)
    best = _Fit(_IMPOSSIBLE)
    today = one.first // DAY_MINUTES
    for index, shift in enumerate(shifts):
        for day in (today - 1, today, today + 1):
            late = one.first - day * DAY_MINUTES - shift.starts
            stayed = other.last - day * DAY_MINUTES - shift.ends
            cost = (late if late >= 0 else -late * EARLY_FACTOR) + abs(stayed)
            if cost < best.cost:
                best = _Fit(cost, day, index)
    return best


def _costs(count: int, fits: Sequence[_Fit]) -> tuple[list[int], list[int]]:
    """Return the least cost of the first n punches, and of those from n on, for each n."""
    before = [0] * (count + 1)
    for n in range(1, count + 1):
        before[n] = before[n - 1] + SINGLE_COST
        if n > 1:
            before[n] = min(before[n], before[n - 2] + fits[n - 2].cost)
    after = [0] * (count + 2)
    for n in range(count - 1, -1, -1):
        after[n] = after[n + 1] + SINGLE_COST
        if n + 1 < count:
            after[n] = min(after[n], fits[n].cost + after[n + 2])
    return before, after


def _decision(
    n: int, fits: Sequence[_Fit], before: Sequence[int], after: Sequence[int]
) -> tuple[bool, bool]:
    """Tell whether punch n goes best with the next one, and whether no other way comes near."""
    single = before[n] + SINGLE_COST + after[n + 1]
    with_next = before[n] + fits[n].cost + after[n + 2] if n < len(fits) else _IMPOSSIBLE
    with_last = before[n - 1] + fits[n - 1].cost + after[n + 1] if n else _IMPOSSIBLE
    best, second, _ = sorted((single, with_next, with_last))
    return with_next == best and best != single, second - best > CLEAR_BY


def _loose(punch: _Punch, shifts: Sequence[PlannedShift], *, is_unclear: bool) -> Loose:
    """Say to which day's shift a single punch is nearest, and at which of its ends."""
    today = punch.first // DAY_MINUTES
    _, lacks_end, day = min(
        (abs(punch.first - day * DAY_MINUTES - edge), edge == shift.starts, day)
        for shift in shifts
        for day in (today - 1, today, today + 1)
        for edge in (shift.starts, shift.ends)
    )
    return Loose(punch.first, day, lacks_end, is_unclear)


def _with_breaks(
    stretches: Sequence[Stretch], shifts: Sequence[PlannedShift]
) -> tuple[Stretch, ...]:
    """Give each shift its break, less the time away between its stretches, in the longest of them."""
    groups: dict[tuple[int, int], list[Stretch]] = {}
    for stretch in stretches:
        groups.setdefault((stretch.day, stretch.shift), []).append(stretch)
    given: list[Stretch] = []
    for group in groups.values():
        shift = shifts[group[0].shift]
        whole = group[-1].end - group[0].start
        away = whole - sum(stretch.end - stretch.start for stretch in group)
        pause = max(0, min(shift.break_minutes, whole - shift.half) - away)
        longest = max(group, key=lambda stretch: stretch.end - stretch.start)
        for stretch in group:
            minutes = pause if stretch is longest else 0
            given.append(Stretch(stretch.start, stretch.end, stretch.day, stretch.shift, minutes))
    return tuple(sorted(given, key=lambda stretch: stretch.start))
