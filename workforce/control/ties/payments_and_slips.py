"""What the payslips oblige the company to pay is paid, on its way, or owed with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.control.tie import Asked, Control, Tie
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.payroll.selects import decided
from workforce.platform import clock

if TYPE_CHECKING:
    from collections.abc import Iterator


def _ties(asked: Asked) -> Iterator[Tie]:
    month = asked.month
    slips = decided.decided_slips(asked.scope, month).order_by(None).subquery()
    due = asked.session.scalar(select(func.coalesce(func.sum(slips.c.net_pay_amount), 0)))
    periods = {str(period) for period in (month, *month.halves)}
    standing = (
        payments.arrears(asked.scope, clock.today(), periods=periods).order_by(None).subquery()
    )
    owed = asked.session.scalar(select(func.coalesce(func.sum(standing.c.due_amount), 0)))
    yield Tie(term("control_figure.due"), int(due or 0), int(owed or 0))
    runs = {run.id for run in asked.session.scalars(payroll.runs_of_month(asked.scope, month))}
    for batch in asked.session.scalars(payments.batches(asked.scope)):
        if batch.run_id not in runs:
            continue
        sums = asked.session.execute(payments.state_sums(batch.id)).all()
        name = Text(f"批次 {batch.number}", f"Batch {batch.number}")
        yield Tie(name, batch.total_amount, sum(row.amount for row in sums))


CONTROL: Final = Control("payments_and_slips", 60, _ties)
