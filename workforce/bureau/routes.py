"""The routes of the bureau's pages: one list that its web modules add to."""

from __future__ import annotations

from typing import Final

from workforce.platform.web import SliceRoutes

ROUTES: Final = SliceRoutes("bureau", __name__)
