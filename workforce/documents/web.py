"""Payslips on the web: a person's own, finance's look at one, the register, the public check.

A person's own pages take the subject from the sign-in only; another's payslip is not found, as page
and as PDF. The public check page shows no amount.
"""

from __future__ import annotations

import time
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import abort, make_response, render_template, request, send_file, url_for

from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.permissions import Permission
from workforce.disputes import queries as disputes
from workforce.documents import labels, queries, service
from workforce.documents.assembly import masked_name
from workforce.documents.comparison import compare_with_last
from workforce.documents.corrections import corrections_of
from workforce.documents.facts import product, time_facts, year_facts
from workforce.documents.law_links import LAW_OF_LINE
from workforce.documents.service import REGISTER_ENDINGS, Document
from workforce.documents.shared_pots import shared_pots
from workforce.documents.views import QUALITY
from workforce.payments import queries as payments
from workforce.payroll import receipts
from workforce.platform import clock
from workforce.platform.brake import Brake
from workforce.platform.db import db
from workforce.platform.i18n import current_locale
from workforce.platform.scope import ScopeKind
from workforce.platform.web import SliceRoutes, may, note_read, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.documents.views import LineView, PayslipView
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("documents", __name__)

_OWN: Final = Permission.PAYSLIP_READ_OWN
_ANY: Final = Permission.PAYSLIP_READ
_RECORDS_PER_PAGE: Final = 200
_BRAKE: Final = Brake(300)
_WRONG_GUESS: Final = 20
"""What asking for a payslip that does not exist costs, where one that exists costs 1."""


@ROUTES.page("/payslips", permission=_OWN)
def own_payslips(scope: Scope) -> ResponseReturnValue:
    """List the visitor's own payslips, the newest first."""
    payslips = queries.own_payslips(db.session(), scope)
    return render_template("documents/payslips.html", payslips=payslips, labels=labels)


