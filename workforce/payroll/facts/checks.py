"""What keeps one person from being paid, found in the rows before anything is computed.

Everything here is that person's fault alone: the others go on (FIN-16). Contradictions inside the
facts (overlapping shifts, a leave twice) are found by the engine.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.core.errors import DomainError, InputError
from workforce.core.facts import (
    LARGEST_FEN,
    LARGEST_PRICE_MICRO,
    LARGEST_QTY,
    NONE,
    OPEN_END,
    AmountKind,
    HoursClass,
    LeaveKind,
    TaxMethod,
    date_of,
    day_number,
)
from workforce.core.group_shares import LARGEST_WEIGHT
from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.platform.bulk import UNKNOWN_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workforce.core.facts import Choice, Mask
    from workforce.core.money import Column
    from workforce.payroll.facts.columns import Numbers, Positions, Table
    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.facts.shares import SplitShares
    from workforce.payroll.facts.standings import Standings

EMPLOYEE_INSURANCE: Final = "employee_insurance"
"""The kind of pay entry that replaces the computed insurance lines; the others are `AmountKind`."""

_KINDS: Final = frozenset({kind.code for kind in AmountKind} | {EMPLOYEE_INSURANCE})


_RANGES: Final = (
    (
        "profiles",
        (
            "base_pay_amount",
            "overtime_base_amount",
            "contribution_base_amount",
            "fund_base_amount",
            "average_monthly_wage_amount",
        ),
        0,
        LARGEST_FEN,
    ),
    ("profiles", ("fund_employee_rate", "fund_employer_rate"), 0, MICRO),
    ("entries", ("amount",), 0, LARGEST_FEN),
    ("adjustments", ("amount",), -LARGEST_FEN, LARGEST_FEN),
    ("openings", ("income_amount", "withheld_amount"), 0, LARGEST_FEN),
    ("output", ("accepted_qty",), 0, LARGEST_QTY),
    ("output", ("unit_price",), 0, LARGEST_PRICE_MICRO),
    ("shares", ("accepted_qty",), 0, LARGEST_QTY),
    ("shares", ("unit_price",), 0, LARGEST_PRICE_MICRO),
    ("shares", ("share_weight",), 0, LARGEST_WEIGHT),
)
"""Table, columns, and the range outside of which the engine refuses to count."""


def is_text(table: Table, name: str, text: str) -> Mask:
    """Tell where a text column has this text."""
    return np.array([value == text for value in table.values[name]], dtype=np.bool_)


@dataclass(slots=True)
class PersonFaults:
    """Faults by position, each kept once, in the order in which the checks run."""

    size: int
    _by_position: defaultdict[int, list[DomainError]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, position: int, error: DomainError) -> None:
        """Add one; rows of people who are not in the month (position ``NONE``) are nobody's."""
        if position != NONE:
            self._by_position[position].append(error)

    @property
    def is_faulty(self) -> Mask:
        """bool[size]."""
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[list(self._by_position)] = True
        return mask

    def __iter__(self) -> Iterator[tuple[int, DomainError]]:
        """Go through position and error, in order of position."""
        for position in sorted(self._by_position):
            for error in self._by_position[position]:
                yield position, error


def find_faults(
    tables: MonthTables, positions: Positions, period: PayPeriod, standings: Standings
) -> PersonFaults:
    """Check everybody."""
    faults = PersonFaults(positions.size)
    _check_profiles(tables.profiles, positions, period, faults)
    _check_rehired(tables, positions, period, faults)
    _check_two_numbers(tables.employments, period, faults)
    _check_other_cycle(tables.states, positions, period, faults)
    for output in (tables.output, tables.shares):
        _check_output(tables, output, positions, faults)
    _check_codes(tables.profiles, "tax_method", TaxMethod, positions, faults)
    _check_codes(tables.leaves, "kind", LeaveKind, positions, faults)
    for name, columns, lowest, highest in _RANGES:
        for column in columns:
            _check_range(getattr(tables, name), column, lowest, highest, positions, faults)
    _check_entries(tables.entries, positions, faults)
    _check_standings(tables.profiles, positions, standings, faults)
    return faults


