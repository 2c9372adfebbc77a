"""Routes that cannot exist without a permission.

A slice makes one ``SliceRoutes`` and declares each page with its permission in one call::

    ROUTES = SliceRoutes("payroll", __name__)

    @ROUTES.page("/payslips/<int:payslip_id>", permission=Permission.PAYSLIP_READ_OWN)
    def show_payslip(scope: Scope, payslip_id: int) -> ResponseReturnValue:
        slip = queries.payslip(scope, payslip_id)     # another's id: NotFoundError → 404
        note_read("payslip.read", "payslip", payslip_id)
        return render_template("payroll/payslip.html", slip=slip)

The framework signs the visitor in, checks the permission and hands the *scope* to the view as its
first argument: a view cannot forget it. For a permission ``*_OWN`` the scope is always the visitor's
own person, whatever wider reach the account has, so ids in the address never choose the subject.

Whoever is not signed in goes to the sign-in page; a wrong role meets 403; what lies outside the scope
is 404, like what does not exist. ``check_routes`` refuses to start an app with any other route.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, runtime_checkable
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

from workforce.core.errors import ForbiddenError, NotFoundError
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.platform import audit
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session
    from werkzeug.routing import Map

View = Callable[..., "ResponseReturnValue"]

SIGN_IN_ENDPOINT: Final = "accounts.sign_in"
SIGN_OUT_ENDPOINT: Final = "accounts.sign_out"

PUBLIC_ENDPOINTS: Final = frozenset(
    {
        SIGN_IN_ENDPOINT,
        "accounts.confirm",
        "board.data",
        "board.screen",
        "board.screen_in_english",
        "board.worker",
        "certificates.check",
        "documents.check_payslip",
        "law_pages.value",
        "law_pages.values",
        "manual.chapter",
        "manual.contents",
        "platform.health",
        "platform.language",
        "skill_certificates.check",
        "static",
    },
)
"""All that answers without signing in, listed here and nowhere else."""


LARGEST_KEY: Final = 2**63 - 1
"""What a 64-bit column can hold; a larger number in an address cannot be anything's key."""


class KeyConverter(IntegerConverter):
    """``<int:…>`` in a route: a number that the database can look for, else 404."""

    def __init__(self, url_map: Map) -> None:
        """Give the number its limit."""
        super().__init__(url_map, max=LARGEST_KEY)


def key_of(text: str) -> int:
    """Return the key that a query or form names.

    Raises:
        NotFoundError: it is no number, or one that nothing can have.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_KEY))):
        raise NotFoundError("web.not_found")
    key = int(text)
    if key > LARGEST_KEY:
        raise NotFoundError("web.not_found")
    return key


@runtime_checkable
class Principal(Protocol):
    """The signed-in visitor, as the platform sees him; ``accounts`` provides it."""

    is_authenticated: bool
    account_id: int
    login_name: str
    display_name: str
    role: Role
    company_id: int | None
    person_id: int | None
    locale: str

    def scope(self) -> Scope:
        """Return how far this account's queries reach, today."""
        ...

    def detour(self) -> str | None:
        """Return the page that comes before any other (a one-time password must be changed), or None."""
        ...


def principal() -> Principal:
    """Return the visitor of a guarded view.

    Raises:
        ForbiddenError: nobody is signed in (only possible outside of a guarded view).
    """
    if not current_user.is_authenticated:
        raise ForbiddenError("web.forbidden")
    return cast("Principal", current_user._get_current_object())  # noqa: SLF001 - Werkzeug's documented way


def actor() -> audit.Actor:
    """Return the visitor as the audit names him."""
    visitor = principal()
    return audit.Actor(account_id=visitor.account_id, name=visitor.login_name)


def may(permission: Permission) -> bool:
    """Tell whether the visitor can use a permission: for showing or hiding a link or button.

    An account without a person has no records of its own, whatever its role may read.
    """
    if not current_user.is_authenticated:
        return False
    visitor = principal()
    if visitor.detour() is not None:
        return False
    has_subject = not _is_own(permission) or visitor.person_id is not None
    return is_allowed(visitor.role, permission) and has_subject


def has_role(role: Role) -> bool:
    """Tell whether the visitor is signed in with this role: for the shape of a page, never for rights."""
    return bool(current_user.is_authenticated) and principal().role is role


def _is_own(permission: Permission) -> bool:
    """Tell whether a permission reaches the account's own person only."""
    return permission.name.endswith("_OWN")


