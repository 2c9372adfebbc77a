"""Reading returns: a company its own, the bureau and the base's administrator all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import false, func, select, true

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.companies.service import BY_RETURN
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.scope import Scope, ScopeKind
from workforce.returns.deadlines import Deadline, DueRule, deadline
from workforce.returns.models import (
    CompanyReturn,
    ComputedReturn,
    ReturnDecision,
    ReturnFigure,
    ReturnReminder,
    ReturnRule,
)
from workforce.returns.protection import Told

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

    from workforce.core.work_calendar import WorkCalendar

MONTHS_SHOWN: Final = 24
"""So far back a company's list of months goes."""


def in_scope(
    scope: Scope, table: type[CompanyReturn | ComputedReturn | ReturnReminder] = CompanyReturn
) -> ColumnElement[bool]:
    """Limit a table to the companies in reach: a team or a person has no returns."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return table.company_id == scope.company_id
    return false()


class ReturnState(StrEnum):
    """How far a company's return of a month is."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CHANGED = "changed"
    """Confirmed, and computed differently since."""


OPEN: Final = frozenset(
    {ReturnState.DUE, ReturnState.OVERDUE, ReturnState.RETURNED, ReturnState.CHANGED}
)
"""States in which the company has something to do."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """A company as it reports; ``returns_from``: the first month that is expected, None: none is."""

    company_id: int
    code: str
    name: str
    credit_code: str
    region: str
    reports_by: str
    returns_from: str | None
    mail: str | None

    @property
    def is_typed(self) -> bool:
        """Whether it files its figures itself."""
        return self.reports_by == BY_RETURN

    def owes(self, month: PayPeriod) -> bool:
        """Tell whether a return of a month is expected of it."""
        return self.returns_from is not None and self.returns_from <= str(month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a company stands with a month; ``newest``: its newest submitted version, with its decision."""

    reporter: Reporter
    month: PayPeriod
    deadline: Deadline
    today: dt.date
    newest: CompanyReturn | None
    decision: ReturnDecision | None
    has_draft: bool
    computed_sha256: str | None
    computed_at: dt.datetime | None
    reminded_at: dt.datetime | None

    @property
    def is_changed(self) -> bool:
        """Whether what was confirmed is computed differently by now."""
        newest = self.newest
        return (
            newest is not None
            and newest.origin == "computed"
            and self.computed_sha256 is not None
            and self.computed_sha256 != newest.content_sha256
        )

    @property
    def state(self) -> ReturnState:
        """How far it is."""
        if self.newest is None:
            return self._waiting()
        if self.decision is not None and not self.decision.is_accepted:
            return ReturnState.RETURNED
        if self.is_changed:
            return ReturnState.CHANGED
        return ReturnState.SUBMITTED if self.decision is None else ReturnState.ACCEPTED

    def _waiting(self) -> ReturnState:
        if not self.reporter.owes(self.month) or self.today < self.month.end_on:
            return ReturnState.NOT_DUE
        return ReturnState.OVERDUE if self.today > self.deadline.on else ReturnState.DUE

    @property
    def overdue_days(self) -> int:
        """By how many days something is late that the company still has to do.

        What was given back, or is computed differently, after the deadline waits since then.
        """
        if self.state not in OPEN:
            return 0
        asked_at = None
        if self.state is ReturnState.RETURNED and self.decision is not None:
            asked_at = self.decision.decided_at
        elif self.state is ReturnState.CHANGED:
            asked_at = self.computed_at
        since = self.deadline.on
        if asked_at is not None:
            since = max(since, clock.to_base(asked_at).date())
        return max((self.today - since).days, 0)


def reporters(session: Session, scope: Scope) -> list[Reporter]:
    """Return the companies in reach as reporters, in order of their code."""
    return [Reporter(*row) for row in session.execute(companies.reporters(scope))]


