"""The quarters' books on the web: which can be made, and the PDF of one."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import render_template, request, send_file

from workforce.book import service
from workforce.bureau.faces import words
from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.report_period import ReportPeriod
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import made_name
from workforce.platform.i18n import current_locale
from workforce.platform.web import SliceRoutes

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.core.text import Locale
    from workforce.platform.scope import Scope

ROUTES: Final = SliceRoutes("book", __name__)


@ROUTES.page("/statistics/book", permission=Permission.STATISTICS_PUBLISH)
def quarters(scope: Scope) -> ResponseReturnValue:
    """List the quarters of which anything is published, and what is missing of them."""
    del scope
    return render_template(
        "book/quarters.html", quarters=service.quarters(db.session()), words=words
    )


@ROUTES.page("/statistics/book.pdf", permission=Permission.STATISTICS_PUBLISH)
def book(scope: Scope) -> ResponseReturnValue:
    """Send the book of a quarter: ``?period=2026-Q3``, else the newest; ``?lang=en`` in English."""
    del scope
    session, asked = db.session(), request.args.get("period")
    ready = [one.period for one in service.quarters(session) if one.is_ready]
    if not asked and not ready:
        raise InputError("report.nothing_published")
    period = ReportPeriod.parse(asked) if asked else ready[0]
    languages: dict[str, Locale] = {"zh": "zh", "en": "en"}
    locale = languages.get(request.args.get("lang", ""), current_locale())
    made = service.make_book(session, period, clock.today())
    title = service.file_title(period).in_locale(locale)
    return send_file(
        BytesIO(service.book_pdf(made, locale)),
        as_attachment=True,
        download_name=made_name(title, ending="pdf"),
    )
