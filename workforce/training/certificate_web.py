"""Skill certificates on the web: the register, a person's papers, rules, exceptions, and the check page."""

from __future__ import annotations

import datetime as dt
import time
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final

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
from sqlalchemy import select

from workforce.certification import service
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.documents.assembly import masked_id_number, masked_name
from workforce.documents.fonts import installed_fonts
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.brake import Brake
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.files import made_name
from workforce.platform.forms import answer_of, fault_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.installation import installation
from workforce.platform.web import SliceRoutes, actor, may, note_read, page_of, principal
from workforce.training import certificate_queries as queries
from workforce.training.certificate_forms import ExceptionForm, PaperForm, RuleForm
from workforce.training.certificate_paper import PaperWords, draw_skill_certificates
from workforce.training.class_people import people_of
from workforce.training.queries import class_row

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("skill_certificates", __name__)

_READ: Final = Permission.SKILL_CERTIFICATE_READ
_KEEP: Final = Permission.SKILL_CERTIFICATE_KEEP
_OWN: Final = Permission.SKILL_CERTIFICATE_READ_OWN
_ASK: Final = Permission.SKILL_EXCEPTION_ASK
_DECIDE: Final = Permission.SKILL_EXCEPTION_DECIDE
_RULE: Final = Permission.SKILL_RULE_SET
_CLASS: Final = Permission.TRAINING_MANAGE
_PER_PAGE: Final = 50
_PDF: Final = "application/pdf"
# Points a minute that one address may spend on checks: honest scans cost one, wrong guesses many.
_BRAKE: Final = Brake(300)
_WRONG_GUESS: Final = 20


@ROUTES.page("/skill-certificates", permission=_READ)
def listing(scope: Scope) -> ResponseReturnValue:
    """List people with what they hold: ``?show=`` expiring or without, ``?q=`` a name or number."""
    session, today = db.session(), clock.today()
    shown = request.args.get("show", "")
    shown = shown if shown in queries.STATES else "all"
    words = request.args.get("q", "").strip()[:100]
    chosen = queries.holders(scope, today, shown, words)
    counts = {
        state: size_of(session, queries.holders(scope, today, state)) for state in queries.STATES
    }
    page = page_of(size_of(session, chosen) if words else counts[shown], _PER_PAGE)
    rows = session.execute(chosen.offset(page.rows.start).limit(_PER_PAGE)).all()
    return render_template(
        "training/certificates.html",
        rows=queries.with_papers(session, scope, rows, today),
        counts=counts,
        shown=shown,
        words=words,
        today=today,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "skill_certificates.listing", show=shown, q=words or None, page=number
        ),
    )


@ROUTES.page("/skill-certificates/people/<int:person_id>", permission=_READ)
def person(scope: Scope, person_id: int) -> ResponseReturnValue:
    """Show what one person holds, with the form to enter another paper."""
    form = PaperForm(formdata=None, data={"issued_on": clock.today()})
    return _person(scope, person_id, form)


def _person(scope: Scope, person_id: int, form: PaperForm) -> ResponseReturnValue:
    session, today = db.session(), clock.today()
    who = queries.person(session, scope, person_id)
    form.name_choices(queries.task_type_texts(session))
    note_read(
        "skill_certificate.read", "employment", who.employment_id, company_id=scope.company_id
    )
    page = render_template(
        "training/certificate_person.html",
        who=who,
        rows=queries.papers_of(session, scope, person_id, today),
        form=form,
        today=today,
        company_id=scope.company_id,
    )
    return answer_of(page, form)


@ROUTES.action("/skill-certificates/people/<int:person_id>/enter", permission=_KEEP)
def enter(scope: Scope, person_id: int) -> ResponseReturnValue:
    """Enter a paper of another body, or issue one here where no number is given."""
    session = db.session()
    queries.person(session, scope, person_id)
    form = PaperForm()
    form.name_choices(queries.task_type_texts(session))
    if form.validate_on_submit() and _entered(scope, person_id, form):
        return redirect(url_for("skill_certificates.person", person_id=person_id))
    return _person(scope, person_id, form)


def _entered(scope: Scope, person_id: int, form: PaperForm) -> bool:
    level = form.level.data or ""
    award = service.Award(
        person_id=person_id,
        level=int(level) if level.isdigit() else None,
        course=form.course.data,
        issued_on=form.issued_on.data,
        valid_until=form.valid_until.data,
        task_type_ids=form.task_types.data or (),
    )
    number, issuer = form.number.data or "", form.issuer.data or ""
    try:
        with unit_of_work() as session:
            if number:
                service.enter(session, actor(), scope, award, issuer=issuer, number=number)
            else:
                own = queries.own_issuer(session, scope)
                if issuer not in {"", own}:
                    # The check page of this installation vouches for the issuer that it names.
                    raise InputError("skill.issuer_here", place="issuer", issuer=own)
                service.issue(session, actor(), award, issuer=own, kept_by_id=scope.company_id)
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    flash(gettext("证书已登记") if number else gettext("证书已发放"), "success")
    return True


