"""Training as officials and the base's administrator read it: a year, protected, and the same as a file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import render_template, request, send_file

from workforce.bureau import training_report as report
from workforce.bureau.routes import ROUTES
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX, made_name
from workforce.platform.i18n import current_locale, in_current
from workforce.platform.web import principal
from workforce.statistics.disclosure import RULES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_FIRST_YEAR: Final = 2000


@ROUTES.page("/statistics/training", permission=Permission.TRAINING_OVERSEE)
def training(scope: Scope) -> ResponseReturnValue:
    """Show a year of training: by month, by course, and the subsidies claimed; ``?year=2026``."""
    del scope
    found = report.read_year(db.session(), _year())
    return render_template(
        "bureau/training.html",
        found=found,
        drawing=report.chart_of(found) if found.courses else None,
        this_year=clock.today().year,
        measures=report.MEASURES,
        heads=(*report.COURSE_HEADS, report.RATE_HEAD),
        shown=report.shown,
        shown_amount=report.shown_amount,
        least=RULES.least,
    )


@ROUTES.page("/statistics/training.xlsx", permission=Permission.TRAINING_OVERSEE)
def training_file(scope: Scope) -> ResponseReturnValue:
    """Send the same as a spreadsheet."""
    del scope
    found = report.read_year(db.session(), _year())
    content = report.write_xlsx(found, current_locale(), principal().display_name)
    name = made_name(in_current(report.TITLE), str(found.year), ending="xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _year() -> int:
    this_year = clock.today().year
    asked = request.args.get("year", "")
    is_year = asked.isascii() and asked.isdigit() and _FIRST_YEAR <= int(asked[:4]) <= this_year
    return int(asked[:4]) if is_year else this_year
