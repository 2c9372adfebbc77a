"""Looking at everybody of a run: the grid, one person beside last month, variances, two calculations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Response, abort, flash, redirect, render_template, request, url_for

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.payroll import queries
from workforce.payroll.contents import stored_contents
from workforce.payroll.line_heads import task_type_texts
from workforce.payroll.models import PayrollRun, Payslip, Variance
from workforce.payroll.review import comparison, variance_views, variances
from workforce.payroll.review import grid as review
from workforce.payroll.review.rules import rule_of
from workforce.payroll.review.sheet import write_grid
from workforce.payroll.review.variances import VarianceKind
from workforce.payroll.routes import ROUTES, flash_error, run_in
from workforce.people import queries as people
from workforce.platform import formatting
from workforce.platform.db import db
from workforce.platform.files import XLSX
from workforce.platform.i18n import current_locale, gettext, in_current
from workforce.platform.scope import Scope
from workforce.platform.web import actor, came_from, key_of, may, note_read, page_of, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.payroll.review.grid import Column, Row

_PER_PAGE: Final = 100
_MOST_PAGES: Final = 1_000_000
_VARIANCES_PER_PAGE: Final = 100
_CHANGES_PER_PAGE: Final = 50
_TEXT_LENGTH: Final = 60
_FILTERS: Final = ("q", "team", "type", "kind", "order", "down")


@ROUTES.page("/payroll/runs/<int:run_id>/people", permission=Permission.PAYSLIP_READ)
def people_of_run(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show everybody of a run: chosen columns, filters and order in the address, totals below."""
    session, run = run_in(scope, run_id)
    note_read("payroll_run.read", "payroll_run", run_id, company_id=run.company_id)
    known = review.all_columns(session, run)
    columns = review.chosen_columns(known, request.args.getlist("column"))
    wanted = _wanted()
    number = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)
    rows = slice((number - 1) * _PER_PAGE, number * _PER_PAGE)
    found = review.grid(session, run, columns, wanted, rows)
    page = page_of(found.size, _PER_PAGE)
    if page.number != number:
        found = review.grid(session, run, columns, wanted, page.rows)
    return render_template(
        "payroll/people.html",
        run=run,
        grid=found,
        known=known,
        wanted=wanted,
        shown=_shown,
        heads=[_head(run_id, column, wanted) for column in columns],
        teams=session.scalars(companies.teams(Scope.company(run.company_id))).all(),
        kinds=variance_views.kind_counts(session, run_id),
        number=page.number,
        count=page.count,
        page_url=lambda to: _address(run_id, page=to),
        file_url=_address(run_id, "payroll.people_file"),
    )


