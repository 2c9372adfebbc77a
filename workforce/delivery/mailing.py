"""Sending payslips by mail, each once.

A mail is claimed in a transaction of its own, handed to the server, and marked in another one. Whoever
is killed in between leaves it claimed: it counts as doubtful from then on, and nobody but a person sends
it again. What the server did not take is tried again an hour later, then two, then four.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from flask import url_for
from sqlalchemy import select, update

from workforce.core.addresses import masked_address
from workforce.core.errors import DomainError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.delivery import queries, words
from workforce.delivery.models import PayslipMail
from workforce.documents.locked_pdf import locked
from workforce.documents.run_reading import RunReader
from workforce.documents.service import payslip_document
from workforce.payroll import receipts
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.installation import installation
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.mail import Attachment, Outcome, Postman, Told, compose
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from email.message import EmailMessage

    from sqlalchemy.orm import Session

    from workforce.config import MailServer
    from workforce.documents.views import PayslipView

MOST_TRIES: Final = 4
FIRST_PAUSE: Final = dt.timedelta(hours=1)
"""Before the second try; it doubles from try to try."""
MOST_IN_VAIN: Final = 3
"""So many mails in a row without a yes or a no: the server is down, and all others wait."""
_CHUNK: Final = 50


def send_waiting(task: Task, progress: Progress) -> Mapping[str, Any]:
    """Send what waits, of one run or of all; return how many came out how."""
    counted = dict.fromkeys(Outcome, 0)
    server = installation().mail
    run_id = task.params.get("run_id")
    if server is not None:
        waiting = queries.waiting_mails(db.session(), clock.now(), run_id)
        progress.step("mail_payslips", total=len(waiting))
        with Postman(server) as postman:
            _Round(server, postman, task, progress, counted).go(waiting)
    result = {"run_id": run_id, **{str(outcome): n for outcome, n in counted.items()}}
    with unit_of_work() as session:
        progress.complete(session, result)
    return result


class _Round:
    """One job's way through what waits."""

    def __init__(
        self,
        server: MailServer,
        postman: Postman,
        task: Task,
        progress: Progress,
        counted: dict[Outcome, int],
    ) -> None:
        self._server = server
        self._postman = postman
        self._task = task
        self._progress = progress
        self._counted = counted
        self._in_vain = 0

    def go(self, waiting: Sequence[Any]) -> None:
        """Send run by run, and stop where the server is down."""
        for (run_id, company_id), rows in groupby(
            waiting, key=lambda row: (row.run_id, row.company_id)
        ):
            reader = RunReader.open(db.session(), Scope.company(company_id), run_id)
            wanted = {row.payslip_id for row in rows}
            keys = [key for key in reader.keys if key.payslip_id in wanted]
            for start in range(0, len(keys), _CHUNK):
                views = reader.views(db.session(), keys[start : start + _CHUNK])
                known = addresses(company_id, views)
                # Sending is slow: no reading transaction stays open meanwhile.
                db.session().rollback()
                for view in views:
                    self._one(reader, view, known.get(view.employment_id), company_id)
                    if self._in_vain >= MOST_IN_VAIN:
                        return

    def _one(
        self, reader: RunReader, view: PayslipView, address: str | None, company_id: int
    ) -> None:
        try:
            message = self._message(reader, view, address)
        except DomainError as error:
            self._give_up(view.payslip_id, error)
            self._progress.advance()
            return
        if self._claimed(view.payslip_id, message):
            told = self._postman.send(message)
            self._mark(view.payslip_id, told, company_id)
            self._counted[told.outcome] += 1
            is_in_vain = told.outcome in {Outcome.LATER, Outcome.UNKNOWN}
            self._in_vain = self._in_vain + 1 if is_in_vain else 0
        self._progress.advance()

    def _message(self, reader: RunReader, view: PayslipView, address: str | None) -> EmailMessage:
        if address is None:
            raise DomainError("delivery.address_gone")
        document = payslip_document(view, "zh")
        return compose(
            self._server,
            address,
            words.payslip_subject(view),
            words.payslip_body(view, reader.password_rule),
            sender_name=view.company_name,
            attachment=Attachment(
                document.name, document.media_type, locked(document.content, reader.password(view))
            ),
        )

    def _claimed(self, payslip_id: int, message: EmailMessage) -> bool:
        """Take a mail, so that nobody else sends it; tell whether it was still to be taken.

        Sending a run takes hours: a payslip that was reversed meanwhile is not sent.
        """
        receipt = receipts.receipts().subquery()
        stands = select(receipt.c.payslip_id).where(
            receipt.c.payslip_id == payslip_id, receipt.c.stands
        )
        with unit_of_work() as session:
            taken = session.execute(
                update(PayslipMail)
                .where(
                    PayslipMail.payslip_id == payslip_id,
                    PayslipMail.state == "queued",
                    stands.exists(),
                )
                .values(
                    state="sending",
                    attempts=PayslipMail.attempts + 1,
                    job_id=self._task.job_id,
                    job_attempt=self._task.attempt,
                    address_masked=masked_address(str(message["To"])),
                    message_id=str(message["Message-ID"]),
                    error=None,
                )
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def _mark(self, payslip_id: int, told: Told, company_id: int) -> None:
        """Write down what is known of a claimed mail."""
        now = clock.now()
        with unit_of_work() as session:
            mail = session.get_one(PayslipMail, payslip_id, with_for_update=True)
            mine = (mail.state, mail.job_id, mail.job_attempt)
            if mine != ("sending", self._task.job_id, self._task.attempt):
                # Somebody took this worker for dead and has decided meanwhile.
                return
            mail.error = told.words or None
            match told.outcome:
                case Outcome.SENT:
                    mail.state, mail.sent_at = "sent", now
                    _record(session, self._task, mail, company_id)
                case Outcome.UNKNOWN:
                    mail.state = "unknown"
                case Outcome.LATER if mail.attempts < MOST_TRIES:
                    mail.state = "queued"
                    mail.due_at = now + FIRST_PAUSE * 2 ** (mail.attempts - 1)
                case _:
                    mail.state = "failed"

    def _give_up(self, payslip_id: int, error: DomainError) -> None:
        """Write down that a mail could not even be written."""
        self._counted[Outcome.REFUSED] += 1
        with unit_of_work() as session:
            session.execute(
                update(PayslipMail)
                .where(PayslipMail.payslip_id == payslip_id, PayslipMail.state == "queued")
                .values(
                    state="failed", error=f"{error.message('zh')} · {error.message('en')}"[:400]
                )
            )


def _record(session: Any, task: Task, mail: PayslipMail, company_id: int) -> None:
    audit.record(
        session,
        task.actor,
        "payslip.mail",
        "payslip",
        mail.payslip_id,
        company_id=company_id,
        after={"email": mail.address_masked},
    )


def addresses(company_id: int, views: Sequence[PayslipView]) -> dict[int, str]:
    """Return the addresses of some people, by employment."""
    known = people.identities(Scope.company(company_id)).subquery()
    ids = [view.employment_id for view in views]
    rows = db.session().execute(
        known.select()
        .with_only_columns(known.c.employment_id, known.c.email)
        .where(known.c.employment_id.in_(ids), known.c.email.is_not(None))
    )
    return {row.employment_id: row.email for row in rows}


def _said(result: Mapping[str, Any]) -> Text:
    failed = result["refused"] + result["later"]
    doubtful = result["unknown"]
    return Text(
        f"已发送 {result['sent']} 封，未成 {failed} 封，不知道是否发出 {doubtful} 封",
        f"{result['sent']} mails sent, {failed} not taken, {doubtful} perhaps sent",
    )


def _link(result: Mapping[str, Any]) -> str | None:
    run_id = result.get("run_id")
    return None if run_id is None else url_for("delivery.of_run", run_id=run_id)


MAIL: Final = JobKind(
    "mail_payslips", send_waiting, Permission.PAYROLL_RUN_PUBLISH, link=_link, summary=_said
)


def _is_needed(session: Session) -> bool:
    return installation().mail is not None and queries.is_mail_waiting(session, clock.now())


MAIL_HOURLY: Final = DefaultSchedule(MAIL, "25 * * * *", is_needed=_is_needed)
"""What could not be taken before is tried again."""
