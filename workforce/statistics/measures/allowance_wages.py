"""Part four of total wages."""

from __future__ import annotations

from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measures._wage_part import wage_part

MEASURE = wage_part(
    WagePart.ALLOWANCE,
    Text("津贴和补贴", "Allowances"),
    Text(
        "补偿特殊或额外劳动消耗以及保证工资水平的津贴、补贴，如夜班津贴、技能津贴。",
        "Pay for special or extra effort and to keep the wage level, such as night or skill allowance.",
    ),
    8,
    "八",
)
