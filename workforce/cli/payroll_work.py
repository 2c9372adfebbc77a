"""What the verbs of ``workforce payroll`` share: the month, its companies, who acts, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from workforce.cli.acting import acting
from workforce.cli.chosen_runs import run_named
from workforce.cli.support import EXIT_USER, State, describe
from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll import views
from workforce.platform import audit
from workforce.platform.db import db
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from workforce.payroll.views import RunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which month of which companies, and who acts; ``order``: a run beside the regular one."""

    period: PayPeriod
    company: str | None
    by: str | None
    order: int | None = None

    @property
    def name(self) -> str:
        """The run as it is written on the command line."""
        return str(self.period) if self.order is None else f"{self.period}#{self.order}"

    @classmethod
    def of(
        cls, period: str, company: str | None, *, everywhere: bool, by: str | None = None
    ) -> Self:
        """Read the words of the command line; ``2026-12#1`` is the first run ordered for 2026-12.

        Raises:
            InputError: the month is none, or not exactly one of one company and all is asked for.
        """
        if (company is None) != everywhere:
            raise InputError("document.company_or_all")
        month, order = run_named(period)
        return cls(period=month, company=company, by=by, order=order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An opened installation: who acts, how far, on which companies, by which law."""

    actor: audit.Actor
    scope: Scope
    book: LawBook
    companies: Sequence[tuple[int, str]]


@contextmanager
def opened(state: State, choice: Choice, permission: Permission) -> Iterator[Work]:
    """Open the installation and find the companies.

    Raises:
        ForbiddenError: the named account lacks the permission.
        InputError: there is no such account or company.
    """
    with state.app():
        session = db.session()
        actor, scope = acting(session, choice.by, permission)
        rows = session.execute(companies.company_facts(scope)).all()
        chosen = sorted(
            (row.company_code, row.company_id)
            for row in rows
            if choice.company in {None, row.company_code}
        )
        if choice.company is not None and not chosen:
            raise InputError("company.unknown", code=choice.company)
        yield Work(
            actor=actor,
            scope=scope,
            book=LawBook.load(state.settings().law_overlays),
            companies=[(company_id, code) for code, company_id in chosen],
        )


def stored_runs(work: Work, choice: Choice) -> list[RunRow]:
    """Return the stored regular runs of the month, or those of an order.

    Raises:
        InputError: there is none.
    """
    codes = {code for _, code in work.companies}
    rows = views.run_rows(db.session(), work.scope, choice.period)
    found = [
        row
        for row in rows
        if row.company_code in codes
        and (row.order_id is None if choice.order is None else _is_ordered(row, choice.order))
    ]
    if not found:
        raise InputError("payroll.no_run", period=choice.period)
    return found


def _is_ordered(row: RunRow, number: int) -> bool:
    return row.order_id is not None and row.number == number


def say_state(state: State, row: RunRow, now: RunState) -> None:
    """Print how far a run has come now."""
    label = term(f"run_state.{now}").in_locale(state.locale)
    state.say(f"{row.company_code} {row.period}: {label}, {format_fen(row.net_pay)}")


def end(state: State, errors: Sequence[DomainError]) -> None:
    """Say what went wrong with single companies, and exit so that a script notices."""
    label = Text("错误", "Error").in_locale(state.locale)
    for error in errors:
        state.say(f"{label}: {describe(error, state.locale)}", error=True)
    if errors:
        raise SystemExit(EXIT_USER)
