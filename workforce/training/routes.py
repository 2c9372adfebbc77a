"""The pages of training hang here: ``web``, ``own_web`` and ``results_web`` add theirs."""

from __future__ import annotations

from workforce.platform.web import SliceRoutes

ROUTES = SliceRoutes("training", __name__)