@ROUTES.action("/skill-certificates/<int:skill_certificate_id>/withdraw", permission=_KEEP)
def withdraw(scope: Scope, skill_certificate_id: int) -> ResponseReturnValue:
    """Withdraw a certificate; the page behind its code says so."""
    one = queries.paper(db.session(), scope, skill_certificate_id, clock.today())
    try:
        with unit_of_work() as session:
            reason = request.form.get("reason", "")
            service.withdraw(session, actor(), scope, skill_certificate_id, reason)
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("证书已撤销"), "success")
    return redirect(url_for("skill_certificates.person", person_id=one.person_id))


@ROUTES.page("/skill-certificates/<int:skill_certificate_id>/pdf", permission=_READ)
def pdf(scope: Scope, skill_certificate_id: int) -> ResponseReturnValue:
    """Send a certificate that was issued here, for printing and sealing."""
    return _send(scope, skill_certificate_id)


@ROUTES.page("/my/skill-certificates/<int:skill_certificate_id>/pdf", permission=_OWN)
def own_pdf(scope: Scope, skill_certificate_id: int) -> ResponseReturnValue:
    """Send one of the visitor's own certificates."""
    return _send(scope, skill_certificate_id)


def _send(scope: Scope, certificate_id: int) -> ResponseReturnValue:
    session, today = db.session(), clock.today()
    one = queries.paper(session, scope, certificate_id, today)
    if one.public_id is None or one.state == "withdrawn":
        # Another body's paper is its own; what is withdrawn is not printed any more.
        raise NotFoundError("web.not_found")
    who = queries.person(session, scope, one.person_id)
    words = _words(one, who.name, queries.id_numbers(session, scope, [one.person_id]))
    note_read(
        "skill_certificate.read", "skill_certificate", certificate_id, company_id=scope.company_id
    )
    return _sent([words], who.name, one.number)


def _words(one: queries.Paper, name: str, id_numbers: dict[int, str]) -> PaperWords:
    return PaperWords(
        check_url=f"{installation().public_url}/k/{one.public_id}",
        number=one.number,
        issuer=one.issuer,
        name=name,
        id_number=masked_id_number(id_numbers[one.person_id]),
        level=one.level,
        course=one.course,
        issued_on=one.issued_on,
        valid_until=one.valid_until,
        opens=list(one.opens.values()),
    )


def _sent(sheets: list[PaperWords], whose: str, *more: str) -> ResponseReturnValue:
    content = draw_skill_certificates(sheets, installed_fonts(), current_locale())
    name = made_name(whose, gettext("技能证书"), *more, ending="pdf")
    return send_file(BytesIO(content), mimetype=_PDF, as_attachment=True, download_name=name)


