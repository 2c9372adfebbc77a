"""Disputes on the web: asking and following for the person paid, answering for finance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.money import parse_fen
from workforce.core.permissions import Permission
from workforce.disputes import queries, service
from workforce.disputes.forms import AnswerForm, AskForm
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.law_book import law_book
from workforce.platform.uploads import ACCEPTED_ENDINGS, send_upload
from workforce.platform.web import SliceRoutes, actor, note_read, page_of, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("disputes", __name__)

_OWN: Final = Permission.DISPUTE_RAISE_OWN
_ANSWER: Final = Permission.DISPUTE_ANSWER
_PER_PAGE: Final = 50
_STATES: Final = ("open", "answered", "closed")


@ROUTES.form("/payslips/<int:payslip_id>/lines/<int:seq>/dispute", permission=_OWN)
def ask(scope: Scope, payslip_id: int, seq: int) -> ResponseReturnValue:
    """Raise a doubt about a line of an own payslip."""
    session = db.session()
    known = {
        row.line_seq: row for row in session.execute(queries.states_of_slip(scope, payslip_id))
    }
    if seq in known:
        return redirect(url_for("disputes.own_dispute", dispute_id=known[seq].dispute_id))
    line = queries.asked_line(session, scope, payslip_id, seq)
    form = AskForm()
    if form.validate_on_submit():
        try:
            dispute_id = service.open_dispute(
                scope,
                payslip_id,
                seq,
                form.text.data or "",
                form.file.data or None,
                actor(),
                law_book().calendar(),
            )
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已提交，财务会在期限内答复"), "success")
            return redirect(url_for("disputes.own_dispute", dispute_id=dispute_id))
    return answer_of(
        render_template(
            "disputes/ask.html",
            form=form,
            line=line,
            due_on=service.answer_day(clock.today(), law_book().calendar()),
            workdays=service.ANSWER_WORKDAYS,
            accepted_endings=ACCEPTED_ENDINGS,
            payslip_url=url_for("documents.own_payslip", payslip_id=payslip_id),
        ),
        form,
    )


@ROUTES.page("/disputes", permission=_OWN)
def own_disputes(scope: Scope) -> ResponseReturnValue:
    """List the visitor's own disputes."""
    rows = queries.dispute_rows(db.session(), scope)
    return render_template("disputes/own_list.html", rows=rows, today=clock.today())


@ROUTES.form("/disputes/<int:dispute_id>", permission=_OWN)
def own_dispute(scope: Scope, dispute_id: int) -> ResponseReturnValue:
    """Follow an own dispute; once answered, ask once more."""
    session = db.session()
    row = queries.dispute_row(session, scope, dispute_id)
    form = AskForm()
    if form.validate_on_submit():
        try:
            service.reopen_dispute(
                scope,
                dispute_id,
                form.text.data or "",
                form.file.data or None,
                actor(),
                law_book().calendar(),
            )
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已再次提交"), "success")
            return redirect(url_for("disputes.own_dispute", dispute_id=dispute_id))
        # A failed unit of work has ended the reading transaction.
        row = queries.dispute_row(session, scope, dispute_id)
    return answer_of(
        render_template(
            "disputes/own_dispute.html",
            row=row,
            entries=queries.entries(session, dispute_id),
            form=form,
            accepted_endings=ACCEPTED_ENDINGS,
            today=clock.today(),
        ),
        form,
    )


@ROUTES.action("/disputes/<int:dispute_id>/close", permission=_OWN)
def close(scope: Scope, dispute_id: int) -> ResponseReturnValue:
    """End an own dispute after its answer."""
    service.close_dispute(scope, dispute_id, actor())
    flash(gettext("疑问已结束"), "success")
    return redirect(url_for("disputes.own_dispute", dispute_id=dispute_id))


@ROUTES.page("/disputes/files/<int:entry_id>", permission=_OWN)
def own_file(scope: Scope, entry_id: int) -> ResponseReturnValue:
    """Send back a file that was sent in with an own dispute."""
    return send_upload(queries.upload_of_entry(db.session(), scope, entry_id))


@ROUTES.page("/payroll/disputes", permission=_ANSWER)
def company_disputes(scope: Scope) -> ResponseReturnValue:
    """List a company's disputes: open ones first, by deadline."""
    session = db.session()
    counts = queries.state_counts(session, scope)
    wanted = request.args.get("state", "open")
    state = wanted if wanted in _STATES else None
    page = page_of(counts.get(state, 0) if state else sum(counts.values()), _PER_PAGE)
    rows = queries.dispute_rows(session, scope, *queries.of_state(state), rows=page.rows)
    return render_template(
        "disputes/company_list.html",
        rows=rows,
        paid=queries.latest_amounts(session, rows),
        counts=counts,
        overdue=queries.overdue_count(session, scope, clock.today()),
        state=state,
        states=_STATES,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("disputes.company_disputes", state=wanted, page=number),
        today=clock.today(),
    )


@ROUTES.form("/payroll/disputes/<int:dispute_id>", permission=_ANSWER)
def answer(scope: Scope, dispute_id: int) -> ResponseReturnValue:
    """Show finance a dispute; answer it while it is open."""
    session = db.session()
    row = queries.dispute_row(session, scope, dispute_id)
    form = AnswerForm()
    if form.validate_on_submit() and _answered(scope, dispute_id, form):
        return redirect(url_for("disputes.answer", dispute_id=dispute_id))
    if form.is_submitted():
        row = queries.dispute_row(session, scope, dispute_id)
    note_read("dispute.read", "dispute", dispute_id, company_id=row.company_id)
    return answer_of(
        render_template(
            "disputes/answer.html",
            row=row,
            entries=queries.entries(session, dispute_id),
            form=form,
            today=clock.today(),
        ),
        form,
    )


def _answered(scope: Scope, dispute_id: int, form: AnswerForm) -> bool:
    """Answer as the form says; else put what is wrong at its field."""
    try:
        typed = (form.amount.data or "").strip()
        pay_period = service.answer_dispute(
            scope,
            dispute_id,
            form.text.data or "",
            actor(),
            is_accepted=form.outcome.data == "accepted",
            amount=parse_fen(typed) if typed else None,
            person_id=principal().person_id,
        )
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error, "amount" if error.code.startswith("money.") else None)
        return False
    if pay_period:
        flash(gettext("已答复，补发进入 %(period)s", period=str(pay_period)), "success")
    else:
        flash(gettext("已答复"), "success")
    return True


@ROUTES.page("/payroll/disputes/files/<int:entry_id>", permission=_ANSWER)
def company_file(scope: Scope, entry_id: int) -> ResponseReturnValue:
    """Send finance a file that came with a dispute."""
    return send_upload(queries.upload_of_entry(db.session(), scope, entry_id))
