"""Kinds of work: shared by the whole base, so that statistics can add them up."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import Permission
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor
from workforce.production import queries as production
from workforce.production import service
from workforce.settings.routes import ROUTES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_LONGEST: Final = 60
_CODE: Final = r"[a-z][a-z0-9_]{1,39}$"


class NamesForm(FlaskForm):  # type: ignore[misc]
    """What a kind of work is called, and what it is counted in."""

    name_zh = StringField(_("中文名称"), [DataRequired(_("请输入名称")), Length(max=_LONGEST)])
    name_en = StringField(_("英文名称"), [DataRequired(_("请输入英文名称")), Length(max=_LONGEST)])
    unit_zh = StringField(_("单位"), [DataRequired(_("请输入单位")), Length(max=_LONGEST)])
    unit_en = StringField(_("英文单位"), [DataRequired(_("请输入英文单位")), Length(max=_LONGEST)])

    def names(self) -> dict[str, str]:
        """Return the words without blanks around them."""
        fields = ("name_zh", "name_en", "unit_zh", "unit_en")
        return {name: (self[name].data or "").strip() for name in fields}


class TaskTypeForm(NamesForm):
    """A new kind of work; its code never changes."""

    code = StringField(
        _("代码"),
        [
            DataRequired(_("请输入代码")),
            Regexp(_CODE, message=_("用小写字母开头，只含小写字母、数字和下划线，2 到 40 个")),
        ],
    )


@ROUTES.form("/settings/task-types", permission=Permission.TASK_TYPE_DEFINE)
def task_types(scope: Scope) -> ResponseReturnValue:
    """List the kinds of work, and add one."""
    del scope
    form = TaskTypeForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.validate():
            try:
                with unit_of_work() as session:
                    service.define_task_type(
                        session, actor(), code=(form.code.data or "").strip(), **form.names()
                    )
            except DomainError as error:
                form.form_errors.append(fault_of(error))
            else:
                flash(gettext("已添加任务类型"), "success")
                return redirect(url_for("settings.task_types"))
    found = db.session().scalars(production.task_types()).all()
    return render_template("settings/task_types.html", found=found, form=form), status


@ROUTES.form("/settings/task-types/<int:task_type_id>", permission=Permission.TASK_TYPE_RENAME)
def task_type(scope: Scope, task_type_id: int) -> ResponseReturnValue:
    """Rename a kind of work, for all companies."""
    del scope
    found = db.session().scalars(production.task_types()).all()
    kind = next((one for one in found if one.id == task_type_id), None)
    if kind is None:
        raise NotFoundError("web.not_found")
    form = NamesForm(obj=kind)
    if request.method == "POST" and form.validate():
        with unit_of_work() as session:
            service.rename_task_type(session, actor(), task_type_id, **form.names())
        flash(gettext("已改名"), "success")
        return redirect(url_for("settings.task_types"))
    status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template("settings/task_type.html", kind=kind, form=form), status
