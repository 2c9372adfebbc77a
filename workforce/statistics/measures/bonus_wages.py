"""Part three of total wages."""

from __future__ import annotations

from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measures._wage_part import wage_part

MEASURE = wage_part(
    WagePart.BONUS,
    Text("奖金", "Bonuses"),
    Text(
        "超额劳动报酬和增收节支的劳动报酬，如全勤奖、年终奖。",
        "Pay for extra work and for results, such as attendance and annual bonus.",
    ),
    7,
    "七",
)
