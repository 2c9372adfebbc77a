"""ONE FILE = ONE CUBE: adding a file adds a table to all that is published.

Each module defines ``CUBE``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from workforce.core.registry import discover
from workforce.statistics.cube import Cube


@cache
def cubes() -> Mapping[str, Cube]:
    """Return every cube by its code."""
    return discover(sys.modules[__name__], "CUBE", Cube, code_of=lambda cube: cube.code)
