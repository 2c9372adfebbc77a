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

from flask import current_app, render_template, request, url_for
from flask_babel import force_locale
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
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
from workforce.platform.faults import storage_fault
from workforce.platform.i18n import COOKIE, DEFAULT_LOCALE, LOCALES, current_locale
from workforce.platform.web import SIGN_IN_ENDPOINT, came_from

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
    HTTPStatus.TOO_MANY_REQUESTS: "web.too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "web.unavailable",
}

Page = tuple[str, int] | tuple[str, int, dict[str, str]]

_RETRY_SECONDS: Final = 30


def status_of(error: DomainError) -> HTTPStatus:
    """Return the HTTP status of a kind of error; missing or wrong law data are the service's own."""
    return next(
        (status for kind, status in _STATUS if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _page(error: DomainError, status: HTTPStatus) -> Page:
    locale = current_locale()
    # A form goes back to its own page, where the browser keeps what was typed.
    back = came_from() if request.method == "POST" else None
    page = render_template(
        "errors/error.html",
        status=int(status),
        message=error.message(locale),
        hint=error.hint(locale),
        place=error.place,
        back=back,
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
    if isinstance(error, CSRFError):
        return _show_expired_form(status)
    return _page(DomainError(_CODE_BY_STATUS.get(status, "web.bad_request")), status)


def _show_expired_form(status: HTTPStatus) -> Page:
    """Say that nothing was changed, and lead back: over the sign-in, if the session has ended."""
    if current_user.is_authenticated:
        return _page(DomainError("web.form_expired"), status)
    error, locale, back = DomainError("web.signed_out"), current_locale(), came_from()
    page = render_template(
        "errors/error.html",
        status=int(status),
        message=error.message(locale),
        hint=error.hint(locale),
        place=None,
        sign_in_url=url_for(SIGN_IN_ENDPOINT, next=back),
    )
    return page, int(status)


def _show_failure(error: Exception) -> Page:
    incident = secrets.token_hex(4)
    _log.error("incident %s", incident, exc_info=error)
    full = storage_fault(error)
    is_database = full is not None or isinstance(error, OperationalError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_database else HTTPStatus.INTERNAL_SERVER_ERROR
    unknown = DomainError("web.database" if is_database else "web.failed", incident=incident)
    failure = full or unknown
    headers = {"Retry-After": str(_RETRY_SECONDS)} if is_database else {}
    try:
        # The failed transaction must not spoil the page that says so.
        db.session.rollback()
        return (*_page(failure, status)[:2], headers)
    except SQLAlchemyError:
        _log.exception("incident %s: its page needs the database, too", incident)
        return _plain_page(status, incident), int(status), headers


def _plain_page(status: HTTPStatus, incident: str) -> str:
    """Return a page that needs nobody's name, rights or kept language, and so no database."""
    chosen = request.cookies.get(COOKIE)
    with force_locale(chosen if chosen in LOCALES else DEFAULT_LOCALE):
        page = current_app.jinja_env.get_template("errors/plain.html")
        return page.render(status=int(status), incident=incident)


def register_error_pages(app: Flask) -> None:
    """Show every error as a page of this site."""
    app.register_error_handler(DomainError, _show_domain_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_failure)