@ROUTES.page("/payroll/runs/<int:run_id>/people.xlsx", permission=Permission.PAYSLIP_READ)
def people_file(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Return exactly the rows, columns and totals that the address asks for, as a spreadsheet."""
    session, run = run_in(scope, run_id)
    note_read("payroll_run.export", "payroll_run", run_id, company_id=run.company_id)
    columns = review.chosen_columns(
        review.all_columns(session, run), request.args.getlist("column")
    )
    found = review.grid(session, run, columns, _wanted())
    response = Response(write_grid(run, found, current_locale()), mimetype=XLSX)
    name = f"{run.period}_{run.id}.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _wanted() -> review.Wanted:
    """Read the address; what is no known filter narrows nothing."""
    kind = request.args.get("kind", "")
    return review.Wanted(
        text=request.args.get("q", "").strip()[:_TEXT_LENGTH],
        team_id=_team(),
        employment_type=request.args.get("type", ""),
        kind=VarianceKind(kind) if kind in set(VarianceKind) else None,
        order=request.args.get("order", "number"),
        is_descending=request.args.get("down") == "1",
    )


def _team() -> int | None:
    try:
        return key_of(request.args.get("team", ""))
    except NotFoundError:
        return None


def _address(run_id: int, endpoint: str = "payroll.people_of_run", **changes: Any) -> str:
    """Return the address of this view with some arguments changed."""
    said: dict[str, Any] = {name: request.args.get(name) for name in _FILTERS}
    said["column"] = request.args.getlist("column")
    said |= changes
    return url_for(
        endpoint, run_id=run_id, **{name: value for name, value in said.items() if value}
    )


def _head(run_id: int, column: Column, wanted: review.Wanted) -> dict[str, Any]:
    """Return the head of a column for the table: a link that orders by it, or orders the other way."""
    head: dict[str, Any] = {"label": in_current(column.label)}
    if column.kind != "text":
        head["kind"] = "number"
    if column.kind == "money":
        head["unit"] = gettext("元")
    if column.is_sortable:
        is_own = column.key == wanted.order
        # Figures are asked for with the largest first; names and numbers from the beginning.
        is_down = not wanted.is_descending if is_own else column.kind != "text"
        head["sort"] = _address(run_id, order=column.key, down="1" if is_down else "", page=None)
        head["sorted"] = ("descending" if wanted.is_descending else "ascending") if is_own else ""
    return head


def _shown(column: Column, row: Row | None, value: Any = None) -> str:
    """Return a cell as people read it."""
    given = value if row is None else row.values[column.key]
    if given is None:
        return "—" if column.kind != "text" else ""
    match column.kind:
        case "money":
            sign = "+" if column.key == "change" and given > 0 else ""
            return sign + formatting.money(given)
        case "hours":
            return formatting.hours(given)
        case "pieces":
            return formatting.micro(given)
    return in_current(term(f"employment_type.{given}")) if column.key == "type" else str(given)


@ROUTES.page(
    "/payroll/runs/<int:run_id>/people/<int:employment_id>", permission=Permission.PAYSLIP_READ
)
def person(scope: Scope, run_id: int, employment_id: int) -> ResponseReturnValue:
    """Show one person's pay beside last month's, line by line, and why it differs."""
    session, run = run_in(scope, run_id)
    company = Scope.company(run.company_id)
    known = people.directory(company).order_by(None).subquery()
    who = session.execute(
        known.select().where(known.c.employment_id == employment_id)
    ).one_or_none()
    before = session.scalar(queries.run_before(run))
    sides = [
        None
        if one is None
        else stored_contents(session, one.id, {employment_id}).get(employment_id)
        for one in (before, run)
    ]
    if who is None or not any(sides):
        raise NotFoundError("web.not_found")
    note_read("payslip.read", "employment", employment_id, company_id=run.company_id)
    rows = variance_views.variance_rows(session, run, employment_id=employment_id)
    return render_template(
        "payroll/person.html",
        run=run,
        who=who,
        before=sides[0],
        after=sides[1],
        lines=comparison.line_changes(sides[0], sides[1], task_type_texts(session)),
        rows=rows,
        can_tick=_can_tick(run),
        payslips=[_payslip_id(session, company, one, employment_id) for one in (before, run)],
    )


def _payslip_id(
    session: Session, company: Scope, run: PayrollRun | None, employment_id: int
) -> int | None:
    if run is None:
        return None
    chosen = queries.payslips_of_run(company, run.id).with_only_columns(Payslip.id)
    return session.scalar(chosen.where(Payslip.employment_id == employment_id))


def _can_tick(run: PayrollRun) -> bool:
    return may(Permission.PAYROLL_RUN_REVIEW) and variances.may_tick(
        run.state, run.prepared_by_id, principal().account_id
    )


@ROUTES.page("/payroll/runs/<int:run_id>/variances", permission=Permission.PAYSLIP_READ)
def variances_of_run(scope: Scope, run_id: int) -> ResponseReturnValue:
    """List what is out of the ordinary, kind by kind, with who has looked at it."""
    session, run = run_in(scope, run_id)
    note_read("payroll_run.read", "payroll_run", run_id, company_id=run.company_id)
    kinds = variance_views.kind_counts(session, run_id)
    asked = request.args.get("kind", "")
    kind = VarianceKind(asked) if asked in set(VarianceKind) else None
    is_open_only = request.args.get("open") == "1"
    size = sum(
        one.open_count if is_open_only else one.count
        for one in kinds
        if kind is None or one.kind is kind
    )
    page = page_of(size, _VARIANCES_PER_PAGE)
    return render_template(
        "payroll/variances.html",
        run=run,
        kinds=kinds,
        kind=kind,
        is_open_only=is_open_only,
        rows=variance_views.variance_rows(
            session, run, kind=kind, is_open_only=is_open_only, rows=page.rows
        ),
        waiting=sum(one.open_count for one in kinds),
        can_tick=_can_tick(run),
        rule=rule_of(session, run.company_id),
        has_previous=_has_previous(session, run),
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for(
            "payroll.variances_of_run",
            run_id=run_id,
            kind=asked or None,
            open="1" if is_open_only else None,
            page=to,
        ),
    )


def _has_previous(session: Session, run: PayrollRun) -> bool:
    return session.scalar(queries.run_before(run).with_only_columns(PayrollRun.id)) is not None


@ROUTES.action("/payroll/runs/<int:run_id>/tick", permission=Permission.PAYROLL_RUN_REVIEW)
def tick_kind(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Tick all open variances of one kind."""
    kind = request.form.get("kind", "")
    run_in(scope, run_id)
    if kind not in set(VarianceKind):
        abort(400)
    try:
        count = variances.tick_all(
            scope,
            run_id,
            actor(),
            VarianceKind(kind),
            request.form.get("note", ""),
            seen=request.form.get("seen", ""),
        )
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(gettext("已核对 %(count)s 项", count=count), "success")
    return redirect(url_for("payroll.variances_of_run", run_id=run_id))


@ROUTES.action(
    "/payroll/variances/<int:variance_id>/tick", permission=Permission.PAYROLL_RUN_REVIEW
)
def tick(scope: Scope, variance_id: int) -> ResponseReturnValue:
    """Tick one variance, or take the tick back."""
    run_id = _run_of(scope, variance_id)
    try:
        if request.form.get("back") == "1":
            variances.untick(scope, variance_id, actor())
        else:
            note, seen = (request.form.get(name, "") for name in ("note", "seen"))
            variances.tick(scope, variance_id, actor(), note, seen=seen)
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    there = came_from() or url_for("payroll.variances_of_run", run_id=run_id)
    return redirect(f"{there}#v{variance_id}")


def _run_of(scope: Scope, variance_id: int) -> int:
    found: Variance = queries.found(db.session(), queries.variance(scope, variance_id))
    return found.run_id


@ROUTES.page("/payroll/runs/<int:run_id>/changes", permission=Permission.PAYSLIP_READ)
def changes(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show what the last calculation changed, person by person, and which acts may have caused it."""
    session, run = run_in(scope, run_id)
    note_read("payroll_run.read", "payroll_run", run_id, company_id=run.company_id)
    found = comparison.changes(session, run_id)
    page = page_of(len(found), _CHANGES_PER_PAGE)
    known = people.directory(Scope.company(run.company_id)).order_by(None).subquery()
    shown = found[page.rows]
    names = session.execute(
        known.select().where(known.c.employment_id.in_([one.employment_id for one in shown]))
    )
    history = comparison.calculations(session, scope, run_id)
    return render_template(
        "payroll/changes.html",
        run=run,
        changes=shown,
        size=len(found),
        net_change=sum(one.net_change for one in found),
        names={row.employment_id: row for row in names},
        line_changes=partial(comparison.line_changes, task_types=task_type_texts(session)),
        history=history,
        acts=comparison.causes(session, run.company_id, history),
        signed_by=comparison.names_of(session, history),
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.changes", run_id=run_id, page=to),
    )
