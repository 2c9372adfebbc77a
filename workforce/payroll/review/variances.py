"""What is out of the ordinary in a run, person by person, and that somebody has looked at it.

A variance is found when a run is calculated, and again when it is reviewed: against the payslips of
the period before, and by itself (no pay, less than nothing, raised to the legal floor). Whoever
reviews ticks each; a calculation voids the ticks of what it changed and of nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from sqlalchemy import Table, func, select, update

from workforce.core.errors import ForbiddenError, InputError, StateError
from workforce.core.lifecycle import RunState
from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.payroll import queries
from workforce.payroll.contents import NOTHING, Content, stored_contents
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine, Variance
from workforce.payroll.review.rules import Rule, rule_of
from workforce.platform import audit, clock, locks
from workforce.platform.changes import plan_rows, write_plan
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

_BASE: Final = "pension_insurance"
_FLOOR: Final = "minimum_wage_top_up"
_NOTE_LENGTH: Final = 400
_TICK: Final = ("ticked_by_id", "ticked_at", "note")


class VarianceKind(StrEnum):
    """Why somebody should look, in the order in which it is shown; labels are terms ``variance.*``."""

    NEGATIVE = "negative"
    ZERO = "zero"
    LARGE = "large"
    NEW = "new"
    GONE = "gone"
    FLOOR = "floor"
    PRICE = "price"
    BASE = "base"


class _Found(NamedTuple):
    """One variance; values in fen, of a price in millionths of a yuan."""

    kind: VarianceKind
    employment_id: int
    before: int | None
    after: int | None
    detail: str | None = None


class _Lines(NamedTuple):
    """What the lines of a run say that are compared, by employment."""

    floors: Mapping[int, int]
    bases: Mapping[int, int]
    prices: Mapping[tuple[int, str], frozenset[int]]


def refresh(session: Session, run: PayrollRun) -> None:
    """Find a run's variances anew in the caller's unit of work; ticks of what is the same stay."""
    found = list(_find(session, run, rule_of(session, run.company_id)))
    now = stored_contents(session, run.id, {one.employment_id for one in found})
    table = cast("Table", Variance.__table__)
    stored = [dict(row) for row in session.execute(_rows_of(run.id, table)).mappings()]
    ticks = {(row["employment_id"], row["kind"], row["slip_hash"]): row for row in stored}
    wanted = [_row(run.id, one, now.get(one.employment_id, NOTHING), ticks) for one in found]
    plan = plan_rows(
        stored,
        wanted,
        key=("employment_id", "kind"),
        compare=("before_value", "after_value", "detail", "slip_hash", *_TICK),
        remove=True,
    )
    write_plan(session, Variance, plan)
    session.expire_all()


def _rows_of(run_id: int, table: Table) -> Select[*tuple[Any, ...]]:
    return select(table).where(table.c.run_id == run_id)


def _row(
    run_id: int,
    found: _Found,
    said: Content,
    ticks: Mapping[tuple[int, str, str], Mapping[str, Any]],
) -> dict[str, Any]:
    hash_ = said.hash(found.kind.value, found.before, found.after, found.detail)
    tick = ticks.get((found.employment_id, found.kind.value, hash_), {})
    return {
        "run_id": run_id,
        "employment_id": found.employment_id,
        "kind": found.kind.value,
        "before_value": found.before,
        "after_value": found.after,
        "detail": found.detail,
        "slip_hash": hash_,
        **{name: tick.get(name) for name in _TICK},
    }


def _find(session: Session, run: PayrollRun, rule: Rule) -> Iterator[_Found]:
    period = PayPeriod.parse(run.period)
    scope = Scope.company(run.company_id)
    before = session.scalar(queries.run_before(run))
    pay = _pay(session, run.id)
    lines = _lines(session, run.id)
    for one, (_, net) in pay.items():
        if net < 0:
            yield _Found(VarianceKind.NEGATIVE, one, None, net)
        elif net == 0:
            yield _Found(VarianceKind.ZERO, one, None, net)
    for one, amount in lines.floors.items():
        yield _Found(VarianceKind.FLOOR, one, None, amount)
    if before is None:
        # The first month of all: there is nothing to compare with.
        return
    faulty = {fault.employment_id for fault in session.scalars(queries.faults(scope, run.id))}
    # Nobody is gone whom an order does not name, or who has been paid before the others.
    settled = locks.settled_in(session, period)
    expected = {
        one: paid
        for one, paid in _pay(session, before.id).items()
        if (one in pay) or (run.order_id is None and one not in settled)
    }
    yield from _moved(expected, pay, faulty, rule)
    yield from _changed_terms(_lines(session, before.id), lines)


def _moved(
    before: Mapping[int, tuple[int, int]],
    after: Mapping[int, tuple[int, int]],
    faulty: Collection[int],
    rule: Rule,
) -> Iterator[_Found]:
    """Compare gross pay: net pay follows it by law, and moves with the year's tax besides."""
    for one, (gross, _) in after.items():
        if one not in before:
            yield _Found(VarianceKind.NEW, one, None, gross)
            continue
        old = before[one][0]
        change = abs(gross - old)
        if change > rule.change_amount and change * MICRO > old * rule.change_rate:
            yield _Found(VarianceKind.LARGE, one, old, gross)
    for one, (gross, _) in before.items():
        if one not in after and one not in faulty:
            yield _Found(VarianceKind.GONE, one, gross, None)


