"""Results of a class, employing who has passed, and the allowances that finance accepts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, fault_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.web import actor
from workforce.training import allowances, deciding, placing
from workforce.training.forms import EmployForm
from workforce.training.routes import ROUTES, note_people_read

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)


@ROUTES.form("/training/classes/<int:class_id>/results", permission=Permission.TRAINING_MANAGE)
def results(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Show who passes and why not, and who can become an employee; sent, employ the ticked ones."""
    session, today = db.session(), clock.today()
    found = deciding.preview(session, scope, class_id)
    ready = placing.ready(session, scope, class_id, today)
    form = EmployForm(
        data={"starts_on": today + _DAY, "contract_kind": "fixed_term", "contract_until": None}
    )
    form.fill_choices()
    numbers = dict(
        zip(
            [row.enrolment_id for row in ready],
            placing.next_numbers(session, scope, len(ready)) if ready else [],
            strict=False,
        )
    )
    ticked = {row.enrolment_id for row in ready}
    if request.method == "POST":
        numbers = {
            row.enrolment_id: request.form.get(f"number-{row.enrolment_id}", "").strip()
            for row in ready
        }
        ticked &= {int(key) for key in request.form.getlist("people") if key.isdecimal()}
    if form.validate_on_submit():
        try:
            with unit_of_work() as writing:
                count = placing.employ(
                    writing,
                    scope,
                    actor(),
                    class_id,
                    {key: numbers[key] for key in ticked},
                    form.terms(),
                    today,
                )
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
            session = db.session()
            found = deciding.preview(session, scope, class_id)
        else:
            flash(gettext("%(count)d 名学员已转为员工", count=count), "success")
            return redirect(url_for("training.results", class_id=class_id))
    note_people_read(scope, found.row.one)
    page = render_template(
        "training/results.html",
        found=found,
        row=found.row,
        ready=ready,
        numbers=numbers,
        ticked=ticked,
        form=form,
        today=today,
    )
    return answer_of(page, form)


@ROUTES.action("/training/classes/<int:class_id>/decide", permission=Permission.TRAINING_MANAGE)
def decide(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Decide a class as its preview showed it."""
    try:
        with unit_of_work() as session:
            done = deciding.decide(session, scope, actor(), class_id, request.form.get("seen", ""))
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        text = gettext(
            "合格 %(passed)d 人，证书已发；未合格 %(failed)d 人",
            passed=done.passed,
            failed=done.failed,
        )
        flash(text, "success")
    return redirect(url_for("training.results", class_id=class_id))


@ROUTES.form("/payroll/trainees", permission=Permission.PAYROLL_RUN_PREPARE)
def trainee_allowances(scope: Scope) -> ResponseReturnValue:
    """Show a month's allowances by lessons attended; sent, tell them payroll: ``?period=2026-10``."""
    asked = request.values.get("period", "")
    period = PayPeriod.parse_month(asked) if asked else PayPeriod.of(clock.today())
    if request.method == "POST":
        try:
            with unit_of_work() as writing:
                seen = request.form.get("seen", "")
                count = allowances.accept(writing, scope, actor(), period, seen)
        except DomainError as error:
            flash(fault_of(error), "danger")
        else:
            flash(
                gettext("已确认 %(count)d 人的学员津贴，重新计算后生效", count=count)
                if count
                else gettext("没有变化"),
                "success",
            )
        return redirect(url_for("training.trainee_allowances", period=str(period)))
    month = allowances.month_of(db.session(), scope, period)
    return render_template("training/allowances.html", month=month, period=period)
