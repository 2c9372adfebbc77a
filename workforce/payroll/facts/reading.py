"""All that one company's pay month reads from the database, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, select

from workforce.attendance import queries as attendance
from workforce.companies import queries as companies
from workforce.core.facts import NONE, HoursClass, date_of, day_number
from workforce.payroll import queries as payroll
from workforce.payroll.facts.basis import REGULAR
from workforce.payroll.facts.columns import Numbers, Table, no_rows, read, read_numbers
from workforce.payroll.facts.prices import with_prices
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import queries as production
from workforce.quality import queries as quality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.core.money import Column
    from workforce.core.period import PayPeriod
    from workforce.payroll.facts.basis import Basis

_LARGEST_KEY: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTables:
    """The rows as they are stored; the names of the columns are those of the slices' queries."""

    employments: Table
    """Employed in the month, or paid in it for something earlier."""
    kin: Table
    """Every employment, in any company, of a person who has ever worked for this company."""
    policies: Table
    profiles: Table
    entries: Table
    adjustments: Table
    states: Table
    """Last payslip of the year before the month, by each method of withholding."""
    openings: Table
    output: Numbers
    """Summed, and priced by ``with_prices``."""
    idle_output: Numbers
    """Days of the month with output, of whatever state and pay month, but without a shift."""
    shares: Numbers
    """Groups' output by member, priced by ``with_prices``; ``payroll.facts.shares`` splits it."""
    inspections: Numbers
    task_types: Table
    batches: Table
    """Those that output or inspections name, and perhaps others."""
    shifts: Numbers
    leaves: Table
    absences: Table
    figures: Table
    """Hours and leave days stated of the period without records of days."""
    base_differences: Table
    """Settled with the period; of half months with the last one."""


