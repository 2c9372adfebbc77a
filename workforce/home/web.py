"""Each role's first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from workforce.core.permissions import Permission
from workforce.platform.web import SliceRoutes

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("home", __name__)


@ROUTES.page("/", permission=Permission.HOME_READ)
def show_home(scope: Scope) -> ResponseReturnValue:
    """Show what this visitor can do here."""
    del scope
    return render_template("home/home.html")
