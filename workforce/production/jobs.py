"""Scheduled work that needs both attendance and output: marking workdays without any record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workforce.attendance.absences import first_day, mark_absences, rules
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.law_book import law_book
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope
from workforce.production import queries


def _mark(task: Task, progress: Progress) -> Mapping[str, Any]:
    """Mark each company that wants it in a transaction of its own."""
    calendar = law_book().calendar()
    today = clock.today()
    wanted = rules(db.session())
    progress.step("mark_absences", total=len(wanted))
    added = removed = 0
    for rule in wanted:
        with unit_of_work() as session:
            first_on = first_day(session, rule, today)
            rows = session.execute(
                queries.output_days(Scope.company(rule.company_id), first_on, today)
            )
            done = mark_absences(
                session,
                task.actor,
                rule,
                today,
                calendar,
                [(row[0], row[1]) for row in rows],
            )
        added, removed = added + done.added, removed + done.removed
        progress.advance()
    return {"added": added, "removed": removed}


MARK_ABSENCES: Final = JobKind(
    "mark_absences",
    _mark,
    summary=lambda result: Text(
        f"标记旷工 {result['added']} 人日，取消标记 {result['removed']} 人日",
        f"{result['added']} person-days marked as absence, {result['removed']} marks taken back",
    ),
)

JOBS: Final = (MARK_ABSENCES,)
SCHEDULES: Final = (DefaultSchedule(MARK_ABSENCES, "20 4 * * *"),)
