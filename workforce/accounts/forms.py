"""Forms of signing in, and of what a visitor does with the own account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from workforce.accounts.passwords import MOST_CHARACTERS
from workforce.platform.i18n import lazy_gettext as _

_LOGIN_CHARACTERS = 60
_CODE_CHARACTERS = 20


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


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second step of signing in: a code of the app, or a recovery code."""

    code = StringField(
        _("验证码"),
        validators=[DataRequired(_("请输入验证码")), Length(max=_CODE_CHARACTERS)],
    )
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed twice, after the present one."""

    present = PasswordField(
        _("现在的口令"),
        validators=[DataRequired(_("请输入现在的口令")), Length(max=MOST_CHARACTERS)],
    )
    password = PasswordField(
        _("新口令"),
        validators=[DataRequired(_("请输入新口令")), Length(max=MOST_CHARACTERS)],
    )
    again = PasswordField(
        _("再输一次新口令"),
        validators=[
            DataRequired(_("请再输一次新口令")),
            EqualTo("password", _("两次输入的新口令不一样")),
        ],
    )


class EnrolForm(FlaskForm):  # type: ignore[misc]
    """Binding an authenticator: the password again, and the first code that the app shows."""

    password = PasswordField(
        _("口令"),
        validators=[DataRequired(_("请输入口令")), Length(max=MOST_CHARACTERS)],
    )
    code = StringField(
        _("应用显示的六位数字"),
        validators=[DataRequired(_("请输入应用显示的六位数字")), Length(max=_CODE_CHARACTERS)],
    )
