"""Debian's Chromium without a window, silent towards the rest of the world."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


def launch(playwright: Playwright, language: str = "") -> Browser:
    """Start the browser; ``language`` is what its own parts speak, where Debian's translations are."""
    environment: dict[str, str | float | bool] = {**os.environ}
    if language:
        environment["LANGUAGE"] = language
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=_ARGUMENTS, env=environment
    )
