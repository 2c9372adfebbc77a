"""Part six of total wages."""

from __future__ import annotations

from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measures._wage_part import wage_part

MEASURE = wage_part(
    WagePart.SPECIAL,
    Text("特殊情况下支付的工资", "Special-case wages"),
    Text(
        "病假、产假、年休假、停工等期间按规定支付的工资，最低工资补足，以及以前月份的补发或扣回。",
        "Wages due by law for sickness, maternity, annual leave or stoppage, the top-up to the minimum wage, and corrections of earlier months.",
    ),
    10,
    "十",
)
