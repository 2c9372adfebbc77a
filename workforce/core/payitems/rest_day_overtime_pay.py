"""Overtime on rest days without time off in lieu: 200 %."""

from workforce.core.facts import HoursClass
from workforce.core.payitems._overtime import overtime_item
from workforce.core.text import Text

ITEM = overtime_item(
    "rest_day_overtime_pay",
    HoursClass.REST_DAY,
    150,
    Text("休息日加班费", "Rest-day overtime pay"),
    "劳动法第四十四条第（二）项；工资支付暂行规定第十三条",
    "rest_day_overtime",
)
