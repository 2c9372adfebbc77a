"""The sign-in form."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from workforce.accounts.passwords import MOST_CHARACTERS
from workforce.platform.i18n import lazy_gettext as _

_LOGIN_CHARACTERS = 60


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login name and password; ``next`` is the page to go on to."""

    login_name = StringField(
        _("登录名"),
        validators=[DataRequired(_("请输入登录名")), Length(max=_LOGIN_CHARACTERS)],
    )
    password = PasswordField(
        _("口令"),
        validators=[DataRequired(_("请输入口令")), Length(max=MOST_CHARACTERS)],
    )
    next = HiddenField()
