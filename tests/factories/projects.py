"""Clients, projects, their tasks and batches, for tests."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.production.models import Batch, TaskType
from workforce.projects.models import (
    Client,
    ClientAcceptance,
    Project,
    ProjectBatch,
    ProjectTask,
    VolumeTarget,
)

_numbers = count(1)
_NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)


def create_client(session: Session, company: Company, **changes: Any) -> Client:
    """Make a client of Wanzhou, with a code of its own such as ``C1``."""
    number = next(_numbers)
    values = {
        "company_id": company.id,
        "code": f"C{number}",
        "name": f"Zhixing Technology {number}",
        "region": "500101",
    }
    return add(session, Client(**values | changes))


def create_project(
    session: Session, company: Company, client: Client | None = None, **changes: Any
) -> Project:
    """Sign a contract on 1 September 2026 over 100,000 yuan, due at the end of the year."""
    number = next(_numbers)
    owner = client or create_client(session, company)
    values = {
        "company_id": company.id,
        "client_id": owner.id,
        "code": f"P{number}",
        "name": f"Road pictures {number}",
        "contract_amount": 10_000_000,
        "signed_on": dt.date(2026, 9, 1),
        "starts_on": dt.date(2026, 9, 7),
        "due_on": dt.date(2026, 12, 31),
    }
    return add(session, Project(**values | changes))


def create_task(
    session: Session, project: Project, task_type: TaskType, quantity: int = 1000, **changes: Any
) -> ProjectTask:
    """Let a project deliver units of a task type at 0.20 yuan."""
    values = {
        "project_id": project.id,
        "task_type_id": task_type.id,
        "unit_price": 200_000,
        "contracted_qty": quantity,
    }
    return add(session, ProjectTask(**values | changes))


def put_batch(session: Session, project: Project, batch: Batch) -> ProjectBatch:
    """Let a batch belong to a project."""
    return add(session, ProjectBatch(project_id=project.id, batch_id=batch.id))


def create_acceptance(
    session: Session, batch: Batch, quantity: int, on: dt.date, **changes: Any
) -> ClientAcceptance:
    """Record that the client accepted so many units of a batch."""
    values = {
        "batch_id": batch.id,
        "accepted_on": on,
        "accepted_qty": quantity,
        "recorded_at": _NOON,
    }
    return add(session, ClientAcceptance(**values | changes))


def create_target(session: Session, year: int, amount: int, **changes: Any) -> VolumeTarget:
    """Aim at business of so many fen in a year."""
    values = {"year": year, "amount": amount, "reason": "示范协议", "set_at": _NOON}
    return add(session, VolumeTarget(**values | changes))
