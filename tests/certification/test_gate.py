"""Work that asks for a certificate: refused when it is new, found where it is recorded; issued papers stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.certification.world import OCTOBER, World, october
from tests.engines import both_engines
from tests.factories.skills import create_skill_exception, create_skill_requirement
from workforce.accounts.models import Account
from workforce.certification import queries, service
from workforce.certification.models import SkillCertificate
from workforce.certification.service import Award
from workforce.core.errors import (
    ClosedError,
    ForbiddenError,
    InputError,
    NotFoundError,
    StateError,
)
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.payroll.stages import certificate_finders
from workforce.platform import clock, locks
from workforce.platform.audit import Actor, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.production.service import Group, plan_output, store_output

NOON = dt.datetime(2026, 10, 31, 4, tzinfo=dt.UTC)


@both_engines
@pytest.mark.feature("SUP-17")
def test_no_output_of_a_task_without_a_certificate_that_opens_it_on_the_day(
    session: Session, book: LawBook
) -> None:
    world = World(session)
    ends = world.hire("ENDS")
    world.certify(ends, world.boxes, issued_on=october(6), valid_until=october(20))
    taken = world.hire("TAKEN")
    world.certify(
        taken,
        world.boxes,
        withdrawn_on=october(15),
        withdraw_reason="x",
        withdrawn_at=NOON,
    )
    other = world.hire("OTHER")
    world.certify(other, world.lines, level=1)
    excepted = world.hire("EXCEPTED")
    for state, first, end in (("approved", 8, 10), ("asked", 12, 14), ("declined", 16, 18)):
        create_skill_exception(
            session,
            excepted,
            world.boxes,
            valid_from=october(first),
            valid_to=october(end),
            state=state,
            decided_at=None if state == "asked" else NOON,
            answer="no" if state == "declined" else None,
        )
    world.certify(
        factories.create_employment(session, factories.create_company(session)), world.boxes
    )
    days = {
        # Before the rule, then: not yet issued, the first and the last valid day, the day after it.
        ends: (4, 5, 6, 20, 21),
        # The last day before it was withdrawn, and the day of that.
        taken: (14, 15),
        other: (7,),
        # Both ends of the approved one, the day after it, one that waits, and one declined.
        excepted: (7, 8, 9, 10, 12, 16),
    }
    facts = [world.fact(who, day) for who, those in days.items() for day in those]
    facts += [world.fact(other, 7, world.lines), world.fact(ends, 7, world.lines)]
    facts.append(world.fact(other, 7, world.free))
    expected = {
        "ENDS boxes 5",
        "ENDS boxes 21",
        "TAKEN boxes 15",
        "OTHER boxes 7",
        "EXCEPTED boxes 7",
        "EXCEPTED boxes 10",
        "EXCEPTED boxes 12",
        "EXCEPTED boxes 16",
    }
    refused = world.refused(*facts)
    assert set(refused) == expected
    said = refused["ENDS boxes 21"].message("en")
    assert all(word in said for word in ("ENDS", "2026-10-21", "boxes"))
    # A group is refused for one of its members.
    share = ((ends.id, 1_000), (other.id, 1_000))
    group = Group(name="G", split_by="points", shares=share)
    together = world.fact(ends, 7, employment_id=None, group=group, source_key="G")
    assert set(world.refused(together)) == {"G"}

    # What was recorded before the rule stays as it is, and cannot grow; the month names its people.
    create_skill_requirement(session, world.company, world.free, valid_from=october(1))
    for who, day in ((ends, 9), (other, 9), (excepted, 9)):
        key = f"{who.employee_no} free {day}"
        factories.create_output(
            session,
            who,
            world.free,
            october(day),
            10,
            source="output",
            source_key=key,
            source_version="1",
        )
    session.flush()
    same = world.fact(ends, 9, world.free)
    assert world.refused(same) == {}
    more = world.fact(ends, 9, world.free, submitted_qty=11, accepted_qty=11, source_version="2")
    assert set(world.refused(more)) == {"ENDS free 9"}
    less = world.fact(ends, 9, world.free, submitted_qty=9, accepted_qty=9, source_version="2")
    assert world.refused(less) == {}
    # What was rejected, and so never asked about, is asked about once it counts after all.
    factories.create_output(
        session, ends, world.free, october(10), 10, state="rejected", accepted_qty=0,
        accepted_on=None, pay_period=None, source="output", source_key="R", source_version="1",
    )  # fmt: skip
    session.flush()
    counts = world.fact(ends, 10, world.free, source_key="R", source_version="2")
    assert set(world.refused(counts)) == {"R"}
    world.certify(other, world.free)
    create_skill_exception(
        session, excepted, world.free, valid_from=october(9), valid_to=october(10),
        state="approved", decided_at=NOON,
    )  # fmt: skip
    factories.create_output(session, ends, world.lines, october(12))
    factories.create_output(session, ends, world.lines, october(13))
    session.flush()
    missing = certificate_finders.certificate_missing(world.asked(book))
    assert (missing.count, [one.label.split()[0] for one in missing.named]) == (1, ["ENDS"])
    advised = certificate_finders.certificate_advised(world.asked(book))
    (named,) = advised.named
    assert named.detail is not None
    assert named.detail.en == "lines, 2 days, from 2026-10-12 on"
    assert named.place is not None
    assert named.place.arguments == {"person_id": ends.person_id}


@both_engines
def test_output_is_stored_where_it_may_be_and_the_rest_is_told(session: Session) -> None:
    world = World(session)
    may = world.hire("MAY")
    world.certify(may, world.boxes)
    may_not = world.hire("MAY_NOT")
    session.commit()
    with unit_of_work() as writing:
        plan = plan_output(
            writing, world.company.id, "output", [world.fact(may, 7), world.fact(may_not, 7)]
        )
        assert [row["employment_id"] for row in plan.records.added] == [may.id]
        store_output(writing, world.company.id, plan, None)
    assert set(plan.faults) == {"MAY_NOT boxes 7"}


@both_engines
def test_certificates_are_numbered_by_year_stand_and_are_withdrawn(
    session: Session,
) -> None:
    world = World(session)
    who = world.hire("A1")
    scope, actor = Scope.company(world.company.id), Actor(None, "cli")
    session.commit()

    def award(on: dt.date, **changes: Any) -> Award:
        values: dict[str, Any] = {
            "person_id": who.person_id,
            "level": 5,
            "issued_on": on,
            "task_type_ids": [world.boxes.id],
        }
        return Award(**values | changes)

    with clock.fixed(NOON), unit_of_work() as writing:
        made = [
            service.issue(writing, actor, award(on), issuer="Base", kept_by_id=world.company.id)
            for on in (october(1), dt.date(2025, 12, 31), october(31))
        ]
        entered = service.enter(
            writing, actor, scope, award(october(1)), issuer=" Other  body ", number="7 8"
        )
    rows = [session.get_one(SkillCertificate, key) for key in (*made, entered)]
    assert [row.number for row in rows] == ["2026-00001", "2025-00001", "2026-00002", "78"]
    assert rows[3].issuer == "Other body"
    assert rows[3].public_id is None
    assert len({row.public_id for row in rows}) == 4
    first = made[0]
    said = {row.action for row in session.scalars(select(AuditEntry))}
    assert {"skill_certificate.issue", "skill_certificate.enter"} <= said
    session.rollback()

    for wrong, code in (
        (award(dt.date(2026, 11, 1)), "skill.future"),
        (award(october(2), valid_until=october(1)), "skill.dates"),
        (award(october(2), level=6), "skill.level"),
        (award(october(2), level=None, task_type_ids=[]), "skill.opens_nothing"),
    ):
        with clock.fixed(NOON), pytest.raises(InputError) as told, unit_of_work() as writing:
            service.issue(writing, actor, wrong, issuer="Base", kept_by_id=None)
        assert told.value.code == code
    with clock.fixed(NOON), pytest.raises(StateError) as sent_again, unit_of_work() as writing:
        service.issue(writing, actor, award(october(1)), issuer="Base", kept_by_id=world.company.id)
    assert sent_again.value.code == "skill.issued_already"
    with clock.fixed(NOON), pytest.raises(StateError) as twice, unit_of_work() as writing:
        service.enter(writing, actor, scope, award(october(2)), issuer="Other body", number="78")
    assert twice.value.code == "skill.twice"
    # Its words stand in the database itself; only a withdrawal is written beside them, once.
    for change in (
        update(SkillCertificate).where(SkillCertificate.id == first).values(level=1),
        delete(SkillCertificate).where(SkillCertificate.id == entered),
    ):
        with pytest.raises(DatabaseError):
            session.execute(change)
        session.rollback()
    elsewhere = Scope.company(factories.create_company(session).id)
    session.commit()
    with pytest.raises(NotFoundError), unit_of_work() as writing:
        service.withdraw(writing, actor, elsewhere, first, "x")
    with pytest.raises(InputError), unit_of_work() as writing:
        service.withdraw(writing, actor, scope, first, "  ")
    with clock.fixed(NOON), unit_of_work() as writing:
        service.withdraw(writing, actor, scope, first, "copied in the exam")
    with pytest.raises(StateError) as again, unit_of_work() as writing:
        service.withdraw(writing, actor, scope, first, "x")
    assert again.value.code == "skill.withdrawn"
    held = session.execute(queries.valid_on(scope, october(31))).all()
    assert {row.certificate_id for row in held} == {*made[1:], entered}
    levels = session.execute(queries.levels(Scope.base(), october(31))).all()
    assert [tuple(row) for row in levels] == [(who.person_id, october(31), 5)]


def test_who_holds_a_later_certificate_for_the_same_work_is_not_told_of_its_end(
    session: Session,
) -> None:
    """On 31 October all of these end within 60 days; of RENEWED alone another one goes on with all of it."""
    world = World(session)
    renewed, half, alone = (world.hire(name) for name in ("RENEWED", "HALF", "ALONE"))
    ends = {"valid_until": dt.date(2026, 12, 30)}
    both = (world.boxes, world.lines)
    for who, opens, later in ((renewed, both, both), (half, both, both[:1]), (alone, both[:1], ())):
        world.certify(who, *opens, **ends)
        if later:
            world.certify(who, *later, issued_on=october(31))
    left = factories.create_employment(session, world.company, separated_on=october(30))
    world.certify(left, world.boxes, **ends)
    session.flush()
    told = session.execute(queries.expiring(Scope.company(world.company.id), october(31))).all()
    assert [row.person_id for row in told] == [half.person_id, alone.person_id]
    # The day before, the 30th of December is 61 days away.
    early = queries.expiring(Scope.company(world.company.id), october(30))
    assert session.execute(early).all() == []


def test_a_company_sees_nothing_of_what_its_people_got_elsewhere_after_they_left(
    session: Session,
) -> None:
    world = World(session)
    who = factories.create_person(session)
    here = factories.create_employment(session, world.company, who, separated_on=october(10))
    there = factories.create_company(session)
    factories.create_employment(session, there, who, hired_on=october(11))
    known = {
        world.certify(here, issued_on=october(10), number="before").number,
        # One that the company keeps itself, though it is issued after the last day.
        world.certify(
            here, issued_on=october(12), number="own", kept_by_id=world.company.id
        ).number,
    }
    later = world.certify(here, issued_on=october(11), number="later", kept_by_id=there.id)
    session.flush()
    old, new = (Scope.company(one.id) for one in (world.company, there))
    assert {row.number for row in session.execute(queries.certificates(old))} == known
    assert {row.number for row in session.execute(queries.certificates(new))} == {*known, "later"}
    assert session.scalar(queries.certificate(old, later.id)) is None


@both_engines
def test_whoever_asks_for_an_exception_never_approves_it(session: Session) -> None:
    world = World(session)
    who = world.hire("A1")
    asker, other = (
        factories.create_account(session, Role.COMPANY_ADMIN, world.company) for _ in range(2)
    )
    about = factories.create_account(session, Role.FINANCE, world.company, person_id=who.person_id)
    scope, task = Scope.company(world.company.id), world.boxes.id
    session.commit()

    def ask(first: int, last: int) -> int:
        with clock.fixed(NOON), unit_of_work() as writing:
            return service.ask_exception(
                writing,
                _actor(asker),
                scope,
                employment_id=who.id,
                task_type_id=task,
                first_on=october(first),
                last_on=october(last),
                reason="the exam is in November",
            )

    def decide(account: Account, key: int, answer: str = "", *, is_approved: bool) -> None:
        with clock.fixed(NOON), unit_of_work() as writing:
            service.decide_exception(
                writing, _actor(account), scope, key, is_approved=is_approved, answer=answer
            )

    assert set(world.refused(world.fact(who, 20))) == {"A1 boxes 20"}
    key = ask(20, 31)
    with pytest.raises(StateError):
        ask(31, 31)
    for account in (asker, about):
        with pytest.raises(ForbiddenError):
            decide(account, key, is_approved=True)
    with pytest.raises(InputError):
        decide(other, key, is_approved=False)
    decide(other, key, is_approved=True)
    with pytest.raises(StateError):
        decide(other, key, is_approved=False, answer="no")
    assert world.refused(world.fact(who, 20), world.fact(who, 31)) == {}
    # It ends today, which is the 31st: that day is no longer covered.
    with clock.fixed(NOON), unit_of_work() as writing:
        service.end_exception(writing, _actor(other), scope, key)
    assert set(world.refused(world.fact(who, 30), world.fact(who, 31))) == {"A1 boxes 31"}
    declined = ask(31, 31)
    decide(other, declined, "wait for the exam", is_approved=False)
    assert set(world.refused(world.fact(who, 31))) == {"A1 boxes 31"}
    acts = [
        (row.action, row.actor_id)
        for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if row.action.startswith("skill_exception")
    ]
    assert acts == [
        ("skill_exception.ask", asker.id),
        ("skill_exception.approve", other.id),
        ("skill_exception.end", other.id),
        ("skill_exception.ask", asker.id),
        ("skill_exception.decline", other.id),
    ]


def _actor(account: Account) -> Actor:
    return Actor(account.id, account.login_name)


def test_a_rule_holds_for_days_of_work_and_leaves_closed_months_alone(session: Session) -> None:
    world = World(session)
    company_id, task = world.company.id, world.free.id
    locks.lock(session, company_id, OCTOBER, reason="x", account_id=None)
    session.commit()

    def set_rule(effect: str | None, on: dt.date) -> bool:
        with unit_of_work() as writing:
            return service.set_requirement(
                writing, Actor(None, "cli"), company_id, task, effect, on
            )

    with pytest.raises(ClosedError):
        set_rule("blocks", october(31))
    november, december = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
    assert set_rule("warns", november)
    assert not set_rule("warns", november)
    assert set_rule("blocks", december)
    assert set_rule(None, dt.date(2027, 1, 1))
    with pytest.raises(InputError):
        set_rule("forbids", december)
    effects = [
        dict(session.execute(queries.required(company_id, day)).all()).get(task)
        for day in (october(31), november, dt.date(2026, 11, 30), december, dt.date(2027, 1, 1))
    ]
    assert effects == [None, "warns", "warns", "blocks", None]
