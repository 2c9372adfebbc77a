"""ONE FILE = ONE REPORT FORM: adding a file adds the form to the command line and the pages.

Each module defines ``FORM``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from workforce.bureau.form import ReportForm
from workforce.core.registry import discover


@cache
def forms() -> Mapping[str, ReportForm]:
    """Return every report form by its code: those that officials read first, each kind by its numbers."""
    found = discover(sys.modules[__name__], "FORM", ReportForm, code_of=lambda form: form.code)
    return dict(sorted(found.items(), key=lambda one: (one[1].audience != "public", one[1].place)))
