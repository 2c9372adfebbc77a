"""What finance's pages share: their routes, and how a refusal is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash

from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.payroll import queries
from workforce.platform.db import db
from workforce.platform.forms import fault_of
from workforce.platform.web import SliceRoutes, key_of

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

    from workforce.core.errors import DomainError
    from workforce.payroll.models import PayrollRun
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("payroll", __name__)


def flash_error(error: DomainError) -> None:
    """Say on the next page what was refused, with its remedy."""
    flash(fault_of(error), "danger")


def run_in(scope: Scope, run_id: int) -> tuple[Session, PayrollRun]:
    """Return the session and a run in reach.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    session = db.session()
    return session, queries.found(session, queries.run(scope, run_id))


def companies_in(session: Session, scope: Scope) -> list[Any]:
    """Return the companies in reach by code: company_id, company_code, company_name."""
    return sorted(session.execute(companies.company_facts(scope)), key=lambda row: row.company_code)


def company_named(known: list[Any], wanted: str) -> Any:
    """Return the company that an address names by its key, or the first.

    Raises:
        NotFoundError: there is none, or it is out of reach.
    """
    if not wanted and known:
        return known[0]
    key = key_of(wanted)
    for company in known:
        if company.company_id == key:
            return company
    raise NotFoundError("web.not_found")
