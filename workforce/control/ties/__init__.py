"""ONE FILE = ONE CONTROL: adding a file adds it to the page and to ``workforce check``.

Each module defines ``CONTROL``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from workforce.control.tie import Control
from workforce.core.registry import discover


@cache
def controls() -> Mapping[str, Control]:
    """Return every control by its code, in the order of the way from records to money."""
    found = discover(sys.modules[__name__], "CONTROL", Control, code_of=lambda one: one.code)
    return dict(sorted(found.items(), key=lambda item: (item[1].place, item[0])))
