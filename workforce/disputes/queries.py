"""Reading disputes. A person sees the own ones, a company its own; nobody else any."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, false, func, select

from workforce.accounts import queries as accounts
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.core.text import Text
from workforce.disputes.models import Dispute, DisputeEntry
from workforce.payroll import queries as payroll
from workforce.payroll.line_heads import line_heads, line_label, task_type_texts
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """One dispute in a list, with the line as it was when it was asked about, its amount in fen.

    ``payslip_id`` is None while the visitor can see no such payslip: its run was returned.
    """

    dispute_id: int
    company_id: int
    employment_id: int
    payslip_id: int | None
    period: PayPeriod
    state: str
    outcome: str | None
    due_on: dt.date
    opened_at: dt.datetime
    was_reopened: bool
    line_label: Text
    line_kind: LineKind
    line_amount: int
    employee_no: str
    person_name: str

    def is_overdue(self, today: dt.date) -> bool:
        """Tell whether an answer was due before a day and has not come."""
        return self.state == "open" and self.due_on < today

    @property
    def can_reopen(self) -> bool:
        """Whether the person may ask once more."""
        return self.state == "answered" and not self.was_reopened


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing said in a dispute; ``said_by`` is a display name, None for the command line."""

    entry_id: int
    kind: str
    at: dt.datetime
    said_by: str | None
    text: str
    file_name: str | None
    amount: int | None
    pay_period: PayPeriod | None


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit disputes to those in reach."""
    if scope.kind is ScopeKind.SELF:
        return Dispute.employment_id.in_(people.employment_ids(scope))
    if scope.kind is ScopeKind.COMPANY:
        return Dispute.company_id == scope.company_id
    return false()


def dispute_rows(
    session: Session,
    scope: Scope,
    *where: ColumnElement[bool],
    rows: slice = slice(None),
) -> list[DisputeRow]:
    """Return disputes in reach: open ones first, by deadline, then the newest."""
    slip = payroll.payslips_for(scope).order_by(None).subquery()
    who = people.directory(scope).order_by(None).subquery()
    is_open = Dispute.state == "open"
    chosen = (
        select(Dispute, slip.c.payslip_id, who.c.employee_no, who.c.name)
        .outerjoin(slip, slip.c.payslip_id == Dispute.payslip_id)
        .join(who, who.c.employment_id == Dispute.employment_id)
        .where(in_scope(scope), *where)
        .order_by(~is_open, case((is_open, Dispute.due_on)), Dispute.id.desc())
    )
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    found = session.execute(chosen).all()
    names = task_type_texts(session) if any(row.Dispute.line_detail for row in found) else {}
    return [_row(row, names) for row in found]


def _row(found: Any, names: Mapping[str, Text]) -> DisputeRow:
    one: Dispute = found.Dispute
    kind = LineKind(one.line_kind)
    return DisputeRow(
        dispute_id=one.id,
        company_id=one.company_id,
        employment_id=one.employment_id,
        payslip_id=found.payslip_id,
        period=PayPeriod.parse(one.period),
        state=one.state,
        outcome=one.outcome,
        due_on=one.due_on,
        opened_at=one.opened_at,
        was_reopened=one.reopened_at is not None,
        line_label=line_label(one.line_code, kind, one.line_detail, names),
        line_kind=kind,
        line_amount=one.line_amount,
        employee_no=found.employee_no,
        person_name=found.name,
    )


def dispute_row(session: Session, scope: Scope, dispute_id: int) -> DisputeRow:
    """Return one dispute.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    found = dispute_rows(session, scope, Dispute.id == dispute_id)
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def of_state(state: str | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a list of one state, or of all, is made with."""
    return () if state is None else (Dispute.state == state,)


def state_counts(session: Session, scope: Scope) -> dict[str, int]:
    """Return how many disputes in reach are in each state."""
    rows = session.execute(
        select(Dispute.state, func.count()).where(in_scope(scope)).group_by(Dispute.state)
    )
    return {row[0]: row[1] for row in rows}


def overdue_count(session: Session, scope: Scope, today: dt.date) -> int:
    """Return how many answers in reach were due before a day."""
    late = (Dispute.state == "open") & (Dispute.due_on < today)
    chosen = select(func.count()).select_from(Dispute).where(in_scope(scope), late)
    return session.scalar(chosen) or 0


def states_of_slip(scope: Scope, payslip_id: int) -> Select[int, int, str, str | None]:
    """Disputes about a payslip's lines: line_seq, dispute_id, state, outcome."""
    return select(
        Dispute.line_seq, Dispute.id.label("dispute_id"), Dispute.state, Dispute.outcome
    ).where(in_scope(scope), Dispute.payslip_id == payslip_id)


def entries(session: Session, dispute_id: int) -> list[Entry]:
    """Return what was said in a dispute (whose scope the caller has checked), the oldest first."""
    name = accounts.display_names().subquery()
    rows = session.execute(
        select(DisputeEntry, name.c.display_name, Upload.name.label("file_name"))
        .outerjoin(name, name.c.account_id == DisputeEntry.account_id)
        .outerjoin(Upload, Upload.id == DisputeEntry.upload_id)
        .where(DisputeEntry.dispute_id == dispute_id)
        .order_by(DisputeEntry.id)
    )
    return [
        Entry(
            entry_id=row.DisputeEntry.id,
            kind=row.DisputeEntry.kind,
            at=row.DisputeEntry.at,
            said_by=row.display_name,
            text=row.DisputeEntry.text,
            file_name=row.file_name,
            amount=row.DisputeEntry.amount,
            pay_period=(
                PayPeriod.parse(row.DisputeEntry.pay_period)
                if row.DisputeEntry.pay_period
                else None
            ),
        )
        for row in rows
    ]


def upload_of_entry(session: Session, scope: Scope, entry_id: int) -> Upload:
    """Return the file that was sent with something said.

    Raises:
        NotFoundError: there is none, or the dispute is out of reach.
    """
    upload = session.scalar(
        select(Upload)
        .join(DisputeEntry, DisputeEntry.upload_id == Upload.id)
        .join(Dispute, Dispute.id == DisputeEntry.dispute_id)
        .where(in_scope(scope), DisputeEntry.id == entry_id)
    )
    if upload is None:
        raise NotFoundError("web.not_found")
    return upload


def latest_amounts(session: Session, disputes: Sequence[DisputeRow]) -> dict[int, int]:
    """Return what accepted disputes among some have brought so far, in fen, by dispute id."""
    ids = [row.dispute_id for row in disputes if row.outcome == "accepted"]
    found: defaultdict[int, int] = defaultdict(int)
    if ids:
        chosen = select(DisputeEntry.dispute_id, DisputeEntry.amount).where(
            DisputeEntry.dispute_id.in_(ids), DisputeEntry.amount.is_not(None)
        )
        for dispute_id, amount in session.execute(chosen):
            found[dispute_id] += amount or 0
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """A payslip line that somebody is about to ask about; ``amount`` in fen."""

    payslip_id: int
    period: PayPeriod
    label: Text
    kind: LineKind
    amount: int


def asked_line(session: Session, scope: Scope, payslip_id: int, seq: int) -> AskedLine:
    """Return a line of a payslip in reach.

    Raises:
        NotFoundError: there is none.
    """
    heads = line_heads(scope).subquery()
    head = session.execute(
        select(heads).where(heads.c.payslip_id == payslip_id, heads.c.seq == seq)
    ).one_or_none()
    if head is None:
        raise NotFoundError("web.not_found")
    kind = LineKind(head.kind)
    names = task_type_texts(session) if head.detail else {}
    return AskedLine(
        payslip_id=payslip_id,
        period=PayPeriod.parse(head.period),
        label=line_label(head.code, kind, head.detail, names),
        kind=kind,
        amount=head.amount,
    )
