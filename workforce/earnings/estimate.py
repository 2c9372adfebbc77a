"""What a month may come to at the present pace: facts continued, then paid by the same engine.

Method, in words that the page repeats. Days with paid work so far set the pace: for each task type the
mean of accepted units a day, and the most frequent shift of a workday. Every scheduled workday to come
without leave is worked like that, at the last price of each task type. Work on rest days and further
quality checks are not foreseen; what waits for acceptance is not counted.

The range comes from the spread of the own days: with n days so far, r days to come and s² the variance
of a day's piece value, the sum of the days to come lies four times in five within
1.28 × s × √(r + r² ÷ n) of its mean, as far as days differ by chance. Both ends are computed by the
engine, too, so that the legal floor, insurance and tax have their say. The same facts always give the
same figures: nothing here is random. Under `LEAST_DAYS` days there is no estimate.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from math import isqrt
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from workforce.core.facts import NONE, GroupShares, Output, Shifts, day_number
from workforce.core.money import MICRO, MICRO_IN_FEN, round_half_up
from workforce.earnings.month import Figures, company_key, figures_of
from workforce.payroll.compute import compute_assembled

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from workforce.core.facts import Facts
    from workforce.core.law import LawBook
    from workforce.core.money import Column
    from workforce.earnings.month import OpenMonth

LEAST_DAYS: Final = 5
"""Days of work without which one day weighs too much for an estimate."""

_WIDTH_HUNDREDTHS: Final = 128
_MINUTES_IN_DAY: Final = 24 * 60

_Rows = TypeVar("_Rows", Shifts, Output, GroupShares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One task type's mean: units a day in millionths, at its last price in millionths of a yuan."""

    task_type: str
    daily_qty: int
    unit_price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A month at the present pace; ``low`` and ``high`` are None where every day pays the same.

    ``past_days``: days that set the pace; ``days_to_come``: workdays that it is continued over.
    ``daily_value``: mean piece value of a day, fen. ``now``: what is earned so far.
    """

    now: Figures
    middle: Figures
    low: Figures | None
    high: Figures | None
    past_days: int
    days_to_come: tuple[dt.date, ...]
    paces: tuple[Pace, ...]
    daily_value: int


@dataclass(frozen=True, slots=True)
class TooEarly:
    """There is no estimate yet: fewer than `LEAST_DAYS` days of work."""

    past_days: int


@dataclass(frozen=True, slots=True)
class _Past:
    """The days of work so far, as day numbers, and the piece value of each in millionths of a yuan."""

    days: tuple[int, ...]
    values: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.days)


def estimate(month: OpenMonth, book: LawBook) -> Estimate | TooEarly | None:
    """Continue an open month to its end; None where the month cannot be computed."""
    if month.figures is None or month.assembled is None or month.row is None:
        return None
    present, row = month.assembled, month.row
    facts = present.facts
    past = _past_days(facts, row)
    if past.size < LEAST_DAYS:
        return TooEarly(past.size)
    to_come = [day_number(on) for on in month.days_to_come]

    def paid(scale: int) -> Figures:
        assembled = replace(present, facts=_continued(facts, row, past, to_come, scale).checked())
        company = company_key(month.workplace)
        found = figures_of(
            compute_assembled(company, assembled, book),
            month.workplace.employment_id,
            month.task_types,
        )
        assert found is not None, "facts that could be paid can be continued"  # noqa: S101
        return found

    spread = _spread(past, len(to_come))
    middle = paid(MICRO) if to_come else month.figures
    return Estimate(
        now=month.figures,
        middle=middle,
        low=paid(max(MICRO - spread, 0)) if spread else None,
        high=paid(MICRO + spread) if spread else None,
        past_days=past.size,
        days_to_come=month.days_to_come,
        paces=tuple(_paces(facts, row, past)),
        daily_value=round_half_up(sum(past.values), past.size * MICRO_IN_FEN),
    )


def _past_days(facts: Facts, row: int) -> _Past:
    """Return the days of the period with paid output, or without any output those with a shift."""
    first, last = day_number(facts.period.first_on), day_number(facts.period.last_on)
    value: Counter[int] = Counter()
    output, shares = facts.output, facts.group_shares
    mine = (output.employee == row) & (output.qty > 0)
    for day, qty, price in zip(
        output.work_day[mine].tolist(),
        output.qty[mine].tolist(),
        output.price_micro[mine].tolist(),
        strict=True,
    ):
        value[day] += qty * price
    shared = shares.employee == row
    for day, fen in zip(
        shares.work_day[shared].tolist(), shares.share_fen[shared].tolist(), strict=True
    ):
        value[day] += fen * MICRO_IN_FEN
    if not value:
        worked = facts.shifts.start_minute[facts.shifts.employee == row] // _MINUTES_IN_DAY
        value.update(dict.fromkeys(worked.tolist(), 0))
    days = sorted(day for day in value if first <= day <= last)
    return _Past(tuple(days), tuple(value[day] for day in days))


def _spread(past: _Past, count: int) -> int:
    """Return half the width of the range as a part of the piece value to come, in millionths.

    Integers throughout: n² × variance = n Σv² − (Σv)².
    """
    n, total = past.size, sum(past.values)
    if not count or not total:
        return 0
    scaled_variance = n * sum(value * value for value in past.values) - total * total
    # (1.28 × s × √(r + r²/n)) ÷ (r × mean), with s = √scaled ÷ n and mean = total ÷ n.
    width = isqrt(scaled_variance * count * (n + count) // n)
    return round_half_up(_WIDTH_HUNDREDTHS * MICRO * width, 100 * count * total)


def _paces(facts: Facts, row: int, past: _Past) -> list[Pace]:
    sums, prices = _by_task_type(facts.output, row, past.days)
    return [
        Pace(
            task_type=facts.task_types[kind],
            daily_qty=round_half_up(sums[kind] * MICRO, past.size),
            unit_price=prices[kind],
        )
        for kind in sorted(sums)
    ]


def _by_task_type(
    output: Output, row: int, days: Sequence[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return units made on some days, and the price of the last of them, by task type."""
    mine = np.flatnonzero(
        (output.employee == row) & (output.qty > 0) & np.isin(output.work_day, list(days))
    )
    mine = mine[np.lexsort((output.price_micro[mine], output.work_day[mine]))]
    sums: Counter[int] = Counter()
    prices: dict[int, int] = {}
    for index in mine.tolist():
        kind = int(output.task_type[index])
        sums[kind] += int(output.qty[index])
        prices[kind] = int(output.price_micro[index])
    return dict(sums), prices


