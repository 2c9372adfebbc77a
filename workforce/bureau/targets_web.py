"""The page of targets: what measures are to reach by which month, and how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from workforce.bureau.report import plain
from workforce.bureau.routes import ROUTES
from workforce.bureau.target_views import target_rows
from workforce.core.errors import DomainError
from workforce.core.money import parse_decimal
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import (
    MonthField,
    Needed,
    answer_of,
    choices_of,
    fault_of,
    place_fault,
    stripped,
)
from workforce.platform.i18n import gettext, in_current
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor
from workforce.statistics import targets

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_TARGET: Final = Permission.STATISTICS_TARGET
_ASKED_FOR: Final = _("请填写这一项")


class TargetForm(FlaskForm):  # type: ignore[misc]
    """A target: of which measure, by which month, on which side of which value, and why."""

    measure = SelectField(_("指标"))
    period = MonthField(_("到哪个月"), validators=[Needed(_ASKED_FOR)])
    bound = SelectField(_("要求"))
    value = StringField(_("数值"), filters=[stripped], validators=[DataRequired(_ASKED_FOR)])
    reason = StringField(
        _("依据或说明"),
        filters=[stripped],
        validators=[DataRequired(_ASKED_FOR), Length(max=targets.REASON_CHARACTERS)],
    )


@ROUTES.form("/statistics/targets", permission=_TARGET)
def targets_list(scope: Scope) -> ResponseReturnValue:
    """List the targets with how far they are, and set one."""
    del scope
    form = TargetForm()
    known = targets.targeted()
    form.measure.choices = choices_of(
        (code, f"{in_current(one.label)} ({in_current(one.unit.label)})")
        for code, one in known.items()
    )
    form.bound.choices = choices_of(
        (code, in_current(label)) for code, label in terms_of("target_bound").items()
    )
    if form.validate_on_submit() and _set(form):
        return redirect(url_for("bureau.targets_list"))
    page = render_template(
        "bureau/targets.html",
        form=form,
        rows=target_rows(db.session(), clock.today()),
        plain=plain,
    )
    return answer_of(page, form)


def _set(form: TargetForm) -> bool:
    try:
        unit = targets.targeted()[form.measure.data].unit
        targets.set_target(
            form.measure.data,
            form.period.data,
            targets.Bound(form.bound.data),
            parse_decimal((form.value.data or "").replace(",", ""), unit.decimals),
            form.reason.data or "",
            actor(),
        )
    except DomainError as error:
        is_of_month = error.code == "target.past"
        place_fault(form, error, "period" if is_of_month else "value")
        return False
    flash(gettext("目标已保存"), "success")
    return True


@ROUTES.action("/statistics/targets/withdraw", permission=_TARGET)
def withdraw_target(scope: Scope) -> ResponseReturnValue:
    """Take a target back, with the reason."""
    del scope
    try:
        targets.withdraw_target(
            request.form.get("measure", ""),
            PayPeriod.parse_month(request.form.get("period", "")),
            request.form.get("reason", ""),
            actor(),
        )
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("目标已撤销"), "success")
    return redirect(url_for("bureau.targets_list"))