def _changed_terms(before: _Lines, after: _Lines) -> Iterator[_Found]:
    for one, base in after.bases.items():
        old = before.bases.get(one)
        if old is not None and old != base:
            yield _Found(VarianceKind.BASE, one, old, base)
    seen: set[int] = set()
    for (one, task_type), prices in sorted(after.prices.items()):
        old_prices = before.prices.get((one, task_type))
        # One price a person stands for all that changed: the payslips beside each other name each.
        if old_prices is None or old_prices == prices or one in seen:
            continue
        seen.add(one)
        yield _Found(VarianceKind.PRICE, one, max(old_prices), max(prices), task_type)


def _pay(session: Session, run_id: int) -> dict[int, tuple[int, int]]:
    """Return gross and net pay in fen by employment."""
    rows = session.execute(
        select(Payslip.employment_id, Payslip.gross_pay_amount, Payslip.net_pay_amount)
        .where(Payslip.run_id == run_id)
        .order_by(Payslip.employment_id)
    )
    return {one: (gross, net) for one, gross, net in rows}


def _lines(session: Session, run_id: int) -> _Lines:
    of_run = Payslip.run_id == run_id
    slip = Payslip.id == PayslipLine.payslip_id
    floors: dict[int, int] = {}
    bases: dict[int, int] = {}
    for one, code, quantity, amount in session.execute(
        select(Payslip.employment_id, PayslipLine.code, PayslipLine.quantity, PayslipLine.amount)
        .join(Payslip, slip)
        .where(of_run, PayslipLine.code.in_([_BASE, _FLOOR]))
    ):
        if code == _FLOOR:
            floors[one] = amount
        elif quantity is not None:
            # The line's quantity is the base in yuan, in millionths.
            bases[one] = quantity * 100 // MICRO
    prices: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for one, detail, rate in session.execute(
        select(Payslip.employment_id, PayslipLine.detail, PayslipLine.rate)
        .join(Payslip, slip)
        .where(of_run, PayslipLine.code.in_(queries.PIECE_CODES), PayslipLine.rate.is_not(None))
        .distinct()
    ):
        if rate is not None:
            prices[one, detail or ""].add(rate)
    return _Lines(floors, bases, {key: frozenset(found) for key, found in prices.items()})


def unticked(session: Session, run_id: int) -> int:
    """Return how many variances of a run nobody has ticked yet."""
    chosen = (
        select(func.count())
        .select_from(Variance)
        .where(Variance.run_id == run_id, Variance.ticked_at.is_(None))
    )
    return session.scalar(chosen) or 0


def tick(scope: Scope, variance_id: int, actor: Actor, note: str = "", *, seen: str = "") -> None:
    """Say that one variance was looked at; the note is optional.

    ``seen``: the hash of the results on the page, if there is one: nobody ticks what was not shown.

    Raises:
        ForbiddenError: the actor made the run, or nobody is named.
        InputError: the note is too long.
        NotFoundError: the variance is out of reach.
        StateError: the run is decided already, or not what was seen.
    """
    with unit_of_work() as session:
        row = queries.found(session, queries.variance(scope, variance_id))
        _check_seen(session, scope, row.run_id, seen)
        _tick(session, scope, row.run_id, [row.id], actor, note, row.kind)


