"""What was paid of a month's payslips, with the bank's reference: part of ``queries``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Select, select

from workforce.payments.models import Payment, PaymentBatch
from workforce.payments.queries import batch_in_scope
from workforce.payroll.selects import dues
from workforce.platform.scope import Scope


def paid_of_periods(
    scope: Scope, periods: Collection[str]
) -> Select[int, int, dt.date | None, str | None]:
    """The payments of payslips of some periods that the bank has made, oldest first.

    Columns: employment_id, amount (fen), settled_on, reference (of the batch).
    """
    slip = dues.periods_of_slips().subquery()
    return (
        select(Payment.employment_id, Payment.amount, Payment.settled_on, PaymentBatch.reference)
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .join(slip, slip.c.payslip_id == Payment.payslip_id)
        .where(batch_in_scope(scope), Payment.state == "paid", slip.c.period.in_(periods))
        .order_by(Payment.id)
    )
