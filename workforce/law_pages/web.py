"""The law we use: a list with search, and a page for each parameter. Public; nothing personal is here."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request

from workforce.core.law import wording
from workforce.core.terms import terms_of
from workforce.law_pages import changes_web, service
from workforce.law_pages.routes import ROUTES, installed_law
from workforce.law_pages.service import Wanted
from workforce.platform import clock

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["ROUTES", "changes_web"]


@ROUTES.public("/law")
def values() -> ResponseReturnValue:
    """List all parameters: ``?q=`` words, ``?on=`` a day, ``?estimates=1`` unverified values only."""
    on, is_wrong = _day()
    wanted = Wanted(
        on=on,
        words=request.args.get("q", "").strip(),
        is_estimate_only=request.args.get("estimates") == "1",
    )
    law = installed_law()
    page = render_template(
        "law_pages/values.html",
        groups=service.groups(law, wanted),
        total=len(law.book.parameters()),
        wanted=wanted,
        is_wrong_day=is_wrong,
        additions=law.additions,
        years=sorted(law.book.calendar().years.values(), key=lambda year: -year.year),
        wording=wording,
        grades=terms_of("law_evidence"),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


@ROUTES.public("/law/<code>")
def value(code: str) -> ResponseReturnValue:
    """Show one parameter on a day: ``?on=2026-10-01``, else today."""
    on, is_wrong = _day()
    law = installed_law()
    page = render_template(
        "law_pages/value.html",
        found=service.look_up(law, code, on),
        on=on,
        is_wrong_day=is_wrong,
        additions=law.additions,
        wording=wording,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def _day() -> tuple[dt.date, bool]:
    """Return the day asked for, else today; tell whether what was typed is no day."""
    text = request.args.get("on", "").strip()
    if not text:
        return clock.today(), False
    try:
        return dt.date.fromisoformat(text), False
    except ValueError:
        return clock.today(), True
