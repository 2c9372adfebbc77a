"""Part one of total wages."""

from __future__ import annotations

from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measures._wage_part import wage_part

MEASURE = wage_part(
    WagePart.TIME,
    Text("计时工资", "Time wages"),
    Text(
        "按计时标准和工作时间支付的工资，已减去缺勤。",
        "Wages by time at a time rate, after absence.",
    ),
    5,
    "五",
)
