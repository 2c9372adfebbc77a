"""Evidence, claims, and months of pay as claims are held against, for tests."""

from __future__ import annotations

import datetime as dt
import io
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests.factories.pay import create_payslip, create_run, history
from tests.factories.payments import create_payment, create_payment_batch
from tests.factories.rows import add
from tests.factories.work import create_shift
from workforce.companies.models import Company
from workforce.payroll.models import PayrollRun, PayslipLine
from workforce.people.models import Employment
from workforce.platform.audit import CLI
from workforce.platform.uploads import store_upload
from workforce.subsidies.models import SubsidyClaim, SubsidyClaimPerson, SubsidyEvidence

_numbers = count(1)
_NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)
_SCHEMES = ("pension", "medical", "unemployment", "work_injury")


def create_evidence(session: Session, employment: Employment, **changes: Any) -> SubsidyEvidence:
    """Record a graduation certificate of June 2026, with a file."""
    file = FileStorage(io.BytesIO(b"%PDF-1.7\n%%EOF"), filename="x.pdf")
    upload = store_upload(session, file, company_id=employment.company_id, actor=CLI)
    values = {
        "company_id": employment.company_id,
        "employment_id": employment.id,
        "kind": "graduation",
        "number": f"Z{next(_numbers)}",
        "issued_on": dt.date(2026, 6, 30),
        "upload_id": upload.id,
        "entered_at": _NOON,
    }
    return add(session, SubsidyEvidence(**values | changes))


def create_claim(
    session: Session, company: Company, *people: Employment, **changes: Any
) -> SubsidyClaim:
    """Claim the expansion subsidy for some people from August to October 2026; nothing is checked."""
    state = changes.pop("state", "draft")
    values = {
        "company_id": company.id,
        "number": next(_numbers),
        "scheme": "expansion",
        "first_month": "2026-08",
        "last_month": "2026-10",
        "state": "draft",
        "people": len(people),
        "amount": 150_000 * len(people),
        "made_at": _NOON,
    }
    claim = add(session, SubsidyClaim(**values | changes))
    for one in people:
        add(
            session,
            SubsidyClaimPerson(
                claim_id=claim.id,
                employment_id=one.id,
                person_id=one.person_id,
                amount=150_000,
            ),
        )
    if state == "frozen":
        claim.state, claim.frozen_at = "frozen", claim.made_at
        claim.content_hash = claim.law_hash = "0" * 64
        session.flush()
    return claim


def create_insured_month(
    session: Session,
    company: Company,
    employment: Employment,
    period: str,
    *,
    insured: tuple[str, ...] = _SCHEMES,
    is_paid: bool = True,
    is_worked: bool = True,
) -> None:
    """Let somebody be insured (1.00 yuan a scheme), at work on the 15th, and paid by bank in a month."""
    run = session.scalar(
        select(PayrollRun).where(PayrollRun.company_id == company.id, PayrollRun.period == period)
    ) or create_run(session, company, period=period)
    slip = create_payslip(session, run, employment, net_pay_amount=300_000)
    with history(session):
        for seq, scheme in enumerate(insured, start=1):
            code = f"employer_{scheme}_insurance"
            values = {"kind": "employer", "amount": 100, "reference": "", "operands": "{}"}
            session.add(PayslipLine(payslip_id=slip.id, seq=seq, code=code, **values))
    if is_worked:
        create_shift(session, employment, dt.date.fromisoformat(f"{period}-15"))
    if is_paid:
        batch = create_payment_batch(session, company, run_id=None)
        create_payment(
            session, batch, slip, amount=300_000, state="paid", settled_on=dt.date(2026, 11, 15)
        )