def reporter_of(session: Session, scope: Scope) -> Reporter:
    """Return the one company of a company's scope.

    Raises:
        NotFoundError: the scope is of no company.
    """
    found = reporters(session, scope) if scope.kind is ScopeKind.COMPANY else []
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def rules(session: Session) -> list[DueRule]:
    """Return by which day returns are due, from which month on, the newest first."""
    chosen = select(ReturnRule.first_period, ReturnRule.due_day)
    rows = session.execute(chosen.order_by(ReturnRule.first_period.desc()))
    return [DueRule(*row) for row in rows]


def standings(
    session: Session,
    scope: Scope,
    months: Sequence[PayPeriod],
    today: dt.date,
    calendar: WorkCalendar,
) -> list[Standing]:
    """Return where each company in reach stands with each month, in six statements.

    By month as given, then by company code.
    """
    wanted = [str(month) for month in months]
    known = rules(session)
    submitted: dict[tuple[int, str], tuple[CompanyReturn, ReturnDecision | None]] = {
        (row[0].company_id, row[0].period): (row[0], row[1])
        for row in session.execute(newest_submitted(scope, wanted))
    }
    drafts = {
        (row[0], row[1])
        for row in session.execute(
            select(CompanyReturn.company_id, CompanyReturn.period).where(
                in_scope(scope),
                CompanyReturn.period.in_(wanted),
                CompanyReturn.submitted_at.is_(None),
            )
        )
    }
    computed = _by_month(session, scope, ComputedReturn, wanted)
    reminded = _by_month(session, scope, ReturnReminder, wanted)
    due = {month: deadline(month, known, calendar) for month in months}
    companies_in_reach = reporters(session, scope)
    nothing: tuple[None, None] = (None, None)
    return [
        Standing(
            reporter=reporter,
            month=month,
            deadline=due[month],
            today=today,
            newest=submitted.get((reporter.company_id, str(month)), nothing)[0],
            decision=submitted.get((reporter.company_id, str(month)), nothing)[1],
            has_draft=(reporter.company_id, str(month)) in drafts,
            computed_sha256=_of(computed.get((reporter.company_id, str(month))), "content_sha256"),
            computed_at=_of(computed.get((reporter.company_id, str(month))), "computed_at"),
            reminded_at=_of(reminded.get((reporter.company_id, str(month))), "reminded_at"),
        )
        for month in months
        for reporter in companies_in_reach
    ]


def _of(row: Any, name: str) -> Any:
    return None if row is None else getattr(row, name)


def _by_month(
    session: Session,
    scope: Scope,
    table: type[ComputedReturn | ReturnReminder],
    months: Collection[str],
) -> dict[tuple[int, str], Any]:
    rows = session.execute(
        select(*table.__table__.columns).where(in_scope(scope, table), table.period.in_(months))
    )
    return {(row.company_id, row.period): row for row in rows}


def newest_submitted(
    scope: Scope, months: Iterable[str]
) -> Select[CompanyReturn, ReturnDecision | None]:
    """The newest submitted version of each company and month, with its newest decision."""
    version = (
        select(
            CompanyReturn.company_id,
            CompanyReturn.period,
            func.max(CompanyReturn.version).label("version"),
        )
        .where(
            in_scope(scope),
            CompanyReturn.period.in_(list(months)),
            CompanyReturn.submitted_at.is_not(None),
        )
        .group_by(CompanyReturn.company_id, CompanyReturn.period)
        .subquery()
    )
    number = (
        select(ReturnDecision.return_id, func.max(ReturnDecision.number).label("number"))
        .group_by(ReturnDecision.return_id)
        .subquery()
    )
    return (
        select(CompanyReturn, ReturnDecision)
        .join(
            version,
            (version.c.company_id == CompanyReturn.company_id)
            & (version.c.period == CompanyReturn.period)
            & (version.c.version == CompanyReturn.version),
        )
        .outerjoin(number, number.c.return_id == CompanyReturn.id)
        .outerjoin(
            ReturnDecision,
            (ReturnDecision.return_id == CompanyReturn.id)
            & (ReturnDecision.number == number.c.number),
        )
    )


