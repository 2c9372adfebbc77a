"""The share of inspected units that were right."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit
from workforce.statistics.measures._output import of_no_jobs
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = Measure(
    code="accuracy",
    label=Text("抽检准确率", "Accuracy"),
    unit=Unit.PERCENT,
    definition=Text(
        "1 − 抽检发现的错误数 ÷ 抽检数量，按任务类型；整批抽检和个人抽检合在一起。四舍五入到 0.01%。",
        "1 − errors found ÷ inspected units, by task type; samples of batches and of persons together. Rounded half up to 0.01 %.",
    ),
    denominator=Text("抽检数量", "Inspected units"),
    source=BASE_RULE,
    compute=of_no_jobs,
    needs=("accepted_output", "output_jobs"),
)
