"""Finance's pages of money: paying a run, batches, what came of them, who is owed, whose pay waits."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import func, select

from workforce.companies import queries as companies
from workforce.core.capitals import capitals
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.lifecycle import RunAction, RunState, after
from workforce.core.permissions import Permission
from workforce.payments import holding, ledger, outcomes, queries, rules, service
from workforce.payments.forms import FailureForm, PaidForm, ReasonForm
from workforce.payments.queries import Why
from workforce.payroll import queries as payroll
from workforce.payroll import views
from workforce.payroll.deciding import decision
from workforce.payroll.selects import dues
from workforce.payroll.service import Payment
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX
from workforce.platform.forms import answer_of, fault_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes, actor, note_read, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from workforce.payments.models import PaymentBatch
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("payments", __name__)

_READ: Final = Permission.PAYSLIP_READ
_PAY: Final = Permission.PAYROLL_RUN_PAY
_PER_PAGE: Final = 50


@ROUTES.form("/payroll/runs/<int:run_id>/pay", permission=_PAY)
def pay(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show whom a run pays and whom it leaves out; make its batch, or record that it was paid."""
    session = db.session()
    run = payroll.found(session, payroll.run(scope, run_id))
    after(RunState(run.state), RunAction.PAY)
    waiting = session.scalar(queries.open_batch(run_id))
    if waiting is not None:
        return redirect(url_for("payments.batch", payment_batch_id=waiting.id))
    form = PaidForm()
    if form.validate_on_submit() and _done(
        form, lambda: service.pay_run(scope, run_id, actor(), _payment(form), law_book())
    ):
        flash(gettext("已标记发放，还可以关账"), "success")
        return redirect(url_for("payroll.run", run_id=run_id))
    view = views.run_view(db.session(), scope, run_id)
    page = render_template(
        "payments/pay.html",
        form=form,
        payable=service.payable(db.session(), scope, run_id),
        **decision(scope, view, RunAction.PAY),
    )
    return answer_of(page, form)


