"""The forms of runs beside the regular one: an order, and a leaver's final pay."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from workforce.payroll.orders.orders import REASON_LENGTH, TITLE_LENGTH
from workforce.platform.forms import DayField, MonthField, Needed, YuanField
from workforce.platform.i18n import lazy_gettext as _


class OrderForm(FlaskForm):  # type: ignore[misc]
    """A run beside the regular one: why, when, for whom and how much."""

    purpose = SelectField(_("用途"))
    title = StringField(
        _("名称"), validators=[DataRequired(_("请填写名称")), Length(max=TITLE_LENGTH)]
    )
    period = StringField(_("计入哪个月"), validators=[DataRequired(_("请填写月份"))])
    pay_on = DayField(_("发放日期"), validators=[Needed(_("请填写发放日期"))])
    reason = StringField(
        _("为什么单独发"), validators=[DataRequired(_("请写明原因")), Length(max=REASON_LENGTH)]
    )
    item = SelectField(_("项目"))
    each = YuanField(_("每人金额"))
    whom = SelectField(_("发给谁"))
    lines = TextAreaField(_("名单和金额"))


class FinalPayForm(FlaskForm):  # type: ignore[misc]
    """What is settled with somebody who leaves."""

    pay_on = DayField(_("发放日期"), validators=[Needed(_("请填写发放日期"))])
    leave_days = StringField(
        _("折现的未休年休假"),
        validators=[DataRequired(_("请填写天数，没有则填 0"))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    has_severance = BooleanField(_("支付离职经济补偿"))
    average_wage = YuanField(_("离职前 12 个月月平均工资"))
    agreed = YuanField(_("双方约定的补偿金额"))
    reason = StringField(
        _("离职依据"), validators=[DataRequired(_("请写明依据")), Length(max=REASON_LENGTH)]
    )


class BaseForm(FlaskForm):  # type: ignore[misc]
    """The yearly change of the insurance base: whose wages, and from when it holds."""

    since = MonthField(_("通知从哪个月起执行"), validators=[Needed(_("请填写起始月份"))])
    told = TextAreaField(_("另外申报的基数"))
