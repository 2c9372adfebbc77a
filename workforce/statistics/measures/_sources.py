"""The instruments that the definitions come from, each named once."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text

WAGE_STATISTICS: Final = Text(
    "国家统计局《劳动工资统计报表制度》",
    "NBS, Statistical Reporting System on Labour and Wages",
)

BASE_RULE: Final = Text("本基地口径", "This base's own definition")

MINIMUM_WAGE: Final = Text(
    "《最低工资规定》（劳动和社会保障部令第21号）第三条、第十二条；标准见“我们使用的法规”",
    "Provisions on Minimum Wages (Order No. 21), articles 3 and 12; the amounts are on the pages of the "
    "law we use",
)

OVERTIME_LIMIT: Final = Text("《劳动法》第四十一条", "Labour Law, article 41")


def total_wage_article(article: int, article_zh: str) -> Text:
    """Name an article of the order that says what total wages are made of."""
    return Text(
        f"《关于工资总额组成的规定》（国家统计局令第1号，1990）第{article_zh}条",
        f"NBS Order No. 1 (1990) on the Composition of Total Wages, article {article}",
    )
