"""Handing a team over: one leader on every day, and every edit under the name of whoever made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_membership,
    create_person,
    create_team,
)
from tests.factories.requests import create_request
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.companies import queries
from workforce.companies.hand_over import hand_over, leaders_of, turns_of
from workforce.companies.models import Company, Team
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import TeamMembership
from workforce.platform import clock, locks
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]


def october(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def noon(day: int) -> dt.datetime:
    return dt.datetime(2026, 10, day, 4, tzinfo=dt.UTC)


@dataclass
class Base:
    session: Session
    company: Company
    team: Team
    old: Account
    new: Account
    admin: Account

    def pass_on(self, account: Account, first: int, last: int | None = None) -> None:
        hand_over(
            self.session,
            Scope.company(self.company.id),
            CLI,
            self.team.id,
            account.id,
            october(first),
            october(last) if last else None,
            reason="休假",
        )

    def leader_on(self, on: dt.date) -> list[int]:
        return [
            account.id
            for account in (self.old, self.new)
            if self.session.scalars(queries.team_ids_led(account.id, on)).all()
        ]


@pytest.fixture
def base(session: Session) -> Iterator[Base]:
    company = create_company(session)
    team = create_team(session, company)
    old, new = (
        create_account(session, Role.SUPERVISOR, company, create_person(session)) for _ in "ab"
    )
    create_leadership(session, team, old.id)
    admin = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()
    with clock.fixed(noon(12)):
        yield Base(session, company, team, old, new, admin)


@both_engines
@pytest.mark.feature("SUP-25")
def test_one_leads_up_to_the_day_and_the_other_from_it_on(base: Base) -> None:
    base.pass_on(base.new, 15)
    days = [base.leader_on(october(day)) for day in (14, 15, 31)]
    assert days == [[base.old.id], [base.new.id], [base.new.id]]


@both_engines
@pytest.mark.feature("SUP-25")
def test_who_stands_in_gives_the_team_back(base: Base) -> None:
    base.pass_on(base.new, 15, 20)
    days = [base.leader_on(october(day)) for day in (14, 15, 20, 21)]
    assert days == [[base.old.id], [base.new.id], [base.new.id], [base.old.id]]
    # Passing on for good ends what was planned: the old leader does not come back on the 21st.
    base.pass_on(base.new, 14)
    days = [base.leader_on(october(day)) for day in (13, 14, 21)]
    assert days == [[base.old.id], [base.new.id], [base.new.id]]
    assert len(turns_of(base.session, base.team.id)) == 2


@both_engines
@pytest.mark.feature("SUP-25", "SUP-22")
def test_each_edit_of_the_month_bears_the_name_of_who_made_it(
    base: Base, client_as: ClientAs
) -> None:
    worker = create_employment(base.session, base.company)
    create_membership(base.session, worker, base.team)
    first, second = (
        create_request(base.session, worker, first_on=october(day), last_on=october(day))
        for day in (8, 9)
    )
    base.pass_on(base.new, 15)
    base.session.commit()

    def answer(account: Account, day: int, key: int) -> int:
        with clock.fixed(noon(day)):
            return (
                client_as(account)
                .post_form(f"/attendance/requests/{key}/decide", {"verdict": "approve"})
                .status_code
            )

    assert answer(base.new, 14, first.id) == 404
    assert answer(base.old, 14, first.id) == 302
    assert answer(base.old, 15, second.id) == 404
    assert answer(base.new, 15, second.id) == 302
    names = base.session.execute(
        select(AuditEntry.subject_id, AuditEntry.actor_id)
        .where(AuditEntry.action == "attendance_request.approve")
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(row) for row in names] == [
        (str(first.id), base.old.id),
        (str(second.id), base.new.id),
    ]
    (entry,) = base.session.scalars(select(AuditEntry).where(AuditEntry.action == "team.hand_over"))
    assert entry.reason == "休假"
    assert f'"account_id":{base.old.id}' in (entry.before or "")
    assert '"valid_to":"2026-10-15"' in (entry.after or "")


@pytest.mark.parametrize(
    ("first", "last", "place"), [(11, None, "on"), (15, 14, "last_on"), (15, None, "account")]
)
def test_what_cannot_be_is_refused(base: Base, first: int, last: int | None, place: str) -> None:
    account = base.old if place == "account" else base.new
    with pytest.raises(InputError) as refused:
        base.pass_on(account, first, last)
    assert refused.value.place == place
    assert base.leader_on(october(31)) == [base.old.id]


@pytest.mark.parametrize(
    ("on", "last_on", "place"),
    [
        (dt.date.max, None, "on"),
        (october(15), dt.date.max, "last_on"),
        (dt.date.max, dt.date.max, "on"),
    ],
)
def test_a_slip_in_the_year_is_refused(
    base: Base, on: dt.date, last_on: dt.date | None, place: str
) -> None:
    with pytest.raises(InputError) as refused:
        hand_over(
            base.session,
            Scope.company(base.company.id),
            CLI,
            base.team.id,
            base.new.id,
            on,
            last_on,
            reason="x",
        )
    assert (refused.value.code, refused.value.place) == ("hand_over.too_far", place)


def test_only_active_leaders_of_the_company_can_be_chosen(base: Base) -> None:
    create_account(base.session, Role.SUPERVISOR, base.company, is_active=False)
    other = create_company(base.session)
    stranger = create_account(base.session, Role.SUPERVISOR, other)
    base.session.flush()
    assert [key for key, _ in leaders_of(base.session, base.company.id)] == [
        base.old.id,
        base.new.id,
    ]
    with pytest.raises(InputError):
        base.pass_on(stranger, 15)
    with pytest.raises(NotFoundError):
        hand_over(
            base.session,
            Scope.company(other.id),
            CLI,
            base.team.id,
            stranger.id,
            october(15),
            reason="x",
        )


@pytest.mark.feature("SUP-25")
def test_on_the_page_the_administrator_hands_over_and_moves_people(
    base: Base, client_as: ClientAs
) -> None:
    target = create_team(base.session, base.company)
    workers = [create_employment(base.session, base.company) for _ in range(3)]
    for worker in workers:
        create_membership(base.session, worker, base.team)
    base.session.commit()
    admin = client_as(base.admin)
    address = f"/people/teams/{base.team.id}/hand-over"
    assert base.old.display_name in admin.get(address).text
    wrong = admin.post_form(address, {"lead-account": base.new.id, "lead-on": "2026-10-15"})
    assert wrong.status_code == 422
    assert 'id="lead-reason-error"' in wrong.text
    form = {"lead-account": base.new.id, "lead-on": "2026-10-15", "lead-reason": "调岗"}
    assert admin.post_form(address, form).status_code == 302
    assert "以后" in admin.get(address).text

    move = f"/people/teams/{base.team.id}/move"
    ticked = {
        "employment_id": [str(workers[0].id), str(workers[1].id)],
        "move-team": target.id,
        "move-valid_from": "2026-10-19",
    }
    assert admin.post_form(move, ticked).status_code == 302
    base.session.rollback()
    rows = base.session.execute(
        select(TeamMembership.employment_id, TeamMembership.valid_from)
        .where(TeamMembership.team_id == target.id)
        .order_by(TeamMembership.employment_id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (workers[0].id, october(19)),
        (workers[1].id, october(19)),
    ]
    moves = base.session.execute(
        select(AuditEntry.before, AuditEntry.after).where(
            AuditEntry.action == "employment.assign_team"
        )
    ).all()
    assert [tuple(row) for row in moves] == [
        (f'{{"team_id":{base.team.id}}}', f'{{"team_id":{target.id},"valid_from":"2026-10-19"}}')
    ] * 2
    nobody = admin.post_form(move, {**ticked, "employment_id": []})
    assert nobody.status_code == 422
    elsewhere = create_employment(base.session, base.company)
    base.session.commit()
    forged = admin.post_form(move, {**ticked, "employment_id": [str(elsewhere.id)]})
    assert forged.status_code == 422
    locks.lock(base.session, base.company.id, PayPeriod(2026, 9), reason="t", account_id=None)
    base.session.commit()
    late = {**ticked, "employment_id": [str(workers[2].id)], "move-valid_from": "2026-09-20"}
    assert admin.post_form(move, late).status_code == 422
    assert client_as(base.old).get(address).status_code == 403
