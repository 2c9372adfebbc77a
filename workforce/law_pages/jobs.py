"""Long work about the law."""

from __future__ import annotations

from typing import Final

from workforce.law_pages.effects import EFFECT

JOBS: Final = (EFFECT,)
