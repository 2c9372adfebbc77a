"""Accepted output by task type."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube

CUBE: Final = Cube(
    code="output",
    title=Text("验收合格产量（按任务类型）", "Accepted output by task type"),
    dimensions=("task_type",),
    measures=("accepted_output", "output_jobs", "inspected_output", "accuracy"),
    divides_jobs=False,
)
