"""The routes of the chain: one blueprint for its pages, and the month that they are asked for."""

from __future__ import annotations

from typing import Final

from flask import request

from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.web import SliceRoutes

ROUTES: Final = SliceRoutes("chain", __name__)


def asked_month() -> PayPeriod:
    """Return the month that a page is asked for (``?period=``), or the last one that is over.

    Raises:
        InputError: it is no month.
    """
    asked = request.args.get("period", "")
    return PayPeriod.parse_month(asked) if asked else PayPeriod.of(clock.today()).previous()
