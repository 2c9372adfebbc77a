"""The installation that the running app serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask

    from workforce.config import Settings

_EXTENSION: Final = "workforce.settings"


def serve(app: Flask, settings: Settings) -> None:
    """Let an app serve an installation from now on."""
    app.extensions[_EXTENSION] = settings


def installation() -> Settings:
    """Return the settings of this installation."""
    return cast("Settings", current_app.extensions[_EXTENSION])
