"""The single bridge from the tables to ``core.facts``: one company's pay month as columns.

Employees stand in the order of their numbers, and every list of names is sorted: the facts depend on
what is stored and not on when or in which order it was stored. Whatever keeps one person from being
paid is that person's fault (``payroll.facts.checks``); the others go on.

What lies outside the month is cut off where it cannot matter (a separation in a later month, the
later days of a leave), so that life after a closed month does not change the month's facts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from workforce.core.facts import (
    NONE,
    OPEN_END,
    AttendanceMode,
    Attendances,
    Contributions,
    Employments,
    EmploymentType,
    Facts,
    HoursSystem,
    Inspections,
    RestDates,
    TaxMethod,
    TaxStandings,
    TimeWages,
    YearToDate,
    day_number,
    empty,
)
from workforce.core.period import PayPeriod
from workforce.payroll.facts.checks import EMPLOYEE_INSURANCE, check_shares, find_faults, is_text
from workforce.payroll.facts.columns import MINUTES_IN_DAY, Positions
from workforce.payroll.facts.lieu_balance import NO_LIEU, LieuBalances
from workforce.payroll.facts.policies import policy_of
from workforce.payroll.facts.rows import FactRows, MonthParts, choices
from workforce.payroll.facts.shares import pots_of, split_shares
from workforce.payroll.facts.standings import Standings, find_standings

if TYPE_CHECKING:
    from workforce.core.errors import DomainError
    from workforce.core.facts import Mask
    from workforce.core.money import Column
    from workforce.payroll.facts.columns import Table, Texts
    from workforce.payroll.facts.policies import Policy
    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.facts.shares import Pots, SplitShares


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
    among them. ``policy`` is what the company agreed. ``pots`` say how groups' output was split.
    """

    period: PayPeriod
    company_id: int
    policy: Policy
    employment_ids: tuple[int, ...]
    employee_nos: Texts
    facts: Facts
    faults: tuple[PersonFault, ...]
    pots: Pots
    lieu: LieuBalances = NO_LIEU


def assemble(
    tables: MonthTables,
    company_id: int,
    company_code: str,
    region: str,
    period: PayPeriod,
    *,
    is_extra: bool = False,
) -> Assembled:
    """Turn one company's rows into facts; ``is_extra``: a payment of named amounts only.

    Raises:
        InputError: the company has no pay policy for the whole month.
    """
    policy = policy_of(tables.policies, company_code, region, period)
    standings = find_standings(tables, company_id, period)
    everybody = Positions(tables.employments.ints("employment_id"))
    shares = split_shares(tables)
    faults = find_faults(tables, everybody, period, standings)
    check_shares(tables, shares, everybody, faults)
    chosen = _in_order(tables.employments, ~faults.is_faulty)
    positions = Positions(everybody.ids[chosen])
    numbers = tables.employments.texts("employee_no")
    return Assembled(
        period=period,
        company_id=company_id,
        policy=policy,
        pots=pots_of(tables, shares, positions),
        employment_ids=tuple(positions.ids.tolist()),
        employee_nos=tuple(numbers[row] for row in chosen.tolist()),
        facts=_Month(tables, period, policy, positions, chosen, standings, is_extra=is_extra)
        .facts(shares)
        .checked(),
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


class _Month:
    """The columns with one row an employee, and the rows of many beside them."""

    def __init__(
        self,
        tables: MonthTables,
        period: PayPeriod,
        policy: Policy,
        positions: Positions,
        chosen: Column,
        standings: Standings,
        *,
        is_extra: bool = False,
    ) -> None:
        """Line up the tables with one row an employee."""
        self._is_extra = is_extra
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
        parts = self._parts(separated)
        self._rows = FactRows(
            tables, period, positions, self._is_employed, parts, is_extra=is_extra
        )

    def _parts(self, separated: Column) -> MonthParts:
        """Say whose month begins or ends with this period; ``separated`` may lie after it."""
        month, period = self._period.whole, self._period
        left_in_month = (separated >= day_number(month.first_on)) & (separated <= self._last)
        if period.ends_month:
            # Who left in the first half was paid the month's amounts there.
            is_last = ~(left_in_month & (separated < self._first))
        else:
            is_last = left_in_month
        return MonthParts(~self._standings.is_month_counted[self._chosen], is_last)

    def facts(self, split: SplitShares) -> Facts:
        """Build all columns."""
        rows = self._rows
        output, shares = rows.output(), rows.group_shares(split)
        # Where the company has agreed no quality rule, checks weigh on nobody's pay.
        has_rule = bool(self._policy.agreed.quality_tiers)
        return Facts(
            period=self._period,
            policies=(self._policy.agreed,),
            employments=self._employments(),
            time_wages=self._time_wages(),
            contributions=self._contributions(),
            tax=self._tax(),
            attendances=self._attendances(),
            rest_dates=empty(RestDates),
            shifts=rows.shifts(output, shares),
            leaves=rows.leaves(),
            output=output,
            group_shares=shares,
            inspections=rows.inspections(output, shares) if has_rule else empty(Inspections),
            amounts=rows.amounts(),
            adjustments=rows.adjustments(),
            base_differences=rows.base_differences(),
            task_types=rows.task_types,
            batches=rows.batches,
            codes=rows.codes,
            reasons=rows.reasons,
            is_extra=self._is_extra,
        )

    def _employments(self) -> Employments:
        people, rows = self._tables.employments, self._chosen.tolist()
        weekdays = people.texts("rest_weekdays")
        size = self._positions.size
        return Employments(
            policy=np.zeros(size, np.int64),
            employment_type=choices(people, "employment_type", EmploymentType)[self._chosen],
            hours_system=choices(people, "hours_system", HoursSystem)[self._chosen],
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
        rows = self._rows.paid_entries() & is_text(entries, "kind", EMPLOYEE_INSURANCE)
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
            method=choices(profiles, "tax_method", TaxMethod)[self._profile_of],
            is_month_counted=standings.is_month_counted[self._chosen],
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
        in_month = shifts.minutes("starts_at") // MINUTES_IN_DAY >= self._first
        is_late = shifts.ints("late_minutes") > self._policy.late_grace_minutes
        figures = self._tables.figures
        # One row more stands for who has no figures.
        stated = Positions(figures.ints("employment_id")).of(self._positions.ids)
        return replace(
            Attendances.full(size),
            mode=np.full(size, AttendanceMode.FROM_SHIFTS, np.int64),
            late_count=np.bincount(who[in_month & is_late & (who != NONE)], minlength=size),
            has_hours_worked=np.append(figures.is_known("worked_minutes"), False)[stated],
            hours_worked_minutes=np.append(figures.ints("worked_minutes"), 0)[stated],
            unused_leave_days=np.append(figures.ints("unused_leave_days"), 0)[stated],
        )


def _weekday_bits(weekdays: str) -> int:
    """Return the bits of ISO weekdays: ``"67"`` → bits 5 and 6."""
    return sum(1 << (int(weekday) - 1) for weekday in set(weekdays))