def _check_profiles(
    profiles: Table, positions: Positions, period: PayPeriod, faults: PersonFaults
) -> None:
    """One pay profile must hold for the whole month."""
    position = positions.of(profiles.ints("employment_id"))
    count = np.bincount(position[position != NONE], minlength=positions.size)
    ends = profiles.days("valid_to", missing=OPEN_END) < day_number(period.end_on)
    for who in np.flatnonzero(count == 0).tolist():
        faults.add(who, InputError("payroll.profile_missing", period=period))
    for who in np.flatnonzero(count > 1).tolist():
        faults.add(who, InputError("payroll.profile_twice", period=period))
    for who in position[ends].tolist():
        faults.add(who, InputError("payroll.profile_ends", period=period))


def _check_two_numbers(employments: Table, period: PayPeriod, faults: PersonFaults) -> None:
    """What is due under an earlier number belongs to the person's present one: they share one tax."""
    ended = employments.days("separated_on", missing=OPEN_END) < day_number(period.whole.first_on)
    hired = employments.days("hired_on")
    latest: dict[int, int] = {}
    people = employments.values["person_id"]
    for position, person in enumerate(people):
        known = latest.setdefault(person, position)
        if hired[position] > hired[known]:
            latest[person] = position
    numbers = employments.values["employee_no"]
    for position, person in enumerate(people):
        if latest[person] != position and ended[position]:
            now = numbers[latest[person]]
            faults.add(position, InputError("payroll.due_under_old_number", now=now))


def _check_rehired(
    tables: MonthTables, positions: Positions, period: PayPeriod, faults: PersonFaults
) -> None:
    """Two employments of one person in the company in one month share one tax and one floor.

    Also where one of them is paid by half months, and so by another run.
    """
    kin, month = tables.kin, period.whole
    position, company = positions.of(kin.ints("employment_id")), kin.ints("company_id")
    starts = kin.days("hired_on") <= day_number(month.last_on)
    lasts = kin.days("separated_on", missing=OPEN_END) >= day_number(month.first_on)
    rows = np.flatnonzero(np.isin(company, company[position != NONE]) & starts & lasts)
    persons, count = np.unique(kin.ints("person_id")[rows], return_counts=True)
    positions_of = defaultdict(list)
    for row in rows[np.isin(kin.ints("person_id")[rows], persons[count > 1])].tolist():
        if position[row] != NONE:
            positions_of[kin.values["person_id"][row]].append(int(position[row]))
    numbers_of = tables.employments.values["employee_no"]
    for several in positions_of.values():
        numbers = "、".join(numbers_of[one] for one in sorted(several))
        for one in several:
            faults.add(one, InputError("payroll.rehired_in_month", numbers=numbers))


def _check_other_cycle(
    states: Table, positions: Positions, period: PayPeriod, faults: PersonFaults
) -> None:
    """Nobody is paid for a month both by the month and by its halves."""
    paid = [period.whole] if period.half else list(period.halves)
    if not {str(other) for other in paid} & set(states.values["period"]):
        return
    for other in paid:
        rows = np.flatnonzero(is_text(states, "period", str(other)))
        for who in positions.of(states.ints("employment_id")[rows]).tolist():
            faults.add(who, InputError("payroll.paid_in_other_cycle", other=other))


def check_shares(
    tables: MonthTables, shares: SplitShares, positions: Positions, faults: PersonFaults
) -> None:
    """A group's output must be one that can be split; else none of its members is paid."""
    for code, rows in (
        ("payroll.group_too_large", shares.too_large),
        ("payroll.group_without_weight", shares.without_weight),
    ):
        for who, task_type, days in _days_by_task_type(tables, tables.shares, positions, rows):
            faults.add(who, InputError(code, task_type=task_type, on=days[0]))


