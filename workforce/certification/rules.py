"""Which work asks for a certificate, and who may do it without one for a while.

A rule is a company's own, over work days. An exception is asked for by one person and approved by
another, who is not the one that it is about either. The caller's unit of work commits.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Table, select

from workforce.accounts import queries as accounts
from workforce.certification import queries
from workforce.certification.models import SkillException, SkillRequirement
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.changes import plan_rows, put_range, write_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

EFFECTS: Final = ("blocks", "warns")
"""What a rule does; labels are the terms ``skill_effect.*``."""
MOST_DAYS: Final = 92
"""For how long an exception may be at most: about the time of a class with its exam."""
MOST_REASON: Final = 200


def set_requirement(
    session: Session,
    actor: Actor,
    company_id: int,
    task_type_id: int,
    effect: str | None,
    valid_from: dt.date,
) -> bool:
    """Let a task type ask for a certificate from a work day on, None: no longer; tell if that is new.

    Raises:
        InputError: the effect is none.
        ClosedError: it would change what held on a day of a closed month.
    """
    if effect is not None and effect not in EFFECTS:
        raise InputError("skill.effect", place="effect", effect=effect)
    # Two writers of one rule must see each other: ranges of it never overlap.
    locks.hold_certificates(session)
    table = cast("Table", SkillRequirement.__table__)
    chosen = select(table).where(
        table.c.company_id == company_id, table.c.task_type_id == task_type_id
    )
    stored = [dict(row) for row in session.execute(chosen).mappings()]
    locked = locks.locked_periods(session, company_id)
    after = [dict(row) for row in stored]
    if effect is None:
        locks.refuse_locked(locked, valid_from, None)
        after = [
            {**row, "valid_to": min(row["valid_to"] or valid_from, valid_from)}
            for row in after
            if row["valid_from"] < valid_from
        ]
    else:
        values = {"company_id": company_id, "task_type_id": task_type_id, "effect": effect}
        put_range(after, values, valid_from, locked=locked)
    plan = plan_rows(
        stored, after, key=("valid_from",), compare=("effect", "valid_to"), remove=True
    )
    if plan.is_empty:
        return False
    held = [
        row for row in stored if row["valid_from"] <= valid_from < (row["valid_to"] or dt.date.max)
    ]
    write_plan(session, SkillRequirement, plan)
    audit.record(
        session,
        actor,
        "skill_requirement.set",
        "task_type",
        task_type_id,
        company_id=company_id,
        before={"effect": held[0]["effect"] if held else None},
        after={"effect": effect, "valid_from": valid_from},
    )
    return True


def ask_exception(
    session: Session,
    actor: Actor,
    scope: Scope,
    *,
    employment_id: int,
    task_type_id: int,
    first_on: dt.date,
    last_on: dt.date,
    reason: str,
) -> int:
    """Ask that somebody may do a task type without a certificate for some days; return its key.

    Raises:
        NotFoundError: the employment is not in reach.
        InputError: the days or the reason cannot be; names the field.
        StateError: the days are asked for or approved already.
    """
    worker = people.companies_of_employments(scope).subquery()
    company_id = session.scalar(
        select(worker.c.company_id).where(worker.c.employment_id == employment_id)
    )
    if company_id is None:
        raise NotFoundError("web.not_found")
    said = _reason(reason, "reason")
    if last_on < first_on or (last_on - first_on).days >= MOST_DAYS:
        raise InputError("skill.exception_days", place="last_on", most=MOST_DAYS)
    locks.refuse_locked(locks.locked_periods(session, company_id), first_on, last_on)
    locks.hold_certificates(session)
    end = last_on + dt.timedelta(days=1)
    row = SkillException
    same = select(row.id).where(
        row.employment_id == employment_id,
        row.task_type_id == task_type_id,
        row.state != "declined",
        row.valid_from < end,
        row.valid_to > first_on,
    )
    if session.scalar(same) is not None:
        raise StateError("skill.exception_twice", place="first_on")
    asked = SkillException(
        company_id=company_id,
        employment_id=employment_id,
        task_type_id=task_type_id,
        valid_from=first_on,
        valid_to=end,
        reason=said,
        state="asked",
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    after = {
        "employment_id": employment_id,
        "task_type_id": task_type_id,
        "first_on": first_on,
        "last_on": last_on,
    }
    _record(session, actor, "ask", asked, after=after, reason=said)
    return asked.id


def decide_exception(
    session: Session,
    actor: Actor,
    scope: Scope,
    exception_id: int,
    *,
    is_approved: bool,
    answer: str = "",
) -> None:
    """Approve an exception, or decline it with an answer.

    Raises:
        NotFoundError: there is none in reach.
        StateError: it is decided already.
        ForbiddenError: the visitor asked for it, or it is about the visitor.
        InputError: declining needs an answer.
    """
    asked = _found(session, scope, exception_id)
    if asked.state != "asked":
        raise StateError("skill.exception_decided")
    _refuse_maker(session, actor, asked)
    asked.answer = _reason(answer, "answer") if answer.strip() or not is_approved else None
    asked.state = "approved" if is_approved else "declined"
    asked.decided_by_id, asked.decided_at = actor.account_id, clock.now()
    verb = "approve" if is_approved else "decline"
    _record(session, actor, verb, asked, before={"state": "asked"}, reason=asked.answer)


def _refuse_maker(session: Session, actor: Actor, asked: SkillException) -> None:
    """Refuse whoever asked, by whatever account, and the person whom the exception is about."""
    if actor.account_id is None or actor.account_id == asked.asked_by_id:
        raise ForbiddenError("skill.exception_own")
    own = session.scalar(accounts.person_of_account(actor.account_id))
    if own is None:
        return
    asker = asked.asked_by_id and session.scalar(accounts.person_of_account(asked.asked_by_id))
    about = dict(session.execute(people.persons_of([asked.employment_id])).all())
    if own in {asker, about[asked.employment_id]}:
        raise ForbiddenError("skill.exception_own")


def end_exception(session: Session, actor: Actor, scope: Scope, exception_id: int) -> None:
    """Let an approved exception hold no longer from today on.

    Raises:
        NotFoundError: there is none in reach.
        StateError: it is not approved, or over.
    """
    asked = _found(session, scope, exception_id)
    today = clock.today()
    if asked.state != "approved" or asked.valid_to <= today:
        raise StateError("skill.exception_over")
    before = {"valid_to": asked.valid_to}
    asked.valid_to = max(asked.valid_from, today)
    _record(session, actor, "end", asked, before=before, after={"valid_to": asked.valid_to})


def _found(session: Session, scope: Scope, exception_id: int) -> SkillException:
    row = SkillException
    found = session.scalar(
        select(row)
        .where(row.id == exception_id, queries.exception_in_scope(scope))
        .with_for_update()
    )
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def _reason(text: str, place: str) -> str:
    said = " ".join(text.split())
    if not said or len(said) > MOST_REASON:
        raise InputError("skill.reason", place=place, most=MOST_REASON)
    return said


def _record(session: Session, actor: Actor, verb: str, asked: SkillException, **also: Any) -> None:
    audit.record(
        session,
        actor,
        f"skill_exception.{verb}",
        "skill_exception",
        asked.id,
        company_id=asked.company_id,
        **also,
    )
