"""Payment batches and payments for tests of pages, where only what is shown matters."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.payments.models import Payment, PaymentBatch
from workforce.payroll.models import Payslip

_numbers = count(1)


def create_payment_batch(session: Session, company: Company, **changes: Any) -> PaymentBatch:
    """Make a batch that waits for the bank, of no run and without payments."""
    values = {
        "company_id": company.id,
        "number": next(_numbers),
        "pay_on": dt.date(2026, 11, 15),
        "state": "made",
        "payment_count": 1,
        "total_amount": 100,
        "made_at": dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC),
    }
    return add(session, PaymentBatch(**values | changes))


def create_payment(session: Session, batch: PaymentBatch, slip: Payslip, **changes: Any) -> Payment:
    """Order 1.00 yuan for a payslip."""
    values = {
        "batch_id": batch.id,
        "employment_id": slip.employment_id,
        "payslip_id": slip.id,
        "chain_id": slip.id,
        "amount": 100,
        "state": "pending",
        "payee_name": "Li Chen",
        "bank_name": "CQRCB",
        "bank_account": "6228123456700000001",
    }
    return add(session, Payment(**values | changes))
