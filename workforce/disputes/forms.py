"""Forms of asking about a payslip line and of answering."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from workforce.disputes.service import LEAST_CHARACTERS, MOST_CHARACTERS
from workforce.platform.forms import choices_of
from workforce.platform.i18n import lazy_gettext as _

_AMOUNT_CHARACTERS = 20


class AskForm(FlaskForm):  # type: ignore[misc]
    """Why somebody doubts a line, with a file if there is one."""

    text = TextAreaField(
        _("您的疑问"),
        validators=[
            DataRequired(_("请写下您的疑问")),
            Length(min=LEAST_CHARACTERS, message=_("请写得再具体一点，至少 %(min)d 个字")),
            Length(max=MOST_CHARACTERS, message=_("最多 %(max)d 个字")),
        ],
    )
    file = FileField(_("照片或文件（可不传）"))


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Whether the person is right, what is paid, and the words that the person reads."""

    outcome = RadioField(
        _("结论"),
        choices=choices_of(
            [("accepted", _("认可，补发工资")), ("rejected", _("不认可，说明理由"))]
        ),
        validators=[InputRequired(_("请选一个结论"))],
    )
    amount = StringField(_("补发金额（元，税前）"), validators=[Length(max=_AMOUNT_CHARACTERS)])
    text = TextAreaField(
        _("给员工的答复"),
        validators=[
            DataRequired(_("请写下答复")),
            Length(min=LEAST_CHARACTERS, message=_("请写得再具体一点，至少 %(min)d 个字")),
            Length(max=MOST_CHARACTERS, message=_("最多 %(max)d 个字")),
        ],
    )
