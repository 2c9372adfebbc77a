"""A payslip beside the one before: what is more, what is less, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.core import explain
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.documents import labels
from workforce.payroll import queries as payroll
from workforce.payroll.line_heads import line_heads

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Text
    from workforce.documents.views import PayslipView
    from workforce.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One pay item in both months, signed amounts in fen."""

    label: Text
    before: int
    now: int

    @property
    def change(self) -> int:
        """How much more it is now."""
        return self.now - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two payslips of one employment; the last row is net pay, the sum of the others."""

    payslip_id: int
    period: PayPeriod
    rows: tuple[Compared, ...]


def compare_with_last(session: Session, scope: Scope, view: PayslipView) -> Comparison | None:
    """Return the comparison with the payslip before, or None where there is none in reach."""
    if session.scalar(payroll.is_extra(scope, view.payslip_id)) is not None:
        # A bonus beside the wage says nothing about the wage of the month before.
        return None
    slips = payroll.payslips_for(scope).order_by(None).subquery()
    last = session.execute(
        select(slips.c.payslip_id, slips.c.period, slips.c.net_pay_amount)
        .where(
            slips.c.employment_id == view.employment_id,
            slips.c.period < str(view.period),
            slips.c.kind == "regular",
            ~slips.c.is_reversed,
        )
        .order_by(slips.c.period.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    heads = line_heads(scope).subquery()
    rows = session.execute(
        select(heads.c.code, heads.c.kind, heads.c.amount)
        .where(heads.c.payslip_id == last.payslip_id, heads.c.kind != LineKind.EMPLOYER.value)
        .order_by(heads.c.seq)
    )
    before: dict[tuple[str, LineKind], int] = {}
    for row in rows:
        key = row.code, LineKind(row.kind)
        before[key] = before.get(key, 0) + _signed(key[1], row.amount)
    now: dict[tuple[str, LineKind], int] = {}
    for line in view.earnings + view.reductions + view.deductions:
        key = line.code, line.kind
        now[key] = now.get(key, 0) + line.signed_amount
    compared = [
        Compared(label=explain.label(*key), before=before.get(key, 0), now=now.get(key, 0))
        for key in [*now, *(key for key in before if key not in now)]
        if before.get(key, 0) or now.get(key, 0)
    ]
    total = Compared(label=labels.NET_PAY, before=last.net_pay_amount, now=view.net_pay)
    return Comparison(
        payslip_id=last.payslip_id,
        period=PayPeriod.parse(last.period),
        rows=(*compared, total),
    )


def _signed(kind: LineKind, amount: int) -> int:
    return -amount if kind in {LineKind.REDUCTION, LineKind.DEDUCTION} else amount
