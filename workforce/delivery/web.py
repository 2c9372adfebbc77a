"""Publishing and following payslips for finance; signing, and who has looked, for the person paid.

Whoever leads a team sees none of this: who has read a payslip is a matter of pay.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.rules.slip_password import PasswordRule
from workforce.delivery import queries, readers, receipt_list, service
from workforce.delivery.mailing import MAIL
from workforce.delivery.queries import Show, Wanted
from workforce.delivery.reminding import REMIND
from workforce.documents import labels
from workforce.documents import queries as documents
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.payroll import receipts
from workforce.payroll.routes import flash_error
from workforce.platform.db import db
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.job_views import newest
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, actor, key_of, note_read, page_of, principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

ROUTES = SliceRoutes("delivery", __name__)

_PUBLISH: Final = Permission.PAYROLL_RUN_PUBLISH
_OWN: Final = Permission.PAYSLIP_READ_OWN
_PER_PAGE: Final = 100


@ROUTES.page("/payroll/runs/<int:run_id>/delivery", permission=_PUBLISH)
def of_run(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show how far a run's payslips have come: published, mailed, read, signed for."""
    session = db.session()
    run = payroll.found(session, payroll.run(scope, run_id))
    company = session.scalars(companies.companies(Scope.company(run.company_id))).one()
    counts = queries.counts(session, scope, run_id)
    wanted = _wanted()
    period = PayPeriod.parse(run.period)
    number = max(request.args.get("page", 1, type=int), 1)
    first = slice((number - 1) * _PER_PAGE, number * _PER_PAGE)
    rows, total = queries.delivery_rows(session, scope, run_id, wanted, period, first)
    page = page_of(total if rows else counts.of(wanted.show), _PER_PAGE)
    if not rows and page.number != number:
        rows, total = queries.delivery_rows(session, scope, run_id, wanted, period, page.rows)
        page = page_of(total, _PER_PAGE)
    note_read("delivery.read", "payroll_run", run_id, company_id=run.company_id)
    return render_template(
        "delivery/of_run.html",
        run=run,
        period=period,
        company=company,
        published=receipts.publication_of(session, run_id),
        is_decided=run.state in FINAL,
        is_mail_on=service.is_mail_on(),
        counts=counts,
        rows=rows,
        wanted=wanted,
        shows=list(Show),
        teams=session.scalars(companies.teams(Scope.company(run.company_id))).all(),
        rules=list(PasswordRule),
        job=_open_job(scope, run),
        number=page.number,
        count=page.count,
        page_url=lambda other: _address(run_id, wanted, page=other),
        url_of=lambda show: _address(run_id, wanted, show=Show(show)),
    )


def _wanted() -> Wanted:
    """Read which people the address asks for; what it does not know shows everybody."""
    asked = request.args.get("show", Show.ALL)
    team = request.args.get("team", "")
    return Wanted(
        show=Show(asked) if asked in set(Show) else Show.ALL,
        team_id=key_of(team) if team else None,
        words=request.args.get("q", "").strip()[:40],
    )


def _address(run_id: int, wanted: Wanted, show: Show | None = None, page: int = 1) -> str:
    shown = show or wanted.show
    return url_for(
        "delivery.of_run",
        run_id=run_id,
        show=None if shown is Show.ALL else shown.value,
        team=wanted.team_id,
        q=wanted.words or None,
        page=None if page == 1 else page,
    )


def _open_job(scope: Scope, run: Any) -> Any:
    """Return what is being sent for the company right now, if anything is."""
    for kind in (MAIL, REMIND):
        job = newest(db.session(), scope, kind, run.company_id)
        if job is not None and job.is_open:
            return job
    return None


