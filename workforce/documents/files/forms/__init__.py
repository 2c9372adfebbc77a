"""ONE FILE = ONE FILE THAT IS HANDED IN: a module with ``FORM``, and its layout beside it as TOML."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from workforce.core.registry import discover
from workforce.documents.files.form import FileForm


@cache
def forms() -> Mapping[str, FileForm]:
    """Return every form by its code."""
    return discover(sys.modules[__name__], "FORM", FileForm, code_of=lambda form: form.code)
