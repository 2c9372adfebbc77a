"""The routes of premises, which its pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.terms import terms_of
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.forms import place_fault
from workforce.platform.i18n import gettext
from workforce.platform.web import SliceRoutes

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

ROUTES = SliceRoutes("premises", __name__)


def shown(name: str, **given: Any) -> str:
    """Return a page of premises; its templates know today, the uses of areas, and a range's last day."""
    return render_template(
        f"premises/{name}.html",
        **given,
        today=clock.today(),
        uses=terms_of("area_use"),
        last_day=lambda end: end - dt.timedelta(days=1),
    )


def act(
    form: Any,
    work: Callable[[Session], object],
    show: Callable[[], str],
    url: str,
) -> ResponseReturnValue:
    """Do what a form says in one unit of work, and go on; else show the page again with what is wrong."""
    if form.validate():
        try:
            with unit_of_work() as session:
                work(session)
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url)
    return show(), HTTPStatus.UNPROCESSABLE_ENTITY
