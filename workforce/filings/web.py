"""Filing on the web: what came back for a month, where it differs, and what was said to each difference."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term, terms_of
from workforce.filings import queries, service
from workforce.filings.figures import FIGURES, KINDS
from workforce.filings.forms import ACTS, DifferenceForm
from workforce.filings.sheet import write_differences
from workforce.payroll.deadlines import tax_deadline
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX, made_name
from workforce.platform.forms import answer_of, choices_of, fault_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.law_book import law_book
from workforce.platform.scope import ScopeKind
from workforce.platform.web import SliceRoutes, actor, may, note_read, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.filings.models import FilingResult
    from workforce.filings.queries import DifferenceRow
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("filings", __name__)

_READ: Final = Permission.PAYSLIP_READ
_ANSWER: Final = Permission.PAYROLL_RUN_PREPARE
_PER_PAGE: Final = 50


@ROUTES.page("/payroll/filings", permission=_READ)
def overview(scope: Scope) -> ResponseReturnValue:
    """Show how far tax, insurance and fund of a month are: read back, compared, answered for."""
    session = db.session()
    asked = request.args.get("period", "")
    month = PayPeriod.parse_month(asked) if asked else PayPeriod.of(clock.today()).previous()
    return render_template(
        "filings/overview.html",
        month=month,
        states=queries.month_states(session, scope, month),
        months=session.scalars(queries.months(scope)).all(),
        deadline=tax_deadline(law_book(), month),
        today=clock.today(),
        can_answer=may(_ANSWER),
    )


@ROUTES.page("/payroll/filings/<period>/<kind>", permission=_READ)
def result(scope: Scope, period: str, kind: str) -> ResponseReturnValue:
    """Show where the result of a kind differs, person by person."""
    session = db.session()
    month, found = _newest(session, scope, period, kind)
    if found is None:
        return redirect(url_for("filings.overview", period=str(month)))
    causes = queries.cause_counts(session, found.id)
    cause = _one_of(request.args.get("cause"), [one.cause for one in causes])
    state = _one_of(request.args.get("state"), queries.STATES)
    count = queries.difference_count(session, found.id, cause=cause, state=state)
    page = page_of(count, _PER_PAGE)
    note_read("filing.read", "filing_result", found.id, company_id=found.company_id)
    return render_template(
        "filings/result.html",
        month=month,
        kind=kind,
        result=found,
        kind_state=_state_of(session, scope, month, kind),
        causes=causes,
        cause=cause,
        state=state,
        states=queries.STATES,
        rows=queries.difference_rows(
            session, scope, found.id, cause=cause, state=state, rows=page.rows
        ),
        reasons=service.reasons(),
        can_answer=may(_ANSWER),
        today=clock.today(),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "filings.result", period=str(month), kind=kind, cause=cause, state=state, page=number
        ),
    )


def _newest(
    session: Session, scope: Scope, period: str, kind: str
) -> tuple[PayPeriod, FilingResult | None]:
    """Return the month and its result that counts.

    Raises:
        NotFoundError: there is no such kind, or the visitor is of no company.
    """
    if kind not in KINDS or scope.kind is not ScopeKind.COMPANY:
        raise NotFoundError("web.not_found")
    month = PayPeriod.parse_month(period)
    return month, queries.newest(session, scope, month, kind)


def _state_of(session: Session, scope: Scope, month: PayPeriod, kind: str) -> queries.KindState:
    return next(one for one in queries.month_states(session, scope, month) if one.kind == kind)


def _one_of(wanted: str | None, known: Sequence[str]) -> str | None:
    return wanted if wanted in known else None


@ROUTES.page("/payroll/filings/<period>/<kind>/differences.xlsx", permission=_READ)
def differences_file(scope: Scope, period: str, kind: str) -> ResponseReturnValue:
    """Send all differences of a result as a spreadsheet."""
    session = db.session()
    month, found = _newest(session, scope, period, kind)
    if found is None:
        return redirect(url_for("filings.overview", period=str(month)))
    company = session.execute(companies.company_facts(scope)).one()
    locale = current_locale()
    content = write_differences(
        found, company.company_name, queries.difference_rows(session, scope, found.id), locale
    )
    note_read("filing.export", "filing_result", found.id, company_id=found.company_id)
    label = term(f"file_group.{kind}").in_locale(locale)
    return send_file(
        io.BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=made_name(label, company.company_code, str(month), ending="xlsx"),
    )


@ROUTES.action("/payroll/filings/results/<int:result_id>/compare", permission=_ANSWER)
def compare(scope: Scope, result_id: int) -> ResponseReturnValue:
    """Compare a result with the payslips that count now."""
    count = service.compare_again(scope, result_id, actor())
    flash(gettext("已重新核对，%(num)s 处差异", num=count), "success")
    return _back(scope, result_id)


@ROUTES.action("/payroll/filings/results/<int:result_id>/explain", permission=_ANSWER)
def explain_cause(scope: Scope, result_id: int) -> ResponseReturnValue:
    """Give one reason to all open differences of a cause."""
    try:
        count = service.explain(
            scope,
            result_id,
            actor(),
            reason=request.form.get("reason", ""),
            note=request.form.get("note", ""),
            cause=request.form.get("cause", ""),
        )
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已说明 %(num)s 处", num=count), "success")
    return _back(scope, result_id)


def _back(scope: Scope, result_id: int) -> ResponseReturnValue:
    found = queries.result_named(db.session(), scope, result_id)
    return redirect(url_for("filings.result", period=found.period, kind=found.kind))


@ROUTES.form("/payroll/filings/differences/<int:difference_id>", permission=_ANSWER)
def difference(scope: Scope, difference_id: int) -> ResponseReturnValue:
    """Show one difference; give its reason, make it a task, or say that the task is done."""
    session = db.session()
    row = queries.difference_row(session, scope, difference_id)
    form = _form(session, row)
    if form.validate_on_submit() and _answered(scope, row, form):
        return redirect(url_for("filings.result", period=row.period, kind=row.kind))
    if form.is_submitted():
        row = queries.difference_row(session, scope, difference_id)
    note_read("filing.read", "filing_difference", difference_id, company_id=row.company_id)
    page = render_template(
        "filings/difference.html",
        row=row,
        one=row.one,
        form=form,
        figures=[name for name in FIGURES[row.kind] if name in row.one.figures],
        today=clock.today(),
    )
    return answer_of(page, form)


def _form(session: Session, row: DifferenceRow) -> DifferenceForm:
    """Return the form with its choices; a task shows what it is."""
    locale = current_locale()
    one = row.one
    form = DifferenceForm(
        act="finish" if one.state == "task" else "explain",
        reason=one.reason,
        assignee_id=str(one.assignee_id or ""),
        due_on=one.due_on,
    )
    form.act.choices = choices_of(ACTS if one.state == "task" else ACTS[:-1])
    labels = terms_of("filing_reason")
    form.reason.choices = choices_of(
        [("", "—"), *((code, labels[code].in_locale(locale)) for code in service.reasons())]
    )
    colleagues = queries.colleagues(session, row.company_id)
    form.assignee_id.choices = choices_of(
        [("", "—"), *((str(key), name) for key, name in colleagues)]
    )
    return form


def _answered(scope: Scope, row: DifferenceRow, form: DifferenceForm) -> bool:
    """Do what the form says; else put what is wrong at its field."""
    note, key = form.note.data or "", row.one.id
    try:
        match form.act.data:
            case "explain":
                reason, result_id = form.reason.data or "", row.one.result_id
                service.explain(
                    scope, result_id, actor(), reason=reason, note=note, difference_id=key
                )
            case "assign":
                chosen = form.assignee_id.data or ""
                service.assign(
                    scope,
                    key,
                    actor(),
                    assignee_id=int(chosen) if chosen.isdigit() else None,
                    due_on=form.due_on.data,
                    note=note,
                )
            case _:
                service.finish(scope, key, actor(), note=note)
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    flash(gettext("已保存"), "success")
    return True
