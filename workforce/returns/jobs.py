"""What the worker does for returns: compute confirmed months again, and remind whoever is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import url_for

from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text, plural
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.installation import installation
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.law_book import law_book
from workforce.platform.mail import Outcome, Postman, compose
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope
from workforce.returns import queries, service
from workforce.returns.models import ReturnReminder
from workforce.returns.queries import OPEN

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.config import MailServer
    from workforce.platform.audit import Actor
    from workforce.returns.queries import Standing

MONTHS_COMPUTED: Final = 12
DAYS_BETWEEN: Final = 7
"""The schedule reminds a company of a month once in so many days; a person may once a day."""
DAYS_AHEAD: Final = 3
"""So long before the deadline the schedule begins to remind."""
MOST_IN_VAIN: Final = 3
"""So many mails in a row without a yes or a no: the server is down."""


def _compute(task: Task, progress: Progress) -> Mapping[str, Any]:
    """Compute what companies in the system report, month by month, in a transaction each."""
    del task
    today = clock.today()
    wanted = [
        (reporter, month)
        for reporter in queries.reporters(db.session(), Scope.base())
        if not reporter.is_typed
        for month in queries.expected_months(reporter, today)[: MONTHS_COMPUTED + 1]
        if month.end_on <= today
    ]
    progress.step("compute_returns", total=len(wanted))
    decided = 0
    for reporter, month in wanted:
        with unit_of_work() as session:
            decided += service.compute_again(session, reporter, month)
        progress.advance()
    result = {"months": decided}
    with unit_of_work() as session:
        progress.complete(session, result)
    return result


def _remind(task: Task, progress: Progress) -> Mapping[str, Any]:
    """Remind the companies that have something to do, of one month or of all that are expected."""
    asked = task.params.get("period")
    months = [PayPeriod.parse_month(asked)] if asked else _months()
    session = db.session()
    found = queries.standings(session, Scope.base(), months, clock.today(), law_book().calendar())
    waiting = [one for one in found if _is_to_remind(one, is_asked=asked is not None)]
    progress.step("remind_returns", total=len(waiting))
    counted = {"reminded": len(waiting), "mailed": 0}
    server, in_vain = installation().mail, 0
    for one in waiting:
        with unit_of_work() as writing:
            _note(writing, one, task.actor)
        # What was written down is not said twice, whatever becomes of the mail.
        if server is not None and one.reporter.mail and in_vain < MOST_IN_VAIN:
            outcome = _mail(server, one)
            counted["mailed"] += outcome is Outcome.SENT
            in_vain = in_vain + 1 if outcome in {Outcome.LATER, Outcome.UNKNOWN} else 0
        progress.advance()
    result = {"period": asked, **counted}
    with unit_of_work() as writing:
        progress.complete(writing, result)
    return result


def _months() -> list[PayPeriod]:
    month, found = PayPeriod.of(clock.today()), []
    for _ in range(MONTHS_COMPUTED):
        month = month.previous()
        found.append(month)
    return found


def _is_to_remind(one: Standing, *, is_asked: bool) -> bool:
    is_near = one.today + dt.timedelta(days=DAYS_AHEAD) >= one.deadline.on
    if one.state not in OPEN or not is_near:
        return False
    if one.reminded_at is None:
        return True
    days = (one.today - clock.to_base(one.reminded_at).date()).days
    return days >= (1 if is_asked else DAYS_BETWEEN)


def _note(session: Session, one: Standing, actor: Actor) -> None:
    key = (one.reporter.company_id, str(one.month))
    known = session.get(ReturnReminder, key, with_for_update=True)
    if known is None:
        session.add(
            ReturnReminder(company_id=key[0], period=key[1], reminded_at=clock.now(), times=1)
        )
    else:
        known.reminded_at, known.times = clock.now(), known.times + 1
    audit.record(
        session,
        actor,
        "return.remind",
        "company",
        one.reporter.company_id,
        company_id=one.reporter.company_id,
        after={"period": str(one.month)},
    )


def _mail(server: MailServer, one: Standing) -> Outcome:
    subject, body = words(one)
    message = compose(server, one.reporter.mail or "", subject.zh, f"{body.zh}\n\n{body.en}\n")
    with Postman(server) as postman:
        return postman.send(message).outcome


def words(one: Standing) -> tuple[Text, Text]:
    """Return subject and text of a reminder: the month, the deadline, where to go; no figure."""
    month, on = one.month, one.deadline.on.isoformat()
    late = one.overdue_days
    due = Text(
        f"期限 {on}，已逾期 {late} 天" if late else f"期限 {on}",
        f"due on {on}, {late} {plural(late, 'day', 'days')} late" if late else f"due on {on}",
    )
    return (
        Text(f"请报送 {month} 月报（{due.zh}）", f"Monthly return of {month} ({due.en})"),
        Text(
            f"{one.reporter.name}：{month} 的月报还没有办完，{due.zh}。请登录系统，在“月报报送”里填报或确认。",
            f"{one.reporter.name}: the monthly return of {month} is not done, {due.en}. Sign in and file "
            "or confirm it under Monthly return.",
        ),
    )


COMPUTE: Final = JobKind(
    "compute_returns",
    _compute,
    permission=Permission.SCHEDULE_MANAGE,
    summary=lambda result: Text(
        f"{result['months']} 个月份已重新计算", f"months computed again: {result['months']}"
    ),
)
REMIND: Final = JobKind(
    "remind_returns",
    _remind,
    permission=Permission.RETURN_DECIDE,
    link=lambda result: url_for("returns.listing", period=result.get("period")),
    summary=lambda result: Text(
        f"已催报 {result['reminded']} 家次，发出邮件 {result['mailed']} 封",
        f"{result['reminded']} reminders, {result['mailed']} mails sent",
    ),
)

JOBS: Final = (COMPUTE, REMIND)
SCHEDULES: Final = (
    DefaultSchedule(COMPUTE, "20 4 * * *"),
    DefaultSchedule(REMIND, "10 9 * * *", catches_up=False),
)
