"""Pages about long work, and about what is done at set times.

Long work is seen by whoever asked for it and, in the whole company, by whoever has the permission of
its kind. Schedules belong to the base's administrator alone: they act on every company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.errors import InputError, StateError
from workforce.core.permissions import Permission
from workforce.operations import queries
from workforce.operations.forms import ScheduleForm
from workforce.platform import audit, clock, jobs, schedules, workers
from workforce.platform.cron import Cron, parse
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import fault_of, place_fault
from workforce.platform.i18n import gettext, in_current
from workforce.platform.job_views import job_view, view_of, visible
from workforce.platform.jobs import Job
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, actor, key_of, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.operations.queries import ScheduleRow

ROUTES = SliceRoutes("operations", __name__)

_JOBS_PER_PAGE: Final = 50
_FIRINGS_PER_PAGE: Final = 50
_DUES_SHOWN: Final = 5

EXAMPLES: Final = (
    "*/10 * * * *",
    "0 * * * *",
    "0 2 * * *",
    "30 7 * * 1-5",
    "0 8 * * 1",
    "0 9 1 * *",
)
"""Times offered in the form, with their words."""


@ROUTES.page("/jobs", permission=Permission.JOB_READ)
def all_jobs(scope: Scope) -> ResponseReturnValue:
    """List the long work that people asked for, the newest first."""
    session = db.session()
    asked_for = visible(scope).where(Job.due_at.is_(None))
    size = size_of(session, asked_for)
    page = page_of(size, _JOBS_PER_PAGE)
    shown = asked_for.order_by(Job.id.desc()).offset(page.rows.start).limit(_JOBS_PER_PAGE)
    return render_template(
        "operations/jobs.html",
        jobs=[view_of(job) for job in session.scalars(shown)],
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("operations.all_jobs", page=number),
    )


@ROUTES.page("/jobs/<int:job_id>", permission=Permission.JOB_READ)
def job(scope: Scope, job_id: int) -> ResponseReturnValue:
    """Show how far one job is and what came of it."""
    return render_template("operations/job.html", job=job_view(db.session(), scope, job_id))


@ROUTES.page("/jobs/<int:job_id>/progress", permission=Permission.JOB_READ)
def job_progress(scope: Scope, job_id: int) -> ResponseReturnValue:
    """Return the part of a page that tells how far a job is; at its end the page is loaded anew."""
    view = job_view(db.session(), scope, job_id)
    headers = {} if view.is_open else {"HX-Refresh": "true"}
    return render_template("operations/progress.html", job=view), headers


@ROUTES.action("/jobs/<int:job_id>/cancel", permission=Permission.JOB_READ)
def cancel_job(scope: Scope, job_id: int) -> ResponseReturnValue:
    """Cancel a job that waits or runs."""
    view = job_view(db.session(), scope, job_id)
    with unit_of_work() as session:
        was_open = jobs.cancel(session, job_id)
        if was_open:
            audit.record(
                session,
                actor(),
                "job.cancel",
                "job",
                job_id,
                company_id=view.company_id,
                after={"kind": view.kind.code},
            )
    if was_open:
        flash(gettext("已取消；正在做的一步做完就停"), "success")
    else:
        flash(fault_of(StateError("job.not_open")), "warning")
    return redirect(url_for("operations.job", job_id=job_id))


@ROUTES.page("/schedules", permission=Permission.SCHEDULE_MANAGE)
def all_schedules(_scope: Scope) -> ResponseReturnValue:
    """List what is done at set times, how it went last, and whether a worker is at work."""
    session = db.session()
    return render_template(
        "operations/schedules.html",
        rows=queries.schedule_rows(session),
        workers=workers.alive(session),
        can_add=any(kind.is_for_companies for kind in jobs.kinds().values()),
    )


@ROUTES.form("/schedules/new", permission=Permission.SCHEDULE_MANAGE)
def new_schedule(_scope: Scope) -> ResponseReturnValue:
    """Have something done at set times for one company."""
    form = ScheduleForm(is_enabled=True, catches_up=True)
    form.kind.choices = [
        (kind.code, in_current(kind.label))
        for kind in jobs.kinds().values()
        if kind.is_for_companies
    ]
    known = db.session().execute(companies.company_facts(Scope.base())).all()
    form.company_id.choices = [
        (str(row.company_id), row.company_name)
        for row in sorted(known, key=lambda row: row.company_code)
    ]
    return _edit(form, None)


@ROUTES.form("/schedules/<int:schedule_id>", permission=Permission.SCHEDULE_MANAGE)
def schedule(_scope: Scope, schedule_id: int) -> ResponseReturnValue:
    """Show a schedule with its history, and change when it is due."""
    row = queries.schedule_row(db.session(), schedule_id)
    form = ScheduleForm(cron=row.cron.text, is_enabled=row.is_enabled, catches_up=row.catches_up)
    # What is done and for whom is chosen once.
    del form.kind
    del form.company_id
    return _edit(form, row)


def _edit(form: ScheduleForm, row: ScheduleRow | None) -> ResponseReturnValue:
    cron = row.cron if row else None
    status = HTTPStatus.OK
    if form.is_submitted():
        is_valid = form.validate()
        cron = form.read_cron() if form.cron.data else None
        is_preview = "preview" in request.form and cron is not None
        if is_valid and cron is not None and not is_preview:
            schedule_id = _save(form, row)
            if schedule_id is not None:
                flash(gettext("已保存"), "success")
                return redirect(url_for("operations.schedule", schedule_id=schedule_id))
        status = HTTPStatus.OK if is_preview else HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template(
        "operations/schedule.html",
        form=form,
        row=row,
        cron=cron,
        dues=_dues(cron),
        examples=[(text, parse(text).words) for text in EXAMPLES],
        **_history(row),
    )
    return page, status


def _save(form: ScheduleForm, row: ScheduleRow | None) -> int | None:
    """Save a schedule and return its key; what stands against it is said in the form."""
    kind = form.kind.data if row is None else row.kind.code
    company_id = key_of(form.company_id.data) if row is None else row.company_id
    try:
        with unit_of_work() as session:
            return schedules.save(
                session,
                actor(),
                schedule_id=None if row is None else row.id,
                kind=kind,
                company_id=company_id,
                cron=form.cron.data or "",
                is_enabled=form.is_enabled.data,
                catches_up=form.catches_up.data,
            )
    except InputError as error:
        place_fault(form, error)
        return None


def _dues(cron: Cron | None) -> list[dt.datetime]:
    return [] if cron is None else list(islice(cron.after(clock.now()), _DUES_SHOWN))


def _history(row: ScheduleRow | None) -> dict[str, Any]:
    if row is None:
        return {"firings": [], "number": 1, "count": 1, "page_url": None}
    page = page_of(queries.firing_count(db.session(), row.id), _FIRINGS_PER_PAGE)
    return {
        "firings": queries.firing_rows(db.session(), row.id, page.rows),
        "number": page.number,
        "count": page.count,
        "page_url": lambda number: url_for("operations.schedule", schedule_id=row.id, page=number),
    }


@ROUTES.page("/schedules/preview", permission=Permission.SCHEDULE_MANAGE)
def preview(_scope: Scope) -> ResponseReturnValue:
    """Say in words when ``?cron=`` is due, and the next five times: part of the form's page."""
    error, cron = None, None
    try:
        cron = parse(request.args.get("cron", ""))
    except InputError as found:
        error = fault_of(found)
    return render_template("operations/dues.html", cron=cron, dues=_dues(cron), error=error)


@ROUTES.action("/schedules/<int:schedule_id>/run", permission=Permission.SCHEDULE_MANAGE)
def run_schedule(_scope: Scope, schedule_id: int) -> ResponseReturnValue:
    """Do a schedule's work now."""
    queries.schedule_row(db.session(), schedule_id)
    return _by_hand(lambda session: schedules.run_now(session, schedule_id, actor()), schedule_id)


@ROUTES.action("/firings/<int:firing_id>/repeat", permission=Permission.SCHEDULE_MANAGE)
def repeat_firing(_scope: Scope, firing_id: int) -> ResponseReturnValue:
    """Do a due time again, or what was missed."""
    schedule_id = queries.schedule_of(db.session(), firing_id)
    return _by_hand(lambda session: schedules.repeat(session, firing_id, actor()), schedule_id)


def _by_hand(queue: Callable[[Session], int], schedule_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            job_id = queue(session)
    except StateError as error:
        flash(fault_of(error), "warning")
        return redirect(url_for("operations.schedule", schedule_id=schedule_id))
    return redirect(url_for("operations.job", job_id=job_id))
