"""The employer's insurance that earlier months owe, because the notice of a base came late."""

from workforce.core.payitems._base_difference import difference_item
from workforce.core.rules.base_difference import EMPLOYER
from workforce.core.text import Text

ITEM = difference_item(
    "employer_insurance_difference",
    655,
    Text("社保补差（单位）", "Insurance of earlier months, employer"),
    EMPLOYER,
    (
        ("employer_pension_insurance", "养老", "pension"),
        ("employer_medical_insurance", "医疗", "medical"),
        ("employer_large_medical_aid", "大额医疗", "large medical aid"),
        ("employer_unemployment_insurance", "失业", "unemployment"),
        ("employer_work_injury_insurance", "工伤", "work injury"),
    ),
)
