"""Own insurance that earlier months owe, because the notice of a base came late."""

from workforce.core.pay_item import Share
from workforce.core.payitems._base_difference import difference_item
from workforce.core.rules.base_difference import OWN
from workforce.core.text import Text

ITEM = difference_item(
    "insurance_difference",
    444,
    Text("社保补差（个人）", "Own insurance of earlier months"),
    OWN,
    (
        ("pension_insurance", "养老", "pension"),
        ("medical_insurance", "医疗", "medical"),
        ("unemployment_insurance", "失业", "unemployment"),
    ),
    share=Share.INSURANCE,
)