@ROUTES.page("/payslips/<int:payslip_id>", permission=_OWN)
def own_payslip(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Show one of the visitor's own payslips; each line opens to why it is so."""
    return _show(scope, payslip_id, "own")


@ROUTES.page("/payslips/<int:payslip_id>/pdf", permission=_OWN)
def own_pdf(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Send one of the visitor's own payslips as PDF."""
    return _send_payslip(scope, payslip_id)


@ROUTES.page("/payslips/<int:payslip_id>/lines/<int:seq>", permission=_OWN)
def own_records(scope: Scope, payslip_id: int, seq: int) -> ResponseReturnValue:
    """Show every record that a line of an own payslip counted."""
    return _show_records(scope, payslip_id, seq, "own")


@ROUTES.page("/payroll/payslips/<int:payslip_id>", permission=_ANY)
def staff_payslip(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Show finance one payslip, drafts included, exactly as its owner will see it."""
    return _show(scope, payslip_id, "staff")


@ROUTES.page("/payroll/payslips/<int:payslip_id>/pdf", permission=_ANY)
def staff_pdf(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Send finance one payslip as PDF."""
    return _send_payslip(scope, payslip_id)


@ROUTES.page("/payroll/payslips/<int:payslip_id>/lines/<int:seq>", permission=_ANY)
def staff_records(scope: Scope, payslip_id: int, seq: int) -> ResponseReturnValue:
    """Show finance every record that a line counted."""
    return _show_records(scope, payslip_id, seq, "staff")


@ROUTES.page("/payroll/runs/<int:run_id>/register.<ending>", permission=Permission.DOCUMENT_PRODUCE)
def register(scope: Scope, run_id: int, ending: str) -> ResponseReturnValue:
    """Send the register of a run as ``xlsx`` or ``pdf``."""
    if ending not in REGISTER_ENDINGS:
        raise NotFoundError("web.not_found")
    view = queries.register_view(db.session(), scope, run_id)
    note_read("register.read", "payroll_run", run_id, company_id=view.company_id)
    return _send(service.register_document(view, ending, current_locale()))


@ROUTES.public("/v/<public_id>")
def check_payslip(public_id: str) -> ResponseReturnValue:
    """Tell whoever holds the paper whether it is genuine; no amount, no full name."""
    address, now = request.remote_addr or "", time.monotonic()
    if _BRAKE.is_on(address, now):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        view = queries.public_payslip_view(db.session(), public_id)
    except NotFoundError:
        _BRAKE.spend(address, _WRONG_GUESS, now)
        raise
    _BRAKE.spend(address, 1, now)
    page = render_template(
        "documents/check.html",
        view=view,
        standing=receipts.standing_of(db.session(), view.payslip_id),
        name=masked_name(view.person_name),
        labels=labels,
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _read(scope: Scope, payslip_id: int) -> PayslipView:
    """Read a payslip, and say in the audit that it was; of its own person, keep when it was opened."""
    view = queries.payslip_view(db.session(), scope, payslip_id)
    opened = partial(receipts.note_opened, payslip_id=payslip_id)
    note_read(
        "payslip.read",
        "payslip",
        payslip_id,
        company_id=view.company_id,
        also=opened if scope.kind is ScopeKind.SELF else None,
    )
    return view


def _show(scope: Scope, payslip_id: int, door: str) -> ResponseReturnValue:
    view = _read(scope, payslip_id)
    records = {
        line.seq: queries.by_day_and_batch(queries.counted_records(db.session(), scope, view, line))
        for line in view.output
    }
    pots = {line.seq: shared_pots(db.session(), scope, view, line) for line in view.earnings}
    asked = db.session().execute(disputes.states_of_slip(scope, payslip_id)).all()
    standing = payments.standing_of(
        scope, clock.today(), employment_id=view.employment_id, payslip_id=payslip_id
    )
    pay = db.session().execute(standing).one_or_none()
    return render_template(
        "documents/payslip.html",
        view=view,
        disputes={row.line_seq: row for row in asked},
        can_dispute=door == "own" and view.is_final and may(Permission.DISPUTE_RAISE_OWN),
        comparison=compare_with_last(db.session(), scope, view),
        corrections=corrections_of(db.session(), scope, view),
        can_correct=door == "staff" and view.is_final and may(Permission.PAYROLL_RUN_PREPARE),
        bank_account=queries.bank_account(db.session(), scope, view) if door == "own" else None,
        law_of_line=LAW_OF_LINE,
        records=records,
        pots=pots,
        is_own=door == "own",
        receipt=receipts.receipt_of(db.session(), payslip_id),
        pay=pay,
        contact=db.session().scalar(companies.contact_name(view.company_id)) if pay else None,
        pdf_url=url_for(f"documents.{door}_pdf", payslip_id=payslip_id),
        records_endpoint=f"documents.{door}_records",
        quality_code=QUALITY,
        product=product,
        time_facts=time_facts(view.time),
        year_facts=year_facts(view),
        labels=labels,
    )


def _show_records(scope: Scope, payslip_id: int, seq: int, door: str) -> ResponseReturnValue:
    view = _read(scope, payslip_id)
    line = _line(view, seq)
    records = queries.counted_records(db.session(), scope, view, line)
    page = page_of(len(records), _RECORDS_PER_PAGE)
    return render_template(
        "documents/records.html",
        view=view,
        line=line,
        product=product(line),
        records=records[page.rows],
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            f"documents.{door}_records", payslip_id=payslip_id, seq=seq, page=number
        ),
        payslip_url=url_for(f"documents.{door}_payslip", payslip_id=payslip_id),
        labels=labels,
    )


def _line(view: PayslipView, seq: int) -> LineView:
    for line in view.output:
        if line.seq == seq:
            return line
    raise NotFoundError("web.not_found")


def _send_payslip(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    return _send(service.payslip_document(_read(scope, payslip_id), current_locale()))


def _send(document: Document) -> ResponseReturnValue:
    return send_file(
        BytesIO(document.content),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.name,
    )
