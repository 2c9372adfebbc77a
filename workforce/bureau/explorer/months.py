"""Where the explorer's figures come from: published issues of the base, or a company's own months."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.bureau import service
from workforce.bureau.explorer.choice import Editions
from workforce.bureau.explorer.view import Source
from workforce.bureau.issues import issues
from workforce.bureau.issues.frozen import definitions_of
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """The months that a reader can ask for, the newest first, whose they are, and how they are read."""

    known: Sequence[PayPeriod]
    are_published: bool
    reporter: Text
    read: Callable[[Collection[PayPeriod], Editions], dict[PayPeriod, Source]]
    """Return the figures of those of the months that there are any of.

    Raises:
        NotFoundError: a month has no issue of the number that is asked for.
    """


def months_of(session: Session, scope: Scope) -> Months:
    """Return published months to whoever reaches the whole base, else a company's own."""
    if scope.kind is ScopeKind.BASE:
        return _published(session)
    own = service.own_source(session, scope, clock.today())

    def read(periods: Collection[PayPeriod], editions: Editions) -> dict[PayPeriod, Source]:
        del editions
        found = own.read([period for period in periods if period in own.months])
        return {period: Source(cubes, definitions_of(cubes)) for period, cubes in found.items()}

    return Months(known=own.months, are_published=False, reporter=own.reporter, read=read)


def _published(session: Session) -> Months:
    def read(periods: Collection[PayPeriod], editions: Editions) -> dict[PayPeriod, Source]:
        found = issues.newest(session, periods)
        for period, newest in list(found.items()):
            number = editions.number(period)
            if number is not None and number != newest.number:
                found[period] = issues.issue(session, period, number)
        return {
            period: Source(one.cubes, one.definitions, one.number, one.published_at)
            for period, one in found.items()
        }

    return Months(
        known=issues.published_months(session),
        are_published=True,
        reporter=service.base_reporter(session),
        read=read,
    )
