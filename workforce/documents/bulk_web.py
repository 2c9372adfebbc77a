"""All payslips of a run as files: asked for, made in the background, fetched by finance."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, send_file, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.rules.slip_password import PasswordRule
from workforce.core.text import Locale
from workforce.documents import bulk, jobs
from workforce.documents.bulk import Wanted
from workforce.documents.bulk_parts import Form
from workforce.documents.run_reading import counting_of
from workforce.payroll import queries as payroll
from workforce.platform import locks
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import choices_of
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.job_views import JobView, view_of, visible
from workforce.platform.jobs import OPEN, Job, enqueue, task_of
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, actor, note_read

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.documents.bulk import Made

ROUTES = SliceRoutes("payslip_files", __name__)

_LANGUAGES: Final[dict[Locale, str]] = {"zh": "中文", "en": "English"}
_FORMS: Final = {
    Form.LOCKED_ZIP.value: _("压缩包，每人一个加密的 PDF：发给本人"),
    Form.ZIP.value: _("压缩包，每人一个不加密的 PDF：存档"),
    Form.PAGES.value: _("一个 PDF，一张 A4 印两份，按班组排列：打印后裁开"),
}


class FileForm(FlaskForm):  # type: ignore[misc]
    """Which file is wanted, and in which language."""

    form = RadioField(
        _("文件"),
        choices=choices_of(_FORMS.items()),
        default=Form.LOCKED_ZIP.value,
        validators=[InputRequired(_("请选一种文件"))],
    )
    locale = SelectField(_("语言"), choices=choices_of(_LANGUAGES.items()))


@ROUTES.form("/payroll/runs/<int:run_id>/payslip-files", permission=Permission.DOCUMENT_PRODUCE)
def choices(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Offer what can be made of a run's payslips, and what has been made."""
    run = payroll.found(db.session(), payroll.run(scope, run_id))
    form = FileForm(data={"locale": current_locale()})
    if form.validate_on_submit():
        wanted = Wanted(run.id, Form(form.form.data), form.locale.data)
        with unit_of_work() as session:
            locks.hold(session, run.company_id)
            # One file is made by one job: whoever asks meanwhile is led to it.
            job_id = _making(session, run.company_id, wanted) or enqueue(
                session, jobs.BULK, jobs.params_of(wanted), actor(), run.company_id
            )
        return redirect(url_for("operations.job", job_id=job_id))
    company = db.session().scalars(companies.companies(Scope.company(run.company_id))).one()
    page = render_template(
        "documents/bulk.html",
        form=form,
        run=run,
        period=PayPeriod.parse(run.period),
        company=company,
        files=_made(run),
        job=_open_job(scope, run),
        rule=PasswordRule(company.slip_password_rule),
        keep_days=bulk.KEEP.days,
        forms=_FORMS,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@ROUTES.page(
    "/payroll/runs/<int:run_id>/payslip-files/<form>/<language>",
    permission=Permission.DOCUMENT_PRODUCE,
)
def download(scope: Scope, run_id: int, form: str, language: str) -> ResponseReturnValue:
    """Send a file that was made; one that is gone by now can be made anew."""
    run = payroll.found(db.session(), payroll.run(scope, run_id))
    if form not in set(Form) or language not in _LANGUAGES:
        raise NotFoundError("web.not_found")
    wanted = Wanted(run_id, Form(form), language)
    made = bulk.found(wanted, run.result_hash, counting_of(db.session(), run_id))
    if made is None:
        flash(
            gettext("这个文件已到期删除，或生成后工资已重新计算、有工资条已冲销。请重新生成。"),
            "warning",
        )
        return redirect(url_for("payslip_files.choices", run_id=run_id))
    note_read("payslip.bulk_read", "payroll_run", run_id, company_id=run.company_id)
    return send_file(made.path, as_attachment=True, download_name=made.name)


def _made(run: Any) -> list[Made]:
    """Return the files of a run that can be fetched."""
    wanted = [Wanted(run.id, form, locale) for form in Form for locale in _LANGUAGES]
    counting = counting_of(db.session(), run.id)
    made = [bulk.found(each, run.result_hash, counting) for each in wanted]
    return [each for each in made if each is not None]


def _making(session: Session, company_id: int, wanted: Wanted) -> int | None:
    """Return the job that makes this very file already, if there is one."""
    asked = select(Job).where(
        Job.kind == jobs.BULK.code, Job.company_id == company_id, Job.state.in_(OPEN)
    )
    for job in session.scalars(asked.order_by(Job.id)):
        if jobs.wanted_of(task_of(job).params) == wanted:
            return job.id
    return None


def _open_job(scope: Scope, run: Any) -> JobView | None:
    """Return the newest job that makes a file of this run, if it goes on."""
    asked = visible(scope).where(
        Job.kind == jobs.BULK.code, Job.company_id == run.company_id, Job.state.in_(OPEN)
    )
    for job in db.session().scalars(asked.order_by(Job.id.desc())):
        if jobs.wanted_of(task_of(job).params).run_id == run.id:
            return view_of(job)
    return None
