"""Clients, projects and what they are to deliver as one table: a row is a task type of a project.

What a row leaves blank of its client or project stays as it is stored, or as an earlier row says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.core.errors import DomainError, InputError
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.projects.models import Client, Project, ProjectTask
from workforce.projects.service import ClientFact, check_client, check_dates

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

_CLIENT: Final = ("client_name", "credit_code", "region", "contact")
_CLIENT_NEEDS: Final = ("client_name", "region")
_PROJECT: Final = (
    "client_code",
    "project_name",
    "contract_amount",
    "signed_on",
    "starts_on",
    "due_on",
    "finished_on",
)
_PROJECT_NEEDS: Final = _PROJECT[:-1]
_TASK: Final = ("unit_price", "contracted_qty")
_STORED_AS: Final = {"client_name": "name", "project_name": "name"}
"""Columns whose names say whose they are, so that a preview is understood → as they are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row as it was read: None is blank. ``project`` and ``client`` by their column's names."""

    code: str
    project: Mapping[str, Any]
    client: Mapping[str, Any]
    task_type_id: int | None
    unit_price: int | None
    contracted_qty: int | None

    @property
    def key(self) -> tuple[str, int | None]:
        """What a second row of the same thing would repeat."""
        return self.code, self.task_type_id


@dataclass(slots=True)
class TablePlan:
    """What storing a table would change, and which rows cannot be stored."""

    clients: Plan
    projects: Plan
    tasks: Plan
    faults: dict[tuple[str, int | None], DomainError] = field(default_factory=dict)


