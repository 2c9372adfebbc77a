"""What a change of a price, a rule or the law would have moved in a company's last decided month.

The month is read once and computed twice by the same engine: as it is, and with the change laid over
the rows that were read or over the law. Nothing is written. A month without a decided run has no
effect to show: there is nothing yet that the change could be held against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from sqlalchemy import select

from workforce.core.engine import calculate
from workforce.core.explain import label
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.core.text import Text
from workforce.payroll import queries
from workforce.payroll.compute import CompanyKey, company_in
from workforce.payroll.facts.agreed_hours import with_agreed_hours
from workforce.payroll.facts.assemble import assemble
from workforce.payroll.facts.basis import REGULAR, basis_of
from workforce.payroll.facts.columns import Numbers, Table
from workforce.payroll.facts.reading import MonthTables, read_month
from workforce.payroll.models import PayrollRun
from workforce.payroll.record import Sheet, make_sheet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.money import Column
    from workforce.platform.scope import Scope

BAND_EDGES_FEN: Final = (-50_000, -10_000, 0, 10_000, 50_000)
"""People are counted by how much their net pay moves: beyond 500 yuan, beyond 100, less, not at all."""

_LARGEST: Final = 2**62
_PLUS_KINDS: Final = frozenset({LineKind.EARNING.value, LineKind.EMPLOYER.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is tried: other rows, or another law. Neither is stored."""

    tables: Callable[[MonthTables], MonthTables] = field(default=lambda tables: tables)
    book: LawBook | None = None


def price_change(task_type_id: int, unit_price: int) -> Change:
    """Try another price (millionths of a yuan) of one task type for all of the month."""

    def priced(rows: Numbers) -> Numbers:
        is_meant = rows.ints("task_type_id") == task_type_id
        more = {
            "unit_price": np.where(is_meant, unit_price, rows.values["unit_price"]),
            "price_count": np.where(is_meant, 1, rows.values["price_count"]),
        }
        return Numbers(rows.size, {**rows.values, **more})

    return Change(
        tables=lambda tables: replace(
            tables, output=priced(tables.output), shares=priced(tables.shares)
        )
    )


def policy_change(values: Mapping[str, Any]) -> Change:
    """Try other columns of the company's pay policy, named as in its table."""

    def with_policy(tables: MonthTables) -> MonthTables:
        rows = {
            name: tuple(values.get(name, value) for value in column)
            for name, column in tables.policies.values.items()
        }
        return replace(tables, policies=Table(tables.policies.size, rows))

    return Change(tables=with_policy)


def profile_change(values_of: Mapping[int, Mapping[str, Any]]) -> Change:
    """Try other columns of people's pay profiles: employment id → column → value."""

    def with_profiles(tables: MonthTables) -> MonthTables:
        who = tables.profiles.values["employment_id"]
        rows = {
            name: tuple(
                values_of.get(employment_id, {}).get(name, value)
                for employment_id, value in zip(who, column, strict=True)
            )
            for name, column in tables.profiles.values.items()
        }
        return replace(tables, profiles=Table(tables.profiles.size, rows))

    return Change(tables=with_profiles)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all payslips, in fen."""

    gross_pay: int
    net_pay: int
    employer_cost: int


@dataclass(frozen=True, slots=True)
class Band:
    """How many people's net pay moves by more than ``above`` and at most ``up_to`` fen; None: no end."""

    above: int | None
    up_to: int | None
    people: int


