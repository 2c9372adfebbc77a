"""A base so small that every figure of October 2026 can be worked out by hand.

====  =======  ======  ==========  ==========  =======================================
job   company  person  hired       left        wages of October (yuan)
====  =======  ======  ==========  ==========  =======================================
e1    A        p1 ♀    2020-01-01              time 3000.00, overtime 120.00; insured
e2    A        p2 ♂    2026-10-16              piece 1500.50; insured
e3    A        p3 ♂    2020-01-01  2026-10-31  piece 4000.00, bonus 200.00; not insured
e4    A        p4 ♀    2020-01-01              piece 2500.00, allowance 60.00; insured
e5    B        p4 ♀    2026-09-01              time 1000.00; not insured
e6    B        p6 ♂    2020-01-01  2026-10-10  time 900.00 − absence 100.00; insured
e7    B        p7      2020-01-01              an intern, not counted: 2000.00
e8    B        p8 ♂    2020-01-01  2026-09-30  special 12.30, paid after leaving
====  =======  ======  ==========  ==========  =======================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count

from sqlalchemy.orm import Session

from tests.factories.accounts import create_account
from tests.factories.companies import LONG_AGO, create_company
from tests.factories.pay import history
from tests.factories.people import create_employment, create_person
from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.people.models import Employment

OCTOBER = PayPeriod(2026, 10)
_NOON = dt.datetime(2026, 11, 10, 4, 0, tzinfo=dt.UTC)
_numbers = count(1)

Lines = Mapping[str, int]
"""Amounts in fen by wage part; a negative amount is a reduction."""


def create_run(
    session: Session, company: Company, period: PayPeriod = OCTOBER, state: str = "approved"
) -> PayrollRun:
    """Make an empty regular run; an approved one has a reviewer and another approver."""
    decided_by: tuple[int | None, int | None] = (None, None)
    if state in FINAL:
        decided_by = (
            create_account(session, Role.FINANCE, company).id,
            create_account(session, Role.COMPANY_ADMIN, company).id,
        )
    return add(
        session,
        PayrollRun(
            company_id=company.id,
            period=str(period),
            state=state,
            pay_on=period.end_on + dt.timedelta(days=14),
            payslip_count=0,
            fault_count=0,
            gross_pay_amount=0,
            net_pay_amount=0,
            employer_cost_amount=0,
            input_hash="0" * 64,
            law_hash="0" * 64,
            result_hash="0" * 64,
            code_version="test",
            prepared_at=_NOON,
            reviewed_by_id=decided_by[0],
            approved_by_id=decided_by[1],
        ),
    )


def create_payslip(
    session: Session, run: PayrollRun, employment: Employment, lines: Lines, *, insured: bool
) -> Payslip:
    """Make a payslip with one line for each wage part given, and one of pension if insured."""
    whole_columns = {
        column.key: 0
        for column in Payslip.__table__.columns
        if not column.nullable
        and column.key not in {"id", "public_id", "period", "run_id", "employment_id", "notes"}
    }
    with history(session):
        slip = add(
            session,
            Payslip(
                **whole_columns
                | {
                    "run_id": run.id,
                    "employment_id": employment.id,
                    "period": run.period,
                    "public_id": f"{next(_numbers):032x}",
                    "gross_pay_amount": sum(lines.values()),
                    "is_separate_bonus_used": False,
                    "has_rent": False,
                    "has_housing_loan": False,
                    "notes": [],
                }
            ),
        )
        rows: list[tuple[str, str | None, int]] = [
            ("earning" if amount >= 0 else "reduction", part.split("-", maxsplit=1)[0], abs(amount))
            for part, amount in lines.items()
        ]
        if insured:
            rows.append(("deduction", None, 36424))
        for seq, (kind, part, amount) in enumerate(rows, start=1):
            add(
                session,
                PayslipLine(
                    payslip_id=slip.id,
                    seq=seq,
                    code="pension_insurance" if part is None else f"{part}_line",
                    kind=kind,
                    wage_part=part,
                    amount=amount,
                    reference="",
                    operands="{}",
                ),
            )
    return slip


def create_small_base(session: Session, *, state_of_b: str = "approved") -> tuple[Company, Company]:
    """Make companies A and B as the table above says, and commit."""
    a = create_company(session, code="A", name="甲标注有限公司")
    b = create_company(session, code="B", name="乙标注有限公司")
    p1 = create_person(
        session,
        sex="2",
        born_on=dt.date(2001, 10, 31),  # 25 on the last day of the month
        education="20",
        township="500236117",
        household_category="rural",
    )
    p2 = create_person(
        session,
        sex="1",
        born_on=dt.date(2001, 11, 1),  # still 24
        education="30",
        township="500236117",
        household_category="urban",
    )
    p3 = create_person(
        session, sex="1", born_on=dt.date(1980, 1, 1), education="14", township="500235"
    )
    p4 = create_person(
        session, sex="2", born_on=dt.date(1990, 1, 1), education="30", township="500236001"
    )
    p6 = create_person(
        session, sex="1", born_on=dt.date(1960, 1, 1), education="80", township="500236278"
    )
    e1 = create_employment(session, a, p1)
    e2 = create_employment(session, a, p2, hired_on=dt.date(2026, 10, 16))
    e3 = create_employment(session, a, p3, separated_on=dt.date(2026, 10, 31))
    e4 = create_employment(session, a, p4)
    e5 = create_employment(session, b, p4, hired_on=dt.date(2026, 9, 1))
    e6 = create_employment(session, b, p6, separated_on=dt.date(2026, 10, 10))
    e7 = create_employment(session, b, employment_type="intern")
    e8 = create_employment(
        session, b, hired_on=LONG_AGO, separated_on=dt.date(2026, 9, 30), employee_no="LEFT"
    )
    run_a, run_b = create_run(session, a), create_run(session, b, state=state_of_b)
    create_payslip(session, run_a, e1, {"time": 300000, "overtime": 12000}, insured=True)
    create_payslip(session, run_a, e2, {"piece": 150050}, insured=True)
    create_payslip(session, run_a, e3, {"piece": 400000, "bonus": 20000}, insured=False)
    create_payslip(session, run_a, e4, {"piece": 250000, "allowance": 6000}, insured=True)
    create_payslip(session, run_b, e5, {"time": 100000}, insured=False)
    create_payslip(session, run_b, e6, {"time": 90000, "time-absence": -10000}, insured=True)
    create_payslip(session, run_b, e7, {"time": 200000}, insured=False)
    create_payslip(session, run_b, e8, {"special": 1230}, insured=False)
    session.commit()
    return a, b
