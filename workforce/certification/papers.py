"""Issuing, entering and withdrawing certificates. The caller's unit of work commits.

What is issued here has a number of its own and stands: what is wrong is withdrawn, with a reason. What
another body issued is entered, or imported from its list, and corrected as that list is.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select

from workforce.certification import queries
from workforce.certification.models import SkillCertificate, SkillCertificateTaskType
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

LEVELS: Final = (1, 2, 3, 4, 5)
"""Of the occupation, the highest first; labels are the terms ``skill_level.*``."""
MOST_ISSUER: Final = 80
MOST_NUMBER: Final = 60
MOST_COURSE: Final = 80
MOST_REASON: Final = 200
_PUBLIC_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What is certified of a person; ``level`` None: a course's own certificate without a level.

    ``valid_until``: the last valid day, None: no end. ``task_type_ids``: the work that it opens.
    """

    person_id: int
    level: int | None = None
    course: str | None = None
    issued_on: dt.date
    valid_until: dt.date | None = None
    task_type_ids: Sequence[int] = ()


def issue(
    session: Session, actor: Actor, award: Award, *, issuer: str, kept_by_id: int | None
) -> int:
    """Issue a certificate with the next number of its year; return its key.

    ``issuer`` is printed on it; ``kept_by_id``: the company that issues it, None: the base.

    Raises:
        InputError: a value is missing or cannot be; names the field.
        StateError: it is issued already.
    """
    checked = checked_award(award, issuer)
    locks.hold_certificates(session)
    _refuse_issued(session, award, **checked)
    year = award.issued_on.year
    newest = select(func.max(SkillCertificate.serial)).where(SkillCertificate.year == year)
    serial = (session.scalar(newest) or 0) + 1
    return _add(
        session,
        actor,
        award,
        **checked,
        number=f"{year}-{serial:05d}",
        year=year,
        serial=serial,
        public_id=secrets.token_hex(_PUBLIC_ID_BYTES),
        kept_by_id=kept_by_id,
    )


def _refuse_issued(session: Session, award: Award, *, issuer: str, course: str | None) -> None:
    """Refuse to issue the same once more: whoever sends a form twice wants one paper."""
    row = SkillCertificate
    same = select(row.number).where(
        row.person_id == award.person_id,
        row.public_id.is_not(None),
        row.withdrawn_on.is_(None),
        row.issued_on == award.issued_on,
        row.issuer == issuer,
        row.level.is_not_distinct_from(award.level),
        row.course.is_not_distinct_from(course),
    )
    number = session.scalar(same.limit(1))
    if number is not None:
        raise StateError("skill.issued_already", number=number, issued_on=award.issued_on)


def enter(
    session: Session, actor: Actor, scope: Scope, award: Award, *, issuer: str, number: str
) -> int:
    """Enter a certificate that another body issued to a person in reach; return its key.

    Raises:
        NotFoundError: the person is not in reach.
        InputError: a value is missing or cannot be; names the field.
        StateError: it is entered already.
    """
    known = people.all_employments(scope).subquery()
    chosen = select(known.c.person_id).where(known.c.person_id == award.person_id).limit(1)
    if session.scalar(chosen) is None:
        raise NotFoundError("web.not_found")
    checked = checked_award(award, issuer)
    written = checked_number(number)
    locks.hold_certificates(session)
    row = SkillCertificate
    same = select(row.id).where(
        row.issuer == checked["issuer"], row.number == written, row.withdrawn_on.is_(None)
    )
    if session.scalar(same) is not None:
        raise StateError("skill.twice", place="number", number=written, issuer=checked["issuer"])
    return _add(session, actor, award, **checked, number=written, kept_by_id=_keeper(scope))


def _keeper(scope: Scope) -> int | None:
    return None if scope.kind is ScopeKind.BASE else scope.company_id


