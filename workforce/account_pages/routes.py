"""The pages' routes; each module beside this one adds its own."""

from __future__ import annotations

from typing import Final

from workforce.platform.web import SliceRoutes

ROUTES: Final = SliceRoutes("account_pages", __name__)