def _continued(facts: Facts, row: int, past: _Past, to_come: list[int], scale: int) -> Facts:
    """Add the days to come; ``scale`` in millionths makes their output smaller or larger."""
    return replace(
        facts,
        output=_appended(facts.output, _output_to_come(facts, row, past, to_come, scale)),
        group_shares=_appended(
            facts.group_shares, _shares_to_come(facts, row, past, to_come, scale)
        ),
        shifts=_appended(facts.shifts, _shifts_to_come(facts.shifts, row, past.days, to_come)),
    )


def _parts(total: int, past_days: int, scale: int, count: int) -> list[int]:
    """Share what the days to come bring out evenly in whole units, the larger parts first."""
    whole = round_half_up(total * count * scale, past_days * MICRO)
    each, more = divmod(whole, count)
    return [each + (index < more) for index in range(count)]


def _output_to_come(
    facts: Facts, row: int, past: _Past, to_come: list[int], scale: int
) -> list[dict[str, int]]:
    if not to_come:
        return []
    sums, prices = _by_task_type(facts.output, row, past.days)
    return [
        {
            "employee": row,
            "work_day": day,
            "task_type": kind,
            "batch": NONE,
            "hours": NONE,
            "qty": qty,
            "price_micro": prices[kind],
        }
        for kind in sorted(sums)
        for day, qty in zip(
            to_come, _parts(sums[kind], past.size, scale, len(to_come)), strict=True
        )
    ]


def _shares_to_come(
    facts: Facts, row: int, past: _Past, to_come: list[int], scale: int
) -> list[dict[str, int]]:
    """Continue the own shares of groups' output as if they were pots of one's own."""
    shares = facts.group_shares
    mine = np.flatnonzero((shares.employee == row) & np.isin(shares.work_day, past.days))
    if not to_come or not mine.size:
        return []
    sums: Counter[int] = Counter()
    for index in mine.tolist():
        sums[int(shares.task_type[index])] += int(shares.share_fen[index])
    return [
        {
            "employee": row,
            "work_day": day,
            "task_type": kind,
            "batch": NONE,
            "hours": NONE,
            "pot_fen": fen,
            "share_fen": fen,
            "weight": 1,
            "pot_weight": 1,
            "is_by_hours": 0,
        }
        for kind in sorted(sums)
        for day, fen in zip(
            to_come, _parts(sums[kind], past.size, scale, len(to_come)), strict=True
        )
    ]


def _shifts_to_come(
    shifts: Shifts, row: int, days: Sequence[int], to_come: list[int]
) -> list[dict[str, int]]:
    """Repeat the most frequent shift of the days so far; of equally frequent ones the shortest."""
    mine = np.flatnonzero(
        (shifts.employee == row) & np.isin(shifts.start_minute // _MINUTES_IN_DAY, list(days))
    )
    seen = Counter(
        (
            int(shifts.start_minute[index] % _MINUTES_IN_DAY),
            int(shifts.end_minute[index] - shifts.start_minute[index]),
            int(shifts.break_minutes[index]),
        )
        for index in mine.tolist()
    )
    if not seen:
        return []
    start, length, rest = min(seen, key=lambda one: (-seen[one], one[1] - one[2], one))
    return [
        {
            "employee": row,
            "start_minute": day * _MINUTES_IN_DAY + start,
            "end_minute": day * _MINUTES_IN_DAY + start + length,
            "break_minutes": rest,
            "is_in_lieu": 0,
        }
        for day in to_come
        if not _overlaps(shifts, row, day * _MINUTES_IN_DAY + start, length)
    ]


def _overlaps(shifts: Shifts, row: int, start: int, length: int) -> bool:
    """Tell whether a recorded shift, such as last night's, reaches into another."""
    mine = shifts.employee == row
    return bool(np.any(mine & (shifts.start_minute < start + length) & (shifts.end_minute > start)))


def _appended(rows: _Rows, more: list[dict[str, int]]) -> _Rows:
    if not more:
        return rows
    columns: dict[str, Any] = {}
    for item in fields(rows):
        column: Column = getattr(rows, item.name)
        added = np.array([one[item.name] for one in more], dtype=column.dtype)
        columns[item.name] = np.concatenate((column, added))
    return type(rows)(**columns)