@ROUTES.action("/payroll/runs/<int:run_id>/payments", permission=_PAY)
def make(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Make a run's batch."""
    try:
        made = service.make_batch(scope, run_id, actor(), law_book())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
        return redirect(url_for("payroll.run", run_id=run_id))
    return _made(made)


@ROUTES.form("/payroll/payments/arrears", permission=_PAY)
def make_arrears(scope: Scope) -> ResponseReturnValue:
    """Show what a batch of arrears would pay, and make it."""
    company_id = rules.company_in(scope)
    if request.method == "POST":
        try:
            return _made(service.make_arrears_batch(scope, company_id, actor()))
        except DomainError as error:
            flash(fault_of(error), "danger")
            return redirect(url_for("payments.make_arrears"))
    note_read("arrears.read", "company", company_id, company_id=company_id)
    payable = service.payable(db.session(), scope)
    return render_template("payments/make_arrears.html", payable=payable)


def _made(made: service.Made) -> ResponseReturnValue:
    flash(
        gettext("已生成发放批 %(number)s：%(count)s 人", number=made.number, count=made.count),
        "success",
    )
    return redirect(url_for("payments.batch", payment_batch_id=made.batch_id))


@ROUTES.page("/payroll/payments", permission=_READ)
def listing(scope: Scope) -> ResponseReturnValue:
    """List the batches, the newest first."""
    session = db.session()
    chosen = queries.batches(scope)
    size = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = page_of(size, _PER_PAGE)
    rows = list(session.scalars(chosen.slice(page.rows.start, page.rows.stop)))
    return render_template(
        "payments/batches.html",
        rows=rows,
        runs=_runs_of(scope, rows),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("payments.listing", page=number),
    )


def _runs_of(scope: Scope, batches: list[PaymentBatch]) -> dict[int, Any]:
    """Return the runs of some batches by key."""
    ids = {one.run_id for one in batches if one.run_id is not None}
    if not ids:
        return {}
    found = db.session().scalars(dues.runs_with_ids(scope, ids))
    return {run.id: run for run in found}


@ROUTES.form("/payroll/payments/<int:payment_batch_id>", permission=_PAY)
def batch(scope: Scope, payment_batch_id: int) -> ResponseReturnValue:
    """Show a batch; record that the bank has paid it."""
    session = db.session()
    row = payroll.found(session, queries.batch(scope, payment_batch_id))
    form = PaidForm()
    if form.validate_on_submit() and _done(
        form,
        lambda: service.confirm_batch(scope, payment_batch_id, _payment(form), actor()),
    ):
        flash(gettext("已确认付款"), "success")
        return redirect(url_for("payments.batch", payment_batch_id=payment_batch_id))
    session = db.session()
    row = payroll.found(session, queries.batch(scope, payment_batch_id))
    sums = {one.state: one for one in session.execute(queries.state_sums(row.id))}
    page = page_of(row.payment_count, _PER_PAGE)
    chosen = queries.payments_of(scope, row.id).slice(page.rows.start, page.rows.stop)
    payments = session.execute(chosen).all()
    note_read("payment_batch.read", "payment_batch", row.id, company_id=row.company_id)
    due = sums["pending"].amount if "pending" in sums else 0
    return answer_of(
        render_template(
            "payments/batch.html",
            batch=row,
            run=_runs_of(scope, [row]).get(row.run_id or 0),
            form=form,
            cancel_form=ReasonForm(),
            sums=sums,
            due=due,
            in_capitals=capitals(due),
            payments=payments,
            number=page.number,
            count=page.count,
            page_url=lambda number: url_for("payments.batch", payment_batch_id=row.id, page=number),
        ),
        form,
    )


@ROUTES.action("/payroll/payments/<int:payment_batch_id>/cancel", permission=_PAY)
def cancel(scope: Scope, payment_batch_id: int) -> ResponseReturnValue:
    """Cancel a batch that the bank has not paid."""
    try:
        service.cancel_batch(scope, payment_batch_id, request.form.get("reason", ""), actor())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已取消，里面的人可以重新生成发放批"), "success")
    return redirect(url_for("payments.batch", payment_batch_id=payment_batch_id))


@ROUTES.form("/payroll/payments/items/<int:payment_id>", permission=_PAY)
def one(scope: Scope, payment_id: int) -> ResponseReturnValue:
    """Show one payment; mark it as failed, or take that back."""
    session = db.session()
    found = session.execute(queries.payment(scope, payment_id)).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    payment, of_batch = found
    has_failed = payment.state == "failed"
    form = ReasonForm() if has_failed else FailureForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        act: Callable[[], object]
        if has_failed:
            act = lambda: outcomes.recall_failure(scope, payment_id, reason, actor())  # noqa: E731
        else:
            act = lambda: outcomes.fail_payment(  # noqa: E731
                scope, payment_id, reason, actor(), form.on.data
            )
        batch_id = of_batch.id
        if _done(form, act):
            flash(gettext("已登记"), "success")
            return redirect(url_for("payments.batch", payment_batch_id=batch_id))
        session = db.session()
        payment, of_batch = session.execute(queries.payment(scope, payment_id)).one()
    note_read("payment.read", "payment", payment_id, company_id=of_batch.company_id)
    page = render_template(
        "payments/payment.html", payment=payment, batch=of_batch, form=form, today=clock.today()
    )
    return answer_of(page, form)


@ROUTES.page("/payroll/arrears", permission=_READ)
def arrears(scope: Scope) -> ResponseReturnValue:
    """Show what is due, paid and owed, by month and by person."""
    session, today = db.session(), clock.today()
    known = ledger.decided_periods(session, scope)
    wanted = _wanted(known)
    months = ledger.month_sums(session, scope, wanted, known, today)
    shown = ledger.wanted_sums(session, scope, wanted, known, today)
    page = page_of(shown.people, _PER_PAGE)
    rows = ledger.ledger_rows(session, scope, wanted, known, today, page.rows)
    note_read("arrears.read", "company", rules.company_in(scope), company_id=scope.company_id)

    def address(**changes: Any) -> str:
        said = {"span": wanted.span, "why": wanted.why, "q": wanted.words}
        return url_for("payments.arrears", **{**said, **changes})

    return render_template(
        "payments/arrears.html",
        wanted=wanted,
        years=sorted({text[:4] for text in known}, reverse=True),
        periods=known,
        standings=[ledger.OPEN, ledger.EVERYTHING, *Why],
        months=months,
        sums=ledger.total(months),
        shown=shown,
        rows=rows,
        labels=ledger.labels(),
        address=address,
        number=page.number,
        count=page.count,
        page_url=lambda number: address(page=number),
    )


@ROUTES.page("/payroll/arrears.xlsx", permission=_READ)
def arrears_file(scope: Scope) -> ResponseReturnValue:
    """Send the same rows as a spreadsheet."""
    session, today = db.session(), clock.today()
    known = ledger.decided_periods(session, scope)
    wanted = _wanted(known)
    sums = ledger.wanted_sums(session, scope, wanted, known, today)
    rows = ledger.ledger_rows(session, scope, wanted, known, today)
    company = session.execute(companies.company_facts(scope)).first()
    note_read("arrears.read", "company", rules.company_in(scope), company_id=scope.company_id)
    content = ledger.workbook(
        rows,
        sums,
        company=company.company_name if company else "",
        created=clock.now(),
        locale=current_locale(),
    )
    name = gettext("欠发台账") + f"_{wanted.span}_{today}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _wanted(known: list[str]) -> ledger.Wanted:
    """Read the address; what is not known there is as if it were not said."""
    newest = known[0][:4] if known else str(clock.today().year)
    span = request.args.get("span", "")
    spans = {ledger.ALL_YEARS, *known, *(text[:4] for text in known)}
    why = request.args.get("why", "")
    standings = {ledger.OPEN, ledger.EVERYTHING, *Why}
    return ledger.Wanted(
        span=span if span in spans else newest,
        why=why if why in standings else ledger.OPEN,
        words=request.args.get("q", "").strip()[:100],
    )


@ROUTES.page("/payroll/holds", permission=_READ)
def holds(scope: Scope) -> ResponseReturnValue:
    """List whose pay is held back, and who was."""
    session = db.session()
    chosen = queries.holds(scope)
    size = session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
    page = page_of(size, _PER_PAGE)
    rows = session.execute(chosen.slice(page.rows.start, page.rows.stop)).all()
    note_read("pay_hold.read", "company", rules.company_in(scope), company_id=scope.company_id)
    return render_template(
        "payments/holds.html",
        rows=rows,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("payments.holds", page=number),
    )


@ROUTES.form("/payroll/people/<int:employment_id>/hold", permission=_PAY)
def hold(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Hold back a person's pay with a reason, or release it with one; below, what was before."""
    session = db.session()
    company_id = rules.company_of(session, scope, employment_id)
    known = session.execute(queries.holds(scope, employment_id)).all()
    current = next((one for one in known if one.released_at is None), None)
    form = ReasonForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        act: Callable[[], object]
        if current is None:
            act = lambda: holding.hold_pay(scope, employment_id, reason, actor())  # noqa: E731
        else:
            hold_id = current.id
            act = lambda: holding.release_pay(scope, hold_id, reason, actor())  # noqa: E731
        if _done(form, act):
            said = gettext("已暂缓发放") if current is None else gettext("已解除暂缓")
            flash(said, "success")
            return redirect(url_for("payments.hold", employment_id=employment_id))
        session = db.session()
    payee = people.payees(scope).subquery()
    person = session.execute(select(payee).where(payee.c.employment_id == employment_id)).one()
    rows = session.execute(queries.arrears(scope, clock.today(), employment_id=employment_id))
    owed = [row for row in (ledger.row_of(one, clock.today()) for one in rows) if row.owed]
    note_read("pay_hold.read", "employment", employment_id, company_id=company_id)
    page = render_template(
        "payments/hold.html",
        person=person,
        current=current,
        past=[one for one in known if one.released_at is not None],
        owed=sorted(owed, key=lambda row: row.period, reverse=True),
        form=form,
    )
    return answer_of(page, form)


def _payment(form: PaidForm) -> Payment:
    return Payment(
        paid_on=form.paid_on.data,
        amount=form.amount.data,
        reference=form.reference.data or "",
    )


def _done(form: Any, act: Callable[[], object]) -> bool:
    """Act as the form says; else put what is wrong at its field."""
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    return True
