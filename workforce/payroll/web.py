"""Finance's pages: the runs by month, one run with its people, and the steps from one state to the next.

Acting is always a form of its own (POST with a token), and what an act refuses is said on the page one
came from. A base administrator sees states and totals of all companies, but no single person's pay.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import current_app, flash, redirect, render_template, request, url_for

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.law import LawBook
from workforce.core.lifecycle import REPLACEABLE, RunAction, RunState, actions
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.payroll import service, views
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.web import (
    SliceRoutes,
    actor,
    key_of,
    may,
    note_read,
    page_of,
    principal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from workforce.config import Settings
    from workforce.core.text import Text
    from workforce.payroll.views import RunRow, RunView, SlipRow
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("payroll", __name__)

_RUNS_PER_PAGE: Final = 100
_PEOPLE_PER_PAGE: Final = 200

_ORDERS: Final[dict[str, Callable[[SlipRow], tuple[int, str]]]] = {
    "number": lambda slip: (0, slip.person.employee_no),
    "gross": lambda slip: (-slip.gross_pay, slip.person.employee_no),
    "net": lambda slip: (-slip.net_pay, slip.person.employee_no),
    # The largest difference first, whichever way it goes; new people before all.
    "change": lambda slip: (
        -(10**15) if slip.change is None else -abs(slip.change),
        slip.person.employee_no,
    ),
}
"""How the people of a run may be ordered."""

_DIRECTIONS: Final = {
    "number": "ascending",
    "gross": "descending",
    "net": "descending",
    "change": "descending",
}


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
    known = db.session().execute(companies.company_facts(scope)).all()
    return render_template(
        "payroll/runs.html",
        rows=views.run_rows(db.session(), scope, rows=page.rows),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("payroll.runs", page=number),
        companies=sorted(known, key=lambda row: row.company_code),
        period=_next_period(states),
        next_step=_next_step,
    )


def _next_step(row: RunRow) -> str:
    """Say what a run waits for."""
    words = {
        RunState.DRAFT: gettext("有人实发为负，须处理"),
        RunState.CALCULATED: gettext("待审核"),
        RunState.REVIEWED: gettext("待批准"),
        RunState.APPROVED: gettext("待关账"),
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
    newest = months[0][0]
    is_open = any(period == newest and state in REPLACEABLE for period, state in months)
    return newest if is_open else newest.next()


@ROUTES.action("/payroll/runs", permission=Permission.PAYROLL_RUN_PREPARE)
def calculate(scope: Scope) -> ResponseReturnValue:
    """Compute a company's month and show its run."""
    try:
        outcome = service.run_payroll(
            scope,
            key_of(request.form.get("company_id", "")),
            PayPeriod.parse(request.form.get("period", "") + request.form.get("part", "")),
            actor(),
            _book(),
        )
    except NotFoundError:
        raise
    except DomainError as error:
        _flash_error(error)
        return redirect(url_for("payroll.runs"))
    count = outcome.payslip_count
    flash(gettext("已计算 %(count)s 人的工资", count=count), "success")
    return redirect(url_for("payroll.run", run_id=outcome.run_id))


@ROUTES.page("/payroll/runs/<int:run_id>", permission=Permission.PAYROLL_RUN_READ)
def run(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show one run: how far it is, what stands in its way, its people and its fingerprints."""
    view = views.run_view(db.session(), scope, run_id)
    shows_people = may(Permission.PAYSLIP_READ)
    if shows_people:
        note_read("payroll_run.read", "payroll_run", run_id, company_id=view.run.company_id)
    order = request.args.get("order", "number")
    if order not in _ORDERS:
        order = "number"
    slips = sorted(view.slips, key=_ORDERS[order])
    page = page_of(len(slips), _PEOPLE_PER_PAGE)
    return render_template(
        "payroll/run.html",
        view=view,
        run=view.run,
        shows_people=shows_people,
        slips=slips[page.rows],
        sort_of=lambda key: {
            "sort": url_for("payroll.run", run_id=run_id, order=key),
            "sorted": _DIRECTIONS[key] if key == order else "",
        },
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("payroll.run", run_id=run_id, order=order, page=number),
        steps=_steps(view),
        can_calculate=view.run.state in REPLACEABLE and may(Permission.PAYROLL_RUN_PREPARE),
        stages=_stages(view),
    )


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
        if may(service.permission_for(action))
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
    *(term(f"run_action.{action}") for action in ("review", "approve", "close")),
)


def _stages(view: RunView) -> list[Stage]:
    """Return the way from calculated to closed, with who went it."""
    way = (RunState.CALCULATED, RunState.REVIEWED, RunState.APPROVED, RunState.CLOSED)
    reached = way.index(view.run.state) if view.run.state in way else -1
    signed = (
        (view.prepared_by, view.prepared_at),
        (view.reviewed_by, view.reviewed_at),
        (view.approved_by, view.approved_at),
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


@ROUTES.action("/payroll/runs/<int:run_id>/approve", permission=Permission.PAYROLL_RUN_APPROVE)
def approve(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Approve a run."""
    return _take(scope, run_id, RunAction.APPROVE)


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
        service.take(scope, run_id, action, actor(), _book(), reason)
    except NotFoundError:
        raise
    except DomainError as error:
        _flash_error(error)
    else:
        flash(_DONE[action](), "success")
    return redirect(url_for("payroll.run", run_id=run_id))


_DONE: Final[dict[RunAction, Callable[[], str]]] = {
    RunAction.REVIEW: lambda: gettext("已审核，等待批准"),
    RunAction.APPROVE: lambda: gettext("已批准，工资条已对本人可见"),
    RunAction.RETURN: lambda: gettext("已退回，可以重新计算"),
    RunAction.CLOSE: lambda: gettext("已关账，本月数据不能再改"),
}


@ROUTES.action("/payroll/runs/<int:run_id>/verify", permission=Permission.PAYROLL_RUN_READ)
def verify(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Compute the stored run again and say whether it is the same."""
    found = service.verify_run(scope, run_id, _book())
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


def _flash_error(error: DomainError) -> None:
    locale = current_locale()
    parts = (error.message(locale), error.hint(locale))
    flash(("。" if locale == "zh" else ". ").join(part for part in parts if part), "danger")


def _book() -> LawBook:
    settings: Settings = current_app.extensions["workforce.settings"]
    return LawBook.load(settings.law_overlays)
