"""Overtime on workdays: 150 %."""

from workforce.core.facts import HoursClass
from workforce.core.payitems._overtime import overtime_item
from workforce.core.text import Text

ITEM = overtime_item(
    "weekday_overtime_pay",
    HoursClass.WEEKDAY_OVERTIME,
    140,
    Text("平日加班费", "Weekday overtime pay"),
    "劳动法第四十四条第（一）项；工资支付暂行规定第十三条",
    "weekday_overtime",
)
