"""Forms of managing accounts."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from sqlalchemy import Row
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from workforce.core.permissions import Role
from workforce.core.terms import term
from workforce.platform.i18n import in_current
from workforce.platform.i18n import lazy_gettext as _


class AccountForm(FlaskForm):  # type: ignore[misc]
    """What every account has: name, role and, for most roles, a company."""

    display_name = StringField(
        _("显示的姓名"), validators=[DataRequired(_("请填写姓名")), Length(max=120)]
    )
    role = SelectField(_("角色"))
    company_id = SelectField(_("企业"), default="")

    def offer(self, roles: Sequence[Role], companies: Sequence[Row[int, str, str]]) -> None:
        """Fill the choices: the roles to give, and the companies in reach."""
        self.role.choices = [(str(role), in_current(term(f"role.{role}"))) for role in roles]
        self.company_id.choices = [
            ("", _("不属于企业")),
            *((str(row.company_id), f"{row.company_code} {row.company_name}") for row in companies),
        ]

    @property
    def company_key(self) -> int | None:
        """The chosen company's key; the choices hold nothing but keys."""
        return int(self.company_id.data) if self.company_id.data else None


class NewAccountForm(AccountForm):
    """An account that is made."""

    login_name = StringField(
        _("登录名"), validators=[DataRequired(_("请填写登录名")), Length(max=60)]
    )
    employee_no = StringField(_("本人工号（可不填）"), validators=[Length(max=40)])


class ChangeAccountForm(AccountForm):
    """An account that is changed."""
