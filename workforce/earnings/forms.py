"""The form of the what-if calculator: sent by GET, nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from workforce.platform.i18n import lazy_gettext as _

if TYPE_CHECKING:
    from flask_babel import LazyString

_MOST_QTY = 100_000
_MOST_DAYS = 31
_MOST_HOURS = 300


def _whole(label: LazyString, most: int) -> IntegerField:
    return IntegerField(
        label,
        default=0,
        validators=[
            InputRequired(_("请填一个整数，没有就填 0")),
            NumberRange(0, most, _("请填 %(min)d 到 %(max)d 之间的整数")),
        ],
    )


class WhatIfForm(Form):
    """What somebody wants to try out; the choices come from the own company."""

    task_type = SelectField(_("任务类型"), validators=[Optional()])
    daily_qty = _whole(_("每天合格数量"), _MOST_QTY)
    worked_days = _whole(_("出勤天数"), _MOST_DAYS)
    weekday_overtime_hours = _whole(_("工作日加班小时"), _MOST_HOURS)
    rest_day_hours = _whole(_("休息日加班小时"), _MOST_HOURS)
    leave_kind = SelectField(_("带薪假"), validators=[Optional()])
    leave_days = _whole(_("带薪假天数"), _MOST_DAYS)
    accuracy = StringField(_("抽检准确率（%）"), validators=[Optional()])
