"""Part two of total wages."""

from __future__ import annotations

from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measures._wage_part import wage_part

MEASURE = wage_part(
    WagePart.PIECE,
    Text("计件工资", "Piece wages"),
    Text(
        "按验收合格数量和计件单价支付的工资，已减去按价格约定的质量核减；加班产量的 100% 部分在内。",
        "Wages by accepted quantity and piece price, after quality under the price rule; overtime output at 100 % is included.",
    ),
    6,
    "六",
)
