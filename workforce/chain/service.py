"""Writing the chain: companies, stages, visits, targets, the task force. The caller's unit of work commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.accounts import queries as accounts
from workforce.chain import queries
from workforce.chain.models import (
    ChainAgreement,
    ChainCompany,
    ChainStage,
    ChainTarget,
    ChainVisit,
    TaskForceSeat,
)
from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.core.identity import check_credit_code
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.terms import terms_of
from workforce.platform import audit, clock
from workforce.platform.changes import Range, place_range
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

MOST_NAME: Final = 120
MOST_SHORT: Final = 60
MOST_NOTE: Final = 400
MOST_VISIT: Final = 1000
MOST_REASON: Final = 200
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
MOST_VALUE: Final = 10**15
"""Ten million million yuan: more than any target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """What is known of a company of the chain beside its history; see `models.ChainCompany`."""

    name: str
    credit_code: str | None = None
    is_inside: bool = False
    link: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    lead_source: str | None = None
    referrer: str | None = None
    company_id: int | None = None


def add_company(
    session: Session,
    actor: Actor,
    facts: CompanyFacts,
    *,
    stage: str,
    since: dt.date,
    note: str = "",
) -> ChainCompany:
    """Record a company of the chain, with the stage that it is at.

    Raises:
        InputError: a name, code or stage is wrong, or another one has it.
    """
    facts = checked(session, facts, None)
    one = ChainCompany(**asdict(facts))
    session.add(one)
    session.flush()
    _record(session, actor, "chain_company.add", one, after=_told(facts))
    add_stage(session, actor, one, stage=stage, since=since, note=note)
    return one


def change_company(session: Session, actor: Actor, one: ChainCompany, facts: CompanyFacts) -> None:
    """Correct what is known of a company; the same changes nothing.

    Raises:
        InputError: see `add_company`.
    """
    facts = checked(session, facts, one)
    values = asdict(facts)
    before = {key: getattr(one, key) for key in values}
    if before == values:
        return
    for key, value in values.items():
        setattr(one, key, value)
    _record(
        session,
        actor,
        "chain_company.change",
        one,
        before=_told(CompanyFacts(**before)),
        after=_told(facts),
    )


def _told(facts: CompanyFacts) -> dict[str, Any]:
    """Return facts for the audit: a telephone number is told only to be there."""
    return {**asdict(facts), "contact_phone": None if facts.contact_phone is None else "…"}


def _record(session: Session, actor: Actor, action: str, one: ChainCompany, **values: Any) -> None:
    audit.record(
        session, actor, action, "chain_company", one.id, company_id=one.company_id, **values
    )


def checked(session: Session, facts: CompanyFacts, own: ChainCompany | None) -> CompanyFacts:
    """Return facts as they are stored; ``own``: the company that they are of, None: a new one.

    Raises:
        InputError: see `add_company`.
    """
    name = facts.name.strip()
    if not name or len(name) > MOST_NAME:
        raise InputError("chain.name", place="name", most=MOST_NAME)
    try:
        code = check_credit_code(facts.credit_code) if facts.credit_code else None
    except InputError as error:
        raise error.at("credit_code") from error
    if facts.link is not None and facts.link not in terms_of("chain_link"):
        raise InputError("chain.link", place="link", text=facts.link)
    if facts.lead_source is not None and facts.lead_source not in terms_of("lead_source"):
        raise InputError("chain.lead_source", place="lead_source", text=facts.lead_source)
    if facts.company_id is not None:
        _check_company(session, facts.company_id)
    taken = select(ChainCompany).where(
        (ChainCompany.name == name)
        | ((ChainCompany.credit_code == code) if code else False)
        | ((ChainCompany.company_id == facts.company_id) if facts.company_id else False)
    )
    for other in session.scalars(taken):
        if own is None or other.id != own.id:
            place = "name" if other.name == name else "credit_code"
            raise InputError("chain.taken", place=place, name=other.name)
    return CompanyFacts(**{**asdict(facts), "name": name, "credit_code": code})