def _check_output(
    tables: MonthTables, output: Numbers, positions: Positions, faults: PersonFaults
) -> None:
    """Each day's work has exactly one price, and a known class of hours if any."""
    missing = ~output.is_known("unit_price") & (output.ints("accepted_qty") > 0)
    for who, task_type, days in _days_by_task_type(
        tables, output, positions, np.flatnonzero(missing)
    ):
        faults.add(
            who,
            InputError("payroll.price_missing", task_type=task_type, first=days[0], last=days[-1]),
        )
    twice = np.flatnonzero(output.ints("price_count") > 1)
    for who, task_type, days in _days_by_task_type(tables, output, positions, twice):
        faults.add(who, InputError("payroll.price_twice", task_type=task_type, on=days[0]))
    unknown = np.flatnonzero(output.ints("hours_class", missing=NONE) == UNKNOWN_CODE)
    known = [member.code for member in HoursClass]
    for who in positions.of(output.ints("employment_id")[unknown]).tolist():
        faults.add(who, _unknown("hours_class", known))


def _days_by_task_type(
    tables: MonthTables, output: Numbers, positions: Positions, rows: Column
) -> Iterator[tuple[int, str, list[str]]]:
    """Group some output rows: position, task type and its sorted days."""
    names = tables.task_types
    code_of = dict(zip(names.values["task_type_id"], names.values["task_type_code"], strict=True))
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for who, task_type, day in zip(
        positions.of(output.ints("employment_id")[rows]).tolist(),
        output.ints("task_type_id")[rows].tolist(),
        output.days("work_on")[rows].tolist(),
        strict=True,
    ):
        found[who, code_of[task_type]].add(str(date_of(day)))
    for (who, task_type), dates in sorted(found.items()):
        yield who, task_type, sorted(dates)


def _check_codes(
    table: Table, name: str, choice: type[Choice], positions: Positions, faults: PersonFaults
) -> None:
    """A code must be one that is known; NULL is left to the rules."""
    codes = [member.code for member in choice]
    unknown = table.is_known(name) & (table.indices(name, codes) == NONE)
    who = positions.of(table.ints("employment_id"))
    for row in np.flatnonzero(unknown).tolist():
        faults.add(int(who[row]), _unknown(table.values[name][row], codes))


def _check_range(
    table: Table,
    name: str,
    lowest: int,
    highest: int,
    positions: Positions,
    faults: PersonFaults,
) -> None:
    """An absurd figure is the fault of the one person whose it is."""
    values = table.ints(name)
    outside = np.flatnonzero((values < lowest) | (values > highest))
    who = positions.of(table.ints("employment_id")[outside])
    for person, given in zip(who.tolist(), values[outside].tolist(), strict=True):
        faults.add(person, InputError("payroll.out_of_range", given=given))


def _check_entries(entries: Table, positions: Positions, faults: PersonFaults) -> None:
    kinds = entries.values["kind"]
    for row, who in enumerate(positions.of(entries.ints("employment_id")).tolist()):
        if kinds[row] not in _KINDS:
            faults.add(who, _unknown(kinds[row], sorted(_KINDS)))


def _unknown(given: str, known: Sequence[str]) -> InputError:
    return InputError("payroll.code_unknown", given=given, known=", ".join(known))


def _check_standings(
    profiles: Table, positions: Positions, standings: Standings, faults: PersonFaults
) -> None:
    """Cumulative withholding goes on from the last month employed here, without a gap.

    Months before the hire are not deducted for wages once pay for services took them off (国家税务总局公告2020年第13号).
    """
    first_wage = positions.of(
        profiles.ints("employment_id")[profiles.flags("is_first_wage_of_year")]
    )
    for who in first_wage[
        standings.has_cumulative_service[first_wage] & (first_wage != NONE)
    ].tolist():
        faults.add(who, InputError("payroll.first_wage_after_service"))
    methods = dict(
        zip(profiles.values["employment_id"], profiles.values["tax_method"], strict=True)
    )
    for gap in standings.gaps:
        method = methods.get(int(positions.ids[gap.position]))
        if method is None or method == TaxMethod.LABOR_SERVICE.code:
            # Without a profile the person has that fault; labour service is taxed by payment.
            continue
        faults.add(
            gap.position,
            InputError("payroll.year_to_date_missing", due=gap.due)
            if gap.reached is None
            else InputError("payroll.year_to_date_gap", due=gap.due, reached=gap.reached),
        )
