"""One person alone is computed as with the whole company: for everybody of the demo's companies."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.earnings.test_so_far import slips_of
from workforce.cli.support import State
from workforce.companies import queries as companies
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.payroll.compute import (
    assemble_person,
    company_in,
    compute,
    compute_assembled,
)
from workforce.people import queries as people
from workforce.platform.db import db
from workforce.platform.scope import Scope

OCTOBER = PayPeriod(2026, 10)

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.feature("ANN-2")
@pytest.mark.parametrize("period", [OCTOBER, OCTOBER.halves[1]], ids=str)
def test_everybody_of_the_demo_is_computed_alike_alone(
    told: tuple[Path, str], period: PayPeriod
) -> None:
    book, seen = LawBook.load(), 0
    with State(instance=told[0], locale="en").app():
        session = db.session()
        for row in session.scalars(companies.companies(Scope.base())).all():
            if row.reports_by != "system":
                continue
            company = company_in(session, Scope.base(), row.id)
            whole = compute(session, company, period, book)
            expected = slips_of(whole)
            everybody = people.all_employments(Scope.company(row.id)).subquery()
            found: dict[str, object] = {}
            for person_id in set(session.scalars(select(everybody.c.person_id))):
                alone = assemble_person(session, company, person_id, period, book)
                computed = compute_assembled(company, alone, book)
                found |= slips_of(computed)
            assert found == expected, row.code
            seen += len(found)
    assert seen == {0: 117, 2: 3}[period.half]
