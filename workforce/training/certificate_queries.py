"""Skill certificates as pages show them: with the names of people, of work and of whoever keeps them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, RowMapping, Select, and_, distinct, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from workforce.accounts import queries as accounts
from workforce.certification import queries as certificates
from workforce.companies import queries as companies
from workforce.companies.base_name import base_name
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.people import queries as people
from workforce.platform.db import size_of
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STATES: Final = ("all", "expiring", "without")
"""Which people a list shows: all, with a certificate that runs out soon, without a valid one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One certificate as it is shown; ``state``: a term of ``skill_state``."""

    certificate_id: int
    person_id: int
    kept_by_id: int | None
    issuer: str
    number: str
    level: int | None
    course: str | None
    issued_on: dt.date
    valid_until: dt.date | None
    public_id: str | None
    withdrawn_on: dt.date | None
    withdraw_reason: str | None
    state: str
    opens: Mapping[int, Text]
    """The task types that it opens, by key."""

    @property
    def holds(self) -> bool:
        """Whether it is valid today."""
        return self.state in {"valid", "expiring"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person of a list with the certificates that are valid today; ``is_expiring``: one of them runs out soon."""

    person_id: int
    employee_no: str
    name: str
    papers: Sequence[Paper]
    is_expiring: bool

    @property
    def level(self) -> int | None:
        """The highest level, which is the least number."""
        return min((one.level for one in self.papers if one.level is not None), default=None)

    @property
    def opens(self) -> list[Text]:
        """What the valid certificates open, each task type once."""
        return list({key: text for one in self.papers for key, text in one.opens.items()}.values())

    @property
    def ends_on(self) -> dt.date | None:
        """When the first of them runs out."""
        return min((one.valid_until for one in self.papers if one.valid_until), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """A task type, what a company's rule says of it today and next, and how many people it concerns.

    ``effect`` and ``next_effect``: of ``skill_effect``; None: no certificate is needed. ``certified``: how
    many of those employed today hold one.
    """

    task_type_id: int
    code: str
    name: Text
    effect: str | None
    since: dt.date | None
    next_on: dt.date | None
    next_effect: str | None
    certified: int


def task_type_texts(session: Session) -> dict[int, Text]:
    """Return what every task type is called, in order of their codes."""
    rows = session.execute(production.task_type_names()).all()
    return {
        row.task_type_id: Text(row.name_zh, row.name_en)
        for row in sorted(rows, key=lambda row: row.task_type_code)
    }


def _papers(
    session: Session,
    rows: Iterable[RowMapping],
    names: Mapping[int, Text],
    today: dt.date,
) -> list[Paper]:
    """Return certificates with the names of what they open; one statement, whatever their number."""
    found = [dict(row) for row in rows]
    opens: defaultdict[int, list[int]] = defaultdict(list)
    opened = certificates.opened([row["certificate_id"] for row in found])
    for certificate_id, task_type_id in session.execute(opened):
        opens[certificate_id].append(task_type_id)
    papers = [
        Paper(
            **row,
            state=certificates.state_of(
                row["issued_on"], row["valid_until"], row["withdrawn_on"], today
            ),
            opens={one: names[one] for one in names if one in opens[row["certificate_id"]]},
        )
        for row in found
    ]
    return sorted(papers, key=lambda one: (not one.holds, -one.issued_on.toordinal(), one.number))


def papers_of(session: Session, scope: Scope, person_id: int, today: dt.date) -> list[Paper]:
    """Return a person's certificates in reach, those that are valid first, then the newest."""
    rows = session.execute(certificates.certificates(scope, [person_id])).mappings()
    return _papers(session, rows, task_type_texts(session), today)


def paper(session: Session, scope: Scope, certificate_id: int, today: dt.date) -> Paper:
    """Return one certificate.

    Raises:
        NotFoundError: there is none in reach.
    """
    found = session.scalar(certificates.certificate(scope, certificate_id))
    if found is None:
        raise NotFoundError("web.not_found")
    papers = papers_of(session, scope, found.person_id, today)
    return next(one for one in papers if one.certificate_id == certificate_id)


def checked_paper(session: Session, public_id: str, today: dt.date) -> tuple[Paper, str]:
    """Return the certificate that a QR code names, and its holder's name.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(certificates.by_public_id(public_id))
    if found is None:
        raise NotFoundError("web.not_found")
    own = Scope.own(found.person_id)
    papers = papers_of(session, own, found.person_id, today)
    name = _named(session, own, found.person_id).name
    return next(one for one in papers if one.certificate_id == found.id), name


def _named(session: Session, scope: Scope, person_id: int) -> Row[Any]:
    """Return the newest employment in reach of a person: employment_id, employee_no, name."""
    worker = people.all_employments(scope).subquery()
    directory = people.directory(scope).order_by(None).subquery()
    found = session.execute(
        select(directory, worker.c.person_id)
        .join(worker, worker.c.employment_id == directory.c.employment_id)
        .where(worker.c.person_id == person_id)
        .order_by(worker.c.employment_id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def person(session: Session, scope: Scope, person_id: int) -> Row[Any]:
    """Return who holds certificates: employment_id, employee_no, name, person_id.

    Raises:
        NotFoundError: nobody of this key is in reach; of the base's, nobody without a certificate of it.
    """
    if scope.kind is ScopeKind.BASE:
        kept = certificates.certificates(scope, [person_id]).limit(1)
        if session.execute(kept).first() is None:
            raise NotFoundError("web.not_found")
    return _named(session, scope, person_id)


def papers_to_print(
    session: Session, scope: Scope, certificate_ids: Sequence[int], today: dt.date
) -> list[Paper]:
    """Return those of some certificates in reach that were issued here and are not withdrawn, by number."""
    chosen = certificates.certificates(scope).subquery()
    rows = session.execute(
        select(chosen).where(
            chosen.c.certificate_id.in_(certificate_ids),
            chosen.c.public_id.is_not(None),
            chosen.c.withdrawn_on.is_(None),
        )
    ).mappings()
    papers = _papers(session, rows, task_type_texts(session), today)
    return sorted(papers, key=lambda one: one.number)


def id_numbers(session: Session, scope: Scope, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the ID numbers of persons in reach, for the paper."""
    register = people.register(scope).order_by(None).subquery()
    chosen = select(register.c.person_id, register.c.id_number)
    rows = session.execute(chosen.where(register.c.person_id.in_(person_ids)))
    return {row.person_id: row.id_number for row in rows}


def holders(
    scope: Scope, today: dt.date, state: str = "all", words: str = ""
) -> Select[*tuple[Any, ...]]:
    """People of a list, in order of their numbers: employment_id, employee_no, name, person_id.

    Of a company or team those employed today; of the base whoever holds one of its certificates.
    ``words``: part of a name or of an employee number.
    """
    worker = people.all_employments(scope).subquery()
    directory = people.directory(scope).order_by(None).subquery()
    if scope.kind is ScopeKind.BASE:
        kept = certificates.certificates(scope).subquery()
        is_listed: ColumnElement[bool] = worker.c.person_id.in_(select(kept.c.person_id))
    else:
        is_listed = and_(
            worker.c.hired_on <= today,
            or_(worker.c.separated_on.is_(None), worker.c.separated_on >= today),
        )
    newest = select(func.max(worker.c.employment_id)).where(is_listed).group_by(worker.c.person_id)
    someone = people.all_employments(scope).subquery()
    chosen = (
        select(
            directory.c.employment_id,
            directory.c.employee_no,
            directory.c.name,
            someone.c.person_id,
        )
        .join(someone, someone.c.employment_id == directory.c.employment_id)
        .where(directory.c.employment_id.in_(newest))
        .order_by(directory.c.employee_no, directory.c.employment_id)
    )
    if words:
        chosen = chosen.where(
            or_(
                directory.c.name.contains(words, autoescape=True),
                directory.c.employee_no.contains(words, autoescape=True),
            )
        )
    if state == "expiring":
        soon = certificates.expiring(scope, today).order_by(None).subquery()
        return chosen.where(someone.c.person_id.in_(select(soon.c.person_id)))
    if state == "without":
        valid = certificates.valid_on(scope, today).subquery()
        return chosen.where(someone.c.person_id.not_in(select(valid.c.person_id)))
    return chosen


def with_papers(
    session: Session, scope: Scope, rows: Sequence[Row[Any]], today: dt.date
) -> list[Holder]:
    """Return the people of a page with their valid certificates; a fixed number of statements."""
    person_ids = [row.person_id for row in rows]
    soon = certificates.expiring(scope, today).order_by(None).subquery()
    expiring = set(
        session.scalars(select(soon.c.person_id).where(soon.c.person_id.in_(person_ids)))
    )
    chosen = certificates.certificates(scope, person_ids)
    papers: defaultdict[int, list[Paper]] = defaultdict(list)
    rows_of = session.execute(chosen).mappings()
    for one in _papers(session, rows_of, task_type_texts(session), today):
        if one.holds:
            papers[one.person_id].append(one)
    return [
        Holder(
            person_id=row.person_id,
            employee_no=row.employee_no,
            name=row.name,
            papers=papers[row.person_id],
            is_expiring=row.person_id in expiring,
        )
        for row in rows
    ]


def task_rules(session: Session, scope: Scope, company_id: int, today: dt.date) -> list[TaskRule]:
    """Return every task type with the company's rule, those with a rule first."""
    counts = _certified_counts(session, scope, today)
    rules: defaultdict[int, list[Any]] = defaultdict(list)
    for one in session.scalars(certificates.requirements(company_id)):
        rules[one.task_type_id].append(one)
    found = [
        _task_rule(row, rules[row.task_type_id], counts.get(row.task_type_id, 0), today)
        for row in session.execute(production.task_type_names())
    ]
    return sorted(found, key=lambda one: (one.effect is None and one.next_on is None, one.code))


def _task_rule(row: Any, rules: Sequence[Any], certified: int, today: dt.date) -> TaskRule:
    now = next(
        (one for one in rules if one.valid_from <= today < (one.valid_to or dt.date.max)), None
    )
    later = next((one for one in rules if one.valid_from > today), None)
    ends_on = now.valid_to if now is not None else None
    return TaskRule(
        task_type_id=row.task_type_id,
        code=row.task_type_code,
        name=Text(row.name_zh, row.name_en),
        effect=now.effect if now else None,
        since=now.valid_from if now else None,
        next_on=ends_on or (later.valid_from if later else None),
        next_effect=later.effect if later and ends_on in {None, later.valid_from} else None,
        certified=certified,
    )


def _certified_counts(session: Session, scope: Scope, today: dt.date) -> dict[int, int]:
    """Return by task type how many of those who are employed today hold a certificate for it."""
    worker = people.all_employments(scope).subquery()
    held = certificates.certified(today, today).subquery()
    chosen = (
        select(held.c.task_type_id, func.count(distinct(held.c.person_id)))
        .join(worker, worker.c.person_id == held.c.person_id)
        .where(
            worker.c.hired_on <= today,
            or_(worker.c.separated_on.is_(None), worker.c.separated_on >= today),
        )
        .group_by(held.c.task_type_id)
    )
    return dict(session.execute(chosen).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRow:
    """An exception with its names; ``last_on`` is the last day on which it holds."""

    exception_id: int
    employee_no: str
    name: str
    task_type: Text
    first_on: dt.date
    last_on: dt.date
    reason: str
    state: str
    asked_by_id: int | None
    asked_by: str | None
    decided_by: str | None
    answer: str | None
    is_running: bool


def exception_rows(
    session: Session, scope: Scope, today: dt.date, rows: slice
) -> tuple[list[ExceptionRow], int]:
    """Return exceptions in reach, those that wait first, then the newest; and how many there are."""
    one = certificates.exceptions(scope).subquery()
    directory = people.directory(scope.whole_company()).order_by(None).subquery()
    chosen = (
        select(one, directory.c.employee_no, directory.c.name)
        .join(directory, directory.c.employment_id == one.c.employment_id)
        .order_by(one.c.state != "asked", one.c.exception_id.desc())
    )
    total = size_of(session, chosen)
    names = {row.account_id: row.display_name for row in session.execute(accounts.display_names())}
    texts = task_type_texts(session)
    found = session.execute(chosen.offset(rows.start).limit(rows.stop - rows.start))
    return [
        ExceptionRow(
            exception_id=row.exception_id,
            employee_no=row.employee_no,
            name=row.name,
            task_type=texts[row.task_type_id],
            first_on=row.valid_from,
            last_on=row.valid_to - dt.timedelta(days=1),
            reason=row.reason,
            state=row.state,
            asked_by_id=row.asked_by_id,
            asked_by=names.get(row.asked_by_id),
            decided_by=names.get(row.decided_by_id),
            answer=row.answer,
            is_running=row.state == "approved" and row.valid_to > today,
        )
        for row in found
    ], total


@dataclass(frozen=True, slots=True)
class OwnTask:
    """A task type that an own company asks a certificate for, and whether the visitor may do it today."""

    company_name: str
    name: Text
    effect: str
    is_open: bool


def own_tasks(
    session: Session, scope: Scope, papers: Sequence[Paper], today: dt.date
) -> list[OwnTask]:
    """Return which work of the own companies needs a certificate, and which of it is open today."""
    employments = people.employments(scope, PayPeriod.of(today))
    held = {task for one in papers if one.holds for task in one.opens}
    excepted = {
        (row.employment_id, row.task_type_id)
        for row in session.execute(certificates.exceptions(scope))
        if row.state == "approved" and row.valid_from <= today < row.valid_to
    }
    texts = task_type_texts(session)
    own = session.execute(employments).all()
    rules: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    asked = certificates.required_in([one.company_id for one in own], today)
    for company_id, task_type_id, effect in session.execute(asked):
        rules[company_id].append((task_type_id, effect))
    return [
        OwnTask(
            one.company_name,
            texts[task_type_id],
            effect,
            task_type_id in held or (one.employment_id, task_type_id) in excepted,
        )
        for one in own
        for task_type_id, effect in rules[one.company_id]
    ]


def own_issuer(session: Session, scope: Scope) -> str:
    """Return who issues a certificate that whoever has this scope gives: the company, or the base."""
    if scope.company_id is None:
        return base_issuer(session)
    facts = companies.company_facts(Scope.company(scope.company_id)).subquery()
    found: str = session.execute(select(facts.c.company_name)).scalar_one()
    return found


def base_issuer(session: Session) -> str:
    """Return whom the base's certificates name: as its seal does, once it has a name."""
    return (base_name(session) or term("training.base_issuer")).zh
