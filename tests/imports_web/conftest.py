"""A company whose files are imported on pages, and what its people send."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_membership,
    create_pay_policy,
    create_person,
    create_task_type,
    create_team,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform import clock

SignIn = Callable[[Account], FormClient]

NOW = dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
HEAD = "工号,日期,上班,下班,休息分钟"
GOOD = "A0001,2026-10-08,09:00,18:00,60"
BAD = "A0009,2026-10-08,09:00,18:00,60"
FILE = "/imports/sources/shifts"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


class World:
    """A company with A0001 in a team that is led, A0002 in another, and finance."""

    def __init__(self, session: Session, client_as: SignIn) -> None:
        self.session = session
        self.company = create_company(session)
        create_pay_policy(session, self.company)
        create_task_type(session, code="bbox")
        self.teams = [create_team(session, self.company) for _ in range(2)]
        self.people = [
            create_employment(session, self.company, employee_no=f"A000{number}")
            for number in (1, 2)
        ]
        for employment, team in zip(self.people, self.teams, strict=True):
            create_membership(session, employment, team)
        self.finance = create_account(session, Role.FINANCE, self.company, create_person(session))
        self.leader = create_account(session, Role.SUPERVISOR, self.company, create_person(session))
        create_leadership(session, self.teams[0], self.leader.id)
        session.commit()
        self.client = client_as(self.finance)
        self.leader_client = client_as(self.leader)

    def count(self, model: type) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(model)) or 0

    def upload(
        self,
        *lines: str,
        client: FormClient | None = None,
        path: str = FILE,
        name: str = "班次.csv",
        **also: object,
    ) -> str:
        """Upload rows and return the address of the preview."""
        content = "\n".join(lines).encode()
        data = {"files": (io.BytesIO(content), name), **also}
        answer = (client or self.client).post_form(path, data)
        assert answer.status_code == HTTPStatus.FOUND, answer.get_data(as_text=True)
        return str(answer.location)

    def apply(self, preview: str, client: FormClient | None = None, **also: str) -> str:
        """Apply a preview as its page would, and return where it leads."""
        client = client or self.client
        page = client.get(preview).get_data(as_text=True)
        found = re.search(r'name="digest" value="(\w+)"', page)
        answer = client.post_form(f"{preview}/apply", {"digest": found[1] if found else "", **also})
        assert answer.status_code == HTTPStatus.FOUND
        return str(answer.location)


@pytest.fixture
def world(session: Session, client_as: SignIn) -> World:
    return World(session, client_as)


def text(client: FormClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    return answer.get_data(as_text=True)
