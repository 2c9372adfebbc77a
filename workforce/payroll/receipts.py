"""Payslips shown to their people, opened by them, signed for: each once, and never taken back.

Publishing is the last step of a decided run, and a step of its own: until then its payslips are the
company's. A published run cannot be returned; what is found later is an adjustment, or a reversed
payslip whose replacement is published with its own run.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from workforce.accounts import queries as accounts
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.lifecycle import FINAL
from workforce.core.terms import term
from workforce.payroll import queries
from workforce.payroll.models import PayrollRun, Payslip, SlipReversal
from workforce.payroll.receipt_models import PayslipAcknowledgement, PayslipReading, Publication
from workforce.payroll.selects.reach import FINAL_STATES, counts, slip_in_scope
from workforce.platform import audit, clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

NOTE_LENGTH: Final = 400


def publish_run(session: Session, scope: Scope, run_id: int, actor: Actor) -> PayrollRun:
    """Show a decided run's payslips to their people, in the caller's unit of work; return the run.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
        StateError: it is not approved, or was published before.
    """
    run = queries.found(session, queries.run(scope, run_id).with_for_update())
    if run.state not in FINAL:
        raise StateError("receipts.not_decided", state=term(f"run_state.{run.state}"))
    published = Publication(
        run_id=run.id, published_by_id=actor.account_id, published_at=clock.now()
    )
    try:
        with session.begin_nested():
            session.add(published)
    except IntegrityError as error:
        raise StateError("receipts.published_already") from error
    audit.record(
        session,
        actor,
        "payroll_run.publish",
        "payroll_run",
        run.id,
        company_id=run.company_id,
        after={"payslip_count": run.payslip_count, "result_hash": run.result_hash},
    )
    return run


def refuse_published(session: Session, run: PayrollRun) -> None:
    """Refuse to take back what people have been shown.

    Raises:
        StateError: the run is published.
    """
    if session.get(Publication, run.id) is not None:
        raise StateError("receipts.published_stands", period=run.period)


@dataclass(frozen=True, slots=True)
class Published:
    """When a run was published, and by whom: a display name, None for the command line."""

    at: dt.datetime
    by: str | None


def publication_of(session: Session, run_id: int) -> Published | None:
    """Return when a run (whose scope the caller has checked) was published, if it was."""
    name = accounts.display_names().subquery()
    row = session.execute(
        select(Publication.published_at, name.c.display_name)
        .outerjoin(name, name.c.account_id == Publication.published_by_id)
        .where(Publication.run_id == run_id)
    ).one_or_none()
    return None if row is None else Published(row.published_at, row.display_name)


def publications() -> Select[int, dt.datetime]:
    """Return published runs for joining: run_id, published_at."""
    return select(Publication.run_id, Publication.published_at)


def note_opened(session: Session, payslip_id: int) -> None:
    """Keep that the person paid has just opened a payslip, in the caller's unit of work."""
    now = clock.now()
    again = update(PayslipReading).where(PayslipReading.payslip_id == payslip_id)
    if session.execute(again.values(last_at=now)).rowcount:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(PayslipReading(payslip_id=payslip_id, first_at=now, last_at=now))
    except IntegrityError:
        # Opened twice at the same moment: the other one was first.
        session.execute(again.values(last_at=now))


class Validity(StrEnum):
    """What a decided payslip is worth today."""

    VALID = "valid"
    REPLACED = "replaced"
    """Reversed, and another one was issued in its place."""
    WITHDRAWN = "withdrawn"
    """Reversed, and none has taken its place so far."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decided payslip is worth, since when it is out, and since when no more (None: it is)."""

    validity: Validity
    issued_at: dt.datetime
    ended_at: dt.datetime | None


