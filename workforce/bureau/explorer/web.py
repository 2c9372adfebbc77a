"""The explorer on the web: one page for officials and companies, whose figures differ in their source."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote, urlencode

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.bureau.explorer import saved_views
from workforce.bureau.explorer.asking import Answer, ask, ask_for_file
from workforce.bureau.explorer.chart import chart_of
from workforce.bureau.explorer.choice import (
    MEASURES,
    MONTHS,
    MOST_MEASURES,
    SPANS,
    WHOLE,
    Choice,
    Compare,
    Kind,
    Order,
)
from workforce.bureau.explorer.cubes import write_cubes
from workforce.bureau.explorer.files import WRITERS, Told, check_ending, write_file
from workforce.bureau.explorer.ready import ready
from workforce.bureau.explorer.saved_views import Reader
from workforce.bureau.explorer.view import Entry
from workforce.bureau.report import WITHHELD
from workforce.core.errors import DomainError
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import XLSX, made_name
from workforce.platform.forms import fault_of
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.web import SliceRoutes, actor, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES: Final = SliceRoutes("explorer", __name__)
_USUAL_COUNT: Final = 8
"""So many measures are in sight; the others open below them."""


@ROUTES.page("/statistics/explorer", permission=Permission.STATISTICS_EXPLORE)
def explore(scope: Scope) -> ResponseReturnValue:
    """Answer the question of the address: its choices as a form, its figures as chart and table."""
    session = db.session()
    answer = ask(session, scope, request.args.getlist)
    if answer is None:
        return render_template("bureau/explorer.html", answer=None)
    kept = saved_views.views(session, _reader())
    return render_template(
        "bureau/explorer.html",
        answer=answer,
        choice=answer.choice,
        view=answer.view,
        drawing=chart_of(answer.view),
        ready=list(ready(answer.choice.period, answer.cubes)),
        kept=kept,
        account_id=principal().account_id,
        address=address,
        cell_address=_cell_addresses(answer),
        fixed_address=url_for("explorer.explore", _external=True, **answer.fixed.arguments()),
        query=urlencode(answer.choice.arguments(), doseq=True),
        fixed_query=urlencode(answer.fixed.arguments(), doseq=True),
        endings=tuple(WRITERS),
        kinds=tuple(Kind),
        compares=tuple(Compare),
        orders=tuple(Order),
        spans=SPANS,
        most_measures=MOST_MEASURES,
        usual_count=_USUAL_COUNT,
        whole=WHOLE,
        measures_code=MEASURES,
        months_code=MONTHS,
        withheld=WITHHELD,
    )


@ROUTES.page("/statistics/explorer.<ending>", permission=Permission.STATISTICS_EXPLORE)
def explore_file(scope: Scope, ending: str) -> ResponseReturnValue:
    """Send what the page of the same address shows."""
    check_ending(ending)
    locale = current_locale()
    answer = ask_for_file(db.session(), scope, request.args.getlist)
    told = Told(
        view=answer.view,
        notes=answer.notes,
        reporter=answer.reporter,
        made_on=clock.today(),
    )
    content = write_file(told, ending, locale)
    name = made_name(answer.view.title.in_locale(locale), ending=ending)
    # A drawing is shown in the page where there is no script.
    is_shown = ending == "svg" and "inline" in request.args
    return send_file(
        BytesIO(content), as_attachment=not is_shown, download_name=name, mimetype=_MIMES[ending]
    )


_MIMES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "svg": "image/svg+xml",
    "xlsx": XLSX,
}


@ROUTES.action("/statistics/explorer/views", permission=Permission.STATISTICS_EXPLORE)
def save_view(scope: Scope) -> ResponseReturnValue:
    """Keep the question under a name, with its month and issue only where that is asked for."""
    del scope
    is_fixed = request.form.get("fixed") == "1"
    query = _known_query(request.form.get("fixed_query" if is_fixed else "query", ""))
    if not is_fixed:
        query = {name: value for name, value in query.items() if name not in {"period", "issue"}}
    try:
        with unit_of_work() as session:
            kept = saved_views.save_view(
                session,
                _reader(),
                request.form.get("name", ""),
                urlencode(query, doseq=True),
                is_shared=request.form.get("shared") == "1",
                actor=actor(),
            )
            name = kept.name
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已保存视图“%(name)s”。", name=name), "success")
    shown = _known_query(request.form.get("query", ""))
    return redirect(url_for("explorer.explore", **shown))


@ROUTES.page("/statistics/explorer/views/<int:view_id>", permission=Permission.STATISTICS_EXPLORE)
def open_view(scope: Scope, view_id: int) -> ResponseReturnValue:
    """Go to the question that was kept."""
    del scope
    kept = saved_views.view(db.session(), _reader(), view_id)
    return redirect(url_for("explorer.explore", **_known_query(kept.query)))


@ROUTES.action(
    "/statistics/explorer/views/<int:view_id>/delete", permission=Permission.STATISTICS_EXPLORE
)
def delete_view(scope: Scope, view_id: int) -> ResponseReturnValue:
    """Forget one of the own views."""
    del scope
    with unit_of_work() as session:
        saved_views.delete_view(session, _reader(), view_id, actor())
    flash(gettext("已删除视图。"), "success")
    return redirect(url_for("explorer.explore"))


@ROUTES.page("/statistics/cubes.<ending>", permission=Permission.STATISTICS_EXPLORE)
def cubes_file(scope: Scope, ending: str) -> ResponseReturnValue:
    """Send every cube of a month for another program: ``?period=``, else the newest; ``?issue=``."""
    content, month = write_cubes(db.session(), scope, ending, request.args.getlist)
    name = made_name("cubes", str(month), ending=ending)
    return send_file(
        BytesIO(content), as_attachment=True, download_name=name, mimetype=_MIMES[ending]
    )


def address(choice: Choice, **changed: Any) -> str:
    """Return the address of a question with some of its arguments changed."""
    arguments = choice.arguments() | changed
    return url_for("explorer.explore", **arguments)


def _cell_addresses(answer: Answer) -> Callable[[Entry], str]:
    """Return what gives the address of a figure's cell, in the issue that is shown."""
    page = url_for("bureau.cell")
    numbers = {period: source.number for period, source in answer.sources.items()}

    def address_of(entry: Entry) -> str:
        # A table has hundreds of them: asking Flask for each would take longer than all the rest.
        if entry.ref is None:
            return ""
        cube, measure, groups = entry.ref
        told = f"{page}?period={entry.period}&cube={cube}&measure={measure}&groups={quote(','.join(groups), ',')}"
        number = numbers.get(entry.period)
        return f"{told}&issue={number}" if number else told

    return address_of


_ARGUMENTS: Final = (
    "rows",
    "columns",
    "measure",
    "period",
    "span",
    "compare",
    "kind",
    "order",
    "issue",
)


def _known_query(text: str) -> dict[str, Any]:
    """Read a query, without what no question has: it becomes an address again."""
    told = parse_qs(text)
    return {name: told[name] for name in _ARGUMENTS if name in told}


def _reader() -> Reader:
    visitor = principal()
    return Reader(visitor.account_id, visitor.company_id)
