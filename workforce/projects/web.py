"""Projects on the web: what is to be done by when, clients, capacity, and the base's business of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.chart import Chart, Series
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import answer_of, choices_of, fault_of, place_fault
from workforce.platform.i18n import gettext, in_current
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes, actor, key_of, may, page_of
from workforce.production import queries as production
from workforce.projects import queries, service, targets
from workforce.projects.capacity import Capacity, read_capacity
from workforce.projects.forms import (
    AcceptanceForm,
    ClientForm,
    FinishForm,
    ProjectForm,
    TargetForm,
    TaskForm,
)
from workforce.projects.progress import read_progress, read_work
from workforce.projects.progress_chart import progress_chart
from workforce.projects.volume import months_of, read_volume

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.projects.models import Client

ROUTES: Final = SliceRoutes("projects", __name__)

_READ: Final = Permission.PROJECT_READ
_MANAGE: Final = Permission.PROJECT_MANAGE
_OVERSEE: Final = Permission.PROJECT_OVERSEE
_PER_PAGE: Final = 50
_MOST_OFFERED: Final = 40
"""So many batches without a project are offered at once."""


def _capacity(session: Session, scope: Scope) -> Capacity:
    return read_capacity(session, scope, clock.today(), law_book().calendar())


@ROUTES.page("/projects", permission=_READ)
def listing(scope: Scope) -> ResponseReturnValue:
    """List the projects in hand with how far they are, or (``?show=finished``) those that are over."""
    session = db.session()
    today = clock.today()
    is_finished = request.args.get("show") == "finished"
    if is_finished:
        everybody = session.execute(queries.projects(scope, is_finished=True)).all()
        page = page_of(len(everybody), _PER_PAGE)
        shown = read_progress(session, scope, everybody[page.rows])
        size = len(everybody)
    else:
        known = _capacity(session, scope).projects
        page = page_of(len(known), _PER_PAGE)
        shown = list(known[page.rows])
        size = len(known)
    return render_template(
        "projects/listing.html",
        projects=shown,
        size=size,
        is_finished=is_finished,
        today=today,
        volume=read_volume(session, scope, today.year, today) if may(_MANAGE) else None,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "projects.listing", show="finished" if is_finished else None, page=number
        ),
    )


@ROUTES.form("/projects/new", permission=_MANAGE)
def new_project(scope: Scope) -> ResponseReturnValue:
    """Record a contract."""
    known = list(db.session().scalars(queries.clients(scope)))
    form = _project_form(ProjectForm(data={"client_id": request.args.get("client")}), known)
    if form.validate_on_submit():
        try:
            project_id = service.save_project(scope, None, form.fact(), actor())
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("项目已登记，请写明要交什么"), "success")
            return redirect(url_for("projects.project", project_id=project_id, _anchor="task"))
    page = render_template("projects/edit.html", form=form, row=None, clients=known)
    return answer_of(page, form)


@ROUTES.form("/projects/<int:project_id>/edit", permission=_MANAGE)
def edit_project(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Correct a contract."""
    session = db.session()
    row = _row(session, scope, project_id)
    known = list(session.scalars(queries.clients(scope)))
    form = _project_form(ProjectForm(obj=row), known)
    if form.validate_on_submit():
        try:
            service.save_project(scope, project_id, form.fact(), actor())
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("projects.project", project_id=project_id))
    page = render_template("projects/edit.html", form=form, row=row, clients=known)
    return answer_of(page, form)


def _project_form(form: ProjectForm, known: list[Client]) -> ProjectForm:
    form.client_id.choices = choices_of(
        [(str(one.id), f"{one.name} ({one.code})") for one in known]
    )
    return form


def _row(session: Session, scope: Scope, project_id: int) -> Any:
    row = session.execute(queries.project(scope, project_id)).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return row


