"""Reading results of filing and their differences. A company sees its own; nobody else any."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, false, func, select

from workforce.accounts import queries as accounts
from workforce.core.errors import NotFoundError
from workforce.core.permissions import PERMISSIONS_BY_ROLE, Permission
from workforce.filings.figures import KINDS
from workforce.filings.models import FilingDifference, FilingResult, FilingRow
from workforce.payroll import filed
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

    from workforce.core.period import PayPeriod

STATES = ("open", "task", "settled")


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit results to those in reach."""
    if scope.kind is ScopeKind.COMPANY:
        return FilingResult.company_id == scope.company_id
    return false()


def newest_ids(scope: Scope, month: PayPeriod | None = None) -> Select[int]:
    """Ids of the results that count: of each month and kind the newest."""
    chosen = select(func.max(FilingResult.id)).where(in_scope(scope))
    if month is not None:
        chosen = chosen.where(FilingResult.period == str(month))
    return chosen.group_by(FilingResult.company_id, FilingResult.period, FilingResult.kind)


def newest(session: Session, scope: Scope, month: PayPeriod, kind: str) -> FilingResult | None:
    """Return the result of a month and kind that counts, if there is one."""
    return session.scalar(
        select(FilingResult).where(
            FilingResult.id.in_(newest_ids(scope, month)), FilingResult.kind == kind
        )
    )


def result_named(session: Session, scope: Scope, result_id: int) -> FilingResult:
    """Return one result.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    found = session.scalar(
        select(FilingResult).where(FilingResult.id == result_id, in_scope(scope))
    )
    if found is None:
        raise NotFoundError("web.not_found")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class KindState:
    """How far a kind of filing of a month is; ``counts`` of differences by state.

    ``is_stale``: other payslips count now than those that were compared.
    """

    kind: str
    result: FilingResult | None
    applied_by: str | None
    counts: Mapping[str, int]
    is_stale: bool

    @property
    def unsettled(self) -> int:
        """How many differences still wait for a reason or for their task."""
        return self.counts.get("open", 0) + self.counts.get("task", 0)

    @property
    def is_reconciled(self) -> bool:
        """Whether a result was read back and every difference is settled."""
        return self.result is not None and not self.unsettled and not self.is_stale


def month_states(session: Session, scope: Scope, month: PayPeriod) -> list[KindState]:
    """Return how far each kind is."""
    names = accounts.display_names().subquery()
    results = {
        row.FilingResult.kind: row
        for row in session.execute(
            select(FilingResult, names.c.display_name)
            .outerjoin(names, names.c.account_id == FilingResult.applied_by_id)
            .where(FilingResult.id.in_(newest_ids(scope, month)))
        )
    }
    counts: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for row in session.execute(
        select(FilingResult.kind, FilingDifference.state, func.count())
        .join(FilingResult, FilingResult.id == FilingDifference.result_id)
        .where(FilingResult.id.in_(newest_ids(scope, month)))
        .group_by(FilingResult.kind, FilingDifference.state)
    ):
        counts[row[0]][row[1]] = row[2]
    mark = filed.mark(session, scope, month) if results else ""
    return [
        KindState(
            kind=kind,
            result=results[kind].FilingResult if kind in results else None,
            applied_by=results[kind].display_name if kind in results else None,
            counts=counts[kind],
            is_stale=kind in results and results[kind].FilingResult.compared_mark != mark,
        )
        for kind in KINDS
    ]


def months(scope: Scope) -> Select[str]:
    """Months of which some result was read back, the newest first."""
    return (
        select(FilingResult.period)
        .where(in_scope(scope))
        .distinct()
        .order_by(FilingResult.period.desc())
    )


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many differences come from a cause, how many of them are open, and what they come to in fen."""

    cause: str
    count: int
    open_count: int
    amount: int


