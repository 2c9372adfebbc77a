"""Declarations on the web: declaring and confirming for oneself, reviewing for finance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.money import MICRO, parse_fen
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.declarations import queries, service
from workforce.declarations.forms import DeclareForm, ReviewForm
from workforce.declarations.kinds import HALF, KINDS, OWN_AMOUNT, WHOLE, kind_of, limit_of
from workforce.declarations.service import Wish
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import answer_of, choices_of, place_fault
from workforce.platform.law_book import law_book
from workforce.platform.uploads import ACCEPTED_ENDINGS, send_upload
from workforce.platform.web import SliceRoutes, actor, key_of, note_read, page_of, principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from workforce.declarations.kinds import Kind
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("declarations", __name__)

_OWN: Final = Permission.DECLARATION_SUBMIT_OWN
_REVIEW: Final = Permission.DECLARATION_REVIEW
_PER_PAGE: Final = 50
_STATES: Final = ("submitted", "accepted", "returned", "withdrawn")


@ROUTES.page("/declarations", permission=_OWN)
def own_declarations(scope: Scope) -> ResponseReturnValue:
    """List the visitor's own declarations, and what waits to be confirmed for the next year."""
    rows = queries.declaration_rows(db.session(), scope)
    years = service.open_years()
    return render_template(
        "declarations/own_list.html",
        rows=rows,
        to_confirm=[row for row in rows if row.asks_confirmation and row.tax_year + 1 in years],
        whole=MICRO,
    )


@ROUTES.form("/declarations/new", permission=_OWN)
def declare(scope: Scope) -> ResponseReturnValue:
    """Choose a kind of deduction, then declare it."""
    session, book = db.session(), law_book()
    workplaces = queries.workplaces(session, scope, clock.today())
    if not workplaces:
        raise InputError("earnings.no_employment")
    this_month = PayPeriod.of(clock.today())
    region = workplaces[0].region
    code = request.args.get("code")
    if code is None:
        limits = {one: limit_of(book, region, kind, this_month) for one, kind in KINDS.items()}
        return render_template("declarations/kinds.html", kinds=KINDS.values(), limits=limits)
    kind = kind_of(code)
    form = _declare_form(kind, workplaces)
    if form.validate_on_submit():
        declaration_id = _declared(scope, kind, form)
        if declaration_id is not None:
            flash(gettext("已提交，财务审核以后从工资里扣除"), "success")
            return redirect(url_for("declarations.own_declarations"))
    return answer_of(
        render_template(
            "declarations/declare.html",
            form=form,
            kind=kind,
            limit=limit_of(book, region, kind, this_month),
            own_amount=OWN_AMOUNT,
            has_choice=len(workplaces) > 1,
            years=service.open_years(),
            accepted_endings=ACCEPTED_ENDINGS,
        ),
        form,
    )


def _declare_form(kind: Kind, workplaces: list[queries.Workplace]) -> DeclareForm:
    form = DeclareForm(
        share=str(kind.shares[0]),
        employment_id=str(workplaces[0].employment_id),
        first_month=str(PayPeriod.of(clock.today())),
        last_month=f"{clock.today().year}-12",
    )
    form.employment_id.choices = choices_of(
        (str(one.employment_id), one.company_name) for one in workplaces
    )
    words = {
        WHOLE: gettext("全额"),
        HALF: gettext("一半（与配偶各扣一半）"),
        OWN_AMOUNT: gettext("与兄弟姐妹分摊"),
    }
    if kind.code == "elderly_support":
        words[WHOLE] = gettext("独生子女，全额")
    form.share.choices = choices_of((str(share), words[share]) for share in kind.shares)
    return form


def _declared(scope: Scope, kind: Kind, form: DeclareForm) -> int | None:
    """Declare as the form says; else put what is wrong at its field and return None."""
    field: str | None = None
    try:
        field = "first_month"
        first = PayPeriod.parse_month(form.first_month.data or "")
        field = "last_month"
        # Nobody who leaves the end open means a single month.
        open_end = PayPeriod(first.year, 12)
        last = PayPeriod.parse_month(form.last_month.data) if form.last_month.data else open_end
        field = "amount"
        typed = (form.amount.data or "").strip()
        stated = parse_fen(typed) if typed else None
        field = None
        wish = Wish(
            employment_id=key_of(form.employment_id.data),
            code=kind.code,
            subject=form.subject.data or "",
            share=int(form.share.data),
            stated_amount=stated,
            first_month=first,
            last_month=last,
        )
        return service.declare(scope, wish, form.file.data or None, actor(), law_book())
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error, field)
        return None


