"""Who is taxed by another method than before, in the course of a year: trainees and interns who are hired.

Wages and pay for services are different incomes (个人所得税法 art 2): the cumulative sum of wages, the months
and the tax withheld go on from wages alone (国家税务总局公告2018年第61号 arts 6 and 8, 2020年第13号).
"""

from __future__ import annotations

import pytest

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import OCTOBER, World
from workforce.core.period import PayPeriod
from workforce.people.models import Employment

AUGUST, SEPTEMBER, NOVEMBER = PayPeriod(2026, 8), PayPeriod(2026, 9), PayPeriod(2026, 11)


def earning(world: World, employment: Employment, amount: int) -> Employment:
    """Agree an amount for every month."""
    factories.create_pay_entry(
        world.session,
        employment,
        "earning",
        amount,
        str(PayPeriod.of(employment.hired_on)),
        code="skill_allowance",
        period_to=None,
    )
    return employment


def becomes_employee(world: World, number: str, **service: str) -> None:
    """Somebody is paid 4000 for services in September, and 8000 as wages from October on."""
    person = factories.create_person(world.session)
    left = SEPTEMBER.last_on
    before = world.hire(
        f"{number}-S", SEPTEMBER.first_on, person=person, separated_on=left, **service
    )
    earning(world, before, 400_000)
    earning(world, world.hire(number, person=person), 800_000)


@both_engines
@pytest.mark.feature("FIN-8", "FIN-9")
def test_wages_do_not_go_on_from_pay_for_services(world: World) -> None:
    becomes_employee(world, "T1", employment_type="trainee", tax_method="labor_service")
    becomes_employee(world, "I1", employment_type="intern", tax_method="intern")
    world.run(SEPTEMBER)
    # 4000 − 800 = 3200 × 20 %; 4000 × 80 % − 5000 is below nothing.
    assert world.amounts("T1-S", SEPTEMBER)["income_tax"] == 64_000
    assert world.amounts("I1-S", SEPTEMBER)["income_tax"] == 0

    assert world.run().computed.faults == ()
    assert world.run(NOVEMBER).computed.faults == ()

    for number in ("T1", "I1"):
        # October (8000 − 5000) × 3 % = 90.00: nothing is set off, and September is no month of wages.
        # November (16000 − 10000) × 3 % − 90.00 = 90.00.
        assert world.amounts(number)["income_tax"] == 9_000
        assert world.slip(number).tax_months == 1
        assert world.amounts(number, NOVEMBER)["income_tax"] == 9_000
        assert world.slip(number, NOVEMBER).tax_income_amount == 1_600_000


@pytest.mark.feature("FIN-8")
def test_wages_go_on_behind_a_time_of_services(world: World) -> None:
    worker = world.hire(
        "R1", AUGUST.first_on, employment_type="rehired_retiree", valid_to=SEPTEMBER.first_on
    )
    earning(world, worker, 900_000)
    for first_on, last_on, method in (
        (SEPTEMBER.first_on, OCTOBER.first_on, "labor_service"),
        (OCTOBER.first_on, None, "cumulative"),
    ):
        factories.create_pay_profile(
            world.session, worker, valid_from=first_on, valid_to=last_on, tax_method=method
        )
    for period in (AUGUST, SEPTEMBER, OCTOBER):
        assert world.run(period).computed.faults == ()
    # August (9000 − 5000) × 3 % = 120.00; September 9000 × 80 % × 20 % = 1440.00;
    # October (18000 − 10000) × 3 % − 120.00 = 120.00.
    taxes = [world.amounts("R1", each)["income_tax"] for each in (AUGUST, SEPTEMBER, OCTOBER)]
    assert taxes == [12_000, 144_000, 12_000]


@pytest.mark.feature("FIN-8")
def test_the_first_wage_rule_is_not_for_former_interns(world: World) -> None:
    person = factories.create_person(world.session)
    left = SEPTEMBER.last_on
    world.hire(
        "I1",
        SEPTEMBER.first_on,
        person=person,
        separated_on=left,
        employment_type="intern",
        tax_method="intern",
    )
    world.hire("W1", person=person, is_first_wage_of_year=True)
    world.hire("W2", is_first_wage_of_year=True)
    world.run(SEPTEMBER)

    faults = world.run().computed.faults

    assert [(fault.employee_no, fault.error.code) for fault in faults] == [
        ("W1", "payroll.first_wage_after_service")
    ]
