"""Maternity leave of pieceworkers."""

from workforce.core.facts import LeaveKind
from workforce.core.payitems._leave import leave_item
from workforce.core.text import Text

ITEM = leave_item(
    "maternity_leave_pay",
    (LeaveKind.MATERNITY_LEAVE,),
    220,
    Text("产假工资", "Maternity leave pay"),
    "女职工劳动保护特别规定第五条",
    counts_to_minimum=False,
)
