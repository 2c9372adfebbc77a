"""Pension insurance, employer's share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "employer_pension_insurance",
    600,
    Text("养老保险（单位）", "Pension insurance, employer"),
    "社会保险法第十二条",
    parameter="pension_employer_rate",
)
