"""Medical insurance, own share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "medical_insurance",
    410,
    Text("医疗保险（个人）", "Medical insurance"),
    "社会保险法第二十三条",
    parameter="medical_employee_rate",
)
