"""Publishing a run, having its payslips mailed, settling doubtful mails, signing for payslips.

Every act is one transaction with its audit entry. What sends is a job of its own (``mailing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.delivery import queries
from workforce.delivery.mailing import MAIL
from workforce.delivery.models import PayslipMail
from workforce.delivery.reminding import REMIND
from workforce.documents import queries as documents
from workforce.documents.run_reading import RunReader
from workforce.payroll import queries as payroll
from workforce.payroll import receipts
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.installation import installation
from workforce.platform.jobs import enqueue
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.core.rules.slip_password import PasswordRule
    from workforce.platform.audit import Actor

REASON_LENGTH: Final = 400
_RUN: Final = "payroll_run"


def is_mail_on() -> bool:
    """Tell whether this installation has a mail server."""
    return installation().mail is not None


def publish(scope: Scope, run_id: int, actor: Actor, *, with_mail: bool) -> int | None:
    """Show a decided run's payslips to their people, once; have them mailed if that is wanted.

    Return the key of the job that mails them, None where nobody is mailed.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
        StateError: it is not approved, or was published before.
    """
    with unit_of_work() as session:
        run = receipts.publish_run(session, scope, run_id, actor)
        return _queue_all(session, run, actor) if with_mail and is_mail_on() else None


def mail_run(scope: Scope, run_id: int, actor: Actor) -> int | None:
    """Have everybody's payslip mailed who has an address and whose mail nobody has asked for yet.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
        StateError: it is not published, or there is no mail server.
    """
    with unit_of_work() as session:
        run = _published(session, scope, run_id)
        _check_mail_on()
        return _queue_all(session, run, actor)


def _queue_all(session: Session, run: Any, actor: Actor) -> int | None:
    scope = _company(run)
    waiting = [
        row.payslip_id
        for row in queries.slips_of_run(session, scope, run.id)
        if row.mail == "not_sent"
    ]
    if not waiting:
        return None
    now = clock.now()
    new = {"state": "queued", "queued_at": now, "due_at": now, "attempts": 0}
    session.execute(insert(PayslipMail), [{"payslip_id": one, **new} for one in waiting])
    audit.record(
        session,
        actor,
        "payroll_run.mail",
        _RUN,
        run.id,
        company_id=run.company_id,
        after={"mails": len(waiting)},
    )
    return enqueue(session, MAIL, {"run_id": run.id}, actor, run.company_id)


def mail_again(
    scope: Scope, run_id: int, payslip_ids: Sequence[int], reason: str, actor: Actor
) -> int:
    """Have some payslips mailed again: failed, doubtful or sent ones, or to a new address.

    Raises:
        InputError: nobody is chosen, or no reason is given.
        NotFoundError: a payslip is not of this run, or out of reach.
        StateError: the run is not published, there is no mail server, somebody has no address, or a
            mail is being sent right now.
    """
    reason = _reason(reason)
    with unit_of_work() as session:
        run = _published(session, scope, run_id)
        _check_mail_on()
        states = _states(session, run, payslip_ids)
        if "no_address" in states.values():
            raise StateError("delivery.no_address")
        if {"queued", "sending"} & set(states.values()):
            raise StateError("delivery.on_its_way")
        now = clock.now()
        new = {"state": "queued", "queued_at": now, "due_at": now, "attempts": 0}
        for payslip_id, state in states.items():
            if state == "not_sent":
                session.execute(insert(PayslipMail).values(payslip_id=payslip_id, **new))
            else:
                _change(session, payslip_id, **new, job_id=None, sent_at=None, error=None)
            _note(
                session,
                run,
                payslip_id,
                "payslip.mail_again",
                reason,
                actor,
                was=state,
                now="queued",
            )
        return enqueue(session, MAIL, {"run_id": run.id}, actor, run.company_id)


def settle_as_sent(
    scope: Scope, run_id: int, payslip_ids: Sequence[int], reason: str, actor: Actor
) -> None:
    """Say that doubtful mails have arrived: they are not sent again.

    Raises:
        InputError: nobody is chosen, or no reason is given.
        NotFoundError: a payslip is not of this run, or out of reach.
        StateError: one of the mails is not doubtful.
    """
    reason = _reason(reason)
    with unit_of_work() as session:
        run = _published(session, scope, run_id)
        states = _states(session, run, payslip_ids)
        if set(states.values()) != {"unknown"}:
            raise StateError("delivery.not_doubtful")
        for payslip_id in states:
            _change(session, payslip_id, state="sent", sent_at=clock.now(), error=None)
            _note(
                session,
                run,
                payslip_id,
                "payslip.mail_settled",
                reason,
                actor,
                was="unknown",
                now="sent",
            )


def _states(session: Session, run: Any, payslip_ids: Sequence[int]) -> dict[int, str]:
    """Return the states of chosen mails, their rows held until the transaction ends."""
    if not payslip_ids:
        raise InputError("delivery.nobody_chosen")
    held = select(PayslipMail.payslip_id).where(PayslipMail.payslip_id.in_(payslip_ids))
    session.execute(held.with_for_update()).all()
    known = {
        row.payslip_id: row.mail for row in queries.slips_of_run(session, _company(run), run.id)
    }
    if not set(payslip_ids) <= set(known):
        raise NotFoundError("web.not_found")
    return {key: known[key] for key in payslip_ids}


def _change(session: Session, payslip_id: int, **values: object) -> None:
    session.execute(
        update(PayslipMail).where(PayslipMail.payslip_id == payslip_id).values(**values)
    )


def _note(
    session: Session,
    run: Any,
    payslip_id: int,
    action: str,
    reason: str,
    actor: Actor,
    *,
    was: str,
    now: str,
) -> None:
    audit.record(
        session,
        actor,
        action,
        "payslip",
        payslip_id,
        company_id=run.company_id,
        before={"state": was},
        after={"state": now},
        reason=reason,
    )


def remind(scope: Scope, run_id: int, actor: Actor) -> int:
    """Have everybody reminded who has not signed yet; nobody more than once in seven days.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
        StateError: it is not published.
    """
    with unit_of_work() as session:
        run = _published(session, scope, run_id)
        audit.record(session, actor, "payroll_run.remind", _RUN, run.id, company_id=run.company_id)
        return enqueue(session, REMIND, {"run_id": run.id}, actor, run.company_id)


def sign_own(scope: Scope, payslip_id: int, seen: str, actor: Actor) -> None:
    """Sign for an own payslip.

    ``seen`` is the fingerprint on the page that is signed.

    Raises:
        NotFoundError: there is no such payslip in reach.
        StateError: it was signed for before, was reversed, or is not what was seen.
    """
    view = documents.payslip_view(db.session(), scope, payslip_id)
    with unit_of_work() as session:
        receipts.sign(session, scope, payslip_id, view.fingerprint, seen, actor)


def sign_on_paper(
    scope: Scope, run_id: int, payslip_ids: Sequence[int], note: str, actor: Actor
) -> None:
    """Enter that people have signed the printed list; ``note`` says where it is kept.

    Raises:
        InputError: nobody is chosen, or the note is missing or too long.
        NotFoundError: a payslip is not of this run, or out of reach.
        StateError: one was signed for before or reversed, or the run is not published.
    """
    if not payslip_ids:
        raise InputError("delivery.nobody_chosen")
    session = db.session()
    reader = RunReader.open(session, scope, run_id)
    chosen = [key for key in reader.keys if key.payslip_id in set(payslip_ids)]
    if len(chosen) != len(set(payslip_ids)):
        raise NotFoundError("web.not_found")
    signed = [(view.payslip_id, view.fingerprint) for view in reader.views(session, chosen)]
    with unit_of_work() as writing:
        receipts.sign_on_paper(writing, scope, signed, note, actor)


def set_password_rule(scope: Scope, run_id: int, rule: PasswordRule, actor: Actor) -> None:
    """Choose what opens the locked payslips of the company whose run this is, from now on.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
    """
    with unit_of_work() as session:
        run = payroll.found(session, payroll.run(scope, run_id))
        company = session.scalars(companies.companies(_company(run))).one()
        before, company.slip_password_rule = company.slip_password_rule, rule.value
        audit.record(
            session,
            actor,
            "company.set_slip_password",
            "company",
            company.id,
            company_id=company.id,
            before={"slip_password_rule": before},
            after={"slip_password_rule": rule.value},
        )


def _published(session: Session, scope: Scope, run_id: int) -> Any:
    """Return a published run, held: two who ask for its mails at once ask one after the other."""
    run = payroll.found(session, payroll.run(scope, run_id).with_for_update())
    if receipts.publication_of(session, run.id) is None:
        raise StateError("delivery.not_published")
    return run


def _company(run: Any) -> Scope:
    return Scope.company(run.company_id)


def _check_mail_on() -> None:
    if not is_mail_on():
        raise StateError("delivery.mail_off")


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise InputError("delivery.reason_needed", place="reason", longest=REASON_LENGTH)
    return reason
