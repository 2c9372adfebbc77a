"""Who got a payslip, has read it and signed for it. Only whoever publishes reads this: never a leader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, and_, case, func, or_, select, true

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.delivery.models import PayslipMail, PayslipReminder
from workforce.payroll import queries as payroll
from workforce.payroll import receipts
from workforce.people import queries as people
from workforce.platform.jobs import OPEN, Job
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


ASKED_FOR: Final = dt.timedelta(days=45)
"""So long after publication people are asked to sign; what is older rests."""


class Show(StrEnum):
    """Whom a list of a run's people shows."""

    ALL = "all"
    UNREAD = "unread"
    UNSIGNED = "unsigned"
    NOT_MAILED = "not_mailed"
    """With an address, and nothing on its way."""
    MAIL_FAILED = "failed"
    MAIL_UNKNOWN = "unknown"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people of a run a list shows: of one team or all, whose name or number has the words."""

    show: Show = Show.ALL
    team_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One payslip on its way to its person.

    ``mail``: a term ``mail_state.*``; ``mail_words``: what the mail server said, or where the mail went.
    """

    payslip_id: int
    employee_no: str
    name: str
    team: str | None
    is_reversed: bool
    mail: str
    mail_words: str | None
    mailed_at: dt.datetime | None
    attempts: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    signed_at: dt.datetime | None
    way: str | None
    note: str | None
    reminded_at: dt.datetime | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far a run's payslips have come; reversed ones do not count."""

    people: int
    read: int
    signed: int
    mailed: int
    waiting: int
    failed: int
    unknown: int
    no_address: int
    not_mailed: int

    def of(self, show: Show) -> int:
        """Return how many a list shows, without its other conditions; all of them have a payslip."""
        return {
            Show.ALL: self.people,
            Show.UNREAD: self.people - self.read,
            Show.UNSIGNED: self.people - self.signed,
            Show.NOT_MAILED: self.not_mailed,
            Show.MAIL_FAILED: self.failed,
            Show.MAIL_UNKNOWN: self.unknown,
            Show.NO_ADDRESS: self.no_address,
        }[show]


def mail_state() -> ColumnElement[str]:
    """Return a mail's state as it is: whoever was to send it may have been killed meanwhile.

    For statements that read ``PayslipMail`` joined to its job.
    """
    is_left = (PayslipMail.state == "sending") & or_(
        Job.id.is_(None), Job.state.not_in(OPEN), Job.attempt != PayslipMail.job_attempt
    )
    return case((is_left, "unknown"), else_=PayslipMail.state)


def _people(scope: Scope, run_id: int) -> Select[*tuple[Any, ...]]:
    """Everything that is known of a run's payslips, one row each."""
    slip = payroll.payslips_for(scope).order_by(None).subquery()
    known = people.identities(scope).subquery()
    who = people.directory(scope).order_by(None).subquery()
    receipt = receipts.receipts().subquery()
    has_address = known.c.email.is_not(None)
    return (
        select(
            slip.c.payslip_id,
            slip.c.employment_id,
            slip.c.is_reversed,
            who.c.employee_no,
            who.c.name,
            case(
                (PayslipMail.payslip_id.is_not(None), mail_state()),
                (has_address, "not_sent"),
                else_="no_address",
            ).label("mail"),
            func.coalesce(PayslipMail.error, PayslipMail.address_masked).label("mail_words"),
            PayslipMail.sent_at,
            func.coalesce(PayslipMail.attempts, 0).label("attempts"),
            receipt.c.first_at,
            receipt.c.last_at,
            receipt.c.signed_at,
            receipt.c.way,
            receipt.c.note,
            PayslipReminder.reminded_at,
            func.coalesce(PayslipReminder.times, 0).label("times"),
        )
        .join(who, who.c.employment_id == slip.c.employment_id)
        .join(known, known.c.employment_id == slip.c.employment_id)
        .join(receipt, receipt.c.payslip_id == slip.c.payslip_id)
        .outerjoin(PayslipMail, PayslipMail.payslip_id == slip.c.payslip_id)
        .outerjoin(Job, Job.id == PayslipMail.job_id)
        .outerjoin(PayslipReminder, PayslipReminder.payslip_id == slip.c.payslip_id)
        .where(slip.c.run_id == run_id)
    )


