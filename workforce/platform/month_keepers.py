"""What slices keep of a month when it is published, each as it tells it: collected by ``slices.py``.

Whoever publishes lies below some of those that tell: it asks for what was collected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, cast

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod

_EXTENSION: Final = "workforce.month_keepers"

Keeper = Callable[["Session", "PayPeriod"], None]
"""Keeps what is told of a month, in the caller's unit of work; what is kept already stands."""


def register_keepers(app: Flask, keepers: Sequence[Keeper]) -> None:
    """Tell an app what is kept of a month that is published."""
    app.extensions[_EXTENSION] = tuple(keepers)


def keep_month(session: Session, period: PayPeriod) -> None:
    """Keep all that is told of a month beside its issue."""
    for keep in cast("Sequence[Keeper]", current_app.extensions[_EXTENSION]):
        keep(session, period)
