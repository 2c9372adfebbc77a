"""Computing pay in the background: stored as the month's run, only shown, or with late facts.

A worker that is killed in the middle has stored nothing: another one computes again, and the run is
stored once, together with the end of the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text, plural
from workforce.payroll.calculation import RunOutcome, run_payroll, said_of
from workforce.payroll.late import facts as late_facts
from workforce.payroll.late.facts import Entry
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope

_MOST_FAULTS: Final = 100
"""A preview names so many people; whoever wants them all calculates."""


def _run(task: Task, progress: Progress, *, preview: bool) -> RunOutcome:
    company_id = task.company_id or 0
    return run_payroll(
        Scope.company(company_id),
        company_id,
        PayPeriod.parse(task.params["period"]),
        task.actor,
        law_book(),
        order_id=task.params.get("order_id"),
        preview=preview,
        progress=progress,
    )


def _calculate(task: Task, progress: Progress) -> Mapping[str, Any]:
    return said_of(_run(task, progress, preview=False))


def _preview(task: Task, progress: Progress) -> Mapping[str, Any]:
    outcome = _run(task, progress, preview=True)
    faults = outcome.computed.faults
    return {
        **said_of(outcome),
        "job_id": task.job_id,
        "negative": list(outcome.computed.blocking)[:_MOST_FAULTS],
        "faults": [
            {
                "employee_no": fault.employee_no,
                "zh": [fault.error.message("zh"), fault.error.hint("zh")],
                "en": [fault.error.message("en"), fault.error.hint("en")],
            }
            for fault in faults[:_MOST_FAULTS]
        ],
    }


def _said(result: Mapping[str, Any]) -> Text:
    state = term(f"run_state.{result['state']}")
    count, net = result["payslip_count"], format_fen(result["net_pay_amount"])
    return Text(
        f"{result['period']}：{count} 人，实发合计 {net} 元，{state.zh}",
        f"{result['period']}: {count} {plural(count, 'person', 'people')}, net pay {net} yuan, {state.en}",
    )


def _run_link(result: Mapping[str, Any]) -> str | None:
    return url_for("payroll.run", run_id=result["run_id"])


def _preview_link(result: Mapping[str, Any]) -> str | None:
    return url_for("payroll.preview", job_id=result["job_id"])


CALCULATE: Final = JobKind(
    "calculate_payroll",
    _calculate,
    Permission.PAYROLL_RUN_PREPARE,
    link=_run_link,
    summary=_said,
)
PREVIEW: Final = JobKind(
    "preview_payroll",
    _preview,
    Permission.PAYROLL_RUN_PREPARE,
    link=_preview_link,
    summary=_said,
)


def _enter_late(task: Task, progress: Progress) -> Mapping[str, Any]:
    company_id, said = task.company_id or 0, task.params
    entry = Entry(kind=said["kind"], employment_id=None, said=said["said"], reason=said["reason"])
    books = Scope.company(company_id)
    ids = late_facts.enter(books, company_id, entry, task.actor, law_book(), progress)
    return {"count": len(ids)}


def _approve_late(task: Task, progress: Progress) -> Mapping[str, Any]:
    company_id, period = task.company_id or 0, PayPeriod.parse(task.params["period"])
    due = late_facts.approve(
        Scope.company(company_id),
        company_id,
        period,
        task.actor,
        law_book(),
        seen=task.params["seen"],
        progress=progress,
    )
    return {"period": str(period), "people": len(due), "amount": sum(due.values())}


def _entered(result: Mapping[str, Any]) -> Text:
    count = result["count"]
    return Text(
        f"已录入 {count} 条，等另一个人批准", f"{count} entered, to be approved by another person"
    )


def _approved(result: Mapping[str, Any]) -> Text:
    people, amount = result["people"], format_fen(result["amount"])
    return Text(
        f"{result['period']} 补差已批准：{people} 人，合计 {amount} 元，进入下一个未批准的月份",
        f"Late facts of {result['period']} approved: {people} {plural(people, 'person', 'people')}, "
        f"{amount} yuan in all, paid in the next open month",
    )


def _late_list_link(_result: Mapping[str, Any]) -> str | None:
    return url_for("payroll.late_list")


def _late_link(result: Mapping[str, Any]) -> str | None:
    return url_for("payroll.late_preview", period=result["period"])


ENTER_LATE: Final = JobKind(
    "enter_late_fact",
    _enter_late,
    Permission.PAYROLL_RUN_PREPARE,
    link=_late_list_link,
    summary=_entered,
)
APPROVE_LATE: Final = JobKind(
    "approve_late_facts",
    _approve_late,
    Permission.PAYROLL_RUN_APPROVE,
    link=_late_link,
    summary=_approved,
)

JOBS: Final = (CALCULATE, PREVIEW, ENTER_LATE, APPROVE_LATE)
