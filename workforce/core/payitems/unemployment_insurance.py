"""Unemployment insurance, own share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "unemployment_insurance",
    430,
    Text("失业保险（个人）", "Unemployment insurance"),
    "社会保险法第四十四条",
    parameter="unemployment_employee_rate",
)
