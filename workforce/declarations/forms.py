"""Forms of declaring a deduction and of reviewing it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from workforce.declarations.service import MOST_CHARACTERS
from workforce.platform.forms import choices_of
from workforce.platform.i18n import lazy_gettext as _

_AMOUNT_CHARACTERS = 20
_REASON_CHARACTERS = 400


class DeclareForm(FlaskForm):  # type: ignore[misc]
    """One deduction: whom or what it is for, which part, which months, and evidence if there is some."""

    employment_id = SelectField(_("向哪家企业申报"), validators=[InputRequired()])
    subject = StringField(
        _("为谁或为什么"),
        validators=[
            DataRequired(_("请写明是为谁（或哪处住房、哪项学习）申报")),
            Length(max=MOST_CHARACTERS, message=_("最多 %(max)d 个字")),
        ],
    )
    share = RadioField(_("扣除比例"), validators=[InputRequired(_("请选扣除比例"))])
    amount = StringField(
        _("每月分摊金额（元）"), validators=[Optional(), Length(max=_AMOUNT_CHARACTERS)]
    )
    first_month = StringField(_("从哪个月起"), validators=[DataRequired(_("请选开始的月份"))])
    last_month = StringField(_("到哪个月止"), validators=[Optional()])
    file = FileField(_("证明材料（可不传）"))


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """Accept a declaration, or send it back with what is missing."""

    decision = RadioField(
        _("审核结果"),
        choices=choices_of(
            [("accept", _("采用，从未关账的月份起扣除")), ("return", _("退回，请员工补正"))]
        ),
        validators=[InputRequired(_("请选一个结果"))],
    )
    reason = TextAreaField(
        _("退回的原因"), validators=[Length(max=_REASON_CHARACTERS, message=_("最多 %(max)d 个字"))]
    )