def expected_months(reporter: Reporter, today: dt.date) -> list[PayPeriod]:
    """Return the months of which a company's list tells: the current one and those before it that are expected."""
    month = PayPeriod.of(today)
    found: list[PayPeriod] = []
    while reporter.owes(month) and len(found) < MONTHS_SHOWN:
        found.append(month)
        month = month.previous()
    return found


def open_count(session: Session, scope: Scope, today: dt.date, calendar: WorkCalendar) -> int:
    """Count the months in which a company has something to do."""
    if scope.kind is not ScopeKind.COMPANY:
        return 0
    months = expected_months(reporter_of(session, scope), today)
    found = standings(session, scope, months, today, calendar)
    return sum(one.state in OPEN for one in found)


def undecided_count(session: Session) -> int:
    """Count the returns of all companies that wait for the bureau's decision."""
    place = func.row_number().over(
        partition_by=(CompanyReturn.company_id, CompanyReturn.period),
        order_by=CompanyReturn.version.desc(),
    )
    ranked = (
        select(CompanyReturn.id, place.label("place"))
        .where(CompanyReturn.submitted_at.is_not(None))
        .subquery()
    )
    undecided = (
        select(func.count())
        .select_from(ranked)
        .outerjoin(ReturnDecision, ReturnDecision.return_id == ranked.c.id)
        .where(ranked.c.place == 1, ReturnDecision.id.is_(None))
    )
    return session.scalar(undecided) or 0


def draft(session: Session, scope: Scope, month: PayPeriod) -> CompanyReturn | None:
    """Return the draft of a company's month, if there is one."""
    return session.scalar(
        select(CompanyReturn).where(
            in_scope(scope),
            CompanyReturn.period == str(month),
            CompanyReturn.submitted_at.is_(None),
        )
    )


def newest(session: Session, scope: Scope, month: PayPeriod) -> CompanyReturn | None:
    """Return the newest submitted version of a company's month, if there is one."""
    row = session.execute(newest_submitted(scope, [str(month)])).first()
    return None if row is None else row[0]


def figures(session: Session, return_id: int | None) -> dict[str, int]:
    """Return what a return says: item → count of the last decimal of its unit."""
    if return_id is None:
        return {}
    rows = session.execute(
        select(ReturnFigure.item, ReturnFigure.value).where(ReturnFigure.return_id == return_id)
    )
    return {row[0]: row[1] for row in rows}


def behind(session: Session, return_id: int) -> dict[str, int]:
    """Return how many jobs stand behind the amounts of a computed return, as far as is known."""
    rows = session.execute(
        select(ReturnFigure.item, ReturnFigure.behind).where(
            ReturnFigure.return_id == return_id, ReturnFigure.behind.is_not(None)
        )
    )
    return {item: jobs for item, jobs in rows if jobs is not None}


def former_figures(session: Session, scope: Scope, month: PayPeriod) -> dict[str, int]:
    """Return the figures of the month before that count, for comparing; {} where there are none."""
    before = newest(session, scope, month.previous())
    return figures(session, None if before is None else before.id)


def former_of(session: Session, one: CompanyReturn) -> CompanyReturn | None:
    """Return what counts of the month before a return that the caller may see, if anything does."""
    before = PayPeriod.parse_month(one.period).previous()
    return newest(session, Scope.company(one.company_id), before)


def return_named(session: Session, scope: Scope, return_id: int) -> CompanyReturn:
    """Return one submitted version.

    Raises:
        NotFoundError: it does not exist, is a draft or out of reach.
    """
    found = session.scalar(
        select(CompanyReturn).where(
            CompanyReturn.id == return_id,
            in_scope(scope),
            CompanyReturn.submitted_at.is_not(None),
        )
    )
    if found is None:
        raise NotFoundError("web.not_found")
    return found


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a month's return: a version submitted or decided, by whom and when."""

    one: CompanyReturn
    submitted_by: str | None
    decision: ReturnDecision | None
    decided_by: str | None


