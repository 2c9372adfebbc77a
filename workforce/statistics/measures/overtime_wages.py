"""Part five of total wages."""

from __future__ import annotations

from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measures._wage_part import wage_part

MEASURE = wage_part(
    WagePart.OVERTIME,
    Text("加班加点工资", "Overtime wages"),
    Text(
        "按规定支付的加班工资和加点工资；计件的为 100% 以外的加成部分。",
        "Wages for overtime by law; for piecework, the premium beyond 100 %.",
    ),
    9,
    "九",
)
