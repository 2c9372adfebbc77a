"""The few pages that belong to no slice: the health check and the language switch."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, jsonify, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from workforce.core.errors import NotFoundError
from workforce.platform import workers
from workforce.platform.db import db
from workforce.platform.i18n import LOCALES, remember_locale
from workforce.platform.web import SliceRoutes, safe_next

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROUTES = SliceRoutes("platform", __name__)


@ROUTES.public("/health")
def health() -> ResponseReturnValue:
    """Tell a watcher whether the service and its database answer, and whether a worker is at work.

    Nothing else: strangers read this. Without a worker the pages still answer, so the status is 200.
    """
    try:
        is_worked = bool(workers.alive(db.session()))
    except SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        return jsonify(status="database"), HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ok", worker="alive" if is_worked else "none")


@ROUTES.public("/language/<code>")
def language(code: str) -> ResponseReturnValue:
    """Remember a language and return to the page that the visitor was on."""
    if code not in LOCALES:
        raise NotFoundError("web.not_found")
    response = redirect(safe_next(request.args.get("next")) or "/")
    remember_locale(response, code)
    return response
