"""Pension insurance, own share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "pension_insurance",
    400,
    Text("养老保险（个人）", "Pension insurance"),
    "社会保险法第十二条",
    parameter="pension_employee_rate",
)
