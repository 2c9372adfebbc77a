"""Computes a pay period of any number of employees: orders the items, runs them, checks the sums.

The engine knows no rule of pay. What is paid is in `core.payitems`, one file an item; how it is
reckoned in `core.rules`; what the law says in the law data.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from typing import Final, TypeVar

import numpy as np

from workforce.core import payitems, registry
from workforce.core.facts import AmountKind, Facts, HoursClass, Mask, YearToDate, day_number
from workforce.core.law import LawBook
from workforce.core.money import MICRO_IN_FEN, Column, round_half_up
from workforce.core.pay_item import GROUPS, PayItem
from workforce.core.results import (
    Fault,
    LineBlock,
    LineKind,
    NoteBlock,
    Results,
    TaxColumns,
    TimeColumns,
    WagePart,
)
from workforce.core.rules import eligibility
from workforce.core.rules.comprehensive_hours import has_period
from workforce.core.rules.overtime import MINUTES_IN_DAY, Regime
from workforce.core.workings import Workings

__all__ = [
    "Fault",
    "LineBlock",
    "LineKind",
    "NoteBlock",
    "Results",
    "TaxColumns",
    "TimeColumns",
    "WagePart",
    "calculate",
    "line_codes",
    "pay_items",
]

_Columns = TypeVar("_Columns", TaxColumns, TimeColumns)

_AGREED_KINDS: Final = (
    AmountKind.EARNING,
    AmountKind.UNTAXED_EARNING,
    AmountKind.COURT_ORDER,
    AmountKind.OTHER_DEDUCTION,
)


@cache
def pay_items() -> Mapping[str, PayItem]:
    """Return all pay items by name, in the order of the payslip."""
    found = registry.discover(payitems, "ITEM", PayItem, code_of=lambda item: item.name)
    return dict(sorted(found.items(), key=lambda pair: pair[1].position))


@cache
def line_codes() -> frozenset[str]:
    """Return the codes of computed lines; agreed items may not use them."""
    return frozenset(item.code for item in pay_items().values() if item.code)


@cache
def members() -> Mapping[str, tuple[str, ...]]:
    """Return what each name that an item may need stands for: itself, or the items of a group."""
    items = pay_items()
    single = {name: (name,) for name in items}
    groups = {
        group: tuple(name for name, item in items.items() if belongs(item))
        for group, belongs in GROUPS.items()
    }
    # A name of both kinds ("other_deductions") is the item, which is then the whole group.
    return groups | single


@cache
def run_order() -> tuple[PayItem, ...]:
    """Return the pay items so that each comes after all that it needs.

    Raises:
        graphlib.CycleError: two items need each other, which is a defect.

    """
    items = pay_items()
    needs = {
        name: sorted({member for need in item.needs for member in members()[need]})
        for name, item in items.items()
    }
    return tuple(items[name] for name in TopologicalSorter(needs).static_order())


def calculate(facts: Facts, book: LawBook) -> Results:
    """Compute one pay period: a month or half of one.

    Args:
        facts: the columns; see `Facts` for what must be supplied.
        book: the law data.

    Returns:
        Lines, totals and states of everybody without a fault, in columns of the facts' order.

    Raises:
        LawMissingError: the month has no work calendar, or a value that everybody needs is missing.
        ValueError: the columns cannot be meant (`Facts.checked`).

    """
    facts = facts.checked()
    work = Workings(facts, book)
    eligibility.check(facts, work.faults)
    _check_codes(facts, work)
    blocks: dict[str, Sequence[LineBlock]] = {}
    for item in run_order():
        work.begin({need: members()[need] for need in item.needs})
        is_run = item.in_extra or not facts.is_extra
        blocks[item.name] = item.formula(work) if is_run else ()
        work.record(item.name, blocks[item.name])
    _note_all(work)
    lines = [block for name in pay_items() for block in blocks[name]]
    return _results(work, _without_faulty(lines, work.faults.is_faulty))


def _check_codes(facts: Facts, work: Workings) -> None:
    """An agreed item may not carry the code of a computed one: its figures could not be told apart."""
    reserved = np.array([code in line_codes() for code in facts.codes] or [False], dtype=np.bool_)
    rows = facts.amounts
    is_agreed = np.isin(rows.kind, _AGREED_KINDS)
    wrong = np.flatnonzero(is_agreed & ((rows.code < 0) | reserved[rows.code]))
    names = [facts.codes[code] if code >= 0 else "" for code in rows.code[wrong].tolist()]
    work.faults.add(
        "pay.code_reserved", "amounts", rows.employee[wrong], {"item": names}, row=wrong
    )


def _note_all(work: Workings) -> None:
    """Say what nobody's line shows."""
    if not work.facts.is_extra:
        _note_hours(work)
    work.notes.add(NoteBlock(code="paid_after_leaving", employee=np.flatnonzero(~work.is_employed)))
    if not work.facts.is_extra:
        _note_cycle(work)
        _note_stated_hours(work)
    two = np.flatnonzero(work.facts.employments.has_other_employment)
    work.notes.add(NoteBlock(code="other_employment", employee=two))
    work.law.note_estimates(work.notes)
    if not work.facts.is_extra:
        _note_calendars(work)


