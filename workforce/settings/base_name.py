"""What the base is called: its administrator says it once, and every official form bears it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from workforce.companies.base_name import base_name, name_base
from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.platform.db import db, unit_of_work
from workforce.platform.exhibits import refresh_soon
from workforce.platform.forms import place_fault, stripped
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor
from workforce.settings.routes import ROUTES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope


class BaseNameForm(FlaskForm):  # type: ignore[misc]
    """The name in both languages; what will do the service says."""

    name_zh = StringField(
        _("中文名称"), filters=[stripped], validators=[DataRequired(_("请填写基地的中文名称"))]
    )
    name_en = StringField(_("英文名称（可不填）"), filters=[stripped])


@ROUTES.form("/settings/base", permission=Permission.COMPANY_MANAGE)
def name_of_base(scope: Scope) -> ResponseReturnValue:
    """Show what the base is called, and let its administrator name it; the screen follows."""
    del scope
    known = base_name(db.session())
    form = BaseNameForm(
        data={
            "name_zh": "" if known is None else known.zh,
            "name_en": "" if known is None or known.en == known.zh else known.en,
        }
    )
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                is_changed = name_base(
                    session, actor(), zh=form.name_zh.data or "", en=form.name_en.data or ""
                )
                if is_changed:
                    refresh_soon(session, actor())
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存") if is_changed else gettext("没有改动。"), "success")
            return redirect(url_for("settings.name_of_base"))
    page = render_template("settings/base_name.html", form=form, known=known)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
