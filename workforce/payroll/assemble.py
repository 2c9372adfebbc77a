"""The single bridge from the tables to ``core.facts``: one company's pay month as columns.

Employees stand in the order of their numbers, and every list of names is sorted: the facts depend on
what is stored and not on when or in which order it was stored. Whatever keeps one person from being
paid is that person's fault (``payroll.checks``); the others go on.

What lies outside the month is cut off where it cannot matter (a separation in a later month, the
later days of a leave), so that life after a closed month does not change the month's facts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from workforce.core.facts import (
    NONE,
    OPEN_END,
    Adjustments,
    AmountKind,
    Amounts,
    AttendanceMode,
    Attendances,
    Contributions,
    Employments,
    EmploymentType,
    Facts,
    HoursClass,
    HoursSystem,
    Inspections,
    LeaveKind,
    Leaves,
    Output,
    RestDates,
    Shifts,
    TaxMethod,
    TaxStandings,
    TimeWages,
    YearToDate,
    day_number,
    empty,
    month_number,
)
from workforce.core.period import PayPeriod
from workforce.payroll.checks import EMPLOYEE_INSURANCE, find_faults
from workforce.payroll.columns import Positions, known_texts
from workforce.payroll.policies import policy_of
from workforce.payroll.standings import Standings, find_standings

if TYPE_CHECKING:
    from workforce.core.errors import DomainError
    from workforce.core.facts import Choice, Mask
    from workforce.core.money import Column
    from workforce.payroll.columns import Table, Texts
    from workforce.payroll.policies import Policy
    from workforce.payroll.reading import MonthTables

_MINUTES_IN_DAY: Final = 24 * 60
_DAYS_IN_WEEK: Final = 7
_LATEST_DAY: Final = 10**6
_MONDAY_OFFSET: Final = 3
"""Day 0 was a Thursday: (day + 3) // 7 numbers ISO weeks."""

_CODED_KINDS: Final = (
    AmountKind.EARNING,
    AmountKind.UNTAXED_EARNING,
    AmountKind.COURT_ORDER,
    AmountKind.OTHER_DEDUCTION,
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION,
    AmountKind.OTHER_TAX_DEDUCTION,
)
"""Kinds of amounts that have several items, told apart by their code."""


