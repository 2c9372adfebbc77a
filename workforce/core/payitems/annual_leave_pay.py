"""Annual leave of pieceworkers."""

from workforce.core.facts import LeaveKind
from workforce.core.payitems._leave import leave_item
from workforce.core.text import Text

ITEM = leave_item(
    "annual_leave_pay",
    (LeaveKind.ANNUAL_LEAVE,),
    200,
    Text("年休假工资", "Annual leave pay"),
    "职工带薪年休假条例第二条；企业职工带薪年休假实施办法第十一条",
    counts_to_minimum=True,
)
