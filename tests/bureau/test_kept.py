"""Protected reports as they are kept: equal to what is filled anew, and never older than they may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.bureau.world import create_base
from tests.engines import both_engines
from tests.factories import create_account
from tests.factories.web import FormClient
from tests.queries import counted
from tests.statistics.seed import OCTOBER
from workforce.accounts.models import Account
from workforce.bureau.kept import Months, fill_protected, kept_report
from workforce.bureau.models import ReportSnapshot
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun
from workforce.people.models import Person
from workforce.platform import clock

SignIn = Callable[[Account], FormClient]
CODE = "employment"
TODAY = dt.datetime(2026, 11, 9, 9, tzinfo=clock.BASE_ZONE)


def kept(session: Session) -> tuple[str, dt.datetime]:
    """Return the report as it is kept now, in full, and when it was filled."""
    session.rollback()
    report, made_at = kept_report(session, CODE, Months(session), OCTOBER)
    return repr(report), made_at


@both_engines
def test_it_equals_what_is_filled_anew(session: Session) -> None:
    create_base(session)
    with clock.fixed(TODAY):
        first = kept(session)
        again = kept(session)
        filled = repr(fill_protected(session, CODE, OCTOBER))
    assert first == again
    assert first[0] == filled


def test_a_month_that_is_not_closed_is_filled_each_day(session: Session) -> None:
    """Until it is closed somebody's education may still be put right, say."""
    create_base(session)
    with clock.fixed(TODAY):
        before = kept(session)
        session.execute(update(Person).values(education="10"))
        session.commit()
        assert kept(session) == before
    with clock.fixed(TODAY + dt.timedelta(days=1)):
        after = kept(session)
        assert after[0] == repr(fill_protected(session, CODE, OCTOBER))
    assert after[0] != before[0]


def test_a_closed_month_stays_as_it_was_filled(session: Session) -> None:
    create_base(session)
    session.execute(update(PayrollRun).values(state="closed"))
    session.commit()
    with clock.fixed(TODAY):
        before = kept(session)
    with clock.fixed(TODAY + dt.timedelta(days=40)):
        assert kept(session) == before


def test_a_run_that_was_taken_back_is_told_at_once(session: Session) -> None:
    create_base(session)
    with clock.fixed(TODAY):
        before = kept(session)
        back = {"state": "calculated", "reviewed_by_id": None, "approved_by_id": None}
        session.execute(update(PayrollRun).values(**back))
        session.commit()
        with clock.fixed(TODAY + dt.timedelta(minutes=1)):
            assert kept(session)[1] > before[1]


def test_a_month_without_results_is_not_kept(session: Session) -> None:
    create_base(session)
    kept_report(session, CODE, Months(session), OCTOBER.next().next())
    assert session.scalar(select(func.count()).select_from(ReportSnapshot)) == 0


def test_the_page_reads_what_is_kept(app: Flask, session: Session, client_as: SignIn) -> None:
    create_base(session)
    account = create_account(session, Role.OFFICIAL)
    session.commit()
    client = client_as(account)
    first = client.get("/statistics/employment").text
    with counted(app) as statements:
        second = client.get("/statistics/employment").text
    table = "<main"
    assert first[first.index(table) :] == second[second.index(table) :]
    assert not [one for one in statements if "payslip_line" in one]