@ROUTES.action("/declarations/<int:declaration_id>/withdraw", permission=_OWN)
def withdraw(scope: Scope, declaration_id: int) -> ResponseReturnValue:
    """Take an own declaration back."""
    return _act(lambda: service.withdraw(scope, declaration_id, actor()), gettext("已撤回"))


@ROUTES.action("/declarations/<int:declaration_id>/confirm", permission=_OWN)
def confirm(scope: Scope, declaration_id: int) -> ResponseReturnValue:
    """Say that an own declaration goes on next year."""
    return _act(
        lambda: service.confirm(scope, declaration_id, actor(), law_book()),
        gettext("已确认，下一年继续扣除"),
    )


@ROUTES.action("/declarations/<int:declaration_id>/end", permission=_OWN)
def end(scope: Scope, declaration_id: int) -> ResponseReturnValue:
    """Say that an own declaration does not go on next year."""
    return _act(
        lambda: service.end(scope, declaration_id, actor()), gettext("已记下，下一年不再扣除")
    )


def _act(act: Callable[[], object], done: str) -> ResponseReturnValue:
    act()
    flash(done, "success")
    return redirect(url_for("declarations.own_declarations"))


@ROUTES.page("/declarations/<int:declaration_id>/file", permission=_OWN)
def own_file(scope: Scope, declaration_id: int) -> ResponseReturnValue:
    """Send back the evidence of an own declaration."""
    return send_upload(queries.upload_of(db.session(), scope, declaration_id))


@ROUTES.page("/payroll/declarations", permission=_REVIEW)
def company_declarations(scope: Scope) -> ResponseReturnValue:
    """Show a company's declarations of a year, and what is unconfirmed or lacks evidence."""
    session = db.session()
    year = _year()
    filters = {
        **{state: queries.of_year(year, state) for state in _STATES},
        "unconfirmed": queries.unconfirmed(year),
        "without_file": queries.without_file(year),
        "all": queries.of_year(year),
    }
    wanted = request.args.get("show", "submitted")
    shown = wanted if wanted in filters else "submitted"
    page = page_of(queries.count(session, scope, filters[shown]), _PER_PAGE)
    return render_template(
        "declarations/company_list.html",
        rows=queries.declaration_rows(session, scope, filters[shown], rows=page.rows),
        overview=queries.overview(session, scope, year),
        year=year,
        shown=shown,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "declarations.company_declarations", year=year, show=shown, page=number
        ),
    )


def _year() -> int:
    """Return the year that the address asks for, else this one."""
    year = request.args.get("year", clock.today().year, type=int)
    is_near = abs(year - clock.today().year) <= 10  # noqa: PLR2004 - books are kept so long
    return year if is_near else clock.today().year


@ROUTES.form("/payroll/declarations/<int:declaration_id>", permission=_REVIEW)
def review(scope: Scope, declaration_id: int) -> ResponseReturnValue:
    """Show finance a declaration, and take its decision."""
    session = db.session()
    row = queries.declaration_row(session, scope, declaration_id)
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            if form.decision.data == "accept":
                service.accept(scope, declaration_id, actor(), principal().person_id)
            else:
                reason = form.reason.data or ""
                service.return_declaration(
                    scope, declaration_id, reason, actor(), principal().person_id
                )
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已处理"), "success")
            return redirect(url_for("declarations.company_declarations", year=row.tax_year))
        row = queries.declaration_row(session, scope, declaration_id)
    note_read("declaration.read", "declaration", declaration_id, company_id=row.company_id)
    return answer_of(
        render_template("declarations/review.html", row=row, form=form, whole=MICRO), form
    )


@ROUTES.page("/payroll/declarations/<int:declaration_id>/file", permission=_REVIEW)
def company_file(scope: Scope, declaration_id: int) -> ResponseReturnValue:
    """Send finance the evidence of a declaration."""
    return send_upload(queries.upload_of(db.session(), scope, declaration_id))
