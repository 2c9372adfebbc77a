"""The company's settings: where they stand, and the way to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.settings import base_name, policies, prices, profiles, publication, task_types
from workforce.settings.routes import ROUTES, company_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

__all__ = ["ROUTES", "base_name", "publication", "task_types"]


@ROUTES.page("/settings", permission=Permission.SETTINGS_CHANGE)
def overview(scope: Scope) -> ResponseReturnValue:
    """Show what is agreed now, and what is missing."""
    company_of(scope)
    session, today = db.session(), clock.today()
    kinds = [kind for kind in prices.priced_types(session, scope) if kind.prices]
    return render_template(
        "settings/overview.html",
        priced=sum(kind.on(today) is not None for kind in kinds),
        next_change=min(
            (price.valid_from for kind in kinds for price in [kind.after(today)] if price),
            default=None,
        ),
        policy=policies.current(session, scope, today),
        unprofiled=profiles.count_without(session, scope, today),
    )
