"""Builders of what follows a month: corrections, returns, filing, support; ``objects`` says what they are."""

from __future__ import annotations

from itertools import count

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.corrections import create_filing_difference, create_late_fact
from tests.factories.jobs import AT
from tests.factories.returns import create_return
from tests.factories.studies import create_study
from tests.factories.subsidies import create_claim, create_evidence
from tests.guards.objects import Level, Place, builds, month_to_review, payslip_of
from workforce.core.permissions import Role
from workforce.payroll.models import SlipReversal, Variance

_numbers = count()


@builds("late_fact_id", Level.COMPANY)
def _late_fact(session: Session, place: Place) -> int:
    return create_late_fact(session, place.employment).id


@builds("reversal_id", Level.COMPANY)
def _reversal(session: Session, place: Place) -> int:
    row = SlipReversal(
        payslip_id=payslip_of(session, place),
        reason="wrong",
        proposed_by_id=factories.create_account(session, Role.FINANCE, place.company).id,
        proposed_at=AT,
    )
    session.add(row)
    session.flush()
    return row.id


@builds("variance_id", Level.COMPANY)
def _variance(session: Session, place: Place) -> int:
    period = month_to_review(session, place.company)
    run = factories.create_run(session, place.company, period=period, state="calculated")
    variance = Variance(
        run_id=run.id,
        employment_id=place.employment.id,
        kind="zero",
        after_value=0,
        slip_hash="0" * 64,
    )
    session.add(variance)
    session.flush()
    return variance.id


@builds("return_id", Level.COMPANY)
def _return(session: Session, place: Place) -> int:
    return create_return(session, place.company, period=f"{2000 + next(_numbers)}-10").id


@builds("result_id", Level.COMPANY)
def _filing_result(session: Session, place: Place) -> int:
    return create_filing_difference(session, place.employment).result_id


@builds("difference_id", Level.COMPANY)
def _filing_difference(session: Session, place: Place) -> int:
    return create_filing_difference(session, place.employment).id


@builds("study_id", Level.BASE)
def _study(session: Session, place: Place) -> int:
    """A saved study of the base; a company's own is tried in tests/policy_lab."""
    del place
    return create_study(session).id


@builds("claim_id", Level.COMPANY)
def _claim(session: Session, place: Place) -> int:
    """A frozen claim for one person."""
    return create_claim(session, place.company, place.employment, state="frozen").id


@builds("evidence_id", Level.COMPANY)
def _evidence(session: Session, place: Place) -> int:
    """A paper with a file."""
    return create_evidence(session, place.employment).id
