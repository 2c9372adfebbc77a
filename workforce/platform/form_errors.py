"""Errors of the domain on a form: at the field that they name, else on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.platform.i18n import current_locale

if TYPE_CHECKING:
    from flask_wtf import FlaskForm

    from workforce.core.errors import DomainError

UNPROCESSABLE: Final = 422
_UPLOAD: Final = "upload."


def show_error(form: FlaskForm, error: DomainError, field: str | None = None) -> None:
    """Put what is wrong, and what to do, at a field: the one given, or the place of the error.

    Errors of uploads belong to the field ``file``; what names no field stands on top.
    """
    locale = current_locale()
    words = "。" if locale == "zh" else ". "
    said = words.join(part for part in (error.message(locale), error.hint(locale)) if part)
    place = field or ("file" if error.code.startswith(_UPLOAD) else error.place)
    if place in form:
        form[place].errors = [*form[place].errors, said]
    else:
        form.form_errors.append(said)


def answer_of(page: str, form: FlaskForm) -> tuple[str, int]:
    """Return a page with a form, under the status that says whether it was refused."""
    return page, UNPROCESSABLE if form.errors or form.form_errors else 200
