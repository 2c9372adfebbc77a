"""Audit packs on the web: asked for, made in the background, fetched by finance and handed out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, send_file, url_for
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from workforce.audit_pack import jobs, service
from workforce.audit_pack.identity import Identity
from workforce.audit_pack.queries import check_decided, key_of_pack
from workforce.audit_pack.service import RECEIVER_LENGTH, Wanted
from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.payroll import queries as payroll
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.job_views import JobView, view_of, visible
from workforce.platform.jobs import OPEN, Job, enqueue, task_of
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, actor, may, note_read

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROUTES = SliceRoutes("audit_pack", __name__)

_PERMISSION: Final = Permission.DOCUMENT_PRODUCE


class PackForm(FlaskForm):  # type: ignore[misc]
    """For whom a pack is, and how people are named in it."""

    receiver = StringField(
        _("交给谁"),
        validators=[
            InputRequired(_("请填写交给谁：单位或姓名，会写进包里和操作记录")),
            Length(max=RECEIVER_LENGTH, message=_("最多 80 个字")),
        ],
    )
    identity = RadioField(
        _("人员怎样标识"),
        default=Identity.MASKED.value,
        validators=[InputRequired(_("请选一种"))],
    )


@ROUTES.form("/payroll/runs/<int:run_id>/audit-pack", permission=_PERMISSION)
def packs(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Offer a pack of a decided run, and those that wait to be fetched."""
    run = payroll.found(db.session(), payroll.run(scope, run_id))
    check_decided(run)
    form = PackForm()
    form.identity.choices = [
        (each.value, term(f"pack_identity_choice.{each}").in_locale(current_locale()))
        for each in Identity
        if may(each.permission)
    ]
    if form.validate_on_submit():
        wanted = Wanted.of(run.id, form.identity.data, form.receiver.data or "")
        with unit_of_work() as session:
            job_id = enqueue(session, jobs.MAKE, jobs.params_of(wanted), actor(), run.company_id)
        return redirect(url_for("operations.job", job_id=job_id))
    company = db.session().scalars(companies.companies(Scope.company(run.company_id))).one()
    page = render_template(
        "audit_pack/packs.html",
        form=form,
        run=run,
        period=PayPeriod.parse(run.period),
        company=company,
        packs=[
            (made, key_of_pack(run, made.wanted.receiver))
            for made in service.waiting(db.session(), run)
            if may(made.wanted.identity.permission)
        ],
        job=_open_job(scope, run),
        keep_days=service.KEEP.days,
        Identity=Identity,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@ROUTES.page("/payroll/runs/<int:run_id>/audit-pack/<pack>", permission=_PERMISSION)
def download(scope: Scope, run_id: int, pack: str) -> ResponseReturnValue:
    """Send a pack; one that is gone by now can be made anew."""
    run = payroll.found(db.session(), payroll.run(scope, run_id))
    for made in service.waiting(db.session(), run):
        if made.wanted.code == pack and may(made.wanted.identity.permission):
            is_full = made.wanted.identity is Identity.FULL
            action = "audit_pack.read_full" if is_full else "audit_pack.read"
            note_read(action, "payroll_run", run_id, company_id=run.company_id)
            return send_file(made.path, as_attachment=True, download_name=made.name)
    flash(gettext("这个审计包已到期删除，或生成后有工资条已冲销，请重新生成。"), "warning")
    return redirect(url_for("audit_pack.packs", run_id=run_id))


def _open_job(scope: Scope, run: Any) -> JobView | None:
    """Return the newest job that makes a pack of this run, if it goes on."""
    asked = visible(scope).where(
        Job.kind == jobs.MAKE.code, Job.company_id == run.company_id, Job.state.in_(OPEN)
    )
    for job in db.session().scalars(asked.order_by(Job.id.desc())):
        if task_of(job).params["run_id"] == run.id:
            return view_of(job)
    return None