@dataclass(frozen=True, slots=True)
class PersonFault:
    """Why one employment cannot be computed."""

    employment_id: int
    employee_no: str
    error: DomainError

    def order(self) -> tuple[str, str, str]:
        """Return a key that sorts faults by person, whatever order they were found in."""
        return self.employee_no, self.error.code, str(self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """One company's month, ready for the engine.

    ``employment_ids`` and ``employee_nos`` name the rows of the facts; people with a fault are not
    among them. ``policy`` is what the company agreed.
    """

    period: PayPeriod
    company_id: int
    policy: Policy
    employment_ids: tuple[int, ...]
    employee_nos: Texts
    facts: Facts
    faults: tuple[PersonFault, ...]


def assemble(
    tables: MonthTables, company_id: int, company_code: str, region: str, period: PayPeriod
) -> Assembled:
    """Turn one company's rows into facts.

    Raises:
        InputError: the company has no pay policy for the whole month.
    """
    policy = policy_of(tables.policies, company_code, region, period)
    standings = find_standings(tables, company_id, period)
    everybody = Positions(tables.employments.ints("employment_id"))
    faults = find_faults(tables, everybody, period, standings)
    chosen = _in_order(tables.employments, ~faults.is_faulty)
    positions = Positions(everybody.ids[chosen])
    numbers = tables.employments.texts("employee_no")
    return Assembled(
        period=period,
        company_id=company_id,
        policy=policy,
        employment_ids=tuple(positions.ids.tolist()),
        employee_nos=tuple(numbers[row] for row in chosen.tolist()),
        facts=_Month(tables, period, policy, positions, chosen, standings).facts().checked(),
        faults=tuple(
            sorted(
                (
                    PersonFault(int(everybody.ids[who]), numbers[who], error)
                    for who, error in faults
                ),
                key=PersonFault.order,
            )
        ),
    )


def _in_order(employments: Table, is_payable: Mask) -> Column:
    """Return the rows of payable people, by employee number."""
    numbers = employments.texts("employee_no")
    rows = np.flatnonzero(is_payable).tolist()
    return np.array(sorted(rows, key=numbers.__getitem__), dtype=np.int64)


_Rows = TypeVar("_Rows", Shifts, Leaves, Output, Inspections, Amounts, Adjustments)


class _Month:
    """The tables of one month, seen by position."""

    def __init__(
        self,
        tables: MonthTables,
        period: PayPeriod,
        policy: Policy,
        positions: Positions,
        chosen: Column,
        standings: Standings,
    ) -> None:
        """Line up the tables with one row an employee."""
        self._tables = tables
        self._period = period
        self._policy = policy
        self._positions = positions
        self._chosen = chosen
        self._standings = standings
        self._first, self._last = day_number(period.first_on), day_number(period.last_on)
        people = tables.employments
        self._hired = people.days("hired_on")[chosen]
        separated = people.days("separated_on", missing=OPEN_END)[chosen]
        # A separation after the month is not yet known to the month.
        self._separated = np.where(separated > self._last, OPEN_END, separated)
        self._is_employed = self._separated >= self._first
        profile_of = Positions(tables.profiles.ints("employment_id")).of(positions.ids)
        assert not np.any(profile_of == NONE), "people without a profile are faulty"
        self._profile_of = profile_of
        self._batches = known_texts(
            tables.output.values["batch_code"], tables.inspections.values["batch_code"]
        )
        self._task_types = known_texts(
            tables.output.values["task_type_code"], tables.inspections.values["task_type_code"]
        )

    def facts(self) -> Facts:
        """Build all columns."""
        output = self._output()
        codes = known_texts(self._tables.entries.values["code"])
        reasons = known_texts(self._tables.adjustments.values["reason"])
        return Facts(
            period=self._period,
            policies=(self._policy.agreed,),
            employments=self._employments(),
            time_wages=self._time_wages(),
            contributions=self._contributions(),
            tax=self._tax(),
            attendances=self._attendances(),
            rest_dates=empty(RestDates),
            shifts=self._shifts(output),
            leaves=self._leaves(),
            output=output,
            inspections=self._inspections(output),
            amounts=self._amounts(codes),
            adjustments=self._adjustments(reasons),
            task_types=self._task_types,
            batches=self._batches,
            codes=codes,
            reasons=reasons,
        )

    # --- one row an employee ---

    def _employments(self) -> Employments:
        people, rows = self._tables.employments, self._chosen.tolist()
        weekdays = people.texts("rest_weekdays")
        size = self._positions.size
        return Employments(
            policy=np.zeros(size, np.int64),
            employment_type=_choices(people, "employment_type", EmploymentType)[self._chosen],
            hours_system=_choices(people, "hours_system", HoursSystem)[self._chosen],
            hired_on=self._hired,
            separated_on=self._separated,
            rest_weekdays=np.array([_weekday_bits(weekdays[row]) for row in rows], np.int64),
            has_roster=np.zeros(size, np.bool_),
            has_other_employment=self._standings.has_other_employment[self._chosen],
        )

    def _agreed(self, name: str) -> Column:
        """Return an amount of the profile, 0 where there is none."""
        return self._tables.profiles.ints(name)[self._profile_of]

    def _has_agreed(self, name: str) -> Mask:
        has: Mask = self._tables.profiles.is_known(name)[self._profile_of]
        return has

    def _time_wages(self) -> TimeWages:
        base = np.where(self._is_employed, self._agreed("base_pay_amount"), 0)
        overtime = np.where(
            self._has_agreed("overtime_base_amount"), self._agreed("overtime_base_amount"), base
        )
        return TimeWages(
            base_pay_fen=base,
            overtime_base_fen=overtime,
            has_average_monthly_wage=self._has_agreed("average_monthly_wage_amount"),
            average_monthly_wage_fen=self._agreed("average_monthly_wage_amount"),
        )

    def _contributions(self) -> Contributions:
        """Who has left is not insured any more, though something may still be paid."""
        is_insured = self._has_agreed("contribution_base_amount") & self._is_employed
        has_fund = self._has_agreed("fund_base_amount") & self._is_employed
        has_total, total = self._given_insurance()
        return Contributions(
            is_insured=is_insured,
            contribution_base_fen=np.where(is_insured, self._agreed("contribution_base_amount"), 0),
            work_injury_rate_micro=np.where(is_insured, self._policy.work_injury_rate_micro, 0),
            has_fund=has_fund,
            fund_base_fen=np.where(has_fund, self._agreed("fund_base_amount"), 0),
            fund_employee_rate_micro=np.where(has_fund, self._agreed("fund_employee_rate"), 0),
            fund_employer_rate_micro=np.where(has_fund, self._agreed("fund_employer_rate"), 0),
            has_given_total=has_total,
            given_total_fen=total,
        )

    def _given_insurance(self) -> tuple[Mask, Column]:
        entries = self._tables.entries
        rows = self._entry_rows() & _is_text(entries, "kind", EMPLOYEE_INSURANCE)
        who = self._positions.of(entries.ints("employment_id"))[rows]
        has = np.zeros(self._positions.size, np.bool_)
        has[who] = True
        total = np.zeros(self._positions.size, np.int64)
        np.add.at(total, who, entries.ints("amount")[rows])
        return has, total

    def _tax(self) -> TaxStandings:
        profiles, standings = self._tables.profiles, self._standings
        before = standings.year_to_date
        return TaxStandings(
            method=_choices(profiles, "tax_method", TaxMethod)[self._profile_of],
            is_deduct_60000=profiles.flags("is_deduct_60000")[self._profile_of],
            is_first_wage_of_year=profiles.flags("is_first_wage_of_year")[self._profile_of],
            has_year_to_date=standings.has_year_to_date[self._chosen],
            year_to_date=YearToDate(
                **{item.name: getattr(before, item.name)[self._chosen] for item in fields(before)}
            ),
        )

    def _attendances(self) -> Attendances:
        size = self._positions.size
        shifts = self._tables.shifts
        who = self._positions.of(shifts.ints("employment_id"))
        in_month = shifts.minutes("starts_at") // _MINUTES_IN_DAY >= self._first
        is_late = shifts.ints("late_minutes") > self._policy.late_grace_minutes
        return replace(
            Attendances.full(size),
            mode=np.full(size, AttendanceMode.FROM_SHIFTS, np.int64),
            late_count=np.bincount(who[in_month & is_late & (who != NONE)], minlength=size),
        )

    # --- rows of many employees ---

    def _shifts(self, output: Output) -> Shifts:
        """Return the shifts that the engine asks for.

        Those of the next month in the week of the month's end are not: what is worked later does not
        change the hours worked before it, and a month that is paid must not wait for its week's end.
        """
        table = self._tables.shifts
        rows = Shifts(
            employee=self._positions.of(table.ints("employment_id")),
            start_minute=table.minutes("starts_at"),
            end_minute=table.minutes("ends_at"),
            break_minutes=table.ints("break_minutes"),
            is_in_lieu=table.flags("is_in_lieu"),
        )
        day = rows.start_minute // _MINUTES_IN_DAY
        first = min(self._first - (self._first + _MONDAY_OFFSET) % _DAYS_IN_WEEK, self._first - 1)
        late = output.work_day < self._first
        worker, work_day = output.employee[late], output.work_day[late]
        # A night shift may reach into a week's Monday.
        is_asked = np.isin(
            _cell(rows.employee, _week(day)), _cell(worker, _week(work_day))
        ) | np.isin(_cell(rows.employee, day + 1), _cell(worker, work_day))
        return _only(rows, (rows.employee != NONE) & ((day >= first) | is_asked))

    def _leaves(self) -> Leaves:
        """Return leave and stated absences, cut to the month."""
        leaves, absences = self._tables.leaves, self._tables.absences
        absent = absences.days("absent_on")
        first = np.concatenate((leaves.days("first_on"), absent))
        last = np.concatenate((leaves.days("last_on"), absent))
        kinds = np.full(absences.size, LeaveKind.ABSENCE, np.int64)
        rows = Leaves(
            employee=self._positions.of(
                np.concatenate((leaves.ints("employment_id"), absences.ints("employment_id")))
            ),
            kind=np.concatenate((_choices(leaves, "kind", LeaveKind), kinds)),
            first_day=np.maximum(first, self._first),
            last_day=np.minimum(last, self._last),
        )
        return _only(rows, rows.employee != NONE)

    def _output(self) -> Output:
        """Return payable output, and rows of nothing for other days that show work.

        A day with output is attended, also where the output is not accepted yet or is paid in
        another month; where a shift shows the day already, no such row is needed.
        """
        paid, idle = self._tables.output, self._tables.idle_output
        nothing = np.zeros(idle.size, np.int64)
        none = np.full(idle.size, NONE, np.int64)
        if idle.size and not self._task_types:
            self._task_types = ("",)
        rows = Output(
            employee=self._positions.of(
                np.concatenate((paid.ints("employment_id"), idle.ints("employment_id")))
            ),
            work_day=np.concatenate((paid.days("work_on"), idle.days("work_on"))),
            task_type=np.concatenate((paid.indices("task_type_code", self._task_types), nothing)),
            batch=np.concatenate((paid.indices("batch_code", self._batches), none)),
            hours=np.concatenate((_choices(paid, "hours_class", HoursClass), none)),
            qty=np.concatenate((paid.ints("accepted_qty"), nothing)),
            price_micro=np.concatenate((paid.ints("unit_price"), nothing)),
        )
        return _only(rows, rows.employee != NONE)

    def _inspections(self, output: Output) -> Inspections:
        """Return checks by employee; one of a whole batch is everybody's who has output in it.

        Where the company has agreed no quality rule, checks weigh on nobody's pay.
        """
        table = self._tables.inspections
        if not self._policy.agreed.quality_tiers:
            return empty(Inspections)
        batch = table.indices("batch_code", self._batches)
        task_type = table.indices("task_type_code", self._task_types)
        subject = np.where(batch != NONE, batch, len(self._batches) + task_type)
        is_named = table.is_known("employment_id")
        named = np.flatnonzero(is_named)
        shared, sharers = self._sharers(output, subject, np.flatnonzero(~is_named))
        row = np.concatenate((named, shared))
        rows = Inspections(
            employee=np.concatenate(
                (self._positions.of(table.ints("employment_id"))[named], sharers)
            ),
            batch=batch[row],
            task_type=np.where(batch == NONE, task_type, NONE)[row],
            sampled_qty=table.ints("sampled_qty")[row],
            error_qty=table.ints("error_qty")[row],
        )
        return _only(rows, rows.employee != NONE)

    def _sharers(self, output: Output, subject: Column, rows: Column) -> tuple[Column, Column]:
        """Return (row, employee) of each check in ``rows`` and each employee whom it speaks of."""
        size = max(self._positions.size, 1)
        made = output.qty > 0
        worked = np.where(output.batch != NONE, output.batch, len(self._batches) + output.task_type)
        pairs = np.unique(worked[made] * size + output.employee[made])
        start = np.searchsorted(pairs, subject[rows] * size)
        count = np.searchsorted(pairs, (subject[rows] + 1) * size) - start
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(rows, count), pairs[np.repeat(start, count) + offset] % size

    def _entry_rows(self) -> Mask:
        """Tell which agreed amounts are paid.

        Who has left gets only what was agreed for the first time for this very month.
        """
        entries = self._tables.entries
        who = self._positions.of(entries.ints("employment_id"))
        begins = _is_text(entries, "period_from", str(self._period))
        is_paid: Mask = (who != NONE) & (begins | np.append(self._is_employed, False)[who])
        return is_paid

    def _amounts(self, codes: Texts) -> Amounts:
        entries = self._tables.entries
        kind_of = {kind.code: int(kind) for kind in AmountKind}
        kind = np.array([kind_of.get(text, NONE) for text in entries.values["kind"]], np.int64)
        rows = Amounts(
            employee=self._positions.of(entries.ints("employment_id")),
            kind=kind,
            code=np.where(np.isin(kind, _CODED_KINDS), entries.indices("code", codes), NONE),
            order=entries.ints("sequence"),
            amount_fen=entries.ints("amount"),
        )
        return _only(rows, self._entry_rows() & (kind != NONE))

    def _adjustments(self, reasons: Texts) -> Adjustments:
        table = self._tables.adjustments
        months = [month_number(PayPeriod.parse(text)) for text in table.values["for_period"]]
        rows = Adjustments(
            employee=self._positions.of(table.ints("employment_id")),
            for_month=np.array(months, np.int64),
            reason=table.indices("reason", reasons),
            amount_fen=table.ints("amount"),
        )
        return _only(rows, rows.employee != NONE)


def _only(rows: _Rows, keep: Mask) -> _Rows:
    """Return the rows that are kept."""
    columns: dict[str, Any] = {item.name: getattr(rows, item.name)[keep] for item in fields(rows)}
    return type(rows)(**columns)


def _choices(table: Table, name: str, choice: type[Choice]) -> Column:
    """Return the numbers of a column of codes; NULL becomes ``NONE``."""
    return table.indices(name, [member.code for member in choice])


def _is_text(table: Table, name: str, text: str) -> Mask:
    return np.array([value == text for value in table.values[name]], dtype=np.bool_)


def _weekday_bits(weekdays: str) -> int:
    """Return the bits of ISO weekdays: ``"67"`` → bits 5 and 6."""
    return sum(1 << (int(weekday) - 1) for weekday in set(weekdays))


def _week(day: Column) -> Column:
    """Number ISO weeks."""
    return (day + _MONDAY_OFFSET) // _DAYS_IN_WEEK


def _cell(employee: Column, position: Column) -> Column:
    """Return one number for each employee and day or week."""
    return employee * _LATEST_DAY + position
