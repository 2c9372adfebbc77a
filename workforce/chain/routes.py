"""The routes of the chain: one blueprint for its pages."""

from __future__ import annotations

from typing import Final

from workforce.platform.web import SliceRoutes

ROUTES: Final = SliceRoutes("chain", __name__)
