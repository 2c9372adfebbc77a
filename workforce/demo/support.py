"""What the main company records for support: some people's papers, and a frozen claim of a tax credit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.demo.telling import FINANCE, reach
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import db
from workforce.subsidies import evidence, queries, service

if TYPE_CHECKING:
    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_GROUP: Final = "formerly_poor"
_SCHEME: Final = "hire_credit"
_MOST_PAPERS: Final = 7
"""Of the others the paper is missing: the list of those has something to show."""
_ISSUED_ON: Final = dt.date(2017, 11, 20)
_BEFORE: Final = dt.timedelta(days=3)
_LEFT_OUT: Final = "本期先不申报，核实后再报"
_NOTE: Final = "提醒的人员已逐一核实"


def tell_support(company_code: str, first: PayPeriod, last: PayPeriod, book: LawBook) -> None:
    """Let finance record papers and claim for the paid months before ``last``; an administrator freezes it.

    Once; and never where no month before the last one is paid, or nobody is of the group.
    """
    _, scope = reach(company_code)
    session = db.session()
    if first >= last or queries.claim_rows(session, scope):
        return
    finance = actor_of(account_named(session, FINANCE))
    with clock.fixed(clock.now() - _BEFORE):
        chosen = _of_the_group(scope, first)
        for number, employment_id in enumerate(chosen, start=1):
            paper = evidence.Paper(
                kind="poverty_relief",
                number=f"5002360010{number:04d}",
                issued_on=_ISSUED_ON,
                valid_until=None,
                level=None,
            )
            evidence.enter(scope, employment_id, paper, None, finance)
        if chosen:
            begin = max(first, last.previous().previous())
            _claim(scope, (begin, last.previous()), finance, book)


def _of_the_group(scope: Scope, first: PayPeriod) -> list[int]:
    """Return the first employees of the group who were there before the first month."""
    session = db.session()
    persons = {
        row.person_id
        for row in session.execute(people.key_groups(scope))
        if row.key_group == _GROUP
    }
    job = people.all_employments(scope).subquery()
    rows = session.execute(
        select(job.c.employment_id, job.c.person_id)
        .where(
            job.c.employment_type == "full_time",
            job.c.hired_on < first.first_on,
            job.c.separated_on.is_(None),
        )
        .order_by(job.c.employee_no)
    )
    return [row.employment_id for row in rows if row.person_id in persons][:_MOST_PAPERS]


def _claim(
    scope: Scope, months: tuple[PayPeriod, PayPeriod], finance: Actor, book: LawBook
) -> None:
    """Make a claim, leave out whom the check stops, and freeze it."""
    claim_id = service.make(scope, _SCHEME, *months, finance, book)
    found = service.check(scope, claim_id, finance, book)
    stopped = sorted({one.employment_id for kind, one in found.findings if kind.is_blocking})
    for employment_id in stopped:
        service.leave_out(scope, claim_id, employment_id, _LEFT_OUT, finance)
    if stopped:
        found = service.check(scope, claim_id, finance, book)
    service.freeze(scope, claim_id, _NOTE if found.findings else "", audit.CLI, book)
