"""The share of jobs with medical and maternity insurance."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._coverage import coverage

MEASURE = coverage(
    "medical_coverage",
    "medical",
    Text("基本医疗（含生育）参保率", "Medical (with maternity) insurance coverage"),
    Text(
        "职工基本医疗保险缴费（生育保险一并缴纳）",
        "a contribution to basic medical insurance, with which maternity insurance is paid",
    ),
)
