"""ONE FILE = ONE MEASURE: adding a file adds the figure to the registry.

Each module defines ``MEASURE``. Reports name the measures that they show, and print their definitions.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from workforce.core.registry import discover
from workforce.statistics.measure import Measure


@cache
def measures() -> Mapping[str, Measure]:
    """Return every measure by its code."""
    return discover(sys.modules[__name__], "MEASURE", Measure, code_of=lambda measure: measure.code)
