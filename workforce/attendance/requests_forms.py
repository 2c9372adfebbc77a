"""The forms of requests: a shift, leave, an answer."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from workforce.platform.i18n import lazy_gettext as _

REASON_CHARACTERS: Final = 400
_LONGEST_BREAK: Final = 600
MISSING: Final = "missing"
"""The choice that no recorded shift is wrong: one is missing."""


class _RequestForm(FlaskForm):  # type: ignore[misc]
    """What both kinds of request ask; ``employment`` is shown only to who has several."""

    employment = SelectField(_("在哪家企业"), coerce=int)
    employee_no = StringField(_("工号"), validators=[Length(max=40)])
    reason = TextAreaField(
        _("原因"),
        validators=[
            InputRequired(_("请写明原因")),
            Length(max=REASON_CHARACTERS, message=_("最多 400 字")),
        ],
    )
    file = FileField(_("照片或文件（可不传）"))


class ShiftRequestForm(_RequestForm):
    """A shift of one day: which is wrong or that one is missing, and what it should be."""

    on = DateField(_("哪一天"), validators=[InputRequired(_("请选择日期"))])
    corrects = RadioField(_("这一天哪里不对"), default=MISSING, validate_choice=False)
    starts = TimeField(_("实际上班时间"), validators=[InputRequired(_("请填写上班时间"))])
    ends = TimeField(_("实际下班时间"), validators=[InputRequired(_("请填写下班时间"))])
    break_minutes = IntegerField(
        _("中间休息（分钟）"),
        validators=[
            InputRequired(_("请填写休息分钟数，没有休息填 0")),
            NumberRange(0, _LONGEST_BREAK, _("休息应在 0 到 600 分钟之间")),
        ],
    )


class LeaveRequestForm(_RequestForm):
    """Leave over whole days, or of half of one."""

    leave_kind = SelectField(_("请什么假"))
    half = RadioField(_("请多久"), default="")
    first_on = DateField(_("从哪天"), validators=[InputRequired(_("请选择第一天"))])
    last_on = DateField(_("到哪天（含这一天）"), validators=[InputRequired(_("请选择最后一天"))])


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to a request; a refusal needs its reason."""

    answer = TextAreaField(
        _("答复（不同意时必填，员工会看到）"),
        validators=[Length(max=REASON_CHARACTERS, message=_("最多 400 字"))],
    )
