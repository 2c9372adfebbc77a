"""Writing clients, projects, their batches and what clients accept. Own units of work.

Every act takes the scope and finds its things in it: what lies outside is not found.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.identity import check_credit_code
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.production import queries as production
from workforce.projects import queries
from workforce.projects.models import (
    Client,
    ClientAcceptance,
    Project,
    ProjectBatch,
    ProjectTask,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

REASON_CHARACTERS: Final = 400
MOST_UNITS: Final = 10**12
"""So many units at most are contracted or accepted: typing errors are longer."""
MOST_AMOUNT: Final = 10**14
"""Fen of a contract at most: more than a page takes."""
_COUNTY: Final = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFact:
    """What is known of a client; see ``models.Client``."""

    code: str
    name: str
    credit_code: str | None
    region: str
    contact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFact:
    """What a contract says; see ``models.Project``."""

    client_id: int
    code: str
    name: str
    contract_amount: int
    signed_on: dt.date
    starts_on: dt.date
    due_on: dt.date


def check_client(fact: ClientFact) -> ClientFact:
    """Return what is known of a client with its credit code in capitals.

    Raises:
        InputError: the credit code does not check, or the region is no code of six digits.
    """
    if not _COUNTY.fullmatch(fact.region):
        raise InputError("project.region", place="region", text=fact.region)
    code = check_credit_code(fact.credit_code) if fact.credit_code else None
    return ClientFact(**{**asdict(fact), "credit_code": code})


def check_dates(signed_on: dt.date, starts_on: dt.date, due_on: dt.date, today: dt.date) -> None:
    """Refuse a contract of days that cannot be.

    Raises:
        InputError: it ends before it begins, or was signed after today.
    """
    if due_on < starts_on:
        raise InputError("project.range", place="due_on", starts_on=starts_on, due_on=due_on)
    if signed_on > today:
        raise InputError("project.signed", place="signed_on", on=signed_on)


def save_client(scope: Scope, client_id: int | None, fact: ClientFact, actor: Actor) -> int:
    """Add a client (``client_id`` None) or correct one; return its key.

    Raises:
        InputError: see ``check_client``; or another one has the code.
        NotFoundError: there is none of this key in reach.
    """
    fact = check_client(fact)
    with unit_of_work() as session:
        company_id = _alone(session, scope)
        row = _client(session, scope, client_id) if client_id is not None else None
        taken = select(Client.id).where(Client.company_id == company_id, Client.code == fact.code)
        if session.scalar(taken) not in {None, client_id}:
            raise InputError("project.client_taken", place="code", code=fact.code)
        return _save(session, actor, Client, "client", row, company_id, asdict(fact))


def save_project(scope: Scope, project_id: int | None, fact: ProjectFact, actor: Actor) -> int:
    """Add a project (``project_id`` None) or correct one; return its key.

    Raises:
        InputError: see ``check_dates``; or another one has the code.
        NotFoundError: there is no such project or client in reach.
    """
    check_dates(fact.signed_on, fact.starts_on, fact.due_on, clock.today())
    with unit_of_work() as session:
        company_id = _alone(session, scope)
        row = _project(session, scope, project_id) if project_id is not None else None
        if row is not None and row.finished_on is not None and row.finished_on < fact.signed_on:
            raise InputError("project.finish_range", place="signed_on", on=row.finished_on)
        _client(session, scope, fact.client_id)
        taken = select(Project.id).where(
            Project.company_id == company_id, Project.code == fact.code
        )
        if session.scalar(taken) not in {None, project_id}:
            raise InputError("project.taken", place="code", code=fact.code)
        return _save(session, actor, Project, "project", row, company_id, asdict(fact))


def _save(
    session: Session,
    actor: Actor,
    model: type[Client | Project],
    subject: str,
    row: Client | Project | None,
    company_id: int,
    values: dict[str, Any],
) -> int:
    if row is None:
        row = model(company_id=company_id, **values)
        session.add(row)
        session.flush()
        before: dict[str, Any] | None = None
        after, act = values, f"{subject}.add"
    else:
        after = {name: new for name, new in values.items() if getattr(row, name) != new}
        if not after:
            return row.id
        before, act = {name: getattr(row, name) for name in after}, f"{subject}.change"
        for name, new in after.items():
            setattr(row, name, new)
    audit.record(
        session, actor, act, subject, row.id, company_id=company_id, before=before, after=after
    )
    return row.id


def set_task(
    scope: Scope, project_id: int, task_type_id: int, unit_price: int, quantity: int, actor: Actor
) -> None:
    """State how many units of a task type a project is to deliver, and the client's price of one.

    ``unit_price`` in millionths of a yuan.

    Raises:
        InputError: the quantity is not above 0, or there is no such task type.
        NotFoundError: there is no such project in reach.
    """
    if quantity <= 0:
        raise InputError("project.quantity", place="quantity")
    with unit_of_work() as session:
        project = _project(session, scope, project_id)
        names = production.task_type_names().subquery()
        code = session.scalar(
            select(names.c.task_type_code).where(names.c.task_type_id == task_type_id)
        )
        if code is None:
            raise InputError("project.task_type", place="task_type")
        row = _task(session, project_id, task_type_id)
        before = None
        if row is not None:
            before = {"unit_price": row.unit_price, "contracted_qty": row.contracted_qty}
        after = {"unit_price": unit_price, "contracted_qty": quantity}
        if before == after:
            return
        if row is None:
            row = ProjectTask(project_id=project_id, task_type_id=task_type_id)
            session.add(row)
        row.unit_price, row.contracted_qty = unit_price, quantity
        audit.record(
            session,
            actor,
            "project.set_task",
            "project",
            project_id,
            company_id=project.company_id,
            before=None if before is None else {"task_type": code, **before},
            after={"task_type": code, **after},
        )


def remove_task(scope: Scope, project_id: int, task_type_id: int, actor: Actor) -> None:
    """Take a task type out of a project that was put in by mistake.

    Raises:
        NotFoundError: there is no such project in reach, or it has no such task.
        StateError: batches of it belong to the project.
    """
    with unit_of_work() as session:
        project = _project(session, scope, project_id)
        row = _task(session, project_id, task_type_id)
        if row is None:
            raise NotFoundError("web.not_found")
        done = session.execute(queries.delivered(scope, [project_id])).all()
        if any(one.task_type_id == task_type_id for one in done):
            raise StateError("project.task_used")
        before = {"task_type_id": task_type_id, "unit_price": row.unit_price}
        session.delete(row)
        audit.record(
            session,
            actor,
            "project.remove_task",
            "project",
            project_id,
            company_id=project.company_id,
            before=before | {"contracted_qty": row.contracted_qty},
        )


def add_batches(scope: Scope, project_id: int, batch_ids: Collection[int], actor: Actor) -> int:
    """Let batches belong to a project; those that do already stay. Return how many are new.

    Raises:
        InputError: the project has no such task type, or a batch belongs to another project.
        NotFoundError: a batch or the project is not in reach.
        StateError: the project is finished.
    """
    with unit_of_work() as session:
        _alone(session, scope)
        project = _project(session, scope, project_id)
        if project.finished_on is not None:
            raise StateError("project.finished", code=project.code)
        known = production.batches(scope).subquery()
        chosen = {
            row.batch_id: row
            for row in session.execute(select(known).where(known.c.batch_id.in_(batch_ids)))
        }
        if set(batch_ids) - chosen.keys():
            raise NotFoundError("web.not_found")
        types = set(
            session.scalars(
                select(ProjectTask.task_type_id).where(ProjectTask.project_id == project_id)
            )
        )
        taken = dict(
            session.execute(
                select(ProjectBatch.batch_id, ProjectBatch.project_id).where(
                    ProjectBatch.batch_id.in_(batch_ids)
                )
            ).all()
        )
        added: list[str] = []
        for batch_id, batch in sorted(chosen.items()):
            if batch.task_type_id not in types:
                raise InputError("project.batch_type", batch=batch.batch_code)
            owner_id = taken.get(batch_id)
            if owner_id is not None and owner_id != project_id:
                raise InputError("project.batch_taken", batch=batch.batch_code)
            if owner_id is None:
                session.add(ProjectBatch(project_id=project_id, batch_id=batch_id))
                added.append(batch.batch_code)
        if added:
            audit.record(
                session,
                actor,
                "project.add_batches",
                "project",
                project_id,
                company_id=project.company_id,
                after={"batches": ", ".join(added)},
            )
        return len(added)


def remove_batch(scope: Scope, project_id: int, batch_id: int, actor: Actor) -> None:
    """Take a batch out of a project; what the client accepted of it stays with the batch.

    Raises:
        NotFoundError: there is no such batch in a project in reach.
    """
    with unit_of_work() as session:
        project = _project(session, scope, project_id)
        batch = _batch(session, scope, project_id, batch_id)
        link = session.scalars(
            select(ProjectBatch).where(
                ProjectBatch.project_id == project_id, ProjectBatch.batch_id == batch_id
            )
        ).one()
        session.delete(link)
        audit.record(
            session,
            actor,
            "project.remove_batch",
            "project",
            project_id,
            company_id=project.company_id,
            before={"batches": batch.batch_code},
        )


def record_acceptance(
    scope: Scope,
    project_id: int,
    batch_id: int,
    accepted_on: dt.date,
    accepted_qty: int,
    reason: str,
    actor: Actor,
) -> None:
    """Record how many units of a batch the client accepted; it takes the place of what was recorded before.

    Raises:
        InputError: the day is to come or before the work, more is accepted than was submitted, or a reason
            is missing: where less is accepted than the company did itself, or where an earlier record is corrected.
        NotFoundError: there is no such batch in a project in reach.
    """
    words = reason.strip()
    if accepted_on > clock.today():
        raise InputError("project.accepted_on", place="accepted_on", on=accepted_on)
    if len(words) > REASON_CHARACTERS:
        raise InputError("project.reason_long", place="reason", most=REASON_CHARACTERS)
    with unit_of_work() as session:
        project = _project(session, scope, project_id)
        batch = _batch(session, scope, project_id, batch_id)
        if batch.first_on is not None and accepted_on < batch.first_on:
            raise InputError(
                "project.accepted_before",
                place="accepted_on",
                on=accepted_on,
                first_on=batch.first_on,
            )
        if not 0 <= accepted_qty <= batch.submitted_qty:
            raise InputError(
                "project.accepted", place="accepted_qty", most=f"{batch.submitted_qty:,}"
            )
        is_same = (accepted_on, accepted_qty) == (batch.client_on, batch.client_qty)
        if is_same and words in {"", batch.client_reason or ""}:
            return
        if not words and batch.client_qty is not None:
            raise InputError("project.correction", place="reason", quantity=f"{batch.client_qty:,}")
        if not words and accepted_qty < batch.accepted_qty:
            raise InputError(
                "project.shortfall", place="reason", quantity=f"{batch.accepted_qty:,}"
            )
        session.add(
            ClientAcceptance(
                batch_id=batch_id,
                accepted_on=accepted_on,
                accepted_qty=accepted_qty,
                reason=words or None,
                recorded_by_id=actor.account_id,
                recorded_at=clock.now(),
            )
        )
        before = None
        if batch.client_qty is not None:
            before = {"accepted_on": batch.client_on, "accepted_qty": batch.client_qty}
        audit.record(
            session,
            actor,
            "project.accept",
            "project",
            project_id,
            company_id=project.company_id,
            before=before,
            after={
                "batches": batch.batch_code,
                "accepted_on": accepted_on,
                "accepted_qty": accepted_qty,
            },
            reason=words or None,
        )


def finish_project(scope: Scope, project_id: int, finished_on: dt.date, actor: Actor) -> None:
    """Close a project, done or given up: it is no longer work in hand.

    Raises:
        InputError: the day is to come, or before the contract was signed.
        NotFoundError: there is no such project in reach.
        StateError: it is finished already.
    """
    with unit_of_work() as session:
        project = _project(session, scope, project_id)
        if project.finished_on is not None:
            raise StateError("project.finished", code=project.code)
        if not project.signed_on <= finished_on <= clock.today():
            raise InputError("project.finish_on", place="finished_on", on=project.signed_on)
        project.finished_on = finished_on
        _record_finish(session, actor, project, "project.finish", None, finished_on)


def reopen_project(scope: Scope, project_id: int, actor: Actor) -> None:
    """Take a finished project in hand again.

    Raises:
        NotFoundError: there is no such project in reach.
        StateError: it is in hand.
    """
    with unit_of_work() as session:
        project = _project(session, scope, project_id)
        before = project.finished_on
        if before is None:
            raise StateError("project.open", code=project.code)
        project.finished_on = None
        _record_finish(session, actor, project, "project.reopen", before, None)


def _record_finish(
    session: Session,
    actor: Actor,
    project: Project,
    act: str,
    before: dt.date | None,
    after: dt.date | None,
) -> None:
    audit.record(
        session,
        actor,
        act,
        "project",
        project.id,
        company_id=project.company_id,
        before={"finished_on": before},
        after={"finished_on": after},
    )


def _company(scope: Scope) -> int:
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    return scope.company_id


def _alone(session: Session, scope: Scope) -> int:
    """Let only one at a time give out a company's codes and batches, and return its key."""
    session.scalars(companies.companies(scope).with_for_update()).all()
    return _company(scope)


def _client(session: Session, scope: Scope, client_id: int) -> Client:
    row = session.scalar(queries.clients(scope).where(Client.id == client_id))
    if row is None:
        raise NotFoundError("web.not_found")
    return row


def _project(session: Session, scope: Scope, project_id: int) -> Project:
    """Return a project in reach, locked: two who write of one project wait for one another."""
    row = session.scalar(
        select(Project)
        .where(Project.id == project_id, Project.company_id == _company(scope))
        .with_for_update()
    )
    if row is None:
        raise NotFoundError("web.not_found")
    return row


def _task(session: Session, project_id: int, task_type_id: int) -> ProjectTask | None:
    return session.scalar(
        select(ProjectTask).where(
            ProjectTask.project_id == project_id, ProjectTask.task_type_id == task_type_id
        )
    )


def _batch(session: Session, scope: Scope, project_id: int, batch_id: int) -> Any:
    known = queries.batches(scope, [project_id]).order_by(None).subquery()
    row = session.execute(select(known).where(known.c.batch_id == batch_id)).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return row