def _scope_for(visitor: Principal, permission: Permission) -> Scope:
    if not _is_own(permission):
        return visitor.scope()
    if visitor.person_id is None:
        raise ForbiddenError("account.no_person")
    return Scope.own(visitor.person_id)


@dataclass(frozen=True, slots=True)
class _Read:
    action: str
    subject_type: str
    subject_id: str
    company_id: int | None
    also: Callable[[Session], None] | None


def note_read(
    action: str,
    subject_type: str,
    subject_id: object,
    *,
    company_id: int | None = None,
    also: Callable[[Session], None] | None = None,
) -> None:
    """Say that this page shows a sensitive thing.

    The audit entry is written after the view has made its page and before the page is sent: what
    could not be recorded is not shown. ``also`` writes what belongs to the reading, with the entry.
    """
    reads: list[_Read] = g.setdefault("reads", [])
    reads.append(_Read(action, subject_type, str(subject_id), company_id, also))


def _record_reads() -> None:
    reads: list[_Read] = g.pop("reads", [])
    if not reads:
        return
    who = actor()
    with unit_of_work() as session:
        for read in reads:
            audit.record(
                session,
                who,
                read.action,
                read.subject_type,
                read.subject_id,
                company_id=read.company_id,
            )
            if read.also is not None:
                read.also(session)


def _guard(view: View, permission: Permission) -> View:
    @functools.wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return ask_to_sign_in()
        visitor = principal()
        detour = visitor.detour()
        if detour is not None and request.endpoint not in {detour, SIGN_OUT_ENDPOINT}:
            return _go_to(url_for(detour))
        if not is_allowed(visitor.role, permission):
            raise ForbiddenError("web.forbidden")
        response = current_app.make_response(view(_scope_for(visitor, permission), **arguments))
        _record_reads()
        return response

    guarded.permission = permission  # type: ignore[attr-defined]
    return guarded


def ask_to_sign_in() -> Response:
    """Send a visitor to the sign-in page, and from there back to the page he asked for.

    What was sent by a form is not carried over; from the sign-in it goes back to the form's page, as
    it does to the page for which htmx asked a piece.
    """
    asked = request.full_path.rstrip("?") if request.method != "POST" else None
    wanted = (came_from() or asked) if _is_piece() else (asked or came_from())
    return _go_to(url_for(SIGN_IN_ENDPOINT, next=wanted))


def came_from() -> str | None:
    """Return the page of this site from which the visitor came, if the browser says so."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return safe_next(f"{parts.path}?{parts.query}".rstrip("?"))


def _is_piece() -> bool:
    """Tell whether htmx asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true"


def refuse_unkeepable() -> None:
    """Refuse a request with what no database keeps: a NUL, or half of a character beyond U+FFFF.

    Raises:
        BadRequest: the address, a field or the JSON sent has one.
    """
    texts = chain([request.path], *(values for _name, values in request.values.lists()))
    if any("\0" in text for text in texts) or (request.is_json and not _is_keepable_json()):
        abort(HTTPStatus.BAD_REQUEST)


def _is_keepable_json() -> bool:
    sent = request.get_data()
    if rb"\u" not in sent:
        return True
    try:
        text = json.dumps(json.loads(sent), ensure_ascii=False)
        text.encode()
    except ValueError:
        return False
    return r"\u0000" not in text


def _go_to(address: str) -> Response:
    """Send the whole page to an address, also where htmx asked for a piece of it."""
    if _is_piece():
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address)


