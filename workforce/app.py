"""The app factory: the one place where the parts are put together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask_wtf import CSRFProtect

from workforce import slices
from workforce.accounts.service import BASE_ROLES
from workforce.accounts.session import init_sessions
from workforce.accounts.sign_in import LONGEST_SESSION
from workforce.companies import queries as companies
from workforce.companies.base_name import base_name
from workforce.config import Settings, resource_folder
from workforce.core.permissions import Permission, Role
from workforce.core.terms import term, terms_of
from workforce.platform import (
    clock,
    crypto,
    exhibits,
    installation,
    jobs,
    month_keepers,
    reminders,
    schedules,
    web,
)
from workforce.platform.charts import register_charts
from workforce.platform.db import db
from workforce.platform.errors import register_error_pages
from workforce.platform.formatting import register_filters
from workforce.platform.headers import add_headers
from workforce.platform.i18n import LOCALES, current_locale, init_languages
from workforce.premises.users import register_seat_users

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Text


def create_app(settings: Settings) -> Flask:
    """Make the web app of one installation.

    Raises:
        RuntimeError: a route has no permission, or a navigation entry no page or label.
    """
    app = Flask(
        "workforce",
        template_folder=str(resource_folder("templates")),
        static_folder=str(resource_folder("static")),
        instance_path=str(settings.instance),
    )
    app.url_map.converters["int"] = web.KeyConverter
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    use_installation(app, settings)
    db.init_app(app)
    add_headers(app)
    app.before_request(web.refuse_unkeepable)
    CSRFProtect(app)
    init_languages(app)
    register_filters(app)
    register_charts(app)
    # Macros see globals only, not what a context processor adds.
    app.jinja_env.globals.update(
        manual_url=web.manual_url,
        may=web.may,
        now=clock.now,
        Permission=Permission,
        term=term,
    )
    init_sessions(app, team_reader=_teams_led)
    register_error_pages(app)
    for routes in slices.ROUTES:
        routes.register(app)
    jobs.register_kinds(app, slices.JOBS)
    schedules.register_defaults(app, slices.SCHEDULES)
    app.extensions["workforce.month_finders"] = slices.MONTH_FINDERS
    exhibits.register_exhibits(app, slices.EXHIBITS)
    month_keepers.register_keepers(app, slices.MONTH_KEEPERS)
    reminders.register_reminders(app, slices.REMINDERS)
    register_seat_users(app, slices.SEAT_USERS)
    app.context_processor(_frame)
    web.check_routes(app)
    _check_navigation(app)
    return app


def use_installation(app: Flask, settings: Settings) -> None:
    """Let an app serve an installation: its keys, limits, clock and database."""
    clock.keep_ahead(settings.clock_ahead)
    crypto.use_keys(fields=settings.keys.fields, lookup=settings.keys.lookup)
    app.instance_path = str(settings.instance)
    installation.serve(app, settings)
    app.config.update(
        SECRET_KEY=settings.keys.session,
        TESTING=settings.is_testing,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes,
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure_cookie,
        # Sent anew only when it says something new: not with every style sheet.
        SESSION_REFRESH_EACH_REQUEST=False,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        # A form may stay open as long as the session lives.
        WTF_CSRF_TIME_LIMIT=None,
    )


def _teams_led(session: Session, account_id: int, on: dt.date) -> frozenset[int]:
    return frozenset(session.scalars(companies.team_ids_led(account_id, on)))


def _frame() -> dict[str, Any]:
    """Return what ``base.html`` needs on every page."""
    here = request.full_path.rstrip("?") if request.method != "POST" else request.path
    navigation = [
        entry
        for entry in slices.NAVIGATION
        if entry.permission is None or web.may(entry.permission)
    ]
    is_annotator = web.has_role(Role.ANNOTATOR)
    if is_annotator:
        # The own pages are all that there is: they stand in the bar itself, and the first is home.
        navigation = [
            replace(entry, group="" if entry.is_tab else entry.group)
            for entry in navigation
            if entry.endpoint != "home.show_home"
        ]
    else:
        # The name at the right leads there.
        navigation = [entry for entry in navigation if entry.endpoint != "account_pages.me"]
    return {
        "base_called": _base_called(),
        "current_entry": web.current_entry(navigation),
        "here": here,
        "languages": [code for code in LOCALES if code != current_locale()],
        "is_annotator": is_annotator,
        "navigation": navigation,
        "nav_groups": web.nav_groups(navigation, list(terms_of("nav_group"))),
    }


def _base_called() -> Text | None:
    """Return what the base is called, for its own people; others work for a company."""
    is_of_base = any(web.has_role(role) for role in BASE_ROLES)
    return base_name(db.session()) if is_of_base else None


def _check_navigation(app: Flask) -> None:
    for entry in slices.NAVIGATION:
        term(entry.label)
        if entry.group:
            term(f"nav_group.{entry.group}")
        if entry.endpoint not in app.view_functions:
            message = f"no page {entry.endpoint} for the navigation entry {entry.label}"
            raise RuntimeError(message)
        if web.permission_of(app, entry.endpoint) is not entry.permission:
            message = f"{entry.label} and its page {entry.endpoint} ask for different permissions"
            raise RuntimeError(message)
