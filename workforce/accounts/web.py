"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from workforce.accounts import service
from workforce.accounts.forms import SignInForm
from workforce.accounts.session import begin_session, end_session
from workforce.core.permissions import Permission
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import gettext as _
from workforce.platform.web import SliceRoutes, safe_next

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("accounts", __name__)


@ROUTES.public("/sign-in", "GET", "POST")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, and begin a session for the right password."""
    form = SignInForm(next=request.args.get("next"))
    onward = safe_next(form.next.data) or url_for("home.show_home")
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(onward)
        return render_template("accounts/sign_in.html", form=form)
    if form.validate_on_submit() and _begin(form.login_name.data or "", form.password.data or ""):
        return redirect(onward)
    if not form.errors:
        # One sentence for a wrong name and a wrong password: neither tells which names exist.
        form.form_errors.append(_("登录名或口令不正确"))
    page = render_template("accounts/sign_in.html", form=form)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _begin(login_name: str, password: str) -> bool:
    is_right = service.is_right_password(db.session(), login_name, password)
    with unit_of_work() as session:
        if is_right:
            begin_session(service.note_sign_in(session, login_name, password))
        else:
            service.note_failed_sign_in(session, login_name)
    return is_right


@ROUTES.action("/sign-out", permission=Permission.HOME_READ)
def sign_out(scope: Scope) -> ResponseReturnValue:
    """End the session."""
    del scope
    end_session()
    return redirect(url_for("accounts.sign_in"))
