"""The screen's page, made without a visitor and without the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import current_app
from flask_babel import force_locale

from workforce.board.screen import COPY_STALE_AFTER, STALE_AFTER, age_text, age_words, screen_of
from workforce.platform import clock
from workforce.platform.installation import installation

if TYPE_CHECKING:
    from workforce.board.snapshot import Snapshot
    from workforce.core.text import Locale

SCENE_SECONDS: Final = 15
"""So long a scene stays: enough to read two drawings at a distance."""
REFRESH_SECONDS: Final = 60
"""How often an open screen asks whether there is something newer."""

Assets = Callable[[str], str]
"""Gives the address of a file of ``static/`` by its name there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What differs between the page of the server and a copy without one.

    ``language_url``: the page in the other language. ``refresh_url``: where the open page asks for
    something newer, empty for a copy; ``worker_url``: the script by which it opens without the server.
    """

    assets: Assets
    language_url: str
    refresh_url: str = ""
    worker_url: str = ""
    is_preview: bool = False

    @property
    def stale_after(self) -> dt.timedelta:
        """How old what is shown may be before the page says that it is old."""
        return STALE_AFTER if self.refresh_url else COPY_STALE_AFTER


def screen_page(snapshot: Snapshot | None, locale: Locale, frame: Frame) -> str:
    """Return the whole page in a language; without a snapshot it says that nothing is shown yet.

    No context processor is asked: those look for the visitor, and so for the database.
    """
    with force_locale(locale):
        template = current_app.jinja_env.get_template("board/screen.html")
        return template.render(**_told(snapshot, frame))


def _told(snapshot: Snapshot | None, frame: Frame) -> Mapping[str, Any]:
    age = dt.timedelta(0) if snapshot is None else clock.now() - snapshot.generated_at
    return {
        "screen": None if snapshot is None else screen_of(snapshot),
        "frame": frame,
        "asset": frame.assets,
        "age": age_text(age),
        "words": age_words(),
        "is_stale": age > frame.stale_after,
        "ahead_seconds": int(installation().clock_ahead.total_seconds()),
        "scene_seconds": SCENE_SECONDS,
        "refresh_seconds": REFRESH_SECONDS,
    }
