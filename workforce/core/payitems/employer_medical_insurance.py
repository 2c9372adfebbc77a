"""Medical insurance with maternity, employer's share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "employer_medical_insurance",
    610,
    Text("医疗保险含生育（单位）", "Medical and maternity insurance, employer"),
    "社会保险法第二十三条、第五十三条",
    parameter="medical_employer_rate",
)
