"""Housing fund, own share."""

from workforce.core.payitems._insurance import contribution_item
from workforce.core.text import Text

ITEM = contribution_item(
    "housing_fund",
    440,
    Text("住房公积金（个人）", "Housing fund"),
    "住房公积金管理条例第十六条、第十八条",
    rate=lambda work: work.facts.contributions.fund_employee_rate_micro,
    is_fund=True,
)
