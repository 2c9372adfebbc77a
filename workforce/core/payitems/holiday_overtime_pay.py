"""Work on statutory holidays: 300 %, never time off in lieu."""

from workforce.core.facts import HoursClass
from workforce.core.payitems._overtime import overtime_item
from workforce.core.text import Text

ITEM = overtime_item(
    "holiday_overtime_pay",
    HoursClass.HOLIDAY,
    160,
    Text("法定节假日加班费", "Public-holiday overtime pay"),
    "劳动法第四十四条第（三）项；工资支付暂行规定第十三条",
    "holiday_overtime",
)
