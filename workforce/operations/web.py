"""Pages about long work and about what is done at set times."""

from __future__ import annotations

from workforce.platform.web import SliceRoutes

ROUTES = SliceRoutes("operations", __name__)
