"""Quality by sample: accuracy, the tier it reaches, and what it takes from the piece value.

Accuracy = 1 − Σ errors ÷ Σ sampled, compared exactly (no division). Which tier pays which factor is
agreed in the company before the work is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.facts import NONE, Facts, Mask
from workforce.core.fault_log import FaultLog
from workforce.core.grouping import runs, sums_at, sums_of_runs
from workforce.core.money import MICRO, Column
from workforce.core.rules.piecework import OutputColumns

UNREACHED: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One row per employee and inspected batch (or task type without batch), sorted so.

    `loss` = value × (1 000 000 − factor), in millionths of a millionth of a yuan.
    """

    employee: Column
    batch: Column
    task_type: Column
    sampled_qty: Column
    error_qty: Column
    factor_micro: Column
    value_micro: Column
    loss: Column


def inspect(facts: Facts, output: OutputColumns, faults: FaultLog) -> Inspected:
    """Judge each inspected batch of each employee."""
    rows = facts.inspections
    wrong = np.flatnonzero((rows.sampled_qty == 0) | (rows.error_qty > rows.sampled_qty))
    faults.add(
        "pay.inspection_counts",
        "inspections",
        rows.employee[wrong],
        sampled_qty=rows.sampled_qty[wrong],
        error_qty=rows.error_qty[wrong],
        row=wrong,
    )
    # A batch is its own index; a task type without batch comes after all batches.
    batches, kinds = len(facts.batches), len(facts.task_types)
    width = max(batches + kinds, 1)
    subject = np.where(rows.batch != NONE, rows.batch, batches + rows.task_type)
    keys, first, row_of = np.unique(
        rows.employee * width + subject, return_index=True, return_inverse=True
    )
    sampled = _summed(row_of, rows.sampled_qty, keys.size)
    errors = np.minimum(_summed(row_of, rows.error_qty, keys.size), sampled)
    employee, subject = np.divmod(keys, width)
    value = _values(output, keys, width, batches)
    factor = _factors(facts, employee, sampled, errors, first, faults)
    return Inspected(
        employee=employee,
        batch=np.where(subject < batches, subject, NONE),
        task_type=np.where(subject < batches, NONE, subject - batches),
        sampled_qty=sampled,
        error_qty=errors,
        factor_micro=factor,
        value_micro=value,
        loss=value * (MICRO - factor),
    )


def _summed(row_of: Column, values: Column, size: int) -> Column:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, row_of, values)
    return total


def _values(output: OutputColumns, keys: Column, width: int, batches: int) -> Column:
    """Return the piece value under each key, at 100 %."""
    if not keys.size:
        return np.zeros(0, dtype=np.int64)
    starts = runs(output.employee, output.batch, output.task_type)
    batch = output.batch[starts]
    subject = np.where(batch != NONE, batch, batches + output.task_type[starts])
    is_inspected = np.zeros(width, dtype=np.bool_)
    is_inspected[keys % width] = True
    rows = np.flatnonzero(is_inspected[subject])
    key = output.employee[starts][rows] * width + subject[rows]
    return sums_at(keys, key, sums_of_runs(starts, output.value_micro)[rows])


def _factors(
    facts: Facts,
    employee: Column,
    sampled: Column,
    errors: Column,
    row: Column,
    faults: FaultLog,
) -> Column:
    """Return the factor of the highest tier that each accuracy reaches; `row` is for faults."""
    factor = np.full(employee.size, MICRO, dtype=np.int64)
    policy_of = facts.employments.policy[employee]
    for index, policy in enumerate(facts.policies):
        mine = np.flatnonzero(policy_of == index)
        if not mine.size:
            continue
        reached = tier_factors(policy.quality_tiers, sampled[mine], errors[mine])
        missed = reached == UNREACHED
        faults.add(
            "pay.quality_no_tier",
            "inspections",
            employee[mine][missed],
            sampled_qty=sampled[mine][missed],
            error_qty=errors[mine][missed],
            row=row[mine][missed],
        )
        factor[mine] = np.where(missed, MICRO, reached)
    return factor


def tier_factors(tiers: Sequence[tuple[int, int]], sampled: Column, errors: Column) -> Column:
    """Return the factor of the highest tier that each accuracy reaches, in millionths.

    Args:
        tiers: (accuracy from, factor) in millionths, in any order.
        sampled: int64[n], positive.
        errors: int64[n], 0 to sampled.

    Returns:
        int64[n]; `UNREACHED` where no tier is reached.

    """
    good = (sampled - errors) * MICRO
    reached = np.full(sampled.size, UNREACHED, dtype=np.int64)
    for accuracy_from, factor in sorted(tiers):
        reached = np.where(good >= accuracy_from * sampled, factor, reached)
    return reached


def has_no_output(inspected: Inspected) -> Mask:
    """Tell which inspected subjects have no output this month: a remark, not a loss."""
    without: Mask = inspected.value_micro == 0
    return without