@ROUTES.page("/training/classes/<int:class_id>/certificates.pdf", permission=_CLASS)
def of_class(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Send the certificates that a class has brought people in reach, for printing and sealing."""
    session, today = db.session(), clock.today()
    row = class_row(session, scope, class_id)
    names = {
        one.certificate_id: one.name
        for one in people_of(session, scope, class_id, today, "enrolled")
        if one.certificate_id is not None
    }
    papers = queries.papers_to_print(session, scope, list(names), today)
    if not papers:
        raise NotFoundError("web.not_found")
    id_numbers = queries.id_numbers(session, scope, [one.person_id for one in papers])
    note_read("skill_certificate.read", "training_class", class_id, company_id=scope.company_id)
    sheets = [_words(one, names[one.certificate_id], id_numbers) for one in papers]
    return _sent(sheets, row.one.code)


@ROUTES.page("/my/skill-certificates", permission=_OWN)
def mine(scope: Scope) -> ResponseReturnValue:
    """Show the visitor's own certificates, and which work of the own company needs one."""
    session, today = db.session(), clock.today()
    papers = queries.papers_of(session, scope, _person_id(scope), today)
    return render_template(
        "training/certificates_own.html",
        rows=papers,
        tasks=queries.own_tasks(session, scope, papers, today),
        today=today,
    )


def _person_id(scope: Scope) -> int:
    assert scope.person_id is not None, "an own scope has its person"  # noqa: S101 - narrows the type
    return scope.person_id


@ROUTES.form("/skill-certificates/rules", permission=_RULE)
def rules(scope: Scope) -> ResponseReturnValue:
    """Show and set which work of the company needs a certificate."""
    session, today = db.session(), clock.today()
    company_id = scope.company_id
    if company_id is None:
        raise NotFoundError("web.not_found")
    form = RuleForm(data={"valid_from": today})
    form.name_choices(queries.task_type_texts(session))
    if form.validate_on_submit() and _ruled(company_id, form):
        return redirect(url_for("skill_certificates.rules"))
    page = render_template(
        "training/certificate_rules.html",
        rows=queries.task_rules(session, scope, company_id, today),
        form=form,
    )
    return answer_of(page, form)


def _ruled(company_id: int, form: RuleForm) -> bool:
    day = form.valid_from.data
    try:
        with unit_of_work() as session:
            is_new = service.set_requirement(
                session, actor(), company_id, form.task_type_id.data, form.chosen, day
            )
    except DomainError as error:
        place_fault(form, error, "valid_from" if error.place is None else None)
        return False
    if is_new:
        flash(gettext("已保存，从 %(day)s 做的活起", day=day), "success")
    else:
        flash(gettext("没有变化"), "info")
    return True


@ROUTES.form("/skill-certificates/exceptions", permission=_ASK)
def exceptions(scope: Scope) -> ResponseReturnValue:
    """List exceptions, and ask for one."""
    session, today = db.session(), clock.today()
    form = ExceptionForm(data={"first_on": today, "last_on": today + dt.timedelta(days=29)})
    form.name_choices(queries.task_type_texts(session))
    if form.validate_on_submit() and _asked(scope, form):
        flash(gettext("已申请，等另一个人批准"), "success")
        return redirect(url_for("skill_certificates.exceptions"))
    start = (max(request.args.get("page", 1, type=int), 1) - 1) * _PER_PAGE
    rows, total = queries.exception_rows(session, scope, today, slice(start, start + _PER_PAGE))
    page = page_of(total, _PER_PAGE)
    shown = render_template(
        "training/certificate_exceptions.html",
        rows=rows,
        form=form,
        can_decide=may(_DECIDE),
        account_id=principal().account_id,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("skill_certificates.exceptions", page=number),
    )
    return answer_of(shown, form)


def _asked(scope: Scope, form: ExceptionForm) -> bool:
    directory = people.directory(scope).order_by(None).subquery()
    number = select(directory.c.employment_id).where(
        directory.c.employee_no == form.employee_no.data
    )
    employment_id = db.session().scalar(number)
    if employment_id is None:
        form.employee_no.errors = [gettext("没有这个工号，或者不在您的班组")]
        return False
    try:
        with unit_of_work() as session:
            service.ask_exception(
                session,
                actor(),
                scope,
                employment_id=employment_id,
                task_type_id=form.task_type_id.data,
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                reason=form.reason.data or "",
            )
    except DomainError as error:
        place_fault(form, error)
        return False
    return True


@ROUTES.action("/skill-certificates/exceptions/<int:skill_exception_id>", permission=_DECIDE)
def decide(scope: Scope, skill_exception_id: int) -> ResponseReturnValue:
    """Approve an exception, decline it with an answer, or end it early."""
    verb, answer = request.form.get("act", ""), request.form.get("answer", "")
    said = {
        "approve": gettext("已批准"),
        "decline": gettext("没有批准，已答复"),
        "end": gettext("例外到今天为止"),
    }
    if verb not in said:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with unit_of_work() as session:
            if verb == "end":
                service.end_exception(session, actor(), scope, skill_exception_id)
            else:
                service.decide_exception(
                    session,
                    actor(),
                    scope,
                    skill_exception_id,
                    is_approved=verb == "approve",
                    answer=answer,
                )
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(said[verb], "success")
    return redirect(url_for("skill_certificates.exceptions"))


@ROUTES.public("/k/<public_id>")
def check(public_id: str) -> ResponseReturnValue:
    """Tell whoever holds the paper whether it is genuine and holds; no full name, no number of a person."""
    address, now = request.remote_addr or "", time.monotonic()
    if _BRAKE.is_on(address, now):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        one, name = queries.checked_paper(db.session(), public_id, clock.today())
    except NotFoundError:
        _BRAKE.spend(address, _WRONG_GUESS, now)
        raise
    _BRAKE.spend(address, 1, now)
    page = render_template("training/certificate_check.html", one=one, name=masked_name(name))
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
