"""Finance's pages: the runs by month, one run, and the steps from one state to the next.

Acting is always a form of its own (POST with a token), and what an act refuses is said on the page one
came from. A base administrator sees states and totals of all companies, but no single person's pay.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.lifecycle import FINAL, REPLACEABLE, RunAction, RunState, actions
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.payroll import act_web, entries_web, floor_web, jobs, receipts, service, views
from workforce.payroll.base import web as base_web
from workforce.payroll.compute import company_in
from workforce.payroll.late import web as late_web
from workforce.payroll.orders import web as order_web
from workforce.payroll.reversal import reopening_web
from workforce.payroll.reversal import web as reversal_web
from workforce.payroll.reversal.reopening import Reopening, reopening_of
from workforce.payroll.review import comparison, variance_views
from workforce.payroll.review import web as review_web
from workforce.payroll.routes import ROUTES, companies_in, flash_error
from workforce.payroll.stages import web as month_web
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.job_views import job_view, newest
from workforce.platform.jobs import Job, enqueue, result_of
from workforce.platform.law_book import law_book
from workforce.platform.web import actor, key_of, may, note_read, page_of, principal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from workforce.core.text import Text
    from workforce.payroll.views import RunRow, RunView
    from workforce.platform.jobs import JobKind
    from workforce.platform.scope import Scope

__all__ = [
    "ROUTES",
    "act_web",
    "base_web",
    "entries_web",
    "floor_web",
    "late_web",
    "month_web",
    "order_web",
    "reopening_web",
    "reversal_web",
    "review_web",
]

_RUNS_PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that this visitor may do with a run now."""

    action: RunAction
    is_allowed: bool


@ROUTES.page("/payroll/runs", permission=Permission.PAYROLL_RUN_READ)
def runs(scope: Scope) -> ResponseReturnValue:
    """List the runs by month, the newest first."""
    states = views.run_states(db.session(), scope)
    page = page_of(len(states), _RUNS_PER_PAGE)
    return render_template(
        "payroll/runs.html",
        rows=views.run_rows(db.session(), scope, rows=page.rows),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("payroll.runs", page=number),
        companies=companies_in(db.session(), scope),
        period=_next_period(states),
        next_step=_next_step,
    )


def _next_step(row: RunRow) -> str:
    """Say what a run waits for."""
    words = {
        RunState.DRAFT: gettext("有人实发为负，须处理"),
        RunState.CALCULATED: gettext("待审核"),
        RunState.REVIEWED: gettext("待批准"),
        RunState.APPROVED: gettext("待发放"),
        RunState.PAID: gettext("待关账"),
        RunState.CLOSED: "—",
    }
    if row.fault_count:
        return str(gettext("%(count)s 人未算，须处理", count=row.fault_count))
    return str(words[row.state])


def _next_period(states: Sequence[tuple[PayPeriod, RunState]]) -> PayPeriod:
    """Return the month that is probably computed next: the newest if still open, else the one after."""
    months = [(period, state) for period, state in states if not period.half]
    if not months:
        return PayPeriod.of(clock.today()).previous()
    newest_month = months[0][0]
    is_open = any(period == newest_month and state in REPLACEABLE for period, state in months)
    return newest_month if is_open else newest_month.next()


@ROUTES.action("/payroll/runs", permission=Permission.PAYROLL_RUN_PREPARE)
def calculate(scope: Scope) -> ResponseReturnValue:
    """Queue the computation of a company's month and show how far it is."""
    return _queue(scope, jobs.CALCULATE)


@ROUTES.action("/payroll/previews", permission=Permission.PAYROLL_RUN_PREPARE)
def try_out(scope: Scope) -> ResponseReturnValue:
    """Queue a computation that stores nothing."""
    return _queue(scope, jobs.PREVIEW)


def _queue(scope: Scope, kind: JobKind) -> ResponseReturnValue:
    company = company_in(db.session(), scope, key_of(request.form.get("company_id", "")))
    try:
        period = PayPeriod.parse(request.form.get("period", "") + request.form.get("part", ""))
        service.check_replaceable(scope, company.company_id, period)
    except DomainError as error:
        flash_error(error)
        return redirect(url_for("payroll.runs"))
    with unit_of_work() as session:
        job_id = enqueue(session, kind, {"period": str(period)}, actor(), company.company_id)
    return redirect(url_for("operations.job", job_id=job_id))


@ROUTES.page("/payroll/previews/<int:job_id>", permission=Permission.PAYROLL_RUN_PREPARE)
def preview(scope: Scope, job_id: int) -> ResponseReturnValue:
    """Show what a computation would give that stored nothing."""
    session = db.session()
    view = job_view(session, scope, job_id)
    if view.kind is not jobs.PREVIEW or view.link is None:
        raise NotFoundError("web.not_found")
    result = result_of(session.get_one(Job, job_id))
    company = company_in(session, scope, int(result["company_id"]))
    period = PayPeriod.parse(str(result["period"]))
    note_read("payroll_preview.read", "job", job_id, company_id=company.company_id)
    return render_template(
        "payroll/preview.html",
        result=result,
        company=company,
        period=period,
        at=view.finished_at,
        stored=views.run_row_of(session, scope, company.company_id, period),
        previous=views.run_row_of(session, scope, company.company_id, period.previous()),
    )