@ROUTES.action("/payroll/runs/<int:run_id>/publish", permission=_PUBLISH)
def publish(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show a decided run's payslips to their people, and have them mailed if that is wanted."""

    def act() -> str:
        with_mail = bool(request.form.get("with_mail"))
        job_id = service.publish(scope, run_id, actor(), with_mail=with_mail)
        if job_id is not None:
            return str(gettext("已公布，邮件正在后台发送"))
        return str(gettext("已公布，本人可以看到工资条了"))

    return _done(run_id, act)


@ROUTES.action("/payroll/runs/<int:run_id>/mail", permission=_PUBLISH)
def mail(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Have the payslips mailed that nobody has asked for yet."""

    def act() -> str:
        if service.mail_run(scope, run_id, actor()) is None:
            return str(gettext("没有要发的邮件"))
        return str(gettext("邮件正在后台发送"))

    return _done(run_id, act)


@ROUTES.action("/payroll/runs/<int:run_id>/remind", permission=_PUBLISH)
def remind(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Have everybody reminded who has not signed yet."""

    def act() -> str:
        service.remind(scope, run_id, actor())
        return str(gettext("正在后台提醒还没有签收的人，七天内提醒过的不再提醒"))

    return _done(run_id, act)


@ROUTES.action("/payroll/runs/<int:run_id>/slip-password", permission=_PUBLISH)
def set_password_rule(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Choose what opens the company's locked payslips."""
    payroll.found(db.session(), payroll.run(scope, run_id))
    asked = request.form.get("rule")
    if asked not in set(PasswordRule):
        raise NotFoundError("web.not_found")

    def act() -> str:
        service.set_password_rule(scope, run_id, PasswordRule(asked), actor())
        return str(gettext("打开密码的规则已保存，以后发送的工资条按它加密"))

    return _done(run_id, act)


@ROUTES.action("/payroll/runs/<int:run_id>/delivery/chosen", permission=_PUBLISH)
def act_on_chosen(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Do one thing with the people who are ticked: mail again, settle a doubtful mail, signed on paper."""
    payroll.found(db.session(), payroll.run(scope, run_id))
    slips = [key_of(text) for text in request.form.getlist("slip")]
    reason = request.form.get("reason", "")
    acts: dict[str, Callable[[], str]] = {
        "mail": lambda: _mailed_again(scope, run_id, slips, reason),
        "settle": lambda: _settled(scope, run_id, slips, reason),
        "paper": lambda: _signed_on_paper(scope, run_id, slips, reason),
    }
    chosen = acts.get(request.form.get("act", ""))
    if chosen is None:
        raise NotFoundError("web.not_found")
    return _done(run_id, chosen)


def _mailed_again(scope: Scope, run_id: int, slips: list[int], reason: str) -> str:
    service.mail_again(scope, run_id, slips, reason, actor())
    return str(gettext("%(count)s 封邮件正在后台发送", count=len(slips)))


def _settled(scope: Scope, run_id: int, slips: list[int], reason: str) -> str:
    service.settle_as_sent(scope, run_id, slips, reason, actor())
    return str(gettext("%(count)s 封邮件已记为发出", count=len(slips)))


def _signed_on_paper(scope: Scope, run_id: int, slips: list[int], reason: str) -> str:
    service.sign_on_paper(scope, run_id, slips, reason, actor())
    return str(gettext("已登记 %(count)s 人在纸上签收", count=len(slips)))


def _done(run_id: int, act: Callable[[], str]) -> ResponseReturnValue:
    """Do something and say on the list what came of it; the list is as narrow as it was."""
    try:
        said = act()
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(said, "success")
    return redirect(_address(run_id, _wanted()))


@ROUTES.page("/payroll/runs/<int:run_id>/receipts.xlsx", permission=_PUBLISH)
def receipts_file(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Send the list on which people sign on paper; it names no amount."""
    made = receipt_list.receipt_list(db.session(), scope, run_id, current_locale())
    note_read("receipt_list.read", "payroll_run", run_id, company_id=made.company_id)
    return send_file(
        BytesIO(made.document.content),
        mimetype=made.document.media_type,
        as_attachment=True,
        download_name=made.document.name,
    )


@ROUTES.action("/payslips/<int:payslip_id>/sign", permission=_OWN)
def sign(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Sign for an own payslip."""
    try:
        service.sign_own(scope, payslip_id, request.form.get("fingerprint", ""), actor())
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(gettext("已签收"), "success")
    return redirect(url_for("documents.own_payslip", payslip_id=payslip_id, _anchor="receipt"))


@ROUTES.page("/payslips/<int:payslip_id>/readers", permission=_OWN)
def who_has_read(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Show a person who else has looked at the own payslip."""
    session = db.session()
    view = documents.payslip_view(session, scope, payslip_id)
    run = session.scalars(payroll.run_of_payslip(scope, payslip_id)).one()
    names = {row.account_id: row.display_name for row in session.execute(accounts.display_names())}
    return render_template(
        "delivery/readers.html",
        view=view,
        labels=labels,
        of_slip=readers.of_slip(session, payslip_id, principal().account_id, names),
        of_run=readers.of_run(
            session,
            run,
            view.company_code,
            session.scalars(payments.batches_of_slip(payslip_id)),
            principal().account_id,
            names,
        ),
        most=readers.MOST,
    )