def standing_of(session: Session, payslip_id: int) -> Standing:
    """Return what a payslip of a decided run is worth today.

    It is out since its run was published, or before that, since it was approved. A payslip that was
    issued in another's place names the first one of the chain.
    """
    chain = func.coalesce(Payslip.origin_id, Payslip.id)
    later = aliased(Payslip)
    run_of_later = aliased(PayrollRun)
    is_replaced = (
        exists()
        .where(
            later.id != Payslip.id,
            later.origin_id == chain,
            later.run_id == run_of_later.id,
            run_of_later.state.in_(FINAL_STATES),
            counts(later),
        )
        .correlate(Payslip)
    )
    row = session.execute(
        select(
            func.coalesce(Publication.published_at, PayrollRun.approved_at).label("issued_at"),
            SlipReversal.approved_at.label("ended_at"),
            is_replaced.label("is_replaced"),
        )
        .select_from(Payslip)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(Publication, Publication.run_id == PayrollRun.id)
        .outerjoin(
            SlipReversal,
            (SlipReversal.payslip_id == Payslip.id) & SlipReversal.approved_at.is_not(None),
        )
        .where(Payslip.id == payslip_id)
    ).one()
    if row.ended_at is None:
        return Standing(Validity.VALID, row.issued_at, None)
    ended = Validity.REPLACED if row.is_replaced else Validity.WITHDRAWN
    return Standing(ended, row.issued_at, row.ended_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one payslip: opened (first and last time), signed for and how.

    ``way``: page | paper; ``note``: where the signed paper is. ``stands``: it was not reversed.
    """

    is_published: bool
    stands: bool
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    signed_at: dt.datetime | None
    way: str | None
    fingerprint: str | None
    note: str | None


def receipts() -> Select[*tuple[Any, ...]]:
    """Return what became of payslips, for joining by ``payslip_id``; every payslip has one row.

    Columns: payslip_id, is_published, stands, first_at, last_at, signed_at, way, fingerprint, note.
    """
    signed = PayslipAcknowledgement
    return (
        select(
            Payslip.id.label("payslip_id"),
            exists().where(Publication.run_id == Payslip.run_id).label("is_published"),
            counts().label("stands"),
            PayslipReading.first_at,
            PayslipReading.last_at,
            signed.at.label("signed_at"),
            signed.way,
            signed.fingerprint,
            signed.note,
        )
        .outerjoin(PayslipReading, PayslipReading.payslip_id == Payslip.id)
        .outerjoin(signed, signed.payslip_id == Payslip.id)
    )


def receipt_of(session: Session, payslip_id: int) -> Receipt:
    """Return what became of a payslip whose scope the caller has checked."""
    known = receipts().subquery()
    row = session.execute(select(known).where(known.c.payslip_id == payslip_id)).one()
    return Receipt(
        is_published=row.is_published,
        stands=row.stands,
        first_at=row.first_at,
        last_at=row.last_at,
        signed_at=row.signed_at,
        way=row.way,
        fingerprint=row.fingerprint,
        note=row.note,
    )


def sign(
    session: Session, scope: Scope, payslip_id: int, fingerprint: str, seen: str, actor: Actor
) -> None:
    """Sign for an own payslip, in the caller's unit of work.

    Args:
        session: of the unit of work.
        scope: the signer's own.
        payslip_id: which.
        fingerprint: the payslip's, as it is now.
        seen: the fingerprint that stood on the page that was signed.
        actor: who signs.

    Raises:
        NotFoundError: there is no such payslip in reach.
        StateError: it was signed for before, was reversed, or is not what was seen.

    """
    company_id = _company_of(session, scope, payslip_id)
    if seen != fingerprint:
        raise StateError("receipts.not_what_was_seen")
    signed = PayslipAcknowledgement(
        payslip_id=payslip_id,
        at=clock.now(),
        way="page",
        fingerprint=fingerprint,
        account_id=actor.account_id,
    )
    _keep(session, signed, actor, company_id)


def sign_on_paper(
    session: Session,
    scope: Scope,
    fingerprints: Sequence[tuple[int, str]],
    note: str,
    actor: Actor,
) -> None:
    """Enter that people have signed the printed list, in the caller's unit of work.

    Args:
        session: of the unit of work.
        scope: the company's.
        fingerprints: payslip ids with what stands on them.
        note: where the signed paper is, or why there is one.
        actor: who enters it.

    Raises:
        InputError: the note is missing or too long.
        NotFoundError: there is no such payslip in reach.
        StateError: one was signed for before or reversed, or its run is not published.

    """
    note = note.strip()
    if not 0 < len(note) <= NOTE_LENGTH:
        raise InputError("receipts.note_needed", place="note", longest=NOTE_LENGTH)
    for payslip_id, fingerprint in fingerprints:
        company_id = _company_of(session, scope, payslip_id)
        run_id = session.get_one(Payslip, payslip_id).run_id
        if session.get(Publication, run_id) is None:
            raise StateError("receipts.not_published")
        signed = PayslipAcknowledgement(
            payslip_id=payslip_id,
            at=clock.now(),
            way="paper",
            fingerprint=fingerprint,
            account_id=actor.account_id,
            note=note,
        )
        _keep(session, signed, actor, company_id)


def _company_of(session: Session, scope: Scope, payslip_id: int) -> int:
    """Return the company of a payslip in reach that stands.

    Raises:
        NotFoundError: there is none.
        StateError: it was reversed.
    """
    row = session.execute(
        select(PayrollRun.company_id, counts().label("stands"))
        .join(Payslip, Payslip.run_id == PayrollRun.id)
        .where(Payslip.id == payslip_id, slip_in_scope(scope))
    ).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    if not row.stands:
        raise StateError("receipts.reversed")
    return int(row.company_id)


def _keep(session: Session, signed: PayslipAcknowledgement, actor: Actor, company_id: int) -> None:
    try:
        with session.begin_nested():
            session.add(signed)
    except IntegrityError as error:
        raise StateError("receipts.signed_already") from error
    audit.record(
        session,
        actor,
        "payslip.sign",
        "payslip",
        signed.payslip_id,
        company_id=company_id,
        after={"way": signed.way, "fingerprint": signed.fingerprint},
        reason=signed.note,
    )