class _Merged:
    """What is stored of one kind of thing by code, with what the rows say laid over it."""

    def __init__(self, stored: Sequence[Mapping[str, Any]]) -> None:
        self.stored = stored
        self.rows = {row["code"]: dict(row) for row in stored}
        self._told: dict[tuple[str, str], Any] = {}

    def merge(self, code: str, said: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
        """Return the whole row that a thing would have; nothing is kept yet.

        Raises:
            InputError: an earlier row said something else.
        """
        row = self.rows.get(code, {"code": code, **dict.fromkeys(columns)})
        for name, value in said.items():
            if value is not None and self._told.get((code, name), value) != value:
                raise InputError("project.two_values", column=name, place=name)
        return {**row, **{name: value for name, value in said.items() if value is not None}}

    def keep(self, row: dict[str, Any], said: Mapping[str, Any]) -> None:
        """Let a row be what its thing will be."""
        self.rows[row["code"]] = row
        for name, value in said.items():
            if value is not None:
                self._told[row["code"], name] = value


def plan_table(
    session: Session, company_id: int, rows: Sequence[TableRow], today: dt.date
) -> TablePlan:
    """Compare a table with what is stored; a row at fault changes nothing. Writes nothing."""
    clients = _Merged(_stored_clients(session, company_id))
    projects = _Merged(_stored_projects(session, company_id))
    tasks = _stored_tasks(session, company_id)
    wanted: list[dict[str, Any]] = []
    faults: dict[tuple[str, int | None], DomainError] = {}
    for row in rows:
        try:
            project = projects.merge(row.code, row.project, _PROJECT)
            client_code = project["client_code"]
            if client_code is None:
                raise InputError("project.new", code=row.code)
            client = clients.merge(client_code, row.client, _CLIENT)
            _check(client, project, today)
            task = _task(row)
        except DomainError as error:
            faults[row.key] = error
            continue
        clients.keep(client, row.client)
        projects.keep(project, row.project)
        if task is not None:
            wanted.append(task)
    return TablePlan(
        clients=plan_rows(clients.stored, clients.rows.values(), key=("code",), compare=_CLIENT),
        projects=plan_rows(
            projects.stored, projects.rows.values(), key=("code",), compare=_PROJECT
        ),
        tasks=plan_rows(tasks, wanted, key=("project_code", "task_type_id"), compare=_TASK),
        faults=faults,
    )


def _check(client: dict[str, Any], project: Mapping[str, Any], today: dt.date) -> None:
    if any(client[name] is None for name in _CLIENT_NEEDS):
        raise InputError("project.client_unknown", code=client["code"])
    if any(project[name] is None for name in _PROJECT_NEEDS):
        raise InputError("project.new", code=project["code"])
    checked = check_client(
        ClientFact(
            code=client["code"],
            name=client["client_name"],
            credit_code=client["credit_code"],
            region=client["region"],
            contact=client["contact"],
        )
    )
    client["credit_code"] = checked.credit_code
    check_dates(project["signed_on"], project["starts_on"], project["due_on"], today)
    finished_on = project["finished_on"]
    if finished_on is not None and not project["signed_on"] <= finished_on <= today:
        raise InputError("project.finish_on", place="finished_on", on=project["signed_on"])


def _task(row: TableRow) -> dict[str, Any] | None:
    if row.task_type_id is None and row.unit_price is None and row.contracted_qty is None:
        return None
    if row.task_type_id is None or row.unit_price is None or row.contracted_qty is None:
        raise InputError("project.task_columns")
    if row.contracted_qty <= 0:
        raise InputError("project.quantity", place="quantity")
    return {
        "project_code": row.code,
        "task_type_id": row.task_type_id,
        "unit_price": row.unit_price,
        "contracted_qty": row.contracted_qty,
    }


def _stored_clients(session: Session, company_id: int) -> list[dict[str, Any]]:
    chosen = select(
        Client.id,
        Client.code,
        Client.name.label("client_name"),
        Client.credit_code,
        Client.region,
        Client.contact,
    ).where(Client.company_id == company_id)
    return [dict(row) for row in session.execute(chosen).mappings()]


def _stored_projects(session: Session, company_id: int) -> list[dict[str, Any]]:
    chosen = (
        select(
            Project.id,
            Project.code,
            Client.code.label("client_code"),
            Project.name.label("project_name"),
            Project.contract_amount,
            Project.signed_on,
            Project.starts_on,
            Project.due_on,
            Project.finished_on,
        )
        .join(Client, Client.id == Project.client_id)
        .where(Project.company_id == company_id)
    )
    return [dict(row) for row in session.execute(chosen).mappings()]


def _stored_tasks(session: Session, company_id: int) -> list[dict[str, Any]]:
    chosen = (
        select(
            ProjectTask.id,
            Project.code.label("project_code"),
            ProjectTask.task_type_id,
            ProjectTask.unit_price,
            ProjectTask.contracted_qty,
        )
        .join(Project, Project.id == ProjectTask.project_id)
        .where(Project.company_id == company_id)
    )
    return [dict(row) for row in session.execute(chosen).mappings()]


def store_table(session: Session, company_id: int, plan: TablePlan) -> None:
    """Carry out a plan in the caller's unit of work: clients, then projects, then their tasks."""
    write_plan(session, Client, _as_stored(plan.clients, {}), company_id=company_id)
    clients = {"client_code": ("client_id", _ids(session, Client, company_id))}
    write_plan(session, Project, _as_stored(plan.projects, clients), company_id=company_id)
    projects = {"project_code": ("project_id", _ids(session, Project, company_id))}
    write_plan(session, ProjectTask, _as_stored(plan.tasks, projects))


def _ids(session: Session, model: type[Client | Project], company_id: int) -> dict[str, int]:
    chosen = select(model.code, model.id).where(model.company_id == company_id)
    return dict(session.execute(chosen).all())


def _as_stored(plan: Plan, keys: Mapping[str, tuple[str, Mapping[str, int]]]) -> Plan:
    """Return a plan with the names and keys of the table's own columns."""

    def row(values: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, value in values.items():
            if name in keys:
                column, ids = keys[name]
                found[column] = ids[value]
            else:
                found[_STORED_AS.get(name, name)] = value
        return found

    return Plan(
        added=[row(values) for values in plan.added],
        changed=[
            change._replace(row=row(change.row), before={}, after=row(change.after))
            for change in plan.changed
        ],
    )


def export_rows(session: Session, company_id: int) -> list[dict[str, Any]]:
    """Return the whole table, project by project; a project without a task has one row."""
    clients = {row["code"]: row for row in _stored_clients(session, company_id)}
    tasks: dict[str, list[dict[str, Any]]] = {}
    for task in _stored_tasks(session, company_id):
        tasks.setdefault(task["project_code"], []).append(task)
    none = dict.fromkeys(("task_type_id", *_TASK))
    found = []
    for project in sorted(_stored_projects(session, company_id), key=lambda row: row["code"]):
        client = clients[project["client_code"]]
        said = {name: client[name] for name in _CLIENT}
        found += [
            {**project, **said, **{name: task[name] for name in none}}
            for task in tasks.get(project["code"], [none])
        ]
    return found