def read_month(
    session: Session,
    company_id: int,
    period: PayPeriod,
    person_id: int | None = None,
    basis: Basis = REGULAR,
) -> MonthTables:
    """Read everything; the number of statements does not depend on the number of people.

    With ``person_id`` only what decides on that person's pay: the own rows, and of the groups that
    the person works in what the split asks for. ``basis``: which of the period's runs reads.
    """
    scope = books(company_id, person_id)
    if basis.is_extra:
        agreed = _read_people(session, scope, period, basis, _kin(scope))
        nothing: dict[str, Any] = {item.name: no_rows() for item in fields(MonthTables)}
        return MonthTables(**{**nothing, **agreed})
    first_on, last_on = period.first_on, period.last_on

    def payable(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return _payable(rows, scope, period, basis)

    def many(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """Keep so few rows of a half month; of a month the others would cost more than they are."""
        return payable(rows) if period.half or basis.order else rows

    codes = {"hours_class": [member.code for member in HoursClass]}
    names = ("employment_id", "task_type_id", "work_on", "batch_id", "hours_class", "accepted_qty")
    prices = read(
        session,
        production.prices(scope).order_by(None),
        "task_type_id",
        "valid_from",
        "valid_to",
        "unit_price",
    )
    output = read_numbers(session, production.output_sums(scope, period), *names, codes=codes)
    if not period.half:
        strayed = production.strayed_sums(scope, period)
        output = output.followed_by(read_numbers(session, strayed, *names, codes=codes))
    output = with_prices(output, prices)
    shares = with_prices(
        read_numbers(
            session,
            production.payable_shares(scope, period),
            *names,
            "output_record_id",
            "is_by_hours",
            "share_weight",
            codes=codes,
        ),
        prices,
    )
    inspections = read_numbers(
        session,
        quality.inspections(scope, period).order_by(None),
        "employment_id",
        "batch_id",
        "task_type_id",
        "sampled_qty",
        "error_qty",
    )
    order_id = None if basis.order is None else basis.order.order_id
    newest_id = session.scalar(payroll.newest_output_when_locked(scope, period, order_id))
    first_shift = first_shift_day(period, output, shares)
    members = shares.ints("employment_id")
    whose = scope if person_id is None else Scope.company(company_id)
    shifts = attendance.shifts(whose, first_shift, last_on).order_by(None)
    kin = _kin(scope)
    if person_id is not None:
        own = session.scalars(people.employment_ids(scope))
        known = sorted({*own, *members.tolist()})
        shifts = shifts.where(shifts.selected_columns["employment_id"].in_(known))
        kin = _kin(scope, also=known)
    return MonthTables(
        **_read_people(session, scope, period, basis, kin),
        adjustments=read(
            session,
            payable(payroll.adjustments(scope, period)),
            "employment_id",
            "for_period",
            "pay_period",
            "amount",
            "reason",
        ),
        output=output,
        shares=shares,
        idle_output=read_numbers(
            session,
            many(_output_without_shift(scope, period, newest_id)),
            "employment_id",
            "work_on",
        ),
        inspections=inspections,
        task_types=read(session, production.task_type_names(), "task_type_id", "task_type_code"),
        batches=read(
            session,
            _batches(
                scope,
                *(rows.ints("batch_id", missing=NONE) for rows in (output, shares, inspections)),
            ),
            "batch_id",
            "batch_code",
        ),
        shifts=read_numbers(
            session,
            # A share by hours is reckoned from the shifts of all who worked together.
            shifts if shares.size else many(shifts),
            "employment_id",
            "starts_at",
            "ends_at",
            "break_minutes",
            "is_in_lieu",
            "late_minutes",
        ),
        leaves=read(
            session,
            many(attendance.leaves(scope, first_on, last_on)),
            "employment_id",
            "kind",
            "first_on",
            "last_on",
            "half",
        ),
        absences=read(
            session,
            many(attendance.absences(scope, first_on, last_on)),
            "employment_id",
            "absent_on",
        ),
        figures=read(
            session,
            attendance.month_figures(scope, period).order_by(None),
            "employment_id",
            "worked_minutes",
            "unused_leave_days",
        ),
        base_differences=read(
            session,
            payroll.base_differences(scope, period.whole if period.ends_month else period).order_by(
                None
            ),
            "employment_id",
            "for_period",
            "charged_base_amount",
            "owed_base_amount",
        ),
    )


def _payable(
    rows: Select[*tuple[Any, ...]], scope: Scope, period: PayPeriod, basis: Basis
) -> Select[*tuple[Any, ...]]:
    """Keep the rows of those whom the run pays."""
    found = rows.order_by(None).subquery()
    return select(found).where(
        people.of_cycle(scope, period, found.c.employment_id),
        basis.pays(period, found.c.employment_id),
    )


def _read_people(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    basis: Basis,
    kin: Select[*tuple[Any, ...]],
) -> dict[str, Table]:
    """Read who is paid, what was agreed, and where the year stands: all that an extra payment reads."""
    also = basis.people() if basis.order else _paid_afterwards(scope, period)
    return {
        "employments": read(
            session,
            _payable(people.employments(scope, period, also=also), scope, period, basis),
            "employment_id",
            "person_id",
            "employee_no",
            "employment_type",
            "hours_system",
            "rest_weekdays",
            "hired_on",
            "separated_on",
        ),
        "kin": read(
            session,
            kin,
            "employment_id",
            "company_id",
            "person_id",
            "employee_no",
            "hired_on",
            "separated_on",
        ),
        "policies": read(
            session,
            companies.pay_policy(scope, period),
            "valid_to",
            "quality_basis",
            "quality_tiers",
            "night_allowance_amount",
            "attendance_bonus_amount",
            "holiday_day_wage_amount",
            "has_irregular_holiday_pay",
            "has_union_fund",
            "work_injury_rate",
            "late_grace_minutes",
            "pay_day",
        ),
        "profiles": read(
            session,
            people.pay_profiles(scope, period),
            "employment_id",
            "valid_to",
            "base_pay_amount",
            "overtime_base_amount",
            "contribution_base_amount",
            "fund_base_amount",
            "fund_employee_rate",
            "fund_employer_rate",
            "average_monthly_wage_amount",
            "tax_method",
            "is_deduct_60000",
            "is_first_wage_of_year",
        ),
        "entries": read(
            session,
            _payable(basis.entries(scope, period), scope, period, basis),
            "employment_id",
            "kind",
            "code",
            "period_from",
            "sequence",
            "amount",
        ),
        "states": read(
            session,
            payroll.latest_states(
                scope,
                period,
                basis.decided_number,
                # What an extra payment was taxed by must not be calculated again behind it.
                is_decided_only=basis.order is not None,
            ),
            "employment_id",
            "tax_method",
            "period",
            "decided_number",
            "reached_period",
            "tax_income_amount",
            "tax_insurance_and_fund_amount",
            "tax_special_amount",
            "tax_other_amount",
            "tax_personal_pension_amount",
            "tax_certificate_amount",
            "tax_withheld_amount",
            "tax_months",
            "is_separate_bonus_used",
            "has_rent",
            "has_housing_loan",
        ),
        "openings": read(
            session,
            people.tax_openings(scope, period.year),
            "employment_id",
            "through_period",
            "income_amount",
            "insurance_and_fund_amount",
            "special_amount",
            "other_amount",
            "personal_pension_amount",
            "certificate_amount",
            "withheld_amount",
            "months",
            "is_separate_bonus_used",
        ),
    }


def books(company_id: int, person_id: int | None = None) -> Scope:
    """Return the scope of a company's books, or of one person in them."""
    return Scope.company(company_id) if person_id is None else Scope.employee(company_id, person_id)


def first_shift_day(period: PayPeriod, *made: Table) -> dt.date:
    """Return the first day whose shifts can matter.

    A week is judged whole and a night shift reaches into the next day: the Monday of the month's
    first week, or the day before the first if that is earlier; and the same around the oldest output
    that is paid in this month, whose hours its shifts decide.
    """
    earliest = day_number(period.first_on)
    for output in made:
        earliest = min(earliest, int(output.days("work_on").min(initial=earliest)))
    day = date_of(earliest)
    return day - dt.timedelta(days=max(day.weekday(), 1))


def _batches(scope: Scope, *used: Column) -> Select[*tuple[Any, ...]]:
    """Codes of batches by key: those of the company between the lowest and the highest in use."""
    if scope.kind is ScopeKind.EMPLOYEE:
        chosen = sorted({key for keys in used for key in keys.tolist()} - {NONE})
        batches = production.batch_names().subquery()
        return select(batches).where(batches.c.batch_id.in_(chosen))
    lowest = min(int(keys[keys != NONE].min(initial=_LARGEST_KEY)) for keys in used)
    highest = max(int(keys.max(initial=NONE)) for keys in used)
    batches = production.batches(scope).subquery()
    return select(batches.c.batch_id, batches.c.batch_code).where(
        batches.c.batch_id.between(lowest, highest)
    )


def _paid_afterwards(scope: Scope, period: PayPeriod) -> Select[int]:
    """Ids of employments that are paid in the month whether they still last or not."""
    output = production.employments_paid_for(scope, period)
    amounts = payroll.employments_with_amounts(scope, period)
    return select(output.union(amounts).subquery().c.employment_id)


def _kin(scope: Scope, also: Sequence[int] = ()) -> Select[*tuple[Any, ...]]:
    """Employments everywhere of the persons in scope, and of some ``also``, by employment id."""
    everywhere = people.all_employments(Scope.base()).subquery()
    here = people.all_employments(Scope.base() if also else scope).subquery()
    persons = select(here.c.person_id)
    if also:
        persons = persons.where(here.c.employment_id.in_(also))
    return select(everywhere).where(everywhere.c.person_id.in_(persons))


def _output_without_shift(
    scope: Scope, period: PayPeriod, newest_id: int | None
) -> Select[int, dt.date]:
    """Days that output alone shows; of a closed month those that it showed when it was closed."""
    days = production.output_days(scope, period.first_on, period.last_on, newest_id).subquery()
    is_shown = attendance.has_shift(days.c.employment_id, days.c.work_on)
    # Few days are left: only they are looked at for doubles.
    return select(days.c.employment_id, days.c.work_on).where(~is_shown).distinct()
