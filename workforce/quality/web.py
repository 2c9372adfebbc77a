"""Inspections on pages: what was checked, recording a check, how many to check, and what it means.

A supervisor sees what accuracy does to pay in words and factors, never anybody's pay.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import desc

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.rules.quality import UNREACHED
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.web import SliceRoutes, actor, page_of, principal
from workforce.production import queries as production
from workforce.production.service import shortened
from workforce.quality import listing, sampling, service
from workforce.quality.forms import InspectionForm, SampleSizeForm
from workforce.quality.listing import Wanted
from workforce.quality.service import RESULTS, SEVERITIES, InspectionFact

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

ROUTES: Final = SliceRoutes("quality", __name__)

_READ: Final = Permission.OUTPUT_READ
_PER_PAGE: Final = 100
_BATCHES_OFFERED: Final = 200
"""So many batches are offered where one is typed, the newest first."""


@ROUTES.page("/quality", permission=_READ)
def overview(scope: Scope) -> ResponseReturnValue:
    """Say how accurate the work of a pay month is, and what the agreed rules make of it."""
    session = db.session()
    period = _period(session, scope)
    rows = session.execute(listing.inspections(scope, Wanted(pay_period=period))).all()
    policy = _policy(session, scope, period)
    tiers = [
        (tier["accuracy_from_rate"], tier["factor_rate"])
        for tier in (policy.quality_tiers if policy else [])
    ]
    subjects = listing.judge(rows, tiers)
    page = page_of(len(subjects), _PER_PAGE)
    return render_template(
        "quality/overview.html",
        period=period,
        subjects=subjects[page.rows],
        size=len(subjects),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("quality.overview", period=str(period), page=number),
        tiers=sorted(tiers, reverse=True),
        basis=policy.quality_basis if policy else "price",
        unreached=UNREACHED,
        locale_code=current_locale(),
    )


@ROUTES.page("/quality/inspections", permission=_READ)
def inspections(scope: Scope) -> ResponseReturnValue:
    """List inspections: ``?period=`` of the day, batch, task type, result."""
    session = db.session()
    said: dict[str, Any] = {
        name: request.args.get(name, "").strip()[:60] for name in ("batch", "task_type", "result")
    }
    if said["result"] not in RESULTS:
        said["result"] = ""
    wanted = Wanted(**said)
    if request.args.get("period") or not wanted.batch:
        period = _period(session, scope)
        wanted = replace(wanted, first_on=period.first_on, last_on=period.last_on)
        said["period"] = str(period)
    rows = session.execute(listing.inspections(scope, wanted)).all()
    page = page_of(len(rows), _PER_PAGE)
    shown = {name: value for name, value in said.items() if value}
    return render_template(
        "quality/inspections.html",
        rows=rows[page.rows],
        size=len(rows),
        sampled=sum(row.sampled_qty for row in rows),
        errors=sum(row.error_qty for row in rows),
        shown=shown,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("quality.inspections", page=number, **shown),
        task_types=session.execute(production.task_type_names()).all(),
        results=RESULTS,
        locale_code=current_locale(),
    )


@ROUTES.page("/quality/inspections/<int:inspection_id>", permission=_READ)
def inspection(scope: Scope, inspection_id: int) -> ResponseReturnValue:
    """Show one inspection, and who recorded or corrected it."""
    session = db.session()
    row = session.execute(listing.inspection(scope, inspection_id)).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return render_template(
        "quality/inspection.html",
        row=row,
        acts=audit.entries_about(session, "inspection", inspection_id),
        is_table=row.source == service.TABLE,
        locale_code=current_locale(),
    )


@ROUTES.form("/quality/inspections/new", permission=Permission.OUTPUT_ACCEPT)
def inspect(scope: Scope) -> ResponseReturnValue:
    """Record an inspection, or correct one: the same batch, person and day replaces it."""
    session = db.session()
    form = InspectionForm()
    form.offer(session.execute(production.task_type_names()).all())
    if request.method != "POST":
        _prefill(form)
    elif form.validate_on_submit():
        entered = _enter(session, scope, form)
        if entered is not None:
            flash(gettext("抽检已登记"), "success")
            if entered.decided:
                words = gettext("按抽检结果处理了 %(count)s 条产量", count=entered.decided)
                flash(words, "success")
            if entered.own:
                words = gettext("%(count)s 条是您自己的产量，没有处理", count=entered.own)
                flash(words, "warning")
            for error in shortened(entered.uncertified.values()):
                flash(fault_of(error), "warning")
            return redirect(url_for("quality.inspection", inspection_id=entered.inspection_id))
    is_wrong = bool(form.errors or form.form_errors)
    policy = _policy(session, scope, PayPeriod.of(clock.today()))
    newest = production.batches(scope).order_by(desc("batch_id")).limit(_BATCHES_OFFERED)
    page = render_template(
        "quality/inspect.html",
        form=form,
        batches=session.execute(newest).all(),
        acceptance=policy.acceptance if policy else None,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def _prefill(form: InspectionForm) -> None:
    for name in ("batch", "task_type", "employee_no", "inspection_no"):
        form[name].data = request.args.get(name, "")
    form.inspected_on.data = _day(request.args.get("on", ""))
    form.inspector.data = principal().display_name


def _day(text: str) -> dt.date:
    """Return the day that an address names, else today."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return clock.today()


