"""Scenario files: one employment's facts for one or more months, and the payslips expected of them.

::

    scenario = read(parsed)              # mappings and lists of text, as a YAML or JSON file gives them
    paid = run(scenario, book)           # one MonthPay a month
    differences(scenario, paid)          # what is not as expected
    as_json(scenario, paid)              # what `workforce calc --json` prints
"""

from workforce.core.scenario.model import Scenario
from workforce.core.scenario.reader import read
from workforce.core.scenario.run import (
    Difference,
    Line,
    MonthPay,
    Note,
    as_json,
    differences,
    run,
)

__all__ = [
    "Difference",
    "Line",
    "MonthPay",
    "Note",
    "Scenario",
    "as_json",
    "differences",
    "read",
    "run",
]
