"""What each bureau of the task force is reminded of: by the seat of an official on that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from workforce.chain import queries
from workforce.platform import clock
from workforce.platform.reminders import Reminder
from workforce.platform.scope import Scope
from workforce.returns import queries as returns

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.chain.queries import ChainCompanyRow, DealRow

DAYS_UNVISITED: Final = 30
"""A lead or negotiation that nobody has visited for so long is asked about."""
DAYS_UNCONFIRMED: Final = 30
"""A deal that its buyer has not answered for so long is asked about."""


def reminders(session: Session, account_id: int, on: dt.date) -> list[Reminder]:
    """Return what an official of the task force is to look at; nothing for whoever is not in it."""
    bureau = queries.bureau_of(session, account_id, on)
    return [_FINDERS[bureau](session, on)] if bureau in _FINDERS else []


def _investment(session: Session, on: dt.date) -> Reminder:
    rows = queries.chain_companies(session, Scope.base())
    return Reminder("chain_to_ask", sum(is_to_ask(row, on) for row in rows), "chain.board")


def is_to_ask(row: ChainCompanyRow, on: dt.date) -> bool:
    """Tell whether a company that is not here yet is to be asked again."""
    if row.stage not in queries.ON_THE_WAY:
        return False
    if row.next_on is not None:
        return row.next_on <= on
    since = max(day for day in (row.since, row.visited_on) if day is not None)
    return row.stage != "signed" and (on - since).days > DAYS_UNVISITED


def _science(session: Session, on: dt.date) -> Reminder:
    del on
    rows = queries.chain_companies(session, Scope.base())
    count = sum(row.stage == queries.AT_WORK and row.link is None for row in rows)
    return Reminder("chain_without_link", count, "chain.board")


def _human_resources(session: Session, on: dt.date) -> Reminder:
    del on
    reporting = {
        one.company_id
        for one in returns.reporters(session, Scope.base())
        if one.returns_from is not None
    }
    rows = queries.chain_companies(session, Scope.base())
    count = sum(row.stage == queries.AT_WORK and row.company_id not in reporting for row in rows)
    return Reminder("chain_not_reporting", count, "chain.board")


def _finance(session: Session, on: dt.date) -> Reminder:
    count = sum(is_unconfirmed(row, on) for row in queries.deals(session, Scope.base()))
    return Reminder("chain_unconfirmed", count, "chain.picture")


def is_unconfirmed(row: DealRow, on: dt.date) -> bool:
    """Tell whether a deal has waited for its buyer's answer for too long."""
    least = on - dt.timedelta(days=DAYS_UNCONFIRMED)
    return row.state == "reported" and clock.to_base(row.reported_at).date() < least


_FINDERS: Final[dict[str | None, Callable[[Session, dt.date], Reminder]]] = {
    "investment": _investment,
    "science": _science,
    "human_resources": _human_resources,
    "finance": _finance,
}
