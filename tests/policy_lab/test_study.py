"""A study moves exactly whom the change is about, by amounts reckoned by hand, and nothing that is stored."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import OCTOBER, WORKDAYS, World, create_world
from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.payroll import service as payroll
from workforce.payroll.models import PayrollRun
from workforce.people.models import PayProfile
from workforce.platform.audit import CLI
from workforce.platform.db import db, unit_of_work
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.policy_lab import service
from workforce.policy_lab.comparison import BAND_COUNT, Result
from workforce.policy_lab.models import PolicyStudy
from workforce.policy_lab.trying import Lab

UNCHANGED = BAND_COUNT // 2


def fill(world: World) -> None:
    """One who earns 0.10 × 3,000 × 18 = 5,400 yuan, and one of 180 who is filled up to 2,200."""
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    for number, quantity in (("A1", 3000), ("A2", 100)):
        worker = world.hire(number)
        world.attend(worker)
        for day in WORKDAYS:
            world.output(worker, "bbox_2d", day.day, quantity)


def decide(world: World) -> None:
    world.run()
    world.approve()


def lab_of(world: World, scope: Scope | None = None) -> Lab:
    world.session.commit()
    return service.open_lab(world.session, scope or world.scope, OCTOBER, is_protected=False)


def tried(lab: Lab, what: str, value: str) -> Result:
    lever = lab.lever(what)
    return lab.attempt(lever, lever.parse(value)).result


def changes(result: Result) -> dict[str, int]:
    """Return how much each figure moves, in fen; what does not move is left out."""
    return {name: pair[1] for name, pair in result.sums.items() if pair[1]}


@both_engines
@pytest.mark.feature("OFF-19")
def test_a_higher_minimum_wage_moves_exactly_who_is_under_it(world: World) -> None:
    fill(world)
    decide(world)
    before = (world.stored_run().result_hash, law_book().hash)

    result = tried(lab_of(world), "law.minimum_wage_month.500236", "2,500")

    # A2 alone: 2,200.00 → 2,500.00, untaxed and not insured.
    assert changes(result) == {
        "gross": 30_000,
        "top_up": 30_000,
        "net": 30_000,
        "labour_cost": 30_000,
    }
    assert (result.people, result.affected, result.lost, result.floor) == (2, 1, 0, (1, 1))
    # More by over 200 and up to 500 yuan: the fourth band beyond "unchanged".
    assert {number: count for number, count in enumerate(result.bands) if count} == {
        UNCHANGED: 1,
        UNCHANGED + 4: 1,
    }
    (task_types,) = [table for table in result.tables if table.code == "task_type"]
    assert [(row.code, row.people, row.affected) for row in task_types.rows] == [("bbox_2d", 2, 1)]
    # What they were paid is what the month of the study begins with, to the fen.
    assert result.sums["gross"][0] == 540_000 + 220_000
    assert (result.companies, result.left_out_count) == (1, 0)
    # Neither the law nor a payslip has moved.
    assert (world.stored_run().result_hash, law_book().hash) == before
    assert payroll.verify_run(world.scope, world.stored_run().id, world.book).differences == ()
    assert world.session.scalar(select(func.count()).select_from(PayrollRun)) == 1


def test_over_the_floor_of_contribution_bases_nobody_moves(world: World) -> None:
    for number, base in (("A1", 400_000), ("A2", 600_000)):
        worker = world.hire(number, base_pay_amount=600_000, contribution_base_amount=base)
        world.attend(worker)
    decide(world)
    lab = lab_of(world)

    result = tried(lab, "law.insurance_base_floor.50", "4800")

    # A1's base 4,553 → 4,800. Own: pension 8 % 364.24 → 384.00, medical 2 % 91.06 → 96.00,
    # unemployment 0.5 % 22.77 → 24.00: 25.93. Employer: 16 % 728.48 → 768.00, 8.5 % 387.01 → 408.00,
    # large medical aid 1.5 % 68.30 → 72.00, 0.5 % 22.77 → 24.00, injury 0.3 % 13.66 → 14.40: 66.18.
    # Tax (6,000 − 5,000 − 483.07) × 3 % = 15.51 → (… − 509.00) × 3 % = 14.73.
    assert changes(result) == {
        "employee_insurance": 2_593,
        "employer_insurance": 6_618,
        "tax": -78,
        "net": -2_593 + 78,
        "labour_cost": 6_618,
    }
    assert (result.people, result.affected) == (2, 1)
    for contradiction in ("insurance_base_floor", "housing_fund_base_floor"):
        with pytest.raises(InputError) as caught:
            tried(lab, contradiction, "90000")
        assert caught.value.code == "study.floor_over_cap"


def test_a_higher_tax_threshold_counts_for_the_month_alone(world: World) -> None:
    worker = world.hire("A1", base_pay_amount=800_000, hired_on=OCTOBER.first_on.replace(month=1))
    world.attend(worker)
    factories.create_tax_opening(
        world.session, worker, income_amount=7_200_000, withheld_amount=81_000, months=9
    )
    decide(world)

    result = tried(lab_of(world), "law.basic_deduction_month.national", "6000")

    # (80,000 − 10 × 5,000) × 3 % − 810 = 90; with 1,000 more in October alone 29,000 × 3 % − 810 = 60.
    assert result.sums["tax"] == (9_000, -3_000)
    assert changes(result) == {"tax": -3_000, "net": 3_000}


@pytest.mark.parametrize(
    ("what", "value", "expected"),
    [
        # A1: 5,400.00 → 5,940.00 and 16.20 more tax; A2: 18.00 more of pieces, as much less filled up.
        ("price", "+10%", {"gross": 54_000, "tax": 1_620, "net": 52_380, "top_up": -1_800}),
        ("price.bbox_2d", "10", {"gross": 54_000, "tax": 1_620, "net": 52_380, "top_up": -1_800}),
        # 200.00 for each; A2's filling up shrinks by as much; A1's tax by 6.00 more.
        (
            "attendance_bonus",
            "200",
            {"gross": 20_000, "tax": 600, "net": 19_400, "top_up": -20_000},
        ),
        # A3's 3,000.00 → 3,300.00.
        ("base_pay", "10", {"gross": 30_000, "net": 30_000}),
        # Nobody is insured: no job is subsidised.
        ("job_subsidy", "500", {}),
    ],
)
def test_a_company_tries_its_own_prices_and_rules(
    world: World, what: str, value: str, expected: dict[str, int]
) -> None:
    fill(world)
    if what == "base_pay":
        world.attend(world.hire("A3", base_pay_amount=300_000))
    decide(world)

    found = changes(tried(lab_of(world), what, value))

    if "gross" in expected:
        expected = {**expected, "labour_cost": expected["gross"]}
    assert found == expected


def test_a_subsidy_lowers_what_insured_jobs_cost(world: World) -> None:
    worker = world.hire("A1", base_pay_amount=600_000, contribution_base_amount=600_000)
    world.attend(worker)
    decide(world)

    result = tried(lab_of(world), "job_subsidy", "500")

    assert changes(result) == {"labour_cost": -50_000}
    assert result.affected == 1


def test_who_does_not_give_what_was_paid_is_left_out_and_named(
    world: World, session: Session, book: LawBook
) -> None:
    fill(world)
    decide(world)
    other = create_world(session, book, code="XX")
    other.task_types = world.task_types
    other.task_type("bbox_2d", ("2026-01-01", 100_000))
    worker = other.hire("B1")
    other.attend(worker)
    decide(other)
    with unit_of_work() as working:
        # Past the program: a fact of the decided month is edited.
        working.execute(
            update(PayProfile)
            .where(PayProfile.employment_id == worker.id)
            .values(base_pay_amount=900_000)
        )

    result = tried(lab_of(world, Scope.base()), "law.minimum_wage_month.500236", "2500")

    assert (result.companies, result.people) == (1, 2)
    assert result.left_out == (other.company.name,)


def test_the_base_adds_its_companies_up(world: World, session: Session, book: LawBook) -> None:
    fill(world)
    decide(world)
    other = create_world(session, book, code="XX")
    other.task_types = world.task_types
    other.task_type("bbox_2d", ("2026-01-01", 200_000))
    worker = other.hire("B1")
    other.attend(worker)
    other.output(worker, "bbox_2d", 9, 100)
    decide(other)

    result = tried(lab_of(world, Scope.base()), "law.minimum_wage_month.500236", "2300")

    tables = {table.code: table for table in result.tables}
    # A2 and B1, 100.00 each; what each company's people come to stands by its name.
    assert changes(result)["labour_cost"] == 20_000
    assert [(row.label.zh, row.people, row.affected) for row in tables["company"].rows] == [
        (world.company.name, 2, 1),
        (other.company.name, 1, 1),
    ]
    assert [(row.code, row.people) for row in tables["size"].rows] == [("0", 3)]
    assert [(row.code, row.people) for row in tables["place"].rows] == [("inside", 3)]


@both_engines
def test_what_is_saved_stands(world: World) -> None:
    fill(world)
    decide(world)
    lab = lab_of(world)
    lever = lab.lever("law.minimum_wage_month.500236")
    study = lab.attempt(lever, 250_000)
    with unit_of_work() as working:
        study_id = service.save_study(working, lab, study, CLI, " 最低工资 2500 ").id

    session = db.session()
    found = service.saved_study(session, world.scope, study_id, is_protected=False)

    assert (found.name, found.tried, found.lever.present) == ("最低工资 2500", 250_000, 220_000)
    assert found.result == study.result
    for statement in ("UPDATE policy_study SET name = 'x'", "DELETE FROM policy_study"):
        with pytest.raises(Exception, match="it stands"), unit_of_work() as working:
            working.execute(text(statement))
    assert session.scalars(select(PolicyStudy.name)).all() == ["最低工资 2500"]
