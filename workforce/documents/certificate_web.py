"""Certificates on the web: asked for by a person, issued by finance, checked by whoever holds the paper."""

from __future__ import annotations

import time
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import (
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.documents import certificate_queries as queries
from workforce.documents import certificates as service
from workforce.documents import labels
from workforce.documents.assembly import masked_name
from workforce.documents.certificate_facts import Figures, Kind, fingerprint
from workforce.documents.certificate_forms import IssueForm, OwnForm
from workforce.platform import clock
from workforce.platform.brake import Brake
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import answer_of, choices_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.web import SliceRoutes, actor, key_of, note_read, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("certificates", __name__)

_OWN: Final = Permission.CERTIFICATE_ASK_OWN
_ISSUE: Final = Permission.CERTIFICATE_ISSUE
_PER_PAGE: Final = 50
_USUAL_MONTHS: Final = 6
# Points a minute that one address may spend on checks: honest scans cost one, wrong guesses many.
_BRAKE: Final = Brake(300)
_WRONG_GUESS: Final = 20


@ROUTES.form("/my/certificates", permission=_OWN)
def mine(scope: Scope) -> ResponseReturnValue:
    """List the visitor's own certificates, and ask for one."""
    session = db.session()
    employments = queries.own_employments(session, scope, clock.today())
    form = OwnForm(data=_usual())
    form.name_kinds()
    form.employment_id.choices = choices_of(
        (row.employment_id, f"{row.company_name} {row.employee_no}") for row in employments
    )
    if form.validate_on_submit() and _asked(scope, form):
        flash(gettext("已申请，财务出具以后在这里下载"), "success")
        return redirect(url_for("certificates.mine"))
    page = render_template(
        "documents/certificates_own.html",
        form=form,
        rows=queries.views(session, queries.certificates(scope)),
        has_employment=bool(employments),
        has_choice=len(employments) > 1,
    )
    return answer_of(page, form)


def _usual() -> dict[str, Any]:
    """Return what is asked for most: the income of the last six whole months, in the page's language."""
    last = PayPeriod.of(clock.today()).previous()
    first = last
    for _month in range(_USUAL_MONTHS - 1):
        first = first.previous()
    return {"language": current_locale(), "first": str(first), "last": str(last)}


def _asked(scope: Scope, form: OwnForm) -> bool:
    try:
        wish = form.wish(form.employment_id.data)
        with unit_of_work() as session:
            service.ask(session, actor(), scope, wish)
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    return True


@ROUTES.page("/my/certificates/<int:certificate_id>/pdf", permission=_OWN)
def own_pdf(scope: Scope, certificate_id: int) -> ResponseReturnValue:
    """Send one of the visitor's own certificates."""
    return _send(scope, certificate_id, "certificates.mine")


@ROUTES.page("/certificates", permission=_ISSUE)
def listing(scope: Scope) -> ResponseReturnValue:
    """List the company's certificates, and what people have asked for."""
    session = db.session()
    answered = queries.certificates(scope, is_open=False)
    page = page_of(size_of(session, answered), _PER_PAGE)
    shown = answered.offset(page.rows.start).limit(_PER_PAGE)
    return render_template(
        "documents/certificates.html",
        waiting=queries.views(session, queries.certificates(scope, is_open=True)),
        rows=queries.views(session, shown),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("certificates.listing", page=number),
    )


@ROUTES.form("/certificates/of/<int:employment_id>", permission=_ISSUE)
def issue(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Choose, look at and issue a certificate; ``?asked=`` names the wish that it answers."""
    session = db.session()
    person = queries.employment(session, scope, employment_id, clock.today())
    asked = _asked_for(session, scope, employment_id)
    form = IssueForm(data=_usual() | _suggested(person, asked))
    form.name_kinds()
    figures = None
    if form.validate_on_submit():
        issued_id, figures = _done(scope, form, employment_id, asked)
        if issued_id is not None:
            flash(gettext("证明已出具"), "success")
            return redirect(url_for("certificates.certificate", certificate_id=issued_id))
    if figures is not None:
        note_read("certificate.look", "employment", employment_id, company_id=person.company_id)
    page = render_template(
        "documents/certificate_issue.html",
        form=form,
        person=person,
        asked=asked,
        figures=figures,
        kinds=Kind,
        labels=labels,
    )
    return answer_of(page, form)


def _asked_for(
    session: Session, scope: Scope, employment_id: int
) -> queries.CertificateView | None:
    """Return the wish that the address names, if it waits for an answer."""
    if "asked" not in request.args:
        return None
    asked = queries.view(session, scope, key_of(request.args["asked"]))
    if asked.employment_id != employment_id:
        raise NotFoundError("web.not_found")
    return asked if asked.state == "asked" else None


def _suggested(person: Any, asked: queries.CertificateView | None) -> dict[str, Any]:
    suggested: dict[str, Any] = {"contract_from": person.hired_on}
    if person.separated_on is not None and person.separated_on < clock.today():
        suggested["kind"] = Kind.SEPARATION.value
    if asked is not None:
        suggested |= {"kind": asked.kind.value, "language": asked.language}
        suggested["purpose"] = asked.purpose
        if asked.period_from is not None:
            suggested |= {"first": str(asked.period_from), "last": str(asked.period_to)}
    return suggested


def _done(
    scope: Scope, form: IssueForm, employment_id: int, asked: queries.CertificateView | None
) -> tuple[int | None, Figures | None]:
    """Issue, or only look; return the new key, or what it would say."""
    try:
        wish = form.wish(employment_id)
        if request.form.get("act") != "issue":
            return None, service.preview(db.session(), scope, wish)
        asked_id = asked.certificate_id if asked else None
        with unit_of_work() as session:
            return service.issue(session, actor(), scope, wish, asked_id=asked_id), None
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return None, None


@ROUTES.page("/certificates/<int:certificate_id>", permission=_ISSUE)
def certificate(scope: Scope, certificate_id: int) -> ResponseReturnValue:
    """Show one certificate, what it says, and whether the payslips still say so."""
    session = db.session()
    view = queries.view(session, scope, certificate_id)
    note_read("certificate.read", "certificate", certificate_id, company_id=view.company_id)
    is_issued = view.issued_at is not None
    return render_template(
        "documents/certificate.html",
        view=view,
        figures=queries.figures(session, scope, certificate_id)[1] if is_issued else None,
        is_outdated=is_issued and service.is_outdated(session, scope, certificate_id),
        kinds=Kind,
        labels=labels,
    )


@ROUTES.page("/certificates/<int:certificate_id>/pdf", permission=_ISSUE)
def pdf(scope: Scope, certificate_id: int) -> ResponseReturnValue:
    """Send a certificate for printing and sealing."""
    return _send(scope, certificate_id, "certificates.listing")


@ROUTES.action("/certificates/<int:certificate_id>/decline", permission=_ISSUE)
def decline(scope: Scope, certificate_id: int) -> ResponseReturnValue:
    """Say why a certificate is not issued."""
    return _act(scope, certificate_id, service.decline, gettext("已答复本人"))


@ROUTES.action("/certificates/<int:certificate_id>/withdraw", permission=_ISSUE)
def withdraw(scope: Scope, certificate_id: int) -> ResponseReturnValue:
    """Withdraw a certificate; the page behind its QR code says so."""
    return _act(scope, certificate_id, service.withdraw, gettext("证明已撤回"))


def _act(
    scope: Scope, certificate_id: int, act: Callable[..., None], said: str
) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            act(session, actor(), scope, certificate_id, request.form.get("reason", ""))
    except NotFoundError:
        raise
    except DomainError as error:
        flash(error.message(current_locale()), "danger")
    else:
        flash(said, "success")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id))


@ROUTES.public("/c/<public_id>")
def check(public_id: str) -> ResponseReturnValue:
    """Tell whoever holds the paper whether it is genuine and valid; no amount, no full name."""
    address, now = request.remote_addr or "", time.monotonic()
    if _BRAKE.is_on(address, now):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        found, figures = queries.by_public_id(db.session(), public_id)
    except NotFoundError:
        _BRAKE.spend(address, _WRONG_GUESS, now)
        raise
    _BRAKE.spend(address, 1, now)
    page = render_template(
        "documents/certificate_check.html",
        figures=figures,
        name=masked_name(figures.person_name),
        fingerprint=fingerprint(found.figures_hash or ""),
        withdrawn_at=found.withdrawn_at,
        labels=labels,
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _send(scope: Scope, certificate_id: int, otherwise: str) -> ResponseReturnValue:
    session = db.session()
    view = queries.view(session, scope, certificate_id)
    try:
        document = service.document(session, scope, certificate_id)
    except NotFoundError:
        raise
    except DomainError as error:
        flash(error.message(current_locale()), "warning")
        return redirect(url_for(otherwise))
    note_read("certificate.read", "certificate", certificate_id, company_id=view.company_id)
    return send_file(
        BytesIO(document.content),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.name,
    )
