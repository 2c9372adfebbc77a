"""Lists of certificates as other bodies keep them: compared with what is stored, then stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Table, delete, select, tuple_

from workforce.certification import queries
from workforce.certification.models import SkillCertificate, SkillCertificateTaskType
from workforce.certification.papers import Award, checked_award, checked_number, open_work
from workforce.core.errors import DomainError, StateError
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

_PORTION: Final = 5_000
"""Pairs in one statement: SQLite allows 32 766 parameters."""
_COMPARED: Final = ("level", "course", "issued_on", "valid_until", "task_type_ids")

Key = tuple[str, str]
"""Issuer and number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFact:
    """A row of a list: whose certificate it is, who issued it under which number, and what it says."""

    employment_id: int
    issuer: str
    number: str
    level: int | None
    course: str | None
    issued_on: dt.date
    valid_until: dt.date | None
    task_type_ids: tuple[int, ...]

    @property
    def key(self) -> Key:
        """What a second row about the same paper would repeat."""
        return self.issuer, self.number


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What storing a list would change, and which rows cannot be stored."""

    rows: Plan
    faults: Mapping[Key, DomainError] = field(default_factory=dict)


def plan_papers(session: Session, company_id: int, facts: Sequence[PaperFact]) -> PaperPlan:
    """Compare a list of certificates with what is stored. Writes nothing.

    At fault is what cannot be, and a paper that is known as another person's, as issued or kept by
    somebody else, or as withdrawn.
    """
    locks.hold_certificates(session)
    worker = people.all_employments(Scope.company(company_id)).subquery()
    persons = dict(session.execute(select(worker.c.employment_id, worker.c.person_id)).all())
    faults: dict[Key, DomainError] = {}
    rows: dict[Key, dict[str, Any]] = {}
    for fact in facts:
        try:
            rows[fact.key] = _row(fact, persons[fact.employment_id])
        except DomainError as error:
            faults[fact.key] = error
    stored = _stored(session, [(row["issuer"], row["number"]) for row in rows.values()])
    wanted: list[dict[str, Any]] = []
    for key, row in rows.items():
        old = stored.get((row["issuer"], row["number"]))
        try:
            if old is not None:
                _refuse_other(old, row, company_id)
        except DomainError as error:
            faults[key] = error
            continue
        wanted.append(row)
    plan = plan_rows(stored.values(), wanted, key=("issuer", "number"), compare=_COMPARED)
    return PaperPlan(plan, faults)


def _row(fact: PaperFact, person_id: int) -> dict[str, Any]:
    award = Award(
        person_id=person_id,
        level=fact.level,
        course=fact.course,
        issued_on=fact.issued_on,
        valid_until=fact.valid_until,
        task_type_ids=fact.task_type_ids,
    )
    return {
        **checked_award(award, fact.issuer),
        "person_id": person_id,
        "number": checked_number(fact.number),
        "level": fact.level,
        "issued_on": fact.issued_on,
        "valid_until": fact.valid_until,
        "task_type_ids": tuple(sorted(set(fact.task_type_ids))),
    }


def _stored(session: Session, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
    """Return what is stored under these keys, a withdrawn paper only where no other follows it."""
    table = cast("Table", SkillCertificate.__table__)
    found: dict[Key, dict[str, Any]] = {}
    for start in range(0, len(keys), _PORTION):
        chosen = (
            select(table)
            .where(tuple_(table.c.issuer, table.c.number).in_(keys[start : start + _PORTION]))
            # Withdrawn ones first: a valid one of the same key takes their place.
            .order_by(table.c.withdrawn_on.is_(None), table.c.id)
        )
        for row in session.execute(chosen).mappings():
            found[row["issuer"], row["number"]] = {**row, "task_type_ids": ()}
    opened: defaultdict[int, list[int]] = defaultdict(list)
    for certificate_id, task_type_id in session.execute(
        queries.opened([row["id"] for row in found.values()])
    ):
        opened[certificate_id].append(task_type_id)
    for one in found.values():
        one["task_type_ids"] = tuple(sorted(opened[one["id"]]))
    return found


def _refuse_other(old: Mapping[str, Any], row: Mapping[str, Any], company_id: int) -> None:
    if old["withdrawn_on"] is not None:
        raise StateError("skill.withdrawn", withdrawn_on=old["withdrawn_on"])
    is_same = all(old[name] == row[name] for name in ("person_id", *_COMPARED))
    if is_same:
        return
    if old["kept_by_id"] != company_id or old["public_id"] is not None:
        raise StateError("skill.kept_elsewhere", issuer=old["issuer"])
    if old["person_id"] != row["person_id"]:
        raise StateError("skill.other_person", number=old["number"])


def store_papers(session: Session, company_id: int, plan: PaperPlan, actor: Actor) -> None:
    """Carry out a plan in the caller's unit of work."""
    opens = {(row["issuer"], row["number"]): row.pop("task_type_ids") for row in plan.rows.added}
    changed = [
        change._replace(
            after={name: value for name, value in change.after.items() if name != "task_type_ids"}
        )
        for change in plan.rows.changed
    ]
    rows = Plan(added=plan.rows.added, changed=[one for one in changed if one.after])
    also = {"kept_by_id": company_id, "entered_by_id": actor.account_id}
    write_plan(session, SkillCertificate, rows, **also, entered_at=clock.now())
    ids = {key: row["id"] for key, row in _stored(session, list(opens)).items()}
    for key, task_type_ids in opens.items():
        open_work(session, ids[key], task_type_ids)
    for change in plan.rows.changed:
        if "task_type_ids" in change.after:
            _open_anew(session, change.row["id"], change.after["task_type_ids"])
        audit.record(
            session,
            actor,
            "skill_certificate.correct",
            "skill_certificate",
            change.row["id"],
            company_id=company_id,
            before=change.before,
            after=change.after,
        )


def _open_anew(session: Session, certificate_id: int, task_type_ids: Sequence[int]) -> None:
    row = SkillCertificateTaskType
    session.execute(delete(row).where(row.certificate_id == certificate_id))
    open_work(session, certificate_id, task_type_ids)
