"""Builders of the base's own things and of imported files; ``objects`` says what a builder is."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Final

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.chain import chain_company_of, create_chain_company, create_deal
from tests.factories.premises import (
    create_floor,
    create_seat,
    create_site,
    create_tenancy,
    let_hall,
)
from tests.factories.projects import create_client, create_project, create_task, put_batch
from tests.factories.seating import create_seat_assignment
from tests.factories.skills import create_skill_certificate, create_skill_exception
from tests.guards.objects import Level, Place, builds

_numbers = count()
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


@builds("site_id", Level.BASE)
def _site(session: Session, _place: Place) -> int:
    """A site with a floor."""
    return create_floor(session, create_site(session)).site_id


@builds("floor_id", Level.COMPANY)
def _floor(session: Session, place: Place) -> int:
    """A floor with a hall that the company rents."""
    return let_hall(session, place.company).floor_id


@builds("area_id", Level.COMPANY)
def _area(session: Session, place: Place) -> int:
    """A hall with a seat that the company rents."""
    return let_hall(session, place.company).id


@builds("tenancy_id", Level.COMPANY)
def _tenancy(session: Session, place: Place) -> int:
    """A tenancy of the company."""
    return create_tenancy(session, place.company).id


@builds("seat_assignment_id", Level.PERSON)
def _seat_assignment(session: Session, place: Place) -> int:
    """A seat that the person has."""
    seat = create_seat(session, let_hall(session, place.company, seats=0))
    return create_seat_assignment(session, place.employment, seat).id


@builds("skill_certificate_id", Level.PERSON)
def _skill_certificate(session: Session, place: Place) -> int:
    """A certificate that the base issued."""
    number = next(_numbers)
    return create_skill_certificate(
        session,
        place.employment.person_id,
        [factories.create_task_type(session)],
        public_id=f"skill{number}",
        year=2026,
        serial=number,
    ).id


@builds("person_id", Level.PERSON)
def _person(session: Session, place: Place) -> int:
    """Somebody with a certificate that the base issued."""
    _skill_certificate(session, place)
    return place.employment.person_id


@builds("skill_exception_id", Level.PERSON)
def _skill_exception(session: Session, place: Place) -> int:
    kind = factories.create_task_type(session)
    return create_skill_exception(session, place.employment, kind).id


@builds("chain_company_id", Level.BASE)
def _chain_company(session: Session, place: Place) -> int:
    del place
    return create_chain_company(session).id


@builds("deal_id", Level.COMPANY)
def _deal(session: Session, place: Place) -> int:
    """What the place's company has sold."""
    return create_deal(session, chain_company_of(session, place.company)).id


@builds("preview_id", Level.FILE)
def _preview(session: Session, place: Place) -> int:
    """A file that the team's leader has uploaded: the company sees it, other teams do not."""
    return factories.create_import_preview(session, place.company, place.leader).id


@builds("receipt_id", Level.FILE)
def _receipt(session: Session, place: Place) -> int:
    return factories.create_import_batch(session, place.company, place.leader).id