def cause_counts(session: Session, result_id: int) -> list[CauseCount]:
    """Return the causes of a result's differences (whose scope the caller has checked)."""
    is_open = case((FilingDifference.state == "open", 1), else_=0)
    rows = session.execute(
        select(
            FilingDifference.cause,
            func.count(),
            func.sum(is_open),
            func.sum(FilingDifference.amount),
        )
        .where(FilingDifference.result_id == result_id)
        .group_by(FilingDifference.cause)
        .order_by(FilingDifference.cause)
    )
    return [CauseCount(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """One difference with the names of those who answered for it."""

    one: FilingDifference
    period: str
    kind: str
    company_id: int
    is_newest: bool
    assignee: str | None
    answered_by: str | None


def differences(
    scope: Scope,
    *where: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """Differences in reach: open ones first, the largest first."""
    assignee, answerer = (accounts.display_names().subquery() for _ in range(2))
    order = case({state: place for place, state in enumerate(STATES)}, value=FilingDifference.state)
    return (
        select(
            FilingDifference,
            FilingResult.period,
            FilingResult.kind,
            FilingResult.company_id,
            FilingResult.id.in_(newest_ids(scope)).label("is_newest"),
            assignee.c.display_name.label("assignee"),
            answerer.c.display_name.label("answered_by"),
        )
        .join(FilingResult, FilingResult.id == FilingDifference.result_id)
        .outerjoin(assignee, assignee.c.account_id == FilingDifference.assignee_id)
        .outerjoin(answerer, answerer.c.account_id == FilingDifference.answered_by_id)
        .where(in_scope(scope), *where)
        .order_by(
            order,
            func.abs(FilingDifference.amount).desc(),
            FilingDifference.employee_no,
            FilingDifference.id,
        )
    )


def difference_rows(
    session: Session,
    scope: Scope,
    result_id: int,
    *,
    cause: str | None = None,
    state: str | None = None,
    rows: slice = slice(None),
) -> list[DifferenceRow]:
    """Return a result's differences, all of them or a part."""
    chosen = differences(scope, FilingDifference.result_id == result_id)
    if cause is not None:
        chosen = chosen.where(FilingDifference.cause == cause)
    if state is not None:
        chosen = chosen.where(FilingDifference.state == state)
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    return [_row(found) for found in session.execute(chosen)]


def difference_count(
    session: Session, result_id: int, *, cause: str | None = None, state: str | None = None
) -> int:
    """Return how many there are."""
    chosen = select(func.count()).where(FilingDifference.result_id == result_id)
    if cause is not None:
        chosen = chosen.where(FilingDifference.cause == cause)
    if state is not None:
        chosen = chosen.where(FilingDifference.state == state)
    return session.scalar(chosen) or 0


def difference_row(session: Session, scope: Scope, difference_id: int) -> DifferenceRow:
    """Return one difference.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    chosen = differences(scope, FilingDifference.id == difference_id)
    found = session.execute(chosen).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    return _row(found)


def _row(found: Any) -> DifferenceRow:
    return DifferenceRow(
        one=found.FilingDifference,
        period=found.period,
        kind=found.kind,
        company_id=found.company_id,
        is_newest=bool(found.is_newest),
        assignee=found.assignee,
        answered_by=found.answered_by,
    )


def stored_rows(session: Session, result_id: int) -> Sequence[FilingRow]:
    """Return what a result says, decrypted."""
    return session.scalars(select(FilingRow).where(FilingRow.result_id == result_id)).all()


def colleagues(session: Session, company_id: int) -> list[tuple[int, str]]:
    """Return the accounts of a company that may answer for a task: key and display name."""
    roles: Collection[str] = [
        role.value
        for role, permissions in PERMISSIONS_BY_ROLE.items()
        if Permission.PAYROLL_RUN_PREPARE in permissions
    ]
    known = accounts.accounts().order_by(None).subquery()
    rows = session.execute(
        select(known.c.id, known.c.display_name)
        .where(known.c.company_id == company_id, known.c.role.in_(roles))
        .order_by(known.c.display_name, known.c.id)
    )
    return [(row.id, row.display_name) for row in rows]
