"""From an error to a page: one sentence that says what is wrong, and what to do.

A ``DomainError`` becomes a page with its message and remedy under the status of its kind. Anything
unforeseen becomes 500 with a short incident number that also stands in the log; the visitor never
sees a traceback, and the log never shows what the visitor typed.
"""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import render_template
from werkzeug.exceptions import HTTPException

from workforce.core.errors import (
    ClosedError,
    DomainError,
    ForbiddenError,
    InputError,
    NotFoundError,
    StateError,
)
from workforce.platform.db import db
from workforce.platform.i18n import current_locale

if TYPE_CHECKING:
    from flask import Flask

_log = logging.getLogger(__name__)

_STATUS: Final[tuple[tuple[type[DomainError], HTTPStatus], ...]] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (ClosedError, HTTPStatus.CONFLICT),
    (StateError, HTTPStatus.CONFLICT),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
)

_CODE_BY_STATUS: Final = {
    HTTPStatus.FORBIDDEN: "web.forbidden",
    HTTPStatus.NOT_FOUND: "web.not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "web.method",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "web.too_large",
}

Page = tuple[str, int]


def status_of(error: DomainError) -> HTTPStatus:
    """Return the HTTP status of a kind of error; missing or wrong law data are the service's own."""
    return next(
        (status for kind, status in _STATUS if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _page(error: DomainError, status: HTTPStatus) -> Page:
    locale = current_locale()
    page = render_template(
        "errors/error.html",
        status=int(status),
        message=error.message(locale),
        hint=error.hint(locale),
        place=error.place,
    )
    return page, int(status)


def _show_domain_error(error: DomainError) -> Page:
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s", error)
    return _page(error, status)


def _show_http_error(error: HTTPException) -> Page | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        # A redirect is an answer, not a fault.
        return error
    status = HTTPStatus(error.code)
    # Flask-WTF refuses a missing or expired form token with a subclass of 400.
    default = "web.form_expired" if type(error).__name__ == "CSRFError" else "web.bad_request"
    return _page(DomainError(_CODE_BY_STATUS.get(status, default)), status)


def _show_failure(error: Exception) -> Page:
    incident = secrets.token_hex(4)
    _log.error("incident %s", incident, exc_info=error)
    # The failed transaction must not spoil the page that says so.
    db.session.rollback()
    failure = DomainError("web.failed", incident=incident)
    return _page(failure, HTTPStatus.INTERNAL_SERVER_ERROR)


def register_error_pages(app: Flask) -> None:
    """Show every error as a page of this site."""
    app.register_error_handler(DomainError, _show_domain_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_failure)
