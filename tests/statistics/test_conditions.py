"""The figures of how people are employed, counted by hand from the table of ``conditions``."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories.pay import create_payslip, create_run
from tests.factories.payments import create_payment, create_payment_batch
from tests.factories.people import create_employment
from tests.queries import counted
from tests.statistics.conditions import SENDER_CODE, create_conditions
from tests.statistics.seed import OCTOBER
from workforce.core.period import PayPeriod
from workforce.platform.scope import Scope
from workforce.statistics.cube import CubeSet
from workforce.statistics.cubes import cubes as declared_cubes
from workforce.statistics.measures import measures
from workforce.statistics.service import compute_cubes, read_cubes, read_months
from workforce.statistics.service import filled as cubes_of
from workforce.statistics.tables import CellState


def filled(session: Session, period: PayPeriod = OCTOBER, scope: Scope | None = None) -> CubeSet:
    return compute_cubes(session, scope or Scope.base(), period, is_protected=False)


def whole(cubes: CubeSet) -> dict[str, int | None]:
    table = cubes.tables["whole"]
    return {code: table.cell(code).value for code in table.figures}


def by(cubes: CubeSet, cube: str, measure: str) -> dict[str, int | None]:
    """Return a measure by the codes of a cube with one axis."""
    table = cubes.tables[cube]
    (axis,) = table.axes
    return {group.code: table.cell(measure, group.code).value for group in axis.groups}


@both_engines
@pytest.mark.feature("OFF-1", "OFF-2", "OFF-3", "OFF-4")
def test_every_measure_of_the_whole_base(session: Session) -> None:
    create_conditions(session)

    found = whole(filled(session))

    assert found == {
        "jobs_start": 3,  # c1 c2 c3
        "joined": 3,  # c4 c5 c6
        "left": 0,
        "net_change": 3,
        "turnover": 0,
        "jobs_end": 6,
        "persons_end": 6,
        # c1 c2 c3: 31 days each; c4 16; c5 and c6 the 21 days since B was founded: 151 ÷ 31 = 4.87096…
        "average_headcount": 487,
        "paid_jobs": 6,
        "total_wages": 1370000,
        "time_wages": 1000000,  # 4000 + 2000 + 1000 + 3000
        "piece_wages": 360000,
        "bonus_wages": 0,
        "allowance_wages": 0,
        "overtime_wages": 0,
        "special_wages": 10000,
        # 13700 × 31 ÷ 151 = 2812.5827…
        "average_wage": 281258,
        # 1000 1500 2000 2200 3000 4000
        "lower_quartile_wage": 150000,  # rank ⌈6 ÷ 4⌉ = 2
        "median_wage": 210000,
        "upper_quartile_wage": 300000,  # rank ⌈18 ÷ 4⌉ = 5
        "insured_jobs": 3,
        "insurance_coverage": 5000,  # c1 c2 c5 of six
        "medical_coverage": 5000,
        "unemployment_coverage": 5000,
        "work_injury_coverage": 8333,  # all but c6: 5 ÷ 6
        "fund_coverage": 1667,  # c1: 1 ÷ 6
        "floor_jobs": 6,
        "below_floor_jobs": 1,  # c3: 2000 of 2200; c2 reaches it with its top-up
        "below_floor_share": 1667,
        "topped_up_jobs": 1,  # c2
        "timed_jobs": 5,  # all but c3
        # 11400 + 12161 + 3000 + 6000 + 7000 = 39561 minutes = 659.35 h
        "worked_hours": 6594,
        "average_hours": 1319,  # 659.35 ÷ 5 = 131.87
        # 31 + 31 + 16 + 21 + 21 = 120 days; 659.35 × 7 ÷ 120 = 38.462…
        "weekly_hours": 385,
        # (13700 − 2000) ÷ 659.35 = 17.7447…
        "hourly_wage": 1774,
        "overtime_hours": 660,  # 1800 + 2161 = 3961 minutes = 66.0166… h
        "over_limit_jobs": 1,  # c2 has a minute more than 36 hours, c1 has 30 hours
        "over_limit_share": 2000,
        "labour_cost": 1611000,  # 5200 + 2900 + 2100 + 1010 + 1900 + 3000
        # 16110 × 31 ÷ 151 = 3307.350…
        "average_labour_cost": 330735,
        # c2 500, c3 1000, c7 1000; what c1 was paid too much is set off against nobody.
        "arrears_jobs": 3,
        "arrears": 250000,
    }
    # Output is counted apart, by task type: test_output.
    of_jobs = set(measures()) - set(declared_cubes()["output"].measures)
    assert set(found) == of_jobs, "a measure without a figure counted by hand"


def test_the_groups_of_the_dimensions(session: Session) -> None:
    create_conditions(session)
    cubes = filled(session)

    assert by(cubes, "staff_kind", "jobs_end") == {"regular": 4, "dispatched": 1, "other": 1}
    assert by(cubes, "contract", "jobs_end") == {
        "fixed_term": 3,  # c2 c5 c6
        "open_ended": 1,
        "task": 1,
        "other": 1,  # c3
    }
    assert by(cubes, "occupation", "jobs_end") == {
        "manager": 1,
        "professional": 1,
        "clerical": 1,
        "service": 2,  # c2 c3
        "production": 1,
    }
    assert by(cubes, "skill_level", "jobs_end") == {
        "3": 1,  # c1
        "4": 1,  # c2, once
        "5": 1,  # c5, on its last valid day
        "other": 3,  # c3 c4 c6
    }
    # c2 lacks a day to a year; c3 has three years to the day, and so has c7, who left.
    assert by(cubes, "seniority", "jobs_end") == {"0-1": 4, "3-5": 1, "10-": 1}
    assert by(cubes, "wage_band", "paid_jobs") == {
        "0-2000": 2,  # c4 c5
        "2000-3000": 2,  # c2 and, on the edge, c3
        "3000-4000": 1,
        "4000-5000": 1,
        "unpaid": 0,  # c7
    }
    # In parts of them, as everywhere: the sums are the whole.
    assert by(cubes, "staff_kind", "total_wages") == {
        "regular": 1070000,
        "dispatched": 200000,
        "other": 100000,
    }


@both_engines
@pytest.mark.feature("OFF-17")
def test_dispatched_people_by_who_sends_and_who_uses_them(session: Session) -> None:
    a, b = create_conditions(session)
    cubes = filled(session)

    # A name without a code is taken for no code, and its comma for no list of groups.
    named = "name:乙，劳务派遣"
    assert by(cubes, "sender", "jobs_end") == {"none": 5, SENDER_CODE: 1, named: 0}
    (axis,) = cubes.tables["sender"].axes
    assert [group.label.zh for group in axis.groups][1:] == ["重庆派得人力有限公司", "乙,劳务派遣"]
    used = cubes.tables["company_staff_kind"]
    assert [used.cell("jobs_end", code, "dispatched").value for code in ("A", "B")] == [1, 0]
    # In what is published one person is withheld, by who sends and by who uses.
    published = compute_cubes(session, Scope.base(), OCTOBER, is_protected=True).tables
    for cell in (
        published["sender"].cell("jobs_end", SENDER_CODE),
        published["company_staff_kind"].cell("jobs_end", "A", "dispatched"),
    ):
        assert cell.state is CellState.WITHHELD
    # A company sees its own, and no unit that sends people to others only.
    of_b = filled(session, scope=Scope.company(b.id))
    assert by(of_b, "sender", "jobs_end") == {"none": 2}
    assert by(filled(session, scope=Scope.company(a.id)), "sender", "jobs_end")[SENDER_CODE] == 1


@both_engines
def test_arrears_are_as_of_the_end_of_the_month(session: Session) -> None:
    """Read one by one and all at once: what was paid late is owed in the months before alone."""
    _, b = create_conditions(session)
    # B pays its run of August, due on 15 September: 300 in time, 700 three weeks late.
    august = create_run(session, b, period="2026-08", pay_on=dt.date(2026, 9, 15))
    batch = create_payment_batch(session, b, run_id=august.id)
    for amount, settled_on in ((30000, dt.date(2026, 9, 15)), (70000, dt.date(2026, 10, 6))):
        slip = create_payslip(session, august, create_employment(session, b), net_pay_amount=amount)
        paid = {"state": "paid", "settled_on": settled_on}
        create_payment(session, batch, slip, amount=amount, **paid)
    session.commit()
    months = [PayPeriod.parse(text) for text in ("2026-08", "2026-09", "2026-10", "2026-11")]

    together = read_months(session, Scope.base(), months, is_protected=False)

    alone = [read_cubes(session, Scope.base(), month, is_protected=False) for month in months]
    assert [one.digest() for one in together] == [one.digest() for one in alone]
    found = {str(one.period): whole(cubes_of(one)) for one in together}
    assert {month: (one["arrears_jobs"], one["arrears"]) for month, one in found.items()} == {
        "2026-08": (0, 0),  # August is due in September
        # c1 100 and B's 700 (paid in October), c7 1000
        "2026-09": (3, 180000),
        "2026-10": (3, 250000),
        # c2 is paid by then; October's payslips come to nothing
        "2026-11": (2, 200000),
    }


def test_months_are_read_with_as_many_queries_as_one(app: Flask, session: Session) -> None:
    create_conditions(session)

    def read(*texts: str) -> int:
        with counted(app) as statements:
            months = [PayPeriod.parse(text) for text in texts]
            read_months(session, Scope.base(), months, is_protected=False)
        return len(statements)

    assert read("2026-10") == read("2026-08", "2026-09", "2026-10", "2026-11") > 0