def _check_company(session: Session, company_id: int) -> None:
    known = companies.company_facts(Scope.base()).subquery()
    if session.scalar(select(known.c.company_id).where(known.c.company_id == company_id)) is None:
        raise InputError("chain.company", place="company_id")


def take_over(session: Session, actor: Actor) -> int:
    """Record every company of this service that the chain does not know yet, as moved in; return how many.

    Its link is left open: nobody has said it.
    """
    known = {row.company_id for row in queries.chain_companies(session, Scope.base())}
    names = {row.name for row in queries.chain_companies(session, Scope.base())}
    added = 0
    for row in session.execute(companies.company_facts(Scope.base())):
        if row.company_id in known or row.company_name in names:
            continue
        facts = CompanyFacts(
            name=row.company_name, is_inside=row.is_inside, company_id=row.company_id
        )
        since = min(row.founded_on, clock.today())
        add_company(session, actor, facts, stage=queries.AT_WORK, since=since)
        added += 1
    return added


def add_stage(
    session: Session,
    actor: Actor,
    one: ChainCompany,
    *,
    stage: str,
    since: dt.date,
    note: str = "",
) -> ChainStage:
    """Record that a company is at a stage from a day on; what was recorded stays.

    Raises:
        InputError: the stage is not known or the one it is at, the day is to come or before the newest stage.
    """
    note = _bounded(note, MOST_NOTE, "note")
    newest = session.scalar(
        select(ChainStage)
        .where(ChainStage.chain_company_id == one.id)
        .order_by(ChainStage.since.desc(), ChainStage.id.desc())
        .limit(1)
    )
    known = (None, None) if newest is None else (newest.stage, newest.since)
    check_stage(stage, since, *known)
    row = ChainStage(
        chain_company_id=one.id,
        stage=stage,
        since=since,
        note=note,
        recorded_by_id=actor.account_id,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _record(
        session,
        actor,
        "chain_company.stage",
        one,
        before=None if newest is None else {"stage": newest.stage},
        after={"stage": stage, "since": since.isoformat()},
        reason=note or None,
    )
    return row


def check_stage(
    stage: str, since: dt.date, newest: str | None, newest_since: dt.date | None
) -> None:
    """Refuse a stage that cannot follow the newest one; None: there is none yet.

    Raises:
        InputError: see `add_stage`.
    """
    if stage not in queries.STAGES:
        raise InputError("chain.stage", place="stage", text=stage)
    if since > clock.today():
        raise InputError("chain.day_to_come", place="since", day=since)
    if newest_since is None:
        return
    if since < newest_since:
        raise InputError("chain.stage_before", place="since", day=newest_since)
    if newest == stage:
        raise InputError("chain.same_stage", place="stage", day=newest_since)


def add_visit(
    session: Session,
    actor: Actor,
    one: ChainCompany,
    *,
    visited_on: dt.date,
    visitors: str,
    notes: str,
    next_on: dt.date | None = None,
) -> ChainVisit:
    """Record a visit; ``next_on``: by when somebody is to ask again. Sent twice, it is one.

    Raises:
        InputError: the day is to come, nobody or nothing is named, or ``next_on`` is not after the visit.
    """
    if visited_on > clock.today():
        raise InputError("chain.day_to_come", place="visited_on", day=visited_on)
    if next_on is not None and next_on <= visited_on:
        raise InputError("chain.next_on", place="next_on", day=visited_on)
    visitors = _bounded(visitors, MOST_NAME, "visitors", is_needed=True)
    notes = _bounded(notes, MOST_VISIT, "notes", is_needed=True)
    said = {
        "chain_company_id": one.id,
        "visited_on": visited_on,
        "visitors": visitors,
        "notes": notes,
        "next_on": next_on,
    }
    known = session.scalar(select(ChainVisit).filter_by(**said).limit(1))
    if known is not None:
        return known
    row = ChainVisit(**said, recorded_by_id=actor.account_id, recorded_at=clock.now())
    session.add(row)
    session.flush()
    _record(
        session, actor, "chain_company.visit", one, after={"visited_on": visited_on.isoformat()}
    )
    return row


def _bounded(text: str, most: int, place: str, *, is_needed: bool = False) -> str:
    words = text.strip()
    if len(words) > most or (is_needed and not words):
        raise InputError("chain.text", place=place, most=most)
    return words


def set_target(
    session: Session, actor: Actor, figure: str, year: int, value: int | None, reason: str
) -> None:
    """Set what a figure is to reach in a year, in place of an earlier target; None withdraws it.

    ``value``: fen, or jobs.

    Raises:
        InputError: the figure is not known, the year or value makes no sense, or there is no reason.
        NotFoundError: there is no target to withdraw.
    """
    if figure not in terms_of("chain_figure"):
        raise InputError("chain.figure", place="figure", text=figure)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError("chain.year", place="year", least=FIRST_YEAR, most=LAST_YEAR)
    if value is not None and not 0 < value <= MOST_VALUE:
        raise InputError("chain.value", place="value")
    reason = _bounded(reason, MOST_REASON, "reason", is_needed=True)
    known = {(one.figure, one.year): one.value for one in queries.targets(session)}
    before = known.get((figure, year))
    if value is None and before is None:
        raise NotFoundError("web.not_found")
    session.add(
        ChainTarget(
            figure=figure,
            year=year,
            value=value,
            reason=reason,
            set_by_id=actor.account_id,
            set_at=clock.now(),
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        "chain_target.withdraw" if value is None else "chain_target.set",
        "chain_target",
        f"{figure} {year}",
        before=None if before is None else {"value": before},
        after=None if value is None else {"value": value},
        reason=reason,
    )


def set_agreement(session: Session, actor: Actor, signed: PayPeriod) -> None:
    """Say in which month the base was agreed upon; the same changes nothing.

    Raises:
        InputError: the month is to come.
    """
    if signed > PayPeriod.of(clock.today()):
        raise InputError("chain.signed", place="signed", month=str(signed))
    before = queries.agreement(session)
    if before == signed:
        return
    session.add(ChainAgreement(signed=str(signed), set_by_id=actor.account_id, set_at=clock.now()))
    session.flush()
    audit.record(
        session,
        actor,
        "chain_agreement.set",
        "chain_agreement",
        str(signed),
        before=None if before is None else {"signed": str(before)},
        after={"signed": str(signed)},
    )


def seat(
    session: Session, actor: Actor, account_id: int, bureau: str | None, valid_from: dt.date
) -> None:
    """Let an official sit in the task force for a bureau from a day on; None: for none any more.

    Raises:
        NotFoundError: there is no such active official.
        InputError: the bureau is not known, or a later change is recorded already.
    """
    if bureau is not None and bureau not in terms_of("task_force"):
        raise InputError("chain.bureau", place="bureau", text=bureau)
    officials = {
        one.id for one in session.scalars(accounts.accounts()) if one.role == Role.OFFICIAL
    }
    if account_id not in officials:
        raise NotFoundError("web.not_found")
    rows = session.scalars(
        select(TaskForceSeat).where(TaskForceSeat.account_id == account_id)
    ).all()
    before = queries.bureau_of(session, account_id, valid_from)
    if before == bureau:
        return
    if bureau is None:
        for row in rows:
            if row.valid_from >= valid_from:
                session.delete(row)
            elif row.valid_to is None or row.valid_to > valid_from:
                row.valid_to = valid_from
    else:
        _place(session, rows, account_id, bureau, valid_from)
    session.flush()
    audit.record(
        session,
        actor,
        "task_force.seat",
        "account",
        account_id,
        before={"bureau": before},
        after={"bureau": bureau, "valid_from": valid_from.isoformat()},
    )


def _place(
    session: Session,
    rows: Any,
    account_id: int,
    bureau: str,
    valid_from: dt.date,
) -> None:
    by_id = {row.id: row for row in rows}
    place = place_range([Range(row.id, row.valid_from, row.valid_to) for row in rows], valid_from)
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    if place.replaces is not None:
        session.delete(by_id[place.replaces.id])
        session.flush()
    session.add(
        TaskForceSeat(
            account_id=account_id,
            bureau=bureau,
            valid_from=valid_from,
            valid_to=place.valid_to,
        )
    )
