"""The cube of accepted output: by the task type that was worked on, not by jobs.

A job may make output of several task types, and task types are counted in units of their own: no
figure adds up with another, so that none can be worked out from others. What is made by few jobs is
withheld, and how much where it is the secret of few companies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workforce.statistics.cube import Axis, CubeTable, Group
from workforce.statistics.cubes import cubes
from workforce.statistics.dimensions import TASK_TYPE
from workforce.statistics.disclosure import RULES
from workforce.statistics.measure import Unit, Values
from workforce.statistics.tables import Cell, CellState

OUTPUT = "output"
"""The code of the cube."""


@dataclass(frozen=True, slots=True)
class Output:
    """What one company made of one task type in a month; ``jobs``: how many of its jobs did."""

    task_type: str
    company: str
    accepted: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """How much inspections of one company's month looked at of one task type, and with how many errors."""

    task_type: str
    company: str
    units: int
    errors: int


def fill_output(
    made: Sequence[Output],
    sampled: Sequence[Sampled],
    task_types: Sequence[Group],
    *,
    is_protected: bool,
) -> CubeTable:
    """Fill the cube; in a protected one every task type is listed, in others those with output."""
    by_type: defaultdict[str, list[Output]] = defaultdict(list)
    for output in made:
        by_type[output.task_type].append(output)
    samples: defaultdict[str, list[Sampled]] = defaultdict(list)
    for sample in sampled:
        samples[sample.task_type].append(sample)
    groups = tuple(
        group
        for group in task_types
        if is_protected or group.code in by_type or group.code in samples
    )
    accepted, jobs, inspected, accuracy = [], [], [], []
    for group in groups:
        outputs = by_type[group.code]
        count = sum(output.jobs for output in outputs)
        units = np.array([output.accepted for output in outputs], dtype=np.int64)
        is_few = is_protected and RULES.is_small(count)
        is_secret = is_few or (is_protected and RULES.is_dominated(units))
        jobs.append(Cell.of(count, is_withheld=is_few))
        accepted.append(Cell.of(int(units.sum()), is_withheld=is_secret))
        looked_at = np.array([sample.units for sample in samples[group.code]], dtype=np.int64)
        errors = sum(sample.errors for sample in samples[group.code])
        is_looked_at = is_protected and looked_at.size > 0
        is_hidden = is_looked_at and (count < RULES.least or RULES.is_dominated(looked_at))
        total = int(looked_at.sum())
        inspected.append(Cell.of(total, is_withheld=is_hidden))
        right = Values(np.array([total - errors]), np.array([total])).rounded(Unit.PERCENT)
        accuracy.append(Cell.of(right[0], is_withheld=is_hidden))
    # Units differ, and a job may be among several: there is nothing to add up.
    nothing = Cell(CellState.UNDEFINED)
    return CubeTable(
        code=OUTPUT,
        title=cubes()[OUTPUT].title,
        axes=(Axis(TASK_TYPE.code, TASK_TYPE.label, groups),),
        figures={
            "accepted_output": (*accepted, nothing),
            "output_jobs": (*jobs, nothing),
            "inspected_output": (*inspected, nothing),
            "accuracy": (*accuracy, nothing),
        },
    )