def _note_hours(work: Workings) -> None:
    """Say whose overtime is over the limit, and where periods of hours stand."""
    overtime = work.minutes[HoursClass.WEEKDAY_OVERTIME :].sum(axis=0)
    limit = work.law.national("monthly_overtime_limit_minutes", "overtime", overtime > 0)
    who = np.flatnonzero(overtime > limit)
    work.notes.add(
        NoteBlock(
            code="overtime_over_limit",
            employee=who,
            params={"overtime_minutes": overtime[who], "limit_minutes": np.full(who.size, limit)},
        )
    )
    _note_periods(work)


def _note_stated_hours(work: Workings) -> None:
    """Say whose output is stated as overtime that their hours system does not pay."""
    stated = np.flatnonzero(work.output.hours > HoursClass.NORMAL)
    employee, hours = work.output.employee[stated], work.output.hours[stated]
    regime = work.regime[employee]
    is_paid = (regime == Regime.STANDARD) | (
        (regime == Regime.HOLIDAY_ONLY) & (hours == HoursClass.HOLIDAY)
    )
    who = np.unique(employee[~is_paid])
    work.notes.add(NoteBlock(code="stated_hours_unpaid", employee=who))


def _note_cycle(work: Workings) -> None:
    """Say where part-time people are paid more rarely than the law wants."""
    if not work.facts.period.half:
        who = np.flatnonzero(work.is_part_time & work.is_employed)
        work.notes.add(NoteBlock(code="part_time_paid_by_month", employee=who))


def _note_calendars(work: Workings) -> None:
    """Tell whose days were classed by a work calendar that nobody has verified."""
    rows, month_year = work.facts.shifts, work.facts.period.year
    maker, work_day = work.facts.output_days
    for year, notice in work.book.calendar().years.items():
        if not notice.is_estimate:
            continue
        first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
        begins, ends = rows.start_minute // MINUTES_IN_DAY, (rows.end_minute - 1) // MINUTES_IN_DAY
        works = rows.employee[(begins <= last) & (ends >= first)]
        made = maker[(work_day >= first) & (work_day <= last)]
        who = np.unique(np.concatenate((works, made)))
        if year == month_year:
            who = np.arange(work.size)
        years = np.full(who.size, year)
        work.notes.add(NoteBlock(code="calendar_estimate", employee=who, params={"year": years}))


def _note_periods(work: Workings) -> None:
    """Say where comprehensive hours stand: nothing yet, or what was over the standard."""
    hours = work.period_hours
    going_on = np.flatnonzero(has_period(work.facts) & ~hours.has_ended)
    work.notes.add(NoteBlock(code="hours_period_goes_on", employee=going_on))
    over = np.flatnonzero(hours.excess_minutes)
    work.notes.add(
        NoteBlock(
            code="hours_period_ended",
            employee=over,
            params={
                "before_minutes": hours.minutes_before[over],
                "month_minutes": hours.month_minutes[over],
                "standard_minutes": hours.standard_minutes[over],
                "excess_minutes": hours.excess_minutes[over],
            },
        )
    )


def _without_faulty(lines: Sequence[LineBlock], is_faulty: Mask) -> tuple[LineBlock, ...]:
    """Return the blocks that have rows, without the rows of faulty employees."""
    if not is_faulty.any():
        return tuple(block for block in lines if block.employee.size)
    kept = (_rows(block, np.flatnonzero(~is_faulty[block.employee])) for block in lines)
    return tuple(block for block in kept if block.employee.size)


def _rows(block: LineBlock, index: Column) -> LineBlock:
    def pick(column: Column | None) -> Column | None:
        return None if column is None else column[index]

    return LineBlock(
        code=block.code,
        kind=block.kind,
        wage_part=block.wage_part,
        reference=block.reference,
        employee=block.employee[index],
        amount_fen=block.amount_fen[index],
        quantity_micro=pick(block.quantity_micro),
        rate_micro=pick(block.rate_micro),
        detail=pick(block.detail),
        details=block.details,
        operands={name: column[index] for name, column in block.operands.items()},
    )