class LineMove(NamedTuple):
    """How much the sum of one pay item moves: fen, signed as it adds to pay or to cost."""

    code: str
    kind: str
    amount: int

    @property
    def label(self) -> Text:
        """What the pay item is called."""
        return label(self.code, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What the change would have moved. Amounts in fen, ``after`` less ``before`` where they move.

    ``bands`` cover everybody who is paid both ways; those who do not move at all stand in ``same``.
    ``lines`` are the pay items whose sums move, the largest first. ``lost``: people who could not be
    paid any more; ``gained``: people who could be paid only then.
    """

    period: PayPeriod
    before: Totals
    after: Totals
    same: int
    bands: tuple[Band, ...]
    lines: tuple[LineMove, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @property
    def moved(self) -> int:
        """Number of people whose net pay moves."""
        return sum(band.people for band in self.bands)


def last_decided(session: Session, scope: Scope, company_id: int) -> PayPeriod | None:
    """Return the company's newest month whose regular run is approved, or None."""
    company = company_in(session, scope, company_id)
    periods = session.scalars(
        select(PayrollRun.period).where(
            PayrollRun.company_id == company.company_id,
            PayrollRun.kind == "regular",
            PayrollRun.state.in_([state.value for state in FINAL]),
        )
    )
    months = [period for period in map(PayPeriod.parse, periods) if not period.half]
    return max(months, key=str, default=None)


def effect_of(
    session: Session, scope: Scope, company_id: int, change: Change, book: LawBook
) -> Effect | None:
    """Compute the last decided month with and without a change; None if there is no such month.

    Raises:
        DomainError: with the change nobody could be computed (a policy that contradicts itself).
        NotFoundError: the company is out of reach.

    """
    period = last_decided(session, scope, company_id)
    if period is None:
        return None
    company = company_in(session, scope, company_id)
    run = session.scalar(queries.regular_run(scope, company_id, period))
    basis = REGULAR if run is None else basis_of(session, run)
    tables = read_month(session, company.company_id, period, basis=basis)
    before = _sheet(session, company, period, tables, book)
    after = _sheet(session, company, period, change.tables(tables), change.book or book)
    return _compare(period, before, after)


def _sheet(
    session: Session, company: CompanyKey, period: PayPeriod, tables: MonthTables, book: LawBook
) -> Sheet:
    assembled = assemble(tables, company.company_id, company.code, company.region, period)
    assembled = with_agreed_hours(session, tables, assembled, company.region, book)
    return make_sheet(assembled, calculate(assembled.facts, book))


def _compare(period: PayPeriod, before: Sheet, after: Sheet) -> Effect:
    moves = _moves(before, after)
    edges = (-_LARGEST, *BAND_EDGES_FEN, _LARGEST)
    bands = tuple(
        Band(
            above=None if low == -_LARGEST else low,
            up_to=None if high == _LARGEST else high,
            people=int(np.sum((moves > low) & (moves <= high) & (moves != 0))),
        )
        for low, high in pairwise(edges)
    )
    sums = _line_sums(after)
    sums.subtract(_line_sums(before))
    return Effect(
        period=period,
        before=_totals(before),
        after=_totals(after),
        same=int(np.sum(moves == 0)),
        bands=bands,
        lines=tuple(
            sorted(
                (LineMove(*line, amount) for line, amount in sums.items() if amount),
                key=lambda line: (-abs(line.amount), line.code, line.kind),
            )
        ),
        lost=tuple(sorted(set(before.employee_nos) - set(after.employee_nos))),
        gained=tuple(sorted(set(after.employee_nos) - set(before.employee_nos))),
    )


def _moves(before: Sheet, after: Sheet) -> Column:
    """Return how much the net pay of everybody who is paid both ways moves."""
    net = dict(zip(before.employment_ids, _amounts(before), strict=True))
    return np.array(
        [
            amount - net[employment_id]
            for employment_id, amount in zip(after.employment_ids, _amounts(after), strict=True)
            if employment_id in net
        ],
        dtype=np.int64,
    )


def _amounts(sheet: Sheet) -> list[int]:
    return [int(amount) for amount in sheet.slips["net_pay_amount"]]


def _totals(sheet: Sheet) -> Totals:
    return Totals(
        gross_pay=sheet.total("gross_pay_amount"),
        net_pay=sheet.total("net_pay_amount"),
        employer_cost=sheet.total("employer_cost_amount"),
    )


def _line_sums(sheet: Sheet) -> Counter[tuple[str, str]]:
    """Return the signed sum of each pay item; what the employer pays counts as what it costs."""
    sums: Counter[tuple[str, str]] = Counter()
    amounts = np.asarray(sheet.lines["amount"], dtype=np.int64).tolist()
    for code, kind, amount in zip(sheet.lines["code"], sheet.lines["kind"], amounts, strict=True):
        sums[code, kind] += amount if kind in _PLUS_KINDS else -amount
    return sums
