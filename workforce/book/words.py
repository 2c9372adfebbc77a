"""What the book says beside its figures."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text

UNNAMED_BASE: Final = Text("数据标注基地", "Data annotation base")
"""What stands for the base before its administrator has named it."""
TITLE: Final = Text("季度报告", "Quarterly report")
SUBTITLE: Final = Text(
    "就业、工资、场地、培训、生产与产业链", "Jobs, wages, premises, training, production and chain"
)
CONTENTS: Final = Text("目录", "Contents")
SUMMARY: Final = Text("本季概要", "The quarter in short")
WITHHELD: Final = Text("没有公布的内容", "What is withheld")
GLOSSARY: Final = Text("指标解释", "Definitions")
SOURCES: Final = Text("数据来源", "Sources")
SIGNS: Final = Text("读图须知", "How to read")

DEFINITION: Final = Text("口径", "Definition")
SOURCE: Final = Text("来源", "Source")
NOTE: Final = Text("说明", "Note")
AS_BEFORE: Final = Text("同 {number}", "as in {number}")

MADE_ON: Final = Text("编印日期", "Made on")
DATA_FROM: Final = Text("数据", "Figures")
DIGEST: Final = Text("内容摘要", "Digest")
FOR_LEADERS: Final = Text(
    "供县领导参阅。书中的数字都已发布或不涉及个人。",
    "For the county's leaders. All figures are published or about nobody.",
)

SIGN_LINES: Final = (
    Text(
        "※ 不公布：背后的人或企业太少，或者能由它推算出这样的数。",
        "※ withheld: too few people or companies stand behind it, or such a figure could be worked out from it.",
    ),
    Text("— 未知：没有这个数，不是零。", "— unknown: there is no such figure; it is not zero."),
    Text(
        "虚线和空心条是目标或参照，不是完成数。",
        "Dashed lines and hollow bars are targets or references, not what was reached.",
    ),
    Text(
        "每幅图的数都印在图上或表里；折线图的表列出最近几个月。",
        "Every chart prints its figures; the table below a curve has its newest months.",
    ),
)
WITHHELD_ALL: Final = Text(
    "下面的内容整项不公布，其余图表里不公布的数写作 ※。",
    "These are withheld as a whole; in other charts ※ stands for what is withheld.",
)
WITHHELD_NONE: Final = Text("没有整项不公布的内容。", "Nothing is withheld as a whole.")
WITHHELD_SOME: Final = Text(
    "另有 {count} 个数在各图表里写作 ※。", "{count} more figures are shown as ※ in the charts."
)
MISSING: Final = Text(
    "{months} 的数字没有发布：须由三个月合成的数改用季末月的，或者写作 —。",
    "Nothing is published of {months}: what three months make together is told of the last month, or as —.",
)
LAW_HASH: Final = Text("法规数据", "Law data")
CONTENT_HASH: Final = Text("发布内容", "Published content")
CODE_VERSION: Final = Text("程序版本", "Program")
HASHES: Final = Text(
    "散列值相同，内容就相同：可以用它核对发布的数字和当时的法规数据有没有变。",
    "Equal hashes mean equal content: with them anybody can check that neither the figures nor the law data have changed.",
)
