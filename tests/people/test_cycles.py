"""Which closed periods bind whom, and where late facts go (FIN-36)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.people.service import PayCycles
from workforce.platform import locks

pytestmark = pytest.mark.feature("FIN-36")

OCTOBER = PayPeriod(2026, 10)
FIRST, SECOND = OCTOBER.halves
NOVEMBER = OCTOBER.next()


def close(session: Session, company: Company, *periods: PayPeriod) -> PayCycles:
    for period in periods:
        locks.lock(session, company.id, period, reason="run", account_id=None)
    session.flush()
    return PayCycles.read(session, company.id)


def hire(session: Session, company: Company, number: str, *halves: tuple[str, str | None]) -> int:
    """Employ somebody from 20 September, by half months between some days; return the key."""
    row = factories.create_employment(
        session,
        company,
        employee_no=number,
        hired_on=dt.date(2026, 9, 20),
        employment_type="part_time",
    )
    for start, end in halves:
        factories.create_pay_profile(
            session,
            row,
            valid_from=dt.date.fromisoformat(start),
            valid_to=dt.date.fromisoformat(end) if end else None,
            pay_cycle="half_month",
        )
    return row.id


@both_engines
def test_a_late_fact_goes_to_the_next_open_period_of_its_cycle(session: Session) -> None:
    company = factories.create_company(session)
    month = hire(session, company, "M1")
    half = hire(session, company, "H1", ("2026-10-01", "2026-11-01"))
    cycles = close(session, company, OCTOBER, FIRST)
    on = dt.date(2026, 10, 3)
    assert cycles.next_open(month, on) == NOVEMBER
    assert cycles.next_open(half, on) == SECOND
    # From November on this person is paid by the month.
    assert close(session, company, SECOND).next_open(half, on) == NOVEMBER


@both_engines
def test_closed_periods_bind_the_people_of_their_cycle(session: Session) -> None:
    company = factories.create_company(session)
    month = hire(session, company, "M1")
    half = hire(session, company, "H1", ("2026-10-01", None))
    september = OCTOBER.previous()
    cycles = close(session, company, september, *september.halves, OCTOBER, FIRST)
    assert cycles.binding(month) == {september, OCTOBER}
    # By the month in September; nobody is bound by a half in which they were not employed.
    assert cycles.binding(half) == {september, FIRST}
    assert cycles.binding(month, "half_month", since=dt.date(2026, 9, 20)) == {
        september,
        september.halves[1],
        OCTOBER,
        FIRST,
    }
    assert cycles.binding(None, "half_month", since=dt.date(2026, 10, 16)) == frozenset()
    assert cycles.binding(None, "month") == {september, OCTOBER}
    assert cycles.last_parts(half) == {september}
    assert cycles.closed_in(half, OCTOBER) == FIRST
    assert cycles.closed_in(half, SECOND) is None
    assert not cycles.has_paid(half, OCTOBER)


@both_engines
def test_a_groups_work_waits_for_an_open_period_of_all_its_members(session: Session) -> None:
    company = factories.create_company(session)
    hire(session, company, "M1")
    cycles = close(session, company, SECOND)
    assert cycles.next_open(None, dt.date(2026, 10, 30)) == OCTOBER
    hire(session, company, "H1", ("2026-10-01", None))
    cycles = PayCycles.read(session, company.id)
    # What is given to the month is paid to half months' members by its second half, which is closed.
    assert cycles.next_open(None, dt.date(2026, 10, 30)) == NOVEMBER


@both_engines
def test_work_given_to_the_other_cycle_is_paid_by_the_own(session: Session) -> None:
    company = factories.create_company(session)
    month = hire(session, company, "M1")
    half = hire(session, company, "H1", ("2026-10-01", None))
    cycles = close(session, company)
    assert cycles.paid_in(month, FIRST) == OCTOBER
    assert cycles.paid_in(half, OCTOBER) == SECOND
    assert cycles.paid_in(half, FIRST) == FIRST
    assert cycles.within(half, OCTOBER, dt.date(2026, 11, 5)) == SECOND
    assert cycles.within(half, OCTOBER, dt.date(2026, 9, 28)) == FIRST