def counts(session: Session, scope: Scope, run_id: int) -> Counts:
    """Count a run's payslips by how far they have come."""
    one = _people(scope, run_id).subquery()

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = session.execute(
        select(
            func.count().label("people"),
            number(one.c.first_at.is_not(None)).label("read"),
            number(one.c.signed_at.is_not(None)).label("signed"),
            number(one.c.mail == "sent").label("mailed"),
            number(one.c.mail.in_(("queued", "sending"))).label("waiting"),
            *(
                number(one.c.mail == state).label(name)
                for state, name in (
                    ("failed", "failed"),
                    ("unknown", "unknown"),
                    ("no_address", "no_address"),
                    ("not_sent", "not_mailed"),
                )
            ),
        ).where(~one.c.is_reversed)
    ).one()
    return Counts(**{name: int(value) for name, value in row._mapping.items()})  # noqa: SLF001 - SQLAlchemy's documented way


def delivery_rows(
    session: Session,
    scope: Scope,
    run_id: int,
    wanted: Wanted,
    period: PayPeriod,
    rows: slice = slice(None),
) -> tuple[list[DeliveryRow], int]:
    """Return some of a run's people by employee number, and how many there are.

    The team is that of the month's last day.
    """
    one = _people(scope, run_id).subquery()
    team = people.team_members(scope, period.last_on, period.last_on).order_by(None).subquery()
    chosen = (
        select(one, team.c.team_name, func.count().over().label("total"))
        .outerjoin(team, team.c.employment_id == one.c.employment_id)
        .where(
            _shown(one, wanted.show),
            true() if wanted.team_id is None else team.c.team_id == wanted.team_id,
            _has(one, wanted.words),
        )
        .order_by(one.c.employee_no, one.c.payslip_id)
    )
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    found = session.execute(chosen).all()
    return [_row(row) for row in found], found[0].total if found else 0


def _shown(one: Any, show: Show) -> ColumnElement[bool]:
    stands = ~one.c.is_reversed
    conditions: dict[Show, ColumnElement[bool]] = {
        Show.ALL: true(),
        Show.UNREAD: and_(stands, one.c.first_at.is_(None)),
        Show.UNSIGNED: and_(stands, one.c.signed_at.is_(None)),
        Show.NOT_MAILED: and_(stands, one.c.mail == "not_sent"),
        Show.MAIL_FAILED: and_(stands, one.c.mail == "failed"),
        Show.MAIL_UNKNOWN: and_(stands, one.c.mail == "unknown"),
        Show.NO_ADDRESS: and_(stands, one.c.mail == "no_address"),
    }
    return conditions[show]


def _has(one: Any, words: str) -> ColumnElement[bool]:
    if not words:
        return true()
    return or_(
        one.c.employee_no.icontains(words, autoescape=True),
        one.c.name.icontains(words, autoescape=True),
    )


def _row(row: Any) -> DeliveryRow:
    return DeliveryRow(
        payslip_id=row.payslip_id,
        employee_no=row.employee_no,
        name=row.name,
        team=row.team_name,
        is_reversed=bool(row.is_reversed),
        mail=row.mail,
        mail_words=row.mail_words,
        mailed_at=row.sent_at,
        attempts=row.attempts,
        first_at=row.first_at,
        last_at=row.last_at,
        signed_at=row.signed_at,
        way=row.way,
        note=row.note,
        reminded_at=row.reminded_at,
        times=row.times,
    )


def slips_of_run(session: Session, scope: Scope, run_id: int) -> list[Any]:
    """Return a run's payslips that stand: payslip_id, mail (state), signed_at, reminded_at."""
    one = _people(scope, run_id).subquery()
    return list(
        session.execute(
            select(one.c.payslip_id, one.c.mail, one.c.signed_at, one.c.reminded_at)
            .where(~one.c.is_reversed)
            .order_by(one.c.employee_no)
        )
    )


