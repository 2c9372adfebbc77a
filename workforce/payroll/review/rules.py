"""How a company reviews its runs: what counts as a large change, and which findings block.

The defaults are here and in ``month_checks.toml``; a company departs from them by one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError
from workforce.payroll.models import ReviewRule
from workforce.platform import audit
from workforce.platform.db import unit_of_work

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

MOST_RATE: Final = 10_000_000
"""A threshold over ten times the pay of the month before would never be met."""
MOST_AMOUNT: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``change_rate`` in millionths, ``change_amount`` in fen: both must be passed."""

    change_rate: int = 200_000
    change_amount: int = 20_000
    severities: Mapping[str, str] = field(default_factory=dict)


def rule_of(session: Session, company_id: int) -> Rule:
    """Return a company's rule, or the default."""
    row = session.get(ReviewRule, company_id)
    if row is None:
        return Rule()
    return Rule(
        change_rate=row.change_rate,
        change_amount=row.change_amount,
        severities=dict(row.severities),
    )


def set_rule(company_id: int, rule: Rule, actor: Actor) -> None:
    """Set a company's rule; the variances of a run follow it when it is next calculated or reviewed.

    Raises:
        InputError: a threshold is below zero or absurd.
    """
    for place, value, most in (
        ("change_rate", rule.change_rate, MOST_RATE),
        ("change_amount", rule.change_amount, MOST_AMOUNT),
    ):
        if not 0 <= value <= most:
            raise InputError("payroll.threshold_range", place=place)
    with unit_of_work() as session:
        before = rule_of(session, company_id)
        session.merge(
            ReviewRule(
                company_id=company_id,
                change_rate=rule.change_rate,
                change_amount=rule.change_amount,
                severities=dict(rule.severities),
            )
        )
        audit.record(
            session,
            actor,
            "review_rule.set",
            "company",
            company_id,
            company_id=company_id,
            before=_said(before),
            after=_said(rule),
        )


def _said(rule: Rule) -> dict[str, object]:
    return {
        "change_rate": rule.change_rate,
        "change_amount": rule.change_amount,
        "severities": dict(rule.severities),
    }
