"""The public screen, which reads one file, and the page on which is decided what it shows."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from itertools import groupby
from typing import TYPE_CHECKING, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import force_locale

from workforce.board import queries, service
from workforce.board.jobs import REFRESH_BOARD
from workforce.board.rendering import Frame, screen_page
from workforce.board.screen import age_text, panel_of
from workforce.board.snapshot import Kept, kept, public_path, read
from workforce.config import resource_folder
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.i18n import current_locale, gettext, in_current
from workforce.platform.installation import installation
from workforce.platform.jobs import enqueue
from workforce.platform.web import SliceRoutes, actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.core.text import Locale
    from workforce.platform.scope import Scope

ROUTES: Final = SliceRoutes("board", __name__)

_MANAGE: Final = Permission.BOARD_MANAGE
_CACHED: Final = "public, max-age=30, stale-if-error=86400"
"""A cache in between may answer for half a minute, and for a day while the server does not."""
_KEPT_PAGES: Final = 8

_pages: OrderedDict[tuple[Kept | None, str, str, str], str] = OrderedDict()
"""Pages as they were last made: all that differs between two answers is the file, the age and the language."""


@ROUTES.public("/board")
def screen() -> ResponseReturnValue:
    """Show everybody what is public, from the file, in Chinese."""
    return _screen("zh", other="board.screen_in_english")


@ROUTES.public("/board/en")
def screen_in_english() -> ResponseReturnValue:
    """Show everybody what is public, from the file, in English."""
    return _screen("en", other="board.screen")


def _screen(locale: Locale, *, other: str) -> Response:
    file = kept(public_path(installation().instance))
    snapshot = read(file)
    # Not in the visitor's language: to look for that is to look for the visitor, in the database.
    with force_locale(locale):
        age = "" if snapshot is None else age_text(clock.now() - snapshot.generated_at)
    key = (file, locale, age, request.script_root)
    page = _pages.get(key)
    if page is None:
        frame = Frame(
            assets=_static,
            language_url=url_for(other),
            refresh_url=request.path,
            worker_url=url_for("board.worker"),
        )
        page = _pages[key] = screen_page(snapshot, locale, frame)
        while len(_pages) > _KEPT_PAGES:
            _pages.popitem(last=False)
    return _cacheable(Response(page, mimetype="text/html"), page.encode())


@ROUTES.public("/board.json")
def data() -> ResponseReturnValue:
    """Send the file behind the screen: for other screens, and for whoever wants the figures."""
    file = kept(public_path(installation().instance))
    if file is None:
        raise NotFoundError("web.not_found")
    content = file.path.read_bytes()
    return _cacheable(Response(content, mimetype="application/json"), content)


@ROUTES.public("/board/worker.js")
def worker() -> ResponseReturnValue:
    """Send the script by which a browser opens the screen while the server is lost.

    From here, not from among the static files: a script may answer for the addresses below its own alone,
    and for the screen itself, which lies above it, where the server allows that.
    """
    content = (resource_folder("static") / "js" / "board_worker.js").read_bytes()
    response = Response(content, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("board.screen")
    return _cacheable(response, content)


def _cacheable(response: Response, content: bytes) -> Response:
    # Weak: the same text, whatever it is compressed with.
    response.set_etag(hashlib.sha256(content).hexdigest()[:16], weak=True)
    response.headers["Cache-Control"] = _CACHED
    response.make_conditional(request)
    return response


def _static(name: str) -> str:
    return url_for("static", filename=name)


@ROUTES.page("/board/exhibits", permission=_MANAGE)
def exhibits(scope: Scope) -> ResponseReturnValue:
    """List everything that could be shown, as it was gathered last, with what is public of it."""
    del scope
    instance = installation().instance
    snapshot = service.gathered(instance)
    shown = read(kept(public_path(instance)))
    found = () if snapshot is None else snapshot.shown
    return render_template(
        "board/exhibits.html",
        snapshot=snapshot,
        groups=[
            (in_current(term(f"exhibit_topic.{topic}")), [panel_of(one) for one in group])
            for topic, group in groupby(found, lambda one: one.topic)
        ],
        marks=queries.marks(db.session()),
        public_count=0 if shown is None else len(shown.shown),
        age="" if snapshot is None else age_text(clock.now() - snapshot.generated_at),
    )


@ROUTES.action("/board/exhibits", permission=_MANAGE)
def mark(scope: Scope) -> ResponseReturnValue:
    """Make public what was ticked, and withdraw what was unticked: what the page did not show stays."""
    del scope
    ticked = set(request.form.getlist("public"))
    before = set(request.form.getlist("was_public"))
    # Only what somebody changed on this page: another's change of the rest is not undone.
    wanted = {code: code in ticked for code in ticked ^ before}
    try:
        changed = service.mark(wanted, actor(), installation().instance)
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        told = gettext("已更改 %(count)s 项，大屏已更新。", count=len(changed))
        flash(told if changed else gettext("没有改动。"), "success" if changed else "info")
    return redirect(url_for("board.exhibits"))


@ROUTES.action("/board/refresh", permission=_MANAGE)
def refresh(scope: Scope) -> ResponseReturnValue:
    """Let the worker gather anew, now."""
    del scope
    with unit_of_work() as session:
        job_id = enqueue(session, REFRESH_BOARD, {}, actor())
    return redirect(url_for("operations.job", job_id=job_id))


@ROUTES.page("/board/preview", permission=_MANAGE)
def preview(scope: Scope) -> ResponseReturnValue:
    """Show the screen with everything that was gathered, or with one exhibit: ``?code=``."""
    del scope
    snapshot = service.gathered(installation().instance)
    code = request.args.get("code")
    if snapshot is not None and code is not None:
        snapshot = snapshot.only(frozenset({code}))
        if not snapshot.shown:
            raise NotFoundError("web.not_found")
    locale: Locale = "en" if request.args.get("lang", current_locale()) == "en" else "zh"
    other = "zh" if locale == "en" else "en"
    frame = Frame(
        assets=_static,
        language_url=url_for("board.preview", code=code, lang=other),
        is_preview=True,
    )
    return screen_page(snapshot, locale, frame)
