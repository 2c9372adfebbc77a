"""Closed months."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_company
from workforce.core.period import PayPeriod
from workforce.platform.db import unit_of_work
from workforce.platform.locks import is_locked, lock, locked_periods, next_open

OCTOBER = PayPeriod(2026, 10)
periods = st.builds(PayPeriod, st.integers(2025, 2027), st.integers(1, 12))


@both_engines
def test_one_month_of_one_company_is_closed(session: Session) -> None:
    one, other = create_company(session), create_company(session)
    session.commit()
    with unit_of_work() as working:
        lock(working, one.id, OCTOBER, reason="payroll", account_id=None)
    assert is_locked(session, one.id, OCTOBER)
    assert not is_locked(session, one.id, OCTOBER.next())
    assert not is_locked(session, other.id, OCTOBER)
    assert locked_periods(session, one.id) == {OCTOBER}


@both_engines
def test_a_month_is_closed_once(session: Session) -> None:
    company = create_company(session)
    lock(session, company.id, OCTOBER, reason="payroll", account_id=None)
    lock(session, company.id, OCTOBER, reason="payroll", account_id=None)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@given(periods, st.frozensets(periods))
def test_a_late_fact_goes_to_the_first_open_month(
    period: PayPeriod, locked: frozenset[PayPeriod]
) -> None:
    found = next_open(period, locked)
    assert found >= period
    assert found not in locked
    while period < found:
        assert period in locked
        period = period.next()
