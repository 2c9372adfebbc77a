"""The page on which the insurance base is changed once a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll.base.change import BaseChange, apply_bases, plan_bases
from workforce.payroll.orders.forms import BaseForm
from workforce.payroll.routes import ROUTES, companies_in, company_named
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.law_book import law_book
from workforce.platform.web import actor, note_read, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_PER_PAGE: Final = 200


@ROUTES.form("/payroll/bases", permission=Permission.PAYROLL_RUN_PREPARE)
def bases(scope: Scope) -> ResponseReturnValue:
    """Show what declaring last year's average wages changes, person by person, and store it."""
    session = db.session()
    known = companies_in(session, scope)
    company = company_named(known, request.values.get("company", ""))
    form = BaseForm(since=PayPeriod(clock.today().year, 1))
    found: BaseChange | None = None
    if form.validate_on_submit():
        since: PayPeriod = form.since.data
        told = form.told.data or ""
        given = (scope, company.company_id, since.year - 1, since, told)
        note_read("contribution_base.read", "company", company.company_id)
        try:
            if request.form.get("step") == "apply":
                seen = request.form.get("seen", "")
                done = apply_bases(*given, actor(), law_book(), seen=seen)
                flash(
                    gettext(
                        "已改 %(count)s 人，从 %(month)s 起按新基数缴费，以前月份的差额随该月结算",
                        count=len(done.changed),
                        month=str(done.pay_month),
                    ),
                    "success",
                )
                return redirect(url_for("payroll.bases", company=company.company_id))
            found = plan_bases(session, *given, law_book())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
            found = _again(form, *given)
    rows = [] if found is None else list(found.rows)
    page = page_of(len(rows), _PER_PAGE)
    shown = render_template(
        "payroll/bases.html",
        form=form,
        found=found,
        rows=rows[page.rows],
        company=company,
        companies=known,
        least=len(rows) - _PER_PAGE,
    )
    return answer_of(shown, form)


def _again(
    form: BaseForm, scope: Scope, company_id: int, year: int, since: PayPeriod, told: str
) -> BaseChange | None:
    """Return how things are now where a change was refused, if they can be reckoned."""
    if form.errors:
        return None
    try:
        return plan_bases(db.session(), scope, company_id, year, since, told, law_book())
    except DomainError:
        return None
