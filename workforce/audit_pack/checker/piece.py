"""Piecework: line amounts, the value made in each kind of hour, and quality."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from .facts import Company, Month, Output, Work
from .figures import round_fen
from .hours import Hours
from .refused import RefusedError

MICRO_TO_FEN = Fraction(1, 10_000)


def shared_amounts(month: Month) -> dict[str, int]:
    """Return our shares of what groups made, in fen by task type."""
    shares: dict[str, int] = {}
    for output in month.output:
        if output.shares:
            shares[output.task_type] = shares.get(output.task_type, 0) + output.share
    return shares


def line_amounts(month: Month) -> dict[tuple[str, int], int]:
    """Return the amounts in fen by task type and price."""
    values: dict[tuple[str, int], int] = {}
    for output in month.output:
        if output.shares:
            continue
        key = (output.task_type, output.price)
        values[key] = values.get(key, 0) + output.value
    return {key: round_fen(value * MICRO_TO_FEN) for key, value in values.items()}


def value_by_work(month: Month, hours: Hours) -> dict[Work, int]:
    """Return the piece value, in millionths, made in each kind of hour."""
    total = dict.fromkeys(Work, 0)
    pools: dict[date, int] = {}
    for output in month.output:
        day = hours.start_day(output.on)
        if output.hours is not None:
            _check_hours(output, day, hours)
            total[hours.paid_class(output.hours)] += output.value
        elif day is None:
            total[hours.counted_class(output.on)] += output.value
        else:
            pools[day] = pools.get(day, 0) + output.value
    for day, value in pools.items():
        for work, part in _share(value, hours.day_minutes(day)).items():
            total[work] += part
    return total


def _check_hours(output: Output, day: date | None, hours: Hours) -> None:
    """What the output says may not be below its day's class."""
    if hours.employee.hours_system == "irregular" or output.hours is None:
        return
    shifts = hours.by_day.get(day, []) if day is not None else []
    classes = [hours.class_of(day or output.on)]
    if any(shift.in_lieu for shift in shifts):
        classes = [Work.NORMAL]  # such a shift starts on a rest day, never on a holiday
    if hours.class_of(output.on) is Work.HOLIDAY:  # after midnight, whatever the start day
        classes.append(Work.HOLIDAY)
    if output.hours < max(map(hours.paid_class, classes)):
        raise RefusedError("hours below the day's class")


def _share(value: int, minutes: dict[Work, Fraction]) -> dict[Work, int]:
    """Split whole millionths by minutes; the left-over ones go to the largest remainders."""
    total = sum(minutes.values())
    exact = {work: value * minutes[work] / total for work in Work}
    parts = {work: exact[work].numerator // exact[work].denominator for work in Work}
    ranked = sorted(Work, key=lambda work: (parts[work] - exact[work], work))
    for work in ranked[: value - sum(parts.values())]:
        parts[work] += 1
    return parts


def quality_amount(month: Month, company: Company) -> int:
    """Return what quality takes off, in fen: exact over the batches, rounded once."""
    samples: dict[tuple[str | None, str | None], list[int]] = {}
    for each in month.inspections:
        key = (each.batch, None if each.batch is not None else each.task_type)
        sample = samples.setdefault(key, [0, 0])
        if each.sampled <= 0 or each.errors > each.sampled:
            raise RefusedError("a sample of 0, or more errors than pieces")
        sample[0] += each.sampled
        sample[1] += each.errors
    lost = Fraction(0)
    for (batch, task_type), (sampled, errors) in samples.items():
        accuracy = 1 - Fraction(errors, sampled)
        reached = [tier for tier in company.tiers if tier[0] <= accuracy]
        if not reached:
            raise RefusedError("no tier reached")
        factor = max(reached)[1]
        value = sum(
            output.value
            for output in month.output
            if output.batch == batch and (batch is not None or output.task_type == task_type)
        )
        lost += value * (1 - factor)
    return round_fen(lost * MICRO_TO_FEN)