def _enter(session: Session, scope: Scope, form: InspectionForm) -> service.Entered | None:
    """Write what was typed; None where something is wrong, said at its field or on top."""
    on = form.inspected_on.data
    if on > clock.today():
        form.inspected_on.errors = [fault_of(InputError("cell.future", on=on))]
    if form.result.data not in RESULTS:
        form.result.errors = [gettext("请选择结果")]
    if form.errors:
        return None
    try:
        fact = _fact(session, scope, form, on)
        with unit_of_work() as writing:
            return service.enter_inspection(
                writing,
                actor(),
                scope,
                fact,
                person_id=principal().person_id,
                reason=form.reason.data or "",
            )
    except NotFoundError:
        form.employee_no.errors = [
            fault_of(InputError("employment.unknown", employee_no=form.employee_no.data))
        ]
    except DomainError as error:
        place = {
            "batch.unknown": form.batch,
            "batch.other_task_type": form.task_type,
            "inspection.errors": form.errors_found,
            "inspection.severity": form.severity,
            "inspection.subject": form.batch,
            "inspection.taken": form.inspection_no,
            "output.reason": form.reason,
        }.get(error.code)
        if place is None:
            form.form_errors.append(fault_of(error))
        else:
            place.errors = [*place.errors, fault_of(error)]
    return None


def _fact(session: Session, scope: Scope, form: InspectionForm, on: Any) -> InspectionFact:
    batch_code = (form.batch.data or "").strip()
    employee_no = (form.employee_no.data or "").strip()
    types = {
        row.task_type_code: row.task_type_id
        for row in session.execute(production.task_type_names())
    }
    batch_id, task_type_id = None, types.get(form.task_type.data or "")
    if batch_code:
        known = {row.batch_code: row for row in session.execute(production.batches(scope))}
        if batch_code not in known:
            raise InputError("batch.unknown", batch=batch_code)
        batch_id = known[batch_code].batch_id
        own_type = known[batch_code].task_type_id
        if task_type_id not in {None, own_type}:
            code = next(code for code, key in types.items() if key == own_type)
            raise InputError("batch.other_task_type", batch=batch_code, task_type=code)
        task_type_id = own_type
    if task_type_id is None:
        raise InputError("inspection.subject")
    employment_id = None
    if employee_no:
        who = {
            row.employee_no: row.employment_id for row in session.execute(people.directory(scope))
        }
        if employee_no not in who:
            raise NotFoundError("web.not_found")
        employment_id = who[employee_no]
    code = next(code for code, key in types.items() if key == task_type_id)
    return InspectionFact(
        task_type_id=task_type_id,
        batch_id=batch_id,
        employment_id=employment_id,
        inspected_on=on,
        pay_period=None,
        sampled_qty=form.sampled.data,
        error_qty=form.errors_found.data,
        severity=form.severity.data if form.severity.data in SEVERITIES else None,
        result=form.result.data,
        inspector=(form.inspector.data or "").strip() or None,
        source_key=(form.inspection_no.data or "").strip()
        or service.inspection_key(batch_code or None, code, employee_no or None, on),
    )


@ROUTES.page("/quality/sample-size", permission=_READ)
def sample_size(scope: Scope) -> ResponseReturnValue:
    """Say how many to inspect: ``?lot=`` by the standard's table and by the formula."""
    del scope
    table = sampling.table()
    is_asked = bool(request.args.get("lot"))
    form = SampleSizeForm(request.args if is_asked else None)
    form.limit.choices = [(limit, f"{limit}%") for limit in table.limits]
    form.confidence.choices = [(str(one), f"{one}%") for one in sampling.CONFIDENCE_Z]
    if not is_asked:
        form.limit.data, form.confidence.data = "1.0", "95"
        form.margin.data, form.share.data = "5", "50"
    plan = size = None
    if is_asked and form.validate():
        margin, share = form.fraction("margin"), form.fraction("share")
        plan = table.plan(form.lot.data, form.limit.data)
        if margin is not None and share is not None:
            size = sampling.sample_size(form.lot.data, int(form.confidence.data), margin, share)
    page = render_template("quality/sample_size.html", form=form, plan=plan, size=size, table=table)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _period(session: Session, scope: Scope) -> PayPeriod:
    text = request.args.get("period")
    if text:
        return PayPeriod.parse_month(text)
    latest = session.scalar(listing.latest_day(scope))
    return PayPeriod.of(latest or clock.today())


def _policy(session: Session, scope: Scope, period: PayPeriod) -> Any:
    return session.scalars(companies.pay_policy(scope, period)).first()