def tick_all(
    scope: Scope,
    run_id: int,
    actor: Actor,
    kind: VarianceKind | None = None,
    note: str = "",
    *,
    seen: str = "",
) -> int:
    """Tick all variances of a run that are open, or those of one kind; return how many.

    ``seen`` as in `tick`.

    Raises:
        ForbiddenError: the actor made the run, or nobody is named.
        InputError: the note is too long.
        NotFoundError: the run is out of reach.
        StateError: the run is decided already, or not what was seen.
    """
    with unit_of_work() as session:
        _check_seen(session, scope, run_id, seen)
        chosen = select(Variance.id).where(Variance.run_id == run_id, Variance.ticked_at.is_(None))
        if kind is not None:
            chosen = chosen.where(Variance.kind == kind.value)
        ids = list(session.scalars(chosen.order_by(Variance.id)))
        if ids:
            _tick(session, scope, run_id, ids, actor, note, kind.value if kind else "all")
        return len(ids)


def _check_seen(session: Session, scope: Scope, run_id: int, seen: str) -> None:
    """Hold the run's row, so that no calculation comes between, and refuse what was not seen."""
    run = queries.found(session, queries.run(scope, run_id).with_for_update())
    refuse_unseen(run, seen)


def refuse_unseen(run: PayrollRun, seen: str) -> None:
    """Refuse to answer for a run that is not the one on the page any more.

    ``seen``: the hash of the results that were shown; empty where nothing was, on the command line.

    Raises:
        StateError: the run has been calculated again since.
    """
    if seen and seen != run.result_hash:
        raise StateError("payroll.calculated_meanwhile")


def _tick(
    session: Session,
    scope: Scope,
    run_id: int,
    ids: list[int],
    actor: Actor,
    note: str,
    kind: str,
) -> None:
    run = queries.found(session, queries.run(scope, run_id))
    said = note.strip()
    _check_ticker(run, actor)
    if len(said) > _NOTE_LENGTH:
        raise InputError("payroll.note_too_long", place="note", longest=_NOTE_LENGTH)
    # SQLite allows 32 766 parameters in a statement.
    for first in range(0, len(ids), 10_000):
        session.execute(
            update(Variance)
            .where(Variance.id.in_(ids[first : first + 10_000]))
            .values(ticked_by_id=actor.account_id, ticked_at=clock.now(), note=said or None),
            execution_options={"synchronize_session": False},
        )
    audit.record(
        session,
        actor,
        "payroll_run.tick",
        "payroll_run",
        run.id,
        company_id=run.company_id,
        after={"kind": kind, "count": len(ids), "first": ids[0], "last": ids[-1]},
        reason=said or None,
    )


def untick(scope: Scope, variance_id: int, actor: Actor) -> None:
    """Take a tick back.

    Raises:
        ForbiddenError: the actor made the run, or nobody is named.
        NotFoundError: the variance is out of reach.
        StateError: the run is decided already.
    """
    with unit_of_work() as session:
        row = queries.found(session, queries.variance(scope, variance_id))
        run = queries.found(session, queries.run(scope, row.run_id))
        _check_ticker(run, actor)
        before = {"ticked_by": row.ticked_by_id, "note": row.note}
        row.ticked_by_id = row.ticked_at = row.note = None
        audit.record(
            session,
            actor,
            "payroll_run.untick",
            "payroll_run",
            run.id,
            company_id=run.company_id,
            before={"variance": row.id, **before},
        )


def may_tick(run_state: str, prepared_by_id: int | None, account_id: int | None) -> bool:
    """Tell whether an account may tick: a named one, not the maker's, while nobody has reviewed."""
    return (
        account_id is not None
        and account_id != prepared_by_id
        and run_state in {RunState.DRAFT, RunState.CALCULATED}
    )


def _check_ticker(run: PayrollRun, actor: Actor) -> None:
    if run.state not in {RunState.DRAFT, RunState.CALCULATED}:
        raise StateError(
            "payroll.wrong_state",
            state=term(f"run_state.{run.state}"),
            action=term("run_action.tick"),
        )
    if not may_tick(run.state, run.prepared_by_id, actor.account_id):
        raise ForbiddenError("payroll.two_people", action=term("run_action.tick"))