def waiting_mails(session: Session, now: dt.datetime, run_id: int | None = None) -> Sequence[Any]:
    """Return mails that may go out now, run by run: payslip_id, run_id, company_id."""
    return session.execute(_waiting(now, run_id)).all()


def is_mail_waiting(session: Session, now: dt.datetime) -> bool:
    """Tell whether there is a mail that may go out now."""
    return session.execute(_waiting(now).order_by(None).limit(1)).first() is not None


def _waiting(now: dt.datetime, run_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """Choose mails of published runs, and never of a payslip that was reversed meanwhile."""
    slip = _of_base()
    published = receipts.publications().subquery()
    return (
        select(PayslipMail.payslip_id, slip.c.run_id, slip.c.company_id)
        .join(slip, slip.c.payslip_id == PayslipMail.payslip_id)
        .join(published, published.c.run_id == slip.c.run_id)
        .where(
            PayslipMail.state == "queued",
            PayslipMail.due_at <= now,
            ~slip.c.is_reversed,
            true() if run_id is None else slip.c.run_id == run_id,
        )
        .order_by(slip.c.run_id, PayslipMail.payslip_id)
    )


def to_remind(
    session: Session, now: dt.datetime, grace: dt.timedelta, run_id: int | None = None
) -> Sequence[Any]:
    """Return published payslips that nobody has signed for: payslip_id, run_id, reminded_at.

    Those that were published less than ``grace`` ago are left alone, and old ones rest.
    """
    slip = _of_base()
    published = receipts.publications().subquery()
    receipt = receipts.receipts().subquery()
    chosen = (
        select(slip.c.payslip_id, slip.c.run_id, slip.c.company_id, PayslipReminder.reminded_at)
        .join(published, published.c.run_id == slip.c.run_id)
        .join(receipt, receipt.c.payslip_id == slip.c.payslip_id)
        .outerjoin(PayslipReminder, PayslipReminder.payslip_id == slip.c.payslip_id)
        .where(
            published.c.published_at <= now - grace,
            published.c.published_at > now - ASKED_FOR,
            receipt.c.signed_at.is_(None),
            ~slip.c.is_reversed,
            true() if run_id is None else slip.c.run_id == run_id,
        )
        .order_by(slip.c.run_id, slip.c.payslip_id)
    )
    return session.execute(chosen).all()


def _of_base() -> Any:
    return payroll.payslips_for(Scope.base()).order_by(None).subquery()


@dataclass(frozen=True, slots=True)
class Unsigned:
    """An own payslip that waits for its signature; ``is_reminded``: finance has asked for it."""

    payslip_id: int
    period: PayPeriod
    company_name: str
    is_reminded: bool


def unsigned_own(session: Session, person_id: int | None, now: dt.datetime) -> list[Unsigned]:
    """Return a person's own payslips that wait for a signature, the newest first; None has none."""
    if person_id is None:
        return []
    slip = payroll.payslips_for(Scope.own(person_id)).order_by(None).subquery()
    published = receipts.publications().subquery()
    receipt = receipts.receipts().subquery()
    company = companies.company_facts(Scope.base()).subquery()
    rows = session.execute(
        select(slip.c.payslip_id, slip.c.period, company.c.company_name, PayslipReminder.times)
        .join(company, company.c.company_id == slip.c.company_id)
        .join(published, published.c.run_id == slip.c.run_id)
        .join(receipt, receipt.c.payslip_id == slip.c.payslip_id)
        .outerjoin(PayslipReminder, PayslipReminder.payslip_id == slip.c.payslip_id)
        .where(
            published.c.published_at > now - ASKED_FOR,
            receipt.c.signed_at.is_(None),
            ~slip.c.is_reversed,
        )
        .order_by(slip.c.period.desc(), slip.c.payslip_id.desc())
    )
    return [
        Unsigned(row.payslip_id, PayPeriod.parse(row.period), row.company_name, bool(row.times))
        for row in rows
    ]
