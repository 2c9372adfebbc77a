"""A company whose output is decided on, for the tests of its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus

from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_batch,
    create_company,
    create_employment,
    create_leadership,
    create_membership,
    create_output,
    create_pay_policy,
    create_person,
    create_task_type,
    create_team,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.companies.models import Company, Team
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import Employment
from workforce.platform.scope import Scope
from workforce.production import queries
from workforce.production.models import Batch, OutputRecord

SignIn = Callable[[Account], FormClient]

NOW = dt.datetime(2026, 11, 3, 2, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 8)


class World:
    """A company that accepts by person: 甲 in the leader's team, 乙 in another."""

    def __init__(
        self,
        session: Session,
        client_as: SignIn,
        acceptance: str = "by_person",
        task_type: str = "bbox",
    ) -> None:
        self.session = session
        self.company: Company = create_company(session)
        create_pay_policy(session, self.company, acceptance=acceptance)
        self.task = create_task_type(session, code=task_type, name_zh="拉框", unit_zh="框")
        self.teams: list[Team] = [
            create_team(session, self.company, name=f"{number}班") for number in (1, 2)
        ]
        self.people: list[Employment] = []
        for number, (name, team) in enumerate(zip("甲乙", self.teams, strict=True), start=1):
            person = create_person(session, name=f"{name}某")
            employment = create_employment(
                session, self.company, person, employee_no=f"A000{number}"
            )
            create_membership(session, employment, team)
            self.people.append(employment)
        self.batch: Batch = create_batch(session, self.company, self.task, code="B-1")
        self.records: list[OutputRecord] = [
            create_output(
                session,
                employment,
                self.task,
                DAY,
                100,
                state="submitted",
                accepted_on=None,
                pay_period=None,
                accepted_qty=0,
                batch_id=self.batch.id,
            )
            for employment in self.people
        ]
        self.finance = create_account(session, Role.FINANCE, self.company, create_person(session))
        self.leader = create_account(session, Role.SUPERVISOR, self.company, create_person(session))
        create_leadership(session, self.teams[0], self.leader.id)
        session.commit()
        self.client = client_as(self.finance)
        self.leader_client = client_as(self.leader)

    def decide(self, action: str, client: FormClient | None = None, **form: object) -> str:
        """Decide on the first record, or as the form says, and return the page one comes back to."""
        chosen = {"record": str(self.records[0].id)} if "which" not in form else {}
        sent = {"action": action, **chosen, **form}
        answer = (client or self.client).post_form("/output/decide", sent)
        assert answer.status_code == HTTPStatus.FOUND, answer.status_code
        return (client or self.client).get(str(answer.location)).get_data(as_text=True)

    def record(self, number: int = 0) -> OutputRecord:
        self.session.rollback()
        return self.session.get_one(OutputRecord, self.records[number].id, populate_existing=True)

    def paid(self, period: str) -> int:
        """Return the accepted units that a month pays to everybody, as a pay run reads them."""
        self.session.rollback()
        rows = self.session.execute(
            queries.output_sums(Scope.company(self.company.id), PayPeriod.parse(period))
        )
        return sum(row.accepted_qty for row in rows)
