"""Work-injury insurance: the employer alone pays, at the unit's own rate."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "employer_work_injury_insurance",
    640,
    Text("工伤保险（单位）", "Work-injury insurance, employer"),
    "社会保险法第三十三条、第三十四条",
    rate=lambda work: work.facts.contributions.work_injury_rate_micro,
)
