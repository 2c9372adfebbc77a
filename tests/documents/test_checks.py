"""Which inspections weigh on whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from workforce.documents.checks import MonthChecks

TIERS = [(0, 800_000), (980_000, 1_000_000), (950_000, 950_000)]


def made(
    employment_id: int, batch_id: int | None, task_type_id: int = 1, quantity: int = 10
) -> Any:
    return SimpleNamespace(
        employment_id=employment_id,
        batch_id=batch_id,
        task_type_id=task_type_id,
        accepted_qty=quantity,
    )


def check(
    sampled: int,
    errors: int,
    batch_id: int | None,
    employment_id: int | None = None,
    task_type_id: int = 1,
) -> Any:
    return SimpleNamespace(
        employment_id=employment_id,
        batch_id=batch_id,
        task_type_id=task_type_id,
        sampled_qty=sampled,
        error_qty=errors,
    )


def test_a_sample_of_a_batch_speaks_for_everybody_who_worked_in_it() -> None:
    judged = MonthChecks.judge(
        tiers=TIERS, output=[made(1, 7), made(2, 7), made(3, 8)], inspections=[check(100, 5, 7)]
    )
    assert sorted(judged.rows) == [1, 2]
    assert judged.factors == {(1, ("batch", 7)): 950_000, (2, ("batch", 7)): 950_000}


def test_a_sample_that_names_somebody_is_nobody_elses() -> None:
    judged = MonthChecks.judge(
        tiers=TIERS,
        output=[made(1, 7), made(2, 7)],
        inspections=[check(100, 50, 7, employment_id=2)],
    )
    assert judged.factors == {(2, ("batch", 7)): 800_000}


def test_samples_of_a_batch_count_together_and_exactly() -> None:
    # 980 right of 1000 reach 98 % exactly, 979 do not.
    for errors, factor in ((10, 1_000_000), (11, 950_000)):
        judged = MonthChecks.judge(
            tiers=TIERS, output=[made(1, 7)], inspections=[check(500, 10, 7), check(500, errors, 7)]
        )
        assert judged.factors == {(1, ("batch", 7)): factor}


def test_without_a_batch_the_task_types_other_output_is_judged() -> None:
    judged = MonthChecks.judge(
        tiers=TIERS,
        output=[made(1, None), made(2, 7), made(3, None, task_type_id=2)],
        inspections=[check(10, 0, None)],
    )
    assert judged.factors == {(1, ("type", 1)): 1_000_000}


def test_no_rule_no_output_no_weight() -> None:
    inspections = [check(100, 5, 7)]
    assert not MonthChecks.judge(tiers=[], output=[made(1, 7)], inspections=inspections).rows
    nothing = [made(1, 7, quantity=0)]
    assert not MonthChecks.judge(tiers=TIERS, output=nothing, inspections=inspections).rows


def test_an_accuracy_below_every_tier_has_no_factor() -> None:
    judged = MonthChecks.judge(
        tiers=[(950_000, 1_000_000)], output=[made(1, 7)], inspections=[check(100, 6, 7)]
    )
    assert len(judged.rows[1]) == 1
    assert judged.factors == {}
