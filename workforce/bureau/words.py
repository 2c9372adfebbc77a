"""Words that the faces of a report share: paper, spreadsheet and page say the same."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Locale, Text

FORM_NUMBER: Final = Text("表号", "Form")
REPORTER: Final = Text("填报单位", "Reporting unit")
FILLED_ON: Final = Text("填报日期", "Filled on")
PUBLIC_VIEW: Final = Text("公开口径（小数已保护）", "Public view (small figures withheld)")
FULL_VIEW: Final = Text("内部口径（完整数据）", "Internal view (full figures)")

UNIT: Final = Text("计量单位", "Unit")
CODE: Final = Text("代码", "Code")
INDICATOR: Final = Text("指标名称", "Indicator")
OF_WHICH: Final = Text("其中：", "of which: ")
MONTH_BEFORE: Final = Text("上月", "Last month")
YEAR_BEFORE: Final = Text("上年同月", "A year ago")

DEFINITIONS: Final = Text("指标解释", "Definitions")
DENOMINATOR: Final = Text("分母", "Denominator")
SOURCE: Final = Text("来源", "Source")

SIGNATURES: Final = (
    Text("单位负责人", "Head of unit"),
    Text("统计负责人", "Head of statistics"),
    Text("填表人", "Filled in by"),
    Text("联系电话", "Telephone"),
    Text("报出日期", "Reported on"),
)
SEAL: Final = Text("（单位盖章）", "(seal of the unit)")


def pair(label: Text, value: str, locale: Locale) -> str:
    """Write ``标签：值`` or ``label: value``."""
    return f"{label.en}: {value}" if locale == "en" else f"{label.zh}：{value}"
