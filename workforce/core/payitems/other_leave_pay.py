"""Marriage, bereavement, paternity and work-injury leave of pieceworkers."""

from workforce.core.facts import LeaveKind
from workforce.core.payitems._leave import leave_item
from workforce.core.text import Text

ITEM = leave_item(
    "other_leave_pay",
    (
        LeaveKind.MARRIAGE_LEAVE,
        LeaveKind.BEREAVEMENT_LEAVE,
        LeaveKind.PATERNITY_LEAVE,
        LeaveKind.WORK_INJURY_LEAVE,
    ),
    230,
    Text("其他假期工资", "Other leave pay"),
    "劳动法第五十一条",
    counts_to_minimum=True,
)
