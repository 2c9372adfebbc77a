"""Large-sum medical aid, employer's share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "employer_large_medical_aid",
    620,
    Text("大额医疗互助（单位）", "Large medical aid, employer"),
    "渝府办发〔2014〕97号",
    parameter="large_medical_aid_employer_rate",
)