@ROUTES.page("/payroll/runs/<int:run_id>", permission=Permission.PAYROLL_RUN_READ)
def run(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show one run: how far it is, what stands in its way, its totals and its fingerprints."""
    session = db.session()
    view = views.run_view(session, scope, run_id)
    shows_people = may(Permission.PAYSLIP_READ)
    if shows_people:
        note_read("payroll_run.read", "payroll_run", run_id, company_id=view.run.company_id)
    history = comparison.calculations(session, scope, run_id)
    return render_template(
        "payroll/run.html",
        view=view,
        run=view.run,
        shows_people=shows_people,
        steps=_steps(view),
        reopening=_reopening(view),
        account_id=principal().account_id,
        can_calculate=view.run.state in REPLACEABLE and may(Permission.PAYROLL_RUN_PREPARE),
        is_final=view.run.state in FINAL,
        stages=_stages(view),
        published=receipts.publication_of(session, run_id),
        job=_open_job(scope, view.run.company_id),
        kinds=variance_views.kind_counts(session, run_id),
        calculation_count=len(history),
        change_count=comparison.change_count(session, run_id),
    )


def _reopening(view: RunView) -> Reopening | None:
    """Return who asks that the run be opened again, if somebody does and the visitor may answer."""
    if view.run.state is not RunState.APPROVED or not may(Permission.PAYROLL_RUN_APPROVE):
        return None
    return reopening_of(db.session(), view.run.run_id)


def _open_job(scope: Scope, company_id: int) -> Any:
    """Return the computation of the company that is going on, if there is one."""
    if not may(Permission.PAYROLL_RUN_PREPARE):
        return None
    job = newest(db.session(), scope, jobs.CALCULATE, company_id)
    return job if job is not None and job.is_open else None


def _steps(view: RunView) -> list[Step]:
    return [
        Step(
            action,
            service.may_act(
                action,
                principal().account_id,
                prepared_by_id=view.prepared_by_id,
                reviewed_by_id=view.reviewed_by_id,
            ),
        )
        for action in actions(view.run.state)
        # An approved run is opened again by two people, not in one step.
        if may(service.permission_for(action))
        and not (action is RunAction.RETURN and view.run.state is RunState.APPROVED)
    ]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a run's way; ``by`` and ``at`` say who passed it and when."""

    label: Text
    is_done: bool
    is_now: bool
    by: str | None
    at: dt.datetime | None


_STAGE_LABELS: Final = (
    term("run_action.calculate"),
    *(term(f"run_action.{action}") for action in ("review", "approve", "pay", "close")),
)


def _stages(view: RunView) -> list[Stage]:
    """Return the way from calculated to closed, with who went it."""
    way = (
        RunState.CALCULATED,
        RunState.REVIEWED,
        RunState.APPROVED,
        RunState.PAID,
        RunState.CLOSED,
    )
    reached = way.index(view.run.state) if view.run.state in way else -1
    signed = (
        (view.prepared_by, view.prepared_at),
        (view.reviewed_by, view.reviewed_at),
        (view.approved_by, view.approved_at),
        (view.paid_by, view.paid_at),
        (None, view.closed_at),
    )
    return [
        Stage(label, index <= reached, index == reached + 1, *signed[index])
        for index, label in enumerate(_STAGE_LABELS)
    ]


@ROUTES.action("/payroll/runs/<int:run_id>/review", permission=Permission.PAYROLL_RUN_REVIEW)
def review(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Mark a run as reviewed."""
    return _take(scope, run_id, RunAction.REVIEW)


@ROUTES.action("/payroll/runs/<int:run_id>/close", permission=Permission.PAYROLL_RUN_CLOSE)
def close(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Close the month of a run."""
    return _take(scope, run_id, RunAction.CLOSE)


@ROUTES.action("/payroll/runs/<int:run_id>/return", permission=Permission.PAYROLL_RUN_APPROVE)
def give_back(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Give a run back to its maker, with a reason."""
    return _take(scope, run_id, RunAction.RETURN, request.form.get("reason", ""))


def _take(scope: Scope, run_id: int, action: RunAction, reason: str = "") -> ResponseReturnValue:
    try:
        service.take(
            scope, run_id, action, actor(), law_book(), reason, seen=request.form.get("seen", "")
        )
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(_DONE[action](), "success")
    return redirect(url_for("payroll.run", run_id=run_id))


_DONE: Final[dict[RunAction, Callable[[], str]]] = {
    RunAction.REVIEW: lambda: gettext("已审核，等待批准"),
    RunAction.RETURN: lambda: gettext("已退回，可以重新计算"),
    RunAction.CLOSE: lambda: gettext("已关账，本月数据不能再改"),
}


@ROUTES.action("/payroll/runs/<int:run_id>/verify", permission=Permission.PAYROLL_RUN_READ)
def verify(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Compute the stored run again and say whether it is the same."""
    found = service.verify_run(scope, run_id, law_book())
    if not found.differences:
        count = found.payslip_count
        flash(gettext("重算一致：%(count)s 张工资条逐位相同", count=count), "success")
    elif found.has_new_facts:
        causes = found.causes().in_locale(current_locale())
        flash(gettext("计算之后数据有变动，请重新计算：%(causes)s", causes=causes), "danger")
    elif not may(Permission.PAYSLIP_READ):
        # The differences themselves name people and amounts.
        flash(gettext("重算不一致：%(count)s 处", count=len(found.differences)), "danger")
    else:
        first = found.differences[0].text().in_locale(current_locale())
        count = len(found.differences)
        flash(
            gettext("重算不一致：%(count)s 处，第一处 %(first)s", count=count, first=first),
            "danger",
        )
    return redirect(url_for("payroll.run", run_id=run_id))
