"""What every answer carries: a strict content policy, caching rules, compressed text.

Pages hold no inline script, no inline style and no ``style=`` attribute, so the policy allows none:
a text that somebody stored cannot become code. Static files carry their content's hash in the
address and may be kept for a year; pages are never kept, because phones and desks are shared.
"""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Response, current_app, request
from flask_compress import Compress

if TYPE_CHECKING:
    from flask import Flask

YEAR_SECONDS: Final = 365 * 24 * 60 * 60

CONTENT_POLICY: Final = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The style sheet draws its check marks and arrows from data: images.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ),
)

_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

_COMPRESSED_TYPES: Final = [
    "application/json",
    "application/javascript",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
]


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # Behind a web server the request itself is plain HTTP: the installation's setting decides.
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}")
    is_file = request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST
    if is_file and response.mimetype in _COMPRESSED_TYPES:
        # Sent whole, not as a stream of chunks: only then is it compressed for every browser.
        response.direct_passthrough = False
        response.set_data(response.get_data())
        # The file behind it has been read to its end.
        response.close()
    if is_file and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    elif not is_file:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@cache
def _content_hash(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def add_headers(app: Flask) -> None:
    """Give the headers to every answer, and the content's hash to every static address."""

    @app.url_defaults
    def _name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and "filename" in values:
            path = Path(str(app.static_folder)) / values["filename"]
            if path.is_file():
                values["v"] = _content_hash(path, path.stat().st_mtime_ns)

    app.config["COMPRESS_MIMETYPES"] = _COMPRESSED_TYPES
    # Browsers offer br only over HTTPS: a phone in the base's own network gets gzip.
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_STREAMS"] = False
    Compress(app)
    # What is registered last runs first: the headers are set before the text is compressed.
    app.after_request(_add_headers)
