"""What stands in a month's way by law or by contract: each found by a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import String, cast, or_, select, union

from workforce.attendance import queries as attendance
from workforce.core.law import NATIONAL
from workforce.core.period import PayPeriod
from workforce.core.rules.night_work import night_minutes
from workforce.payroll import queries
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.selects.reach import FINAL_STATES
from workforce.payroll.stages.finders import NOTHING, Place, find_people, paid_here
from workforce.people import findings
from workforce.people import queries as people
from workforce.production import queries as production

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from workforce.payroll.stages.finders import Asked, Found

_EPOCH: Final = dt.datetime(1970, 1, 1)


def shifts_without_output(asked: Asked) -> Found:
    """People paid by the piece who have shifts in the month and no output of any state."""
    first_on, last_on = asked.period.first_on, asked.period.last_on
    shift = attendance.shifts(asked.scope, first_on, last_on).order_by(None).subquery()
    output = production.output_days(asked.scope, first_on, last_on).order_by(None).subquery()
    shared = production.payable_shares(asked.scope, asked.period).order_by(None).subquery()
    profile = people.pay_profiles(asked.scope, asked.period).order_by(None).subquery()
    who = paid_here(asked).subquery()
    return find_people(
        asked,
        select(who.c.employment_id).where(
            who.c.employment_id.in_(select(shift.c.employment_id)),
            who.c.employment_id.in_(
                select(profile.c.employment_id).where(profile.c.base_pay_amount == 0)
            ),
            who.c.employment_id.not_in(select(output.c.employment_id)),
            who.c.employment_id.not_in(select(shared.c.employment_id)),
        ),
        Place("production.output", {"period": str(asked.period.whole)}),
    )


def records_outside_employment(asked: Asked) -> Found:
    """People with a shift or output on a day of the month before they came or after they left."""
    first_on, last_on = asked.period.first_on, asked.period.last_on
    shift = attendance.shifts(asked.scope, first_on, last_on).order_by(None).subquery()
    output = production.output_days(asked.scope, first_on, last_on).order_by(None).subquery()
    days = union(
        select(shift.c.employment_id, shift.c.work_on),
        select(output.c.employment_id, output.c.work_on),
    ).subquery()
    everybody = people.all_employments(asked.scope).subquery()
    return find_people(
        asked,
        select(everybody.c.employment_id)
        .join(days, days.c.employment_id == everybody.c.employment_id)
        .where(
            or_(days.c.work_on < everybody.c.hired_on, days.c.work_on > everybody.c.separated_on)
        ),
        employed=False,
    )


def contract_ended(asked: Asked) -> Found:
    """People still employed whose contract has run out and was not renewed."""
    who = paid_here(asked).subquery()
    ended = findings.employments_with_ended_contract(asked.scope, asked.period.last_on)
    return find_people(asked, select(who.c.employment_id).where(who.c.employment_id.in_(ended)))


def sender_unknown(asked: Asked) -> Found:
    """Dispatched people without the name or the credit code of the unit that sends them."""
    who = paid_here(asked).subquery()
    unknown = findings.dispatched_by_unknown(asked.scope)
    return find_people(asked, select(who.c.employment_id).where(who.c.employment_id.in_(unknown)))


def identity_incomplete(asked: Asked) -> Found:
    """People of whom the wage ledger and the tax client need more: a phone number."""
    who = paid_here(asked).subquery()
    without = findings.employments_without_phone(asked.scope)
    return find_people(asked, select(who.c.employment_id).where(who.c.employment_id.in_(without)))


def under_age(asked: Asked) -> Found:
    """People who are younger than anybody may be who works."""
    youngest = _years_before(asked, "minimum_working_age", asked.period.first_on)
    who = paid_here(asked).subquery()
    born_later = findings.employments_born_after(asked.scope, youngest)
    return find_people(
        asked, select(who.c.employment_id).where(who.c.employment_id.in_(born_later))
    )


def minors_at_night(asked: Asked) -> Found:
    """Minors with a shift in the month that reaches into a night."""
    first_on, last_on = asked.period.first_on, asked.period.last_on
    adults = _years_before(asked, "adult_age", first_on)
    minors = findings.employments_born_after(asked.scope, adults)
    shift = attendance.shifts(asked.scope, first_on, last_on).order_by(None).subquery()
    rows = asked.session.execute(
        select(shift.c.employment_id, shift.c.work_on, shift.c.starts_at, shift.c.ends_at).where(
            shift.c.employment_id.in_(minors)
        )
    ).all()
    if not rows:
        return NOTHING
    chosen = findings.birthdays(asked.scope, sorted({row.employment_id for row in rows}))
    born = {row.employment_id: row.born_on for row in asked.session.execute(chosen)}
    years = _years(asked, "adult_age")
    starts, ends = (
        np.array([(at - _EPOCH) // dt.timedelta(minutes=1) for at in column], dtype=np.int64)
        for column in ([row.starts_at for row in rows], [row.ends_at for row in rows])
    )
    at_night = {
        row.employment_id
        for row, minutes in zip(rows, night_minutes(starts, ends).tolist(), strict=True)
        if minutes and born[row.employment_id] > _before(row.work_on, years)
    }
    return find_people(asked, _these(asked, sorted(at_night)), employed=False)


def deduct_60000_refuted(asked: Asked) -> Found:
    """People whose 60000 are deducted at once though last December's payslip here speaks against it.

    国家税务总局公告2020年第19号: wages from here in every month of last year, 60000 at most together; whether a
    bonus that was taxed on its own is among them is not verified, and it is left out. Of whom the books know no
    December what was declared counts.
    """
    december = PayPeriod(asked.period.year - 1, 12)
    most = asked.book.value("basic_deduction_year", NATIONAL, asked.period.last_on, "month_check")
    refuted = (
        select(Payslip.employment_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == asked.company_id,
            PayrollRun.period.in_([str(december), str(december.halves[1])]),
            PayrollRun.state.in_(FINAL_STATES),
            queries.counts(),
            or_(Payslip.tax_income_amount > most.integer, Payslip.tax_months < december.month),
        )
    )
    profile = people.pay_profiles(asked.scope, asked.period).order_by(None).subquery()
    who = paid_here(asked).subquery()
    return find_people(
        asked,
        select(who.c.employment_id)
        .join(profile, profile.c.employment_id == who.c.employment_id)
        .where(profile.c.is_deduct_60000, who.c.employment_id.in_(refuted)),
    )


def overtime_over(asked: Asked) -> Found:
    """People whose overtime of the month is over the limit, as their payslips remark."""
    return _remarked(asked, "overtime_over_limit")


def deductions_over(asked: Asked) -> Found:
    """People from whom not all could be taken that is claimed: the law left no room for it."""
    return _remarked(asked, "quality_deduction_without_room", "damages_deduction_without_room")


def _remarked(asked: Asked, *codes: str) -> Found:
    """Find whose payslip has a remark: the engine has said so, nothing is reckoned again."""
    if asked.run is None:
        return NOTHING
    notes = cast(Payslip.notes, String)
    return find_people(
        asked,
        select(Payslip.employment_id).where(
            Payslip.run_id == asked.run.id,
            or_(*(notes.contains(f'"{code}"', autoescape=True) for code in codes)),
        ),
        Place("payroll.run", {"run_id": asked.run.id, "_anchor": "remarks-of-run"}),
        employed=False,
    )


def _these(asked: Asked, employment_ids: Sequence[int]) -> Select[int]:
    everybody = people.all_employments(asked.scope).subquery()
    return select(everybody.c.employment_id).where(everybody.c.employment_id.in_(employment_ids))


def _years(asked: Asked, code: str) -> int:
    return asked.book.value(code, NATIONAL, asked.period.first_on, "month_check").integer


def _years_before(asked: Asked, code: str, on: dt.date) -> dt.date:
    return _before(on, _years(asked, code))


def _before(on: dt.date, years: int) -> dt.date:
    """Return the birthday of who becomes so old on a day; who is born later is younger."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        # Born on the 28th or 1st: nobody is so old on a 29th of February of a year that has none.
        return on.replace(year=on.year - years, day=28)
