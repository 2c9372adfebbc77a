"""Two languages: Chinese in the source, English in a catalogue.

Every text of a page is written in Chinese where it is used, as ``_("工资条")``; that text is its own
key. ``translations/en/LC_MESSAGES/messages.po`` holds the English; a test keeps it complete. The
catalogue is read as it is, once per process: there is no compile step, so none can be forgotten.

A visitor's language is the cookie that the language switch sets, else the account's, else Chinese.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast, get_args

from babel.messages.mofile import write_mo
from babel.support import NullTranslations, Translations
from flask import current_app, has_request_context, request
from flask_babel import Babel, Domain, get_locale, gettext, lazy_gettext, ngettext
from flask_login import current_user

from workforce.core.text import Locale, Text
from workforce.platform.headers import YEAR_SECONDS
from workforce.translations import read_catalogue

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

__all__ = ["current_locale", "gettext", "in_current", "lazy_gettext", "ngettext"]

LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)
DEFAULT_LOCALE: Final[Locale] = "zh"
COOKIE: Final = "locale"


@cache
def _translations(locale: str) -> NullTranslations:
    if locale == DEFAULT_LOCALE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(locale))
    compiled.seek(0)
    return Translations(compiled)


class _SourceDomain(Domain):  # type: ignore[misc]
    """The ``.po`` files themselves as Flask-Babel's domain."""

    def get_translations(self) -> NullTranslations:
        return _translations(current_locale())


class _SourceBabel(Babel):  # type: ignore[misc]
    """Flask-Babel on one shared domain (its own makes one, without its cache, per request)."""

    _shared = _SourceDomain()

    @property
    def domain_instance(self) -> Domain:
        return self._shared


def _choose_locale() -> Locale:
    if not has_request_context():
        return DEFAULT_LOCALE
    chosen = request.cookies.get(COOKIE) or getattr(current_user, "locale", None)
    return cast("Locale", chosen) if chosen in LOCALES else DEFAULT_LOCALE


def init_languages(app: Flask) -> None:
    """Make ``_()`` work in Python and in templates."""
    _SourceBabel(app, default_locale=DEFAULT_LOCALE, locale_selector=_choose_locale)
    app.jinja_env.globals["locale"] = current_locale
    app.add_template_filter(in_current, "text")


def remember_locale(response: Response, locale: str) -> None:
    """Let this browser keep a language."""
    response.set_cookie(
        COOKIE,
        locale,
        max_age=YEAR_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def current_locale() -> Locale:
    """Return the language of this request; Chinese outside of one."""
    locale = get_locale()
    code = locale.language if locale is not None else DEFAULT_LOCALE
    return cast("Locale", code) if code in LOCALES else DEFAULT_LOCALE


def in_current(text: Text) -> str:
    """Return a two-language text in the language of this request (template filter ``text``)."""
    return text.in_locale(current_locale())
