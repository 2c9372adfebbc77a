"""Housing fund, employer's share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "employer_housing_fund",
    650,
    Text("住房公积金（单位）", "Housing fund, employer"),
    "住房公积金管理条例第十七条、第十八条",
    rate=lambda work: work.facts.contributions.fund_employer_rate_micro,
    is_fund=True,
)
