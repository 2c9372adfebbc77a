"""Builders of the base's own things; ``objects`` says what a builder is."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.projects import create_client, create_project, create_task, put_batch
from tests.guards.objects import Level, Place, builds

_WORK_ON: Final = dt.date(2026, 10, 9)


@builds("project_id", Level.COMPANY)
def _project(session: Session, place: Place) -> int:
    """A project with a batch that somebody works on."""
    project = create_project(session, place.company)
    task_type = factories.create_task_type(session)
    create_task(session, project, task_type)
    batch = factories.create_batch(session, place.company, task_type)
    put_batch(session, project, batch)
    factories.create_output(session, place.employment, task_type, _WORK_ON, batch_id=batch.id)
    return project.id


@builds("client_id", Level.COMPANY)
def _client(session: Session, place: Place) -> int:
    """A client with a project."""
    client = create_client(session, place.company)
    create_project(session, place.company, client)
    return client.id