@ROUTES.page("/projects/<int:project_id>", permission=_READ)
def project(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Show a project: how far it is, when it will be finished, its batches and, to who keeps it, its margin."""
    return _project(scope, project_id)


def _project(scope: Scope, project_id: int, **sent: FlaskForm) -> ResponseReturnValue:
    """Show a project with forms; ``sent`` are those that were refused."""
    session = db.session()
    row = _row(session, scope, project_id)
    today = clock.today()
    one = (
        next(
            (
                known
                for known in _capacity(session, scope).projects
                if known.row.project_id == project_id
            ),
            None,
        )
        or read_progress(session, scope, [row])[0]
    )
    batches = session.execute(queries.batches(scope, [project_id])).all()
    work = read_work(session, one, batches)
    page = page_of(len(batches), _PER_PAGE)
    is_keeper = may(_MANAGE)
    task_types = session.execute(production.task_type_names()).all()
    forms = _forms(sent, task_types) if is_keeper else {}
    free = queries.free_batches(scope, [task.task_type_id for task in one.tasks])
    shown = render_template(
        "projects/project.html",
        one=one,
        row=row,
        standing=one.standing(today),
        today=today,
        work=work,
        chart=progress_chart(one, work.by_day, today),
        tasks={task.task_type_id: task for task in one.tasks},
        batches=batches[page.rows],
        size=len(batches),
        free=session.execute(free.limit(_MOST_OFFERED + 1)).all() if is_keeper else [],
        most=_MOST_OFFERED,
        history=(
            session.execute(queries.acceptances(queries.batch_ids([project_id])).limit(20)).all()
            if is_keeper
            else []
        ),
        codes={batch.batch_id: batch.batch_code for batch in batches},
        is_keeper=is_keeper,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("projects.project", project_id=project_id, page=number),
        **forms,
    )
    refused = next(iter(sent.values()), None)
    return shown if refused is None else answer_of(shown, refused)


def _forms(sent: dict[str, FlaskForm], task_types: Sequence[Any]) -> dict[str, FlaskForm]:
    """Return the forms of a project's page, those that were sent as they were."""
    task_form = sent.get("task_form") or TaskForm(formdata=None, prefix="task")
    task_form.task_type.choices = _type_choices(task_types)
    accept = AcceptanceForm(
        formdata=None,
        prefix="accept",
        data={"batch": request.args.get("batch", "")[:60], "accepted_on": clock.today()},
    )
    finish = FinishForm(formdata=None, prefix="finish", data={"finished_on": clock.today()})
    return {
        "task_form": task_form,
        "accept_form": sent.get("accept_form") or accept,
        "finish_form": sent.get("finish_form") or finish,
    }


def _type_choices(task_types: Sequence[Any]) -> Any:
    return choices_of([(str(row.task_type_id), _type_named(row)) for row in task_types])


def _type_named(row: Any) -> str:
    name, unit = Text(row.name_zh, row.name_en), Text(row.unit_zh, row.unit_en)
    return f"{in_current(name)} ({in_current(unit)})"


@ROUTES.action("/projects/<int:project_id>/tasks", permission=_MANAGE)
def set_task(scope: Scope, project_id: int) -> ResponseReturnValue:
    """State price and quantity of a task type of a project."""
    session = db.session()
    _row(session, scope, project_id)
    form = TaskForm(prefix="task")
    form.task_type.choices = _type_choices(session.execute(production.task_type_names()).all())
    if form.validate_on_submit():
        try:
            service.set_task(
                scope,
                project_id,
                int(form.task_type.data),
                form.unit_price.data,
                form.quantity.data or 0,
                actor(),
            )
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("projects.project", project_id=project_id))
    return _project(scope, project_id, task_form=form)


