"""Units that inspections looked at."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit
from workforce.statistics.measures._output import of_no_jobs
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = Measure(
    code="inspected_output",
    label=Text("抽检数量", "Inspected units"),
    unit=Unit.UNITS,
    definition=Text(
        "影响本月工资的抽检抽查的数量，每种任务类型用各自的单位，不相加；只计工资已有结果的企业。",
        "Units looked at by the inspections that weigh on the month's pay; each task type has its own unit, so that they are not added up. Companies with a payroll result only.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=of_no_jobs,
    over=Over.SUM,
    needs=("accepted_output", "output_jobs"),
)