class SliceRoutes:
    """The pages of one slice: a Flask blueprint that only takes guarded views."""

    def __init__(self, name: str, import_name: str, *, prefix: str | None = None) -> None:
        """Make the routes of slice ``name``; endpoints are ``name.function``."""
        self._blueprint = Blueprint(name, import_name, url_prefix=prefix)

    @property
    def name(self) -> str:
        """Return the slice's name."""
        return self._blueprint.name

    def page(self, rule: str, *, permission: Permission) -> Callable[[View], View]:
        """Declare a page that is read (GET)."""
        return self._declare(rule, permission, "GET")

    def action(self, rule: str, *, permission: Permission) -> Callable[[View], View]:
        """Declare an act that changes something (POST, with a CSRF token)."""
        return self._declare(rule, permission, "POST")

    def form(self, rule: str, *, permission: Permission) -> Callable[[View], View]:
        """Declare a form: shown by GET, sent to the same address by POST."""
        return self._declare(rule, permission, "GET", "POST")

    def public(self, rule: str, *methods: str) -> Callable[[View], View]:
        """Declare a page for everybody; its endpoint must stand in ``PUBLIC_ENDPOINTS``.

        The view gets no scope. Default method: GET.
        """

        def declare(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            if endpoint not in PUBLIC_ENDPOINTS:
                message = f"{endpoint} is not in PUBLIC_ENDPOINTS"
                raise ValueError(message)
            self._blueprint.add_url_rule(rule, view_func=view, methods=methods or ("GET",))
            return view

        return declare

    def _declare(self, rule: str, permission: Permission, *methods: str) -> Callable[[View], View]:
        def declare(view: View) -> View:
            self._blueprint.add_url_rule(rule, view_func=_guard(view, permission), methods=methods)
            return view

        return declare

    def register(self, app: Flask) -> None:
        """Add the pages to an app."""
        app.register_blueprint(self._blueprint)


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """Return the permission that an endpoint was declared with, or None for a public one."""
    permission = getattr(app.view_functions[endpoint], "permission", None)
    return permission if isinstance(permission, Permission) else None


def check_routes(app: Flask) -> None:
    """Refuse an app that has an unguarded route outside of ``PUBLIC_ENDPOINTS``.

    Raises:
        RuntimeError: names the routes.
    """
    open_rules = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC_ENDPOINTS and permission_of(app, rule.endpoint) is None
    ]
    if open_rules:
        message = f"routes without a permission: {', '.join(sorted(open_rules))}"
        raise RuntimeError(message)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a long list: its number from 1, how many there are, and which rows it shows."""

    number: int
    count: int
    rows: slice


def page_of(size: int, per_page: int) -> Page:
    """Return the page of a list that the address asks for (``?page=2``), or the nearest one."""
    count = max(-(-size // per_page), 1)
    number = min(max(request.args.get("page", 1, type=int), 1), count)
    return Page(number, count, slice((number - 1) * per_page, number * per_page))


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the top bar, shown to whoever has its permission; None: to strangers too.

    ``label`` is a code of ``core/terms.toml``; ``icon`` names a symbol of ``static/img/icons.svg``;
    ``is_tab`` puts it into an annotator's bottom tabs (at most five). ``group`` is a name of
    ``[nav_group]`` in ``core/terms.toml``: entries of one group stand under it in the bar, in the
    order of that list; without a group an entry stands by itself.
    """

    endpoint: str
    label: str
    permission: Permission | None
    icon: str
    is_tab: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """What stands at one place of the top bar: entries of one group, or a single entry without one."""

    name: str
    entries: tuple[NavEntry, ...]

    @property
    def icon(self) -> str:
        """Return the drawing beside its word: that of its first entry."""
        return self.entries[0].icon


def nav_groups(entries: Sequence[NavEntry], order: Sequence[str]) -> list[NavGroup]:
    """Return entries as the top bar shows them: single ones first, then the groups in their order."""
    single = [NavGroup("", (entry,)) for entry in entries if not entry.group]
    grouped = [
        NavGroup(name, tuple(entry for entry in entries if entry.group == name)) for name in order
    ]
    return single + [group for group in grouped if group.entries]


def current_entry(entries: Sequence[NavEntry]) -> NavEntry | None:
    """Return the entry whose page this is, else one of the same slice, else None.

    Of a slice's entries the one with the page's own permission goes first: what others ask for does
    not stand under what oneself asks for.
    """
    exact = (entry for entry in entries if entry.endpoint == request.endpoint)
    own = f"{request.blueprint}."
    same_slice = [entry for entry in entries if entry.endpoint.startswith(own)]
    asked = permission_of(current_app, request.endpoint) if request.endpoint else None
    alike = (entry for entry in same_slice if entry.permission is asked)
    return next(exact, None) or next(alike, None) or next(iter(same_slice), None)


def manual_url(chapter: str) -> str:
    """Return the address of a chapter of the manual: ``manual_url("supervisor/02-grid")``."""
    role, _, name = chapter.partition("/")
    return url_for("manual.chapter", role=role, chapter=name)


def safe_next(target: str | None) -> str | None:
    """Return a path of this site to go on to, or None for anything else (lesson: open redirect)."""
    if not target or not target.startswith("/") or any(ord(sign) < ord(" ") for sign in target):
        return None
    # Browsers read "//host" and "/\\host" as another site.
    if target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
