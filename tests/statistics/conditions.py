"""A base so small that how people are employed in October 2026 can be counted on fingers.

A was founded long ago, B on 11 October 2026. All persons are different; amounts are yuan.

==  =======  ==========  ==========  ============  =====  ======  =======  =======================
job company  kind        contract    occupation    wages  minutes overtime pays into
==  =======  ==========  ==========  ============  =====  ======  =======  =======================
c1  A        full time   open ended  professional  4000    9600     1800   all five
c2  A        full time   fixed term  service       2200   10000     2161   all but the fund
c3  A        dispatched  none        service       2000     ?        —     work injury
c4  A        part time   task        production    1000    3000      —     work injury
c5  B        full time   fixed term  clerical      1500    6000      —     all but the fund
c6  B        full time   fixed term  manager       3000    7000      —     nothing
c7  A        dispatched  none        service        —        —       —     (left in August)
==  =======  ==========  ==========  ============  =====  ======  =======  =======================

Hired: c1 2015-10-31, c2 2025-11-01, c3 2023-10-31, c4 2026-10-16, c5 2026-10-11, c6 2026-10-01 (before
the company was founded), c7 2023-01-01 to 2026-08-31. The legal floor is 2200 for c1 c2 c3, 1000 for
c4, 1470 for c5, 1490 for c6; c2 has a top-up of 100 in its 2200, and c3 misses 200.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from tests.factories.companies import create_company
from tests.factories.pay import create_payslip, create_run, history
from tests.factories.payments import create_payment, create_payment_batch
from tests.factories.people import create_employment, create_person
from tests.factories.rows import add
from tests.factories.skills import create_skill_certificate
from workforce.companies.models import Company
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.people.models import Employment

SENDER_CODE: Final = "91500236MA5SENDER1"
_WITHDRAWN: Final = {
    "withdrawn_on": dt.date(2026, 10, 31),
    "withdraw_reason": "x",
    "withdrawn_at": dt.datetime(2026, 10, 31, tzinfo=dt.UTC),
}
_ALL: Final = (
    "pension_insurance",
    "medical_insurance",
    "unemployment_insurance",
    "employer_work_injury_insurance",
)


def _pay(
    session: Session,
    run: PayrollRun,
    employment: Employment,
    parts: Mapping[str, int],
    codes: tuple[str, ...],
    **columns: Any,
) -> Payslip:
    """Make a payslip with a line for each wage part (yuan), and one for each code of insurance."""
    slip = create_payslip(session, run, employment, **columns)
    rows: list[tuple[str, str, str | None, int]] = [
        ("minimum_wage_top_up" if part == "special" else f"{part}_pay", "earning", part, yuan * 100)
        for part, yuan in parts.items()
    ]
    rows += [
        (code, "employer" if code.startswith("employer") else "deduction", None, 100)
        for code in codes
    ]
    with history(session):
        for seq, (code, kind, part, amount) in enumerate(rows, start=1):
            add(
                session,
                PayslipLine(
                    payslip_id=slip.id,
                    seq=seq,
                    code=code,
                    kind=kind,
                    wage_part=part,
                    amount=amount,
                    reference="",
                    operands="{}",
                ),
            )
    return slip


def create_conditions(session: Session) -> tuple[Company, Company]:
    """Make companies A and B as the table says, with what was due and paid, and commit."""
    a = create_company(session, code="A", name="甲标注有限公司")
    b = create_company(
        session, code="B", name="乙标注有限公司", founded_on=dt.date(2026, 10, 11), is_inside=False
    )
    people = [create_person(session) for _ in range(7)]

    def employ(number: int, company: Company, hired_on: dt.date, **facts: Any) -> Employment:
        return create_employment(
            session,
            company,
            people[number - 1],
            hired_on=hired_on,
            employee_no=f"C{number}",
            **facts,
        )

    fixed = {"contract_kind": "fixed_term", "contract_until": dt.date(2029, 10, 31)}
    c1 = employ(1, a, dt.date(2015, 10, 31), contract_kind="open_ended", occupation="professional")
    c2 = employ(2, a, dt.date(2025, 11, 1), **fixed)
    c3 = employ(
        3,
        a,
        dt.date(2023, 10, 31),
        employment_type="dispatched",
        dispatched_by="重庆派得人力有限公司",
        dispatched_by_code=SENDER_CODE,
    )
    c4 = employ(
        4,
        a,
        dt.date(2026, 10, 16),
        employment_type="part_time",
        contract_kind="task",
        occupation="production",
    )
    c5 = employ(5, b, dt.date(2026, 10, 11), occupation="clerical", **fixed)
    c6 = employ(6, b, dt.date(2026, 10, 1), occupation="manager", **fixed)
    c7 = employ(
        7,
        a,
        dt.date(2023, 1, 1),
        employment_type="dispatched",
        dispatched_by="乙,劳务派遣",
        separated_on=dt.date(2026, 8, 31),
    )

    # On 31 October: c1 level 3 (2 ran out the day before), c2 level 4 beside 5, c5 level 5 until that day;
    # c3's is of a course, c4's withdrawn on the 31st, c6's issued on 1 November.
    for who, level, changes in (
        (c1, 3, {}),
        (c1, 2, {"valid_until": dt.date(2026, 10, 30)}),
        (c2, 5, {}),
        (c2, 4, {"issued_on": dt.date(2026, 10, 31)}),
        (c3, None, {}),
        (c4, 5, _WITHDRAWN),
        (c5, 5, {"valid_until": dt.date(2026, 10, 31)}),
        (c6, 1, {"issued_on": dt.date(2026, 11, 1)}),
    ):
        create_skill_certificate(session, who.person_id, level=level, **changes)

    run_a, run_b = create_run(session, a), create_run(session, b)
    _pay(
        session,
        run_a,
        c1,
        {"time": 4000},
        (*_ALL, "housing_fund"),
        normal_minutes=9600,
        weekday_overtime_minutes=600,
        rest_day_overtime_minutes=1200,
        counted_wage_amount=400000,
        floor_amount=220000,
        employer_cost_amount=520000,
    )
    _pay(
        session,
        run_a,
        c2,
        {"piece": 2100, "special": 100},
        _ALL,
        normal_minutes=10000,
        weekday_overtime_minutes=2161,
        counted_wage_amount=210000,
        floor_amount=220000,
        employer_cost_amount=290000,
    )
    _pay(
        session,
        run_a,
        c3,
        {"time": 2000},
        ("employer_work_injury_insurance",),
        counted_wage_amount=200000,
        floor_amount=220000,
        employer_cost_amount=210000,
    )
    _pay(
        session,
        run_a,
        c4,
        {"time": 1000},
        ("employer_work_injury_insurance",),
        normal_minutes=3000,
        counted_wage_amount=100000,
        floor_amount=100000,
        employer_cost_amount=101000,
    )
    _pay(
        session,
        run_b,
        c5,
        {"piece": 1500},
        _ALL,
        normal_minutes=6000,
        counted_wage_amount=150000,
        floor_amount=147000,
        employer_cost_amount=190000,
    )
    _pay(
        session,
        run_b,
        c6,
        {"time": 3000},
        (),
        normal_minutes=7000,
        counted_wage_amount=300000,
        floor_amount=149000,
        employer_cost_amount=300000,
    )
    _create_debts(session, a, (c1, c2, c3, c7))
    session.commit()
    return a, b


def _create_debts(
    session: Session, company: Company, owed: tuple[Employment, Employment, Employment, Employment]
) -> None:
    """Say what A paid of August (due 15 September) and of September (due 15 October).

    c1: 100 due of August, 150 paid; 3000 of September, paid. c2: 2000 of September, 1500 paid in time
    and 500 in November. c3: 1000 of September, which the bank sent back. c7: 1000 of August, never
    paid. October is due in November.
    """
    c1, c2, c3, c7 = owed
    august = create_run(session, company, period="2026-08", pay_on=dt.date(2026, 9, 15))
    september = create_run(session, company, period="2026-09", pay_on=dt.date(2026, 10, 15))
    first = create_payslip(session, august, c1, net_pay_amount=10000)
    create_payslip(session, august, c7, net_pay_amount=100000)
    second = create_payslip(session, september, c1, net_pay_amount=300000)
    third = create_payslip(session, september, c2, net_pay_amount=200000)
    fourth = create_payslip(session, september, c3, net_pay_amount=100000)
    in_time = {"state": "paid", "settled_on": dt.date(2026, 10, 15)}
    batch = create_payment_batch(session, company)
    later = create_payment_batch(session, company)
    create_payment(session, batch, first, amount=15000, **in_time)
    create_payment(session, batch, second, amount=300000, **in_time)
    create_payment(session, batch, third, amount=150000, **in_time)
    create_payment(
        session, later, third, amount=50000, state="paid", settled_on=dt.date(2026, 11, 3)
    )
    create_payment(
        session,
        batch,
        fourth,
        amount=100000,
        state="failed",
        fail_reason="no such account",
        settled_on=dt.date(2026, 10, 15),
    )
