"""Which companies use dispatched people: headcounts of companies are no secret."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube

CUBE: Final = Cube(
    code="company_staff_kind",
    title=Text("各企业的人员类别", "Kinds of staff by company"),
    dimensions=("company", "staff_kind"),
    measures=("jobs_end",),
    internal=("average_headcount",),
)
