"""Which runs and payslips a reader reaches, and which payslips still count: part of ``queries``."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import exists, false, true
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.lifecycle import FINAL
from workforce.payroll.models import PayrollRun, Payslip, SlipReversal
from workforce.payroll.receipt_models import Publication
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind

FINAL_STATES: Final = [state.value for state in FINAL]
"""States of runs that somebody has approved, as they are stored."""


def counts(payslip: Any = Payslip) -> ColumnElement[bool]:
    """Limit payslips to those that count: without an approved reversal.

    Every sum over payslips asks this; a reversed payslip stays stored and visible, marked. ``payslip``
    is the table or an alias of it, or the columns of a subquery that has its ``id``.
    """
    return ~exists().where(
        SlipReversal.payslip_id == payslip.id, SlipReversal.approved_by_id.is_not(None)
    )


def run_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit runs to those in reach: a person and a team reach no whole run."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return PayrollRun.company_id == scope.company_id
    return false()


def in_books(scope: Scope) -> ColumnElement[bool]:
    """Limit payslips, joined to their run, to those that later months go on from: drafts, too."""
    if scope.kind is ScopeKind.EMPLOYEE:
        return (PayrollRun.company_id == scope.company_id) & Payslip.employment_id.in_(
            people.employment_ids(scope)
        )
    return run_in_scope(scope)


def is_published() -> ColumnElement[bool]:
    """Limit payslips, joined to their run, to those that are shown to their people."""
    return exists().where(Publication.run_id == PayrollRun.id)


def slip_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit payslips, joined to their run, to those in reach: a person's own once they are published.

    Reversed ones are in reach.
    """
    if scope.kind is ScopeKind.SELF:
        return Payslip.employment_id.in_(people.employment_ids(scope)) & is_published()
    return run_in_scope(scope)
