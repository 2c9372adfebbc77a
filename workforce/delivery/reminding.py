"""Reminding people to sign for their payslips: on their own pages, and by mail where there is one.

A reminder is written down before its mail goes out, so that nobody is reminded twice in seven days
whatever happens to the mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from flask import url_for
from sqlalchemy.exc import IntegrityError

from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.delivery import queries, words
from workforce.delivery.mailing import MOST_IN_VAIN, addresses
from workforce.delivery.models import PayslipReminder
from workforce.documents.run_reading import RunReader
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.installation import installation
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.mail import Outcome, Postman, compose
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope

DAYS_BETWEEN: Final = 7
"""A payslip is reminded of once in so many days at most."""
GRACE: Final = dt.timedelta(days=3)
"""So long people are left to sign by themselves; finance may ask for a reminder earlier."""
_CHUNK: Final = 50


def remind_waiting(task: Task, progress: Progress) -> Mapping[str, Any]:
    """Remind of every unsigned payslip, of one run or of all; return how many were reminded and mailed."""
    run_id = task.params.get("run_id")
    # What a person asks for is asked for now.
    grace = GRACE if run_id is None else dt.timedelta(0)
    waiting = queries.to_remind(db.session(), clock.now(), grace, run_id)
    progress.step("remind_payslips", total=len(waiting))
    counted = {"reminded": 0, "mailed": 0, "rested": 0}
    is_up = installation().mail is not None
    for (of_run, company_id), rows in groupby(
        waiting, key=lambda row: (row.run_id, row.company_id)
    ):
        due = [row.payslip_id for row in rows if _claimed(row.payslip_id, counted)]
        if is_up and due:
            is_up = _mail(of_run, company_id, due, progress, counted)
        else:
            progress.advance(len(due))
    result = {"run_id": run_id, **counted}
    with unit_of_work() as session:
        progress.complete(session, result)
    return result


def _claimed(payslip_id: int, counted: dict[str, int]) -> bool:
    """Write a reminder down; tell whether there was none in the last days."""
    now = clock.now()
    with unit_of_work() as session:
        known = session.get(PayslipReminder, payslip_id, with_for_update=True)
        if known is not None and _days(known.reminded_at, now) < DAYS_BETWEEN:
            counted["rested"] += 1
            return False
        try:
            with session.begin_nested():
                if known is None:
                    session.add(PayslipReminder(payslip_id=payslip_id, reminded_at=now, times=1))
                else:
                    known.reminded_at, known.times = now, known.times + 1
        except IntegrityError:
            # Two asked at once: the other one reminds.
            return False
    counted["reminded"] += 1
    return True


def _days(since: dt.datetime, now: dt.datetime) -> int:
    return (clock.to_base(now).date() - clock.to_base(since).date()).days


def _mail(
    run_id: int,
    company_id: int,
    payslip_ids: Sequence[int],
    progress: Progress,
    counted: dict[str, int],
) -> bool:
    """Send the mails of reminders that were just written down, to whoever has an address.

    Tell whether the server is there; once it is not, people find the reminder on their own page alone.
    """
    server, in_vain = installation().mail, 0
    if server is None:
        return False
    reader = RunReader.open(db.session(), Scope.company(company_id), run_id)
    keys = [key for key in reader.keys if key.payslip_id in set(payslip_ids)]
    with Postman(server) as postman:
        for start in range(0, len(keys), _CHUNK):
            views = reader.views(db.session(), keys[start : start + _CHUNK])
            known = addresses(company_id, views)
            db.session().rollback()
            for view in views:
                address = known.get(view.employment_id)
                if address is not None:
                    message = compose(
                        server,
                        address,
                        words.reminder_subject(view),
                        words.reminder_body(view),
                        sender_name=view.company_name,
                    )
                    outcome = postman.send(message).outcome
                    counted["mailed"] += outcome is Outcome.SENT
                    in_vain = in_vain + 1 if outcome in {Outcome.LATER, Outcome.UNKNOWN} else 0
                    if in_vain >= MOST_IN_VAIN:
                        return False
                progress.advance()
    return True


def _said(result: Mapping[str, Any]) -> Text:
    reminded, mailed, rested = result["reminded"], result["mailed"], result["rested"]
    return Text(
        f"已提醒 {reminded} 人（其中邮件 {mailed} 封），{rested} 人七天内提醒过，没有再提醒",
        f"people reminded: {reminded} ({mailed} by mail); reminded less than 7 days ago: {rested}",
    )


def _link(result: Mapping[str, Any]) -> str | None:
    run_id = result.get("run_id")
    return None if run_id is None else url_for("delivery.of_run", run_id=run_id)


REMIND: Final = JobKind(
    "remind_payslips",
    remind_waiting,
    Permission.PAYROLL_RUN_PUBLISH,
    link=_link,
    summary=_said,
)
REMIND_WEEKLY: Final = DefaultSchedule(REMIND, "5 9 * * 1", catches_up=False)
"""Monday morning."""
