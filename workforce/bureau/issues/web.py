"""Publishing on the web: how far the months are, what would be published, and every issue there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import exists, select
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from workforce.bureau.issues import frozen, issues, publishing
from workforce.bureau.issues import views as issue_views
from workforce.bureau.issues.kept import Months
from workforce.bureau.issues.publishing import NOTE_CHARACTERS
from workforce.bureau.jobs import KEEP_LADDERS, KEEP_STATISTICS
from workforce.bureau.routes import ROUTES
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import jobs
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from workforce.bureau.issues.frozen import FrozenMeasure
    from workforce.bureau.issues.publishing import Draft
    from workforce.platform.scope import Scope
    from workforce.statistics.cube import CubeSet

_PUBLISH: Final = Permission.STATISTICS_PUBLISH
_DIFFERENCES_SHOWN: Final = 200
_WHOLE: Final = "whole"


class PublishForm(FlaskForm):  # type: ignore[misc]
    """What is said of an issue; ``digest`` names what was looked at."""

    digest = HiddenField()
    note = TextAreaField(
        _("说明"),
        validators=[
            Length(max=NOTE_CHARACTERS, message=_("最多 %(most)s 个字", most=NOTE_CHARACTERS))
        ],
    )


@ROUTES.page("/statistics/issues", permission=_PUBLISH)
def issues_list(scope: Scope) -> ResponseReturnValue:
    """Show how far each month is on its way to being published."""
    del scope
    session = db.session()
    return render_template(
        "bureau/issues.html",
        states=issue_views.month_states(session, Months(session)),
        is_computing=_is_computing(),
    )


def _is_computing() -> bool:
    job = jobs.Job
    chosen = exists().where(job.kind == KEEP_STATISTICS.code, job.state.in_(jobs.OPEN))
    return bool(db.session().scalar(select(chosen)))


@ROUTES.action("/statistics/issues/compute", permission=_PUBLISH)
def compute_now(scope: Scope) -> ResponseReturnValue:
    """Ask the worker to bring the figures of all closed months up to date."""
    del scope
    with unit_of_work() as session:
        jobs.enqueue(session, KEEP_STATISTICS, {}, actor())
    flash(gettext("已交给后台计算，通常一两分钟完成；完成后刷新本页"), "success")
    return redirect(url_for("bureau.issues_list"))


@ROUTES.form("/statistics/issues/<period>", permission=_PUBLISH)
def issue_month(scope: Scope, period: str) -> ResponseReturnValue:
    """Show what the next issue of a month would be, and publish it; the issues that there are."""
    del scope
    month = PayPeriod.parse_month(period)
    form = PublishForm()
    if form.validate_on_submit():
        try:
            number = publishing.publish(
                month, actor(), digest=form.digest.data or "", note=form.note.data or ""
            )
        except DomainError as error:
            place_fault(form, error, "note" if error.code.startswith("issue.no_") else None)
        else:
            with unit_of_work() as session:
                jobs.enqueue(session, KEEP_LADDERS, {}, actor())
            flash(
                gettext("已发布 %(month)s 第 %(number)s 期", month=month, number=number), "success"
            )
            return redirect(url_for("bureau.issue", period=str(month), number=number))
    session = db.session()
    months = Months(session)
    told = issues.issues_of(session, month)
    if month not in months.known and not told:
        raise NotFoundError("web.not_found")
    draft = publishing.draft(session, months, month)
    if draft is not None:
        form.digest.data = draft.digest
    page = render_template(
        "bureau/issue_month.html",
        month=month,
        form=form,
        draft=draft,
        told=told,
        open_names=issue_views.open_companies(session, months, month),
        is_computing=_is_computing(),
        **(_preview(draft) if draft else {}),
    )
    return answer_of(page, form)


def _preview(draft: Draft) -> dict[str, Any]:
    """Return what is told of a draft: its figures only to who sees those of every company in full.

    A draft changes with each correction: two of them, subtracted, would tell an official of one person
    what two issues may not (``revising``).
    """
    definitions = issue_views.definitions_with(draft.before, frozen.definitions_of(draft.cubes))
    told: dict[str, Any] = {
        "kept_back": issue_views.kept_back(draft.changes.kept_back, draft.cubes, definitions),
        "withholdings": issue_views.withholdings(draft.cubes),
        "payroll": draft.cubes.payroll,
    }
    if not may(Permission.STATISTICS_READ):
        return told
    sets = [draft.cubes, *([draft.before.cubes] if draft.before else [])]
    return {
        **told,
        **_tables(draft.cubes, definitions),
        "differences": issue_views.shown_differences(
            draft.changes.cells[:_DIFFERENCES_SHOWN], sets, definitions
        ),
        "most": _DIFFERENCES_SHOWN,
    }


@ROUTES.page("/statistics/issues/<period>/<int:number>", permission=_PUBLISH)
def issue(scope: Scope, period: str, number: int) -> ResponseReturnValue:
    """Show an issue as it was published, with the definitions of then; ``?cube=`` chooses a table."""
    del scope
    session = db.session()
    month = PayPeriod.parse_month(period)
    told = {one.number: one for one in issues.issues_of(session, month)}
    if number not in told:
        raise NotFoundError("web.not_found")
    chosen, before = told[number], told.get(number - 1)
    sets = [chosen.cubes, *([before.cubes] if before else [])]
    definitions = issue_views.definitions_with(before, chosen.definitions)
    return render_template(
        "bureau/issue.html",
        issue=chosen,
        newest=max(told),
        told=list(told.values()),
        differences=issue_views.shown_differences(
            chosen.changes.cells[:_DIFFERENCES_SHOWN], sets, definitions
        ),
        kept_back=issue_views.kept_back(chosen.changes.kept_back, chosen.cubes, definitions),
        most=_DIFFERENCES_SHOWN,
        **_tables(chosen.cubes, chosen.definitions),
    )


def _tables(cubes: CubeSet, definitions: Mapping[str, FrozenMeasure]) -> dict[str, Any]:
    """Return the table that the address asks for, and how much of each is withheld."""
    code = request.args.get("cube", _WHOLE)
    if code not in cubes.tables:
        raise NotFoundError("web.not_found")
    return {
        "cube": code,
        "table": issue_views.shown_table(cubes.tables[code], definitions),
        "withholdings": issue_views.withholdings(cubes),
        "payroll": cubes.payroll,
    }
