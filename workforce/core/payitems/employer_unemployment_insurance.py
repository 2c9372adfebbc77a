"""Unemployment insurance, employer's share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "employer_unemployment_insurance",
    630,
    Text("失业保险（单位）", "Unemployment insurance, employer"),
    "社会保险法第四十四条",
    parameter="unemployment_employer_rate",
)
