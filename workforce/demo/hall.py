"""The demo's exhibition hall: its screen shows all that can be shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.board import service
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.exhibits import exhibit_sources

_ADMIN: Final = "admin"


def open_hall(folder: Path, told_at: dt.datetime) -> None:
    """Gather what the base shows of itself and make all of it public."""
    with clock.fixed(told_at):
        session = db.session()
        service.refresh(session, folder)
        actor = actor_of(account_named(session, _ADMIN))
        service.mark(dict.fromkeys(exhibit_sources(), True), actor, folder)
