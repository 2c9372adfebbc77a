"""Pages about long work, and about what is done at set times.

Long work is seen by whoever asked for it and, in the whole company, by whoever has the permission of
its kind. Schedules belong to the base's administrator alone: they act on every company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from workforce.core.errors import InputError, StateError
from workforce.core.permissions import Permission
from workforce.operations import queries
from workforce.operations.forms import ScheduleForm
from workforce.platform import audit, clock, jobs, schedules, workers
from workforce.platform.cron import Cron, parse
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.i18n import gettext
from workforce.platform.job_views import job_view, view_of, visible
from workforce.platform.jobs import Job
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, actor, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


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
    )


@ROUTES.form("/schedules/<int:schedule_id>", permission=Permission.SCHEDULE_MANAGE)
def schedule(_scope: Scope, schedule_id: int) -> ResponseReturnValue:
    """Show a schedule with its history, and change when it is due."""
    row = queries.schedule_row(db.session(), schedule_id)
    form = ScheduleForm(cron=row.cron.text, is_enabled=row.is_enabled, catches_up=row.catches_up)
    cron: Cron | None = row.cron
    status = HTTPStatus.OK
    if form.is_submitted():
        is_valid = form.validate()
        cron = form.read_cron() if form.cron.data else None
        is_preview = "preview" in request.form and cron is not None
        if is_valid and cron is not None and not is_preview:
            _change(form, schedule_id)
            flash(gettext("已保存"), "success")
            return redirect(url_for("operations.schedule", schedule_id=schedule_id))
        status = HTTPStatus.OK if is_preview else HTTPStatus.UNPROCESSABLE_ENTITY
    page = page_of(queries.firing_count(db.session(), schedule_id), _FIRINGS_PER_PAGE)
    shown = render_template(
        "operations/schedule.html",
        form=form,
        row=row,
        cron=cron,
        dues=_dues(cron),
        examples=[(text, parse(text).words) for text in EXAMPLES],
        firings=queries.firing_rows(db.session(), schedule_id, page.rows),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "operations.schedule", schedule_id=schedule_id, page=number
        ),
    )
    return shown, status


def _change(form: ScheduleForm, schedule_id: int) -> None:
    with unit_of_work() as session:
        schedules.change(
            session,
            actor(),
            schedule_id=schedule_id,
            cron=form.cron.data or "",
            is_enabled=form.is_enabled.data,
            catches_up=form.catches_up.data,
        )


def _dues(cron: Cron | None) -> list[dt.datetime]:
    return [] if cron is None else list(islice(cron.after(clock.now()), _DUES_SHOWN))


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