def _add(session: Session, actor: Actor, award: Award, **also: Any) -> int:
    row = SkillCertificate(
        person_id=award.person_id,
        level=award.level,
        issued_on=award.issued_on,
        valid_until=award.valid_until,
        entered_by_id=actor.account_id,
        entered_at=clock.now(),
        **also,
    )
    session.add(row)
    session.flush()
    open_work(session, row.id, award.task_type_ids)
    audit.record(
        session,
        actor,
        "skill_certificate.enter" if row.public_id is None else "skill_certificate.issue",
        "skill_certificate",
        row.id,
        company_id=row.kept_by_id,
        after={
            "issuer": row.issuer,
            "number": row.number,
            "level": row.level,
            "issued_on": row.issued_on,
            "valid_until": row.valid_until,
            "task_type_ids": sorted(award.task_type_ids),
        },
    )
    return row.id


def open_work(session: Session, certificate_id: int, task_type_ids: Iterable[int]) -> None:
    """Let a certificate open task types."""
    rows = [
        {"certificate_id": certificate_id, "task_type_id": one}
        for one in sorted(set(task_type_ids))
    ]
    if rows:
        session.execute(insert(SkillCertificateTaskType), rows)


def checked_award(award: Award, issuer: str) -> dict[str, Any]:
    """Return issuer and course as they are stored.

    Raises:
        InputError: a value is missing or cannot be; names the field.
    """
    said, course = " ".join(issuer.split()), " ".join((award.course or "").split())
    if not said or len(said) > MOST_ISSUER:
        raise InputError("skill.issuer", place="issuer", most=MOST_ISSUER)
    if len(course) > MOST_COURSE:
        raise InputError("skill.course", place="course", most=MOST_COURSE)
    if award.level is not None and award.level not in LEVELS:
        raise InputError("skill.level", place="level", level=award.level)
    if award.issued_on > clock.today():
        raise InputError("skill.future", place="issued_on", issued_on=award.issued_on)
    if award.valid_until is not None and award.valid_until < award.issued_on:
        raise InputError(
            "skill.dates",
            place="valid_until",
            until=award.valid_until,
            issued_on=award.issued_on,
        )
    if award.level is None and not award.task_type_ids:
        raise InputError("skill.opens_nothing", place="task_types")
    return {"issuer": said, "course": course or None}


def checked_number(number: str) -> str:
    """Return a number as it is stored.

    Raises:
        InputError: it is empty or too long.
    """
    written = "".join(number.split())
    if not written or len(written) > MOST_NUMBER:
        raise InputError("skill.number", place="number", most=MOST_NUMBER)
    return written


def withdraw(session: Session, actor: Actor, scope: Scope, certificate_id: int, reason: str) -> int:
    """Withdraw a certificate from today on; return the person that it was about.

    Raises:
        NotFoundError: there is none in reach.
        InputError: the reason is missing.
        StateError: it is withdrawn already, or somebody else keeps it.
    """
    said = " ".join(reason.split())
    if not said or len(said) > MOST_REASON:
        raise InputError("skill.reason", place="reason", most=MOST_REASON)
    row = session.scalar(queries.certificate(scope, certificate_id).with_for_update())
    if row is None:
        raise NotFoundError("web.not_found")
    if row.withdrawn_on is not None:
        raise StateError("skill.withdrawn", withdrawn_on=row.withdrawn_on)
    if row.kept_by_id != _keeper(scope):
        raise StateError("skill.kept_elsewhere", issuer=row.issuer)
    row.withdrawn_on, row.withdraw_reason = clock.today(), said
    row.withdrawn_by_id, row.withdrawn_at = actor.account_id, clock.now()
    session.flush()
    audit.record(
        session,
        actor,
        "skill_certificate.withdraw",
        "skill_certificate",
        row.id,
        company_id=row.kept_by_id,
        before={"number": row.number, "issuer": row.issuer},
        after={"withdrawn_on": row.withdrawn_on},
        reason=said,
    )
    return row.person_id
