"""The forms of finance's pages: approving and paying a run, review rules, monthly amounts."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from workforce.platform.forms import MonthField, Needed, PercentField, YuanField
from workforce.platform.i18n import lazy_gettext as _

_REASON_LENGTH: Final = 200


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The total that is approved, typed once more; ``seen``: the hash of the results on the page."""

    seen = HiddenField()
    amount = YuanField(
        _("再输入一次实发合计"), validators=[Needed(_("请输入实发合计"))], is_negative_allowed=True
    )


class RuleForm(FlaskForm):  # type: ignore[misc]
    """When a change of pay is large; the severities are fields of their own, one a check."""

    change_rate = PercentField(
        _("变动比例超过"), validators=[Needed(_("请填写比例，0 表示不论比例"))]
    )
    change_amount = YuanField(
        _("并且金额超过"), validators=[Needed(_("请填写金额，0 表示不论金额"))]
    )


class EntryForm(FlaskForm):  # type: ignore[misc]
    """An agreed monthly amount: from a month on, until another or for good."""

    item = SelectField(_("项目"))
    amount = YuanField(_("每月金额"), validators=[Needed(_("请填写金额"))])
    period_from = MonthField(_("从哪个月起"), validators=[Needed(_("请填写起始月份"))])
    period_to = MonthField(_("到哪个月为止（含）"))


class AdjustmentForm(FlaskForm):  # type: ignore[misc]
    """A correction of an earlier month, paid in an open one."""

    for_period = StringField(_("更正哪个月"), validators=[DataRequired(_("请填写更正的月份"))])
    pay_period = StringField(_("在哪个月发放"), validators=[DataRequired(_("请填写发放的月份"))])
    amount = YuanField(
        _("金额"),
        validators=[Needed(_("请填写金额"))],
        is_negative_allowed=True,
    )
    reason = StringField(
        _("原因"), validators=[DataRequired(_("请写明原因")), Length(max=_REASON_LENGTH)]
    )
