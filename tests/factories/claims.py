"""Disputes and declarations for tests, each with a file."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.declarations.models import Declaration
from workforce.disputes.models import Dispute, DisputeEntry
from workforce.payroll.models import Payslip, PayslipLine
from workforce.people.models import Employment
from workforce.platform.audit import CLI
from workforce.platform.uploads import store_upload

_NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)


def create_dispute(session: Session, company: Company, payslip_id: int, **changes: Any) -> Dispute:
    """Doubt the first line of a payslip; answers are due on 12 November 2026."""
    slip = session.get_one(Payslip, payslip_id)
    line = session.get_one(PayslipLine, (payslip_id, 1))
    values = {
        "company_id": company.id,
        "employment_id": slip.employment_id,
        "payslip_id": payslip_id,
        "line_seq": 1,
        "line_code": line.code,
        "line_kind": line.kind,
        "line_detail": line.detail,
        "line_amount": line.amount,
        "period": slip.period,
        "state": "open",
        "due_on": dt.date(2026, 11, 12),
        "opened_at": _NOON,
    }
    return add(session, Dispute(**values | changes))


def create_dispute_entry(session: Session, dispute: Dispute, **changes: Any) -> DisputeEntry:
    """Say in a dispute why it was raised."""
    values = {
        "dispute_id": dispute.id,
        "kind": "opened",
        "at": _NOON,
        "text": "少算了",
        "upload_id": _file(session, dispute.company_id),
    }
    return add(session, DisputeEntry(**values | changes))


def create_declaration(
    session: Session, company: Company, employment: Employment, **changes: Any
) -> Declaration:
    """Declare rent for November and December 2026; it waits for finance."""
    values = {
        "company_id": company.id,
        "employment_id": employment.id,
        "tax_year": 2026,
        "code": "rent",
        "subject": "永安街道 1 号",
        "share_rate": 1_000_000,
        "amount": 150_000,
        "first_month": "2026-11",
        "last_month": "2026-12",
        "state": "submitted",
        "submitted_at": _NOON,
        "upload_id": _file(session, company.id),
    }
    return add(session, Declaration(**values | changes))


def _file(session: Session, company_id: int) -> int:
    file = FileStorage(io.BytesIO(b"%PDF-1.7\n%%EOF"), filename="x.pdf")
    return store_upload(session, file, company_id=company_id, actor=CLI).id
