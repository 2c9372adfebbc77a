"""The variances of a run as finance sees them: grouped by kind, with whom and how much."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, case, cast, func, select

from workforce.accounts import queries as accounts
from workforce.core.terms import term
from workforce.payroll.models import PayrollRun, Payslip, Variance
from workforce.payroll.review.remark_groups import Person
from workforce.payroll.review.variances import VarianceKind
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceRow:
    """One variance; values in fen, those of a price in millionths of a yuan, None: there is none.

    ``payslip_id`` is None for somebody who is gone.
    """

    variance_id: int
    employment_id: int
    person: Person
    kind: VarianceKind
    before: int | None
    after: int | None
    detail: str | None
    payslip_id: int | None
    ticked_by: str | None
    ticked_at: dt.datetime | None
    note: str | None

    @property
    def change(self) -> int | None:
        """The difference, where there are two values."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many variances of a kind there are, and what they come to in fen; 0 for prices and bases."""

    kind: VarianceKind
    count: int
    open_count: int
    total: int

    @property
    def label(self) -> Text:
        """What the kind is called."""
        return term(f"variance.{self.kind}")


_MONEY = (
    VarianceKind.NEGATIVE,
    VarianceKind.ZERO,
    VarianceKind.LARGE,
    VarianceKind.NEW,
    VarianceKind.GONE,
    VarianceKind.FLOOR,
)


def kind_counts(session: Session, run_id: int) -> list[KindCount]:
    """Return the kinds that a run has, in the order of `VarianceKind`."""
    moved = func.coalesce(Variance.after_value, 0) - func.coalesce(Variance.before_value, 0)
    is_money = Variance.kind.in_([kind.value for kind in _MONEY])
    rows = session.execute(
        select(
            Variance.kind,
            func.count(),
            cast(func.sum(case((Variance.ticked_at.is_(None), 1), else_=0)), BigInteger),
            cast(func.sum(case((is_money, moved), else_=0)), BigInteger),
        )
        .where(Variance.run_id == run_id)
        .group_by(Variance.kind)
    )
    found = {row[0]: row for row in rows}
    return [
        KindCount(
            kind=kind,
            count=found[kind.value][1],
            open_count=found[kind.value][2],
            total=found[kind.value][3],
        )
        for kind in VarianceKind
        if kind.value in found
    ]


def variance_rows(
    session: Session,
    run: PayrollRun,
    *,
    kind: VarianceKind | None = None,
    is_open_only: bool = False,
    employment_id: int | None = None,
    rows: slice = slice(None),
) -> list[VarianceRow]:
    """Return a run's variances, of everybody or one, kind by kind, the largest change first."""
    directory = people.directory(Scope.company(run.company_id)).order_by(None).subquery()
    names = accounts.display_names().subquery()
    moved = func.abs(
        func.coalesce(Variance.after_value, 0) - func.coalesce(Variance.before_value, 0)
    )
    order = case({one.value: place for place, one in enumerate(VarianceKind)}, value=Variance.kind)
    chosen = (
        select(
            Variance,
            directory.c.employee_no,
            directory.c.name,
            Payslip.id.label("payslip_id"),
            names.c.display_name,
        )
        .join(directory, directory.c.employment_id == Variance.employment_id)
        .outerjoin(
            Payslip,
            (Payslip.run_id == Variance.run_id) & (Payslip.employment_id == Variance.employment_id),
        )
        .outerjoin(names, names.c.account_id == Variance.ticked_by_id)
        .where(Variance.run_id == run.id)
        .order_by(order, moved.desc(), directory.c.employee_no)
    )
    if kind is not None:
        chosen = chosen.where(Variance.kind == kind.value)
    if employment_id is not None:
        chosen = chosen.where(Variance.employment_id == employment_id)
    if is_open_only:
        chosen = chosen.where(Variance.ticked_at.is_(None))
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    return [_row(*found) for found in session.execute(chosen)]


def _row(
    one: Variance, number: str, name: str, payslip_id: int | None, ticked_by: Any
) -> VarianceRow:
    return VarianceRow(
        variance_id=one.id,
        employment_id=one.employment_id,
        person=Person(number, name),
        kind=VarianceKind(one.kind),
        before=one.before_value,
        after=one.after_value,
        detail=one.detail,
        payslip_id=payslip_id,
        ticked_by=ticked_by,
        ticked_at=one.ticked_at,
        note=one.note,
    )