def _results(work: Workings, lines: tuple[LineBlock, ...]) -> Results:
    """Add up the lines and collect the states."""
    size, is_faulty = work.size, work.faults.is_faulty
    sums = {kind: np.zeros(size, dtype=np.int64) for kind in LineKind}
    for block in lines:
        assert int(block.amount_fen.min()) >= 0, f"{block.code}: a line is negative"
        np.add.at(sums[block.kind], block.employee, block.amount_fen)
    gross = sums[LineKind.EARNING] - sums[LineKind.REDUCTION]
    net = gross - sums[LineKind.DEDUCTION]
    below = np.flatnonzero(net < 0)
    work.notes.add(
        NoteBlock(
            code="net_pay_below_zero",
            employee=below,
            params={"missing_fen": -net[below]},
            blocks_approval=True,
        )
    )
    results = Results(
        period=work.facts.period,
        size=size,
        lines=lines,
        gross_pay_fen=gross,
        net_pay_fen=net,
        employer_cost_fen=gross + sums[LineKind.EMPLOYER],
        tax=_blank_faulty(work.month_tax.columns, is_faulty),
        year_to_date=_next_year_to_date(work),
        time=_blank_faulty(_time(work), is_faulty),
        **{name: np.where(is_faulty, 0, column) for name, column in _worked(work).items()},
        notes=work.notes.blocks(is_faulty),
        faults=work.faults.faults(),
    )
    _check_invariants(work, results)
    return results


def _worked(work: Workings) -> dict[str, Column]:
    """Return what the month's work came to; an extra payment has no work of its own."""
    if work.facts.is_extra:
        nothing = np.zeros(work.size, dtype=np.int64)
        names = ("counted_wage_fen", "floor_fen", "piece_value_micro", "overtime_piece_value_micro")
        return dict.fromkeys(names, nothing)
    return {
        "counted_wage_fen": round_half_up(work.floor.counted_micro, MICRO_IN_FEN),
        "floor_fen": work.floor.floor_fen,
        "piece_value_micro": work.value_by_class.sum(axis=0),
        "overtime_piece_value_micro": work.overtime_value_micro,
    }


def _time(work: Workings) -> TimeColumns:
    if work.facts.is_extra:
        nothing = np.zeros(work.size, dtype=np.int64)
        return TimeColumns(**dict.fromkeys(TimeColumns.__dataclass_fields__, nothing))
    days, minutes = work.days, work.minutes
    return TimeColumns(
        scheduled_days=days.scheduled_days,
        attended_half_days=days.attended_half_days,
        paid_leave_half_days=days.paid_leave_half_days,
        unpaid_half_days=days.unpaid_half_days,
        holiday_days=days.holiday_days,
        normal_minutes=minutes[HoursClass.NORMAL],
        weekday_overtime_minutes=minutes[HoursClass.WEEKDAY_OVERTIME],
        rest_day_overtime_minutes=minutes[HoursClass.REST_DAY],
        holiday_overtime_minutes=minutes[HoursClass.HOLIDAY],
        night_shift_count=work.night_shift_count,
        late_count=work.facts.attendances.late_count,
    )


def _blank_faulty(columns: _Columns, is_faulty: Mask) -> _Columns:
    """Return the columns with 0 for faulty employees: half-computed figures are not shown."""
    names = type(columns).__dataclass_fields__
    return type(columns)(**{name: np.where(is_faulty, 0, getattr(columns, name)) for name in names})


def _next_year_to_date(work: Workings) -> YearToDate:
    """Return the state after the month; a faulty employee keeps the one that came in."""
    before, after = work.year_to_date, work.month_tax.year_to_date
    is_faulty = work.faults.is_faulty
    names = YearToDate.__dataclass_fields__
    return YearToDate(
        **{name: np.where(is_faulty, getattr(before, name), getattr(after, name)) for name in names}
    )


def _check_invariants(work: Workings, results: Results) -> None:
    """What must hold whatever the rules are; a breach is a defect, and nobody is paid from it."""
    if work.facts.is_extra:
        # Neither a floor nor deductions inside of art 16 are run.
        return
    is_paid = ~work.faults.is_faulty
    taken = np.zeros(work.size, dtype=np.int64)
    top_up = np.zeros(work.size, dtype=np.int64)
    for block in results.lines:
        if block.code == "damages_deduction" or (
            block.code == "quality_deduction" and block.kind is LineKind.DEDUCTION
        ):
            np.add.at(taken, block.employee, block.amount_fen)
        if block.code == "minimum_wage_top_up":
            np.add.at(top_up, block.employee, block.amount_fen)
    assert np.all(taken[is_paid] <= work.art_16_room_fen[is_paid]), "art 16 is exceeded"
    # Rounding once may leave half a fen.
    reached = 2 * (work.floor.counted_micro + top_up * MICRO_IN_FEN) + MICRO_IN_FEN
    missing = reached < 2 * work.floor.floor_fen * MICRO_IN_FEN
    assert not np.any(missing & is_paid & work.has_floor), "the minimum wage is not reached"
    assert np.array_equal(work.value_by_class.sum(axis=0), work.piece_value_micro), (
        "shared piece value differs from the whole"
    )