def history(session: Session, scope: Scope, company_id: int, month: str) -> list[Event]:
    """Return the submitted versions of a month with their decisions, newest first."""
    submitters, deciders = (accounts.display_names().subquery() for _ in range(2))
    rows = session.execute(
        select(CompanyReturn, submitters.c.display_name, ReturnDecision, deciders.c.display_name)
        .outerjoin(ReturnDecision, ReturnDecision.return_id == CompanyReturn.id)
        .outerjoin(submitters, submitters.c.account_id == CompanyReturn.submitted_by_id)
        .outerjoin(deciders, deciders.c.account_id == ReturnDecision.decided_by_id)
        .where(
            in_scope(scope),
            CompanyReturn.company_id == company_id,
            CompanyReturn.period == month,
            CompanyReturn.submitted_at.is_not(None),
        )
        .order_by(CompanyReturn.version.desc(), ReturnDecision.number.desc())
    )
    return [Event(*row) for row in rows]


def accepted_typed(session: Session, month: PayPeriod) -> dict[int, dict[str, int]]:
    """Return what typed returns of a month say that the bureau accepted: company → item → value."""
    ids = {
        row[0].id: row[0].company_id
        for row in session.execute(newest_submitted(Scope.base(), [str(month)]))
        if row[0].origin == "typed" and row[1] is not None and row[1].is_accepted
    }
    found: dict[int, dict[str, int]] = {company_id: {} for company_id in ids.values()}
    for row in session.scalars(select(ReturnFigure).where(ReturnFigure.return_id.in_(ids))):
        found[ids[row.return_id]][row.item] = row.value
    return found


@dataclass(frozen=True, slots=True)
class Accepted:
    """What of a company's month the bureau has accepted; amounts in the last decimal of their units."""

    company_id: int
    month: PayPeriod
    figures: dict[str, int]


def accepted(
    session: Session, months: Sequence[PayPeriod], wanted: Collection[str]
) -> list[Accepted]:
    """Return the accepted returns of some months, typed and computed, with some of their items.

    By month, then by company; two statements, whatever the number.
    """
    found: dict[int, Accepted] = {
        one.id: Accepted(one.company_id, PayPeriod.parse_month(one.period), {})
        for one, decision in session.execute(
            newest_submitted(Scope.base(), [str(month) for month in months])
        ).all()
        if decision is not None and decision.is_accepted
    }
    rows = session.execute(
        select(ReturnFigure.return_id, ReturnFigure.item, ReturnFigure.value)
        .join(CompanyReturn, CompanyReturn.id == ReturnFigure.return_id)
        .where(
            CompanyReturn.period.in_([str(month) for month in months]),
            CompanyReturn.submitted_at.is_not(None),
            ReturnFigure.item.in_(list(wanted)),
        )
    )
    for return_id, item, value in rows:
        if return_id in found:
            found[return_id].figures[item] = value
    return sorted(found.values(), key=lambda one: (one.month, one.company_id))


def confirmed(session: Session, month: str) -> dict[int, Told]:
    """Return what the newest confirmed returns of a month say, by company."""
    ids = {
        row[0].id: row[0].company_id
        for row in session.execute(newest_submitted(Scope.base(), [month]))
        if row[0].origin == "computed"
    }
    found: dict[int, Told] = {company_id: Told({}, {}) for company_id in ids.values()}
    for row in session.scalars(select(ReturnFigure).where(ReturnFigure.return_id.in_(ids))):
        told = found[ids[row.return_id]]
        told.figures[row.item] = row.value
        if row.behind is not None:
            told.behind[row.item] = row.behind
    return found
