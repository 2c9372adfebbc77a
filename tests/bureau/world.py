"""A base with a company of 12, one of 8 and one of 3 people; October 2026 is paid and approved.

Person number n of all 23 earns 3000.00 + n yuan of piece wages and is insured. The company of 3 has a
name that a spreadsheet would take for a formula.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tests.factories import create_company, create_employment, create_person
from tests.statistics.seed import create_payslip, create_run
from workforce.companies.models import Company

FORMULA = '=HYPERLINK("http://x.example","甲")'
SIZES = {"BIG": 12, "MID": 8, "SML": 3}


def create_base(session: Session) -> dict[str, Company]:
    """Make the three companies by code, and commit."""
    names = {"BIG": "大标注有限公司", "MID": "中标注有限公司", "SML": FORMULA}
    found = {}
    number = 0
    for code, size in SIZES.items():
        company = create_company(session, code=code, name=names[code])
        run = create_run(session, company)
        for _ in range(size):
            number += 1
            person = create_person(
                session,
                name=f"张某{number}",
                sex="1" if number % 2 else "2",
                born_on=dt.date(1990, 1, 1),
                township="500236117",
            )
            employment = create_employment(session, company, person)
            lines = {"piece": 300000 + number * 100}
            create_payslip(session, run, employment, lines, insured=True)
        found[code] = company
    session.commit()
    return found
