"""The month that the project's documents work out by hand, through the tables."""

from __future__ import annotations

import pytest

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import FIRST, WORKDAYS, World


def fill(world: World) -> None:
    """Write the facts of the month worked by hand; shifts on the other workdays make it attended."""
    worker = world.hire("W1", FIRST, contribution_base_amount=300_000)
    bbox = world.task_type("bbox_2d", ("2026-01-01", 125_000))
    world.task_type("polygon", ("2026-01-01", 1_333_000))
    batch = factories.create_batch(world.session, world.company, bbox, code="b1")
    world.shift(worker, "2026-10-01 09:00", "2026-10-01 18:00", 60)
    world.shift(worker, "2026-10-10 09:00", "2026-10-10 20:00", 60)
    world.shift(worker, "2026-10-11 09:00", "2026-10-11 17:00", is_in_lieu=True)
    world.shift(worker, "2026-10-15 20:00", "2026-10-16 06:00", 60)
    others = [day for day in WORKDAYS if day.day not in {10, 15, 16}]
    world.attend(worker, others)
    world.shift(worker, "2026-10-16 13:00", "2026-10-16 21:00")
    world.output(worker, "bbox_2d", 1, 400)
    world.output(worker, "bbox_2d", 10, 1000, batch_id=batch.id)
    world.output(worker, "bbox_2d", 11, 300)
    world.output(worker, "bbox_2d", 15, 900)
    world.output(worker, "polygon", 20, 1200)
    factories.create_inspection(
        world.session,
        world.company,
        bbox,
        FIRST.replace(day=12),
        batch_id=batch.id,
        sampled_qty=200,
        error_qty=9,
    )
    for kind, amount, code in (
        ("damages", 60_000, "damages"),
        ("untaxed_earning", 5_000, "missed_meal_subsidy"),
    ):
        factories.create_pay_entry(world.session, worker, kind, amount, "2026-10", code=code)


@both_engines
@pytest.mark.feature(
    "FIN-1", "FIN-3", "FIN-4", "FIN-5", "FIN-7", "FIN-8", "FIN-12", "FIN-13", "ANN-6"
)
def test_the_month_worked_by_hand_comes_out_to_the_fen(world: World) -> None:
    fill(world)

    outcome = world.run()

    assert outcome.computed.faults == ()
    assert world.amounts("W1") == {
        "piecework_pay": 192_460,
        "weekday_overtime_pay": 1_875,
        "holiday_overtime_pay": 10_000,
        "night_allowance": 1_500,
        "quality_deduction": 625,
        "missed_meal_subsidy": 5_000,
        "minimum_wage_top_up": 36_915,
        "pension_insurance": 36_424,
        "medical_insurance": 9_106,
        "large_medical_aid": 500,
        "unemployment_insurance": 2_277,
        "income_tax": 0,
        "employer_pension_insurance": 72_848,
        "employer_medical_insurance": 38_701,
        "employer_large_medical_aid": 6_830,
        "employer_unemployment_insurance": 2_277,
        "employer_work_injury_insurance": 1_366,
    }
    slip = world.slip("W1")
    assert slip.gross_pay_amount == 247_125
    assert slip.net_pay_amount == 198_818
    assert slip.employer_cost_amount == 369_147
    assert slip.counted_wage_amount == 183_085
    assert slip.floor_amount == 220_000
    assert (slip.scheduled_days, slip.attended_days, slip.unpaid_days) == (18, 18, 0)
    assert slip.night_shift_count == 1
    assert slip.weekday_overtime_minutes == 180
    assert slip.holiday_overtime_minutes == 480
    (damages,) = [note for note in slip.notes if note["code"] == "damages_deduction_without_room"]
    assert damages["params"] == {"claim_fen": 60_000, "taken_fen": 0, "left_fen": 60_000}
