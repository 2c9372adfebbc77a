"""The manual's pages: contents and chapters. Public: whoever cannot sign in needs it most."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, render_template, url_for

from workforce.core.terms import terms_of
from workforce.manual import service
from workforce.platform.i18n import current_locale
from workforce.platform.web import SliceRoutes, manual_url

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROUTES = SliceRoutes("manual", __name__)


@ROUTES.public("/manual")
def contents() -> ResponseReturnValue:
    """List the chapters of each role."""
    chapters = service.chapters(current_locale())
    return render_template(
        "manual/contents.html",
        parts=[
            (name, heading, [chapter for chapter in chapters if chapter.role == name])
            for name, heading in terms_of("manual").items()
        ],
    )


@ROUTES.public("/manual/<role>/<chapter>")
def chapter(role: str, chapter: str) -> ResponseReturnValue:
    """Show one chapter."""
    before, found, after = service.find(current_locale(), role, chapter)
    return render_template(
        "manual/chapter.html",
        chapter=found,
        before=before,
        after=after,
        shown=service.shown(found, _picture_url, manual_url),
    )


def _picture_url(name: str) -> str | None:
    path = f"pictures/{current_locale()}/{name}.webp"
    if not (Path(str(current_app.static_folder)) / path).is_file():
        return None
    return url_for("static", filename=path)