@ROUTES.action("/projects/<int:project_id>/tasks/remove", permission=_MANAGE)
def remove_task(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Take a task type out of a project."""
    return _done(
        scope,
        project_id,
        gettext("已删除"),
        lambda: service.remove_task(
            scope, project_id, _sent_key("task_type_id", "project.task_type"), actor()
        ),
    )


@ROUTES.action("/projects/<int:project_id>/batches", permission=_MANAGE)
def add_batches(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Let the ticked batches belong to a project."""
    keys = {key_of(text) for text in request.form.getlist("batch_id")}

    def act() -> None:
        if not keys:
            raise InputError("project.no_batch")
        service.add_batches(scope, project_id, keys, actor())

    return _done(scope, project_id, gettext("已放进项目"), act)


@ROUTES.action("/projects/<int:project_id>/batches/remove", permission=_MANAGE)
def remove_batch(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Take a batch out of a project."""
    return _done(
        scope,
        project_id,
        gettext("已移出项目"),
        lambda: service.remove_batch(
            scope, project_id, _sent_key("batch_id", "project.no_batch"), actor()
        ),
    )


@ROUTES.action("/projects/<int:project_id>/acceptance", permission=_MANAGE)
def accept(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Record what the client accepted of a batch."""
    session = db.session()
    _row(session, scope, project_id)
    form = AcceptanceForm(prefix="accept")
    if form.validate_on_submit():
        try:
            service.record_acceptance(
                scope,
                project_id,
                _batch_named(session, scope, project_id, str(form.batch.data)),
                form["accepted_on"].data,
                form.accepted_qty.data or 0,
                form.reason.data or "",
                actor(),
            )
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("客户验收已登记"), "success")
            return redirect(url_for("projects.project", project_id=project_id))
    return _project(scope, project_id, accept_form=form)


def _batch_named(session: Session, scope: Scope, project_id: int, code: str) -> int:
    for row in session.execute(queries.batches(scope, [project_id])):
        if row.batch_code == code:
            return int(row.batch_id)
    raise InputError("project.batch_unknown", place="batch", batch=code)


@ROUTES.action("/projects/<int:project_id>/finish", permission=_MANAGE)
def finish(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Close a project."""
    _row(db.session(), scope, project_id)
    form = FinishForm(prefix="finish")
    if form.validate_on_submit():
        try:
            service.finish_project(scope, project_id, form["finished_on"].data, actor())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error, "finished_on")
        else:
            flash(gettext("项目已结束"), "success")
            return redirect(url_for("projects.project", project_id=project_id))
    return _project(scope, project_id, finish_form=form)


@ROUTES.action("/projects/<int:project_id>/reopen", permission=_MANAGE)
def reopen(scope: Scope, project_id: int) -> ResponseReturnValue:
    """Take a finished project in hand again."""
    return _done(
        scope,
        project_id,
        gettext("项目已重新打开"),
        lambda: service.reopen_project(scope, project_id, actor()),
    )


def _sent_key(name: str, missing: str) -> int:
    """Return the key that a button sent.

    Raises:
        InputError: there is none; its code is ``missing``.
        NotFoundError: it is no key.
    """
    text = request.form.get(name, "")
    if not text:
        raise InputError(missing)
    return key_of(text)


def _done(
    scope: Scope, project_id: int, said: str, act: Callable[[], object]
) -> ResponseReturnValue:
    """Carry out an act of a button, say how it went, and go back to the project."""
    _row(db.session(), scope, project_id)
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(said, "success")
    return redirect(url_for("projects.project", project_id=project_id))


@ROUTES.form("/projects/clients", permission=_MANAGE)
def clients(scope: Scope) -> ResponseReturnValue:
    """List the clients with what they have given the company, and add one."""
    session = db.session()
    form = ClientForm()
    if form.validate_on_submit() and (client_id := _save_client(scope, None, form)):
        flash(gettext("客户已登记"), "success")
        return redirect(url_for("projects.client", client_id=client_id))
    page = render_template(
        "projects/clients.html",
        form=form,
        clients=session.scalars(queries.clients(scope)).all(),
        sums={row.client_id: row for row in session.execute(queries.client_sums(scope))},
    )
    return answer_of(page, form)


@ROUTES.form("/projects/clients/<int:client_id>", permission=_MANAGE)
def client(scope: Scope, client_id: int) -> ResponseReturnValue:
    """Show a client's projects, and correct what is known of it."""
    session = db.session()
    row = next(
        (one for one in session.scalars(queries.clients(scope)) if one.id == client_id), None
    )
    if row is None:
        raise NotFoundError("web.not_found")
    form = ClientForm(obj=row)
    if form.validate_on_submit() and _save_client(scope, client_id, form):
        flash(gettext("已保存"), "success")
        return redirect(url_for("projects.client", client_id=client_id))
    own = [
        one for one in session.execute(queries.projects(scope)).all() if one.client_id == client_id
    ]
    page = render_template(
        "projects/client.html",
        form=form,
        row=row,
        projects=read_progress(session, scope, own),
        today=clock.today(),
    )
    return answer_of(page, form)


def _save_client(scope: Scope, client_id: int | None, form: ClientForm) -> int | None:
    try:
        return service.save_client(scope, client_id, form.fact(), actor())
    except InputError as error:
        place_fault(form, error)
        return None


@ROUTES.page("/projects/capacity", permission=_READ)
def capacity(scope: Scope) -> ResponseReturnValue:
    """Show who can do the work in hand, how fast, and when it will be finished."""
    session = db.session()
    return render_template(
        "projects/capacity.html", capacity=_capacity(session, scope), today=clock.today()
    )


@ROUTES.form("/projects/volume", permission=_OVERSEE)
def volume(scope: Scope) -> ResponseReturnValue:
    """Show the base's business of a year by company and month against its target, and set the target."""
    session = db.session()
    today = clock.today()
    asked = request.args.get("year", "")
    is_year = asked.isascii() and asked.isdigit() and 2000 <= int(asked[:4]) <= today.year + 1  # noqa: PLR2004
    year = int(asked[:4]) if is_year else today.year
    form = TargetForm(data={"year": year})
    if form.validate_on_submit():
        try:
            targets.set_target(
                form.year.data or 0, form.amount.data, form.reason.data or "", actor()
            )
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("目标已保存"), "success")
            return redirect(url_for("projects.volume", year=form.year.data))
    found = read_volume(session, scope, year, today)
    page = render_template(
        "projects/volume.html", form=form, volume=found, chart=_volume_chart(found), today=today
    )
    return answer_of(page, form)


def _volume_chart(found: Any) -> Chart | None:
    if not found.amount:
        return None
    return Chart(
        code="volume",
        title=Text("各月签订的合同金额", "Contract amounts by month of signing"),
        kind="bar",
        categories=tuple(Text(f"{month.month} 月", f"{month}") for month in months_of(found.year)),
        series=(Series(Text("合同金额", "Contract amount"), found.by_month),),
        unit=Text("元", "yuan"),
        decimals=2,
        definition=Text(
            "按合同签订日期计入当月，全部企业合计；合同金额以项目登记的为准。",
            "Contracts count in the month in which they were signed, all companies together, with the amount of "
            "the recorded contract.",
        ),
    )


@ROUTES.action("/projects/volume/withdraw", permission=_OVERSEE)
def withdraw_target(scope: Scope) -> ResponseReturnValue:
    """Take the target of a year back."""
    del scope
    text = request.form.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0  # noqa: PLR2004
    try:
        targets.set_target(year, None, request.form.get("reason", ""), actor())
    except NotFoundError:
        raise
    except InputError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("目标已撤销"), "success")
    return redirect(url_for("projects.volume", year=year or None))
